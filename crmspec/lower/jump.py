"""Jumps as copies of the steps they go to, as often as they may be taken (semantics 7.38)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import Text, text
from crmspec.ir import walk
from crmspec.ir.step import Batch, Jump, Throttle
from crmspec.lower.capability import Support
from crmspec.lower.outcome import Key, Outcome
from crmspec.lower.rewrite import changed
from crmspec.lower.tree import MOST, leaves, name_of, with_ways
from crmspec.resolve.outline import ways
from crmspec.semantics.route import lay

if TYPE_CHECKING:
    from crmspec.ir import Located, Program
    from crmspec.ir.chain import Chain
    from crmspec.ir.step import AnyStep, Steps
    from crmspec.lower.scene import Scene
    from crmspec.semantics.route import Node, Route


def apply_jumps(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Write chains with jumps as trees, in which each way has all that comes on it."""
    made, outcomes = [], list[Outcome]()
    most = scene.capabilities.limits.steps or MOST
    for chain in scene.chains(program) if scene.asks("jump") else ():
        jumps = [node for node in walk(chain) if isinstance(node, Jump)]
        if not jumps:
            continue
        found = _refusal(chain) or _Unrolling(chain, most).steps()
        outcomes += [_outcome(chain, one, found) for one in jumps]
        if not isinstance(found, Text):
            made.append(("chain", replace(chain, steps=found)))
    return changed(program, made), outcomes


def _refusal(chain: Chain) -> Text | None:
    for node in walk(chain):
        limited = getattr(node, "only", None) or getattr(node, "unless", None)
        if isinstance(node, (Batch, Throttle)):
            return text("`{step}` looks at all who pass it", step=node.subject)
        if isinstance(node, Jump) and limited:
            return text("a jump has `only` or `unless`")
        if _forks(node) and limited:
            return text("a fork has `only` or `unless`")
    return None


def _forks(node: Located) -> bool:
    return bool(ways(node))  # type: ignore[arg-type]


class TooLongError(Exception):
    """There would be more steps than are allowed."""


class _Unrolling:
    """The steps of one chain, each way with all that comes on it."""

    def __init__(self, chain: Chain, most: int) -> None:
        self._chain, self._most = chain, most
        self._route: Route = lay(chain)
        self._copies: Counter[str | None] = Counter()
        self._size = 0

    def steps(self) -> Steps | Text:
        """Return the steps without jumps, or why there are none."""
        try:
            made = self._from(self._route.first, {})
        except TooLongError:
            return text("more than {limit} steps would be needed", limit=self._most)
        asked = {name_of(node) for node in walk(self._chain)} - {None}
        twice = [one for one, count in self._copies.items() if count > 1 and one in asked]
        return text("the result of `{step}` is asked for", step=twice[0] or "") if twice else made

    def _from(self, node: Node | None, taken: dict[int, int]) -> Steps:
        """Return what comes from a step on; `taken` are the jumps back so far, by their place."""
        if node is None:
            return ()
        if isinstance(node.step, Jump):
            return self._from(*self._jumped(node, node.step, taken))
        step = self._copy(node.step)
        if leaves(step):
            return (step,)
        if node.ways:
            return (with_ways(step, [self._from(way, taken) for way in node.ways]),)
        return (step, *self._from(node.after, taken))

    def _jumped(
        self, node: Node, step: Jump, taken: dict[int, int]
    ) -> tuple[Node | None, dict[int, int]]:
        to, times = self._route.by_id.get(step.jump.to.id), taken.get(node.order, 0)
        if to is None:
            return node.after, taken
        if to.order > node.order:
            return to, taken
        self._count()
        if step.jump.max is not None and times >= step.jump.max:
            return node.after, taken
        return to, {**taken, node.order: times + 1}

    def _copy(self, step: AnyStep) -> AnyStep:
        """Return a step; its first copy alone keeps the id."""
        self._count()
        self._copies[step.id] += 1
        return step if self._copies[step.id] == 1 or step.id is None else replace(step, id=None)

    def _count(self) -> None:
        self._size += 1
        if self._size > self._most:
            raise TooLongError


def _outcome(chain: Chain, step: Jump, found: Steps | Text) -> Outcome:
    key, span = Key("chain", chain.id), step.place.key("jump")
    if isinstance(found, Text):
        reason = text("`jump` cannot become copies of steps: {why}", why=found)
        return Outcome(key, "step", "jump", Support.NONE, span, reason, step)
    reason = text("written as copies of the steps it goes to")
    return Outcome(key, "step", "jump", Support.LOWERED, span, reason)
