"""Hard questions: what boxes cannot decide within their budget is given to z3, if it is there.

The same program gives the same answer on any machine: z3 gets a limit of work, not of time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmspec.diagnostics import Verdict
from crmspec.logic.formula import AllOf, AnyOf, Atom, Cells, NotOf, every

if TYPE_CHECKING:
    from crmspec.logic.formula import Formula
    from crmspec.logic.space import Space
    from crmspec.logic.variable import Variable

WORK = 20_000_000
"""What z3 may spend on one question, in its own units."""
SEED = 7


def ask(space: Space, formula: Formula) -> Verdict:
    """Say whether nobody meets a formula: `proved`, `violated` if somebody does, or `undecided`."""
    try:
        import z3  # type: ignore[import-untyped]
    except ImportError:
        return Verdict.UNDECIDED
    terms = Terms(space, z3)
    solver = z3.Solver()
    solver.set("rlimit", WORK)
    solver.set("random_seed", SEED)
    solver.add(terms.formula(formula), *terms.axioms())
    return verdict(z3, solver.check())


def verdict(z3: Any, found: object) -> Verdict:  # noqa: ANN401 - z3 has no types
    """Return what the answer of a solver means for the claim that there is no solution."""
    if found == z3.unsat:
        return Verdict.PROVED
    return Verdict.VIOLATED if found == z3.sat else Verdict.UNDECIDED


def implies(space: Space, one: Formula, other: Formula) -> Verdict:
    """Say whether whoever meets one formula meets the other."""
    return ask(space, every((one, NotOf(other))))


class Terms:
    """Formulas and axioms as z3 knows them: a variable is the number of its cell."""

    def __init__(self, space: Space, z3: Any) -> None:  # noqa: ANN401 - z3 has no types
        self.space = space
        self.z3 = z3
        self.named: dict[Variable, Any] = {}

    def formula(self, formula: Formula) -> Any:  # noqa: ANN401
        """Return the term of a formula."""
        match formula:
            case Atom():
                variable, mask, _ = self.space.literal(formula)
                return self.inside(variable, mask)
            case Cells(variable, mask):
                return self.inside(variable, mask)
            case NotOf(part):
                return self.z3.Not(self.formula(part))
            case AllOf(parts):
                return self.z3.And([self.formula(part) for part in parts])
            case AnyOf(parts):
                return self.z3.Or([self.formula(part) for part in parts])

    def cell(self, variable: Variable) -> Any:  # noqa: ANN401
        """Return the number of the cell in which a variable is."""
        found = self.named.get(variable)
        if found is None:
            found = self.named[variable] = self.z3.Int(f"v{len(self.named)}")
        return found

    def inside(self, variable: Variable, mask: int) -> Any:  # noqa: ANN401
        """Say that a variable is in some of its cells, a run of them at a time."""
        cell = self.cell(variable)
        runs = [self.z3.And(cell >= first, cell <= last) for first, last in _runs(mask)]
        return self.z3.Or(runs)

    def axioms(self) -> list[Any]:
        """Return the domains and axioms of all variables that the named ones are bound to."""
        found, laws, seen = [], self.space.axioms, set[Any]()
        waiting = list(self.named)
        while waiting:
            variable = waiting.pop()
            if variable in seen:
                continue
            seen.add(variable)
            found.append(self.inside(variable, self.space.grid(variable).domain))
            for large in laws.above.get(variable, ()):
                found.append(self.cell(variable) <= self.cell(large))
                waiting.append(large)
            for clause in laws.clauses.get(variable, ()):
                given = self.inside(variable, clause.given)
                found.append(self.z3.Implies(given, self.inside(clause.other, clause.then)))
                waiting.append(clause.other)
            waiting.extend(laws.below.get(variable, ()))
        return found


def _runs(mask: int) -> list[tuple[int, int]]:
    """Return the runs of cells of a mask, as first and last number."""
    found = []
    while mask:
        first = (mask & -mask).bit_length() - 1
        rest = (mask >> first) + 1
        last = first + (rest & -rest).bit_length() - 2
        found.append((first, last))
        mask &= ~((1 << (last + 1)) - 1)
    return found
