"""Conditions in words: what a marketer would say to a colleague."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from crmspec.ir import condition as c
from crmspec.ir.data import Event, Object
from crmspec.render.amount import Amount
from crmspec.render.leaf import Leaves, chain_state

if TYPE_CHECKING:
    from crmspec.ir.program import Program
    from crmspec.ir.value import Ref, Resource, Where
    from crmspec.render.vocabulary import Vocabulary


class Words:
    """Says what is in a program in the words of one language."""

    def __init__(self, program: Program, vocabulary: Vocabulary) -> None:
        self.program = program
        self.vocabulary = vocabulary
        self.amount = Amount(vocabulary)

    def name(self, resource: Resource) -> str:
        """Return a resource's title in quotes, or its id."""
        return self.vocabulary.quote(resource.title) if resource.title else resource.id

    def ref(self, ref: Ref) -> str:
        """Return the name of what a reference points to; an unknown id stays as it is."""
        found = self.program.find(ref.kind, ref.id)
        return self.name(found) if found is not None else ref.id

    def condition(self, condition: c.Condition) -> str:
        """Return any condition in words."""
        return self._condition(condition, inside=False)

    def where(self, where: Where, of: Ref) -> str:
        """Return a filter on the properties of an event or object, or nothing."""
        if not where:
            return ""
        said = []
        for item in where:
            name, unit = self.property(of, item.property)
            said.append(f"{name} {self.amount.tests(item.tests, unit)}")
        return self.vocabulary.say("where", tests=self.amount.both(said))

    def property(self, of: Ref, name: str) -> tuple[str, str | None]:
        """Return what a property of an event or object is called, and its unit."""
        owner = self.program.find(of.kind, of.id)
        declared = owner.properties.get(name) if isinstance(owner, Event | Object) else None
        if declared is None:
            return name, None
        title = self.vocabulary.quote(declared.title) if declared.title else name
        return title, declared.unit

    def _condition(self, it: c.Condition, *, inside: bool) -> str:
        match it:
            case c.All():
                said = [self._condition(item, inside=True) for item in it.all]
                joined = self.amount.both(said)
                return f"({joined})" if inside and len(said) > 1 else joined
            case c.Any():
                said = [self._condition(item, inside=True) for item in it.any]
                joined = self.vocabulary.either(said) if said else ""
                return f"({joined})" if inside and len(said) > 1 else joined
            case c.Nothing():
                said = [self._condition(item, inside=True) for item in it.none]
                return self.vocabulary.say("if.none", items="; ".join(said))
            case c.Not():
                return self._not(it.not_)
            case _:
                return self.leaves.say(it)

    def _not(self, it: c.Condition) -> str:
        """Turn a condition round, in fluent words where the language has them."""
        say = self.vocabulary.say
        match it:
            case c.InSegment(joined=None):
                return say("if.not_segment", segment=self.ref(it.segment))
            case c.InList(joined=None):
                return say("if.not_list", list=self.ref(it.list))
            case c.Reachable():
                return say("if.not_reachable", channel=self.ref(it.reachable))
            case c.InChain():
                return say(chain_state(it, turned=True), chain=self.ref(it.in_chain))
            case _:
                return say("if.not", it=self._condition(it, inside=False))

    @cached_property
    def leaves(self) -> Leaves:
        """The words for conditions that hold no other conditions."""
        return Leaves(self)
