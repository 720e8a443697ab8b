"""What a chain does when: its steps as a graph without cycles, with least and most delays."""

from __future__ import annotations

import heapq
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from msgspec import field

from crmspec.ir.action import AudienceSync
from crmspec.ir.step import Batch, Jump, Leave, Send, StopChain, Wait, WaitFor
from crmspec.logic import delay
from crmspec.logic.delay import Span, later, plus
from crmspec.resolve.outline import ways
from crmspec.source.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.step import AnyStep, SendChoice, Steps

END = -1
"""The number of the end of a chain among its nodes."""
_SENDING = (Send, AudienceSync)
_FAR = 1 << 60
BUDGET = 2_000
"""The most nodes that the jumps back of one chain may be unrolled to."""


Structure: TypeAlias = tuple[object, ...]


class Way(NamedTuple):
    """An edge to another node: after at least, and at most, so many minutes."""

    to: int
    least: int = 0
    most: int | None = 0


class Node(Record):
    """One step in one round; `ways` lead to nodes of higher numbers, or to END.

    `messages` are those the step may send (any one of them, or `every` one), and `hold` is for how
    long the gate may keep them. `least` and `most` are minutes from the entry to the step.
    """

    path: str
    step: AnyStep
    messages: tuple[str, ...] = ()
    every: bool = False
    hold: int | None = 0
    ways: list[Way] = field(default_factory=list)
    least: int = 0
    most: int | None = 0
    reached: bool = False


class Offer(NamedTuple):
    """A send: the step, its messages, and how many minutes after the entry it may come.

    `late` is `most` and the longest hold at the gate; `optional` says that the step carries a
    condition of its own.
    """

    path: str
    step: AnyStep
    messages: tuple[str, ...]
    every: bool
    least: int
    most: int | None
    late: int | None
    optional: bool


class Track:
    """A chain's steps in time, jumps back unrolled by their `max`.

    `exact` is False if they could not be unrolled within the budget: then a passage may send any
    number of messages, at any time. `nodes` are in an order in which every way leads forward.
    """

    def __init__(self, id_: str, nodes: list[Node], *, exact: bool = True) -> None:
        self.id = id_
        self.nodes = nodes
        self.exact = exact
        self.ends = self._time()

    def _time(self) -> Span | None:
        """Give every node its least and most time; return those of the end."""
        ends = None if self.nodes else Span()
        if self.nodes:
            _reach(self.nodes[0], 0, 0 if self.exact else None)
        for number, node in enumerate(self.nodes):
            for way in node.ways if node.reached else ():
                least, most = node.least + way.least, plus(node.most, way.most)
                if way.to == END:
                    ends = _joined(ends, least, most)
                elif way.to > number:
                    _reach(self.nodes[way.to], least, most)
        return ends

    @cached_property
    def lifetime(self) -> Span:
        """Return how long a passage lasts that no exit ends, in minutes."""
        if not self.exact:
            return Span(0, None)
        leaves = [node for node in self.nodes if node.reached and isinstance(node.step, Leave)]
        whole = self.ends
        for node in leaves:
            whole = _joined(whole, node.least, node.most)
        return whole if whole is not None else Span(0, None)

    @cached_property
    def messages(self) -> frozenset[str]:
        """Return the messages that any step may send."""
        return frozenset(message for node in self.nodes for message in node.messages)

    @cached_property
    def stops(self) -> frozenset[str]:
        """Return the chains that any step takes customers out of."""
        steps = (node.step for node in self.nodes)
        return frozenset(one.stop_chain.id for one in steps if isinstance(one, StopChain))

    @cached_property
    def structure(self) -> Structure:
        """Return what is the same for tracks that differ in nothing but names."""
        nodes = tuple((tuple(one.ways), one.hold) for one in self.nodes)
        return (self.exact, self.lifetime, nodes)

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """Return the sends in reading order; one that repeats is given once, with all its times."""
        found: dict[str, Offer] = {}
        for node in self.nodes:
            if node.reached and node.messages:
                known = found.get(node.path)
                found[node.path] = _offer(node) if known is None else _merged(known, _offer(node))
        return tuple(found.values())

    def apart(self, one: str, other: str) -> int | None:
        """Return the least minutes from one step to another later one; None if no way leads there.

        Steps are given by their paths; a hold of the first is not counted.
        """
        times: dict[int, int] = {}
        for number, node in enumerate(self.nodes):
            if node.path == one:
                times[number] = 0
            elif number not in times:
                continue
            elif node.path == other:
                return times[number]
            for way in node.ways:
                if way.to > number:
                    times[way.to] = min(times.get(way.to, _FAR), times[number] + way.least)
        return None


