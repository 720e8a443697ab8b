"""What a pass is given besides the program: the target, its table, and what is meant for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.ir.target import Target
from crmspec.lower.capability import Capabilities
from crmspec.lower.survey import managed_kinds, meant, wished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir import Program, Resource
    from crmspec.ir.chain import Chain
    from crmspec.ir.value import OnUnsupported


REBUILDING = frozenset(
    {"only", "jump", "choice", "locales", "holdout", "race", "exit"}
    | {"quiet_hours", "recheck", "consent", "frequency"}
)
"""The passes that put steps into others."""


class Scene(msgspec.Struct, frozen=True):
    """The target of a lowering and its table; `lacking` are messages that it does not take."""

    capabilities: Capabilities
    target: Target
    lacking: frozenset[str] = frozenset()

    def resources(self, program: Program) -> Iterator[tuple[str, Resource]]:
        """Yield what is meant for the target, with its kind."""
        kinds = managed_kinds(self.capabilities, self.target)
        for kind, resource in program.resources():
            if kind in kinds and meant(resource, self.target):
                yield kind, resource

    def chains(self, program: Program) -> Iterator[Chain]:
        """Yield the chains that are meant for the target."""
        if "chain" in managed_kinds(self.capabilities, self.target):
            yield from (one for one in program.chains.values() if meant(one, self.target))

    def wish(self, program: Program, resource: Resource) -> OnUnsupported:
        """Return what is to be done with what the target lacks of a resource."""
        return wished(program, self.target, resource)

    @property
    def rebuilds(self) -> bool:
        """Say whether steps will stand elsewhere than their author put them."""
        table = self.capabilities
        moves = table.shape != "graph" or table.limits.steps is not None
        return moves or bool(REBUILDING & table.passes)

    def asks(self, name: str) -> bool:
        """Say whether a row of the table names a pass."""
        return name in self.capabilities.passes
