"""Moves and ownership: what a target is told of names and fields."""

import pytest

from crmspec.diagnostics import Severity


def moved(*pairs, rest=""):
    lines = "".join(f"  - {{from: {a}, to: {b}}}\n" for a, b in pairs)
    return f"project: p\nmoved:\n{lines}{rest}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(moved(("segment.rich", "segment.vip")), [], id="a new name"),
        pytest.param(
            moved(("segment.a", "segment.b"), ("segment.b", "segment.vip")), [], id="twice renamed"
        ),
        pytest.param(
            moved(("segment.rich", "segment.vop")), ["segment.vop"], id="a new name with a slip"
        ),
        pytest.param(
            moved(("segment.vip", "segment.rich")), ["segment.vip"], id="the old one is still there"
        ),
        pytest.param(moved(("goal.vip", "segment.vip")), ["segment.vip"], id="of another kind"),
        pytest.param(
            moved(("segment.a", "segment.b"), ("segment.b", "segment.a")),
            ["segment.b", "segment.a"],
            id="round in a circle",
        ),
        pytest.param(moved(("segment.a", "segment.a")), ["segment.a"], id="to itself"),
        pytest.param(
            moved(("segment.a", "segment.vip"), ("segment.a", "segment.vip")),
            ["segment.a"],
            id="moved twice",
        ),
        pytest.param(
            moved(("segment.a", "segment.vip"), ("segment.b", "segment.vip")),
            ["segment.vip"],
            id="two to one name",
        ),
    ],
)
def test_moves(found, source, expected):
    assert found(source) == [("CRM235", place) for place in expected]


@pytest.mark.parametrize(
    ("kind", "to", "level", "words"),
    [
        pytest.param("segment", "gone", Severity.WARNING, ["delete the move if"], id="deleted"),
        pytest.param(
            "segment",
            "vop",
            Severity.WARNING,
            ["did you mean `segment.vip`?", "delete the move if"],
            id="a slip, or deleted",
        ),
        pytest.param("sgment", "vip", None, ["did you mean `segment.vip`?"], id="no kind"),
    ],
)
def test_a_new_name_that_is_not_there(look, kind, to, level, words):
    (finding,) = (
        one for one in look(moved((f"{kind}.old", f"{kind}.{to}")))[1] if one.code.id == "CRM235"
    )
    assert finding.severity == level
    helps = [one.english() for one in finding.help]
    assert len(helps) == len(words)
    assert all(map(str.startswith, helps, words)), helps


MESSAGE = "messages: {m: {channel: email, subject: a, body: b, ownership: {%s}}}"
TARGET = "targets: {t: {platform: sandbox, kind_ownership: {%s}}}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(MESSAGE % "subject: ui, title: create_only", [], id="fields"),
        pytest.param(MESSAGE % "sbject: ui", ["sbject"], id="a slip"),
        pytest.param(TARGET % "messages: {subject: ui}", [], id="fields of a kind"),
        pytest.param(TARGET % "messages: {steps: ui}", ["steps"], id="a field of another kind"),
        pytest.param(TARGET % "mesages: {subject: ui}", ["mesages"], id="a kind with a slip"),
    ],
)
def test_ownership(found, source, expected):
    assert found(source) == [("CRM236", place) for place in expected]
