"""A customer for whom a condition, or what a region describes, is true."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.condition import CONDITIONS, All, Any, InSegment, Not
from crmspec.ir.trait import NowIs
from crmspec.ir.value import Ref
from crmspec.logic.cast import customer
from crmspec.logic.formula import AllOf, AnyOf, NotOf
from crmspec.logic.occasion import FIRST_DAY
from crmspec.logic.opening import TIMES
from crmspec.logic.synthesis import leaves, synthesise
from crmspec.logic.wish import Frame, Setting, Wish
from crmspec.semantics import clock
from crmspec.semantics.condition import holds
from crmspec.semantics.scenario import Scenario

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.condition import Condition
    from crmspec.logic.formula import Formula
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.region import Region
    from crmspec.semantics.scenario import Customer, Happening, Moment


class Example(NamedTuple):
    """A customer, what has happened to them before, and the moment at which all of it is true."""

    customer: Customer
    history: tuple[Happening, ...]
    now: Moment


def customer_of(
    portfolio: Portfolio, condition: Condition, *, truth: bool = True, owner: str = ""
) -> Example | None:
    """Return a customer for whom a condition is true (or false), None if none was found.

    It is asked on Monday 2027-03-01 at 09:00 in the project's zone, at other times only if it is
    about the time; the interpreter confirms the answer. `owner` is the resource in which it stands
    (semantics 5.38).
    """
    wish = Wish(Frame(0), condition, truth, owner)
    times = (
        TIMES if any(isinstance(one, NowIs) for one in leaves(portfolio.program, [wish])) else ()
    )
    zone = clock.named(portfolio.program.project.timezone)
    day = clock.moment(FIRST_DAY, zone)
    for days, time in ((0, "09:00"), *times):
        now = day + days * clock.DAY + int(time[:2]) * 60 + int(time[3:])
        found = _at(portfolio, wish._replace(frame=Frame(now)), zone)
        if found is not None:
            return found
    return None


def _at(portfolio: Portfolio, wish: Wish, zone: ZoneInfo) -> Example | None:
    """Return a customer who meets a wish at its moment."""
    now = wish.frame.moment
    draft = synthesise(Setting(portfolio.program, zone, now), [wish])
    if draft is None or draft.needs:
        return None
    history = tuple(sorted(draft.happenings, key=lambda one: one.moment))
    found = Example(customer(portfolio.program, draft, ()), history, now)
    view = portfolio.machine.seen(
        Scenario(
            customer=found.customer, start=now, until=now, happenings=history, answers=draft.answers
        )
    )
    view.owner = wish.owner
    return found if holds(wish.condition, view) == wish.truth else None


def customer_in(portfolio: Portfolio, region: Region) -> Example | None:
    """Return a customer in a region that was put together from segments and conditions.

    None if none was found, or the region says something that no condition of the program says.
    """
    known: dict[int, Condition] = {}
    for owner, regions in portfolio.space.regions.items():
        for node, one in regions.values():
            if isinstance(node, CONDITIONS):
                known[id(one.formula)] = _named(owner, node)  # type: ignore[arg-type]
    condition = _condition(region.formula, known)
    return None if condition is None else customer_of(portfolio, condition)


def _named(owner: str, condition: Condition) -> Condition:
    """Return the condition of a segment as being in that segment."""
    if not owner.startswith("segment "):
        return condition
    return InSegment(segment=Ref(kind="segment", id=owner.removeprefix("segment ")))


def _condition(formula: Formula, known: dict[int, Condition]) -> Condition | None:
    """Return the condition that a formula was made of."""
    if id(formula) in known:
        return known[id(formula)]
    match formula:
        case AllOf(parts) | AnyOf(parts):
            found = [_condition(part, known) for part in parts]
            items = tuple(one for one in found if one is not None)
            if len(items) < len(found):
                return None
            return All(all=items) if isinstance(formula, AllOf) else Any(any=items)
        case NotOf(part):
            inner = _condition(part, known)
            return None if inner is None else Not(not_=inner)
    return None
