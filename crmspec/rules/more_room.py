"""Edits that leave room for a message which a limit always drops: a longer wait, or a later try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Edit, Fix, Safety, text
from crmspec.ir.frequency import Limit
from crmspec.ir.step import Wait
from crmspec.logic.ceiling import by_calendar
from crmspec.logic.delay import TTL
from crmspec.logic.length import written
from crmspec.rules.insertion import put

if TYPE_CHECKING:
    from crmspec.ir.frequency import Frequency
    from crmspec.logic.ceiling import Ceiling
    from crmspec.logic.crowding import Crowded
    from crmspec.logic.portfolio import Portfolio


def fixes(portfolio: Portfolio, rule: Frequency, one: Crowded) -> tuple[Fix, ...]:
    """Return what lets the message out: in its own chain a wait, else the rule lets it wait."""
    alone = all(chain == one.chain for chain, _, _ in one.before)
    found = _longer_wait(portfolio, one) if alone else ()
    return found or (_delay(rule, one) if may_wait(portfolio, rule, one.ceiling) else ())


def may_wait(portfolio: Portfolio, rule: Frequency, ceiling: Ceiling) -> bool:
    """Say whether messages over a limit may as well come later.

    Not where the system or `yield` has decided otherwise, nor where the day ends at midnight: what
    has waited would all come then, next to the messages of the evening.
    """
    if portfolio.behaviour.exceed("delay") != "delay" or rule.exceed == "yield":
        return False
    limit = ceiling.node
    return not (isinstance(limit, Limit) and by_calendar(portfolio, rule, limit.per))


def _longer_wait(portfolio: Portfolio, one: Crowded) -> tuple[Fix, ...]:
    """Return an edit of the last wait between the message and the one that must be out of sight."""
    track, steps = portfolio.tracks[one.chain], portfolio.program.chains[one.chain].steps
    pivot = one.before[len(one.before) - one.ceiling.most][1]
    apart = track.apart(pivot, one.path)
    first, last = (int(path.rpartition(".")[2]) for path in (pivot, one.path))
    waits = [
        step.wait.for_
        for step in steps[first:last]
        if isinstance(step, Wait) and step.only is None and step.unless is None
    ]
    wait = next((one for one in reversed(waits) if one is not None), None)
    if wait is None or wait.months or apart is None:
        return ()
    length = written(wait.minutes + one.ceiling.window - apart)
    title = text("wait for `{length}` before it", length=length)
    return (Fix(title, (Edit(wait.place.span, length),), Safety.UNSAFE),)


def _delay(rule: Frequency, one: Crowded) -> tuple[Fix, ...]:
    """Return what makes the rule put messages off until there is room, if they may wait so long."""
    if one.ceiling.window > TTL and rule.ttl is None:
        return ()
    node = rule.place.node
    if node is not None and node.child("exceed") is not None:
        edits: tuple[Edit, ...] = (Edit(rule.place.value("exceed"), "delay"),)
    else:
        key = "min_gap" if one.ceiling.is_gap else "limits"
        edits = put(rule.place, "exceed", "delay", before=key)
    title = text("let `{rule}` put messages off: `exceed: delay`", rule=rule.id)
    return (Fix(title, edits, Safety.UNSAFE),) if edits else ()
