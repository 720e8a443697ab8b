"""Short forms: what an author would write, and it means the same."""

import random

import pytest

from crmspec.api.check import check_path
from crmspec.api.examine import READ_ONLY
from crmspec.document import read
from crmspec.document.write import block
from crmspec.ir.convert import struct_converter
from crmspec.ir.plain import plain
from crmspec.ir.short import shortened
from tests.fuzz.__main__ import ROOT
from tests.logic.small_project import resources


def again(cls, id_, fields):
    """Build what is written of the fields."""
    (document,) = read("x.yaml", block({id_: fields}, 0).encode()).documents
    entry = document.entries[id_]
    return struct_converter(cls)(entry.value, entry)


def test_the_example_project_means_the_same_in_short():
    program = check_path(ROOT, READ_ONLY).program
    for kind, one in program.resources():
        assert again(type(one), one.id, shortened(kind, plain(one))) == one, one.id


@pytest.mark.parametrize("seed", range(20))
def test_random_projects_mean_the_same_in_short(seed):
    from crmspec.ir.program import KINDS

    for key, items in resources(random.Random(seed)).items():
        kind, cls = KINDS[key]
        for id_, fields in items.items():
            one = again(cls, id_, fields)
            assert again(cls, id_, shortened(kind, plain(one))) == one


@pytest.mark.parametrize(
    ("kind", "full", "short"),
    [
        pytest.param(
            "chain",
            {"trigger": [{"event": "a"}], "steps": [{"wait": {"for": "1h"}}]},
            {"trigger": "a", "steps": [{"wait": "1h"}]},
            id="a trigger and a wait",
        ),
        pytest.param(
            "chain",
            {"trigger": [{"event": "a"}, {"event": "b"}]},
            {"trigger": ["a", "b"]},
            id="two triggers",
        ),
        pytest.param(
            "chain",
            {
                "steps": [
                    {"branch": {"cases": [{"if": {"segment": "vip"}, "then": []}], "else": []}}
                ]
            },
            {"steps": [{"branch": {"if": "vip", "then": [], "else": []}}]},
            id="one arm",
        ),
        pytest.param(
            "chain",
            {"steps": [{"branch": {"cases": [{"if": {"segment": "a"}, "then": []}] * 2}}]},
            {"steps": [{"branch": {"cases": [{"if": "a", "then": []}] * 2}}]},
            id="two arms stay",
        ),
        pytest.param(
            "segment",
            {"event": "a", "where": {"x": {"eq": 3}, "y": {"in": [1]}, "z": {"gte": 1}}},
            {"event": "a", "where": {"x": 3, "y": [1], "z": {"gte": 1}}},
            id="a filter",
        ),
        pytest.param(
            "channel",
            {"type": "email", "from": {"name": "Shop", "email": "a@shop.example"}},
            {"type": "email", "from": "Shop <a@shop.example>"},
            id="a sender",
        ),
        pytest.param(
            "frequency",
            {"limits": [{"max": 3, "per": "7d"}]},
            {"limits": ["3 per 7d"]},
            id="a limit",
        ),
        pytest.param("chain", {"reentry": {}}, {"reentry": "never"}, id="said all the same"),
        pytest.param("chain", {"steps": "odd", "x": 1}, {"steps": "odd", "x": 1}, id="no sense"),
        pytest.param("chain", {"steps": [{"odd": 1}]}, {"steps": [{"odd": 1}]}, id="no such step"),
    ],
)
def test_short_forms(kind, full, short):
    assert shortened(kind, full) == short
