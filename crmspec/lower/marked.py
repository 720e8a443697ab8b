"""What happened as marks: a chain of its own sets an attribute, for targets without a history.

A mark `crmspec__order_placed` is set when the event comes. `crmspec__order_placed_7d` is taken back
when none has come for so long: the chain waits for the next one, a few times over.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.ir import Located, Ref, plain
from crmspec.ir.action import ProfileChange, Update
from crmspec.ir.chain import Chain, Reentry
from crmspec.ir.condition import All, AttributeIs, EventHappened, EventMissing, InOrder
from crmspec.ir.data import Attribute
from crmspec.ir.step import Arm, WaitFor, WaitForEvent
from crmspec.ir.trigger import EventTrigger
from crmspec.ir.value import Duration, Test
from crmspec.lower.capability import Support
from crmspec.lower.logic import PREFIX
from crmspec.lower.outcome import Key, Outcome
from crmspec.lower.rewrite import changed, rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir import Program, Resource
    from crmspec.ir.step import Steps
    from crmspec.lower.scene import Scene

    Leaf = EventHappened | EventMissing

_REPEATS = 3
"""How often an event may come again before its mark is out and still be counted from then on."""
_AGAIN = Duration(seconds=600, text="10m")
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60))


def apply_marks(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Turn questions for what happened into questions for marks, save in a `wait_for`."""
    if not scene.asks("marks"):
        return program, []
    work = _Marks()
    made = [(kind, work.resource(kind, one)) for kind, one in scene.resources(program)]
    return changed(program, [*made, *work.helpers()]), work.outcomes


class _Marks:
    """The marks of one program."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self._leaves: dict[str, Leaf] = {}
        self._key = Key("", "")

    def resource(self, kind: str, resource: Resource) -> Resource:
        """Return a resource that asks for marks."""
        self._key = Key(kind, resource.id)
        return rewrite(resource, self._change) if kind in {"segment", "chain"} else resource

    def _change(self, node: Located) -> Located | None:
        match node:
            case InOrder() | EventTrigger():
                return node
            case WaitForEvent():
                inner = rewrite(replace(node, first_of=()), self._change)
                return replace(inner, first_of=tuple(map(self._arm, node.first_of)))
            case EventHappened() | EventMissing() if _is_simple(node):
                return self._asked(node)
        return None

    def _arm(self, arm: Arm) -> Arm:
        """Return an arm of a race, whose condition is for what is still to come."""
        return replace(rewrite(replace(arm, if_=All(all=())), self._change), if_=arm.if_)

    def _asked(self, leaf: Leaf) -> AttributeIs:
        id_ = _named(leaf)
        self._leaves.setdefault(id_, leaf)
        reason = text(
            "the target keeps no history of events: a chain of its own marks who has it, from when"
            " it goes live on (semantics 5.14)"
        )
        span = leaf.place.key(leaf.subject)
        told = Outcome(self._key, "condition", leaf.subject, Support.DEVIATES, span, reason)
        self.outcomes.append(told)
        there = isinstance(leaf, EventHappened)
        tests = (Test(operator="exists", operand=there, place=leaf.place),)
        return AttributeIs(attribute=_ref(id_, leaf), tests=tests, place=leaf.place)

    def helpers(self) -> Iterator[tuple[str, Resource]]:
        """Yield the attributes of the marks, and the chains that set them."""
        for id_, leaf in self._leaves.items():
            yield "attribute", Attribute(id=id_, type="boolean", place=leaf.place)
            yield "chain", _chain(id_, leaf)


def _is_simple(leaf: Leaf) -> bool:
    """Say whether a mark answers a question: whether it happened at all, or lately."""
    counts = ("count", "sum", "avg", "min", "max", "distinct")
    odd = any(getattr(leaf, name, None) for name in counts)
    months = leaf.within is not None and leaf.within.months
    return not (odd or months or leaf.between_ago or leaf.since)


def _event(leaf: Leaf) -> Ref:
    return leaf.event if isinstance(leaf, EventHappened) else leaf.not_event


def _named(leaf: Leaf) -> str:
    """Return the name of a mark, which tells the event, what is asked of it, and how long ago."""
    name = f"{PREFIX}{_event(leaf).id}"
    if leaf.where:
        asked = repr([plain(one) for one in leaf.where])
        name += f"_{sha256(asked.encode()).hexdigest()[:6]}"
    return name if leaf.within is None else f"{name}_{_short(leaf.within)}"


def _short(length: Duration) -> str:
    whole = length.seconds
    unit, size = next((one for one in _UNITS if whole % one[1] == 0), ("s", 1))
    return f"{whole // size}{unit}"


def _ref(id_: str, leaf: Leaf) -> Ref:
    return Ref(kind="attribute", id=id_, place=leaf.place)


def _chain(id_: str, leaf: Leaf) -> Chain:
    """Return the chain that sets a mark, and takes it back when it is out."""
    place = leaf.place
    trigger = EventTrigger(event=_event(leaf), where=leaf.where, place=place)
    mark = Update(update=ProfileChange(set={id_: True}, place=place), id="mark", place=place)
    bare = Update(
        update=ProfileChange(unset=(_ref(id_, leaf),), place=place), id="over", place=place
    )
    again = Reentry(mode="after", after=_AGAIN, concurrent=True, place=place)
    steps = (mark,) if leaf.within is None else (mark, *_pause(leaf, _REPEATS), bare)
    return Chain(id=id_, trigger=(trigger,), reentry=again, steps=steps, place=place)


def _pause(leaf: Leaf, repeats: int) -> Steps:
    """Return a wait until the mark is out, which begins anew with the next event."""
    place = leaf.place
    came = EventHappened(event=_event(leaf), where=leaf.where, place=place)
    then = _pause(leaf, repeats - 1) if repeats else ()
    race = WaitForEvent(
        first_of=(Arm(if_=came, then=then, place=place),), timeout=leaf.within, place=place
    )
    return (WaitFor(wait_for=race, id=f"out_{repeats + 1}", place=place),)
