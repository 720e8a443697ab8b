"""What conditions ask about, seen through the segments that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.condition import ConsentIs, EventHappened, EventMissing, InSegment, LastEvent
from crmspec.ir.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.program import Program
    from crmspec.ir.value import Located

GIVEN = ("subscribed", "opted_in")
"""The states of a consent that permit something."""


def leaves(program: Program, condition: Located | None) -> Iterator[Located]:
    """Yield every part of a condition and of the segments it leads to, each segment once."""
    if condition is None:
        return
    waiting, seen = [condition], set[str]()
    while waiting:
        for node in walk(waiting.pop()):
            yield node
            if isinstance(node, InSegment) and node.segment.id not in seen:
                seen.add(node.segment.id)
                segment = program.segments.get(node.segment.id)
                if segment is not None:
                    waiting.append(segment.condition)


def is_unclear(program: Program, condition: Located | None) -> bool:
    """Say whether a condition leads to a segment that could not be read."""
    return any(
        isinstance(node, InSegment) and node.segment.id not in program.segments
        for node in leaves(program, condition)
    )


def asks_about_event(program: Program, condition: Located | None, event: str) -> bool:
    """Say whether a condition depends on an event having happened, as far as one can see."""
    for node in leaves(program, condition):
        match node:
            case EventHappened() if node.event.id == event:
                return True
            case EventMissing() if node.not_event.id == event:
                return True
            case LastEvent() if node.last_event.id == event:
                return True
            case InSegment() if node.segment.id not in program.segments:
                return True
    return False


def consents(program: Program, condition: Located | None) -> set[str]:
    """Return the consents that a condition asks to have been given."""
    return {
        node.consent.id
        for node in leaves(program, condition)
        if isinstance(node, ConsentIs) and node.is_ in GIVEN
    }
