"""What a plan must not do, or only when it is said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.change import GONE, Kind, Risk
from crmspec.engine.error import (
    EditedByHandError,
    EngineError,
    NotAllowedError,
    PlanRefusedError,
)
from crmspec.engine.plan import Left

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crmspec.diagnostics import Text
    from crmspec.engine.change import Change
    from crmspec.engine.plan import Plan

    WaysOut = Callable[[], tuple[Text, ...]]

FEW_DELETIONS = 3
_LISTED = 5


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever applies a plan has agreed to."""

    destructive: bool = False
    overwrite: bool = False
    activate: bool = False


NOTHING = Allowed()
"""Nobody has agreed to anything."""


def _pull() -> tuple[Text, ...]:
    return (text("`crmspec pull` brings them into the project"),)


def admit(plan: Plan, allowed: Allowed, ways_out: WaysOut = _pull) -> Plan:
    """Return the plan as it may be applied: without what goes live, unless that is agreed to.

    `ways_out` is asked how to keep edits by hand, if it would undo some.

    Raises:
        PlanRefusedError: it deletes what is protected, or too much, or needs more than a quota.
        EditedByHandError: it would undo edits by hand.
        NotAllowedError: it deletes, or makes what is live send something new, or to others.
    """
    chosen = plan if allowed.activate else without_activation(plan)
    for problem in refusals(chosen, allowed, ways_out):
        raise problem
    return chosen


def without_activation(plan: Plan) -> Plan:
    """Return the plan without what goes live."""
    kept = tuple(change for change in plan.changes if change.kind is not Kind.ACTIVATE)
    return msgspec.structs.replace(plan, changes=kept)


def as_it_was(plan: Plan, live: frozenset[str]) -> Plan:
    """Return the plan of a rollback: what was not live at the time does not go live by it."""
    launched = [one for one in plan.changes if one.kind is Kind.ACTIVATE]
    held = {one.address for one in launched if str(one.address) not in live}
    kept = (c for c in plan.changes if c.kind is not Kind.ACTIVATE or c.address not in held)
    reason = text("it was not live at that commit, and does not go live now")
    told = [
        Left(one.address, "deviates", reason, one.source) for one in launched if one.address in held
    ]
    return msgspec.structs.replace(plan, changes=tuple(kept), remarks=(*plan.remarks, *told))


def refusals(plan: Plan, allowed: Allowed, ways_out: WaysOut = _pull) -> Iterator[EngineError]:
    """Yield why the plan may not be applied, the gravest first."""
    yield from _protected(plan)
    yield from _too_many(plan)
    yield from _over_quota(plan)
    edited = [change for change in plan.changes if change.conflicts]
    if edited and not allowed.overwrite:
        yield EditedByHandError(
            text("edits by hand would be undone: {addresses}", addresses=_names(edited)),
            *ways_out(),
            text("`--overwrite` undoes them"),
        )
    harm = [change for change in plan.changes if _harms(change)]
    again = [change for change in harm if change.relaunches]
    new = [change for change in harm if change.sends_anew and not change.relaunches]
    wide = [change for change in harm if change.reaches and not change.sends_anew]
    harm = [change for change in harm if change.kind in GONE]
    if harm and not allowed.destructive:
        yield NotAllowedError(
            text("objects would be deleted: {addresses}", addresses=_names(harm)),
            text("`--allow-destructive` agrees to it"),
        )
    if again and not allowed.activate:
        yield NotAllowedError(
            text("what is made anew would go live: {addresses}", addresses=_names(again)),
            text("`--activate` agrees to it"),
        )
    if new and not allowed.activate:
        yield NotAllowedError(
            text("live chains would send something new: {addresses}", addresses=_names(new)),
            text("`--activate` agrees to it"),
        )
    if wide and not allowed.activate:
        yield NotAllowedError(
            text("what is live may reach others than before: {addresses}", addresses=_names(wide)),
            text("`--activate` agrees to it"),
        )


def _harms(change: Change) -> bool:
    return change.risk is not Risk.SAFE and change.kind is not Kind.ACTIVATE


def _protected(plan: Plan) -> Iterator[EngineError]:
    kept = [c for c in plan.removals if _is_protected(c)]
    if kept:
        yield PlanRefusedError(
            text("these must not be deleted: {addresses}", addresses=_names(kept)),
            text("put them back, or take `prevent_destroy` away and apply that first"),
        )


def _is_protected(change: Change) -> bool:
    if change.desired is not None:
        return change.desired.protected
    return change.entry is not None and change.entry.protected


def _too_many(plan: Plan) -> Iterator[EngineError]:
    gone, there = len(plan.removals), plan.objects
    if gone >= FEW_DELETIONS and gone > plan.max_deletions * there:
        yield PlanRefusedError(
            text("{gone} of {there} objects would be deleted at once", gone=gone, there=there),
            text("see that the whole project was read"),
            text("raise `max_deletions` of the target if it is meant"),
        )


def _over_quota(plan: Plan) -> Iterator[EngineError]:
    for one in plan.quotas:
        if one.exceeded:
            yield PlanRefusedError(
                text(
                    "{endpoint}: {needed} calls are needed, the target takes {quota} in {days} d",
                    endpoint=one.endpoint,
                    needed=one.needed,
                    quota=one.calls,
                    days=one.days,
                ),
                text("what was used up before is not known"),
                text("narrow the plan with `--select`, and apply the rest on another day"),
            )


def _names(changes: Iterable[Change]) -> str:
    names = list(dict.fromkeys(f"`{change.address}`" for change in changes))
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" +{more}" if more > 0 else "")
