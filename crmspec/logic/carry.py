"""The space of a program and of the one before: all that a change cannot have touched.

A space is cut anew where the constants have changed; a region stays where its cells have not.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crmspec.ir.step import Switch
from crmspec.ir.trigger import MessageTrigger
from crmspec.ir.walk import walk
from crmspec.logic.asked import leaves, of_chain
from crmspec.logic.change import changes
from crmspec.logic.formula import Atom, atoms
from crmspec.logic.grid import shared, topic
from crmspec.logic.playbook import Playbook
from crmspec.logic.space import Space
from crmspec.resolve.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.logic.formula import Formula
    from crmspec.source import Memory

Cuts = dict[object, list[object]]
"""By topic, its variables and constants."""


class Mark:
    """Stands for a resource and all that its conditions mean; another one if any of it changes."""

    __slots__ = ()


class Carried:
    """A space that follows a program as its chains and segments change."""

    def __init__(self, program: Program) -> None:
        self.space = Space(program)
        self.playbook = Playbook()
        self._marks: dict[str, Mark] = {}
        self._written: dict[str, Mark] = {}
        self._topics: dict[str, frozenset[object]] = {}

    def mark(self, chain: str) -> Mark:
        """Return what stands for a chain: the same object as long as nothing about it changes.

        Behind it is nothing but the chain itself, the segments it leads to, everything in the
        program that is neither, and the cells of what the chain asks.
        """
        return self._mark(f"chain {chain}")

    def written(self, chain: str) -> Mark:
        """Return what stands for a chain as `mark` does, but for the cells, which may have moved.

        It is enough for what asks the interpreter alone.
        """
        found = self._written.get(chain)
        if found is None:
            found = self._written[chain] = Mark()
        return found

    def mark_of_segment(self, segment: str) -> Mark:
        """Return what stands for a segment, under the same conditions."""
        return self._mark(f"segment {segment}")

    def _mark(self, owner: str) -> Mark:
        found = self._marks.get(owner)
        if found is None:
            found = self._marks[owner] = Mark()
        return found

    def follow(self, program: Program, memory: Memory) -> bool:
        """Go over to a program; False, and nothing is done, if too much has changed."""
        before = self.space.program
        changed = changes(before, program, memory)
        if changed is None:
            return False
        if program is not before:
            self.playbook.turn()
        _bind(self.space, program)
        for owner in changed.moved:
            self._drop(owner)
        if changed.owners:
            self._forget(changed.owners)
        return True

    def get_ready(self) -> None:
        """Work out now what the first changed constant would wait for."""
        for owner in {**self.space.regions, **self._marks}:
            self._asks(owner)

    def _drop(self, owner: str) -> None:
        """Drop what was made of the conditions of a resource, node by node."""
        self.space.regions.pop(owner, None)
        self.space.translator.known.pop(owner, None)

    def _forget(self, owners: frozenset[str]) -> None:
        """Forget what was known of changed resources, and what their constants have moved."""
        space = self.space
        notes, old = dict(space.notes), _cuts(space)
        self._drop("")
        for owner in owners:
            kind, _, id_ = owner.partition(" ")
            self._let_go(owner)
            self._topics.pop(owner, None)
            space.translator.forget(owner)
            space.notes.pop(owner, None)
            if kind == "chain":
                self._written.pop(id_, None)
                space.notes.pop(f"trigger {id_}", None)
        space.read_again()
        if space.notes != notes:
            space.cut()
            self._move(_moved(old, _cuts(space)))

    def _let_go(self, owner: str) -> None:
        """Forget the mark and the regions of a resource."""
        self._marks.pop(owner, None)
        self.space.regions.pop(owner, None)
        self.space.entries.pop(owner.removeprefix("chain "), None)

    def _move(self, moved: frozenset[object]) -> None:
        """Let go of all that lies in cells which have moved."""
        space = self.space
        for owner in {**space.regions, **self._marks}:
            if not moved.isdisjoint(self._asks(owner)):
                self._let_go(owner)

    def _asks(self, owner: str) -> frozenset[object]:
        """Return the topics of all conditions of a resource, through the segments it names."""
        found = self._topics.get(owner)
        if found is None:
            kind, _, id_ = owner.partition(" ")
            if kind == "chain":
                found = frozenset(self._of_chain(self.space.program.chains[id_]))
            elif kind == "segment":
                found = frozenset(_topics((self.space.translator.segment(id_),)))
            else:
                regions = self.space.regions.get(owner, {}).values()
                return frozenset(_topics(region.formula for _, region in regions))
            self._topics[owner] = found
        return found

    def _of_chain(self, chain: Chain) -> Iterator[object]:
        """Yield the topics of a chain; a reaction that starts it may be counted anywhere."""
        space = self.space
        yield from _topics(region.formula for region in space.entry(chain))
        yield from _topics(_formulas(space, chain))
        yield from (topic(atom.variable) for atom in space.notes[f"trigger {chain.id}"].atoms)
        if any(isinstance(trigger, MessageTrigger) for trigger in chain.trigger):
            yield "reaction"


def _topics(formulas: Iterable[Formula]) -> Iterator[object]:
    return (topic(atom.variable) for formula in formulas for atom in atoms(formula))


def _bind(space: Space, program: Program) -> None:
    space.program = space.translator.program = space.grids.program = program
    space.catalog = Catalog(program)
    space.translator.wheres.program = program
    space.translator.wheres.catalog = space.catalog


def _formulas(space: Space, chain: Chain) -> Iterator[Formula]:
    """Yield what a chain asks, leaf by leaf."""
    for root, inside, owner, in_steps in of_chain(chain):
        for node in leaves(root):
            yield space.translator.formula(node, inside, owner, in_steps=in_steps)
    for step in chain.steps:
        for one in walk(step):
            if isinstance(one, Switch) and one.switch.value.attribute is not None:
                base = space.translator.subject(one.switch.value.attribute.id).base
                yield Atom(base, "missing", None)


def _cuts(space: Space) -> Cuts:
    found: Cuts = defaultdict(list)
    groups: set[object] = set()
    for variable in space.variables:
        about, group = topic(variable), shared(variable)
        found[about].append(variable)
        if group not in groups:
            groups.add(group)
            found[about].extend(space.grids.constants(group))
    return found


def _moved(before: Cuts, now: Cuts) -> frozenset[object]:
    """Return the topics whose variables or constants are not what they were."""
    return frozenset(about for about in {**before, **now} if before.get(about) != now.get(about))
