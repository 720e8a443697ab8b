"""What an analysis takes over from the one before: all that a changed chain cannot have touched.

A space is cut anew where the constants have changed; a region stays where its cells have not.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crmspec.ir.step import Switch
from crmspec.ir.walk import walk
from crmspec.logic.asked import leaves, of_chain
from crmspec.logic.formula import Atom, atoms
from crmspec.logic.grid import shared, topic
from crmspec.logic.playbook import Playbook
from crmspec.logic.space import Space
from crmspec.resolve.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.logic.formula import Formula

Cuts = dict[object, list[object]]
"""By topic, its variables and constants."""


class Mark:
    """Stands for a chain and for all that its conditions mean; another one if any of it changes."""

    __slots__ = ()


class Carried:
    """A space that follows a program as its chains change."""

    def __init__(self, program: Program) -> None:
        self.space = Space(program)
        self.playbook = Playbook()
        self._marks: dict[str, Mark] = {}
        self._topics: dict[str, frozenset[object]] = {}

    def mark(self, chain: str) -> Mark:
        """Return what stands for a chain: the same object as long as nothing about it changes.

        Nothing but the chain itself, everything in the program that is no chain, and the cells of
        what the chain asks is behind it.
        """
        found = self._marks.get(chain)
        if found is None:
            found = self._marks[chain] = Mark()
        return found

    def follow(self, program: Program) -> bool:
        """Go over to a program; False, and nothing is done, if more than chains has changed."""
        before = self.space.program
        if not _has_same_ground(before, program):
            return False
        ids = {**before.chains, **program.chains}
        changed = [id_ for id_ in ids if before.chains.get(id_) is not program.chains.get(id_)]
        if program is not before:
            self.playbook.turn()
        _bind(self.space, program)
        if changed:
            self._forget(frozenset(changed))
        return True

    def _forget(self, changed: frozenset[str]) -> None:
        """Forget what was known of changed chains, and what their constants have moved."""
        space = self.space
        notes = dict(space.notes)
        old = _cuts(space)
        owners = {f"{word} {id_}" for id_ in changed for word in ("chain", "trigger")}
        for id_ in changed:
            self._marks.pop(id_, None)
            self._topics.pop(id_, None)
            space.entries.pop(id_, None)
            space.translator.forget(id_)
        for name in owners:
            space.notes.pop(name, None)
        space.regions = {
            key: kept
            for key, kept in space.regions.items()
            if key[1] not in changed and key[2].rpartition(" ")[0] not in owners
        }
        space.read_again()
        if space.notes != notes:
            space.cut()
            self._move(_moved(old, _cuts(space)))

    def _move(self, moved: frozenset[object]) -> None:
        """Forget the regions that lie in cells which have moved."""
        space = self.space

        def stays(formula: Formula) -> bool:
            return moved.isdisjoint(topic(atom.variable) for atom in atoms(formula))

        space.regions = {key: kept for key, kept in space.regions.items() if stays(kept[1].formula)}
        space.entries = {
            id_: regions
            for id_, regions in space.entries.items()
            if all(stays(region.formula) for region in regions)
        }
        for chain in space.program.chains.values():
            if chain.id in self._marks and not moved.isdisjoint(self._asks(chain)):
                del self._marks[chain.id]

    def _asks(self, chain: Chain) -> frozenset[object]:
        """Return the topics of all conditions of a chain, through the segments it names."""
        found = self._topics.get(chain.id)
        if found is None:
            formulas = [region.formula for region in self.space.entry(chain)]
            found = self._topics[chain.id] = frozenset(
                topic(atom.variable)
                for formula in (*formulas, *_formulas(self.space, chain))
                for atom in atoms(formula)
            )
        return found


def _has_same_ground(before: Program, now: Program) -> bool:
    """Say whether two programs differ in nothing but their chains."""
    return all(
        getattr(before, name) == getattr(now, name)
        for name in now.__struct_fields__
        if name != "chains"
    )


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
