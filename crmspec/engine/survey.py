"""What is on a target, whoever made it, and what to call it in a project."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import msgspec

from crmspec.engine.resource import Address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_MARKER = re.compile(r"crmspec:(?P<project>[^/]+)/(?P<kind>[^/]+)/(?P<id>.+)")
_LONGEST = 60
_ID = re.compile(r"[a-z][a-z0-9_]*")
_OTHER = re.compile(r"[^a-z0-9]+")
_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "u",
}  # fmt: skip


class Seen(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """An object of the account; `id` is the target's own.

    `key` is a name for machines, where the target has one: an event's or attribute's name in
    templates. `project` and `mark` are what crmspec's marker says: whose it is, and its id there.
    """

    kind: str
    title: str
    id: str
    key: str | None = None
    project: str | None = None
    mark: str | None = None


def marked(seen: Seen, marker: str | None) -> Seen:
    """Return an object with what crmspec's marker says of it; any other text is its key."""
    found = _MARKER.fullmatch(marker or "")
    if found is not None and found["kind"] == seen.kind:
        return msgspec.structs.replace(seen, project=found["project"], mark=found["id"])
    return msgspec.structs.replace(seen, key=marker or None)


def named(seen: Iterable[Seen], taken: Collection[Address]) -> dict[Address, Seen]:
    """Return the objects by the addresses that they get; none of them is taken.

    A mark of the project is kept, then a name for machines; the rest are called after their
    titles, in the order of title and id, so that the same account gives the same addresses.
    """
    found: dict[Address, Seen] = {}
    for one in sorted(seen, key=_precedence):
        mark = one.mark if one.mark and _ID.fullmatch(one.mark) else None
        wish = mark or slug(one.key or one.title) or one.kind
        address = next(a for a in _wishes(one.kind, wish) if a not in taken and a not in found)
        found[address] = one
    return found


def slug(title: str) -> str:
    """Return an id made of a title, Cyrillic in Latin letters; empty if nothing is left."""
    plain = "".join(_LETTERS.get(letter, letter) for letter in title.lower())
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return cut(_OTHER.sub("_", plain.replace("'", "")).strip("_"))


def cut(name: str) -> str:
    """Return a name as an id may be: it begins with a letter and ends with a whole word."""
    name = name.lstrip("0123456789_")
    if len(name) > _LONGEST:
        name = name[: _LONGEST + 1].rpartition("_")[0] or name[:_LONGEST]
    return name if _ID.fullmatch(name) else ""


def _precedence(one: Seen) -> tuple[bool, bool, Seen]:
    return one.mark is None, one.key is None, one


def _wishes(kind: str, wish: str) -> Iterator[Address]:
    yield Address(kind, wish)
    number = 2
    while True:
        yield Address(kind, f"{wish}_{number}")
        number += 1
