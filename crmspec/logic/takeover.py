"""Chains of one exclusive group, one after the other: when the second may begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmspec.logic.portfolio import Portfolio


def after(portfolio: Portfolio, one: str, other: str, sent: int) -> int | None:
    """Return how many minutes after the entry into one chain another may be entered.

    That is when the first has sent a message, `sent` minutes after its entry, if the other takes
    its place (semantics 6.27), else when the first has ended. None if they share no group.
    """
    groups = portfolio.machine.index.groups
    shared = set(groups.get(one, ())) & set(groups.get(other, ()))
    if one == other or not shared:
        return None
    chains = portfolio.program.chains
    is_above = chains[other].priority > chains[one].priority
    if all(rule == "newest" or (rule == "priority" and is_above) for _, rule in shared):
        return sent + 1
    return max(portfolio.tracks[one].lifetime.least, sent) + 1
