"""Domains: how Tryton searches, `["name", "=", "VIP"]`, lists of them, `["OR", …]`.

A field of another record is reached by its path. What is empty differs from any value for some
types of fields and for others not, so that a negation always says that it may be empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.providers.tryton.condition import Field

_OPERATORS = {
    "eq": ("=", "!="),
    "is": ("=", "!="),
    "in": ("in", "not in"),
    "gt": (">", "<="),
    "gte": (">=", "<"),
    "lt": ("<", ">="),
    "lte": ("<=", ">"),
    "contains": ("=", None),
    "contains_any": ("in", None),
}
COMPUTED = frozenset({"email", "phone", "mobile", "website", "full_name"})
"""Fields of the party that are computed, by which nothing can be searched."""
MECHANISMS = {"email": ["email"], "phone": ["phone"], "mobile": ["mobile"]}
BELOW = {"lang.code": ("langs", "lang.code")}
"""Fields of the party that Tryton keeps in records below it, by which it searches."""
NOBODY = [["id", "<", 0]]


class Domain:
    """Says conditions as domains; implements `condition.Words`."""

    def every(self, parts: Sequence[object]) -> object:
        """Return a list of clauses; an empty one takes everybody."""
        kept = [one for one in parts if one != []]
        return kept[0] if len(kept) == 1 else kept

    def some(self, parts: Sequence[object]) -> object:
        """Return `["OR", …]`."""
        if not parts:
            return NOBODY
        if [] in parts:
            return []
        return parts[0] if len(parts) == 1 else ["OR", *parts]

    def test(self, field: Field, operator: str, operand: object, *, holds: bool) -> object | None:
        """Return a clause."""
        if operator == "exists":
            return self._exists(field.path, holds=holds)
        if field.path in COMPUTED or operator not in _OPERATORS:
            return None
        positive, negative = _OPERATORS[operator]
        root, _, rest = field.path.partition(".")
        if field.path in BELOW:
            root, rest = BELOW[field.path]
            return [root, "where" if holds else "not where", [[rest, positive, operand]]]
        if negative is None:
            return _listed(root, rest, [positive, operand], holds=holds)
        if holds:
            return [field.path, positive, operand]
        return ["OR", [field.path, negative, operand], [root, "=", None]]

    def _exists(self, path: str, *, holds: bool) -> object | None:
        if path in MECHANISMS:
            asked = [["type", "in", MECHANISMS[path]]]
            return ["contact_mechanisms", "where" if holds else "not where", asked]
        if path in COMPUTED:
            return None
        if path in BELOW:
            below, rest = BELOW[path]
            return [below, "where" if holds else "not where", [[rest, "!=", None]]]
        root, _, rest = path.partition(".")
        if rest and not holds:
            return ["OR", [path, "=", None], [root, "=", None]]
        return [path, "!=" if holds else "=", None]


def _listed(root: str, rest: str, test: list[object], *, holds: bool) -> object | None:
    """Return that some record of a list has a value in a field, or none."""
    if not rest:
        return None
    if holds:
        return [f"{root}.{rest}", *test]
    return [root, "not where", [[rest, *test]]]


def plain(domain: object) -> object:
    """Return a domain as we write it: without a list of one, and without `AND`."""
    match domain:
        case ["AND", *parts]:
            return plain(parts)
        case ["OR", one] | [list() as one]:
            return plain(one)
        case ["OR", *parts]:
            return ["OR", *map(plain, parts)]
        case [list(), *_]:
            return [plain(one) for one in domain]
    return domain


def clause(domain: object) -> list[object]:
    """Return a domain as a list of clauses, as a scenario has it."""
    found = cast("list[object]", domain)
    alone = found and isinstance(found[0], str) and found[0] != "OR"
    return [domain] if alone else found
