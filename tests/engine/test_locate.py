"""Which line of the project a difference comes from."""

from __future__ import annotations

import pytest

from crmspec.engine.difference import Action, Difference
from crmspec.engine.locate import Locator
from crmspec.source import Source
from tests.contract.project import program
from tests.engine.fake import resource

TEXT = """\
events:
  signup: {title: Signed up}
channels:
  email: {title: E-mail, type: email, from: {name: Shop, email: hello@shop.example}}
layouts:
  base: {title: Base, channel: email, file: base.mjml}
messages:
  hello:
    title: Hello
    channel: email
    layout: base
    subject: Hello
    file: hello.mjml
chains:
  welcome:
    title: Welcome
    trigger: signup
    steps:
      - send: hello
      - wait: 1d
      - id: last
        send: hello
"""
STEPS = [{"send": {}}, {"wait": {"for": "1d"}}, {"id": "last", "send": {}}]
CHAIN = {"title": "Welcome", "trigger": [{}], "steps": STEPS}
MESSAGE = {"channel": {"id": "email", "from": {}}, "layout": {"id": "base"}, "subject": "x"}
WORDS = CHAIN | {"message.hello": {"subject": "x", "source": "y"}}
FILES = {"hello.mjml": "<a/>\n<b/>\n<c/>\n", "base.mjml": "<x/>\n<y/>\n"}


def line(address, body, path, action=Action.SET, *, before=None, after=None):
    made = program(TEXT, files=FILES)
    sources = {f"templates/{name}": Source(f"templates/{name}", it) for name, it in FILES.items()}
    at = Locator(made, sources, "templates")(
        resource(address, body), Difference(path, action, before, after)
    )
    if at is None:
        return None
    text = sources[at.path].text if at.path in sources else TEXT
    number = text.count("\n", 0, at.start) + 1
    return f"{at.path.rpartition('/')[2]}:{number}" if at.path in sources else number


@pytest.mark.parametrize(
    ("address", "body", "path", "expected"),
    [
        pytest.param("chain.welcome", CHAIN, "title", 16, id="a field"),
        pytest.param("chain.welcome", CHAIN, "status", None, id="not written"),
        pytest.param("chain.welcome", CHAIN, "definition.steps[#1]", None, id="another's words"),
        pytest.param("chain.welcome", CHAIN, "trigger[#1].event", 17, id="a short form"),
        pytest.param("chain.welcome", CHAIN, "steps[#2].wait.for", 20, id="a step by number"),
        pytest.param("chain.welcome", CHAIN, "steps[last].send", 22, id="a step by id"),
        pytest.param("chain.welcome", CHAIN, "steps[last]", 21, id="the whole step"),
        pytest.param("chain.welcome", CHAIN, "steps[#9]", 18, id="no such step"),
        pytest.param("chain.welcome", CHAIN, "steps[gone]", 18, id="no such id"),
        pytest.param(
            "chain.welcome", CHAIN | {"steps": STEPS[:2]}, "steps[#2].wait", 18, id="steps left out"
        ),
        pytest.param("chain.welcome", {"steps": "x"}, "steps[#2].wait", 18, id="no list"),
        pytest.param("message.hello", MESSAGE, "subject", 12, id="a subject"),
        pytest.param("message.hello", MESSAGE, "channel.from.name", 4, id="of the channel"),
        pytest.param("message.hello", MESSAGE | {"channel": "x"}, "channel.a", 10, id="its name"),
        pytest.param("chain.welcome", WORDS, "message.hello.subject", 12, id="of a letter in it"),
        pytest.param(
            "chain.welcome", WORDS, "message.hello.source", "hello.mjml:1", id="its template"
        ),
        pytest.param("chain.welcome", CHAIN, "message.hello.subject", None, id="no letter in it"),
        pytest.param("message.other", {}, "subject", None, id="not of the project"),
        pytest.param("segment.crmspec__1", {}, "title", None, id="made by crmspec"),
    ],
)
def test_the_line_of_a_difference(address, body, path, expected):
    assert line(address, body, path) == expected


def test_what_is_gone_has_the_line_of_what_it_stood_in():
    assert line("chain.welcome", CHAIN, "steps[#2]", Action.REMOVE) == 18
    assert line("chain.welcome", CHAIN, "note", Action.REMOVE) is None


@pytest.mark.parametrize(
    ("path", "before", "after", "expected"),
    [
        pytest.param("source", "<a/>\n<c/>", "<a/>\n<b/>\n<c/>", "hello.mjml:2", id="a new line"),
        pytest.param("source", "<a/>\n<c/>", "<a/>", "hello.mjml:1", id="none is new"),
        pytest.param("layout.source", "<x/>", "<x/>\n<y/>", "base.mjml:2", id="of the layout"),
    ],
)
def test_the_line_of_a_template(path, before, after, expected):
    assert line("message.hello", MESSAGE, path, before=before, after=after) == expected


def test_a_template_that_was_not_read():
    made = program(TEXT, files=FILES)
    difference = Difference("source", Action.SET, "a", "b")
    assert Locator(made, {}, "templates")(resource("message.hello", MESSAGE), difference) is None
