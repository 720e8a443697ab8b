"""What a resource needs without pointing to it: attributes that texts print or steps write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.engine.resource import Address
from crmspec.ir import KEYS, Ref, walk
from crmspec.ir.action import ProfileChange, Request
from crmspec.ir.message import Block, Content, Layout
from crmspec.ir.value import Template
from crmspec.lower.survey import written
from crmspec.resolve.mention import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir import Located, Program

_FOLDED = frozenset({"message", "layout", "block"})
"""Kinds whose texts may be a part of the object that refers to them."""
_WITH_TEXTS = (Template, Request, Content, Layout, Block)


class Needs:
    """Finds what the resources of one program need."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._known: dict[Address, frozenset[Address]] = {}

    def of(self, address: Address) -> frozenset[Address]:
        """Return what a resource, or what it refers to, prints and writes."""
        if address not in self._known:
            self._known[address] = frozenset()  # what goes in a circle ends here
            known = address.kind in KEYS
            node = self._program.find(address.kind, address.id) if known else None
            self._known[address] = frozenset(() if node is None else self._all(node))
        return self._known[address]

    def _all(self, node: Located) -> Iterator[Address]:
        for one in walk(node):
            if isinstance(one, Ref) and one.kind in _FOLDED:
                yield from self.of(Address(one.kind, one.id))
            elif isinstance(one, ProfileChange):
                yield from (Address(*key) for key, _ in written(one))
            elif isinstance(one, _WITH_TEXTS):
                yield from self._read(one)

    def _read(self, node: Located) -> Iterator[Address]:
        for text in self._texts(node):
            for kind, id_ in mentioned(text):
                yield Address(kind, id_)
                if kind in _FOLDED:
                    yield from self.of(Address(kind, id_))

    def _texts(self, node: Located) -> Iterator[str]:
        match node:
            case Template():
                yield node.source
            case Request():
                yield str(node.body)
            case Content() | Layout() | Block() if node.file in self._program.files:
                yield self._program.files[node.file]
