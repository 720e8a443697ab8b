"""What conditions ask about, seen through the segments that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.condition import ConsentIs, EventHappened, EventMissing, InSegment, LastEvent
from crmspec.logic.reading import parts

if TYPE_CHECKING:
    from crmspec.ir.program import Program
    from crmspec.ir.value import Located

GIVEN = ("subscribed", "opted_in")
"""The states of a consent that permit something."""


def is_unclear(program: Program, condition: Located | None) -> bool:
    """Say whether a condition leads to a segment that could not be read."""
    return any(
        isinstance(node, InSegment) and node.segment.id not in program.segments
        for node in parts(program, [condition])
    )


def asks_about_event(program: Program, condition: Located | None, event: str) -> bool:
    """Say whether a condition depends on an event having happened, as far as one can see."""
    for node in parts(program, [condition]):
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
        for node in parts(program, [condition])
        if isinstance(node, ConsentIs) and node.is_ in GIVEN
    }
