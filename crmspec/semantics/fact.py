"""Which facts about a customer a condition reads, so that it is asked only when one changes.

A fact is named by a word and an id: `event:order_placed`, `attribute:city`, `list:vip`,
`consent:mail`, `reachable:email`, `message:cart_1` (`messages` for all), `chain:welcome`,
`experiment:offer`, `related:order`, `segment:vip` (membership taken as given), `place`, `device`.
`clock` is read by conditions that time alone or chance may make true for a blank customer.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from crmspec.ir.condition import (
    All,
    Any,
    AttributeIs,
    ChannelReaction,
    InSegment,
    Joined,
    MessageReaction,
    Not,
    Nothing,
    Raw,
    Reachable,
    Suppressed,
)
from crmspec.ir.step import Branch, WaitFor
from crmspec.ir.trait import HasRelated, InPlace, NowIs, OnDevice, RandomShare, RfmIs
from crmspec.ir.value import Ref
from crmspec.ir.walk import walk
from crmspec.resolve.outline import ways

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.program import Program
    from crmspec.ir.value import Located

CLOCK = "clock"
PLACE = "place"
DEVICE = "device"
MESSAGES = "messages"


def facts(condition: Condition, program: Program) -> frozenset[str]:
    """Return the facts a condition reads, those of the segments in it included."""
    found: set[str] = set()
    todo: list[Located] = [condition]
    while todo:
        for node in walk(todo.pop()):
            for fact in _of(node, program):
                if fact in found:
                    continue
                found.add(fact)
                segment = program.segments.get(fact.removeprefix("segment:"))
                if segment is not None and fact.startswith("segment:"):
                    todo.append(segment.condition)
    return frozenset(found)


_CLOCK = (NowIs, RandomShare, RfmIs, Raw)
_SENT = (MessageReaction, ChannelReaction)


def _of(node: Located, program: Program) -> Iterator[str]:
    if isinstance(node, Ref):
        yield f"{node.kind}:{node.id}"
    elif isinstance(node, _CLOCK):
        yield CLOCK
    elif isinstance(node, _SENT):
        if not isinstance(node, MessageReaction) or not isinstance(node.message, Ref):
            yield MESSAGES
    elif isinstance(node, InPlace):
        yield PLACE
    elif isinstance(node, OnDevice):
        yield DEVICE
    else:
        yield from _other(node, program)


def _other(node: Located, program: Program) -> Iterator[str]:
    """Yield what follows from more than the reference in a leaf."""
    if isinstance(node, AttributeIs):
        yield from _attribute(node, program)
    elif isinstance(node, Joined):
        yield CLOCK
    elif isinstance(node, Reachable):
        yield f"reachable:{node.reachable.id}"
    elif isinstance(node, Suppressed):
        yield f"reachable:{node.suppressed.id}"
    elif isinstance(node, HasRelated):
        yield f"related:{node.related.id}"


def _attribute(node: AttributeIs, program: Program) -> Iterator[str]:
    declared = program.attributes.get(node.attribute.id)
    if declared is None:
        return
    if declared.computed is not None:
        yield f"event:{declared.computed.event.id}"
    if declared.default is not None or declared.missing_as is not None:
        yield CLOCK


def conditions(chain: Chain) -> Iterator[Condition | None]:
    """Yield the conditions of a chain: audience, exits, those of steps and their arms."""
    yield chain.audience
    for leave in chain.exit:
        yield leave.if_
    todo = [chain.steps]
    while todo:
        for step in todo.pop():
            if step.only is not None or step.unless is not None:
                yield from (step.only, step.unless)
            kind = step.__class__
            if kind is Branch:
                yield from (case.if_ for case in step.branch.cases)  # type: ignore[union-attr]
            elif kind is WaitFor:
                yield from (arm.if_ for arm in step.wait_for.first_of)  # type: ignore[union-attr]
            todo += ways(step)


def joined_in(found: Iterable[Condition | None]) -> set[str]:
    """Return the segments of which conditions ask since when the customer is inside."""
    joined: set[str] = set()
    todo = list(found)
    while todo:
        one = todo.pop()
        parts = _PARTS.get(one.__class__)
        if parts is not None:
            todo += parts(one)
        elif isinstance(one, InSegment) and one.joined is not None:
            joined.add(one.segment.id)
    return joined


_PARTS: dict[type, Callable[..., tuple[Condition, ...]]] = {
    All: attrgetter("all"),
    Any: attrgetter("any"),
    Nothing: attrgetter("none"),
    Not: lambda condition: (condition.not_,),
}
