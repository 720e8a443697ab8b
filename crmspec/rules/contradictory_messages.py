"""Messages with tags that must not meet, in one customer's day."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.logic import delay, door
from crmspec.logic.concurrent import alive
from crmspec.logic.evidence import evidence
from crmspec.logic.witness import Entrance, Stage
from crmspec.rules import meeting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.track import Offer
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace

CODE = Code(
    "CRM319",
    "contradictory-messages",
    text("messages that contradict each other in one customer's day"),
    Severity.WARNING,
)
TIMES = 2
"""Starting times that are tried for one timeline."""
TRIES = 6
"""Timelines that are tried for one pair of tags."""


class Said(NamedTuple):
    """A send of a message that carries a tag, itself or (`whole`) through its chain."""

    chain: str
    offer: Offer
    message: str
    whole: bool


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each pair of incompatible tags that can meet within 24 hours."""
    seen: set[frozenset[str]] = set()
    for tag in portfolio.program.tags.values():
        for other in tag.incompatible:
            pair = frozenset({tag.id, other.id})
            if len(pair) == 1 or pair in seen:
                continue
            seen.add(pair)
            found = _first(portfolio, tag.id, other.id)
            if found is not None:
                yield _finding(portfolio, tag.id, other.id, *found)


def _first(portfolio: Portfolio, tag: str, other: str) -> tuple[Witness, tuple[Entry, ...]] | None:
    pairs = (
        (one, two)
        for one in _said(portfolio, tag)
        for two in _said(portfolio, other)
        if one != two and _can_meet(portfolio, one, two)
    )
    for one, two in islice(pairs, TRIES):
        witness = _shown(portfolio, one, two)
        if witness is not None and not _said_before(witness, one, two):
            return witness, _close(witness.trace, one, two)
    return None


def _can_meet(portfolio: Portfolio, one: Said, two: Said) -> bool:
    """Say whether both may be due in one minute; of an exclusive group one at its very start."""
    lifetimes = portfolio.lifetimes
    at_once = min(one.offer.least, two.offer.least) == 0
    return (at_once or lifetimes.group(one.chain, two.chain) is None) and lifetimes.may_meet(
        one.chain, two.chain, delay.DAY
    )


def _said_before(witness: Witness, one: Said, two: Said) -> bool:
    """Say whether CRM301 tells of these chains, since they are alive at once."""
    chains = (one.chain, two.chain)
    return one.whole and two.whole and alive(witness.trace, chains)


def _said(portfolio: Portfolio, tag: str) -> Iterator[Said]:
    program = portfolio.program
    for chain in program.chains.values():
        if chain.status != "live":
            continue
        whole = any(one.id == tag for one in chain.tags)
        for offer in portfolio.tracks[chain.id].offers:
            for id_ in offer.messages:
                message = program.messages.get(id_)
                if message is not None and (whole or any(one.id == tag for one in message.tags)):
                    yield Said(chain.id, offer, id_, whole)


def _shown(portfolio: Portfolio, one: Said, two: Said) -> Witness | None:
    program = portfolio.program
    latest = max(one.offer.least, two.offer.least)
    entrances = {
        Entrance(*door.easiest(program, said.chain), latest - said.offer.least)
        for said in (one, two)
    }
    if one.chain == two.chain:
        entrances = {Entrance(*door.easiest(program, one.chain), 0)}
    ordered = tuple(sorted(entrances, key=lambda entrance: (entrance.at, entrance.chain)))
    stage = Stage(
        ordered,
        lambda trace: bool(_close(trace, one, two)),
        tuple(dict.fromkeys((one.offer.path, two.offer.path))),
    )
    return portfolio.rehearsals.enact(stage, TIMES)


def _close(trace: Trace, one: Said, two: Said) -> tuple[Entry, ...]:
    """Return a send of each of two messages, less than a day apart."""
    first = [entry for entry in trace.sends() if _is(entry, one)]
    second = [entry for entry in trace.sends() if _is(entry, two)]
    for here in first:
        for there in second:
            if here is not there and abs(here.moment - there.moment) < delay.DAY:
                return (here, there) if here.moment <= there.moment else (there, here)
    return ()


def _is(entry: Entry, said: Said) -> bool:
    return entry.chain == said.chain and entry.message == said.message


def _finding(
    portfolio: Portfolio, tag: str, other: str, witness: Witness, sent: tuple[Entry, ...]
) -> Diagnostic:
    first, second = sent
    return Diagnostic(
        code=CODE,
        message=text(
            "one customer can get `{one}` and `{two}` within a day, though `{tag}` and `{other}`"
            " must not meet",
            one=first.message or "",
            two=second.message or "",
            tag=tag,
            other=other,
        ),
        label=Label(meeting.spoken(portfolio, second), text("this comes too soon after the other")),
        related=(
            Label(meeting.spoken(portfolio, first), text("the other message")),
            Label(portfolio.program.tags[tag].place.name, text("said to be incompatible here")),
        ),
        help=(
            text(
                "put the chains into one `exclusive` group, or let the audience of one exclude it"
            ),
            text("or give the second message an `only` that asks what the customer has received"),
        ),
        evidence=evidence(
            portfolio,
            witness,
            code=CODE.id,
            counted=lambda entry: entry in sent,
            harm=(
                meeting.customers(portfolio, witness.chains),
                1.0,
                meeting.cost(portfolio, sent),
            ),
        ),
    )
