"""Edits of steps that are found by their ids, whatever they stand in."""

from __future__ import annotations

import pytest

from crmspec.api.edit import CannotEditError, Editor, applied
from crmspec.api.intake.piece import joined
from crmspec.api.step_edit import by_ids
from crmspec.document import read

WRITTEN = """\
steps:
  - {id: a, wait: 1h}  # an hour
  - branch: {if: vip, then: [{id: b, send: one}]}
  - {wait: 1d}
"""
WAIT = {"id": "a", "wait": {"for": "1h"}}
SEND = {"id": "b", "send": {"message": "one"}}
BEFORE = [WAIT, {"wait": {"for": "1d"}}, SEND]
LATER = {"id": "a", "wait": {"for": "2h"}}


def edited(after, before=BEFORE):
    (document,) = read("a.yaml", WRITTEN.encode()).documents
    return applied(WRITTEN, list(by_ids(Editor(WRITTEN), document, before, after)))


def test_a_step_is_found_wherever_it_stands():
    other = {"id": "b", "send": {"message": "two"}}
    assert edited([LATER, BEFORE[1], other]) == WRITTEN.replace("1h", "2h").replace("one", "two")


def test_what_a_step_has_more_is_added():
    assert edited([WAIT | {"title": "T"}, *BEFORE[1:]]) == WRITTEN.replace("1h}", "1h, title: T}")


CANNOT = [
    pytest.param([WAIT, SEND], id="one is gone"),
    pytest.param([WAIT, BEFORE[1], SEND, {"id": "c", "wait": {"for": "1h"}}], id="one came"),
    pytest.param([WAIT, {"wait": {"for": "2d"}}, SEND], id="one without an id"),
    pytest.param([SEND, BEFORE[1], WAIT], id="another order"),
]


@pytest.mark.parametrize("after", CANNOT)
def test_others_cannot_be_edited(after):
    with pytest.raises(CannotEditError):
        edited(after)


def test_a_step_whose_id_is_not_written_cannot_be_edited():
    with pytest.raises(CannotEditError):
        edited([{"id": "z", "wait": {"for": "2h"}}], [{"id": "z", "wait": {"for": "1h"}}])


def test_what_two_objects_know_of_a_third_is_joined():
    one = {"properties": {"kind": {"type": "enum", "values": ["a"]}, "x": {"type": "string"}}}
    two = {"properties": {"kind": {"type": "enum", "values": ["b"]}, "x": {"type": "number"}}}
    assert joined(one, two | {"title": "T"}) == {
        "properties": {"kind": {"type": "enum", "values": ["a", "b"]}, "x": {"type": "string"}},
        "title": "T",
    }
