"""Which chains start which others, by what, and how soon: nobody outside has to do anything."""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from crmspec.ir.action import ConsentStep, Emit, ListStep, Update
from crmspec.ir.step import Leave, StartChain
from crmspec.ir.trigger import (
    AttributeTrigger,
    ChainTrigger,
    EventTrigger,
    InactionTrigger,
    ListTrigger,
    SegmentTrigger,
)
from crmspec.logic.reading import reads

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.trigger import Trigger
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.reading import Fact
    from crmspec.source import Span

STARTS = 64
"""From how many chains of a knot of circles the shortest one is looked for."""
ROUNDS = 16
"""How many circles of one knot are looked at."""


class Cause(NamedTuple):
    """A step of a chain that changes something, how soon after entry, and what it changes."""

    chain: str
    path: str
    delay: int
    fact: Fact
    span: Span


class Link(NamedTuple):
    """A cause, the trigger that it fires, and the minutes from entry to entry at the least."""

    cause: Cause
    target: str
    trigger: int
    span: Span
    delay: int

    @property
    def is_direct(self) -> bool:
        """Say whether chains name each other here, which name resolution looks at already."""
        return self.cause.fact[0] in {"start", "entered", "completed", "exited"}


Links: TypeAlias = dict[str, list[Link]]
"""The links by the chain they leave."""


def returning(chain: Chain) -> bool:
    """Say whether a customer may come into a chain again and again."""
    again = chain.reentry
    return (
        chain.status == "live"
        and again is not None
        and again.mode != "never"
        and again.limit is None
    )


def graph(portfolio: Portfolio) -> Links:
    """Return the links between chains that can be entered again, by the chain they leave."""
    chains = [chain for chain in portfolio.program.chains.values() if returning(chain)]
    found: Links = defaultdict(list)
    for link in _links(portfolio, chains, chains):
        found[link.cause.chain].append(link)
    return found


def into(portfolio: Portfolio, targets: Collection[str]) -> Iterator[Link]:
    """Yield the links by which other chains, even such as run once, lead into some chains."""
    chains = portfolio.program.chains
    others = [one for one in chains.values() if one.status == "live" and one.id not in targets]
    yield from _links(portfolio, others, [chains[id_] for id_ in targets])


def _links(
    portfolio: Portfolio, chains: Iterable[Chain], targets: Iterable[Chain]
) -> Iterator[Link]:
    waiting = _listeners(portfolio.program, targets)
    for chain in chains:
        for cause in _causes(chain, portfolio.arrivals[chain.id]):
            for target, number, trigger, extra in waiting.get(cause.fact, ()):
                yield Link(cause, target, number, trigger.place.span, cause.delay + extra)


def _causes(chain: Chain, arrivals: tuple[Arrival, ...]) -> Iterator[Cause]:
    """Yield what a passage through a chain brings about."""
    here = chain.place.name
    yield Cause(chain.id, "", 0, ("entered", chain.id), here)
    last = 0
    for arrival in arrivals:
        step, delay = arrival.step, arrival.way.least
        for fact, span in _changes(arrival):
            yield Cause(chain.id, arrival.path, delay, fact, span)
        if isinstance(step, Leave):
            yield Cause(chain.id, arrival.path, delay, ("exited", chain.id), step.place.span)
        last = max(last, delay)
    yield Cause(chain.id, "", last, ("completed", chain.id), here)


def _changes(arrival: Arrival) -> Iterator[tuple[Fact, Span]]:
    step = arrival.step
    match step:
        case Emit():
            yield ("event", step.emit.id), step.emit.place.span
        case StartChain():
            yield ("start", step.start_chain.chain.id), step.start_chain.chain.place.span
        case Update():
            change = step.update
            named = (*change.set, *change.increment, *change.append)
            for id_ in dict.fromkeys((*named, *(ref.id for ref in change.unset))):
                yield ("attribute", id_), step.place.key("update")
        case ListStep():
            for ref in step.list.add:
                yield ("entered list", ref.id), ref.place.span
            for ref in step.list.remove:
                yield ("left list", ref.id), ref.place.span
        case ConsentStep():
            yield ("consent", step.consent.set.id), step.consent.set.place.span


_Listener = tuple[str, int, "Trigger | Chain", int]


def _listeners(program: Program, chains: Iterable[Chain]) -> dict[Fact, list[_Listener]]:
    """Return the triggers that each fact may fire, with the minutes that they wait themselves."""
    found: dict[Fact, list[_Listener]] = defaultdict(list)
    memo: dict[str, frozenset[Fact]] = {}
    for chain in chains:
        found["start", chain.id].append((chain.id, 0, chain, 0))
        for number, trigger in enumerate(chain.trigger):
            for fact, extra in _heard(program, trigger, memo):
                found[fact].append((chain.id, number, trigger, extra))
    return found


