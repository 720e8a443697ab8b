"""The space agrees with the interpreter: a customer is in a region if the condition holds."""

import pytest

from crmspec.logic.space import Space
from crmspec.semantics.condition import holds
from tests.logic.customers import chances, condition, customer, program


def is_in(region, point, free):
    """Say whether a point lies in a box of a region; None if that depends on what is not seen."""
    answers = []
    for box in region.boxes:
        named = box.own.items()
        if any(not mask & point[v] for v, mask in named if v in point):
            answers.append(False)
        elif any(v not in point for v, _ in named):
            answers.append(None)
        else:
            return True
    return None if free and None in answers else False


@pytest.mark.parametrize("seed", range(12))
def test_a_customer_is_in_a_region_if_the_condition_holds(seed):
    chance = chances(seed)
    made = program([condition(chance) for _ in range(25)])
    space = Space(made)
    unseen = 0
    for _ in range(25):
        view = customer(chance, made)
        point = space.point(view)
        assert space.axioms.close(point) is not None, "no axiom excludes a real customer"
        for id_, segment in made.segments.items():
            found = is_in(space.segment(id_), point, free=True)
            unseen += found is None
            assert found in (None, holds(segment.condition, view)), id_
    assert unseen < 25 * 25 / 5
