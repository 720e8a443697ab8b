"""What other languages call the keys and words of this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.value import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Collection

GROUPS = frozenset(("all", "any", "none", "not"))

_KEYS: dict[str, tuple[str, ...]] = {
    "eq": ("=", "==", "===", "equals", "equal", "equal_to", "equals_to"),
    "neq": ("!=", "<>", "ne", "not_equals", "not_equal", "not_eq", "is_not"),
    "gt": (">", "greater", "greater_than", "more", "more_than", "above"),
    "gte": (">=", "ge", "min", "minimum", "at_least", "from"),
    "lt": ("<", "less", "less_than", "fewer_than", "below"),
    "lte": ("<=", "le", "max", "maximum", "at_most", "to"),
    "in": ("one_of", "any_of"),
    "not_in": ("nin", "none_of", "notin"),
    "within_last": ("newer_than",),
    "older_than": ("not_within_last",),
    "contains": ("includes", "has", "like"),
    "not_contains": ("not_includes", "not_like"),
    "matches": ("regex", "regexp"),
    "starts_with": ("prefix", "begins_with"),
    "ends_with": ("suffix",),
    "missing": ("is_null", "empty", "is_empty"),
    "exists": ("not_null", "is_set", "not_empty"),
    "all": ("and",),
    "any": ("or",),
    "none": ("nor",),
    "only": ("when", "only_if", "if"),
}
_WORDS: dict[str, tuple[str, ...]] = {
    "mon": ("monday",),
    "tue": ("tuesday", "tues"),
    "wed": ("wednesday",),
    "thu": ("thursday", "thur", "thurs"),
    "fri": ("friday",),
    "sat": ("saturday",),
    "sun": ("sunday",),
}

_HARMLESS = frozenset(("title", "description", "owner", "tags", "status", "stage", "names"))


def _turned(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {other: name for name, others in table.items() for other in others}


_KEY_OF = _turned(_KEYS)
_WORD_OF = _turned(_WORDS)


def key_for(other: str, candidates: Collection[str]) -> str | None:
    """Return the candidate that means what another language calls so."""
    name = _KEY_OF.get(other.lower())
    return name if name in candidates else None


def words_for(other: str, options: Collection[str]) -> list[str]:
    """Return the option that a longer word for it means, if there is one."""
    name = _WORD_OF.get(other.lower())
    return [name] if name is not None and name in options else []


def harmless(key: str) -> bool:
    """Say whether a key only tells people something."""
    return key in _HARMLESS


def decides(key: str) -> bool:
    """Say whether a key decides who is meant, so that a wrong guess reverses a campaign."""
    return key in OPERATORS or key in GROUPS or key in _KEYS
