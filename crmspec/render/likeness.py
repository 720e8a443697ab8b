"""Events that are likely the same thing under two names."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.ir.data import Event

_WORD = re.compile(r"[^\W_]+")
_SYNONYMS = (
    ("cart", "basket", "bag"),
    ("order", "purchase"),
    ("placed", "created", "made"),
    ("signup", "registered", "registration"),
    ("viewed", "view", "seen", "visited"),
    ("clicked", "click"),
    ("opened", "open"),
    ("product", "item", "goods"),
    ("favorite", "wishlist", "favourite"),
    ("removed", "deleted"),
    ("updated", "changed"),
)
_MEANING = {word: group[0] for group in _SYNONYMS for word in group}
_NAME_LIKENESS = 0.6
_PROPERTY_LIKENESS = 0.75


def alike(events: Mapping[str, Event]) -> Iterator[tuple[Event, Event]]:
    """Yield pairs with one title, one name in other words, or like names and like properties."""
    words = {id_: _words(id_) for id_ in events}
    for first, second in sorted(_candidates(words, events)):
        if _same(events[first], events[second], words[first], words[second]):
            yield events[first], events[second]


def _words(text: str) -> frozenset[str]:
    return frozenset(_MEANING.get(word, word) for word in _WORD.findall(text.casefold()))


def _title(event: Event) -> frozenset[str]:
    return frozenset(_WORD.findall((event.title or "").casefold()))


def _candidates(
    words: Mapping[str, frozenset[str]], events: Mapping[str, Event]
) -> set[tuple[str, str]]:
    """Return pairs worth comparing: they share a rare word of their ids, or all of their titles.

    Two sets with a likeness of at least t share one of the first |x| - ceil(t |x|) + 1 words
    of either, rarest first; so common words never bring all events together.
    """
    rarity = Counter(word for found in words.values() for word in found)
    buckets: dict[object, list[str]] = defaultdict(list)
    for id_, found in words.items():
        ranked = sorted(found, key=lambda word: (rarity[word], word))
        for word in ranked[: len(ranked) - ceil(_NAME_LIKENESS * len(ranked)) + 1]:
            buckets[word].append(id_)
        if title := _title(events[id_]):
            buckets[title].append(id_)
    return {
        (min(a, b), max(a, b))
        for ids in buckets.values()
        for n, a in enumerate(ids)
        for b in ids[n + 1 :]
    }


def _same(a: Event, b: Event, words_a: frozenset[str], words_b: frozenset[str]) -> bool:
    if words_a == words_b or (_title(a) and _title(a) == _title(b)):
        return True
    few = 2
    if min(len(a.properties), len(b.properties)) < few:
        return False
    names = _likeness(words_a, words_b)
    properties = _likeness(frozenset(a.properties), frozenset(b.properties))
    return names >= _NAME_LIKENESS and properties >= _PROPERTY_LIKENESS


def _likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """Return the share of common members (Jaccard)."""
    return len(a & b) / len(a | b) if a | b else 0.0
