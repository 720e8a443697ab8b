"""What a neutral path such as `profile.first_name` is called at a target."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec
import yaml

from crmspec.template.tree import Body

if TYPE_CHECKING:
    from crmspec.template.tree import Path

Kind: TypeAlias = Literal["string", "number", "integer", "boolean", "date", "list", "object"]
"""What is known of a value; dates are texts in the template language."""

Dates: TypeAlias = Literal["iso", "seconds", "milliseconds"]
"""How the target keeps dates: as ISO 8601 texts, or as a number since 1970."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")

_NAMEABLE = ("profile", "coupon", "feed")
_UNSAFE = re.compile(r"""['"{}\\%$|\r\n]""")
"""Characters that would end the name, or the tag around it."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to write a path; `{name}` stands for the key that `*` matched, `{NAME}` in capitals.

    A name that the project gives as the target's own is written as it is, in either.
    `odd` is for keys that are no identifiers; without it they cannot be written. A bare text is for
    both. A `tag` is a whole tag, not a value: it can be printed, but neither compared nor filtered.
    """

    plain: str | None = None
    odd: str | None = None
    tag: str | None = None


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of names: patterns of neutral paths, and words that are taken in the dialect.

    `awkward` keys are written like odd ones, since they mean something else after a dot.
    """

    paths: dict[str, str | Entry]
    reserved: tuple[str, ...] = ()
    awkward: tuple[str, ...] = ()
    dates: Dates = "iso"


class Found(msgspec.Struct, frozen=True):
    """A path at the target: how its beginning is written, and the keys that remain below it."""

    text: str
    rest: tuple[str | int, ...] = ()
    tag: bool = False


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """The names of a target, with what a project says about its own values.

    `renamed` gives the target's own names of attributes, coupons and feeds (`coupon.back10`),
    `standard` the standard attribute that one is, `texts` what is the same for everybody, by path,
    `kinds` the kinds of values by path, with `[]` for any item: `event.items[].price`, `links` the
    pages of the project's own by their names; values in these are parts of a URL.
    """

    table: Table
    renamed: Mapping[str, str] = {}
    standard: Mapping[str, str] = {}
    texts: Mapping[str, str] = {}
    kinds: Mapping[str, Kind] = {}
    links: Mapping[str, Body] = {}

    def find(self, path: Path) -> Found | None:
        """Return how the target writes `path`, or None if it has no such value."""
        keys = self._own(path)
        for length in range(len(keys), 0, -1):
            for pattern in _patterns(keys[:length]):
                entry = self.table.paths.get(pattern)
                if entry is not None:
                    return self._written(entry, str(keys[length - 1]), path.keys[length - 1 :])
        return None

    def _written(self, entry: str | Entry, key: str, rest: tuple[str | int, ...]) -> Found | None:
        if isinstance(entry, str):
            entry = Entry(plain=entry, odd=entry)
        name = key.removeprefix("=")
        if entry.tag is not None:
            tag = entry.tag.replace("{name}", name)
            return None if _UNSAFE.search(name) else Found(tag, rest, tag=True)
        odd = not is_plain(name) or name in self.table.awkward
        text = entry.odd if odd else entry.plain
        if text is None or _UNSAFE.search(name):
            return None
        capitals = name if key.startswith("=") else name.upper()
        return Found(text.replace("{name}", name).replace("{NAME}", capitals), rest)

    def _own(self, path: Path) -> tuple[str | int, ...]:
        if path.root not in _NAMEABLE or not path.keys:
            return (path.root, *path.keys)
        key, *rest = path.keys
        name = self.renamed.get(f"{path.root}.{key}")
        if name is not None:
            return (path.root, f"={name}", *rest)
        if path.root == "profile":
            key = self.standard.get(str(key), key)
        return (path.root, key, *rest)


def _patterns(keys: tuple[str | int, ...]) -> tuple[str, ...]:
    dotted = ".".join(str(k) for k in keys)
    return (dotted, ".".join((*(str(k) for k in keys[:-1]), "*")))


def is_plain(key: str) -> bool:
    """Return whether `key` can be written after a dot in every dialect."""
    return _PLAIN.match(key) is not None


@cache
def load(dialect: str) -> Names:
    """Return the names that come with crmspec for a dialect.

    Raises:
        FileNotFoundError: there is no file for this dialect.
    """
    file = files("crmspec.dialect") / "names" / f"{dialect}.yaml"
    return Names(table=read(file.read_text("utf-8")))


def read(text: str) -> Table:
    """Return a file of names from its YAML text.

    Raises:
        msgspec.ValidationError: the file has another shape.
    """
    return msgspec.convert(yaml.safe_load(text), Table)
