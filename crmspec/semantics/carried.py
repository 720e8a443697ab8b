"""What the triggers of a chain carry: the declared properties behind `trigger:` tests."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crmspec.ir.trigger import EventTrigger, InactionTrigger, ObjectTrigger
from crmspec.semantics.same import Same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.ir.chain import Chain
    from crmspec.ir.data import Event, Object, Property
    from crmspec.ir.program import Program
    from crmspec.semantics.view import View


def carried(view: View) -> Mapping[str, Property]:
    """Return the properties that the triggers of the passage's chain declare."""
    chain = None if view.passage is None else view.program.chains.get(view.passage.chain)
    return {} if chain is None else _of_chain(Same(chain), Same(view.program))


@lru_cache(maxsize=256)
def _of_chain(chain: Same[Chain], program: Same[Program]) -> dict[str, Property]:
    found: dict[str, Property] = {}
    events, objects = program.it.events, program.it.objects
    for trigger in chain.it.trigger:
        declared: Event | Object | None = None
        match trigger:
            case EventTrigger():
                declared = events.get(trigger.event.id)
            case InactionTrigger():
                reference = trigger.after or trigger.no_event
                declared = events.get(reference.id)
            case ObjectTrigger():
                declared = objects.get(trigger.object.id)
            case _:
                continue
        for name, property_ in declared.properties.items() if declared else ():
            found.setdefault(name, property_)
    return found
