"""Events that examples bring in by themselves: plain ones that meet a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.logic.property_fit import Bundles
from crmspec.semantics import clock
from crmspec.semantics.condition import View
from crmspec.semantics.scenario import Customer, Happening
from crmspec.semantics.state import State

if TYPE_CHECKING:
    from crmspec.ir.value import Where
    from crmspec.logic.portfolio import Portfolio

_USUAL = 29_750_400
"""A moment that relative dates are seen from, for the properties of events: spring 2026."""


def event_at(portfolio: Portfolio, event: str, where: Where, at: int) -> Happening:
    """Return an event `at` minutes after the first entrance, with properties that meet a filter.

    If none are found that do, it has those of its example.
    """
    program = portfolio.program
    zone = clock.zone(None, program, Customer())
    view = View(program, State(customer=Customer()), _USUAL, zone, None, "", {})
    bundles = Bundles(program.events.get(event), where, view)
    properties = next(bundles.of(where, {}), bundles.base)
    return Happening(moment=at, subject=event, data=properties)
