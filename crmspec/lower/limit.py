"""The bounds of a target on chains and conditions: steps, ways out, leaves, lengths of waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import Text, text
from crmspec.ir import walk
from crmspec.ir.chain import Chain
from crmspec.ir.condition import CONDITIONS, All, Any, Not, Nothing
from crmspec.ir.step import STEPS, Wait
from crmspec.lower.capability import Limits, Support
from crmspec.lower.outcome import Key, Outcome
from crmspec.resolve.outline import ways

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.ir import Located
    from crmspec.lower.capability import Capabilities
    from crmspec.source import Span

_INNER = (All, Any, Not, Nothing)


def exceeded(capabilities: Capabilities, key: Key, nodes: Sequence[Located]) -> Iterator[Outcome]:
    """Yield what of a resource, its nodes given, is beyond the bounds of the target."""
    limits = capabilities.limits
    if replace(limits, name=None) == Limits():
        return
    if isinstance(nodes[0], Chain):
        yield from _steps(capabilities, key, nodes[0], nodes)
    below: set[int] = set()
    for node in nodes:
        if isinstance(node, CONDITIONS) and id(node) not in below:
            inside = list(walk(node))
            below |= {id(one) for one in inside}
            yield from _terms(capabilities, key, node, inside)
        elif isinstance(node, Wait):
            yield from _wait(capabilities, key, node)


def _steps(
    capabilities: Capabilities, key: Key, chain: Chain, nodes: Sequence[Located]
) -> Iterator[Outcome]:
    target, limits = capabilities.title, capabilities.limits
    count = sum(isinstance(node, STEPS) for node in nodes)
    if limits.steps is not None and count > limits.steps:
        said = text(
            "{target} takes {limit} steps; this chain has {count}",
            target=target,
            limit=limits.steps,
            count=count,
        )
        yield _over(key, "steps", chain.place.key("steps"), said)
    for step in nodes:
        count = len(ways(step)) if isinstance(step, STEPS) else 0  # type: ignore[arg-type]
        if limits.branches is not None and count > limits.branches:
            said = text(
                "{target} takes {limit} ways out of a step; this one has {count}",
                target=target,
                limit=limits.branches,
                count=count,
            )
            yield _over(key, "branches", step.place.span, said)


def _terms(
    capabilities: Capabilities, key: Key, condition: Located, inside: list[Located]
) -> Iterator[Outcome]:
    limit = capabilities.limits.terms
    count = sum(isinstance(one, CONDITIONS) and not isinstance(one, _INNER) for one in inside)
    if limit is not None and count > limit:
        said = text(
            "{target} takes {limit} conditions together; here are {count}",
            target=capabilities.title,
            limit=limit,
            count=count,
        )
        yield _over(key, "terms", condition.place.span, said)


def _wait(capabilities: Capabilities, key: Key, step: Wait) -> Iterator[Outcome]:
    target, limits, wait = capabilities.title, capabilities.limits, step.wait
    between = (wait.between.min, wait.between.max) if wait.between is not None else ()
    lengths = [one.minutes * 60 for one in (wait.for_, *between) if one is not None]
    least, most = limits.shortest_wait, limits.longest_wait
    place = step.place.value("wait")
    if least is not None and lengths and min(lengths) < least:
        said = text("{target} waits no less than {limit} s", target=target, limit=least)
        yield _over(key, "shortest_wait", place, said)
    if most is not None and lengths and max(lengths) > most:
        said = text("{target} waits no more than {limit} s", target=target, limit=most)
        yield _over(key, "longest_wait", place, said)


def _over(key: Key, element: str, span: Span, reason: Text) -> Outcome:
    return Outcome(key, "limit", element, Support.NONE, span, reason)
