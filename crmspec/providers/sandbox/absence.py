"""What the project wants but the sandbox does not get, and why: gaps, and what they pull along."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import text
from crmspec.engine.resource import Address
from crmspec.ir import walk
from crmspec.ir.action import ProfileChange
from crmspec.ir.value import Ref
from crmspec.providers.sandbox.gap import Gap, gaps, managed, managed_kinds, policy, sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir import Located, Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import OnUnsupported, Resource
    from crmspec.source import Span


class Absence(NamedTuple):
    """Why a resource is not deployed; `silent` if an error says so already, elsewhere."""

    reason: Text
    span: Span
    silent: bool = False
    gap: Gap | None = None
    lacks: Address | None = None


class Survey:
    """What of a program is for a target: resources by address, their gaps, and absences."""

    def __init__(self, program: Program, target: Target) -> None:
        self.program = program
        self.wanted = {Address(kind, r.id): r for kind, r in managed(program, target)}
        self.gaps = {a: tuple(gaps(program, target, r)) for a, r in self.wanted.items()}
        self.kinds = managed_kinds(target)
        self.absent = {a: why for a in self.wanted if (why := self._lacking(a)) is not None}
        self._spread()

    def policy(self, address: Address) -> OnUnsupported:
        """Return what the author of a resource wants done with what the target lacks."""
        return policy(self.program, self.wanted[address])

    def _lacking(self, address: Address) -> Absence | None:
        wish = self.policy(address)
        for gap in self.gaps[address]:
            if not gap.degradable(wish) or gap.users:
                return Absence(gap.reason, gap.span, wish == "error" or bool(gap.users), gap)
        return None

    def _spread(self) -> None:
        """Leave out what refers to something that is left out, until nothing more does."""
        needs = {a: tuple(self._needs(a, r)) for a, r in self.wanted.items()}
        found = True
        while found:
            found = False
            for address in sorted(self.wanted.keys() - self.absent.keys()):
                why = next(filter(None, (self._missing(*need) for need in needs[address])), None)
                if why is not None:
                    self.absent[address] = why
                    found = True

    def _missing(self, lacks: Address, span: Span) -> Absence | None:
        if lacks not in self.wanted:
            reason = text("`{lacks}` is meant for other targets", lacks=str(lacks))
            return Absence(reason, span, lacks=lacks)
        if lacks in self.absent:
            reason = text("`{lacks}` is left out", lacks=str(lacks))
            return Absence(reason, span, self.silent(lacks), lacks=lacks)
        return None

    def silent(self, address: Address) -> bool:
        """Say whether a reference to an absent resource needs no error of its own."""
        absence = self.absent[address]
        return absence.silent or (absence.lacks is not None and self.policy(address) == "error")

    def _needs(self, address: Address, resource: Resource) -> Iterator[tuple[Address, Span]]:
        """Yield what a resource refers to, save from steps that are left out, with places."""
        wish = self.policy(address)
        dropped = {
            id(below)
            for gap in self.gaps[address]
            if gap.degradable(wish)
            for below in walk(gap.node)
        }
        for node in sent(resource):
            if id(node) not in dropped:
                for lacks, span in _references(node):
                    if lacks.kind in self.kinds and lacks != address:
                        yield lacks, span


def _references(node: Located) -> Iterator[tuple[Address, Span]]:
    if isinstance(node, Ref):
        yield Address(node.kind, node.id), node.place.span
    if isinstance(node, ProfileChange):
        yield from written(node)


def written(change: ProfileChange) -> Iterator[tuple[Address, Span]]:
    """Yield the attributes that a step writes to: their names are keys, not references."""
    for field in ("set", "increment", "append"):
        for name in getattr(change, field):
            yield Address("attribute", name), change.place.key(field, name)
