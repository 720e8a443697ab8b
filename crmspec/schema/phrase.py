"""The words for types and kinds of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.schema.library import Schema

_LISTED = 30

_TYPES: dict[str, Text] = {
    "string": text("text"),
    "integer": text("a whole number"),
    "number": text("a number"),
    "boolean": text("`true` or `false`"),
    "array": text("a list"),
    "object": text("a map"),
}

_VALUES: dict[str, Text] = {
    "id": text("an id"),
    "duration": text("a duration such as `6h`"),
    "time": text("a time of day such as `10:00`"),
    "time_span": text("a time span such as `22:00-09:00`"),
    "day": text("a date such as `2026-11-27`"),
    "moment": text("a moment such as `2026-11-27T10:00` or `2h`"),
    "percent": text("a share such as `10%`"),
    "rate": text("a rate such as `500/min`"),
    "distance": text("a distance such as `30km`"),
    "currency": text("a currency code such as `EUR`"),
    "email": text("an e-mail address"),
    "sender": text("a sender such as `Shop <hello@shop.example>`"),
    "locale": text("a language code such as `en`"),
    "code": text("the code of a finding such as `CRM203`"),
    "reentry": text("`never`, `always`, `after 7d` or `after_exit 7d`"),
    "limit": text("a limit such as `3 per 1d`"),
    "secret": text("`env:` and the name of an environment variable"),
    "naming": text("a pattern of names such as `{{title}} v2`"),
    "address": text("an address such as `chain.abandoned_cart`"),
    "cron": text("a cron line such as `0 11 * * 4`"),
}


def kind_of_value(schema: Schema) -> str:
    """Return what sort of text the schema asks for: `id`, `duration` …, or nothing."""
    kind: str = schema.get("x-crmspec-value", "")
    return kind


def value_phrase(kind: str) -> Text:
    """Name a sort of text with an example."""
    return _VALUES[kind]


def expected(schema: Schema) -> Text:
    """Say of which types a value may be."""
    listed = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    kind = kind_of_value(schema)
    phrases = [
        _VALUES[kind] if kind and name == "string" else _TYPES[name]
        for name in listed
        if name in _TYPES and not (name == "integer" and "number" in listed)
    ]
    return either(phrases)


def either(phrases: list[Text]) -> Text:
    """Join phrases: "text, a list or a map"."""
    *others, last = phrases
    if not others:
        return last
    joined = others[0]
    for one in others[1:]:
        joined = text("{first}, {second}", first=joined, second=one)
    return text("{first} or {second}", first=joined, second=last)


def actual(data: object) -> Text:
    """Name what a value is."""
    if isinstance(data, bool):
        return text("`{value}`", value=plain(data))
    if isinstance(data, int | float):
        return text("the number {value}", value=data)
    if isinstance(data, str):
        return text("the text `{value}`", value=plain(data))
    return kind_of(data)


def kind_of(data: object) -> Text:
    """Name what a value is without repeating it."""
    if isinstance(data, bool):
        return _TYPES["boolean"]
    if isinstance(data, int | float):
        return _TYPES["number"]
    if isinstance(data, str):
        return _TYPES["string"]
    return _TYPES["array"] if isinstance(data, list) else _TYPES["object"]


def plain(data: object) -> str:
    """Write a value on one line, shortened."""
    if isinstance(data, bool):
        return "true" if data else "false"
    line = " ".join(str(data).split())
    return line if len(line) <= 60 else f"{line[:59]}…"  # noqa: PLR2004 - a line's worth


def listing(names: Iterable[object]) -> str:
    """Quote names and put commas between them; a very long list ends in an ellipsis."""
    quoted = [f"`{plain(name)}`" for name in names]
    shown = ", ".join(quoted[:_LISTED])
    return shown if len(quoted) <= _LISTED else f"{shown}, …"
