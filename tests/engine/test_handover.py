"""Which objects the settings of a target may hand over to the project."""

from __future__ import annotations

import pytest

from crmspec.engine.handover import shared, unfit
from crmspec.engine.plan import make
from crmspec.engine.resource import Address, Remote
from crmspec.engine.state import Entry, State
from tests.engine.fake import desired, resource

ONE, TWO = Address("segment", "one"), Address("segment", "two")
WANTED = desired(resource("segment.one"), resource("segment.two"))


def remote(id_, project=None):
    return Remote(id_, "1", {"title": "x"}, unmarked=True, project=project)


def told(ids, actual, *entries, wanted=WANTED):
    known = {str(at): Entry(id_, "1", "", {"title": "x"}, "") for at, id_ in entries}
    state = State(project="shop", target="esp", entries=known)
    found = unfit(ids, make(wanted, state, actual))
    return [(address, error.message.english()) for address, error in found]


def test_what_nobody_has_is_handed_over():
    assert told({ONE: "s1"}, {ONE: remote("s1")}) == []


def test_what_has_the_marker_of_another_project_is_not():
    assert told({ONE: "s1"}, {ONE: remote("s1", "lavka")}) == [
        (ONE, "`segment.one`: `s1` has the marker of project `lavka`")
    ]


@pytest.mark.parametrize("ids", [{ONE: "s1"}, {ONE: "s0"}])
def test_what_the_state_knows_needs_no_id(ids):
    taken = {ONE: remote("s1", "lavka")}
    assert told(ids, taken, (ONE, "s1")) == []
    assert told(ids, {}, (ONE, "s1")) == []


def test_what_is_not_there_cannot_be_handed_over():
    assert told({ONE: "nope"}, {}) == [
        (ONE, "`segment.one`: nothing is found on the target as `nope`")
    ]


def test_what_is_found_by_its_marker_needs_no_id():
    assert told({ONE: "nope"}, {ONE: Remote("s1", "1", {"title": "x"})}) == []


def test_an_object_is_one_resource_only():
    assert told({TWO: "s1"}, {ONE: remote("s1")}, (ONE, "s1")) == [
        (TWO, "`segment.two`: `s1` is `segment.one` already")
    ]
    ((address, error),) = shared({ONE: "s1", TWO: "s1", Address("list", "three"): "s1"})
    assert (address, error.message.english()) == (
        TWO,
        "`s1` cannot be both `segment.one` and `segment.two`",
    )


def test_the_id_of_what_the_project_has_no_more_does_nothing():
    assert told({TWO: "nope"}, {}, wanted=desired(resource("segment.one"))) == []
