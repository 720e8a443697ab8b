"""Filters in Django's language and the few its flavours add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import text
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_cases import date_parts, literal_text
from crmspec.dialect.lowering_scope import KEY
from crmspec.template.tree import Expression, Filter

if TYPE_CHECKING:
    from crmspec.dialect.django import Django

SPELLED: Final = "spelled"
"""A filter that authors cannot write: a value as text."""

EASY: Final = {
    "upper": "|upper",
    "lower": "|lower",
    "capitalize": "|capfirst",
    "truncate": "|truncatechars:{}",
    "number": "|floatformat:{}",
    "length": "|length",
    "first": "|first",
    "last": "|last",
    "join": "|join:{}",
    "url_encode": '|urlencode:""',
    "limit": '|slice:":{}"',
    "default": "|default:{}",
    "shorten": "",
    "date": "",
    "plural": "",
    KEY: "",
    SPELLED: '|stringformat:"s"',
}
"""Django's own filters; `{}` are the arguments."""

_CUTS: Final = {
    "%d": '|slice:"8:10"',
    "%m": '|slice:"5:7"',
    "%Y": '|slice:":4"',
    "%y": '|slice:"2:4"',
    "%H": '|slice:"11:13"|default:"00"',
    "%M": '|slice:"14:16"|default:"00"',
}
"""Where the parts of a date stand in its ISO 8601 text."""


def filtered(printer: Django, value: Filter, part: str | None = None) -> str:
    """Return a filtered value; raise `Lost` for what the flavour does not have."""
    if value.name in printer.arithmetic:
        return _reckoned(printer, value)
    if value.name not in printer.known:
        raise printer.no_filter(value)
    if value.name == "date":
        return _date(printer, value, part)
    if value.name == KEY or (value.name in ("first", "last") and value.arguments):
        return _of_item(printer, value)
    arguments = [printer.value(a) for a in value.arguments]
    return printer.some(value.of) + EASY[value.name].format(*arguments)


def _of_item(printer: Django, value: Filter) -> str:
    inner = printer.some(value.of) + EASY[value.name]
    key = literal_text(value)
    return printer.reach(printer.held(inner), (key,), value)


def _date(printer: Django, value: Filter, part: str | None) -> str:
    parts = date_parts(literal_text(value)) if part is None else (part,)
    if len(parts) != 1 or parts[0] not in _CUTS or isinstance(value.of, Filter):
        raise Lost(
            value,
            text("{title} cannot do this with a date", title=printer.title),
            text("print the date as it is: `| date('%d.%m.%Y')`, without other filters"),
        )
    return printer.some(value.of) + _CUTS[parts[0]]


def _reckoned(printer: Django, value: Filter) -> str:
    """Return arithmetic; `add` cuts fractions off, so it is for whole numbers only."""
    amount = literal_text(value)
    if value.name == "minus":
        amount = amount.removeprefix("-") if amount.startswith("-") else f"-{amount}"
    argument = f'"{amount}"' if amount.startswith("-") else amount
    if value.name != "times" and printer.kinds.of(value) == "integer":
        return f"{printer.some(value.of)}|add:{argument}"
    return printer.some(value.of) + printer.arithmetic[value.name].format(argument)


def is_reckoned(value: Expression) -> bool:
    """Return whether a value is the result of arithmetic."""
    return isinstance(value, Filter) and value.name in ("plus", "minus", "times")
