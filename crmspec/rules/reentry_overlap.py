"""Chains that come twice in a day with the same message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.ir.action import Emit
from crmspec.ir.trigger import EventTrigger
from crmspec.ir.walk import walk
from crmspec.logic import delay, door
from crmspec.logic.evidence import evidence
from crmspec.logic.flood import intruding
from crmspec.logic.witness import Entrance, Stage, enact
from crmspec.rules import meeting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain, Reentry
    from crmspec.ir.program import Program
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.repeat import Repeat
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace

CODE = Code(
    "CRM315",
    "reentry-overlap",
    text("a chain that comes again while customers still have its messages"),
    Severity.WARNING,
)
BUDGET = 60
"""Timelines that the whole rule looks at."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each chain that sends one marketing message twice within a day."""
    loud, left = intruding(portfolio.program), BUDGET
    own = _emitted(portfolio.program)
    for chain in portfolio.program.chains.values():
        again = portfolio.loads.repeats.get(chain.id)
        if again is None or _is_inner(chain, own) or not _may_repeat(chain, again):
            continue
        paths = _paths(portfolio, chain, loud)
        if not paths or left == 0:
            continue
        left -= 1
        witness = _shown(portfolio, chain, again, paths)
        if witness is not None and chain.reentry is not None:
            yield _finding(portfolio, chain, chain.reentry, witness)


def _emitted(program: Program) -> frozenset[str]:
    """Return the events that steps send: how often they come, the project decides itself."""
    return frozenset(
        node.emit.id
        for chain in program.chains.values()
        for step in chain.steps
        for node in walk(step)
        if isinstance(node, Emit)
    )


def _is_inner(chain: Chain, own: frozenset[str]) -> bool:
    return any(isinstance(one, EventTrigger) and one.event.id in own for one in chain.trigger)


def _may_repeat(chain: Chain, again: Repeat) -> bool:
    """Say whether a chain may come again within a day; with a key it is about another thing."""
    reentry = chain.reentry
    if reentry is None or reentry.mode == "never" or reentry.key is not None:
        return False
    return again.limit != 1 and again.gap < delay.DAY and again.rest < delay.DAY


def _paths(portfolio: Portfolio, chain: Chain, loud: frozenset[str]) -> tuple[str, ...]:
    """Return the first marketing message of a chain, as the path of its step."""
    for offer in portfolio.tracks[chain.id].offers:
        if loud.intersection(offer.messages):
            return (offer.path,)
    return ()


def _shown(
    portfolio: Portfolio, chain: Chain, again: Repeat, paths: tuple[str, ...]
) -> Witness | None:
    track = portfolio.tracks[chain.id]
    soonest = 1 if again.concurrent else track.lifetime.least + again.rest + 1
    entered = door.easiest(portfolio.program, chain.id)
    entrances = (Entrance(*entered, 0), Entrance(*entered, max(soonest, again.gap)))

    def aim(trace: Trace) -> bool:
        return len(_twice(trace, chain.id)) > 1

    return enact(portfolio, Stage(entrances, aim, paths))


def _twice(trace: Trace, chain: str) -> tuple[Entry, ...]:
    """Return two sends of one message by different passages within a day."""
    seen: dict[str, Entry] = {}
    for entry in trace.sends():
        if entry.chain != chain or entry.message is None:
            continue
        before = seen.get(entry.message)
        if (
            before is not None
            and before.passage != entry.passage
            and entry.moment < before.moment + delay.DAY
        ):
            return before, entry
        seen[entry.message] = entry
    return ()


def _finding(portfolio: Portfolio, chain: Chain, reentry: Reentry, witness: Witness) -> Diagnostic:
    sent = _twice(witness.trace, chain.id)
    first, second = sent
    place = chain.place.value("reentry")
    return Diagnostic(
        code=CODE,
        message=text(
            "`{chain}` can send `{message}` twice to one customer, {count} min apart",
            chain=chain.id,
            message=first.message or "",
            count=second.moment - first.moment,
        ),
        label=Label(
            place,
            text("passages may run side by side")
            if reentry.concurrent
            else text("the next passage may begin at once"),
        ),
        related=(Label(meeting.spoken(portfolio, second), text("sent twice")),),
        help=(
            text("let some time pass between two passages: `reentry: after 7d`"),
            text("if each passage is about another thing, name it as the `key` of `reentry`"),
        ),
        evidence=evidence(
            portfolio,
            witness,
            code=CODE.id,
            counted=lambda entry: entry in sent,
            harm=(
                meeting.customers(portfolio, (chain.id,)),
                1.0,
                meeting.cost(portfolio, sent),
            ),
        ),
    )
