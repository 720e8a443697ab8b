"""What makes a chain send something new."""

import pytest

from crmspec.engine.send import sends_anew

WAIT = {"wait": {"for": "1d"}}


def send(name):
    return {"send": {"message": {"$ref": f"message.{name}"}}}


def opened(name):
    return {"if": {"message": {"$ref": f"message.{name}"}, "opened": True}}


def template(name):
    return {"type": "send-email", "data": {"template_id": {"$ref": f"message.{name}"}}}


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        pytest.param([send("a")], [send("a"), send("b")], True, id="a letter more"),
        pytest.param([send("a"), send("b")], [send("a")], False, id="a letter less"),
        pytest.param([send("a")], [send("b")], True, id="another letter"),
        pytest.param([send("a"), send("b")], [send("b"), send("a")], True, id="another order"),
        pytest.param([send("a")], [send("a"), WAIT, send("a")], True, id="a letter twice"),
        pytest.param([send("a"), send("b")], [send("a"), WAIT, send("b")], False, id="a wait"),
        pytest.param([WAIT, send("a")], [{"wait": {"for": "2d"}}, send("a")], False, id="longer"),
        pytest.param([send("a")], [opened("b"), send("a")], False, id="a letter is asked about"),
        pytest.param([template("a")], [template("a"), template("b")], True, id="a template more"),
        pytest.param([template("a"), template("b")], [template("b")], False, id="a template less"),
        pytest.param([{"id": "x"}], [{"id": "x"}, {"id": "y"}], True, id="a step with its letter"),
        pytest.param(
            [{"id": "x"}, {"id": "y"}], [{"id": "y"}, {"id": "x"}], True, id="such steps swapped"
        ),
        pytest.param(
            [{"id": "x"}], [{"id": "x", "then": [{"id": "y"}]}], True, id="a first step below one"
        ),
        pytest.param([{"id": "x", "t": 1}], [{"id": "x", "t": 2}], False, id="such a step changed"),
        pytest.param([{"id": "x"}, {"id": "y"}], [{"id": "x"}], False, id="such a step less"),
    ],
)
def test_sends_anew(before, after, new):
    assert sends_anew({"steps": before}, {"steps": after}) is new
