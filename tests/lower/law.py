"""`python -m tests.lower.law [COUNT [SEED]]`: lowered programs do what their sources do.

Random customers of random projects live twice, in the source and in what becomes of it on each
made-up target; what they are sent, and how they leave chains, must be the same.
"""

from __future__ import annotations

import random
import sys
from collections import Counter

from msgspec.structs import replace

from crmspec.lower.capability import Limits
from crmspec.lower.lowering import lower
from crmspec.semantics import machine
from tests.logic import small_project, timelines
from tests.lower.table import TARGET, by, table

TABLES = {
    "cnf": table(logic="cnf", inline="cnf", limits=Limits(terms=6)),
    "dnf": table(logic="dnf", inline="dnf", limits=Limits(terms=6)),
    "segments": table(logic="dnf", inline="segments"),
    "flat": table(logic="cnf", inline="all"),
    "nnf": table({("condition", "not"): by("nnf"), ("condition", "none"): by("nnf")}),
    "branches": table(
        {
            ("policy", "only"): by("only"),
            ("policy", "unless"): by("only"),
            ("policy", "choice"): by("choice"),
            ("condition", "not_event"): by("not_event"),
        }
    ),
    "guards": table(
        {
            ("policy", "only"): by("only"),
            ("policy", "unless"): by("only"),
            ("policy", "choice"): by("choice"),
            ("policy", "quiet_hours"): by("quiet_hours"),
            ("policy", "recheck"): by("recheck"),
            ("policy", "consent"): by("consent"),
        }
    ),
    "tree": table(shape="tree"),
    "simple tree": table({("policy", one): by("only") for one in ("only", "unless")}, shape="tree"),
}
_ENDS = {"exit", "complete"}


def story(trace):
    """Return what a customer is sent, and how they leave chains."""
    return [
        (one.moment, one.kind, one.chain, one.broadcast, one.message or one.reason)
        for one in trace.entries
        if one.kind == "send" or one.kind in _ENDS
    ]


def scenario(seed, number, program):
    """Return a life whose random waits are the shortest: copied steps draw for themselves."""
    lived = small_project.scenario(random.Random(f"{seed} {number}"), program)
    return replace(lived, waits={})


def compared(program, capabilities, seed, count):
    """Yield stories of the source and of the lowered program, and what was lowered.

    What is said to deviate may tell another story; nothing else may.
    """
    done = lower(program, capabilities, TARGET)
    lost = {one.key for one in done.outcomes if not one.support.kept}
    for number in range(count):
        life = scenario(seed, number, program)
        before, after = (machine.run(one, life) for one in (program, done.program))
        yield story(before), story(after), done, lost


def deviating(done):
    """Return the chains of which something is said to be done in another way."""
    return {one.key.id for one in done.outcomes if one.support == "deviates"}


def alike(before, after, done):
    """Say whether two stories are one, but for chains that are said to deviate."""
    others = deviating(done)
    return [one for one in before if one[2] not in others] == [
        one for one in after if one[2] not in others
    ]


def main(arguments):
    """Print where a lowered program does something else; return 1 if any does."""
    count = int(arguments[0]) if arguments else 100
    first = int(arguments[1]) if len(arguments) > 1 else 0
    tally = Counter()
    for seed in range(first, first + count):
        program = timelines.project(seed)
        for name, capabilities in TABLES.items() if program is not None else ():
            for number, (before, after, done, lost) in enumerate(
                compared(program, capabilities, seed, 10)
            ):
                tally["timelines"] += 1
                tally["sends"] += len(before)
                tally[f"lost in {name}"] += bool(lost)
                tally[f"lowered in {name}"] += any(
                    one.support == "lowered" for one in done.outcomes
                )
                if not alike(before, after, done):
                    tally["other"] += 1
                    print(f"project {seed}, customer {number}, {name}", flush=True)
    print(dict(tally))
    return 1 if tally["other"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
