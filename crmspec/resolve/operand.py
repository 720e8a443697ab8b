"""Single values: whether one fits the type, the declared values and the unit of what it is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.diagnostics import Label, Safety, text
from crmspec.resolve.codes import IMPOSSIBLE_DATE, UNDECLARED_VALUE, WRONG_OPERAND, WRONG_UNIT
from crmspec.resolve.date import exists, looks_like_date
from crmspec.resolve.finding import finding, misspelled, replace
from crmspec.resolve.word import A_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.data import DataType
    from crmspec.resolve.catalog import Typed
    from crmspec.source import Span

_NUMBER = re.compile(r"[-+]?\d+(?:[ \u00a0\u202f_]\d{3})*(?:[.,]\d+)?")

_WITH_UNIT = re.compile(rf"(?P<number>{_NUMBER.pattern})\s*(?P<unit>[^\d\s.,+-]\D{{0,11}})")
_SIGN_FIRST = re.compile(rf"(?P<unit>[$€£₽])\s*(?P<number>{_NUMBER.pattern})")
_UNITS = {
    "₽": "RUB",
    "р": "RUB",
    "р.": "RUB",
    "руб": "RUB",
    "руб.": "RUB",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "кг": "kg",
    "г": "g",
    "шт": "pcs",
    "шт.": "pcs",
    "дн": "days",
    "дн.": "days",
}
SHOWN = 6


def is_dynamic(value: object) -> bool:
    """Say whether a value is only known later: a template or a variable."""
    return isinstance(value, str) and ("{{" in value or "{%" in value or "${" in value)


def fits(typed: Typed, value: object, span: Span) -> Iterator[Diagnostic]:
    """Yield what is wrong with a value for something of this type."""
    if is_dynamic(value):
        return
    yield from _FITS[typed.type](typed, value, span)


def _wrong(typed: Typed, value: object, span: Span) -> Diagnostic:
    return finding(
        WRONG_OPERAND,
        span,
        text(
            "`{name}` is {type}; `{value}` is not",
            name=typed.name,
            type=A_TYPE[typed.type],
            value=shown(value),
        ),
        text("write {type} here", type=A_TYPE[typed.type]),
    )


def shown(value: object) -> str:
    """Return a value as an author writes it, cut when long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    written = "null" if value is None else str(value)
    return written if len(written) <= 40 else written[:39] + "…"  # noqa: PLR2004


def _number(typed: Typed, value: object, span: Span) -> Iterator[Diagnostic]:
    if isinstance(value, str):
        yield from _number_in_text(typed, value, span)
    elif (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or (typed.type == "integer" and isinstance(value, float) and not value.is_integer())
    ):
        yield _wrong(typed, value, span)


def _number_in_text(typed: Typed, value: str, span: Span) -> Iterator[Diagnostic]:
    written = value.strip()
    if _NUMBER.fullmatch(written):
        yield finding(
            WRONG_OPERAND,
            span,
            text("`{name}` is a number; `{value}` is text", name=typed.name, value=value),
            text("write the number without quotes and spaces"),
            fixes=(replace(span, _plain(written)),),
        )
        return
    match = _WITH_UNIT.fullmatch(written) or _SIGN_FIRST.fullmatch(written)
    if match is None:
        yield _wrong(typed, value, span)
    else:
        yield _unit(typed, (match["number"], match["unit"].strip()), span)


def _plain(number: str) -> str:
    return re.sub(r"[ \u00a0\u202f_]", "", number).replace(",", ".")


def _unit(typed: Typed, written: tuple[str, str], span: Span) -> Diagnostic:
    number, unit = written
    same = typed.unit is not None and _same_unit(unit, typed.unit)
    if typed.unit is None:
        message = text("`{name}` has no unit; `{unit}` means nothing", name=typed.name, unit=unit)
    elif same:
        message = text("`{name}` is already counted in {unit}", name=typed.name, unit=typed.unit)
    else:
        message = text(
            "`{name}` is counted in {unit}, not in {other}",
            name=typed.name,
            unit=typed.unit,
            other=unit,
        )
    advice = text("write the bare number: `{number}`", number=_plain(number))
    safety = Safety.SAFE if same else Safety.UNSAFE
    return finding(
        WRONG_UNIT, span, message, advice, fixes=(replace(span, _plain(number), safety),)
    )


