"""What the passes look up: all nodes by class with their owners, and all declared ids by kind."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from functools import cached_property, partial
from itertools import chain, groupby
from typing import TYPE_CHECKING, TypeVar, cast

from crmspec.ir.program import KEYS, KINDS
from crmspec.ir.value import Ref
from crmspec.ir.walk import children
from crmspec.resolve.catalog import Catalog
from crmspec.resolve.name import fold, is_id
from crmspec.resolve.outline import Outline
from crmspec.source import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from crmspec.ir.program import Program
    from crmspec.ir.value import Located
    from crmspec.source import Span

    Nodes = dict[type[Located], list[tuple[Located, Located]]]
    Named = frozenset[tuple[str, str]]

NodeT = TypeVar("NodeT", bound="Located")


def _collect(owner: Located, nodes: Nodes) -> None:
    # The walk is written out here: it is the one place through which every node goes.
    stack = [owner]
    while stack:
        node = stack.pop()
        nodes[node.__class__].append((node, owner))
        below = children(node)
        if below:
            below.reverse()
            stack += below


def _of(owner: Located) -> tuple[Nodes, Named]:
    nodes: Nodes = defaultdict(list)
    _collect(owner, nodes)
    references = cast("list[tuple[Ref, Located]]", nodes.get(Ref, ()))
    return nodes, frozenset((reference.kind, reference.id) for reference, _ in references)


def named(resource: Located, memory: Memory) -> Named:
    """Return the `(kind, id)` of all that a resource refers to."""
    return memory.recall("nodes", (resource,), partial(_of, resource))[1]


class Scope:
    """A program, indexed in one walk.

    `broken` holds `(top-level key, id)` of resources that are declared but could not be read.
    With `memory`, resources that have not changed are not walked again.
    """

    def __init__(
        self,
        program: Program,
        broken: AbstractSet[tuple[str, str]],
        memory: Memory | None = None,
    ) -> None:
        self.program = program
        self.broken = broken
        self.memory = memory
        self.see(self.owners())
        self._ids = {kind: set(getattr(program, key)) for kind, key in KEYS.items()}
        for key, id_ in broken:
            if key in KINDS:
                self._ids[KINDS[key][0]].add(id_)

    def see(self, owners: Iterable[Located]) -> None:
        """Index the nodes of some owners, and no others."""
        self._nodes: Nodes = defaultdict(list)
        self._parts: list[tuple[Located, Nodes, Named]] = []
        self._lists: dict[type[Located], list[list[tuple[Located, Located]]]] = defaultdict(list)
        memory = self.memory
        for owner in owners:
            if memory is None:
                _collect(owner, self._nodes)
            else:
                nodes, names = memory.recall("nodes", (owner,), partial(_of, owner))
                self._parts.append((owner, nodes, names))
                for kind, found in nodes.items():
                    self._lists[kind].append(found)

    def part(self, owners: Iterable[Located]) -> Scope:
        """Return a scope in which only the nodes of some owners are seen; all can be looked up."""
        _ = self.catalog  # shared with all parts
        part = copy(self)
        part.see(owners)
        return part

    def owners(self) -> Iterator[Located]:
        """Yield the project, the identity and every resource."""
        yield self.program.project
        if self.program.identity is not None:
            yield self.program.identity
        for _, resource in self.program.resources():
            yield resource

    @cached_property
    def _names(self) -> dict[str, frozenset[str]]:
        return {kind: frozenset(filter(is_id, ids)) for kind, ids in self._ids.items()}

    @cached_property
    def _malformed(self) -> dict[str, frozenset[str]]:
        return {
            kind: frozenset(map(fold, ids - self._names[kind])) for kind, ids in self._ids.items()
        }

    @cached_property
    def outlines(self) -> dict[str, Outline]:
        """Return the order of steps of every chain."""
        memory = self.memory or Memory()
        return {
            id_: memory.recall("outline", (one,), partial(Outline, one))
            for id_, one in self.program.chains.items()
        }

    @cached_property
    def catalog(self) -> Catalog:
        """Return the typed attributes and properties of the program."""
        return Catalog(self.program)

    def every(self, kind: type[NodeT]) -> list[tuple[NodeT, Located]]:
        """Return all nodes of exactly this class, each with the resource that it is part of."""
        found = self._nodes.get(kind)
        if found is None and kind in self._lists:
            found = self._nodes[kind] = list(chain.from_iterable(self._lists[kind]))
        return cast("list[tuple[NodeT, Located]]", found or [])

    def references(self) -> Iterator[tuple[Located, Named, list[tuple[Ref, Located]]]]:
        """Yield what refers to something: the resource, the `(kind, id)`s, and the references."""
        if self.memory is None:
            for _, group in groupby(self.every(Ref), lambda one: id(one[1])):
                references = list(group)
                names = frozenset((one.kind, one.id) for one, _ in references)
                yield references[0][1], names, references
        for owner, nodes, names in self._parts:
            if names:
                yield owner, names, cast("list[tuple[Ref, Located]]", nodes[Ref])

    def ids(self, kind: str) -> AbstractSet[str]:
        """Return the ids declared for a kind, broken resources included."""
        return self._ids[kind]

    def names(self, kind: str) -> AbstractSet[str]:
        """Return those of the ids that are well formed, so that they may be proposed."""
        return self._names[kind]

    def is_malformed(self, kind: str, id_: str) -> bool:
        """Say whether the resource that a name means is declared under a malformed id."""
        return fold(id_) in self._malformed[kind]

    def declared_at(self, kind: str, id_: str) -> Span | None:
        """Return where a resource is declared, or None if it is unknown or broken."""
        resource = self.program.find(kind, id_)
        return resource.place.name if resource is not None else None
