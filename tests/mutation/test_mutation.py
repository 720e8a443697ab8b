"""A few plants of every rule; `python -m tests.mutation` plants all of them into all bases."""

import pytest

from tests.mutation import plants
from tests.mutation.base import BASES
from tests.mutation.judge import CODES, clean, judged, rule
from tests.mutation.plant import PLANTS

assert plants


def chosen():
    """Return the first plant of each kind, each in one base, taken in turn."""
    seen, names = set(), list(BASES)
    for one in PLANTS:
        kind = (one.code, one.make.args[0])
        if kind not in seen and rule(one.code) is not None:
            seen.add(kind)
            base = names[len(seen) % len(names)]
            base = base if base in one.bases else one.bases[0]
            yield pytest.param(one, base, id=f"{one.code} {one.name}, {base}")


@pytest.mark.parametrize(("plant", "base"), chosen())
def test_a_planted_defect_is_found(plant, base):
    assert judged(plant, base) is None


@pytest.mark.parametrize("code", [code for code in CODES if rule(code) is not None])
@pytest.mark.parametrize("base", BASES)
def test_a_clean_project_gives_no_alarm(base, code):
    assert clean(base, code) == ()


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_twenty_plants(code):
    assert sum(len(one.bases) for one in PLANTS if one.code == code) >= 20
