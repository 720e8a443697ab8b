"""Makes a scenario small: leaves out, one after another, what its aim does not need."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.semantics.scenario import Customer, Scenario

    Judge = Callable[[Scenario], bool]

ItemT = TypeVar("ItemT")

RUNS = 120
"""Work units: so many smaller scenarios are run."""
PAIR, FEW = 2, 8
"""Of so few things each is tried alone, at once or when not all can go: most are needed."""
_OF_CUSTOMER = (
    "attributes",
    "suppressed",
    "lists",
    "segments",
    "devices",
    "place",
    "related",
    "variants",
    "consents",
    "reachable",
)


def shrink(scenario: Scenario, guess: Customer, aim: Judge, runs: int = RUNS) -> Scenario:
    """Return a scenario with the same aim in which nothing can be left out; the budget bounds it.

    First it is tried with nobody in particular, then with the `guess` at the customer, then whole
    collections are left out, halves of large ones, and single things.
    """
    for someone in (_nobody(scenario.customer), guess):
        smaller = msgspec.structs.replace(scenario, customer=someone)
        if smaller != scenario and aim(smaller):
            scenario = smaller
            break
    budget = [runs]
    for name in ("happenings", "reactions", *_OF_CUSTOMER, "arms", "waits", "answers"):
        scenario = _fewer(scenario, name, aim, budget)
    return scenario


def _nobody(customer: Customer) -> Customer:
    """Return a customer of whom nothing is known but what time and chance depend on."""
    return type(customer)(id=customer.id, timezone=customer.timezone, created=customer.created)


def _fewer(scenario: Scenario, name: str, aim: Judge, budget: list[int]) -> Scenario:
    """Leave out of one collection what is not needed."""
    known = _items(scenario, name)
    needed = 1 if name == "happenings" else 0
    kept = fewest(known, lambda fewer: aim(_with(scenario, name, fewer)), budget, needed)
    return scenario if len(kept) == len(known) else _with(scenario, name, kept)


def fewest(
    items: list[ItemT], suffice: Callable[[list[ItemT]], bool], budget: list[int], needed: int = 0
) -> list[ItemT]:
    """Return items, at least so many as `needed`, none of which can be left out by itself.

    Each try takes one off the `budget`; at its end there may be more than that.
    """
    size, start, failed = len(items) if len(items) > PAIR else 1, 0, 0
    while size and len(items) > needed and budget[0] > 0:
        budget[0] -= 1
        fewer = items[:start] + items[start + size :]
        if len(fewer) >= needed and suffice(fewer):
            items, failed = fewer, 0
        else:
            start, failed = start + size, failed + 1
        if failed * size >= len(items):
            size, start, failed = _halved(size), 0, 0
        size, start = min(size, len(items)), start if start < len(items) else 0
    return items


def _halved(size: int) -> int:
    """Return how many things are left out at once after so many could not be."""
    return size // 2 if size > FEW else min(size - 1, 1)


def _items(scenario: Scenario, name: str) -> list[object]:
    source = scenario.customer if name in _OF_CUSTOMER else scenario
    value = getattr(source, name)
    if isinstance(value, dict):
        return list(value.items())
    return sorted(value) if isinstance(value, frozenset) else list(value)


def _with(scenario: Scenario, name: str, items: list[object]) -> Scenario:
    if name not in _OF_CUSTOMER:
        return msgspec.structs.replace(scenario, **{name: _like(getattr(scenario, name), items)})
    customer: Customer = scenario.customer
    value = _like(getattr(customer, name), items)
    return msgspec.structs.replace(
        scenario, customer=msgspec.structs.replace(customer, **{name: value})
    )


def _like(value: object, items: list[object]) -> object:
    """Return items in a collection of the same kind."""
    return type(value)(items)  # type: ignore[call-arg]
