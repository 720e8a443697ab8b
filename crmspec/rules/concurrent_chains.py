"""Chains that were not made for each other, alive in one customer at one time."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Fix, Label, Safety, Severity, text
from crmspec.diagnostics.evidence import Verdict
from crmspec.ir.step import StopChain
from crmspec.logic import door
from crmspec.logic.evidence import evidence
from crmspec.logic.fellows import fellows
from crmspec.logic.flood import intruding
from crmspec.logic.lifetime import together
from crmspec.logic.pressure import LOST
from crmspec.logic.witness import Entrance, Stage
from crmspec.rules import meeting
from crmspec.rules.insertion import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.logic.door import Door
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace

CODE = Code(
    "CRM301",
    "concurrent-chains",
    text("chains that one customer is in at once and should not be"),
    Severity.WARNING,
)
TRIES = 3
BUDGET = 120
"""Timelines that the whole rule looks at."""
WIDE = 40
"""Of more chains behind one door, or with one tag, the first so many are looked at."""


class Meeting(NamedTuple):
    """Two chains of a group, how they are entered, and why they should not meet."""

    doors: tuple[Door, Door]
    why: Text
    later: int = 0


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each trigger, and each pair of tags, whose chains can meet."""
    left = BUDGET
    told: set[frozenset[str]] = set()
    for meetings in (*_tagged(portfolio), *_same_trigger(portfolio)):
        tries = list(islice(meetings, min(TRIES, left)))
        left -= len(tries)
        for one in tries:
            chains = frozenset(entered.chain for entered in one.doors)
            witness = _shown(portfolio, one) if chains not in told else None
            if witness is not None:
                told.add(chains)
                yield _finding(portfolio, one, witness)
                break


def _same_trigger(portfolio: Portfolio) -> Iterator[Iterator[Meeting]]:
    """Yield, for each door, pairs of marketing chains that nothing keeps apart."""
    loud = intruding(portfolio.program)
    for doors in portfolio.doors.values():
        selling = [one for one in doors if _sells(portfolio, one.chain, loud)][:WIDE]
        if len(selling) > 1:
            yield _pairs(portfolio, selling)


def _pairs(portfolio: Portfolio, doors: list[Door]) -> Iterator[Meeting]:
    meeting = fellows(portfolio, [one.chain for one in doors])
    for (here, one), (there, other) in combinations(enumerate(doors), 2):
        if meeting[here] >> there & 1 and _may_be_together(portfolio, one.chain, other.chain):
            yield Meeting((one, other), text("both start on the same thing"))


def _tagged(portfolio: Portfolio) -> Iterator[Iterator[Meeting]]:
    """Yield, for each pair of incompatible tags, pairs of chains that have them."""
    program = portfolio.program
    seen: set[frozenset[str]] = set()
    for tag in program.tags.values():
        for other in tag.incompatible:
            pair = frozenset({tag.id, other.id})
            if len(pair) > 1 and pair not in seen:
                seen.add(pair)
                yield _with_tags(portfolio, tag.id, other.id)


def _with_tags(portfolio: Portfolio, tag: str, other: str) -> Iterator[Meeting]:
    why = text("the tags `{tag}` and `{other}` must not meet", tag=tag, other=other)
    for one in _having(portfolio, tag)[:WIDE]:
        for two in _having(portfolio, other)[:WIDE]:
            if one != two and _may_be_together(portfolio, one, two):
                doors = (door.easiest(portfolio.program, one), door.easiest(portfolio.program, two))
                yield Meeting(doors, why)


def _having(portfolio: Portfolio, tag: str) -> list[str]:
    return [
        chain.id
        for chain in portfolio.program.chains.values()
        if chain.status == "live" and any(one.id == tag for one in chain.tags)
    ]


def _sells(portfolio: Portfolio, chain: str, loud: frozenset[str]) -> bool:
    offers = portfolio.tracks[chain].offers
    return any(loud.intersection(offer.messages) for offer in offers)


def _may_be_together(portfolio: Portfolio, one: str, other: str) -> bool:
    if together(portfolio, one, other).verdict is Verdict.PROVED:
        return False
    return not _stops(portfolio, one, other) and not _stops(portfolio, other, one)


def _stops(portfolio: Portfolio, chain: str, other: str) -> bool:
    """Say whether a chain takes customers out of another one, wherever it does so."""
    return any(
        isinstance(node.step, StopChain) and node.step.stop_chain.id == other
        for node in portfolio.tracks[chain].nodes
    )


def _shown(portfolio: Portfolio, one: Meeting) -> Witness | None:
    names = tuple(entered.chain for entered in one.doors)
    entrances = tuple(Entrance(*entered, 0) for entered in one.doors)
    loud = {name for name in names if portfolio.tracks[name].offers}

    def aim(trace: Trace) -> bool:
        spoken = {entry.chain for entry in trace.of("send", "skip") if _is_due(entry)}
        return meeting.alive(trace, names) and loud <= spoken

    wanted = tuple(portfolio.tracks[name].offers[0].path for name in names if name in loud)
    return portfolio.enact(Stage(entrances, aim, wanted), CODE.id)


def _is_due(entry: Entry) -> bool:
    """Say whether a message is sent, or only a frequency rule keeps it back."""
    return entry.kind == "send" or entry.reason in LOST or entry.reason == "pause"


def _finding(portfolio: Portfolio, one: Meeting, witness: Witness) -> Diagnostic:
    names = tuple(entered.chain for entered in one.doors)
    order = dict.fromkeys(
        entry.chain for entry in witness.trace.of("enter") if entry.chain in names
    )
    *_, last = (entered for id_ in order for entered in one.doors if entered.chain == id_)
    first = next(entered for entered in one.doors if entered != last)
    return Diagnostic(
        code=CODE,
        message=text(
            "one customer can be in {chains} at once", chains=meeting.names(sorted(names))
        ),
        label=Label(meeting.entered(portfolio, *last), one.why),
        related=(
            Label(
                meeting.entered(portfolio, *first), text("`{chain}` starts here", chain=first.chain)
            ),
        ),
        help=(
            text("put both into one `exclusive` group: the one of higher priority goes on"),
            text("or let the audience of one exclude the other with `in_chain`"),
        ),
        fixes=tuple(_fixes(portfolio, names)),
        evidence=evidence(
            portfolio,
            witness,
            code=CODE.id,
            harm=(meeting.customers(portfolio, names), float(len(names) - 1), 0.0),
        ),
    )


def _fixes(portfolio: Portfolio, names: tuple[str, ...]) -> Iterator[Fix]:
    """Yield the ways into an exclusive group in which one of two chains is."""
    program = portfolio.program
    for group in program.exclusive.values():
        inside = {ref.id for ref in group.chains}
        outside = [name for name in names if name not in inside]
        if group.status == "live" and len(outside) == 1:
            edits = join(group.place, "chains", outside[0])
            title = text("put `{chain}` into `{group}`", chain=outside[0], group=group.id)
            if edits:
                yield Fix(title, edits, Safety.UNSAFE)
