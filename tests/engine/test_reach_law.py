"""Law: what is shown to reach fewer sends nothing more to whoever comes as they came."""

import random

import pytest
from msgspec.structs import replace

from crmspec.engine.reach import Reaches, wider
from crmspec.engine.resource import Address
from crmspec.ir import Ref, value
from crmspec.ir.chain import Exit, Holdout
from crmspec.ir.condition import All, AttributeIs
from crmspec.ir.step import Branch, Note, Send, Wait
from crmspec.lower.flow import with_steps
from crmspec.lower.rewrite import changed
from crmspec.semantics import machine
from tests.logic import small_project, timelines

ALONE = {"frequency": {}, "broadcasts": {}, "exclusive": {}}
"""What chains would leave room for is not looked at."""


def condition(chance):
    flag = Ref(kind="attribute", id="flag")
    return AttributeIs(
        attribute=flag, tests=(value.Test(operator="eq", operand=chance.random() < 0.5),)
    )


def edited(chain, chance):
    """Return a chain that asks for a little more or less, or does something else."""

    def wrap(step):
        if chance.random() < 0.8:
            return None
        match step:
            case Send() if chance.random() < 0.5:
                return ()
            case Send():
                return (replace(step, only=condition(chance)),)
            case Wait() if chance.random() < 0.3:
                return ()
            case Branch() if chance.random() < 0.3:
                return (*step.branch.cases[0].then,)
        return (step, Note(note="All is said"))

    steps = with_steps(chain, wrap).steps
    both = tuple(one for one in (chain.audience, condition(chance)) if one is not None)
    made = {
        "steps": steps or chain.steps,
        "audience": chance.choice([chain.audience, None, All(all=both)]),
        "exit": chance.choice([chain.exit, (), (*chain.exit, Exit(if_=condition(chance)))]),
        "trigger": chance.choice([chain.trigger, chain.trigger[:1]]),
        "holdout": chance.choice([chain.holdout, None, Holdout(percent=value.Percent(value=50))]),
    }
    names = chance.sample(sorted(made), chance.choice([1, 2]))
    return replace(chain, **{name: made[name] for name in names})


def told(trace, chain):
    """Return when somebody entered a chain, and what it sent them when."""
    entered = {one.moment for one in trace.of("enter") if one.chain == chain}
    return entered, {(one.moment, one.message) for one in trace.sends() if one.chain == chain}


def compared(seed, edits=8, lives=6, *, fewer=True):
    """Yield for each edit that reaches `fewer`, or not, what was sent before and now."""
    program = timelines.project(seed)
    if program is None:
        return
    program = replace(program, **ALONE)
    chance = random.Random(f"reach {seed}")
    for _ in range(edits):
        chain = chance.choice([*program.chains.values()])
        after = changed(program, [("chain", edited(chain, chance))])
        address = Address("chain", chain.id)
        found = wider(Reaches(program, ()).of(address), Reaches(after, ()).of(address))
        if bool(found) is fewer:
            continue
        for number in range(lives):
            life = small_project.scenario(random.Random(f"{seed} {number}"), program)
            life = replace(life, waits={}, holdouts=True)
            (came, before), (comes, now) = (
                told(machine.run(one, life), chain.id) for one in (program, after)
            )
            if comes <= came:
                yield before, now


@pytest.mark.parametrize("seed", range(1, 25))
def test_fewer_are_reached(seed):
    for before, now in compared(seed):
        assert now <= before


def test_others_send_more():
    found = [pair for seed in range(1, 8) for pair in compared(seed, fewer=False)]
    assert any(not now <= before for before, now in found)
