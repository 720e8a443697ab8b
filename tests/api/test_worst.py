"""The most messages one customer can get, where broadcasts are among them."""

import pytest

from crmspec.api.question import worst
from crmspec.api.question.answer import Project
from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio

BASE = """
project: shop
timezone: Europe/Moscow
events: {bought: {}, added: {}, viewed: {}}
consents: {mail_ok: {channel: email}}
channels: {email: {type: email, consent: mail_ok}, site: {type: onsite}}
messages:
  a: {channel: email, subject: S, body: B}
  b: {channel: email, subject: S, body: B}
  c: {channel: email, subject: S, body: B}
segments: {readers: {consent: mail_ok}}
"""
TWO = """
broadcasts:
  m: {audience: {include: [readers]}, message: a, at: 2026-12-01T10:00}
  n: {audience: {include: [readers]}, message: b, at: 2026-12-01T18:00}
"""
CHAIN = "chains: {x: {trigger: added, steps: [{wait: 2h}, {send: c}]}}"
CAP = "frequency: {cap: {limits: [1 per 1d]}}"
SHUT = "segments: {busy: {in_chain: x}}"


def asked(*sources, **question):
    results = [read(f"{n}.yaml", one.encode()) for n, one in enumerate((BASE, *sources))]
    assert not [one for result in results for one in result.diagnostics]
    program = build(document for result in results for document in result.documents)
    return worst.ask(Project(Portfolio(program), {}), **question)


@pytest.mark.parametrize(
    ("sources", "question", "count", "chains"),
    [
        pytest.param((TWO,), {}, 2, {"m", "n"}, id="two broadcasts"),
        pytest.param((TWO, CHAIN), {}, 3, {"m", "n", "x"}, id="a chain as well"),
        pytest.param((TWO,), {"window": 60}, 1, {"m"}, id="not within an hour"),
        pytest.param((TWO, CAP), {}, 1, {"m"}, id="a limit that holds one back"),
        pytest.param((TWO, CAP), {"limit": "cap"}, 1, {"m"}, id="of what a limit counts"),
        pytest.param(
            (TWO.replace("[readers]}, message: a", "[readers], exclude: [busy]}, message: a"),
             CHAIN.replace("{wait: 2h}, {send: c}", "{send: c}, {wait: 9d}"), SHUT),
            {}, 2, {"m", "n"},
            id="a chain that shuts a broadcast out",
        ),
    ],
)  # fmt: skip
def test_broadcasts_are_messages_too(sources, question, count, chains):
    answer = asked(*sources, **question)
    words = "1 message within" if count == 1 else f"{count} messages within"
    assert answer.words.english().removeprefix("at least ").startswith(words)
    assert set(answer.evidence.chains) == chains


TURNS = """
exclusive: {g: {chains: [x, y], on_conflict: newest}}
chains:
  x: {trigger: added, steps: [{send: a}, {wait: 1d}]}
  y: {trigger: viewed, steps: [{send: b}, {wait: 1d}]}
"""
THIRD = "chains: {z: {trigger: bought, steps: [{wait: 2h}, {send: c}]}}"


@pytest.mark.parametrize(
    ("sources", "question", "words"),
    [
        pytest.param((TURNS,), {}, "2 messages within", id="the newest takes the place"),
        pytest.param(
            (TURNS.replace("newest", "first"),),
            {},
            "at least 1 message within",
            id="the first stays",
        ),
        pytest.param(
            (TURNS.replace("newest", "first"),),
            {"window": 2 * 1440},
            "2 messages within",
            id="until it has ended",
        ),
        pytest.param((TURNS.replace("y]", "z]"),), {}, "2 messages within", id="no group"),
        pytest.param(
            (TURNS.replace("[x, y]", "[x, y, z]"), THIRD),
            {"actions": 3},
            "3 messages within",
            id="three in turn",
        ),
        pytest.param((CHAIN, CAP), {}, "1 message within", id="more is impossible"),
        pytest.param((TURNS, CAP), {}, "at least 1 message within", id="a limit holds one back"),
    ],
)
def test_a_number_that_is_not_proved_is_a_least_one(sources, question, words):
    assert asked(*sources, **question).words.english().startswith(words)


def test_the_bound_counts_what_is_due_before_limits():
    said = [one.english() for one in asked(TWO, CAP).more]
    assert said == ["at most 2 messages are ever due, before limits hold any of them back"]
    assert [one.english() for one in asked(TWO).more] == [
        "more is impossible, whatever customers do"
    ]


def test_no_message_at_all():
    assert asked().words.english() == "no timeline with a message was found"


def test_broadcasts_of_another_channel_do_not_count():
    assert asked(TWO, channel="site").words.english() == "no timeline with a message was found"
