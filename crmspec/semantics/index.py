"""A program made ready for running: what starts which chain, and which rule holds which message."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from crmspec.ir.condition import InSegment
from crmspec.ir.trigger import (
    ApiTrigger,
    AttributeTrigger,
    ChainTrigger,
    DateTrigger,
    EventTrigger,
    FormTrigger,
    InactionTrigger,
    InboundTrigger,
    ListTrigger,
    ManualTrigger,
    MessageTrigger,
    ObjectTrigger,
    ProductTrigger,
    ScheduleTrigger,
    SegmentTrigger,
)
from crmspec.ir.value import Ref
from crmspec.semantics.behaviour import REFERENCE
from crmspec.semantics.fact import CLOCK, conditions, facts, joined_in
from crmspec.semantics.route import lay
from crmspec.semantics.scenario import Customer
from crmspec.semantics.scope import Source, over
from crmspec.source.record import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from crmspec.ir.chain import Chain, QuietHours
    from crmspec.ir.condition import Condition
    from crmspec.ir.frequency import Exclusive
    from crmspec.ir.measure import Experiment
    from crmspec.ir.program import Program
    from crmspec.ir.trigger import Trigger
    from crmspec.semantics.behaviour import Behaviour
    from crmspec.semantics.route import Route
    from crmspec.semantics.run import Letter
    from crmspec.semantics.scope import Held


class Start(Value, frozen=True):
    """A trigger of a chain; `number` is unique in the program."""

    number: int
    chain: str
    trigger: Trigger


_KEY: dict[type, Callable[[Any], tuple[str, ...]]] = {
    EventTrigger: lambda it: (f"event:{it.event.id}",),
    SegmentTrigger: lambda it: (f"segment:{it.segment.id}",),
    ListTrigger: lambda it: (f"list:{it.list.id}",),
    AttributeTrigger: lambda it: (f"attribute:{it.attribute.id}",),
    ApiTrigger: lambda it: (f"api:{it.api.id}",),
    FormTrigger: lambda it: (f"form:{it.form.id}",),
    MessageTrigger: lambda it: (f"reaction:{it.message.id}",),
    ObjectTrigger: lambda it: (f"object:{it.object.id}",),
    ProductTrigger: lambda it: (f"product:{it.product}",),
    InboundTrigger: lambda it: (f"inbound:{it.inbound.id}",),
    ChainTrigger: lambda it: (f"chain:{it.chain.id}",),
    InactionTrigger: lambda it: tuple(
        dict.fromkeys(f"silence:{ref.id}" for ref in (it.no_event, it.after) if ref is not None)
    ),
    DateTrigger: lambda it: (f"date:{it.date.id}",),
    ScheduleTrigger: lambda _: ("schedule",),
}


EVERY = "every chain"
"""Among what was asked for: any chain may have been looked at."""
ROUTE = "route "
"""Before the id of a chain, among what was asked for."""
_TIMED = frozenset({"date", "schedule"})


_SIMPLE = frozenset({EventTrigger, ManualTrigger, ApiTrigger, FormTrigger, MessageTrigger})
"""Triggers that wait for one thing alone."""


class Index:
    """Everything that is looked up while timelines run; made once for a program."""

    def __init__(self, program: Program, behaviour: Behaviour = REFERENCE) -> None:
        self.program = program
        self.behaviour = behaviour
        self.starts: dict[str, list[Start]] = defaultdict(list)
        self.of_chain: dict[str, tuple[Start, ...]] = {}
        self._held: dict[Source, Held] = {}
        self.blanks: dict[str, bool] = {}
        self.nobody = Customer()
        self._routes: dict[str, Route] = {}
        self.asked: set[str] = set()
        """What was asked for since this was last emptied: keys of `starts`, and routes."""
        number = 0
        for chain in program.chains.values():
            if chain.status == "draft":
                continue
            self._add(chain, number)
            number += len(chain.trigger)
        self.drafts = {id_ for id_, chain in program.chains.items() if chain.status == "draft"}

    def _add(self, chain: Chain, number: int) -> None:
        starts = tuple(Start(number + n, chain.id, one) for n, one in enumerate(chain.trigger))
        self.of_chain[chain.id] = starts
        for start in starts:
            if isinstance(start.trigger, ManualTrigger):
                self.starts[f"manual:{chain.id}"].append(start)
                continue
            for key in _KEY[type(start.trigger)](start.trigger):
                self.starts[key].append(start)

    def waiting(self, key: str) -> Sequence[Start]:
        """Return the triggers that wait for something, by `starts`."""
        self.asked.add(key)
        return self.starts.get(key, ())

    def route(self, chain: str) -> Route:
        """Return a chain laid out."""
        self.asked.add(ROUTE + chain)
        found = self._routes.get(chain)
        if found is None:
            found = self._routes[chain] = lay(self.program.chains[chain])
        return found

    def held(self, message: str, chain: str | None, broadcast: str | None) -> Held:
        """Return the frequency rules over a message of a chain or broadcast."""
        source = Source(message, chain, broadcast)
        found = self._held.get(source)
        if found is None:
            found = self._held[source] = over(self.program, source)
        return found

    def held_of(self, letter: Letter) -> Held:
        """Return the frequency rules over a message on its way."""
        chain = None if letter.live is None else letter.live.passage.chain
        broadcast = None if letter.broadcast is None else letter.broadcast.id
        return self.held(letter.message.id, chain, broadcast)

    @cached_property
    def timers(self) -> dict[str, tuple[Start, ...]]:
        """Return the triggers that wait for a date (`date:<attribute>`) or a `schedule`."""
        found = {k: tuple(v) for k, v in self.starts.items() if k.partition(":")[0] in _TIMED}
        return dict(sorted(found.items()))

    @cached_property
    def restless(self) -> tuple[str, ...]:
        """Return the chains with triggers or goals that more than one kind of fact may move."""
        return tuple(
            id_
            for id_, starts in self.of_chain.items()
            if self.watched_by(id_) or any(type(one.trigger) not in _SIMPLE for one in starts)
        )

    @cached_property
    def lonely(self) -> tuple[Start, ...]:
        """Return the triggers on silence that count from the creation of the profile (6.4)."""
        return tuple(
            start
            for starts in self.of_chain.values()
            for start in starts
            if isinstance(start.trigger, InactionTrigger) and start.trigger.after is None
        )

    @cached_property
    def backfills(self) -> tuple[Start, ...]:
        """Return the triggers that take in those who are inside already (semantics 6.6)."""
        return tuple(
            start
            for starts in self.of_chain.values()
            for start in starts
            if isinstance(start.trigger, SegmentTrigger | ListTrigger) and start.trigger.backfill
        )

    @cached_property
    def derived(self) -> dict[str, tuple[str, ...]]:
        """Return, by event, the computed attributes whose change starts a chain (1.8, 6.7)."""
        found: dict[str, list[str]] = defaultdict(list)
        for id_, declared in self.program.attributes.items():
            if declared.computed is not None and (
                f"attribute:{id_}" in self.starts or f"date:{id_}" in self.starts
            ):
                found[declared.computed.event.id].append(id_)
        return {event: tuple(ids) for event, ids in found.items()}

    @cached_property
    def holdouts(self) -> tuple[Experiment, ...]:
        """Return the experiments that keep customers out (semantics 8.5)."""
        experiments = self.program.experiments.values()
        return tuple(e for e in experiments if e.type == "holdout" and e.status == "live")

    @cached_property
    def trials(self) -> dict[str, tuple[Experiment, ...]]:
        """Return, by message, the experiments on a field of it (semantics 8.31)."""
        found: dict[str, list[Experiment]] = defaultdict(list)
        for one in self.program.experiments.values():
            if one.applies_to is not None and one.variants and one.status == "live":
                found[one.applies_to.message.id].append(one)
        return {message: tuple(ones) for message, ones in found.items()}

    @cached_property
    def default_quiet(self) -> QuietHours | None:
        """Return the quiet hours of what is no chain: the project's default (semantics 8.8)."""
        defaults = self.program.project.defaults
        return None if defaults is None or defaults.chain is None else defaults.chain.quiet_hours

    @cached_property
    def groups(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return the exclusive groups of each chain and what they do on conflict (6.26, 6.27)."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        declared = self.program.exclusive
        drafts = {id_ for id_, group in declared.items() if group.status == "draft"}
        for group in declared.values():
            for chain in group.chains if group.id not in drafts else ():
                found[chain.id][group.id] = group.on_conflict
        for one in self.program.chains.values():
            if one.exclusive is not None and one.exclusive.id not in drafts:
                found[one.id][one.exclusive.id] = _conflict(declared.get(one.exclusive.id))
        return {chain: tuple(sorted(groups.items())) for chain, groups in found.items()}

    @cached_property
    def joined(self) -> frozenset[str]:
        """Return the segments of which some condition asks since when the customer is inside."""
        program = self.program
        resends = (one.resend for one in program.broadcasts.values())
        fallbacks = (one.fallback for one in program.messages.values())
        asked: list[Condition | None] = [one.condition for one in program.segments.values()]
        for chain in program.chains.values():
            asked.extend(conditions(chain))
        asked += (resend.to for resend in resends if resend is not None)
        asked += (fallback.when for fallback in fallbacks if fallback is not None)
        return frozenset(joined_in(asked))

    @cached_property
    def watched(self) -> frozenset[str]:
        """Return the segments whose membership is followed, whichever chains live."""
        return frozenset().union(self.joined, *(map(self.watched_by, self.of_chain)))

    def watched_by(self, chain: str) -> frozenset[str]:
        """Return the segments that a chain's triggers and goals follow."""
        one = self.program.chains[chain]
        found = {t.segment.id for t in one.trigger if isinstance(t, SegmentTrigger)}
        for goal in one.goal:
            declared = self.program.goals.get(goal.goal.id)
            if declared is not None and declared.segment is not None:
                found.add(declared.segment.id)
        return frozenset(found & self.program.segments.keys())

    @cached_property
    def reads(self) -> dict[str, frozenset[str]]:
        """Return the facts that each followed segment reads."""
        return {
            id_: facts(self.program.segments[id_].condition, self.program) | {f"segment:{id_}"}
            for id_ in sorted(self.watched & self.program.segments.keys())
        }

    @cached_property
    def readers(self) -> dict[str, tuple[str, ...]]:
        """Return the followed segments that read each fact."""
        found: dict[str, list[str]] = defaultdict(list)
        for id_, read in self.reads.items():
            for fact in read:
                found[fact].append(id_)
        return {fact: tuple(ids) for fact, ids in found.items()}

    @cached_property
    def timed(self) -> tuple[str, ...]:
        """Return the followed segments that time or chance may open to a blank customer."""
        return self.readers.get(CLOCK, ())

    @cached_property
    def questions(self) -> dict[str, InSegment]:
        """Return the condition `in this segment` for each followed segment."""
        return {id_: InSegment(segment=Ref(kind="segment", id=id_)) for id_ in self.reads}


def _conflict(group: Exclusive | None) -> str:
    return "priority" if group is None else group.on_conflict
