"""Chains that start one another in a circle in which nobody ever waits."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crmspec.diagnostics import Severity, text
from crmspec.ir.step import Batch, Leave, StartChain, Wait, WaitFor
from crmspec.ir.trigger import ChainTrigger
from crmspec.resolve.codes import CHAIN_CYCLE
from crmspec.resolve.cycle import Edge, circles, labels, route, step
from crmspec.resolve.finding import finding
from crmspec.resolve.outline import ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.chain import Chain
    from crmspec.ir.step import AnyStep, Steps
    from crmspec.ir.value import Ref
    from crmspec.resolve.scope import Scope


class _Start:
    """What happens in a chain at the very moment at which a customer enters it."""

    def __init__(self, chain: Chain) -> None:
        self.starts: list[Ref] = []
        self.leaves = False
        self.completes = self._pass(chain.steps)

    def _pass(self, steps: Steps) -> bool:
        """Go through steps without waiting; say whether the end is reached."""
        return all(self._step(step) for step in steps)

    def _step(self, step: AnyStep) -> bool:
        match step:
            case Wait() | WaitFor() | Batch():
                return False
            case Leave():
                self.leaves = True
                return step.only is not None or step.unless is not None
            case StartChain():
                self.starts.append(step.start_chain.chain)
        reached = [self._pass(way) for way in ways(step)]
        return any(reached) if reached else True


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM206: an error if re-entry is free, else a warning that only re-entry stops it."""
    for circle in circles(_graph(scope)):
        free = all(_returns(scope.program.chains[edge.source]) for edge in circle)
        yield _endless(circle) if free else _pointless(circle)


def _returns(chain: Chain) -> bool:
    return chain.reentry is not None and chain.reentry.mode == "always"


def _endless(circle: tuple[Edge[None], ...]) -> Diagnostic:
    return finding(
        CHAIN_CYCLE,
        circle[0].span,
        text("chains start one another without a wait, for ever: {route}", route=route(circle)),
        text("put a `wait` before one of the starts, or take one out"),
        note=step(circle[0]),
        related=labels(circle),
    )


def _pointless(circle: tuple[Edge[None], ...]) -> Diagnostic:
    return finding(
        CHAIN_CYCLE,
        circle[0].span,
        text("chains start one another without a wait: {route}", route=route(circle)),
        text("only `reentry` stops this circle after a round; take one of the starts out"),
        note=step(circle[0]),
        related=labels(circle),
        severity=Severity.WARNING,
    )


def _graph(scope: Scope) -> dict[str, list[Edge[None]]]:
    starts = {id_: _Start(chain) for id_, chain in _relevant(scope).items()}
    graph: dict[str, list[Edge[None]]] = defaultdict(list)
    for id_, start in starts.items():
        for reference in start.starts:
            graph[id_].append(Edge(id_, reference.id, reference.place.span, None))
    for trigger, owner in scope.every(ChainTrigger):
        source = trigger.chain.id
        if source in starts and _at_once(trigger, starts[source]):
            target = getattr(owner, "id", "")
            graph[source].append(Edge(source, target, trigger.chain.place.span, None))
    return graph


def _relevant(scope: Scope) -> dict[str, Chain]:
    """Return the chains that start others or are followed by others."""
    ids = {getattr(owner, "id", "") for _, owner in scope.every(StartChain)}
    ids.update(trigger.chain.id for trigger, _ in scope.every(ChainTrigger))
    chains = scope.program.chains
    return {id_: chains[id_] for id_ in sorted(ids & chains.keys())}


def _at_once(trigger: ChainTrigger, start: _Start) -> bool:
    match trigger.state:
        case "entered":
            return True
        case "completed":
            return start.completes
        case "exited":
            return start.leaves
    return False
