"""Where a span is, in the lines and columns that machines expect."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.source import Position, Source, Span


class Region(NamedTuple):
    """A range from `start` up to, not including, `end`."""

    start: Position
    end: Position


def region(span: Span, sources: Mapping[str, Source]) -> Region | None:
    """Return the lines and columns of a span, or None if its source is not at hand."""
    source = sources.get(span.path)
    if source is None:
        return None
    return Region(source.position(span.start), source.position(span.end))
