"""Edits for messages that a limit never leaves room for."""

import pytest

from crmspec.logic.length import written
from crmspec.rules import starvation

SHOP = """
events: {asked: {}}
consents: {ads: {channel: email}}
channels: {email: {type: email, consent: ads}}
messages:
  a: {channel: email, subject: S, body: B}
  b: {channel: email, subject: S, body: B}
  c: {channel: email, subject: S, body: B}
"""


def cap(limit, more=""):
    return f"frequency: {{cap: {{{more}limits: [{limit}]}}}}"


def chain(steps):
    return f"chains: {{one: {{trigger: asked, steps: [{steps}]}}}}"


BOTH = """
chains:
  high: {trigger: asked, priority: 80, steps: [{send: a}]}
  low: {trigger: asked, priority: 20, steps: [{send: b}]}
"""


@pytest.mark.parametrize(
    ("limit", "chains", "fix"),
    [
        pytest.param(
            cap("1 per 1d"), chain("{send: a}, {wait: 3h}, {send: b}"), ["1d"], id="a longer wait"
        ),
        pytest.param(
            cap("1 per 1d"),
            chain("{send: a}, {wait: 3h}, {wait: 2h}, {send: b}"),
            ["21h"],
            id="the last of two waits",
        ),
        pytest.param(
            cap("1 per 90m"),
            chain("{send: a}, {wait: {for: 25m}}, {wait: 20m}, {send: b}"),
            ["65m"],
            id="minutes",
        ),
        pytest.param(
            cap("2 per 7d"),
            chain("{send: a}, {wait: 1d}, {send: b}, {wait: 1d}, {send: c}"),
            ["6d"],
            id="the first of two must be out of sight",
        ),
        pytest.param(
            cap("1 per 1d"), chain("{send: a}, {send: b}"), ["exceed: delay, "], id="no wait"
        ),
        pytest.param(
            cap("1 per 1d", "exceed: skip, "), BOTH, ["delay"], id="another chain comes first"
        ),
        pytest.param(
            "frequency: {cap: {min_gap: 1d}}", BOTH, ["exceed: delay, "], id="a pause between"
        ),
        pytest.param(cap("1 per 7d"), BOTH, [], id="longer than messages wait"),
        pytest.param(
            cap("1 per 7d", "ttl: 8d, "), BOTH, ["exceed: delay, "], id="a `ttl` to match"
        ),
        pytest.param(cap("1 per 1d", "exceed: yield, "), BOTH, [], id="a rule that yields"),
        pytest.param(
            cap("1 per 1w"),
            chain(
                "{send: a}, {wait: 1h}, {wait_for: {if: {event: asked}, timeout: 2h}}, {send: b}"
            ),
            ["7d"],
            id="a race that may be over at once",
        ),
    ],
)
def test_fixes(findings, limit, chains, fix):
    (found,) = findings(starvation, SHOP, limit, chains)
    assert found[2] == fix


def test_one_finding_for_a_chain(findings):
    found = findings(starvation, SHOP, cap("1 per 1d"), chain("{send: a}, {send: b}, {send: c}"))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("limit", "before", "after"),
    [
        pytest.param("1 per 1d", "{wait: 3h}", "{wait: 1d}", id="one in a day"),
        pytest.param("1 per 90m", "{wait: 20m}", "{wait: 90m}", id="one in an hour and a half"),
    ],
)
def test_the_fix_mends_it(findings, limit, before, after):
    steps = "{send: a}, %s, {send: b}"
    assert findings(starvation, SHOP, cap(limit), chain(steps % before))
    assert findings(starvation, SHOP, cap(limit), chain(steps % after)) == []


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        pytest.param(2880, "2d", id="days"),
        pytest.param(1500, "25h", id="hours"),
        pytest.param(61, "61m", id="minutes"),
    ],
)
def test_written(minutes, text):
    assert written(minutes) == text
