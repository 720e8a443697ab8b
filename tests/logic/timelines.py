"""`python -m tests.logic.timelines [COUNT [SEED]]`: random customers never exceed a bound.

Whatever a curve or bound says can at most be sent in a window is compared with what the
interpreter sends to random customers of random projects.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

from crmspec.logic.bound import bound
from crmspec.logic.portfolio import Portfolio
from crmspec.semantics import machine
from tests.logic import small_project
from tests.mutation.judge import BadPlantError, program_of

WINDOWS = (60, 1440, 7 * 1440)
LIVES = 50
"""Customers per project."""


def project(seed):
    """Return a random program, None if it is none that `check` lets through."""
    try:
        return program_of(small_project.files(random.Random(seed)), {})
    except BadPlantError:
        return None


def densest(moments, window):
    """Return how many of some moments lie in one half-open window at most."""
    moments, first, best = sorted(moments), 0, 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - window:
            first += 1
        best = max(best, last - first + 1)
    return best


class Bounds:
    """All that the analysis says of how much one customer can be sent."""

    def __init__(self, program):
        self.portfolio = Portfolio(program)
        loads = self.portfolio.loads
        self.rules = {
            rule: (
                loads.counted(rule),
                curves,
                {w: bound(self.portfolio, curves, w) for w in WINDOWS},
            )
            for rule, curves in self.portfolio.curves.items()
        }

    def known(self):
        """Return how many of the bounds are numbers."""
        return sum(most is not None for _, _, each in self.rules.values() for most in each.values())

    def exceeded(self, trace):
        """Yield in words what a timeline exceeds."""
        for rule, (counted, curves, each) in self.rules.items():
            sends = [
                (entry.moment, entry.chain or entry.broadcast)
                for entry in trace.sends()
                if counted.counts(entry.message, entry.chain or entry.broadcast)
            ]
            for window, most in each.items():
                found = densest([moment for moment, _ in sends], window)
                if most is not None and found > most:
                    yield f"{rule}: {found} in {window} minutes, the bound is {most}"
            yield from self._by_source(rule, curves, sends)

    def _by_source(self, rule, curves, sends):
        for source in {source for _, source in sends}:
            if source not in curves:
                yield f"{rule}: {source} sends, but has no curve"
                continue
            for window in WINDOWS:
                most = curves[source].most(window)
                found = densest([moment for moment, one in sends if one == source], window)
                if most is not None and found > most:
                    yield f"{rule}: {source} sends {found} in {window} minutes, of {most}"


def lives(program, seed, count):
    """Yield the timelines of random customers."""
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        yield machine.run(program, small_project.scenario(chance, program))


def main(arguments):
    """Print what exceeds a bound, and how much was compared; return 1 if anything does."""
    count = int(arguments[0]) if arguments else 10_000
    seed = int(arguments[1]) if len(arguments) > 1 else 0
    tally, started = Counter(), time.process_time()
    while tally["timelines"] < count:
        seed += 1
        program = project(seed)
        if program is None:
            tally["refused projects"] += 1
            continue
        bounds = Bounds(program)
        tally["projects"] += 1
        tally["bounds"] += bounds.known()
        for number, trace in enumerate(lives(program, seed, LIVES)):
            tally["timelines"] += 1
            tally["sends"] += len(trace.sends())
            tally["troubles"] += bool(trace.of("trouble"))
            for problem in bounds.exceeded(trace):
                tally["exceeded"] += 1
                print(f"project {seed}, customer {number}: {problem}", flush=True)
    print(dict(tally), f"{time.process_time() - started:.0f} CPU s")
    return 1 if tally["exceeded"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
