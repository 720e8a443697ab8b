"""What the combined map lacks: stages without substance, things without a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.render.communication_gap import empty_stages, running
from crmspec.render.journey import kind_of
from crmspec.render.table import Gap, Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.render.view import View


def gaps(view: View) -> tuple[Gap, ...]:
    """Return the gap lists of the combined map."""
    stages = view.journey.stages
    lists = {
        "no_event": (view.item("stage", s) for s in stages if not view.journey.events(s)),
        "no_scenario": (view.item("stage", stage) for stage in empty_stages(view)),
        "no_metric": (view.item("stage", s) for s in stages if not s.metrics),
        "no_customer_goal": (view.item("stage", s) for s in stages if not s.customer_goal),
        "unreachable": _unreachable(view),
        "scenario_without_stage": _scenarios_without_stage(view),
        "event_without_stage": _events_without_stage(view),
        "undeclared_parameter": _undeclared_parameters(view),
    }
    say = view.vocabulary.say
    return tuple(
        Gap(key, say(f"gap.combined_map.{key}"), tuple(items)) for key, items in lists.items()
    )


def _unreachable(view: View) -> Iterator[Item]:
    """Yield the stages, except the first, to which no other leads."""
    stages = view.journey.stages
    reached = {id_ for stage in stages for id_ in stage.moves_to if id_ != stage.id}
    for stage in stages[1:]:
        if stage.id not in reached:
            yield view.item("stage", stage)


def _scenarios_without_stage(view: View) -> Iterator[Item]:
    for it in running(view):
        if not view.journey.of(kind_of(it), it.id):
            yield view.item(kind_of(it), it)


def _events_without_stage(view: View) -> Iterator[Item]:
    for event in view.program.events.values():
        if not view.journey.of("event", event.id):
            yield view.item("event", event)


def _undeclared_parameters(view: View) -> Iterator[Item]:
    for chain in view.program.chains.values():
        for ref, name in view.index.needs(chain).properties:
            event = view.program.events.get(ref.id)
            declared = event and name.partition(".")[0] in event.properties
            if event and not declared and not event.additional_properties:
                note = view.vocabulary.say(
                    "parameter.of", parameter=f"`{name}`", event=view.words.name(event)
                )
                yield view.item("chain", chain, note)
