"""Values that whoever sends a message surely has: its trigger, audience or starters see to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.ir.audience import Broadcast
from crmspec.ir.condition import All, Any, AttributeIs, InSegment, TriggerProperty
from crmspec.ir.step import StartChain
from crmspec.ir.trigger import (
    DateTrigger,
    EventTrigger,
    ManualTrigger,
    ObjectTrigger,
    SegmentTrigger,
)
from crmspec.ir.walk import walk
from crmspec.template import tree
from crmspec.template.narrow import NOTHING, there

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.ir.trigger import Trigger
    from crmspec.ir.value import Ref, Tests
    from crmspec.logic.wording import Sending, Wording
    from crmspec.template.narrow import Facts

NEGATIVE: Final = frozenset(
    "neq not_in not_contains contains_none not_starts_with not_ends_with not_matches".split()  # noqa: SIM905
)
"""Comparisons that hold of a missing value too."""
_ASKING: Final = {"exists": True, "missing": False}
DEPTH: Final = 3
"""Segments inside of segments that are looked into."""


def known(wording: Wording, message: Message, sending: Sending | None) -> Facts:
    """Return what is known of those to whom a message is sent."""
    if sending is None:
        return NOTHING
    sender = sending.sender
    program = wording.program
    if isinstance(sender, Broadcast):
        return _in_each(_of_segment(program, one, 0) for one in sender.audience.include)
    entered = _in_each(_started(program, one) for one in sender.trigger)
    steps = (one.step for one in wording.sendings[message.id] if one.sender is sender)
    sent = _in_each(_asked(program, one.only if one else None) for one in steps)
    return entered | sent | _asked(program, sender.audience) | _passed(wording, sender)


def _started(program: Program, trigger: Trigger) -> Facts:
    match trigger:
        case EventTrigger() | ObjectTrigger():
            tests = (_tested(_path("event", one.property), one.tests) for one in trigger.where)
            return NOTHING.union(*tests)
        case SegmentTrigger() if trigger.transition == "entered":
            return _of_segment(program, trigger.segment, 0)
        case DateTrigger():
            return there(_path("profile", trigger.date.id))
    return NOTHING


def _asked(program: Program, condition: Condition | None, depth: int = 0) -> Facts:
    """Return what is known of those for whom a condition holds."""
    match condition:
        case All():
            return NOTHING.union(*(_asked(program, one, depth) for one in condition.all))
        case Any():
            return _in_each(_asked(program, one, depth) for one in condition.any)
        case AttributeIs() if not _is_replaced(program, condition):
            return _tested(_path("profile", condition.attribute.id), condition.tests)
        case TriggerProperty():
            return _tested(_path("event", condition.trigger.id), condition.tests)
        case InSegment():
            return _of_segment(program, condition.segment, depth)
    return NOTHING


def _of_segment(program: Program, segment: Ref, depth: int) -> Facts:
    found = program.segments.get(segment.id) if depth < DEPTH else None
    return NOTHING if found is None else _asked(program, found.condition, depth + 1)


def _is_replaced(program: Program, condition: AttributeIs) -> bool:
    """Say whether a test may hold of a missing value, because something stands in for it."""
    attribute = program.attributes.get(condition.attribute.id)
    own = attribute is not None and attribute.missing_as is not None
    return own or condition.missing_as is True


def _passed(wording: Wording, chain: Chain) -> Facts:
    """Return the variables that every chain passes that starts one which nothing else starts."""
    if not all(isinstance(one, ManualTrigger) for one in chain.trigger):
        return NOTHING
    passed = (one.start_chain.pass_ for one in _starts(wording, chain))
    return _in_each(
        NOTHING.union(*(there(_path("chain", name)) for name in names)) for names in passed
    )


def _starts(wording: Wording, chain: Chain) -> Iterator[StartChain]:
    for starter in wording.starters.get(chain.id, ()):
        for node in walk(starter):
            if isinstance(node, StartChain) and node.start_chain.chain.id == chain.id:
                yield node


def _tested(path: tree.Path, tests: Tests) -> Facts:
    there_ = any(
        one.operand is _ASKING.get(one.operator, one.operand) and one.operator not in NEGATIVE
        for one in tests
    )
    return there(path, filled=True) if there_ else NOTHING


def _path(root: str, name: str) -> tree.Path:
    return tree.Path(root=root, keys=tuple(name.split(".")))


def _in_each(found: Iterable[Facts]) -> Facts:
    """Return what is known in each of some cases; nothing if there are none."""
    cases = list(found)
    return cases[0].intersection(*cases[1:]) if cases else NOTHING
