"""A holdout as a split whose first arm leaves at once (semantics 6.28 to 6.30)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.ir import walk
from crmspec.ir.condition import InChain
from crmspec.ir.step import Leave, Split, SplitArm, SplitArms
from crmspec.ir.trigger import ChainTrigger
from crmspec.lower import flow
from crmspec.lower.capability import Support
from crmspec.lower.outcome import Key
from crmspec.lower.rewrite import changed
from crmspec.lower.salt import holdout_salt

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.ir import Program
    from crmspec.ir.chain import Chain
    from crmspec.lower.outcome import Outcome
    from crmspec.lower.scene import Scene

_ALL = 100


def apply_holdout(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Put the holdouts of chains into their steps: who is held out leaves before the first.

    Nobody held out is sent anything, before as after. They are in the chain no longer, though,
    which is why nothing may look at that.
    """
    outcomes: list[Outcome] = []
    made = []
    for chain in scene.chains(program) if scene.asks("holdout") else ():
        if chain.holdout is None:
            continue
        key, why = Key("chain", chain.id), _refusal(program, chain, scene)
        if why is None:
            made.append(("chain", _split(chain)))
            outcomes.append(flow.done(key, "holdout", chain, text("written as a split")))
        else:
            outcomes.append(flow.stuck(key, "holdout", chain, why))
    return changed(program, made), outcomes


def _refusal(program: Program, chain: Chain, scene: Scene) -> Text | None:
    """Say why nobody may leave at once; who cannot look on the target, does not."""
    table = scene.capabilities
    if any(leave.when == "step_end" for leave in chain.exit):
        return flow.FIRST
    if _grouped(program, chain) and table.row("kind", "exclusive").support is not Support.NONE:
        return _GROUP
    asks = [("condition", "in_chain"), ("trigger", "chain")]
    seen = any(table.row(*one).support is not Support.NONE for one in asks)
    return _asker(program, chain) if seen else None


_GROUP = text("the chain is in an exclusive group")


def watched(program: Program, chain: Chain) -> Text | None:
    """Say who looks at whether somebody is in a chain, None if nobody does."""
    return _GROUP if _grouped(program, chain) else _asker(program, chain)


def _grouped(program: Program, chain: Chain) -> bool:
    listed = {ref.id for group in program.exclusive.values() for ref in group.chains}
    return chain.exclusive is not None or chain.id in listed


def _asker(program: Program, chain: Chain) -> Text | None:
    for one in (*program.chains.values(), *program.segments.values()):
        for node in walk(one):
            asked = (isinstance(node, InChain) and node.in_chain.id) or (
                isinstance(node, ChainTrigger) and node.chain.id
            )
            if asked == chain.id:
                return text("`{who}` asks who is in the chain", who=one.id)
    return None


def _split(chain: Chain) -> Chain:
    holdout = chain.holdout
    assert holdout is not None  # noqa: S101 - asked before
    place, share = holdout.place, holdout.percent.value
    held = SplitArm(weight=share, steps=(Leave(exit="holdout", place=place),), place=place)
    kept = SplitArm(weight=_ALL - share, steps=chain.steps, place=place)
    salt = holdout_salt(chain)
    arms = SplitArms(arms={"held_out": held, "sent": kept}, salt=salt, place=place)
    return replace(chain, holdout=None, steps=(Split(split=arms, place=place),))
