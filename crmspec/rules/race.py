"""Chains whose outcome depends on what happens to come first: another chain, or an answer."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.logic.candidate import ordinary
from crmspec.logic.first_minute import Read, Write, questions, writes
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.witness import Entrance, Stage
from crmspec.rules import stale_answer
from crmspec.rules.replay import Replays, of_chain, sent
from crmspec.rules.uncovered import set_to
from crmspec.semantics import clock
from crmspec.semantics.machine import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.logic.door import Door
    from crmspec.logic.reading import Fact
    from crmspec.logic.witness import Witness
    from crmspec.rules.replay import Aim
    from crmspec.semantics.scenario import Scenario
    from crmspec.semantics.trace import Trace
    from crmspec.source import Span

CODE = Code(
    "CRM316",
    "race",
    text("chains of equal priority whose order decides what customers get"),
    Severity.WARNING,
)
PAIRS = 3
"""Of the chains that a change may matter to, so many are replayed."""
SOME_DAY = 29_750_400
"""A moment that relative dates are seen from: spring 2026."""
BUDGET = 16
"""Replays of this rule: each is followed by two more, of the program in two orders."""


class Race(NamedTuple):
    """A change and a question, or two changes, in one minute and with one priority."""

    first: Write
    second: Write | Read


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each change, and each exclusive group, whose order nothing decides."""
    replays = Replays(portfolio, CODE, BUDGET)
    seen: set[tuple[str, Fact]] = set()
    for doors in portfolio.doors.values():
        for tied in _tied(portfolio, doors):
            yield from _exclusive(replays, tied)
            yield from _changes(replays, tied, seen)
    yield from stale_answer.look(replays)
    yield from replays.undecided()


def _tied(portfolio: Portfolio, doors: Iterable[Door]) -> Iterator[dict[str, Door]]:
    """Yield the chains behind a door that have one priority, if there are several."""
    found: dict[int, dict[str, Door]] = defaultdict(dict)
    for door in doors:
        found[portfolio.program.chains[door.chain].priority][door.chain] = door
    yield from (tied for _, tied in sorted(found.items()) if len(tied) > 1)


def _changes(
    replays: Replays, tied: dict[str, Door], seen: set[tuple[str, Fact]]
) -> Iterator[Diagnostic]:
    portfolio = replays.portfolio
    changed: dict[Fact, list[Write]] = defaultdict(list)
    asked: dict[Fact, list[Read]] = defaultdict(list)
    for id_ in sorted(tied):
        chain, arrivals = portfolio.program.chains[id_], portfolio.arrivals[id_]
        for write in writes(chain, arrivals):
            changed[write.fact].append(write)
        for read in questions(portfolio.program, chain, arrivals):
            if not any(one.chain == id_ for one in asked[read.fact]):
                asked[read.fact].append(read)
    for fact in sorted(changed):
        races = [
            Race(write, other)
            for write in changed[fact]
            if (write.chain, fact) not in seen
            for other in _others(write, asked[fact], changed[fact])
        ]
        found = _first(replays, tied, races[:PAIRS])
        if found is not None:
            seen.update((write.chain, fact) for write in changed[fact])
            chains = {one.chain for race in races for one in (race.first, race.second)}
            yield _finding(replays, *found, len(chains) - 2)


def _others(write: Write, asked: list[Read], changed: list[Write]) -> Iterator[Write | Read]:
    """Yield what other chains ask, or change otherwise, each pair of changes once."""
    yield from (one for one in asked if one.chain != write.chain)
    yield from (
        one for one in changed if one.chain > write.chain and repr(one.value) != repr(write.value)
    )


def _first(
    replays: Replays, tied: dict[str, Door], races: list[Race]
) -> tuple[Race, Witness] | None:
    for race in races:
        for seek in (_as_it_is, _other_way_round, _with_a_value):
            witness = seek(replays, tied, race)
            if witness is not None and _differs(replays.portfolio, race, witness.scenario):
                return race, witness
    return None


def _as_it_is(replays: Replays, tied: dict[str, Door], race: Race) -> Witness | None:
    """Return a customer who enters both chains, of which one changes something."""
    aim = _met(race.first.chain, race.second.chain)
    return replays.stage(_stage(tied, race, aim, (race.first.path,)), race.first.span)


