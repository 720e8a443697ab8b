"""What the passes look up: all nodes by class with their owners, and all declared ids by kind."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from crmspec.ir.program import KEYS, KINDS
from crmspec.ir.walk import children
from crmspec.resolve.catalog import Catalog
from crmspec.resolve.name import fold, is_id
from crmspec.resolve.outline import Outline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from crmspec.ir.program import Program
    from crmspec.ir.value import Located
    from crmspec.source import Span

NodeT = TypeVar("NodeT", bound="Located")


class Scope:
    """A program, indexed in one walk.

    `broken` holds `(top-level key, id)` of resources that are declared but could not be read.
    """

    def __init__(self, program: Program, broken: AbstractSet[tuple[str, str]]) -> None:
        self.program = program
        self.broken = broken
        self._nodes: dict[type[Located], list[tuple[Located, Located]]] = defaultdict(list)
        for owner in self._owners():
            self._collect(owner)
        self._ids = {kind: set(getattr(program, key)) for kind, key in KEYS.items()}
        for key, id_ in broken:
            if key in KINDS:
                self._ids[KINDS[key][0]].add(id_)

    def _collect(self, owner: Located) -> None:
        # The walk is written out here: it is the one place through which every node goes.
        nodes = self._nodes
        stack = [owner]
        while stack:
            node = stack.pop()
            nodes[node.__class__].append((node, owner))
            below = children(node)
            if below:
                below.reverse()
                stack += below

    def _owners(self) -> Iterator[Located]:
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
        return {id_: Outline(chain) for id_, chain in self.program.chains.items()}

    @cached_property
    def catalog(self) -> Catalog:
        """Return the typed attributes and properties of the program."""
        return Catalog(self.program)

    def every(self, kind: type[NodeT]) -> list[tuple[NodeT, Located]]:
        """Return all nodes of exactly this class, each with the resource that it is part of."""
        return cast("list[tuple[NodeT, Located]]", self._nodes.get(kind, []))

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
