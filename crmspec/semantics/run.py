"""One run of a timeline: the state, the queue of moments, and the trace that grows."""

from __future__ import annotations

from collections import deque
from heapq import heappush
from typing import TYPE_CHECKING, cast

from msgspec import field

from crmspec.semantics.clock import add
from crmspec.semantics.condition import holds
from crmspec.semantics.trace import Entry
from crmspec.semantics.view import View
from crmspec.source.record import Record

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.audience import Broadcast
    from crmspec.ir.condition import Condition
    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.ir.trigger import Trigger
    from crmspec.ir.value import Duration, Plain
    from crmspec.semantics.behaviour import Behaviour
    from crmspec.semantics.index import Index
    from crmspec.semantics.route import Node, Route
    from crmspec.semantics.scenario import Moment, Reaction, Scenario
    from crmspec.semantics.state import Occurrence, Passage, Sent, State
    from crmspec.semantics.trace import EntryKind

STEPS_A_MINUTE = 1000
"""More steps of one customer in one minute are a loop without a wait (semantics 3.12)."""


class Signal(Record):
    """Something that has just changed the state and may end, wake or start passages.

    `kind` is that of a happening, or `chain` (`subject` chain id, `change` the state it reached),
    `reaction` (`subject` message id), or `time` for what time alone brings. `keys` name the facts
    that changed, as `reading.keys` spells them.
    """

    kind: str
    subject: str = ""
    properties: dict[str, Plain] = field(default_factory=dict)
    change: str = ""
    old: Plain = None
    new: Plain = None
    occurrence: Occurrence | None = None
    sent: Sent | None = None
    fired: tuple[Firing, ...] = ()


class Firing(Record):
    """A trigger that fired: which chain, which of its triggers, with which properties."""

    route: Route
    trigger: Trigger | None
    properties: dict[str, Plain]


class Letter(Record, eq=False):
    """A message on its way through the gate: who sends it, and since when it is held."""

    message: Message
    live: Live | None = None
    node: Node | None = None
    broadcast: Broadcast | None = None
    again: bool = False
    held: Moment | None = None
    due: Moment = 0


class Live(Record, eq=False):
    """A running passage: where it stands, and until when it waits there.

    `state` is `due` (to run in this minute), `wait`, `race` (a `wait_for`), `hold` (a send at the
    gate), `batch`, `retry`, or `aside` (held out). `arrival` is the number of the latest event of
    the log at entry; later ones are new to the passage. `noticed` are exits by event that were met
    and not yet looked at, by their place; `began` is when the present step was reached.
    """

    passage: Passage
    route: Route
    view: View
    arrival: int
    node: Node | None
    state: str = "due"
    due: Moment = 0
    since: Moment = 0
    began: Moment = 0
    letters: list[Letter] = field(default_factory=list)
    jumps: dict[int, int] = field(default_factory=dict)
    noticed: set[int] = field(default_factory=set)
    goal_noticed: bool = False
    goals: set[int] = field(default_factory=set)
    tries: int = 0
    started: bool = False
    passed: bool = False
    heard: int = 0
    arm: int = 0
    items: list[Plain] = field(default_factory=list)

    @property
    def here(self) -> Node:
        """Return the step at which it stands; asked only between the first and the end."""
        return cast("Node", self.node)


class Run(Record):
    """Everything one run knows; modules of this package move it on, minute by minute."""

    index: Index
    scenario: Scenario
    state: State
    zone: ZoneInfo
    now: Moment
    view: View
    begun: bool = False
    stopped: bool = False
    dirty: bool = False
    steps: int = 0
    trace: list[Entry] = field(default_factory=list)
    queue: list[tuple[Moment, int, str, object]] = field(default_factory=list)
    pending: deque[Signal | tuple[Sent, Reaction]] = field(default_factory=deque)
    lives: list[Live] = field(default_factory=list)
    ended: list[Live] = field(default_factory=list)
    due: list[Live] = field(default_factory=list)
    mail: list[Letter] = field(default_factory=list)
    watched: frozenset[str] = frozenset()
    known: set[str] = field(default_factory=set)
    members: dict[str, bool] = field(default_factory=dict)
    checks: dict[str, Moment] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    wakes: set[Moment] = field(default_factory=set)
    silences: dict[int, dict[str, Plain]] = field(default_factory=dict)
    timers: dict[int, Moment | None] = field(default_factory=dict)
    throttled: dict[tuple[str, str | None], list[Moment]] = field(default_factory=dict)
    drawn: dict[str, int] = field(default_factory=dict)
    draws: int = 0
    order: int = 0

    def look(self, passage: Passage | None, owner: str, *, in_steps: bool = False) -> View:
        """Return a new view of the customer now."""
        return View(
            program=self.index.program,
            state=self.state,
            now=self.now,
            zone=self.zone,
            passage=passage,
            owner=owner,
            answers=self.scenario.answers,
            in_steps=in_steps,
        )

    @property
    def program(self) -> Program:
        """Return the program that runs."""
        return self.index.program

    @property
    def behaviour(self) -> Behaviour:
        """Return how the execution system behaves."""
        return self.index.behaviour

    def at(self, moment: Moment, kind: str, payload: object = None) -> None:
        """Queue something for a moment; what was queued first comes first."""
        self.order += 1
        heappush(self.queue, (moment, self.order, kind, payload))

    def react(self, sent: Sent, reaction: Reaction) -> None:
        """Let the customer react to a send in a while, or in this minute (semantics 3.14)."""
        if reaction.after > 0:
            self.at(self.now + reaction.after, "reaction", (sent, reaction))
        else:
            self.pending.append((sent, reaction))

    def wake(self, moment: Moment | None) -> None:
        """Look at conditions again at a moment at which time alone may change them."""
        if moment is not None and moment > self.now and moment not in self.wakes:
            self.wakes.add(moment)
            self.at(moment, "wake")

    def touch(self, *keys: str) -> None:
        """Note that facts have changed."""
        self.dirty = True
        self.touched.update(keys)

    def note(self, kind: EntryKind, **parts: object) -> None:
        """Add a line to the trace; before the start nothing is recorded."""
        if self.begun:
            self.trace.append(Entry(moment=self.now, kind=kind, **parts))  # type: ignore[arg-type]

    def tell(self, kind: EntryKind, live: Live, **parts: object) -> None:
        """Add a line about a passage, at the step where it stands."""
        step = live.node.path if live.node is not None else None
        self.note(
            kind,
            **{
                "chain": live.passage.chain,
                "passage": live.passage.number,
                "step": step,
                **parts,
            },
        )

    def seen(self, live: Live, *, in_steps: bool = True) -> View:
        """Return the view of a passage now, as its steps or its chain's other conditions see it."""
        view = live.view
        view.now, view.in_steps, view.after, view.arrivals = self.now, in_steps, None, None
        return view

    def apart(self, owner: str) -> View:
        """Return the view of the customer now, outside any passage."""
        self.view.now, self.view.owner = self.now, owner
        return self.view

    def holds(self, condition: Condition | None, live: Live, *, in_steps: bool = True) -> bool:
        """Say whether a condition of a chain is true now."""
        return condition is None or holds(condition, self.seen(live, in_steps=in_steps))

    def until(self, moment: Moment, duration: Duration) -> Moment:
        """Return a moment plus a duration, in the customer's zone."""
        return add(moment, duration, self.zone)
