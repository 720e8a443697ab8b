"""Events that examples bring in by themselves: plain ones that meet a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.trigger import EventTrigger
from crmspec.logic.property_fit import Bundles
from crmspec.semantics import clock
from crmspec.semantics.condition import View
from crmspec.semantics.condition import where as meets
from crmspec.semantics.scenario import Customer, Happening
from crmspec.semantics.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.program import Program
    from crmspec.ir.value import Where
    from crmspec.logic.portfolio import Portfolio

_USUAL = 29_750_400
"""A moment that relative dates are seen from, for the properties of events: spring 2026."""


def event_at(portfolio: Portfolio, event: str, where: Where, at: int) -> Happening:
    """Return an event `at` minutes after the first entrance, with properties that meet a filter.

    Of those found it starts the fewest other chains; if none are found, it is as in its example.
    """
    program = portfolio.program
    zone = clock.zone(None, program, Customer())
    view = View(program, State(customer=Customer()), _USUAL, zone, None, "", {})
    others = tuple(_filters(program, event))
    near = (*where, *(test for one in others for test in one))
    bundles = Bundles(program.events.get(event), near, view)
    properties = min(
        bundles.of(where, {}),
        key=lambda one: sum(meets(other, one, view) for other in others),
        default=bundles.base,
    )
    return Happening(moment=at, subject=event, data=properties)


def _filters(program: Program, event: str) -> Iterator[Where]:
    """Yield the filters of the triggers that the event may fire, if they have any."""
    for chain in program.chains.values():
        for trigger in chain.trigger:
            if isinstance(trigger, EventTrigger) and trigger.event.id == event and trigger.where:
                yield trigger.where
