"""Put changes into an order in which every call finds what it needs."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.error import DependencyCycleError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from crmspec.engine.resource import Address, Remote, Resource


def prerequisites(
    desired: Mapping[Address, Resource],
    actual: Mapping[Address, Remote],
    touched: AbstractSet[Address],
) -> dict[Address, frozenset[Address]]:
    """Return for each touched address the touched addresses that must be dealt with before.

    An object is written after what it needs; it is deleted after all that refers to it on the
    target has been deleted or rewritten.
    """
    needs: dict[Address, set[Address]] = {address: set() for address in touched}
    for address in touched:
        if address in desired:
            needs[address].update(touched & set(desired[address].depends))
    for address, remote in actual.items():
        for other in touched & set(remote.depends):
            if address in touched and other not in desired and other != address:
                needs[other].add(address)
    return {address: frozenset(before) for address, before in needs.items()}


def closure(address: Address, desired: Mapping[Address, Resource]) -> set[Address]:
    """Return the address and all that it needs, directly or not."""
    found, left = {address}, [address]
    while left:
        resource = desired.get(left.pop())
        fresh = set(resource.depends) - found if resource is not None else set()
        found |= fresh
        left += fresh
    return found


def ordered(needs: Mapping[Address, AbstractSet[Address]]) -> list[Address]:
    """Return all addresses, what is needed first; the same for every order of input.

    Raises:
        DependencyCycleError: some need each other.
    """
    sorter = TopologicalSorter(needs)
    try:
        sorter.prepare()
    except CycleError as error:
        raise _cycle(error.args[1]) from None
    result: list[Address] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        result += ready
        sorter.done(*ready)
    return result


def _cycle(path: list[Address]) -> DependencyCycleError:
    return DependencyCycleError(
        text(
            "these resources need each other, so none can be created first: {path}",
            path=" → ".join(f"`{address}`" for address in path),
        ),
        text("remove one of the references"),
    )