def _other_way_round(replays: Replays, tied: dict[str, Door], race: Race) -> Witness | None:
    """Return a customer who would get the other chain's message if that chain came first."""
    portfolio, second = replays.portfolio, race.second
    chains = race.first.chain, second.chain
    paths = race.first.path, second.path
    swapped = _with_first(portfolio.program, second.chain, chains)
    reached = sent(second.chain, second.path)
    stage = _stage(tied, race, reached, paths)
    found = replays.stage(stage, race.first.span, Portfolio(swapped, portfolio.behaviour))
    if found is None:
        return None
    trace = run(portfolio.program, found.scenario, portfolio.behaviour)
    return found._replace(trace=trace)


def _with_a_value(replays: Replays, tied: dict[str, Door], race: Race) -> Witness | None:
    """Return a customer with a value that the change takes away or adds to."""
    kind, id_ = race.first.fact
    program = replays.portfolio.program
    declared = program.attributes.get(id_) if kind == "attribute" else None
    if declared is None or race.first.value is not None:
        return None
    before = set_to(id_, ordinary(program, declared, SOME_DAY, clock.named("UTC")))
    met = _met(race.first.chain, race.second.chain)

    def aim(trace: Trace) -> bool:
        return met(trace) and any(one.subject == f"attribute {id_}" for one in trace.of("change"))

    stage = _stage(tied, race, aim, (race.first.path,))
    return replays.stage(msgspec.structs.replace(stage, before=(before,)), race.first.span)


def _stage(tied: dict[str, Door], race: Race, aim: Aim, wanted: tuple[str, ...]) -> Stage:
    chains = race.first.chain, race.second.chain
    entrances = tuple(Entrance(id_, tied[id_].trigger, 0) for id_ in chains)
    return Stage(entrances=entrances, aim=aim, wanted=wanted)


def _met(one: str, other: str) -> Aim:
    """Aim at both chains being entered in one minute."""

    def aim(trace: Trace) -> bool:
        entered = {
            id_: {entry.moment for entry in of_chain(trace, id_) if entry.kind == "enter"}
            for id_ in (one, other)
        }
        return bool(entered[one] & entered[other])

    return aim


def _differs(portfolio: Portfolio, race: Race, scenario: Scenario) -> bool:
    """Say whether it matters which of two chains goes first."""
    one, other = race.first.chain, race.second.chain
    outcomes = [_outcome(portfolio, first, (one, other), scenario) for first in (one, other)]
    return outcomes[0] != outcomes[1]


def _outcome(
    portfolio: Portfolio, first: str, chains: tuple[str, str], scenario: Scenario
) -> tuple[object, ...]:
    """Return what comes of two chains if one goes first: their messages and the last values."""
    swapped = _with_first(portfolio.program, first, chains)
    trace = run(swapped, scenario, portfolio.behaviour)
    done = [
        sorted(
            (one.kind, one.step or "", one.message or "", one.reason or "")
            for one in of_chain(trace, id_)
            if one.kind in {"send", "skip", "exit", "take", "complete"}
        )
        for id_ in chains
    ]
    last = {
        one.subject or "": sorted(one.data.items(), key=str)
        for one in trace.of("change")
        if one.chain in chains
    }
    return *done, sorted(last.items(), key=str)


def _with_first(program: Program, first: str, chains: tuple[str, str]) -> Program:
    """Return the program in which one of two chains goes before the other."""
    raised = {
        id_: msgspec.structs.replace(
            program.chains[id_], priority=program.chains[id_].priority + (id_ == first)
        )
        for id_ in chains
    }
    return msgspec.structs.replace(program, chains=program.chains | raised)


def _finding(replays: Replays, race: Race, witness: Witness, more: int) -> Diagnostic:
    first, second = race.first, race.second
    return Diagnostic(
        code=CODE,
        message=_message(race),
        label=Label(first.span, text("`{chain}` changes it here", chain=first.chain)),
        related=(Label(second.span, _other(second)),),
        help=(
            text("give the one that is to go first a higher `priority`"),
            text("the order of names decides now: renaming a chain changes what customers get"),
            *((text("{count} more chains are in this", count=more),) if more else ()),
        ),
        evidence=replays.proof(witness),
    )


