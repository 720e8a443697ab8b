"""The first marketing message of a chain that is sent after an unguarded wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.step import Batch, Branch, Leave, Send, Wait, WaitFor
from crmspec.resolve.outline import ways
from crmspec.rules.question import asks_about_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.step import AnyStep, Arm, Steps
    from crmspec.semantics.trace import Entry, Trace


class Way(NamedTuple):
    """How customers come to a step: after which unguarded wait, if any.

    `ends` if none go on; `known` if all of them are known to have done what is looked for.
    """

    wait: AnyStep | None = None
    ends: bool = False
    known: bool = False


class Late:
    """Looks for messages that are sent although an event happened in a wait before them."""

    def __init__(self, program: Program, event: str) -> None:
        self.program = program
        self.event = event
        self.found: list[tuple[AnyStep, Send]] = []

    def find(self, chain: Chain) -> list[tuple[AnyStep, Send]]:
        """Return the waits and the messages after them, in reading order."""
        self._steps(chain.steps, Way())
        return self.found

    def _steps(self, steps: Steps, way: Way) -> Way:
        for step in steps:
            if way.ends:
                break
            way = self._step(step, way)
        return way

    def _step(self, step: AnyStep, way: Way) -> Way:
        guarded = self._guarded(step)
        match step:
            case Wait() | Batch():
                return way if guarded or way.known else Way(step)
            case Send():
                if way.wait is not None and not guarded and is_marketing(self.program, step):
                    self.found.append((way.wait, step))
                return way
            case Leave():
                return way if step.only is not None or step.unless is not None else Way(ends=True)
            case WaitFor():
                return self._race(step, way)
            case Branch():
                return self._branch(step, way)
        inside = ways(step)
        return _join([self._steps(steps, way) for steps in inside]) if inside else way

    def _race(self, step: WaitFor, way: Way) -> Way:
        """Follow a wait for something; an arm for the event catches those who do it."""
        body = step.wait_for
        caught = [arm for arm in body.first_of if self._asks(arm)]
        way = way if caught or way.known else Way(step)
        met = Way(known=True)
        after = [self._steps(arm.then, met if arm in caught else way) for arm in body.first_of]
        if body.timeout is not None or body.otherwise:
            after.append(self._steps(body.otherwise, way))
        return _join(after)

    def _branch(self, step: Branch, way: Way) -> Way:
        """Follow a choice; one that asks about the event shows that the author thought of it."""
        body = step.branch
        if any(self._asks(arm) for arm in body.cases):
            way = Way()
        after = [self._steps(arm.then, way) for arm in body.cases]
        return _join([*after, self._steps(body.else_, way)])

    def _asks(self, arm: Arm) -> bool:
        return asks_about_event(self.program, arm.if_, self.event)

    def _guarded(self, step: AnyStep) -> bool:
        return any(
            asks_about_event(self.program, condition, self.event)
            for condition in (step.only, step.unless)
        )


def _join(after: list[Way]) -> Way:
    going = [way for way in after if not way.ends]
    if not going:
        return Way(ends=True)
    return next((way for way in going if way.wait is not None), going[0])


def is_marketing(program: Program, step: Send) -> bool:
    """Say whether a step may send a marketing message."""
    send = step.send
    references = (*((send.message,) if send.message is not None else ()), *send.messages)
    found = (program.messages.get(reference.id) for reference in references)
    return any(message is not None and message.category == "marketing" for message in found)


def sent_after(trace: Trace, chain: str, event: str, path: str) -> Iterator[Entry]:
    """Yield the messages of a step that go out after the event has happened in a passage."""
    inside = done = False
    for one in trace.entries:
        if one.chain == chain:
            if one.kind in {"enter", "exit", "complete"}:
                inside, done = one.kind == "enter", False
            elif one.kind == "send" and one.step == path and done:
                yield one
        elif one.kind == "happening" and one.subject == f"event {event}":
            done = done or inside