def _joined(known: Span | None, least: int, most: int | None) -> Span:
    if known is None:
        return Span(least, most)
    return Span(min(known.least, least), later(known.most, most))


def _reach(node: Node, least: int, most: int | None) -> None:
    if node.reached:
        node.least, node.most = min(node.least, least), later(node.most, most)
    else:
        node.least, node.most, node.reached = least, most, True


def _offer(node: Node) -> Offer:
    step = node.step
    late = plus(node.most, node.hold)
    optional = step.only is not None or step.unless is not None
    return Offer(node.path, step, node.messages, node.every, node.least, node.most, late, optional)


def _merged(one: Offer, other: Offer) -> Offer:
    return one._replace(
        least=min(one.least, other.least),
        most=later(one.most, other.most),
        late=later(one.late, other.late),
    )


def track(program: Program, chain: Chain, hold: Callable[[str], int | None]) -> Track:
    """Return the track of a chain; `hold` gives the longest hold of a message by its id."""
    maker = _Maker(program, hold)
    maker.place(chain.steps, f"{chain.id}.steps", None)
    maker.link()
    if not maker.rounds:
        return Track(chain.id, maker.nodes)
    nodes = _unrolled(maker.nodes, maker.rounds)
    return Track(chain.id, maker.nodes if nodes is None else nodes, exact=nodes is not None)


class _Maker:
    """Makes the nodes of one chain in reading order, and the ways between them."""

    def __init__(self, program: Program, hold: Callable[[str], int | None]) -> None:
        self.program = program
        self.hold = hold
        self.nodes: list[Node] = []
        self.parent: list[int | None] = []
        self.sibling: list[int | None] = []
        self.inside: list[list[int | None]] = []
        self.by_id: dict[str, int] = {}
        self.rounds: dict[int, int] = {}

    def place(self, steps: Steps, prefix: str, parent: int | None) -> int | None:
        """Add the nodes of a list of steps; return the number of the first."""
        first, previous = None, None
        for position, step in enumerate(steps):
            number = len(self.nodes)
            if previous is None:
                first = number
            else:
                self.sibling[previous] = number
            self._add(step, f"{prefix}.{position}", parent)
            previous = number
        return first

    def _add(self, step: AnyStep, path: str, parent: int | None) -> None:
        number = len(self.nodes)
        self.nodes.append(Node(path, step))
        self.parent.append(parent)
        self.sibling.append(None)
        self.inside.append([])
        if step.id is not None:
            self.by_id.setdefault(step.id, number)
        for arm, steps in enumerate(ways(step)):
            self.inside[number].append(self.place(steps, f"{path}.{arm}", number))

    def link(self) -> None:
        """Give every node its ways, and sends their messages and longest hold."""
        for number, node in enumerate(self.nodes):
            if isinstance(node.step, _SENDING):
                self._send(node)
            found: dict[int, Way] = {}
            for way in self._ways(number, node):
                known = found.get(way.to)
                found[way.to] = way if known is None else _either(known, way)
            node.ways = list(found.values())

    def _after(self, number: int) -> int:
        at: int | None = number
        while at is not None:
            following = self.sibling[at]
            if following is not None:
                return following
            at = self.parent[at]
        return END

    def _send(self, node: Node) -> None:
        if isinstance(node.step, AudienceSync):
            node.messages = (node.step.audience_sync.message.id,)
            return
        choice = node.step.send  # type: ignore[union-attr]
        named = (choice.message, *choice.messages) if choice.message else choice.messages
        node.messages = tuple(one.id for one in named if one is not None)
        node.every = self._is_every(choice)
        for message in node.messages:
            node.hold = later(node.hold, self.hold(message))

    def _is_every(self, choice: SendChoice) -> bool:
        if choice.choose == "all":
            return True
        group = self.program.channel_groups.get(choice.group.id) if choice.group else None
        return group is not None and group.choose == "all"

    def _ways(self, number: int, node: Node) -> Iterator[Way]:
        step, after = node.step, self._after(number)
        arms = [after if first is None else first for first in self.inside[number]]
        optional = step.only is not None or step.unless is not None
        match step:
            case WaitFor():
                yield from _race(step, arms)
            case Jump():
                yield from self._jump(number, step, after)
            case Leave():
                pass
            case _ if arms:
                yield from (Way(arm) for arm in arms)
            case _:
                yield Way(after, *_own(node))
        if optional:
            yield Way(after)

    def _jump(self, number: int, step: Jump, after: int) -> Iterator[Way]:
        target = self.by_id.get(step.jump.to.id)
        if target is None:
            yield Way(after)
        elif target > number:
            yield Way(target)
        else:
            self.rounds[number] = BUDGET if step.jump.max is None else step.jump.max
            yield from (Way(target), Way(after))


