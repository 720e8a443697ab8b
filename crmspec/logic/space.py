"""The space of customers: every variable that a program asks about, its cells, and its axioms."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.condition import InSegment
from crmspec.logic import entrance
from crmspec.logic.asked import asked, leaves
from crmspec.logic.axiom import Axioms
from crmspec.logic.box import Box, Budget, SpentError, common, outside
from crmspec.logic.cell import MISSING, SWITCH, TRUE, bits
from crmspec.logic.clash import clash, parts_of
from crmspec.logic.formula import Atom, NotOf, atoms, every
from crmspec.logic.grid import Grids
from crmspec.logic.law import laws
from crmspec.logic.region import Region
from crmspec.logic.translate import Translator
from crmspec.logic.variable import Aspect, EventCount, EventValue, Opaque, ReactionCount, RfmCell
from crmspec.resolve.catalog import Catalog
from crmspec.resolve.operand import is_dynamic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.value import Located, Plain, Where
    from crmspec.logic.asked import Asked
    from crmspec.logic.cell import Grid
    from crmspec.logic.formula import Cells, Formula
    from crmspec.logic.variable import AttributeValue, Variable
    from crmspec.logic.where import Owner
    from crmspec.semantics.view import View

_BOXES = 20_000
"""The work that one comparison of two regions may take, in boxes."""


class Notes(NamedTuple):
    """What one resource asks, atom by atom, and the property filters that it names."""

    atoms: tuple[Atom | Cells, ...]
    filters: tuple[tuple[Owner, str, Where], ...]


class Filters(NamedTuple):
    """The filters of things of one kind, and which of them are known to lie within which."""

    texts: tuple[str, ...]
    within: dict[tuple[str, str], bool]


class UndecidedError(Exception):
    """A question needs more work than allowed; nothing follows from it."""


class Space:
    """All customers that the conditions of one program tell apart.

    Its cells are cut at the constants of the program and of `extra` conditions; what asks for
    another constant is not looked into.
    """

    def __init__(self, program: Program, extra: Iterable[Located] = ()) -> None:
        self.program = program
        self.catalog = Catalog(program)
        self.translator = Translator(program, self.catalog)
        self.regions: dict[str, dict[tuple[int, str | None, bool], tuple[Located, Region]]] = {}
        """What has been asked about, by the resource in which it is asked."""
        self.entries: dict[str, tuple[Region, ...]] = {}
        self.notes: dict[str, Notes] = {}
        self._extra = tuple(extra)
        self._atoms: dict[object, Atom | Cells] = {}
        self._filters: dict[Owner, Filters] = {}
        self.cut()

    def cut(self) -> None:
        """Cut the cells at the constants of the program, and lay down the axioms."""
        self.grids = Grids(self.program, self.translator.wheres)
        self.axioms = Axioms(self.grids)
        self.variables: dict[Variable, None] = {}
        self._literals: dict[Atom, tuple[Variable, int, int]] = {}
        self._plain: dict[Formula, Region] = {}
        self._counts: dict[str, list[EventCount]] = defaultdict(list)
        self.reactions: list[ReactionCount] = []
        self._note()
        laws(self)

    def _note(self) -> None:
        wheres = self.translator.wheres
        wheres.known.clear()
        seen: set[int] = set()
        for notes in self._asked():
            for atom in notes.atoms:
                if id(atom) not in seen:
                    seen.add(id(atom))
                    self._take(atom)
            for owner, text, where in notes.filters:
                wheres.known.setdefault(owner, {})[text] = where
        for owner, filters in list(wheres.values()):
            for where in filters.values():
                for atom in atoms(wheres.formula(owner, where)):
                    self._take(atom)
        self._filters = {
            owner: known
            for owner, known in self._filters.items()
            if known.texts == tuple(wheres.known.get(owner, ()))
        }

    def _take(self, atom: Atom | Cells) -> None:
        """Take the constants of an atom as cuts and its variable as known."""
        if isinstance(atom, Atom):
            self.grids.note(atom)
        if atom.variable not in self.variables:
            self._know(atom.variable)

    def _know(self, variable: Variable) -> None:
        self.variables[variable] = None
        match variable:
            case EventCount():
                self._counts[variable.event].append(variable)
                self._also(EventCount(variable.event, variable.where))
            case EventValue():
                self._also(variable.count)
            case ReactionCount():
                self.reactions.append(variable)
            case RfmCell() if variable.event is not None:
                window, months = variable.window, variable.months
                self._also(EventCount(variable.event, "", window, months=months))
            case Aspect(kind="age_months"):
                self._also(Aspect(variable.of, "age"))
            case Aspect():
                self._also(variable.of)

    def _also(self, variable: Variable) -> None:
        if variable not in self.variables:
            self._know(variable)

    def counts(self, event: str) -> list[EventCount]:
        """Return the counts of an event that the program asks about."""
        return self._counts.get(event, [])

    def channel(self, count: ReactionCount) -> str | None:
        """Return the one channel over which what is counted was sent, None if it is not one."""
        if count.channel is not None or not count.target.startswith("message:"):
            return count.channel
        message = self.program.messages.get(count.target.removeprefix("message:"))
        return message.channel.id if message is not None else None

    def filter_within(self, owner: Owner, small: str, large: str) -> bool:
        """Say whether whatever meets one property filter surely meets another."""
        if is_dynamic(small) or is_dynamic(large):
            return small == large
        known = self._filters.get(owner)
        if known is None:
            texts = tuple(self.translator.wheres.known.get(owner, ()))
            known = self._filters[owner] = Filters(texts, {})
        found = known.within.get((small, large))
        if found is None:
            one, other = (self._filter(owner, text) for text in (small, large))
            if one is None or other is None:
                return False
            found = known.within[small, large] = self.implies(one, other) is None
        return found

    def _filter(self, owner: Owner, text: str) -> Region | None:
        where = self.translator.wheres.known.get(owner, {}).get(text)
        if where is None:
            return None
        return Region(self, self.translator.wheres.formula(owner, where))

    def read_again(self) -> None:
        """Note what is asked by those whose notes have been taken away."""
        for _ in self._asked():
            pass

    def _asked(self) -> Iterator[Notes]:
        """Yield what the conditions of each resource ask, and then the triggers of each chain."""
        for owner, places in groupby(asked(self.program, self._extra), lambda one: one.owner):
            yield self._noted(owner, self._leaves(places))
        for chain in self.program.chains.values():
            yield self._noted(f"trigger {chain.id}", entrance.constants(self, chain))

    def _noted(self, name: str, formulas: Iterator[Formula]) -> Notes:
        found = self.notes.get(name)
        if found is None:
            kept = self.translator.wheres.kept
            kept.clear()
            named = (atom for formula in formulas for atom in atoms(formula))
            same = {id(atom): atom for atom in map(self._same, named)}
            found = self.notes[name] = Notes(tuple(same.values()), tuple(kept))
        return found

    def _same(self, atom: Atom | Cells) -> Atom | Cells:
        """Return the one object that stands for all atoms which ask the same."""
        return self._atoms.setdefault((atom, *map(type, _constants(atom))), atom)

    def _leaves(self, places: Iterable[Asked]) -> Iterator[Formula]:
        for root, chain, owner, in_steps in places:
            for node in leaves(root):
                # Segments are read where they are declared.
                if not isinstance(node, InSegment) or node.joined is not None:
                    yield self.translator.formula(node, chain, owner, in_steps=in_steps)

    def region(
        self,
        condition: Located | None,
        *,
        chain: Chain | None = None,
        owner: str = "",
        in_steps: bool = True,
    ) -> Region:
        """Return the customers for whom a condition holds; None holds for all.

        `chain` is the chain in which it stands, `in_steps` if it stands in its steps and not in an
        exit (semantics 5.29); `owner` is the resource, as `segment vip` (semantics 5.38).
        """
        if chain is not None:
            owner = owner or f"chain {chain.id}"
        regions = self.regions.setdefault(owner, {})
        key = (id(condition), chain.id if chain is not None else None, in_steps)
        found = regions.get(key)
        if found is None:
            formula = self.translator.formula(condition, chain, owner, in_steps=in_steps)
            kept = condition if condition is not None else self.program.project
            found = regions[key] = (kept, Region(self, formula))
        return found[1]

    def formula(self, formula: Formula) -> Region:
        """Return the customers of whom a formula holds."""
        plain = formula.part if isinstance(formula, NotOf) else formula
        if not isinstance(plain, Atom):
            return Region(self, formula)
        found = self._plain.get(formula)
        if found is None:
            found = self._plain[formula] = Region(self, formula)
        return found

    def segment(self, id_: str) -> Region:
        """Return the customers in a segment."""
        segment = self.program.segments[id_]
        return self.region(segment.condition, owner=f"segment {id_}")

    def entry(self, chain: Chain) -> tuple[Region, ...]:
        """Return, for each trigger of a chain, the customers who may enter on it.

        A region says what holds at that moment, after the event: the audience, and what the trigger
        itself implies (semantics 6.20).
        """
        found = self.entries.get(chain.id)
        if found is None:
            audience = self.region(chain.audience, owner=f"chain {chain.id}").formula
            found = self.entries[chain.id] = tuple(
                Region(self, every((fact, audience)))
                for fact in (entrance.fact(self, chain, trigger) for trigger in chain.trigger)
            )
        return found

    def literal(self, atom: Atom) -> tuple[Variable, int, int]:
        """Return the variable of an atom, the cells that meet it, and all its cells."""
        found = self._literals.get(atom)
        if found is None:
            found = self._literals[atom] = self._literal(atom)
        return found

    def _literal(self, atom: Atom) -> tuple[Variable, int, int]:
        grid = self.grids[atom.variable]
        mask = MISSING if atom.operator == "missing" else grid.mask(atom.operator, atom.operand)
        if mask is None:
            text = f"{atom.variable!r} {atom.operator} {atom.operand!r}"
            return Opaque("constant", text), TRUE, SWITCH.domain
        if atom.missing_as is not None:
            cell = grid.cell(atom.missing_as)
            meets = cell is not None and mask >> cell & 1
            mask = mask | MISSING if meets else mask & ~MISSING
        return atom.variable, mask & grid.domain, grid.domain

    def grid(self, variable: Variable) -> Grid:
        """Return the cells of a variable."""
        return self.grids[variable]

    def untold(self, variable: AttributeValue) -> int:
        """Return the cells of those whose value is not known; it may become so (semantics 1.9)."""
        declared = self.program.attributes.get(variable.id)
        if declared is None or declared.default is None or not declared.nullable:
            return MISSING
        mask = self.grids[variable].mask("eq", declared.default)
        return -1 if mask is None else mask | MISSING

    def sample(self, variable: Variable, mask: int) -> Plain:
        """Return a natural value in one of the cells; None is missing.

        Ages are minutes before now, dates minutes since 1970 on the wall clock.
        """
        grid = self.grids[variable]
        mask &= grid.domain
        cells = list(bits(mask & ~MISSING)) if mask & ~MISSING else []
        return grid.sample(cells[0]) if cells else None

    def overlap(self, one: Region, other: Region) -> Box | None:
        """Return customers in both regions, None as a proof that there are none."""
        for left in one.boxes:
            for right in other.boxes:
                found = common(self.axioms, left, right)
                if found is not None:
                    return found
        return None

    def implies(self, one: Region, other: Region) -> Box | None:
        """Return customers of the first region who are not in the other, None as a proof.

        Where the question needs too much work nothing is proved, and the box is of anybody.
        """
        try:
            return self.decide(one, other)
        except UndecidedError:
            return Box({}, {})

    def decide(self, one: Region, other: Region) -> Box | None:
        """Return customers of the first region who are not in the other, None as a proof.

        Raises:
            UndecidedError: a region is widened, or the work is more than allowed.
        """
        boxes, others = one.boxes, list(other.boxes)
        if not other.exact:
            raise UndecidedError
        budget = Budget(_BOXES)
        for box in boxes:
            try:
                found = outside(self.axioms, box, others, budget)
            except SpentError:
                raise UndecidedError from None
            if found is not None:
                if not one.exact:
                    raise UndecidedError
                return found
        return None

    def point(self, view: View) -> dict[Variable, int]:
        """Return the cells of one customer of the interpreter, as masks of one cell each."""
        from crmspec.logic.point import point

        return point(self, view)

    def covers(self, large: Region, small: Region) -> bool:
        """Say whether every customer of the small region is surely in the large one."""
        others = large.boxes
        if len(others) == 1 and large.exact:
            return all(box.within(others[0]) for box in small.boxes)
        return self.implies(small, large) is None

    def why_empty(
        self, condition: Located, *, chain: Chain | None = None, owner: str = ""
    ) -> tuple[Located, ...]:
        """Return the fewest parts of a condition that exclude each other, () if it is not empty."""
        parts = parts_of(self, condition, chain, owner)
        return tuple(part.node for part in clash(self, parts))

    def equivalent(self, one: Region, other: Region) -> bool:
        """Say whether two regions are the same customers.

        Raises:
            UndecidedError: the work is more than allowed.
        """
        return self.decide(one, other) is None and self.decide(other, one) is None


def _constants(atom: Atom | Cells) -> Iterator[object]:
    """Yield the constants of an atom; `1` and `true` are equal, but not the same."""
    if isinstance(atom, Atom):
        yield atom.missing_as
        yield atom.operand
        yield from atom.operand if isinstance(atom.operand, tuple) else ()
