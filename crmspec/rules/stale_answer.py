"""Questions about a segment right after the event that changes it, which systems answer late."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from crmspec.diagnostics import Diagnostic, Edit, Fix, Label, Safety, text
from crmspec.ir.condition import InSegment
from crmspec.ir.trigger import EventTrigger
from crmspec.logic import week
from crmspec.logic.first_minute import asked
from crmspec.logic.reading import parts, reads
from crmspec.rules.replay import of_chain, sent
from crmspec.semantics.condition import holds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.audience import Segment
    from crmspec.ir.chain import Chain
    from crmspec.ir.value import Located
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.rules.replay import Aim, Replays
    from crmspec.semantics.scenario import Moment, Scenario
    from crmspec.semantics.trace import Trace
    from crmspec.source import Span

AGES = {"hourly": week.HOUR, "daily": week.DAY, "weekly": week.WEEK}
"""How many minutes old the answer of a system may be (semantics 5.23)."""
TRIED = 2
"""Of the questions about one segment, so many are replayed."""
TOLD = frozenset({"enter", "refuse", "send", "skip", "take", "exit", "complete"})


class Asked(NamedTuple):
    """A condition, where it is written, in what step, and how many minutes after the entry."""

    condition: Located
    span: Span
    path: str | None = None
    least: int = 0


class Question(NamedTuple):
    """What a chain asks about a segment, and the trigger whose event may change the answer."""

    chain: Chain
    trigger: int
    event: str
    asked: Asked
    node: InSegment
    segment: Segment


def look(replays: Replays) -> Iterator[Diagnostic]:
    """Yield a finding for each segment that is asked about sooner than it is worked out."""
    program = replays.portfolio.program
    if not any(one.refresh in AGES for one in program.segments.values()):
        return
    tries: Counter[str] = Counter()
    for chain in program.chains.values():
        for question in _questions(replays.portfolio, chain):
            id_ = question.segment.id
            if tries[id_] < TRIED:
                tries[id_] += 1
                witness = _replayed(replays, question)
                if witness is not None:
                    tries[id_] = TRIED
                    yield _finding(replays, question, witness)


def _questions(portfolio: Portfolio, chain: Chain) -> Iterator[Question]:
    """Yield what a live chain asks about segments soon after an event that may change them."""
    program = portfolio.program
    events = [
        (number, trigger.event.id)
        for number, trigger in enumerate(chain.trigger)
        if isinstance(trigger, EventTrigger)
    ]
    for one in _asked(portfolio, chain) if events and chain.status == "live" else ():
        for node in parts(program, [one.condition]):
            if not isinstance(node, InSegment) or node.joined is not None:
                continue
            segment = program.segments.get(node.segment.id)
            if segment is not None and one.least < AGES.get(segment.refresh or "", 0):
                facts = reads(program, segment.condition)
                for number, event in events:
                    if ("event", event) in facts:
                        yield Question(chain, number, event, one, node, segment)


def _asked(portfolio: Portfolio, chain: Chain) -> Iterator[Asked]:
    """Yield the conditions of a chain, its audience first."""
    if chain.audience is not None:
        yield Asked(chain.audience, chain.audience.place.span)
    for arrival in portfolio.arrivals[chain.id]:
        for condition, span in asked(chain, arrival.step):
            if condition is not chain.audience:
                yield Asked(condition, span, arrival.path, arrival.way.least)


def _replayed(replays: Replays, question: Question) -> Witness | None:
    """Return a customer whom the event moves, and who gets something else by the old answer."""
    chain, path = question.chain, question.asked.path
    first = f"{path}.0.0"
    known = {one.path for one in replays.portfolio.arrivals[chain.id]}
    here = () if path is None else (path,)
    stages = [(here, _comes_to(chain.id, here))]
    if first in known:
        stages.append(((*here, first), _comes_to(chain.id, (*here, first))))
    elif path is not None:
        stages.append((here, sent(chain.id, path)))
    for wanted, aim in stages:
        witness = replays.passage(chain, aim, wanted=wanted, trigger=question.trigger)
        if witness is not None and _matters(replays.portfolio, question, witness):
            return witness
    return None


def _matters(portfolio: Portfolio, question: Question, witness: Witness) -> bool:
    """Say whether the chain does something else if the answer is the one before the event."""
    chain, scenario = question.chain, witness.scenario
    entered = next(one for one in of_chain(witness.trace, chain.id) if one.kind == "enter").moment
    before = _inside(portfolio, question.node, scenario, entered - 1)
    if before == _inside(portfolio, question.node, scenario, entered):
        return False
    old = {**scenario.customer.segments, question.segment.id: before}
    someone = msgspec.structs.replace(scenario.customer, segments=old)
    stale = portfolio.machine.run(msgspec.structs.replace(scenario, customer=someone))
    return _told(stale, chain.id) != _told(witness.trace, chain.id)


def _comes_to(chain: str, paths: tuple[str, ...]) -> Aim:
    """Aim at a passage, and at some steps of it."""

    def aim(trace: Trace) -> bool:
        entries = list(of_chain(trace, chain))
        entered = any(one.kind == "enter" for one in entries)
        return entered and {one.step for one in entries}.issuperset(paths)

    return aim


def _inside(portfolio: Portfolio, node: InSegment, scenario: Scenario, moment: Moment) -> bool:
    """Say whether the customer is in the segment when a minute is over."""
    first = min(scenario.start, moment)
    view = portfolio.machine.seen(msgspec.structs.replace(scenario, start=first, until=moment))
    return holds(node, view.at(moment))


def _told(trace: Trace, chain: str) -> list[tuple[str | None, ...]]:
    """Return what a chain does to the customer."""
    return [
        (one.kind, one.step, one.message, one.reason)
        for one in of_chain(trace, chain)
        if one.kind in TOLD
    ]


def _finding(replays: Replays, question: Question, witness: Witness) -> Diagnostic:
    segment = question.segment
    return Diagnostic(
        code=replays.code,
        message=text(
            "`{chain}` asks about `{segment}` right after `{event}` changes it, but it is worked"
            " out {often}: by the old answer customers get something else",
            chain=question.chain.id,
            segment=segment.id,
            event=question.event,
            often=_often(segment.refresh or ""),
        ),
        label=Label(question.asked.span, text("asked here")),
        related=(
            Label(segment.place.value("refresh"), text("how old the answer may be")),
            Label(question.chain.trigger[question.trigger].place.span, text("changed here")),
        ),
        help=(
            text("ask the event itself, or have the segment worked out at once"),
            text("or wait for longer than that before you ask"),
        ),
        fixes=(
            Fix(
                text("write `refresh: realtime`"),
                (Edit(segment.place.value("refresh"), "realtime"),),
                Safety.UNSAFE,
            ),
        ),
        evidence=replays.proof(witness),
    )


def _often(refresh: str) -> Text:
    match refresh:
        case "hourly":
            return text("once an hour")
        case "daily":
            return text("once a day")
        case _:
            return text("once a week")
