"""Conditions that want a customer in two chains of one exclusive group (semantics 6.26)."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from crmspec.ir.condition import InChain
from crmspec.logic.formula import NotOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.logic.clash import Part
    from crmspec.logic.portfolio import Portfolio


def pair(portfolio: Portfolio, parts: list[Part]) -> list[Part]:
    """Return two parts that ask for passages in chains of which one keeps out the other."""
    for one, other in combinations(_inside(portfolio, parts), 2):
        if _groups(portfolio, one[1], other[1]):
            return [one[0], other[0]]
    return []


def barred(portfolio: Portfolio, chain: Chain, parts: list[Part]) -> list[Part]:
    """Return the part of an audience that asks for a passage which bars the entry (6.27)."""
    groups = dict(portfolio.machine.index.groups.get(chain.id, ()))
    for part, other in _inside(portfolio, parts) if chain.holdout is None else ():
        above = portfolio.program.chains[other].priority >= chain.priority
        conflicts = {groups[group] for group in _groups(portfolio, chain.id, other)}
        if "first" in conflicts or ("priority" in conflicts and above):
            return [part]
    return []


def _inside(portfolio: Portfolio, parts: list[Part]) -> Iterator[tuple[Part, str]]:
    """Yield the parts that ask for a running passage; those held out occupy no group (6.28)."""
    for part in parts:
        node = part.node
        if isinstance(node, InChain) and node.is_ and not isinstance(part.formula, NotOf):
            chain = portfolio.program.chains.get(node.in_chain.id)
            if node.state == "active" and chain is not None and chain.holdout is None:
                yield part, chain.id


def _groups(portfolio: Portfolio, one: str, other: str) -> set[str]:
    """Return the exclusive groups that two different chains are in."""
    groups = portfolio.machine.index.groups
    shared = dict(groups.get(one, ())).keys() & dict(groups.get(other, ())).keys()
    return set(shared) if one != other else set()
