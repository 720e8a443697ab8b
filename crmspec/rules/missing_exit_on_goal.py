"""A chain that goes on writing to customers who have already done what it wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Edit, Fix, Label, Safety, Severity, text
from crmspec.document import Scalar
from crmspec.ir.step import Batch, Branch, Leave, Send, Wait, WaitFor
from crmspec.ir.trigger import EventTrigger
from crmspec.resolve.outline import ways
from crmspec.rules.question import asks_about_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain, ChainGoal
    from crmspec.ir.measure import Goal
    from crmspec.ir.program import Program
    from crmspec.ir.step import AnyStep, Arm, Steps
    from crmspec.logic.portfolio import Portfolio

CODE = Code(
    "CRM306",
    "missing-exit-on-goal",
    text("a chain that sends on after its goal is reached"),
    Severity.WARNING,
)


class Way(NamedTuple):
    """How customers come to a step: after which unguarded wait, if any; `ends` if none go on."""

    wait: AnyStep | None = None
    ends: bool = False


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each primary goal of a chain that nothing takes customers out on."""
    program = portfolio.program
    for chain in program.chains.values():
        if chain.status == "deprecated":
            continue
        for aim in chain.goal:
            goal = program.goals.get(aim.goal.id)
            event = goal.event.id if goal is not None and goal.event is not None else None
            if goal is None or event is None or not aim.primary or aim.exits:
                continue
            if not _leaves(program, chain, goal, event):
                late = Late(program, event).find(chain)
                if late is not None:
                    yield _finding(chain, aim, event, late)


def _leaves(program: Program, chain: Chain, goal: Goal, event: str) -> bool:
    """Say whether an exit or a rechecked audience takes out those who reached the goal.

    A chain that starts on the very event of its goal cannot be left on it.
    """
    if any(isinstance(t, EventTrigger) and t.event.id == event for t in chain.trigger):
        return True
    for exit_ in chain.exit:
        if exit_.event is not None and exit_.event.id == event:
            if not exit_.where or exit_.where == goal.where:
                return True
        elif asks_about_event(program, exit_.if_, event):
            return True
    return chain.recheck != "entry" and asks_about_event(program, chain.audience, event)


class Late:
    """Looks for the first marketing message that is sent after an unguarded wait."""

    def __init__(self, program: Program, event: str) -> None:
        self.program = program
        self.event = event
        self.found: tuple[AnyStep, Send] | None = None

    def find(self, chain: Chain) -> tuple[AnyStep, Send] | None:
        """Return the wait and the message, or None."""
        self._steps(chain.steps, Way())
        return self.found

    def _steps(self, steps: Steps, way: Way) -> Way:
        for step in steps:
            if way.ends or self.found is not None:
                break
            way = self._step(step, way)
        return way

    def _step(self, step: AnyStep, way: Way) -> Way:
        guarded = self._guarded(step)
        match step:
            case Wait() | Batch():
                return way if guarded else Way(step)
            case Send():
                if way.wait is not None and not guarded and self._is_marketing(step):
                    self.found = (way.wait, step)
                return way
            case Leave():
                return way if step.only is not None or step.unless is not None else Way(ends=True)
            case WaitFor():
                return self._race(step, way)
            case Branch():
                return self._branch(step, way)
        inside = ways(step)
        return self._join([self._steps(steps, way) for steps in inside]) if inside else way

    def _race(self, step: WaitFor, way: Way) -> Way:
        """Follow a wait for something; an arm for the goal catches those who reach it."""
        body = step.wait_for
        caught = [arm for arm in body.first_of if self._asks(arm)]
        way = way if caught else Way(step)
        after = [self._steps(arm.then, Way() if arm in caught else way) for arm in body.first_of]
        if body.timeout is not None or body.otherwise:
            after.append(self._steps(body.otherwise, way))
        return self._join(after)

    def _branch(self, step: Branch, way: Way) -> Way:
        """Follow a choice; one that asks about the goal shows that the author thought of it."""
        body = step.branch
        if any(self._asks(arm) for arm in body.cases):
            way = Way()
        after = [self._steps(arm.then, way) for arm in body.cases]
        return self._join([*after, self._steps(body.else_, way)])

    def _join(self, after: list[Way]) -> Way:
        going = [way for way in after if not way.ends]
        if not going:
            return Way(ends=True)
        return next((way for way in going if way.wait is not None), going[0])

    def _asks(self, arm: Arm) -> bool:
        return asks_about_event(self.program, arm.if_, self.event)

    def _guarded(self, step: AnyStep) -> bool:
        return any(
            asks_about_event(self.program, condition, self.event)
            for condition in (step.only, step.unless)
        )

    def _is_marketing(self, step: Send) -> bool:
        send = step.send
        references = (*((send.message,) if send.message is not None else ()), *send.messages)
        found = (self.program.messages.get(reference.id) for reference in references)
        return any(message is not None and message.category == "marketing" for message in found)


def _finding(chain: Chain, aim: ChainGoal, event: str, late: tuple[AnyStep, Send]) -> Diagnostic:
    wait, send = late
    return Diagnostic(
        code=CODE,
        message=text(
            "`{chain}` writes on to customers who have reached its goal `{goal}`",
            chain=chain.id,
            goal=aim.goal.id,
        ),
        label=Label(aim.goal.place.span, text("reached with the event `{event}`", event=event)),
        related=(
            Label(wait.place.key(type(wait).subject), text("it may happen while they wait here")),
            Label(send.place.value("send"), text("and still this is sent")),
        ),
        help=(
            text("add `{event}` to `exit`, or `exits: true` to the goal", event=event),
            text(
                "if they are meant to receive it, give the send an `only` about `{event}`",
                event=event,
            ),
        ),
        fixes=_fixes(chain, aim, event),
    )


def _fixes(chain: Chain, aim: ChainGoal, event: str) -> tuple[Fix, ...]:
    """Return the way to leave that fits what is written; both change what the chain does."""
    exits = chain.place.node.child("exit") if chain.place.node is not None else None
    if isinstance(exits, Scalar):
        edit = Edit(exits.span, f"[{exits.data}, {event}]")
        return (Fix(text("leave on `{event}` too", event=event), (edit,), Safety.UNSAFE),)
    if aim.place.span == aim.goal.place.span:
        edit = Edit(aim.place.span, f"{{goal: {aim.goal.id}, exits: true}}")
        return (Fix(text("let the goal end the chain"), (edit,), Safety.UNSAFE),)
    return ()
