"""What rules are given: the program and, on demand, everything the analysis knows of it."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from crmspec.semantics.behaviour import REFERENCE
from crmspec.source import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from crmspec.ir.program import Program
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.carry import Carried
    from crmspec.logic.cast import Stage
    from crmspec.logic.concurrent import Meetings
    from crmspec.logic.crowding import Crowded
    from crmspec.logic.curve import Curve
    from crmspec.logic.door import Door, Key
    from crmspec.logic.lifetime import Lifetimes
    from crmspec.logic.load import Loads
    from crmspec.logic.pressure import Overload, Pressure
    from crmspec.logic.rehearsal import Rehearsals
    from crmspec.logic.space import Space
    from crmspec.logic.track import Track
    from crmspec.logic.witness import Witness
    from crmspec.logic.wording import Wording
    from crmspec.semantics.behaviour import Behaviour
    from crmspec.semantics.machine import Machine
    from crmspec.source import Source

ResultT = TypeVar("ResultT")


class Portfolio:
    """One program under one behaviour; each analysis is made once, when the first rule asks.

    Analyses count work, not seconds: the same program gives the same answers on any machine.
    `memory` keeps what was worked out for single resources from one check to the next; what is
    kept there may depend on nothing but the objects it is recalled by. `sources` are the files that
    the program was read from, for exact places inside of texts.
    """

    def __init__(
        self,
        program: Program,
        behaviour: Behaviour = REFERENCE,
        memory: Memory | None = None,
        sources: Mapping[str, Source] | None = None,
    ) -> None:
        self.program = program
        self.behaviour = behaviour
        self.memory = memory or Memory()
        self.sources = sources or {}

    @cached_property
    def arrivals(self) -> dict[str, tuple[Arrival, ...]]:
        """Return when passages come to the steps of each chain."""
        from crmspec.logic.arrival import arrivals

        return {
            id_: self.of_chain(
                "arrivals", id_, partial(arrivals, self.program, chain, self.behaviour)
            )
            for id_, chain in self.program.chains.items()
        }

    @cached_property
    def loads(self) -> Loads:
        """Return what the live chains and broadcasts can send when, and how much of it."""
        from crmspec.logic.load import Loads

        return Loads(self.program, self.of_chain, self.behaviour)

    @cached_property
    def tracks(self) -> dict[str, Track]:
        """Return the steps of every chain in time."""
        return self.loads.tracks

    @cached_property
    def curves(self) -> dict[str, dict[str, Curve]]:
        """Return, by frequency rule, the curves of the chains and broadcasts it counts."""
        return {rule: self.loads.of_rule(rule) for rule in self.program.frequency}

    @cached_property
    def doors(self) -> dict[Key, tuple[Door, ...]]:
        """Return the live chains that one occurrence from outside can start."""
        from crmspec.logic.door import doors

        return doors(self.program)

    @cached_property
    def lifetimes(self) -> Lifetimes:
        """Return what holds of customers while they are in chains."""
        from crmspec.logic.lifetime import Lifetimes

        return Lifetimes(self)

    @cached_property
    def meetings(self) -> Meetings:
        """Return the chains that one customer is in at once and should not be."""
        from crmspec.logic.concurrent import Meetings

        return Meetings(self)

    @cached_property
    def pressures(self) -> dict[str, tuple[Pressure, ...]]:
        """Return how hard the chains press on the limits of each frequency rule."""
        from crmspec.logic.pressure import Pressures

        return Pressures(self).all

    @cached_property
    def inversions(self) -> dict[str, tuple[Overload, ...]]:
        """Return, by frequency rule, how chains of high priority lose messages to lower ones."""
        from crmspec.logic.inversion import inversions

        return inversions(self)

    @cached_property
    def rehearsals(self) -> Rehearsals:
        """Return what plays stages, and knows those that failed."""
        from crmspec.logic.rehearsal import Rehearsals

        return Rehearsals(self)

    @cached_property
    def crowdings(self) -> dict[str, tuple[Crowded, ...]]:
        """Return, by frequency rule, the sends that it never leaves room for."""
        from crmspec.logic.crowding import crowdings

        return crowdings(self)

    @cached_property
    def carried(self) -> Carried:
        """Return the space and what stands for each chain in it.

        The portfolio of an earlier run has lost its space to this one.
        """
        from crmspec.logic.carry import Carried

        known = self.memory.left("carried")
        if isinstance(known, Carried) and known.follow(self.program, self.memory):
            return known
        made = Carried(self.program)
        self.memory.leave("carried", made)
        return made

    def enact(self, stage: Stage, aim: str, tries: int = 3) -> Witness | None:
        """Return what `witness.enact` does, from the run before if nothing of it has changed.

        `aim` says in words all that the aim of the stage depends on, besides the chains entered and
        what is no chain.
        """
        return self.carried.playbook.enact(self, stage, aim, tries)

    @property
    def space(self) -> Space:
        """Return the customers that the program tells apart, cell by cell."""
        return self.carried.space

    def of_chain(self, kind: str, chain: str, make: Callable[[], ResultT]) -> ResultT:
        """Return what was made of a chain, again only if the chain or its cells have changed.

        It may depend on that chain, on the behaviour, and on what in the program is no chain, but
        not on where in the files anything but the chain stands.
        """
        return self.of_chains(kind, (chain,), make)

    def of_chains(self, kind: str, chains: tuple[str, ...], make: Callable[[], ResultT]) -> ResultT:
        """Return what was made of several chains, under the same conditions."""
        marks = tuple(map(self.carried.mark, chains))
        return self.memory.recall(self._kinds[kind], marks, make)

    @cached_property
    def _kinds(self) -> Kinds:
        return Kinds(self.behaviour)

    def silent(
        self, kind: str, chain: str, find: Callable[[], Iterable[ResultT]]
    ) -> tuple[ResultT, ...]:
        """Return what is found of a chain; if nothing was, it is not looked for again."""
        return _silent(partial(self.of_chain, kind, chain), find)

    def silent_of_segment(
        self, kind: str, segment: str, find: Callable[[], Iterable[ResultT]]
    ) -> tuple[ResultT, ...]:
        """Return what is found of a segment; if nothing was, it is not looked for again."""
        mark = self.carried.mark_of_segment(segment)
        return _silent(partial(self.memory.recall, kind, (mark,)), find)

    @cached_property
    def wording(self) -> Wording:
        """Return what the messages say, and who sends them."""
        from crmspec.logic.wording import Wording

        return Wording(self.program, self.memory, self.sources)

    @cached_property
    def machine(self) -> Machine:
        """Return the interpreter, with the program compiled once for all replays."""
        from crmspec.semantics.machine import Machine

        return Machine(self.program, self.behaviour)


class Kinds(dict[str, str]):
    """Names of kinds of results under one behaviour, each made once: there are many results."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._manner = f" {behaviour}"

    def __missing__(self, kind: str) -> str:
        return self.setdefault(kind, kind + self._manner)


def _silent(
    recall: Callable[[Callable[[], bool]], bool], find: Callable[[], Iterable[ResultT]]
) -> tuple[ResultT, ...]:
    fresh: list[tuple[ResultT, ...]] = []

    def look() -> bool:
        fresh.append(tuple(find()))
        return not fresh[0]

    is_silent = recall(look)
    if fresh:
        return fresh[0]
    return () if is_silent else tuple(find())
