"""Explain texts that are not written as they must be: ids, durations, times, dates, shares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Fix, Label, Safety, Text, text
from crmspec.schema import codes
from crmspec.schema.phrase import kind_of_value, plain, value_phrase
from crmspec.schema.rename import rename, rewrite
from crmspec.schema.violation import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.document import Entry
    from crmspec.schema.library import Schema
    from crmspec.schema.spot import Spot
    from crmspec.schema.violation import Violation
    from crmspec.source import Span

_ID = re.compile(r"[a-z][a-z0-9_]*")
_ID_RULE = text("an id has small Latin letters, digits and underscores, and begins with a letter")
_CODES: dict[str, Code] = {
    "id": codes.MALFORMED_ID,
    "duration": codes.MALFORMED_DURATION,
    "time": codes.MALFORMED_TIME,
    "time_span": codes.MALFORMED_TIME,
    "day": codes.MALFORMED_DATE,
    "moment": codes.MALFORMED_DATE,
    "percent": codes.MALFORMED_PERCENT,
    "locale": codes.MALFORMED_LOCALE,
}
_RULES: dict[str, Text] = {
    "id": _ID_RULE,
    "duration": text("write `90m`, `6h`, `3d`, `2w`, `1mo`, `1y`, or several: `1d 12h`"),
    "time": text("write hours and minutes with two digits each, such as `09:00`"),
    "time_span": text("write two times with a dash between them, such as `22:00-09:00`"),
    "naming": text("name `{{title}}` or `{{id}}`, or both; there is `{{project}}` besides"),
    "day": text("write year, month and day, such as `2026-11-27` or `2026-11-27T10:00`"),
}


def malformed(found: Violation, spot: Spot, _: Schema) -> Iterator[Diagnostic]:
    """Explain a text that does not fit its pattern."""
    kind, data = kind_of_value(found.schema), str(spot.node.data)
    if kind == "secret":
        yield secret(spot.value, header=spot.name.lower() == "authorization")
        return
    if kind == "percent" and re.fullmatch(r"[0-9]+(\.[0-9]+)?%", data):
        yield Diagnostic(
            code=codes.OUT_OF_RANGE,
            message=text("`{value}` is more than the whole", value=plain(data)),
            label=Label(spot.value),
            help=(text("a share is between `0%` and `100%`"),),
        )
        return
    better = _REPAIRS[kind](data) if kind in _REPAIRS else None
    if better is not None and not matches(found.schema["pattern"], better):
        better = None
    yield _malformed(kind, spot, better)


def _malformed(kind: str, spot: Spot, better: str | None) -> Diagnostic:
    value = plain(spot.node.data)
    hint = _RULES.get(kind) or text("write {what}", what=value_phrase(kind))
    return Diagnostic(
        code=_CODES.get(kind, codes.MALFORMED_VALUE),
        message=text("`{value}` is not {what}", value=value, what=value_phrase(kind)),
        label=Label(spot.value),
        help=_advice(kind, spot, better) or (hint,),
        fixes=_fixes(kind, spot, better),
    )


def _advice(kind: str, spot: Spot, better: str | None) -> tuple[Text, ...]:
    if better is None:
        return ()
    write = text("write `{better}`", better=better)
    if kind == "duration" and _MONTH_OR_MINUTE.search(str(spot.node.data)):
        return write, text("`m` is minutes, `mo` is months")
    return (write,)


def _fixes(kind: str, spot: Spot, better: str | None) -> tuple[Fix, ...]:
    if better is None:
        return ()
    if kind == "cron":
        return (rename(spot.value, better),)
    data = str(spot.node.data)
    sure = _SURE[kind](data) if kind in _SURE else True
    return (rewrite(spot.node, better, Safety.SAFE if sure else Safety.UNSAFE),)


def secret(span: Span, *, header: bool = False) -> Diagnostic:
    """Explain that a secret stands in a file; what it is, is not repeated."""
    hint = (
        text("write `auth: {{env: NAME}}` beside `headers`, with the name of a variable")
        if header
        else text("write `{{env: NAME}}` with the name of an environment variable that holds it")
    )
    return Diagnostic(
        code=codes.MALFORMED_VALUE,
        message=text("a secret must be named, not written"),
        label=Label(span),
        help=(
            hint,
            text("if it was a real one, have it replaced: the history of the file keeps it"),
        ),
    )


def malformed_key(key: str, entry: Entry) -> Diagnostic:
    """Explain a key that should be an id."""
    better = _repaired_id(key)
    return Diagnostic(
        code=codes.MALFORMED_ID,
        message=text("`{value}` is not {what}", value=plain(key), what=value_phrase("id")),
        label=Label(entry.key_span),
        help=(_ID_RULE,),
        fixes=(rename(entry.key_span, better, Safety.UNSAFE),) if better else (),
    )


def _repaired_id(data: str) -> str | None:
    better = re.sub(r"[^a-z0-9_]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", data).lower())
    better = better.strip("_")
    return better if _ID.fullmatch(better) else None


_UNITS: tuple[tuple[str, str], ...] = (
    ("mo", r"mo|mon|months?|мес|месяц(?:а|ев)?"),
    ("s", r"s|secs?|seconds?|с|сек|секунд[аы]?"),
    ("m", r"m|mins?|minutes?|м|мин|минут[аы]?"),
    ("h", r"h|hrs?|hours?|ч|час(?:а|ов)?"),
    ("d", r"d|days?|д|дн|день|дня|дней"),
    ("w", r"w|weeks?|нед|недел[яиь]"),
    ("y", r"y|yrs?|years?|г|год|года|лет"),
)
_MONTH_OR_MINUTE = re.compile(r"[0-9]\s*[MмМ]\b")
_AMOUNT = re.compile(r"\s*([0-9]{1,6})\s*([^\W\d_]+)\.?\s*")


def _repaired_duration(data: str) -> str | None:
    """Read `90 min` or `2 hours` as a duration."""
    parts, at = [], 1 if data.startswith("-") else 0
    sign = data[:at]
    while at < len(data):
        match = _AMOUNT.match(data, at)
        unit = _unit(match[2].lower()) if match else None
        if match is None or unit is None:
            return None
        parts.append(match[1] + unit)
        at = match.end()
    return sign + " ".join(parts)


def _unit(word: str) -> str | None:
    return next((unit for unit, words in _UNITS if re.fullmatch(words, word)), None)


def _repaired_time(data: str) -> str | None:
    """Read `9:00`, `9.00` or `21` as a time of day."""
    match = re.fullmatch(r"\s*([0-9]{1,2})(?:[:.]([0-9]{2}))?(?::00)?\s*", data)
    return f"{int(match[1]):02}:{match[2] or '00'}" if match else None


def _repaired_day(data: str) -> str | None:
    """Read `27.11.2026` or `2026/11/27` as a date."""
    match = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", data)
    if match:
        return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    match = re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T](.+))?", data)
    if match is None:
        return None
    time = f"T{_repaired_time(match[4]) or match[4]}" if match[4] else ""
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}{time}"


def _repaired_rule(data: str) -> str | None:
    """Write a recurrence rule as the map it needs."""
    rule = data.strip().removeprefix("RRULE:")
    return f'{{rrule: "{rule}"}}' if re.fullmatch(r"[A-Z0-9=;,:+-]+", rule) else None


_SURE: dict[str, Callable[[str], bool]] = {
    "id": lambda _: False,
    "duration": lambda data: data == data.lower() and not _MONTH_OR_MINUTE.search(data),
    "day": lambda data: re.match(r"[0-9]{4}-", data) is not None,
}
"""Says of a text whether its repair can only mean the same."""

_REPAIRS: dict[str, Callable[[str], str | None]] = {
    "id": _repaired_id,
    "duration": _repaired_duration,
    "time": _repaired_time,
    "day": _repaired_day,
    "percent": lambda data: re.sub(r"\s+", "", data).replace(",", "."),
    "locale": lambda data: data.replace("_", "-"),
    "currency": str.upper,
    "cron": _repaired_rule,
}
