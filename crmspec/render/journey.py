"""The customer's journey: stages in order with the events and scenarios that belong to them."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from crmspec.ir.chain import Chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.audience import Broadcast
    from crmspec.ir.data import Event
    from crmspec.ir.journey import Stage
    from crmspec.ir.program import Program


class Journey:
    """A resource belongs to a stage if either of them names the other."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.stages = sorted(program.stages.values(), key=lambda stage: (stage.order, stage.id))

    def of(self, kind: str, id_: str) -> list[Stage]:
        """Return the stages an event, chain or broadcast belongs to, in order."""
        return self._stages.get((kind, id_), [])

    def events(self, stage: Stage) -> list[Event]:
        """Return the declared events of a stage by id."""
        return [it for it in self.program.events.values() if stage in self.of("event", it.id)]

    def scenarios(self, stage: Stage) -> list[Chain | Broadcast]:
        """Return the chains, then the broadcasts, of a stage by id."""
        return self._scenarios.get(stage.id, [])

    @cached_property
    def _scenarios(self) -> dict[str, list[Chain | Broadcast]]:
        found: dict[str, list[Chain | Broadcast]] = defaultdict(list)
        for scenario in scenarios(self.program):
            for stage in self.of(kind_of(scenario), scenario.id):
                found[stage.id].append(scenario)
        return found

    @cached_property
    def _stages(self) -> dict[tuple[str, str], list[Stage]]:
        found: dict[tuple[str, str], list[Stage]] = defaultdict(list)
        for stage in self.stages:
            for ref in (*stage.events, *stage.chains):
                found[ref.kind, ref.id].append(stage)
        for kind, resource in self.program.resources():
            stage_ = self.program.stages.get(resource.stage.id) if resource.stage else None
            if stage_ and stage_ not in found[kind, resource.id]:
                found[kind, resource.id].append(stage_)
        for stages in found.values():
            stages.sort(key=lambda stage: (stage.order, stage.id))
        return found


def scenarios(program: Program) -> Iterator[Chain | Broadcast]:
    """Yield all chains, then all broadcasts, by id."""
    yield from program.chains.values()
    yield from program.broadcasts.values()


def kind_of(scenario: Chain | Broadcast) -> str:
    """Return the kind of a scenario as references name it."""
    return "chain" if isinstance(scenario, Chain) else "broadcast"
