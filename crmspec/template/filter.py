"""What filters do (templates 9 and 12)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final, TypeAlias
from urllib.parse import quote

from crmspec.template.bound import OUTPUT, TooMuchError
from crmspec.template.date import formatted, later
from crmspec.template.value import (
    Value,
    exact,
    nearest_number,
    number,
    plain,
    shown,
    words,
)

Arguments: TypeAlias = tuple[Value, ...]
Named: TypeAlias = Mapping[str, Value]
_RECKONING: Final = Context(prec=64)


def applied(name: str, value: Value, arguments: Arguments, named: Named) -> Value:
    """Return what a filter makes of a value; raise `TooMuchError` where it would be too long."""
    if name == "default":
        return arguments[0] if value is None or value == "" else value
    if name == "length":
        return len(value) if isinstance(value, str | list | tuple) else 0
    return _FILTERS[name](value, arguments, named)


def url_encoded(value: str) -> str:
    """Return a text as a part of a URL: UTF-8, RFC 3986 unreserved characters as they are."""
    return quote(value.encode("utf-8", "replace"), safe="")


def plural_form(value: Decimal, forms: Arguments) -> Value:
    """Return the form of a word after a number: two forms are English, three Russian."""
    if len(forms) == 2:  # noqa: PLR2004
        return forms[value != 1]
    one, few, many = forms
    if value != int(value):
        return few
    tens, ones = abs(int(value)) % 100, abs(int(value)) % 10
    if ones == 1 and tens != 11:  # noqa: PLR2004
        return one
    return few if ones in {2, 3, 4} and tens not in {12, 13, 14} else many


def _of_words(make: Callable[[str, Arguments], Value]) -> Filter:
    """Make a filter of texts, which numbers are taken for too."""

    def run(value: Value, arguments: Arguments, _: Named) -> Value:
        text = words(value)
        return None if text is None else make(text, arguments)

    return run


def _of_number(make: Callable[[Decimal, Arguments], Value]) -> Filter:
    def run(value: Value, arguments: Arguments, _: Named) -> Value:
        found = number(value)
        return None if found is None else make(exact(found), arguments)

    return run


def _of_list(make: Callable[[list[object] | tuple[object, ...], Arguments], Value]) -> Filter:
    def run(value: Value, arguments: Arguments, _: Named) -> Value:
        return make(value, arguments) if isinstance(value, list | tuple) else None

    return run


Filter: TypeAlias = Callable[[Value, Arguments, Named], Value]


def _title(text: str) -> str:
    begins = True
    letters = []
    for letter in text:
        letters.append(letter.upper() if begins else letter)
        begins = letter.isspace()
    return "".join(letters)


def _truncated(text: str, arguments: Arguments) -> str:
    most = _whole(arguments)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _replaced(text: str, arguments: Arguments) -> str:
    old, new = str(arguments[0]), str(arguments[1])
    if len(text) + text.count(old) * (len(new) - len(old)) > OUTPUT:
        raise TooMuchError("output")
    return text.replace(old, new)


def _rounded(value: Decimal, arguments: Arguments) -> str:
    unit = Decimal(1).scaleb(-_whole(arguments))
    rounded = value.quantize(unit, ROUND_HALF_UP, _RECKONING)
    return format(abs(rounded) if rounded == 0 else rounded, "f")


def _reckoned(sign: int) -> Filter:
    return _of_number(
        lambda value, given: nearest_number(_RECKONING.add(value, sign * _operand(given)))
    )


def _joined(items: list[object] | tuple[object, ...], arguments: Arguments) -> str:
    separator = str(arguments[0])
    parts: list[str] = []
    length = 0
    for item in items:
        parts.append(shown(plain(item)))
        length += len(parts[-1]) + len(separator)
        if length > OUTPUT + len(separator):
            raise TooMuchError("output")
    return separator.join(parts)


def _item(at: int) -> Filter:
    def take(items: list[object] | tuple[object, ...], arguments: Arguments) -> Value:
        item = plain(items[at]) if items else None
        if not arguments:
            return item
        return plain(item.get(str(arguments[0]))) if isinstance(item, Mapping) else None

    return _of_list(take)


def _hashed(text: str, arguments: Arguments) -> str:
    found = hashlib.new(str(arguments[0]), text.encode("utf-8", "replace"), usedforsecurity=False)
    return found.hexdigest()


def _dated(value: Value, arguments: Arguments, named: Named) -> Value:
    locale = named.get("locale")
    if not isinstance(value, str):
        return None
    return formatted(value, str(arguments[0]), None if locale is None else str(locale))


def _whole(arguments: Arguments) -> int:
    first = arguments[0]
    return first if isinstance(first, int) else 0


def _operand(arguments: Arguments) -> Decimal:
    return exact(number(arguments[0]) or 0)


_FILTERS: Final[dict[str, Filter]] = {
    "upper": _of_words(lambda text, _: text.upper()),
    "lower": _of_words(lambda text, _: text.lower()),
    "capitalize": _of_words(lambda text, _: text[:1].upper() + text[1:]),
    "title": _of_words(lambda text, _: _title(text)),
    "truncate": _of_words(_truncated),
    "replace": _of_words(_replaced),
    "number": _of_number(_rounded),
    "plus": _reckoned(1),
    "minus": _reckoned(-1),
    "times": _of_number(
        lambda value, given: nearest_number(_RECKONING.multiply(value, _operand(given)))
    ),
    "date": _dated,
    "add_days": _of_words(lambda text, given: later(text, _whole(given))),
    "first": _item(0),
    "last": _item(-1),
    "join": _of_list(_joined),
    "url_encode": _of_words(lambda text, _: url_encoded(text)),
    "hash": _of_words(_hashed),
    "shorten": _of_words(lambda text, _: text),
    "limit": _of_list(lambda items, given: items[: _whole(given)]),
    "plural": _of_number(plural_form),
}
