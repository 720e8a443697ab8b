"""Boxes against z3 on generated segments: `python -m tests.logic.differential 100000`.

Prints how many pairs were compared, how often each answer was given, and every mismatch.
"""

import sys
from collections import Counter

import z3

from crmspec.diagnostics import Verdict
from crmspec.logic import hard
from crmspec.logic.space import Space, UndecidedError
from tests.logic.customers import chances, condition, program

SEGMENTS = 40
PAIRS = 1000


def compare(pairs, seed=0):
    """Return the counts of the answers and a list of mismatches for so many pairs of segments."""
    counts, mismatches = Counter(), []
    while counts["pairs"] < pairs:
        chance = chances(seed)
        made = program([condition(chance) for _ in range(SEGMENTS)])
        space = Space(made)
        oracle = Oracle(space)
        for _ in range(min(PAIRS, pairs - counts["pairs"])):
            names = chance.choice(sorted(made.segments)), chance.choice(sorted(made.segments))
            counts["pairs"] += 1
            for question, mine, theirs in _asked(space, oracle, names):
                counts[f"{question} {mine}"] += 1
                if mine is not Verdict.UNDECIDED and mine is not theirs:
                    mismatches.append((seed, names, question, mine, theirs))
        seed += 1
    return counts, mismatches


class Oracle:
    """One solver that knows the axioms and every segment of a space by a name."""

    def __init__(self, space):
        terms = hard.Terms(space, z3)
        self.solver = z3.SolverFor("QF_LIA")
        self.named = {}
        for id_ in space.program.segments:
            self.named[id_] = z3.Bool(id_)
            self.solver.add(self.named[id_] == terms.formula(space.segment(id_).formula))
        self.solver.add(terms.axioms())

    def ask(self, *claims):
        return hard.verdict(z3, self.solver.check(*claims))


def _asked(space, oracle, names):
    one, other = map(space.segment, names)
    left, right = (oracle.named[name] for name in names)
    empty = Verdict.PROVED if space.overlap(one, other) is None else Verdict.VIOLATED
    yield "disjoint", empty, oracle.ask(left, right)
    try:
        mine = Verdict.PROVED if space.decide(one, other) is None else Verdict.VIOLATED
    except UndecidedError:
        mine = Verdict.UNDECIDED
    yield "implies", mine, oracle.ask(left, z3.Not(right))


if __name__ == "__main__":
    answers, wrong = compare(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    for name, count in sorted(answers.items()):
        print(f"{name}: {count}")
    print(f"mismatches: {len(wrong)}")
    for one in wrong[:20]:
        print(one)
