"""Fixes of the rules about overload: what is applied removes the finding."""

from textwrap import dedent

import pytest

from crmspec.diagnostics.fix import Choice, apply
from crmspec.diagnostics.layout import laid_out
from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import (
    concurrent_chains,
    frequency_overload,
    priority_inversion,
    reentry_overlap,
)
from crmspec.source import Source

BASE = """
events: {cart_updated: {}, viewed: {}}
consents: {mail_ok: {channel: email}}
channels: {email: {type: email, consent: mail_ok}}
messages:
  a: {channel: email, subject: S, body: B}
  b: {channel: email, subject: S, body: B}
"""
CAP = "frequency: {cap: {applies_to: {categories: [marketing]}, limits: [1 per 1d]}}\n"
SAME = """
chains:
  x: {trigger: cart_updated, steps: [{send: a}, {wait: 2h}]}
  y: {trigger: cart_updated, steps: [{send: b}, {wait: 2h}]}
"""
THIRD = "  z: {trigger: viewed, steps: []}\n"
TIES = """
chains:
  x:
    trigger: cart_updated
    steps: [{send: a}]
  y:
    trigger: cart_updated
    steps: [{send: b}]
"""
APART = TIES.replace("cart_updated", "viewed", 1)


def chain(more, wait="2h"):
    steps = f"[{{send: a}}, {{wait: {wait}}}]"
    return f"chains: {{x: {{trigger: cart_updated, {more} steps: {steps}}}}}"


def check(rule, text):
    result = read("all.yaml", text.encode())
    assert not result.diagnostics
    sources = {"all.yaml": Source("all.yaml", text)}
    found = rule.check(Portfolio(build(result.documents)))
    return [laid_out(one, sources) for one in found], sources


@pytest.mark.parametrize(
    ("rule", "text", "written"),
    [
        pytest.param(
            concurrent_chains,
            SAME + THIRD + "exclusive: {g: {chains: [x, z]}}",
            "chains: [x, z, y]",
            id="a group",
        ),
        pytest.param(
            concurrent_chains,
            SAME + THIRD + "exclusive:\n  g:\n    chains:\n      - z\n      - y\n",
            "      - x\n",
            id="a group in lines",
        ),
        pytest.param(
            reentry_overlap,
            chain("reentry: always,"),
            "reentry: after 1d,",
            id="at once",
        ),
        pytest.param(
            reentry_overlap,
            chain("reentry: {mode: always, concurrent: true},", "2d"),
            "reentry: after 2d,",
            id="side by side",
        ),
        pytest.param(
            priority_inversion,
            CAP + APART.replace("b}]", "b}]\n    priority: 50"),
            "    priority: 51\n    steps",
            id="no priority",
        ),
        pytest.param(
            priority_inversion,
            CAP + APART.replace("    steps", "    priority: 7\n    steps"),
            "    priority: 8\n    steps",
            id="equal priorities",
        ),
        pytest.param(frequency_overload, CAP + TIES, "exceed: delay, limits", id="a limit"),
        pytest.param(
            frequency_overload,
            CAP.replace("limits", "exceed: skip, limits") + TIES,
            "exceed: delay, limits",
            id="a limit that says what it does",
        ),
        pytest.param(
            frequency_overload,
            CAP.replace("limits: [1 per 1d]", "min_gap: 3h") + TIES,
            "exceed: delay, min_gap",
            id="a pause",
        ),
    ],
)
def test_a_fix_removes_its_finding(rule, text, written):
    (finding,), sources = check(rule, dedent(BASE) + text)
    outcome = apply([finding], sources, Choice(unsafe=True))
    repaired = outcome.texts["all.yaml"]
    assert written in repaired
    assert check(rule, repaired)[0] == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        pytest.param(
            frequency_overload, CAP.replace("1d", "7d") + TIES, id="in a week it is no news"
        ),
        pytest.param(concurrent_chains, SAME, id="no group"),
        pytest.param(
            concurrent_chains,
            SAME + THIRD + "exclusive: {g: {status: draft, chains: [x, z]}}",
            id="a draft of a group",
        ),
        pytest.param(
            reentry_overlap, chain("reentry: {mode: always, limit: 3},"), id="a limit is kept"
        ),
        pytest.param(
            priority_inversion,
            CAP
            + TIES.replace(
                "    steps: [{send: a}]", "    priority: 7\n    steps: [{send: a}]"
            ).replace("[{send: b}]", "[{wait: 1h}, {send: b}]"),
            id="an inversion",
        ),
        pytest.param(
            priority_inversion,
            CAP + TIES.replace("    steps", "    priority: 7\n    steps"),
            id="one trigger, so that the same one would always get lost",
        ),
        pytest.param(
            priority_inversion,
            CAP
            + APART.replace("    steps", "    priority: 7\n    steps").replace(
                "[{send", "[{wait: 1h}, {send"
            ),
            id="the other may come first while this one waits",
        ),
        pytest.param(
            frequency_overload,
            CAP.replace("limits", "window: calendar, limits") + TIES,
            id="what is held until midnight meets the evening before",
        ),
        pytest.param(
            frequency_overload,
            CAP.replace("limits", "exceed: yield, limits") + TIES,
            id="a rule that yields",
        ),
    ],
)
def test_no_fix(rule, text):
    (finding,), _ = check(rule, dedent(BASE) + text)
    assert finding.fixes == ()
