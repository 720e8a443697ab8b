"""Chains that come again: random waits may bring two passages nearer than their entries are."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.length import apart as length
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import reentry_overlap

BASE = """
project: shop
timezone: UTC
events: {act: {}}
consents: {mail_ok: {channel: email}}
channels: {email: {type: email, consent: mail_ok}}
messages:
  a: {channel: email, subject: S, body: B}
  b: {channel: email, subject: S, body: B}
chains:
  x: {trigger: act, reentry: %s, steps: [%s]}
"""


def nap(least, most):
    return f"{{wait: {{between: {{min: {least}, max: {most}}}}}}}"


@pytest.mark.parametrize(
    ("reentry", "steps", "apart"),
    [
        pytest.param("after 30h", f"{nap('1h', '30h')}, {{send: a}}", 61, id="long, then short"),
        pytest.param("after 2d", f"{nap('1h', '40h')}, {{send: a}}", 540, id="at its longest"),
        pytest.param(
            "after 30h",
            f"{nap('1h', '12h')}, {nap('1h', '24h')}, {{send: a}}",
            121,
            id="two waits",
        ),
        pytest.param(
            "after 30h", f"{nap('1h', '30h')}, {{send: a}}, {{wait: 5h}}", 361, id="it goes on"
        ),
        pytest.param(
            "{mode: after, after: 3d, concurrent: true}",
            f"{nap('1h', '3d')}, {nap('1h', '3d')}, {{send: a}}",
            60,
            id="side by side",
        ),
    ],
)
def test_random_waits_bring_passages_near(findings, reentry, steps, apart):
    [(message, place, _)] = findings(reentry_overlap, BASE % (reentry, steps))
    assert message == f"`x` can send `a` twice to one customer, {length(apart).english()} apart"
    assert place == reentry


@pytest.mark.parametrize(
    ("reentry", "steps"),
    [
        pytest.param("after 30h", "{wait: 29h}, {send: a}", id="a wait that is always so long"),
        pytest.param(
            "after 30h", f"{{send: a}}, {nap('1h', '20h')}", id="a wait after the message"
        ),
        pytest.param("after 30h", f"{nap('1h', '13h')}, {{send: a}}", id="most of a day is left"),
        pytest.param("after_exit 30h", f"{nap('1h', '29h')}, {{send: a}}", id="after leaving"),
        pytest.param("never", f"{nap('1h', '29h')}, {{send: a}}", id="never again"),
    ],
)
def test_passages_stay_apart(findings, reentry, steps):
    assert findings(reentry_overlap, BASE % (reentry, steps)) == []


def test_the_pause_that_is_proposed_is_long_enough(findings):
    steps = f"{nap('1h', '30h')}, {{send: a}}"
    [(_, _, fixes)] = findings(reentry_overlap, BASE % ("after 30h", steps))
    assert fixes == ["after 3d"]
    assert findings(reentry_overlap, BASE % (fixes[0], steps)) == []


@pytest.mark.parametrize(
    ("longest", "count"),
    [
        pytest.param("6d", 1, id="the first may still wait when the next begins"),
        pytest.param("4d", 0, id="the first is over"),
    ],
)
def test_a_passage_that_waits_for_the_next(findings, longest, count):
    steps = f"{{send: a}}, {nap('1h', longest)}, {{send: b}}"
    again = "{mode: after, after: 5d, concurrent: true}"
    found = findings(reentry_overlap, BASE % (again, steps))
    told = "`x` can run twice at once for one customer: `a` of one passage, then `b` of the other"
    assert [message for message, _, _ in found] == [told] * count


def test_the_saved_test_says_how_long_each_passage_waits():
    source = BASE % ("after 30h", f"{nap('1h', '30h')}, {{send: a}}")
    program = build(read("x.yaml", source.encode()).documents)
    [found] = reentry_overlap.check(Portfolio(program))
    assert found.evidence.test["waits"] == {"x.steps.0": ["1799m", "60m"]}
    told = "waits 1799m, 1h at `x.steps.0`, in this order"
    assert told in [one.english() for one in found.evidence.who]