def _same_unit(written: str, declared: str) -> bool:
    return _canonical(written) == _canonical(declared)


def _canonical(unit: str) -> str:
    return _UNITS.get(unit.lower(), unit).lower()


def _boolean(typed: Typed, value: object, span: Span) -> Iterator[Diagnostic]:
    if not isinstance(value, bool):
        yield _neither(typed, value, span)


def _neither(typed: Typed, value: object, span: Span) -> Diagnostic:
    meant = {"yes": "true", "no": "false", "on": "true", "off": "false", "1": "true", "0": "false"}
    near = meant.get(str(value).lower(), str(value).lower())
    fixes = (replace(span, near),) if near in ("true", "false") else ()
    return finding(
        WRONG_OPERAND,
        span,
        text(
            "`{name}` is `true` or `false`; `{value}` is neither",
            name=typed.name,
            value=shown(value),
        ),
        text("write `true` or `false`, without quotes"),
        fixes=fixes,
    )


def _date(typed: Typed, value: object, span: Span) -> Iterator[Diagnostic]:
    if value == "now":
        return
    if not isinstance(value, str) or not looks_like_date(value):
        yield finding(
            WRONG_OPERAND,
            span,
            text("`{name}` is a date; `{value}` is not", name=typed.name, value=shown(value)),
            text('write a date such as `"2026-11-27"`'),
        )
    elif not exists(value):
        yield impossible(value, span)


def impossible(value: str, span: Span) -> Diagnostic:
    """Return the finding about a date that is not in the calendar."""
    return finding(
        IMPOSSIBLE_DATE,
        span,
        text("there is no such day as `{value}`", value=value),
        text("correct the day, month or time"),
    )


def _string(typed: Typed, value: object, span: Span) -> Iterator[Diagnostic]:
    if not isinstance(value, str):
        quoted = f'"{shown(value)}"'
        whole = isinstance(value, int) and not isinstance(value, bool)
        yield finding(
            WRONG_OPERAND,
            span,
            text("`{name}` is text; `{value}` is not", name=typed.name, value=shown(value)),
            text("put it in quotes: `{quoted}`", quoted=quoted),
            fixes=(replace(span, quoted),) if whole else (),
        )
    elif typed.values and value not in typed.values:
        yield undeclared(typed, value, span)


def undeclared(
    typed: Typed, value: str, span: Span, values: tuple[str, ...] | None = None
) -> Diagnostic:
    """Return the finding about a value that is not among the declared ones."""
    known = typed.values if values is None else values
    message = text("`{name}` is never `{value}`", name=typed.name, value=value)
    normal = typed.synonyms.get(value)
    if normal is not None:
        advice = text("`{value}` is normalised to `{normal}`", value=value, normal=normal)
        return finding(UNDECLARED_VALUE, span, message, advice, fixes=(replace(span, normal),))
    if len(known) > SHOWN:
        advice = text("see the values that `{name}` declares", name=typed.name)
    else:
        listed = ", ".join(f"`{name}`" for name in known)
        advice = text("it is one of {values}", values=listed)
    return misspelled(UNDECLARED_VALUE, span, message, (value, known), advice)


def outside(typed: Typed, value: object, span: Span) -> Iterator[Diagnostic]:
    """Yield CRM212 for a number that is below the declared minimum or above the maximum."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    low, high = typed.minimum, typed.maximum
    if high is not None and value > high:
        advice = text("the maximum is {limit}; correct the value or the limit", limit=high)
    elif low is not None and value < low:
        advice = text("the minimum is {limit}; correct the value or the limit", limit=low)
    else:
        return
    yield finding(
        UNDECLARED_VALUE,
        span,
        text("`{name}` is never `{value}`", name=typed.name, value=shown(value)),
        advice,
        related=(Label(typed.declared, text("the limit is declared here")),),
    )


def _array(typed: Typed, value: object, span: Span) -> Iterator[Diagnostic]:
    if typed.items is not None and isinstance(value, list):
        for item in value:
            yield from fits(typed.items, item, span)


def _anything(_typed: Typed, _value: object, _span: Span) -> Iterator[Diagnostic]:
    return iter(())


_FITS: dict[DataType, Callable[[Typed, object, Span], Iterator[Diagnostic]]] = {
    "number": _number,
    "integer": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _date,
    "string": _string,
    "enum": _string,
    "array": _array,
    "object": _anything,
    "geo": _anything,
}
