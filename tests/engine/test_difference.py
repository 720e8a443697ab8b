from __future__ import annotations

import pytest

from crmspec.engine.difference import Action, Difference, differences


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param({"a": 1}, {"a": 1}, [], id="nothing"),
        pytest.param(
            {"steps": [{"id": "cart_sms", "wait": "24h"}]},
            {"steps": [{"id": "cart_sms", "wait": "6h"}]},
            [Difference("steps[cart_sms].wait", Action.SET, "24h", "6h")],
            id="a step by its id",
        ),
        pytest.param(
            {"steps": [{"send": "a"}]},
            {"steps": [{"wait": "1h"}, {"send": "a"}]},
            [Difference("steps[#1]", Action.ADD, after={"wait": "1h"})],
            id="an item without id by its place from one",
        ),
        pytest.param(
            {"a": [1, 2]}, {"a": [2]}, [Difference("a[#1]", Action.REMOVE, before=1)], id="removed"
        ),
        pytest.param(
            [{"id": "x"}, {"id": "y"}],
            [{"id": "y"}, {"id": "x"}],
            [Difference("[x]", Action.MOVE)],
            id="moved",
        ),
        pytest.param(
            {"old": 1},
            {"new": 2},
            [Difference("old", Action.REMOVE, before=1), Difference("new", Action.ADD, after=2)],
            id="one key gone, one come",
        ),
        pytest.param(1, 2, [Difference("", Action.SET, 1, 2)], id="the value itself"),
    ],
)
def test_differences_by_path(a, b, expected):
    assert list(differences(a, b)) == expected