def _either(one: Way, other: Way) -> Way:
    return Way(one.to, min(one.least, other.least), later(one.most, other.most))


def _own(node: Node) -> Span:
    match node.step:
        case Wait(wait=wait):
            return delay.of_wait(wait)
        case Batch(batch=batch):
            return delay.of_batch(batch)
    retries = delay.RETRIES if node.step.on_error == "retry" else 0
    return Span(0, plus(node.hold, retries))


def _race(step: WaitFor, arms: list[int]) -> Iterator[Way]:
    """Yield the ways out of a wait for something (semantics 7.12 to 7.17)."""
    timeout = step.wait_for.timeout
    whole = delay.length(timeout) if timeout is not None else Span(0, None)
    *matched, otherwise = arms
    yield from (Way(arm, 0, whole.most) for arm in matched)
    if timeout is not None:
        yield Way(otherwise, *whole)


def _unrolled(nodes: list[Node], rounds: dict[int, int]) -> list[Node] | None:
    """Return the nodes once for each number of jumps back taken so far; None over the budget.

    A jump back is taken at most `max` times in a passage (semantics 7.38).
    """
    jumps = list(rounds)
    start = (0, 0, (0,) * len(jumps))
    waiting, seen, made = [start], {start: 0}, list[Node]()
    order: list[tuple[int, int, tuple[int, ...]]] = []
    while waiting:
        if len(seen) > BUDGET:
            return None
        state = heapq.heappop(waiting)
        order.append(state)
        for _, following in _following(state, nodes, rounds, jumps):
            if following not in seen:
                seen[following] = 0
                heapq.heappush(waiting, following)
    numbers = {state: number for number, state in enumerate(order)}
    for state in order:
        node = nodes[state[1]]
        made.append(Node(node.path, node.step, node.messages, every=node.every, hold=node.hold))
        made[-1].ways = [way for way in node.ways if way.to == END]
        for way, following in _following(state, nodes, rounds, jumps):
            made[-1].ways.append(way._replace(to=numbers[following]))
    return made


def _following(
    state: tuple[int, int, tuple[int, ...]],
    nodes: list[Node],
    rounds: dict[int, int],
    jumps: list[int],
) -> Iterator[tuple[Way, tuple[int, int, tuple[int, ...]]]]:
    """Yield the ways out of a node with the state they lead to: (jumps taken, node, of each)."""
    total, number, taken = state
    for way in nodes[number].ways:
        if way.to == END:
            continue
        if way.to > number:
            yield way, (total, way.to, taken)
            continue
        place = jumps.index(number)
        if taken[place] < rounds[number]:
            counts = (*taken[:place], taken[place] + 1, *taken[place + 1 :])
            yield way, (total + 1, way.to, counts)