def _other(second: Write | Read) -> Text:
    if isinstance(second, Write):
        return text("`{chain}` changes it too", chain=second.chain)
    if second.fact[0] == "passage":
        return text("`{chain}` sends this in the same minute", chain=second.chain)
    return text("`{chain}` looks at it in the same minute", chain=second.chain)


def _message(race: Race) -> Text:
    return text(
        "`{one}` and `{other}` start together and have one priority: which of them comes first"
        " decides about {fact}",
        one=race.first.chain,
        other=race.second.chain,
        fact=_fact(race.first.fact),
    )


def _fact(fact: Fact) -> Text:
    kind, id_ = fact
    if kind == "passage":
        return text("the passage through `{id}`", id=id_)
    if kind == "list":
        return text("the list `{id}`", id=id_)
    return text("the consent `{id}`", id=id_) if kind == "consent" else text("`{id}`", id=id_)


def _exclusive(replays: Replays, tied: dict[str, Door]) -> Iterator[Diagnostic]:
    """Report chains of one exclusive group that start together: names decide who gets in."""
    for group, members in _groups(replays.portfolio, tied).items():
        found = next(
            (
                (one, other, witness)
                for number, one in enumerate(members[:PAIRS])
                for other in members[number + 1 : PAIRS]
                if (witness := _squeezed(replays, tied, one, other)) is not None
            ),
            None,
        )
        if found is not None:
            yield _squeeze(replays, group, *found)


def _groups(portfolio: Portfolio, tied: dict[str, Door]) -> dict[str, list[str]]:
    program = portfolio.program
    found: dict[str, list[str]] = defaultdict(list)
    for group in program.exclusive.values():
        inside = {ref.id for ref in group.chains}
        found[group.id] = [
            id_ for id_ in sorted(tied) if id_ in inside or _names(program.chains[id_], group.id)
        ]
    return {group: members for group, members in sorted(found.items()) if len(members) > 1}


def _names(chain: Chain, group: str) -> bool:
    return chain.exclusive is not None and chain.exclusive.id == group


def _squeezed(replays: Replays, tied: dict[str, Door], one: str, other: str) -> Witness | None:
    """Return a customer whom the trigger would bring into both, of which one stays."""
    stage = Stage(
        entrances=tuple(Entrance(id_, tied[id_].trigger, 0) for id_ in (one, other)),
        aim=_one_only(one, other),
    )
    return replays.stage(stage, replays.portfolio.program.chains[one].place.name)


def _one_only(one: str, other: str) -> Aim:
    def aim(trace: Trace) -> bool:
        moments = {
            kind: {
                (entry.chain, entry.moment)
                for entry in trace.entries
                if entry.chain in {one, other} and kind == (entry.kind, entry.reason or "")
            }
            for kind in (("enter", ""), ("refuse", "exclusive"), ("exit", "exclusive"))
        }
        lost = moments["refuse", "exclusive"] | moments["exit", "exclusive"]
        return any(
            (other if chain == one else one, moment) in moments["enter", ""]
            for chain, moment in lost
        )

    return aim


def _squeeze(replays: Replays, group: str, one: str, other: str, witness: Witness) -> Diagnostic:
    chains = replays.portfolio.program.chains
    return Diagnostic(
        code=CODE,
        message=text(
            "`{one}` and `{other}` start together, and only their names decide which one the"
            " exclusive group `{group}` lets in",
            one=one,
            other=other,
            group=group,
        ),
        label=Label(
            _priority(chains[other]), text("the same priority, {n}", n=chains[one].priority)
        ),
        related=(Label(_priority(chains[one]), text("as here")),),
        help=(text("give the one that matters more a higher `priority`"),),
        evidence=replays.proof(witness),
    )


def _priority(chain: Chain) -> Span:
    node = chain.place.node
    written = node is not None and node.child("priority") is not None
    return chain.place.value("priority") if written else chain.place.name
