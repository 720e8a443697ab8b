"""Segments that say the same under two names, and those that chains with one trigger share."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from crmspec.ir import condition as c
from crmspec.ir.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.ir.audience import Segment
    from crmspec.ir.value import Located

_UNORDERED = frozenset({"all", "any", "none"})


def key(node: Located | None) -> bytes:
    """Return bytes that are equal for equal nodes, wherever they are written."""
    if node is None:
        return b"null"
    return type(node).__name__.encode() + _bytes(plain(node))


def same(segments: Mapping[str, Segment]) -> Iterator[list[Segment]]:
    """Yield groups of running segments with equal conditions, whatever the order of their parts."""
    found: dict[bytes, list[Segment]] = defaultdict(list)
    for segment in segments.values():
        if segment.status != "deprecated":
            condition = _origin(segment, segments).condition
            found[_bytes(_sorted(plain(condition)))].append(segment)
    return (group for group in found.values() if len(group) > 1)


def admitting(audience: c.Condition | None) -> Iterator[c.InSegment]:
    """Yield the segments all people of an audience are in."""
    match audience:
        case c.InSegment(joined=None):
            yield audience
        case c.All():
            for part in audience.all:
                yield from admitting(part)


def _origin(segment: Segment, segments: Mapping[str, Segment]) -> Segment:
    """Follow a segment that is only another name of one; a circle is followed once."""
    seen = {segment.id}
    while isinstance(segment.condition, c.InSegment) and segment.condition.joined is None:
        following = segments.get(segment.condition.segment.id)
        if following is None or following.id in seen:
            break
        segment = following
        seen.add(segment.id)
    return segment


def _sorted(data: object) -> object:
    """Return a condition with the parts of its groups in one order, each once."""
    match data:
        case dict():
            made = {name: _parts(name, value) for name, value in data.items()}
            match list(made.items()):
                case [(("all" | "any"), [only])]:
                    return only
            return made
        case list():
            return [_sorted(item) for item in data]
        case _:
            return data


def _parts(name: str, value: object) -> object:
    data = _sorted(value)
    if name not in _UNORDERED or not isinstance(data, list):
        return data
    parts = {_bytes(part): part for part in data}
    return [parts[written] for written in sorted(parts)]


def _bytes(data: object) -> bytes:
    return msgspec.json.encode(data, order="deterministic")
