"""What is known of the kinds of values in a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.dialect.lowering_scope import LOOP
from crmspec.template.tree import Constant, Filter, Path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.dialect.names import Kind
    from crmspec.template.tree import Expression

_OF_FILTER: Final[dict[str, Kind]] = {
    "length": "integer",
    **dict.fromkeys(("upper", "lower", "capitalize", "title", "truncate", "replace"), "string"),
    **dict.fromkeys(("number", "date", "join", "url_encode", "hash", "plural"), "string"),
    "add_days": "date",
    "limit": "list",
}


NUMBERS: Final = ("number", "integer")
TEXTS: Final = ("string", "date")


class Kinds:
    """The kinds of values, by their neutral paths; loop variables stand for items of a list."""

    def __init__(self, known: Mapping[str, Kind]) -> None:
        self.known = known
        self.places: dict[str, str] = {}

    def bind(self, name: str, value: Expression, *, item: bool = False) -> None:
        """Note that `name` stands for a value, or for an item of it."""
        if isinstance(value, Filter) and value.name == "limit":
            value = value.of
        if isinstance(value, Path):
            self.places[name] = self.place(value) + ("[]" if item else "")

    def may_share(self, one: str, other: str) -> bool:
        """Return whether an item of one loop may be the very item of another, or equal to it."""
        here, there = self.places.get(one), self.places.get(other)
        return here == there or "object" not in (
            self.known.get(here or ""),
            self.known.get(there or ""),
        )

    def place(self, path: Path) -> str:
        """Return a path with its bound names replaced: `item.price` is `event.items[].price`."""
        place = self.places.get(path.root, path.root)
        for key in path.keys:
            place += "[]" if isinstance(key, int) else f".{key}"
        return place

    def of(self, value: Expression) -> Kind | None:  # noqa: PLR0911 - one a kind of node
        """Return the kind of a value, or None if it is not known."""
        match value:
            case Constant(value=bool()):
                return "boolean"
            case Constant(value=int()):
                return "integer"
            case Constant(value=float()):
                return "number"
            case Constant(value=str()):
                return "string"
            case Path() if value.root.startswith(LOOP):
                return "integer" if value.keys == ("index",) else "boolean"
            case Path():
                return self.known.get(self.place(value))
            case Filter(name="default" | "shorten" | "limit"):
                return self.of(value.of)
            case Filter(name="plus" | "minus" | "times"):
                whole = all(self.of(v) == "integer" for v in (value.of, *value.arguments))
                return "integer" if whole else "number"
            case Filter():
                return _OF_FILTER.get(value.name)
            case _:
                return None
