"""Conditions as formulas: those of one program, and the segments that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.step import Send
from crmspec.ir.walk import walk
from crmspec.logic import variable as v
from crmspec.logic.formula import ALWAYS, holds
from crmspec.logic.reader import Reader
from crmspec.logic.value import Subject
from crmspec.logic.where import Wheres

if TYPE_CHECKING:
    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.value import Located
    from crmspec.logic.formula import Formula
    from crmspec.resolve.catalog import Catalog


class Translator:
    """Turns the conditions of one program into formulas; segments are translated once."""

    def __init__(self, program: Program, catalog: Catalog) -> None:
        self.program = program
        self.wheres = Wheres(program, catalog)
        self._segments: dict[str, Formula | None] = {}
        self._sends: dict[str, frozenset[str]] = {}
        self.known: dict[str, dict[tuple[int, str, bool], tuple[Located, Formula]]] = {}
        """What has been read, by the resource in which it stands."""

    def formula(
        self,
        condition: Located | None,
        chain: Chain | None = None,
        owner: str = "",
        *,
        in_steps: bool = True,
    ) -> Formula:
        """Return what a condition asks; None is true. `owner` salts `random` (semantics 5.38)."""
        if condition is None:
            return ALWAYS
        reader = Reader(self, chain, owner or (f"chain {chain.id}" if chain else ""))
        reader.in_steps = in_steps
        return reader.read(condition)

    def segment(self, id_: str) -> Formula:
        """Return what a segment asks; one that is unknown or leads to itself is not looked into."""
        if id_ not in self._segments:
            self._segments[id_] = None
            segment = self.program.segments.get(id_)
            if segment is not None:
                self._segments[id_] = self.formula(segment.condition, None, f"segment {id_}")
        found = self._segments[id_]
        return found if found is not None else holds(v.Opaque("segment", id_))

    def subject(self, id_: str, scope: str = "") -> Subject:
        """Return the subject of a test of an attribute; templates are read in `scope`."""
        declared = self.program.attributes.get(id_)
        if declared is None:
            return Subject(v.AttributeValue(id_), None, scope=scope)
        named = declared.directory
        return Subject(
            v.AttributeValue(id_, declared.mutability),
            declared.type,
            self.program.directories.get(named.id) if named is not None else None,
            declared.missing_as if declared.default is None else None,
            scope=scope,
        )

    def forget(self, owner: str) -> None:
        """Forget what was read in a resource, as `chain welcome`."""
        kind, _, id_ = owner.partition(" ")
        if kind == "chain":
            self._sends.pop(id_, None)
        if kind == "segment":
            self._segments.pop(id_, None)
        self.known.pop(owner, None)

    def sends(self, chain: Chain) -> frozenset[str]:
        """Return the messages that a chain sends."""
        if chain.id not in self._sends:
            steps = (node for step in chain.steps for node in walk(step))
            choices = [node.send for node in steps if isinstance(node, Send)]
            named = {ref.id for one in choices for ref in one.messages}
            named |= {one.message.id for one in choices if one.message is not None}
            self._sends[chain.id] = frozenset(named)
        return self._sends[chain.id]
