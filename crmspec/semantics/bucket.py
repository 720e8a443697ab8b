"""Buckets: how a customer falls into one of 10,000 for a salt (semantics 7.29-7.34)."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BUCKETS = 10_000


@lru_cache(maxsize=65_536)
def bucket(salt: str, customer_id: str) -> int:
    """Return the bucket of a customer for a salt, 0 to 9,999 (semantics 7.30)."""
    digest = sha256(f"{salt}\0{customer_id}".encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS


def is_below(percent: float, salt: str, customer_id: str) -> bool:
    """Say whether the bucket lies in the first so many percent (semantics 5.38, 6.28)."""
    return bucket(salt, customer_id) < percent * 100


def arm(weights: Iterable[tuple[str, float]], place: int) -> str | None:
    """Return the arm whose range of buckets holds this one (semantics 7.29, 7.34).

    Arms take the buckets in the order given, weight × 100 of them each; None if `place` lies
    beyond all of them.
    """
    end = 0.0
    for name, weight in weights:
        end += weight * 100
        if place < end:
            return name
    return None
