"""What goes wrong between systems: no events, no shared identifier, no consents, by hand only."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crmspec.render.table import Gap, Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.journey import Flow
    from crmspec.render.view import View

DEFAULT_IDENTIFIER = "user_id"


def gaps(view: View) -> tuple[Gap, ...]:
    """Return the gap lists of the data flow map."""
    flows = view.program.flows.values()
    lists = {
        "no_events": (view.item("flow", it) for it in flows if not carries_events(it)),
        "stuck": _stuck(view),
        "no_identifier": _unidentified(view),
        "no_consents": _without_consents(view),
        "manual": _by_hand(view),
        "isolated": _isolated(view),
    }
    say = view.vocabulary.say
    return tuple(
        Gap(key, say(f"gap.data_flow_map.{key}"), tuple(items)) for key, items in lists.items()
    )


def carries_events(flow: Flow) -> bool:
    """Say whether any event travels in a flow."""
    return "events" in flow.carries or bool(flow.events)


def _pairs(view: View) -> dict[tuple[str, str], list[Flow]]:
    """Return the flows between each two systems, whatever their direction."""
    found: dict[tuple[str, str], list[Flow]] = defaultdict(list)
    for flow in view.program.flows.values():
        first, second = sorted((flow.from_.id, flow.to.id))
        found[first, second].append(flow)
    return dict(sorted(found.items()))


def _stuck(view: View) -> Iterator[Item]:
    """Yield systems where events arise that no flow takes on; needs flows to judge by."""
    flows = view.program.flows.values()
    leaving = {flow.from_.id for flow in flows if carries_events(flow)}
    for system in view.program.systems.values():
        uses = view.index.of("system", system.id)
        events = [use.owner for use in uses if use.kind == "event"]
        if flows and events and system.id not in leaving:
            yield view.item("system", system, ", ".join(map(view.words.name, events)))


def _unidentified(view: View) -> Iterator[Item]:
    identity = view.program.identity
    shared = identity.primary if identity else DEFAULT_IDENTIFIER
    for flow in view.program.flows.values():
        if shared not in flow.identifiers:
            yield view.item("flow", flow, shared)


def _without_consents(view: View) -> Iterator[Item]:
    for flows in _pairs(view).values():
        carried = {what for flow in flows for what in flow.carries}
        if "contacts" in carried and "consents" not in carried:
            yield from (view.item("flow", it) for it in flows if "contacts" in it.carries)


def _by_hand(view: View) -> Iterator[Item]:
    for flows in _pairs(view).values():
        if all(flow.method == "manual" for flow in flows):
            yield from (view.item("flow", flow) for flow in flows)


def _isolated(view: View) -> Iterator[Item]:
    flows = view.program.flows.values()
    joined = {id_ for flow in flows for id_ in (flow.from_.id, flow.to.id)}
    for system in view.program.systems.values():
        if system.id not in joined:
            yield view.item("system", system)
