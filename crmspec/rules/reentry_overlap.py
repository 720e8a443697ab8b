"""Chains that come twice in a day with the same message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Edit, Fix, Label, Safety, Severity, text
from crmspec.ir.action import Emit
from crmspec.ir.trigger import EventTrigger
from crmspec.logic import delay, door, drawn
from crmspec.logic.evidence import evidence
from crmspec.logic.flood import intruding
from crmspec.logic.length import apart
from crmspec.logic.witness import Entrance, Stage, enact
from crmspec.rules import meeting, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain, Reentry
    from crmspec.logic.cast import Waits
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
NEAR = delay.DAY // 2
"""Where the re-entry leaves a day between passages, random waits must leave half of it at most."""
BUDGET = 60
"""Timelines that the whole rule looks at."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each chain that speaks twice at once to one customer.

    It sends one marketing message twice within a day, or its passages run side by side.
    """
    loud, left = intruding(portfolio.program), BUDGET
    own = _emitted(portfolio)
    for chain in portfolio.program.chains.values():
        again = portfolio.loads.repeats.get(chain.id)
        if again is None or _is_inner(chain, own) or not _may_repeat(chain, again):
            continue
        paths = _paths(portfolio, chain, loud)
        stage = _stage(portfolio, chain, again, paths) if paths else None
        if not paths or left == 0 or not (stage or again.concurrent):
            continue
        left -= 1
        found = _found(portfolio, chain, again, loud, stage)
        if found is not None and chain.reentry is not None:
            yield _finding(portfolio, chain, chain.reentry, *found)


def _found(
    portfolio: Portfolio,
    chain: Chain,
    again: Repeat,
    loud: frozenset[str],
    stage: Stage | None,
) -> tuple[Witness, tuple[Entry, ...]] | None:
    """Return a timeline with two messages of two passages, those that should not come so."""
    witness = None if stage is None else enact(portfolio, stage)
    if witness is not None:
        return witness, _twice(witness.trace, chain.id)
    witness = side_by_side.shown(portfolio, chain, again, loud)
    if witness is not None:
        return witness, side_by_side.sent(witness.trace, chain.id, loud)
    return None


def _emitted(portfolio: Portfolio) -> frozenset[str]:
    """Return the events that steps send: how often they come, the project decides itself."""
    return frozenset(
        node.step.emit.id
        for track in portfolio.tracks.values()
        for node in track.nodes
        if isinstance(node.step, Emit)
    )


def _is_inner(chain: Chain, own: frozenset[str]) -> bool:
    return any(isinstance(one, EventTrigger) and one.event.id in own for one in chain.trigger)


def _may_repeat(chain: Chain, again: Repeat) -> bool:
    """Say whether a chain may come again at all; with a key it is about another thing each time."""
    reentry = chain.reentry
    if reentry is None or reentry.mode == "never" or reentry.key is not None or again.limit == 1:
        return False
    return again.concurrent or again.rest < delay.DAY


def _paths(portfolio: Portfolio, chain: Chain, loud: frozenset[str]) -> tuple[str, ...]:
    """Return the first marketing message of a chain, as the path of its step."""
    for offer in portfolio.tracks[chain.id].offers:
        if loud.intersection(offer.messages):
            return (offer.path,)
    return ()


def _stage(
    portfolio: Portfolio, chain: Chain, again: Repeat, paths: tuple[str, ...]
) -> Stage | None:
    """Let the second passage begin as soon as it may, and random waits bring it near the first.

    None if its message comes too late all the same.
    """
    track = portfolio.tracks[chain.id]
    soonest = 1 if again.concurrent else track.lifetime.least + again.rest + 1
    entered, at = door.easiest(portfolio.program, chain.id), max(soonest, again.gap)
    waits: Waits = ()
    window = delay.DAY
    if again.gap >= delay.DAY:
        (later, waits), window = drawn.longer(track, paths[0], at - soonest), NEAR
        if at - later >= NEAR:
            return None

    def aim(trace: Trace) -> bool:
        return len(_twice(trace, chain.id, window)) > 1

    return Stage((Entrance(*entered, 0), Entrance(*entered, at)), aim, paths, waits=waits)


def _twice(trace: Trace, chain: str, window: int = delay.DAY) -> tuple[Entry, ...]:
    """Return two sends of one message by different passages within a day, or a shorter time."""
    seen: dict[str, Entry] = {}
    for entry in trace.sends():
        if entry.chain != chain or entry.message is None:
            continue
        before = seen.get(entry.message)
        if (
            before is not None
            and before.passage != entry.passage
            and entry.moment < before.moment + window
        ):
            return before, entry
        seen[entry.message] = entry
    return ()


def _finding(
    portfolio: Portfolio,
    chain: Chain,
    reentry: Reentry,
    witness: Witness,
    sent: tuple[Entry, ...],
) -> Diagnostic:
    first, second = sent
    place = chain.place.value("reentry")
    return Diagnostic(
        code=CODE,
        message=_message(chain, first, second),
        label=Label(
            place,
            text("passages may run side by side")
            if reentry.concurrent
            else text("the next passage may begin so soon"),
        ),
        related=_spoken(portfolio, first, second),
        help=(
            text("let some time pass between two passages: `reentry: after 7d`"),
            text("if each passage is about another thing, name it as the `key` of `reentry`"),
        ),
        fixes=_fixes(portfolio, chain, reentry),
        evidence=evidence(
            portfolio,
            witness,
            code=CODE.id,
            counted=lambda entry: entry in sent,
            harm=meeting.harm(portfolio, (chain.id,), 1, sent),
        ),
    )


def _message(chain: Chain, first: Entry, second: Entry) -> Text:
    if first.message == second.message:
        return text(
            "`{chain}` can send `{message}` twice to one customer, {time} apart",
            chain=chain.id,
            message=first.message or "",
            time=apart(second.moment - first.moment),
        )
    return text(
        "`{chain}` can run twice at once for one customer: `{first}` of one passage, then"
        " `{second}` of the other",
        chain=chain.id,
        first=first.message or "",
        second=second.message or "",
    )


def _spoken(portfolio: Portfolio, first: Entry, second: Entry) -> tuple[Label, ...]:
    if first.step == second.step:
        return (Label(meeting.spoken(portfolio, second), text("sent twice")),)
    return (
        Label(meeting.spoken(portfolio, first), text("this one comes first")),
        Label(meeting.spoken(portfolio, second), text("then this one, of the other passage")),
    )


def _fixes(portfolio: Portfolio, chain: Chain, reentry: Reentry) -> tuple[Fix, ...]:
    """Return a pause as long as a passage at its longest, and a day longer than waits differ."""
    track = portfolio.tracks[chain.id]
    life = track.lifetime.most
    node = chain.place.node.child("reentry") if chain.place.node is not None else None
    if node is None or reentry.limit is not None or life is None:
        return ()
    spread = drawn.longer(track, track.offers[-1].path, life).minutes
    value = f"after {-(-max(life, spread + delay.DAY) // delay.DAY)}d"
    title = text("write `reentry: {value}`", value=value)
    return (Fix(title, (Edit(node.span, value),), Safety.UNSAFE),)
