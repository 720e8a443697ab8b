"""Filters in Jinja2: what a filter is called there rarely means the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.dialect.lowering_cases import MODULO, date_parts, literal_text, locale
from crmspec.template.date import MONTHS
from crmspec.template.tree import Constant, Filter

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.dialect.jinja import Jinja

NEARLY_HALF: Final = "0.500001"
_SIGNS: Final = {"plus": "+", "minus": "-", "times": "*"}
_CUTS: Final = {
    "%d": "{0}[8:10]",
    "%m": "{0}[5:7]",
    "%Y": "{0}[:4]",
    "%y": "{0}[2:4]",
    "%H": "({0}[11:13] or '00')",
    "%M": "({0}[14:16] or '00')",
}
"""Where the parts of a date stand in its ISO 8601 text."""


def filtered(printer: Jinja, value: Filter) -> str:
    """Return a filtered value as an expression; raise `Lost` for what there is not."""
    special = _FILTERS.get(value.name)
    if special is None:
        raise printer.no_filter(value)
    return special(printer, value)


def _argument(value: Filter) -> str:
    from crmspec.dialect.jinja import quoted

    first = value.arguments[0]
    return quoted(first) if isinstance(first, Constant) else ""


def _capitalize(printer: Jinja, value: Filter) -> str:
    words = printer.words(value.of)
    return f"({words}[:1] | upper ~ {words}[1:])"


def _truncate(printer: Jinja, value: Filter) -> str:
    words, most = printer.words(value.of), int(literal_text(value))
    return f"({words} if {words} | length <= {most} else {words}[:{most - 1}] ~ '…')"


def _replace(printer: Jinja, value: Filter) -> str:
    old, new = (printer.value(argument) for argument in value.arguments)
    return f"{printer.words(value.of)} | replace({old}, {new})"


def _number(printer: Jinja, value: Filter) -> str:
    """Reckon in whole numbers of the last decimal place; rounding differs between engines."""
    decimals, said = int(literal_text(value)), printer.value(value.of)
    unit = 10**decimals
    scaled = f"(({said} | abs) * {unit} + {NEARLY_HALF}) | int"
    sign = f"('-' if {said} < 0 and ({scaled}) > 0 else '')"
    if not decimals:
        return f"({sign} ~ ({scaled}))"
    whole = f"(({scaled}) // {unit})"
    return f"({sign} ~ {whole} ~ '.' ~ ('' ~ (({scaled}) % {unit} + {unit}))[1:])"


def _reckoned(printer: Jinja, value: Filter) -> str:
    words = f"({printer.value(value.of)} {_SIGNS[value.name]} {_argument(value)})"
    if printer.kinds.of(value) == "integer":
        return words
    exact = f"({words} | round(10))"
    return f"({exact} | int if {exact} == {exact} | int else {exact})"


def _date(printer: Jinja, value: Filter) -> str:
    words = printer.words(value.of)
    parts = [_date_part(words, part, locale(value)) for part in date_parts(literal_text(value))]
    return f"({' ~ '.join(parts)} if {words} else '')"


def _date_part(words: str, part: str, language: str) -> str:
    from crmspec.dialect.jinja import quoted

    if part == "%B":
        names = ", ".join(f"'{n:02}': '{name}'" for n, name in enumerate(MONTHS[language], 1))
        return f"{{{names}}}[{words}[5:7]]"
    return _CUTS[part].format(words) if part in _CUTS else quoted(Constant(value=part))


def _end(printer: Jinja, value: Filter) -> str:
    words = f"(({printer.value(value.of)} or []) | {value.name})"
    return (
        printer.reach(f"({words} or {{}})", (literal_text(value),), value)
        if value.arguments
        else words
    )


def _default(printer: Jinja, value: Filter) -> str:
    return f"({printer.value(value.of)} or {printer.value(value.arguments[0])})"


def _hash(printer: Jinja, value: Filter) -> str:
    name = printer.hashes.get(literal_text(value))
    if name is None:
        raise printer.no_filter(value)
    return f"{printer.words(value.of)} | {name}"


def _modulo(printer: Jinja, value: Filter) -> str:
    return f"(({printer.value(value.of)} | abs) % {literal_text(value)})"


def _named(name: str) -> Callable[[Jinja, Filter], str]:
    return lambda printer, value: f"({printer.words(value.of)} | {name})"


_FILTERS: Final[dict[str, Callable[[Jinja, Filter], str]]] = {
    "upper": _named("upper"),
    "lower": _named("lower"),
    "url_encode": _named("urlencode | replace('+', '%20') | replace('/', '%2F')"),
    "shorten": lambda printer, value: printer.value(value.of),
    "length": lambda printer, value: f"(({printer.value(value.of)} or '') | length)",
    "join": lambda printer, value: (
        f"(({printer.value(value.of)} or []) | join({_argument(value)}))"
    ),
    "limit": lambda printer, value: f"({printer.value(value.of)} or [])[:{_argument(value)}]",
    "capitalize": _capitalize,
    "truncate": _truncate,
    "replace": _replace,
    "number": _number,
    "plus": _reckoned,
    "minus": _reckoned,
    "times": _reckoned,
    "date": _date,
    "first": _end,
    "last": _end,
    "default": _default,
    "hash": _hash,
    MODULO: _modulo,
}
