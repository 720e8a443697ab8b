"""Salts written out: where a step stands must not decide who gets which arm (semantics 7.31)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.ir.step import Split
from crmspec.lower.rewrite import changed, rewrite
from crmspec.semantics.route import lay

if TYPE_CHECKING:
    from crmspec.ir import Located, Program
    from crmspec.ir.chain import Chain
    from crmspec.lower.outcome import Outcome
    from crmspec.lower.scene import Scene
    from crmspec.semantics.route import Node


def apply_salts(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Give each split without a salt the one that its place would give it."""
    if not scene.rebuilds:
        return program, []
    made = [("chain", salted(chain)) for chain in scene.chains(program)]
    return changed(program, made), []


def salted(chain: Chain) -> Chain:
    """Return a chain whose splits all say their salts."""
    names = {id(node.step): node.name for node in _nodes(chain)}

    def change(node: Located) -> Located | None:
        if not isinstance(node, Split):
            return None
        inner = rewrite(node, change)
        if inner.split.salt is not None:
            return inner
        return replace(inner, split=replace(inner.split, salt=names[id(node)]))

    return rewrite(chain, change)


def holdout_salt(chain: Chain) -> str | None:
    """Return by what the holdout of a chain is drawn, if it has one (semantics 6.29)."""
    held = chain.holdout
    return None if held is None else held.salt or f"{chain.id}.holdout"


def _nodes(chain: Chain) -> list[Node]:
    found: dict[int, Node] = {}
    waiting = [lay(chain).first]
    while waiting:
        node = waiting.pop()
        if node is not None and id(node) not in found:
            found[id(node)] = node
            waiting += [node.after, *node.ways]
    return list(found.values())
