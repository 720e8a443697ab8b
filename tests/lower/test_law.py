"""Lowered programs do what their sources do, to random customers of random projects."""

import pytest
from msgspec.structs import replace

from crmspec.ir.chain import Holdout
from crmspec.ir.value import Percent
from crmspec.lower.lowering import lower
from crmspec.lower.rewrite import changed
from crmspec.semantics import machine
from tests.logic import timelines
from tests.lower import law
from tests.lower.table import TARGET, by, table


@pytest.mark.parametrize("name", list(law.TABLES))
@pytest.mark.parametrize("seed", range(1, 13))
def test_a_lowered_program_does_the_same(name, seed):
    program = timelines.project(seed)
    if program is None:
        pytest.skip("check does not let this one through")
    for before, after, done, _ in law.compared(program, name, seed, 4):
        assert law.alike(before, after, done)


def sends(program, scenario):
    trace = machine.run(program, scenario)
    return [(one.moment, one.chain, one.message) for one in trace.sends()]


@pytest.mark.parametrize("seed", range(1, 13))
def test_who_is_held_out_is_sent_nothing(seed):
    program = timelines.project(seed)
    if program is None:
        pytest.skip("check does not let this one through")
    held = Holdout(percent=Percent(value=50))
    program = changed(
        program, [("chain", replace(one, holdout=held)) for one in program.chains.values()]
    )
    done = lower(program, table({("policy", "holdout"): by("holdout")}), TARGET)
    for number in range(6):
        scenario = law.scenario(seed, number, program)
        scenario = replace(scenario, holdouts=True)
        assert sends(program, scenario) == sends(done.program, scenario)
