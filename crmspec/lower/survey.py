"""What of a program is for a target: resources, how their elements fare, and what stays away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.ir import walk
from crmspec.ir.action import ProfileChange
from crmspec.ir.program import KEYS
from crmspec.ir.value import Ref
from crmspec.lower.element import sent
from crmspec.lower.judgement import judge
from crmspec.lower.outcome import Absence, Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir import Located, Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import OnUnsupported, Resource
    from crmspec.lower.capability import Capabilities, Support
    from crmspec.lower.outcome import Outcome
    from crmspec.source import Span


def meant(resource: Resource, target: Target) -> bool:
    """Say whether a resource is for this target."""
    return not resource.targets or target.id in {ref.id for ref in resource.targets}


def wished(program: Program, target: Target, resource: Resource) -> OnUnsupported:
    """Return what is to be done with what a target lacks of a resource.

    The resource says it, else the target, else the project.
    """
    own = resource.on_unsupported or target.on_unsupported
    return own or program.project.on_unsupported


def taken_kinds(capabilities: Capabilities) -> tuple[str, ...]:
    """Return the kinds that become objects of the target, pushed or made by hand."""
    kinds = capabilities.rows.get("kind", {}).items()
    return tuple(kind for kind, row in kinds if row.support not in {"none", "lowered"})


def managed_kinds(capabilities: Capabilities, target: Target) -> frozenset[str]:
    """Return the kinds that are deployed: those that are taken and that the target manages."""
    named = target.manages
    taken = taken_kinds(capabilities)
    return frozenset(kind for kind in taken if not named or KEYS[kind] in named)


class Survey:
    """What of a program is for a target: resources by name, outcomes by resource, absences.

    `outcomes` has what is not native; there is too much of the rest to keep. `nodes` are those
    that are for the target, the resource first.
    """

    def __init__(
        self,
        program: Program,
        capabilities: Capabilities,
        target: Target,
        found: Iterable[Outcome] = (),
    ) -> None:
        self.program, self.target = program, target
        self.kinds = managed_kinds(capabilities, target)
        self.wanted = {
            Key(kind, resource.id): resource
            for kind, resource in program.resources()
            if kind in self.kinds and meant(resource, target)
        }
        self.nodes = {key: list(sent(one)) for key, one in self.wanted.items()}
        self.outcomes: dict[Key, list[Outcome]] = {key: [] for key in self.wanted}
        self.gone: dict[Key, Absence | None] = {}
        for outcome in found:
            self.outcomes.get(outcome.key, []).append(outcome)
        for key, nodes in self.nodes.items():
            known = {(one.family, one.element, one.span) for one in self.outcomes[key]}
            self.outcomes[key] += [
                one
                for one in judge(program, capabilities, target, key, nodes)
                if (one.family, one.element, one.span) not in known
            ]
        self._leave_out()

    def tell(self, found: Iterable[Outcome]) -> None:
        """Take in what an encoder came upon, once for each element, place and support."""
        for one in found:
            mine = self.outcomes.get(one.key, [])
            if _told(one) not in map(_told, mine):
                mine.append(one)
        self._leave_out()

    def _leave_out(self) -> None:
        self.absent = {key: why for key in self.wanted if (why := self._refused(key)) is not None}
        self._spread()

    def forget(self, keys: Iterable[Key]) -> None:
        """Want some resources no more; why they are absent is kept for what needs them."""
        for key in keys:
            self.gone[key] = self.absent.get(key)
            for held in (self.wanted, self.nodes, self.outcomes, self.absent):
                held.pop(key, None)

    def wish(self, key: Key) -> OnUnsupported:
        """Return what is to be done with what the target lacks of a resource."""
        return wished(self.program, self.target, self.wanted[key])

    def gaps(self, key: Key) -> tuple[Outcome, ...]:
        """Return what of a resource the target does not take as written."""
        return tuple(one for one in self.outcomes[key] if not one.support.kept)

    def dropped(self, key: Key) -> tuple[Outcome, ...]:
        """Return the elements that are left out of a resource that is deployed."""
        return tuple(one for one in self.outcomes[key] if one.drops(self.wish(key)))

    def _refused(self, key: Key) -> Absence | None:
        wish = self.wish(key)
        for gap in self.gaps(key):
            if not gap.accepted(wish) or gap.users:
                reason = gap.reason or text("the target does not take it")
                return Absence(reason, gap.span, wish == "error" or bool(gap.users))
        return None

    def _spread(self) -> None:
        """Leave out what refers to something that is left out, until nothing more does."""
        needs = {key: tuple(self._needs(key)) for key in self.wanted}
        found = True
        while found:
            found = False
            for key in sorted(self.wanted.keys() - self.absent.keys()):
                why = next(filter(None, (self._missing(*need) for need in needs[key])), None)
                if why is not None:
                    self.absent[key] = why
                    found = True

    def _missing(self, lacks: Key, span: Span) -> Absence | None:
        if lacks in self.gone:
            why = self.gone[lacks]
            return None if why is None else Absence(why.reason, why.span, lacks=lacks)
        if lacks not in self.wanted:
            reason = text("`{lacks}` is meant for other targets", lacks=str(lacks))
            return Absence(reason, span, lacks=lacks)
        if lacks in self.absent:
            reason = text("`{lacks}` is left out", lacks=str(lacks))
            return Absence(reason, span, self._silent(lacks), lacks)
        return None

    def _silent(self, key: Key) -> bool:
        """Say whether a reference to an absent resource needs no error of its own."""
        absence = self.absent[key]
        return absence.silent or (absence.lacks is not None and self.wish(key) == "error")

    def _needs(self, key: Key) -> Iterator[tuple[Key, Span]]:
        """Yield what a resource refers to, save from steps that are left out, with places."""
        nodes = [one.node for one in self.dropped(key) if one.node is not None]
        dropped = {id(below) for node in nodes for below in walk(node)}
        for node in self.nodes[key]:
            if id(node) not in dropped:
                for lacks, span in _references(node):
                    if lacks.kind in self.kinds and lacks != key:
                        yield lacks, span


def _told(one: Outcome) -> tuple[str, str, Span, Support]:
    return one.family, one.element, one.span, one.support


def _references(node: Located) -> Iterator[tuple[Key, Span]]:
    if isinstance(node, Ref):
        yield Key(node.kind, node.id), node.place.span
    if isinstance(node, ProfileChange):
        yield from written(node)


def written(change: ProfileChange) -> Iterator[tuple[Key, Span]]:
    """Yield the attributes that a step writes to: their names are keys, not references."""
    for field in ("set", "increment", "append"):
        for name in getattr(change, field):
            yield Key("attribute", name), change.place.key(field, name)
