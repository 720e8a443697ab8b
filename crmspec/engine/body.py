"""Bodies: plain data that describes one object, compared by meaning, named by digest."""

from __future__ import annotations

from hashlib import sha256
from typing import TypeAlias

import msgspec

Body: TypeAlias = dict[str, object]
"""JSON data; `{"$ref": "segment.vip"}` points to another resource by address."""

REFERENCE = "$ref"


def canonical(value: object) -> bytes:
    """Return the one JSON text of a value: keys sorted, no spaces."""
    return msgspec.json.encode(value, order="deterministic")


def digest(data: bytes) -> str:
    """Return `sha256:` and the hex digest."""
    return "sha256:" + sha256(data).hexdigest()


def fingerprint(value: object) -> str:
    """Return the digest of a value's canonical text."""
    return digest(canonical(value))


def is_reference(value: object) -> bool:
    """Say whether a value is a pointer to another resource."""
    return isinstance(value, dict) and len(value) == 1 and REFERENCE in value


def same(one: object, other: object) -> bool:
    """Compare by meaning: `1` is `1.0`, but `true` is not `1`; key order does not count."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(v, other[k]) for k, v in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other