def _heard(
    program: Program, trigger: Trigger, memo: dict[str, frozenset[Fact]]
) -> Iterator[tuple[Fact, int]]:
    match trigger:
        case EventTrigger():
            yield ("event", trigger.event.id), 0
        case InactionTrigger():
            for ref in (trigger.after or trigger.no_event,):
                yield ("event", ref.id), trigger.for_.minutes
        case AttributeTrigger():
            yield ("attribute", trigger.attribute.id), 0
            declared = program.attributes.get(trigger.attribute.id)
            if declared is not None and declared.computed is not None:
                yield ("event", declared.computed.event.id), 0
        case ListTrigger():
            yield (f"{trigger.transition} list", trigger.list.id), 0
        case ChainTrigger():
            yield (trigger.state, trigger.chain.id), 0
        case SegmentTrigger():
            yield from ((fact, 0) for fact in _of_segment(program, trigger.segment.id, memo))


def _of_segment(program: Program, id_: str, memo: dict[str, frozenset[Fact]]) -> frozenset[Fact]:
    if id_ not in memo:
        segment = program.segments.get(id_)
        facts = reads(program, segment.condition) if segment is not None else frozenset()
        moved = {
            (f"{way} list", name)
            for kind, name in facts
            if kind == "list"
            for way in ("entered", "left")
        }
        inside = {
            (state, name)
            for kind, name in facts
            if kind == "chain"
            for state in ("entered", "completed", "exited")
        }
        memo[id_] = facts | moved | inside
    return memo[id_]


def knots(links: Links) -> Iterator[Links]:
    """Yield the links of each set of chains that all lead to one another."""
    for knot in _knots(links):
        inside = set(knot)
        yield {id_: [link for link in links[id_] if link.target in inside] for id_ in knot}


def circles(knot: Links) -> Iterator[tuple[Link, ...]]:
    """Yield circles of a knot that share no link, the quickest first."""
    kept = {id_: list(links) for id_, links in knot.items()}
    for _ in range(ROUNDS):
        found = _quickest(kept)
        if found is None:
            break
        # Name resolution reports chains that name each other without a wait.
        if any(link.delay or not link.is_direct for link in found):
            yield found
        for link in found:
            kept[link.cause.chain].remove(link)


def _quickest(kept: Links) -> tuple[Link, ...] | None:
    rounds = [found for id_ in sorted(kept)[:STARTS] if (found := _around(kept, id_)) is not None]
    return min(
        rounds,
        key=lambda one: (sum(link.delay for link in one), len(one), one[0].cause),
        default=None,
    )


def _around(links: Links, start: str) -> tuple[Link, ...] | None:
    """Return the quickest way from a chain back to itself (Dijkstra)."""
    queue: list[tuple[int, int, str]] = [(0, 0, start)]
    back: dict[str, Link] = {}
    done: dict[str, int] = {}
    count = 0
    while queue:
        delay, _, here = heapq.heappop(queue)
        if here == start and back.get(start) is not None and delay == done.get(start):
            return _trail(back, start)
        for link in links.get(here, ()):
            total = delay + link.delay
            if total < done.get(link.target, total + 1):
                count += 1
                done[link.target], back[link.target] = total, link
                heapq.heappush(queue, (total, count, link.target))
    return None


def _trail(back: dict[str, Link], start: str) -> tuple[Link, ...]:
    found = [back[start]]
    while found[-1].cause.chain != start:
        found.append(back[found[-1].cause.chain])
    return tuple(reversed(found))


def _knots(links: Links) -> Iterator[list[str]]:
    """Yield the strongly connected parts that hold a circle, sorted (Tarjan, no recursion)."""
    search = _Tarjan(links)
    for start in sorted(links):
        if start not in search.index:
            search.visit(start)
    for part in sorted(search.parts):
        if len(part) > 1 or any(link.target == part[0] for link in links.get(part[0], ())):
            yield part


class _Tarjan:
    """The state of one search for strongly connected parts."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.index: dict[str, int] = {}
        self.low: dict[str, int] = {}
        self.stack: list[str] = []
        self.open: set[str] = set()
        self.parts: list[list[str]] = []

    def visit(self, start: str) -> None:
        """Search from a chain that has not been seen."""
        path = [(start, self._enter(start))]
        while path:
            here, targets = path[-1]
            target = next(targets, None)
            if target is None:
                path.pop()
                self._leave(here, path[-1][0] if path else None)
            elif target not in self.index:
                path.append((target, self._enter(target)))
            elif target in self.open:
                self.low[here] = min(self.low[here], self.index[target])

    def _enter(self, here: str) -> Iterator[str]:
        self.index[here] = self.low[here] = len(self.index)
        self.stack.append(here)
        self.open.add(here)
        return iter([link.target for link in self.links.get(here, ())])

    def _leave(self, here: str, before: str | None) -> None:
        if before is not None:
            self.low[before] = min(self.low[before], self.low[here])
        if self.low[here] == self.index[here]:
            at = len(self.stack) - 1 - self.stack[::-1].index(here)
            self.parts.append(sorted(self.stack[at:]))
            self.open.difference_update(self.stack[at:])
            del self.stack[at:]
