"""Activities as rows and as trees, and what makes one tree from another."""

from __future__ import annotations

import pytest

from crmspec.providers.tryton.tree import ACTIVITY, SCENARIO, depth, grown, native, regrown, told


def row(id_, name, parent=f"{SCENARIO},1", **more):
    made = {"id": id_, "name": name, "parent": parent, "negative": 0, **more}
    return {"event": None, "action": None, "condition": None, "delay": None, **made}


def below(id_):
    return f"{ACTIVITY},{id_}"


def test_rows_grow_into_a_tree_and_orphans_belong_to_none():
    rows = [
        row(1, "b"),
        row(2, "a", delay={"__class__": "timedelta", "seconds": 60.0}),
        row(3, "c", below(1), negative=1, condition='{"__class__": "Bool", "v": 1}'),
        row(4, "lost", below(99)),
    ]
    found = grown(rows, "1")
    assert found == [
        {"name": "a", "delay": 60},
        {
            "name": "b",
            "children": [
                {"name": "c", "negative": True, "condition": {"__class__": "Bool", "v": 1}}
            ],
        },
    ]
    assert depth(found) == 2


TOLD = [
    pytest.param({"condition": "self.name == 1"}, {"condition": "self.name == 1"}, id="no JSON"),
    pytest.param({"delay": {"seconds": 1.5}}, {"delay": 1.5}, id="a part of a second"),
    pytest.param({"delay": {"seconds": 0.0}}, {}, id="no delay"),
]


@pytest.mark.parametrize(("fields", "meant"), TOLD)
def test_what_people_write_is_told_as_it_is(fields, meant):
    assert told(row(1, "a", **fields)) == {"name": "a", **meant}


def test_a_condition_that_is_no_json_goes_back_as_it_came():
    assert native({"name": "a", "condition": "x"})["condition"] == "x"


def test_what_stays_is_not_written():
    rows = [row(1, "a"), row(2, "b", below(1))]
    assert regrown(rows, "1", grown(rows, "1")) == []


def test_what_is_new_comes_below_what_stays():
    rows = [row(1, "a")]
    orders = regrown(rows, "1", [{"name": "a", "children": [{"name": "b"}]}, {"name": "c"}])
    assert orders == [
        ["write", [1], {"children": [["create", [native({"name": "b"})]]]}],
        ["create", [native({"name": "c"})]],
    ]


def test_what_moves_keeps_its_id():
    rows = [row(1, "a"), row(2, "b", below(1)), row(3, "c", below(2))]
    orders = regrown(rows, "1", [{"name": "a"}, {"name": "b", "children": [{"name": "c"}]}])
    assert orders == [["write", [2], {"parent": f"{SCENARIO},1"}]]


def test_what_moves_below_something_new_is_added_there():
    rows = [row(1, "a")]
    orders = regrown(rows, "1", [{"name": "gate", "children": [{"name": "a", "delay": 5}]}])
    delay = {"__class__": "timedelta", "seconds": 5}
    assert orders == [
        ["write", [1], {**native({"name": "a"}), "delay": delay}],
        ["create", [native({"name": "gate"}) | {"children": [["add", [1]]]}]],
    ]


def test_what_is_new_below_something_new():
    orders = regrown([], "1", [{"name": "gate", "children": [{"name": "a"}]}])
    below = {"children": [["create", [native({"name": "a"})]]]}
    assert orders == [["create", [native({"name": "gate"}) | below]]]


def test_what_is_gone_or_there_twice_is_deleted():
    rows = [row(1, "a"), row(2, "a"), row(3, "b", below(1))]
    assert regrown(rows, "1", [{"name": "a"}]) == [["delete", [2, 3]]]
