"""Messages with tags that must not meet, in one customer's day."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.logic import delay, door, takeover
from crmspec.logic.concurrent import alive
from crmspec.logic.crowd import APART
from crmspec.logic.evidence import evidence
from crmspec.logic.occasion import occasions
from crmspec.logic.witness import Entrance, Stage
from crmspec.rules import meeting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.program import Program
    from crmspec.logic.occasion import Occasion
    from crmspec.logic.portfolio import Portfolio
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
    """A send of a message that carries a tag, itself or (`whole`) through its chain or broadcast.

    `least` is the least number of minutes after the entry; a broadcast has no `path`.
    """

    source: str
    message: str
    whole: bool
    path: str = ""
    least: int = 0


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
    played = (
        (one, two, stage)
        for one in _said(portfolio, tag)
        for two in _said(portfolio, other)
        if one != two and _can_meet(portfolio, one, two)
        for stage in _stages(portfolio, one, two)
    )
    for one, two, stage in islice(played, TRIES):
        witness = portfolio.rehearsals.enact(stage, TIMES)
        if witness is not None and not _said_before(witness, one, two):
            return witness, _close(witness.trace, one, two)
    return None


def _can_meet(portfolio: Portfolio, one: Said, two: Said) -> bool:
    """Say whether one customer may get both within a day, for all that does not change in them."""
    if not (one.path and two.path):
        return one.source != two.source
    return portfolio.lifetimes.may_meet(one.source, two.source, delay.DAY)


def _said_before(witness: Witness, one: Said, two: Said) -> bool:
    """Say whether CRM301 tells of these chains, since they are alive at once."""
    if not (one.path and two.path and one.whole and two.whole):
        return False
    return alive(witness.trace, (one.source, two.source))


def _said(portfolio: Portfolio, tag: str) -> Iterator[Said]:
    """Yield the sends of messages with a tag, those of chains first."""
    program = portfolio.program
    for chain in program.chains.values():
        whole = any(one.id == tag for one in chain.tags)
        for offer in portfolio.tracks[chain.id].offers if chain.status == "live" else ():
            for id_ in offer.messages:
                if whole or _carries(program, id_, tag):
                    yield Said(chain.id, id_, whole, offer.path, offer.least)
    for broadcast in program.broadcasts.values():
        whole = any(one.id == tag for one in broadcast.tags)
        message = broadcast.message.id
        if broadcast.status == "live" and (whole or _carries(program, message, tag)):
            yield Said(broadcast.id, message, whole)


def _carries(program: Program, id_: str, tag: str) -> bool:
    message = program.messages.get(id_)
    return message is not None and any(one.id == tag for one in message.tags)


def _stages(portfolio: Portfolio, one: Said, two: Said) -> Iterator[Stage]:
    """Yield the timelines that may bring both: together, or in turn within an exclusive group."""
    if not (one.path and two.path):
        yield from _mailed(portfolio, one, two)
    elif portfolio.lifetimes.group(one.source, two.source) is None:
        yield _stage(portfolio, one, two)
    else:
        yield from _in_turn(portfolio, one, two)
        yield from _in_turn(portfolio, two, one)


def _in_turn(portfolio: Portfolio, one: Said, two: Said) -> Iterator[Stage]:
    """Let the second chain follow the first, or take its place once that has sent its message."""
    at = takeover.after(portfolio, one.source, two.source, one.least)
    if at is None or at + two.least >= one.least + delay.DAY:
        return
    first, second = (door.easiest(portfolio.program, said.source) for said in (one, two))
    yield Stage(
        (Entrance(*first, 0), Entrance(*second, at)),
        lambda trace: bool(_close(trace, one, two)),
        (one.path, two.path),
    )


def _stage(portfolio: Portfolio, one: Said, two: Said) -> Stage:
    program = portfolio.program
    latest = max(one.least, two.least)
    entrances = {
        Entrance(*door.easiest(program, said.source), latest - said.least) for said in (one, two)
    }
    if one.source == two.source:
        entrances = {Entrance(*door.easiest(program, one.source), 0)}
    ordered = tuple(sorted(entrances, key=lambda entrance: (entrance.at, entrance.chain)))
    wanted = tuple(dict.fromkeys((one.path, two.path)))
    return Stage(ordered, lambda trace: bool(_close(trace, one, two)), wanted)


def _mailed(portfolio: Portfolio, one: Said, two: Said) -> Iterator[Stage]:
    """Let a customer get a broadcast and, soon before or after it, another or a chain's message."""
    program = portfolio.program
    sources = [said.source for said in (one, two) if not said.path]
    times = occasions(program, sources, program.project.timezone, delay.DAY)
    shot = _together(times) if len(sources) > 1 else times[:1]
    if not shot:
        return
    first, chains = shot[0].moment, [said for said in (one, two) if said.path]
    lead = sum(said.least for said in chains)
    yield Stage(
        tuple(Entrance(*door.easiest(program, said.source), 0) for said in chains),
        lambda trace: bool(_close(trace, one, two)),
        tuple(said.path for said in chains),
        occasions=shot,
        starts=tuple(first - lead + at for at in ((0, APART, -APART) if chains else (0,))),
    )


def _together(times: tuple[Occasion, ...]) -> tuple[Occasion, ...]:
    """Return the first occasions of two broadcasts within a day."""
    for one, two in pairwise(times):
        if one.broadcast != two.broadcast and two.moment < one.moment + delay.DAY:
            return one, two
    return ()


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
    return meeting.source(entry) == said.source and entry.message == said.message


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
        help=_advice(portfolio, first, second),
        evidence=evidence(
            portfolio,
            witness,
            code=CODE.id,
            counted=lambda entry: entry in sent,
            harm=meeting.harm(portfolio, witness.chains, 1, sent),
        ),
    )


def _advice(portfolio: Portfolio, first: Entry, second: Entry) -> tuple[Text, ...]:
    if first.chain is None or second.chain is None:
        return (
            text(
                "send the broadcast on another day, or leave out of its audience, by `exclude`,"
                " whom the other message is for"
            ),
        )
    group = portfolio.lifetimes.group(first.chain, second.chain)
    apart = text("put the chains into one `exclusive` group, or let the audience of one exclude it")
    if group is not None:
        apart = text(
            "`{group}` keeps them apart only as long as the first one runs: let the second wait",
            group=group,
        )
    return (
        apart,
        text("or give the second message an `only` that asks what the customer has received"),
    )
