"""Filters in Liquid: the same word often means something else there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import text
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_cases import MODULO, literal_text
from crmspec.template.tree import Constant, Filter

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.dialect.liquid import Liquid

SIMPLE: Final = {
    "upper": " | upcase",
    "lower": " | downcase",
    "truncate": ' | truncate: {}, "…"',
    "replace": " | replace: {}, {}",
    "plus": " | plus: {}",
    "minus": " | minus: {}",
    "times": " | times: {}",
    "length": " | size",
    "join": " | join: {}",
    "url_encode": ' | url_encode | replace: "+", "%20" | replace: "\'", "%27"',
    "shorten": "",
    "limit": " | slice: 0, {}",
    "default": " | default: {}",
    MODULO: " | abs | modulo: {}",
}
"""Filters that are one chain; `{}` are the arguments."""

NEARLY_HALF: Final = "0.500001"
"""Rounds a half up even where 2.675 is kept as 2.67499999999999982."""

DAY: Final = 86400


def chained(printer: Liquid, value: Filter) -> str:
    """Return a filter that takes more than a chain, or that not every flavour has."""
    special = _SPECIAL.get(value.name)
    if special is None:
        raise printer.no_filter(value)
    return special(printer, value)


def _capitalize(printer: Liquid, value: Filter) -> str:
    """Liquid's own `capitalize` makes the rest of the text lower case."""
    name = printer.noted(f'{printer.chain(value.of)} | append: ""')
    first = printer.noted(f"{name} | slice: 0 | upcase")
    rest = printer.noted(f"{name} | slice: 1, 100000")
    return f"{first} | append: {rest}"


def _number(printer: Liquid, value: Filter) -> str:
    """Whole numbers of the last decimal place: Liquid's `round` drops zeros at the end."""
    decimals = int(literal_text(value) or 0)
    name = printer.operand(value.of)
    scaled = printer.noted(f"{name} | abs | times: {10**decimals} | plus: {NEARLY_HALF} | floor")
    digits = _digits(printer, scaled, decimals)
    signed = f"{digits} with its sign"
    if signed not in printer.known:
        printer.known[signed] = digits
        printer.before.append(
            f"{{% if {name} < 0 and {scaled} > 0 %}}"
            f'{{% assign {digits} = {digits} | prepend: "-" %}}{{% endif %}}'
        )
    return digits


def _digits(printer: Liquid, scaled: str, decimals: int) -> str:
    if not decimals:
        return printer.noted(f'{scaled} | append: ""')
    unit = 10**decimals
    rest = printer.noted(
        f'{scaled} | modulo: {unit} | plus: {unit} | append: "" | slice: 1, {decimals}'
    )
    return printer.noted(f'{scaled} | divided_by: {unit} | floor | append: "." | append: {rest}')


def _date(printer: Liquid, value: Filter) -> str:
    pattern = printer.quoted(Constant(value=literal_text(value)))
    if isinstance(value.of, Filter) and value.of.name == "add_days":
        days = int(literal_text(value.of))
        shift = f"plus: {days * DAY}" if days >= 0 else f"minus: {-days * DAY}"
        return f'{printer.chain(value.of.of)} | date: "%s" | {shift} | date: {pattern}'
    return f"{printer.chain(value.of)} | date: {pattern}"


def _add_days(printer: Liquid, value: Filter) -> str:
    raise Lost(
        value,
        text("{title} cannot keep a shifted date", title=printer.title),
        text("print it at once: `| add_days(3) | date('%d.%m.%Y')`"),
    )


def _end(printer: Liquid, value: Filter) -> str:
    chain = f"{printer.chain(value.of)} | {value.name}"
    if not value.arguments:
        return chain
    key = (literal_text(value),)
    printer.check(key, value)
    return printer.reach(printer.noted(chain), key, value)


def _hash(printer: Liquid, value: Filter) -> str:
    name = printer.hashes.get(literal_text(value))
    if name is None:
        raise printer.no_filter(value)
    return f"{printer.chain(value.of)} | {name}"


_SPECIAL: Final[dict[str, Callable[[Liquid, Filter], str]]] = {
    "capitalize": _capitalize,
    "number": _number,
    "date": _date,
    "add_days": _add_days,
    "first": _end,
    "last": _end,
    "hash": _hash,
}
