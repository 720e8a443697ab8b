"""Messages that a pause always blocks, since what begins it lets customers in."""

from textwrap import dedent

import pytest

from crmspec.diagnostics.evidence import Verdict
from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import starvation

BASE = """
events:
  bought: {properties: {total: {type: number}}}
  viewed: {}
attributes: {born: {type: date}}
consents: {mail_ok: {channel: email}}
channels: {email: {type: email, consent: mail_ok}}
messages:
  a: {channel: email, subject: S, body: B}
  b: {channel: email, subject: S, body: B}
  t: {channel: email, subject: S, body: B, category: transactional}
  spare: {channel: email, subject: S, body: B, fallback: {when: {event: viewed}, message: t}}
"""
SENDS = "{wait: 1d}, {send: a}"
LARGE = "{event: bought, where: {total: {gte: 100}}}"
RECENT = "audience: {all: [{event: bought, within: 1d}, {event: viewed}]}"


def pause(after="bought", more=""):
    rule = f"after: {after}, block: {{categories: [marketing]}}, for: 3d{more}"
    return f"frequency: {{rest: {{{rule}}}}}"


def chain(steps=SENDS, trigger="bought", more=""):
    return f"chains: {{x: {{trigger: {trigger}, {more and more + ', '}steps: [{steps}]}}}}"


def found(*sources):
    results = [read(f"{n}.yaml", dedent(s).encode()) for n, s in enumerate((BASE, *sources))]
    assert not [one for result in results for one in result.diagnostics]
    program = build(document for result in results for document in result.documents)
    return list(starvation.check(Portfolio(program)))


@pytest.mark.parametrize(
    ("sources", "others"),
    [
        pytest.param((pause(), chain()), 0, id="the trigger"),
        pytest.param((pause(), chain("{send: a}, {wait: 1d}, {send: b}")), 1, id="two messages"),
        pytest.param((pause(LARGE), chain(trigger=LARGE)), 0, id="one filter"),
        pytest.param((pause(), chain(trigger=LARGE)), 0, id="a filter on the trigger alone"),
        pytest.param((pause(), chain(trigger="viewed", more=RECENT)), 0, id="the audience"),
        pytest.param((pause(more=", exceed: exit"), chain()), 0, id="the passage ends"),
        pytest.param(
            (pause(), chain(trigger="[viewed, bought]", more=RECENT)), 0, id="two triggers"
        ),
    ],
)
def test_always_paused(sources, others):
    (one,) = found(*sources)
    assert one.message.english() == (
        "`x` never sends `a`: whoever comes in has done `bought`, after which `rest` lets nothing"
        " through for 3 days"
    )
    assert len(one.related) == 1 + others
    assert one.evidence.verdict is Verdict.VIOLATED


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param((pause(), chain("{wait: 3d}, {send: a}")), id="when the pause is over"),
        pytest.param((pause(more=", exceed: delay"), chain()), id="put off"),
        pytest.param((pause(more=", status: draft"), chain()), id="a draft of a rule"),
        pytest.param((pause(), chain(more="status: draft")), id="a draft of a chain"),
        pytest.param((pause(), chain(trigger="viewed")), id="another event"),
        pytest.param((pause(), chain(trigger="[bought, viewed]")), id="another way in"),
        pytest.param((pause(LARGE), chain()), id="a pause after some of them"),
        pytest.param(
            (pause(), chain(trigger="viewed", more=RECENT.replace("1d", "3d"))), id="long ago"
        ),
        pytest.param(
            (pause(), chain(trigger="viewed", more=RECENT.replace(", within: 1d", ""))),
            id="at any time",
        ),
        pytest.param(
            (pause(), chain(trigger="viewed", more=RECENT.replace("1d", "1d, count: {eq: 0}"))),
            id="never",
        ),
        pytest.param(
            (pause(), chain("{wait: {until: {date: born}}}, {send: a}")), id="nobody knows when"
        ),
        pytest.param((pause(more=", bypass: {messages: [a]}"), chain()), id="let through"),
        pytest.param((pause(), chain("{send: t}")), id="transactional"),
        pytest.param((pause(), chain("{send: spare}")), id="another message may come instead"),
        pytest.param(
            (
                pause(),
                chain(),
                "chains: {y: {trigger: viewed, steps: [{start_chain: x}]}}",
            ),
            id="started by another chain",
        ),
        pytest.param(
            (pause(), chain("{send: a, only: {not_event: bought}}")), id="nobody comes to it"
        ),
        pytest.param(("frequency: {cap: {limits: [9 per 1d]}}", chain()), id="no pause"),
    ],
)
def test_not_always_paused(sources):
    assert found(*sources) == []
