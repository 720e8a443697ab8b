"""Changes of a project that must not change what is found, or only in one direction."""

import random
import re

import pytest

from crmspec.logic.bound import bound
from crmspec.logic.portfolio import Portfolio
from tests.logic import small_project
from tests.logic.timelines import WINDOWS
from tests.mutation import plants
from tests.mutation.base import BASES, Kit
from tests.mutation.judge import CODES, BadPlantError, found, names, program_of, rule
from tests.mutation.plant import PLANTS

assert plants
WORDS = re.compile(r"\b(planted|chain|segment|letter|push|action)_")


def one_per_rule():
    """Return the first plant of each rule that is there."""
    first = {}
    for one in PLANTS:
        if rule(one.code) is not None and "six chains" in one.bases:
            first.setdefault(one.code, one)
    return [pytest.param(one, id=f"{one.code} {one.name}") for one in first.values()]


def told(program, code, rename=str):
    """Return what a rule says, without places: sorted, for the order follows the places."""
    return sorted(
        (rename(finding.message.english()), str(finding.level), sorted(filter(None, map(
            rename, names(program, finding) - set(finding.message.english().split())
        ))))
        for finding in found(program, code)
    )  # fmt: skip


def renamed(text):
    return WORDS.sub(lambda match: f"{match[1]}_q", text)


def shuffled(chance, data):
    """Return the same data with the keys of its maps in another order."""
    if isinstance(data, list):
        return [shuffled(chance, one) for one in data]
    if not isinstance(data, dict):
        return data
    keys = list(data)
    chance.shuffle(keys)
    return {key: shuffled(chance, data[key]) for key in keys}


@pytest.mark.parametrize("plant", one_per_rule())
def test_other_names_change_no_finding(plant):
    kit = Kit("six chains")
    plant.make(kit)
    files = kit.files()
    before = told(program_of(files, {}), plant.code, renamed)
    other = {path: renamed(data.decode()).encode() for path, data in files.items()}
    assert told(program_of(other, {}), plant.code) == before


@pytest.mark.parametrize("plant", one_per_rule())
def test_another_order_changes_no_finding(plant):
    kit = Kit("six chains")
    plant.make(kit)
    before = told(program_of(kit.files(), {}), plant.code)
    chance = random.Random(5)
    kit.base, kit.planted = shuffled(chance, kit.base), shuffled(chance, kit.planted)
    files = dict(sorted(kit.files().items(), reverse=True))
    assert told(program_of(files, {}), plant.code) == before


@pytest.mark.parametrize("base", BASES)
def test_a_clean_project_in_another_order_is_clean(base):
    kit = Kit(base)
    chance = random.Random(6)
    kit.base = shuffled(chance, kit.base)
    program = program_of(kit.files(), kit.templates)
    assert not [code for code in CODES if rule(code) and found(program, code)]


def bounds(program):
    """Return the bound of each rule and window, infinity where there is none."""
    portfolio = Portfolio(program)
    return {
        (rule_, window): _number(bound(portfolio, curves, window))
        for rule_, curves in portfolio.curves.items()
        for window in WINDOWS
    }


def _number(most):
    return float("inf") if most is None else most


def _program(data):
    import json

    settings = json.dumps(small_project.SETTINGS).encode()
    filled = {key: one for key, one in data.items() if one}
    return program_of(
        {"crmspec.yaml": settings, "campaigns/a.yaml": json.dumps(filled).encode()}, {}
    )


@pytest.mark.parametrize("seed", range(30))
def test_an_exit_never_raises_a_bound(seed):
    """Unless it lets customers come in again sooner, which the passage had kept from them."""
    data = small_project.resources(random.Random(seed))
    for chain in data["chains"].values():
        if chain.get("reentry", {}).get("mode", "never") in ("always", "after_exit"):
            chain["reentry"] = {"mode": "after", "after": "3d"}
    try:
        before = bounds(_program(data))
    except BadPlantError:
        pytest.skip("check does not let this one through")
    chance = random.Random(seed)
    chain = data["chains"][chance.choice(sorted(data["chains"]))]
    chain["exit"] = [*chain.get("exit", []), "act_2"]
    after = bounds(_program(data))
    assert all(after[key] <= before[key] for key in before)


@pytest.mark.parametrize("seed", range(10))
def test_a_chain_more_never_lowers_a_bound(seed):
    data = small_project.resources(random.Random(seed))
    try:
        before = bounds(_program(data))
    except BadPlantError:
        pytest.skip("check does not let this one through")
    data["chains"]["one_more"] = {
        "title": "One more",
        "trigger": "act_1",
        "steps": [{"send": "m0"}],
    }
    after = bounds(_program(data))
    assert all(after[key] >= before[key] for key in before)


@pytest.mark.parametrize("base", BASES)
def test_a_chain_more_hides_no_overload(base):
    plant = next(one for one in PLANTS if one.code == "CRM302" and not one.instead)
    kit = Kit(base)
    plant.make(kit)
    kit.event("planted_other_act")
    kit.chain("planted_other", "planted_other_act", kit.letters("planted_other_letter"))
    program = program_of(kit.files(), kit.templates)
    assert any("planted_cap" in names(program, one) for one in found(program, plant.code))
