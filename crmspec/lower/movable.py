"""Which conditions mean the same in a segment as where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec.structs import replace

from crmspec.ir import walk
from crmspec.ir.condition import (
    ChannelReaction,
    EventHappened,
    EventMissing,
    FirstEvent,
    InOrder,
    LastEvent,
    MessageReaction,
    StepResult,
    TriggerProperty,
)
from crmspec.ir.trait import RandomShare
from crmspec.ir.value import Ref, Test
from crmspec.lower.rewrite import rewrite

if TYPE_CHECKING:
    from crmspec.ir import Located
    from crmspec.ir.condition import Condition

Scene: TypeAlias = Literal["apart", "chain", "steps", "race"]
"""Where a condition stands: outside any passage, in a chain, in its steps, in a `wait_for`."""

_LOGGED = (
    EventHappened,
    EventMissing,
    FirstEvent,
    LastEvent,
    InOrder,
    MessageReaction,
    ChannelReaction,
)


def movable(condition: Condition, scene: Scene) -> bool:
    """Say whether a condition means the same in a segment, which knows of no passage.

    A segment has no trigger, no steps, no `since: chain_start`, no sends of this passage alone
    (semantics 5.18, 5.29, 5.39, 5.40), and sees what was before a `wait_for` (7.13).
    """
    return scene == "apart" or not any(_is_bound(node, scene) for node in walk(condition))


def _is_bound(node: Located, scene: Scene) -> bool:
    match node:
        case TriggerProperty() | StepResult():
            return True
        case Test():
            return "{{" in str(node.operand)
        case RandomShare():
            return node.salt is None
        case MessageReaction() if scene == "steps" and isinstance(node.message, Ref):
            return not node.within
    if isinstance(node, _LOGGED):
        since = getattr(node, "since", None)
        return scene == "race" or not (since is None or since[0].isdigit())
    return False


def salted(condition: Condition, owner: str) -> Condition:
    """Return a condition whose `random` shares have the salt of where they stand (5.38)."""

    def salt(node: Located) -> Located | None:
        if isinstance(node, RandomShare) and node.salt is None:
            return replace(node, salt=owner)
        return None

    made = salt(condition)
    return rewrite(condition, salt) if made is None else made  # type: ignore[return-value]
