"""Which of two messages gets lost, what of a rule was not looked at, and tags beside broadcasts."""

from textwrap import dedent

import pytest

from crmspec.diagnostics.evidence import Verdict
from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import contradictory_messages, frequency_overload, priority_inversion

BASE = """
events: {asked: {}, viewed: {}, bought: {}}
consents: {mail_ok: {channel: email}, push_ok: {channel: push}}
channels: {email: {type: email, consent: mail_ok}, push: {type: mobile_push, consent: push_ok}}
tags: {promo: {}, sorry: {incompatible: promo}}
segments: {readers: {event: viewed}, buyers: {event: bought}}
messages:
  a: {channel: email, subject: S, body: B}
  b: {channel: email, subject: S, body: B}
  promo_1: {channel: email, tags: promo, subject: S, body: B}
  sorry_1: {channel: push, tags: sorry, heading: H, text: T}
"""
SENDS = "{send: a}"
WAITS = "{wait: 2h}, {send: b}"


def portfolio(*sources):
    results = [read(f"{n}.yaml", dedent(s).encode()) for n, s in enumerate((BASE, *sources))]
    assert not [one for result in results for one in result.diagnostics]
    return Portfolio(build(document for result in results for document in result.documents))


def cap(*limits, more=""):
    scope = "applies_to: {categories: [marketing]}"
    return f"frequency: {{cap: {{{scope}, limits: [{', '.join(limits)}]{more}}}}}"


def two(low, high):
    return (
        f"chains: {{low: {{trigger: asked, priority: 20, steps: [{low}]}}, "
        f"high: {{trigger: viewed, priority: 90, steps: [{high}]}}}}"
    )


def said(rule, *sources):
    return [one.message.english() for one in rule.check(portfolio(*sources))]


LOST = "`b` (priority 90) gets lost under `cap`: `a` (priority 20) came first"
TURNED = [
    pytest.param((cap("1 per 1d"), two(SENDS, WAITS)), id="the more important one waits"),
    pytest.param(
        (cap("1 per 1d", more=", exceed: yield"), two(SENDS, WAITS)),
        id="the more important one begins after a place was given away",
    ),
    pytest.param(
        (cap("2 per 1d"), two("{send: a}", "{send: promo_1}, {wait: 3h}, {send: b}")),
        id="the second message of the more important one",
    ),
]


@pytest.mark.parametrize("sources", TURNED)
def test_the_more_important_one_gets_lost(sources):
    shown = portfolio(*sources)
    (found,) = priority_inversion.check(shown)
    assert found.message.english() == LOST
    assert found.evidence.verdict is Verdict.VIOLATED
    assert list(frequency_overload.check(shown)) == []


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param((cap("2 per 1d"), two(SENDS, WAITS)), id="room for both"),
        pytest.param((cap("1 per 1d"), two(SENDS, "{send: b}")), id="it never waits"),
        pytest.param(
            (
                cap("1 per 1d"),
                two(SENDS, WAITS).replace("steps", "exclusive: one, steps"),
                "exclusive: {one: {on_conflict: wait}}",
            ),
            id="never both",
        ),
    ],
)
def test_the_more_important_one_is_sent(sources):
    assert said(priority_inversion, *sources) == []


def test_whoever_is_to_yield_and_does_is_no_overload():
    yields = cap("1 per 1d", more=", exceed: yield")
    at_ten = "{wait: {until: '10:00'}}, "
    both = two(at_ten + SENDS, at_ten + "{send: b}, {wait: 1h}")
    once = both.replace("asked,", "asked, audience: {in_chain: high},")
    assert said(frequency_overload, yields, once) == []
    assert said(frequency_overload, cap("1 per 1d"), once) != []


def helps(*sources):
    (found,) = frequency_overload.check(portfolio(*sources))
    return [one.english() for one in found.help]


def test_the_limits_of_a_rule_that_were_not_looked_at_are_named():
    chain = two("{send: a}, {wait: 2d}, {send: a}", "{send: b}, {wait: 2d}, {send: b}")
    told = (
        "the same rule has another limit, 3 in 7 days: it is looked at once this one loses no"
        " message any more"
    )
    assert told in helps(cap("1 per 1d", "3 per 7d"), chain)
    assert told not in helps(cap("1 per 1d", "9 per 7d"), chain)


VIP = "chains: {vip: {trigger: asked, reentry: after 7d, priority: 90, steps: [%s]}}"


@pytest.mark.parametrize(
    ("limit", "steps", "lost"),
    [
        pytest.param("1 per 1d", "{wait: 1h}, {send: b}", True, id="the chain was under way"),
        pytest.param("1 per 1d", "{send: b}", False, id="the chain never waits"),
        pytest.param("2 per 1d", "{wait: 1h}, {send: b}", False, id="there is room for both"),
    ],
)
def test_a_broadcast_takes_the_place_of_a_chain(limit, steps, lost):
    sources = (
        cap(limit),
        VIP % steps,
        mailing("news", "a", "2027-03-05T10:00", more=", priority: 20"),
    )
    assert said(priority_inversion, *sources) == ([LOST] if lost else [])
    assert bool(said(frequency_overload, *sources)) == ("1 per" in limit and not lost)


SORRY = "chains: {x: {trigger: asked, steps: [{wait: 3h}, {send: sorry_1}]}}"


def mailing(id_, message, at, to="readers", more=""):
    audience = f"audience: {{include: [{to}]}}"
    return f"broadcasts: {{{id_}: {{{audience}, message: {message}, at: {at}{more}}}}}"


BESIDE = [
    pytest.param(
        (SORRY, mailing("m", "promo_1", "2027-06-15T10:00")),
        "one customer can get `sorry_1` and `promo_1` within a day, though `sorry` and `promo`"
        " must not meet",
        id="a broadcast beside a chain",
    ),
    pytest.param(
        (SORRY, mailing("m", "a", "2027-06-15T10:00", more=", tags: promo")),
        "one customer can get `sorry_1` and `a` within a day, though `sorry` and `promo`"
        " must not meet",
        id="the tags of a broadcast",
    ),
    pytest.param(
        (
            mailing("m", "promo_1", "2027-06-15T10:00"),
            mailing("n", "sorry_1", "2027-06-15T18:00"),
        ),
        "one customer can get `promo_1` and `sorry_1` within a day, though `sorry` and `promo`"
        " must not meet",
        id="two broadcasts",
    ),
]


@pytest.mark.parametrize(("sources", "message"), BESIDE)
def test_broadcasts_contradict(sources, message):
    (found,) = contradictory_messages.check(portfolio(*sources))
    assert found.message.english() == message
    assert found.evidence.verdict is Verdict.VIOLATED
    assert "broadcast on another day" in found.help[0].english()


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param((SORRY, mailing("m", "a", "2027-06-15T10:00")), id="another message"),
        pytest.param(
            (SORRY, mailing("m", "promo_1", "2027-06-15T10:00", more=", status: draft")),
            id="a draft",
        ),
        pytest.param(
            (
                mailing("m", "promo_1", "2027-06-15T10:00"),
                mailing("n", "sorry_1", "2027-06-16T18:00"),
            ),
            id="another day",
        ),
        pytest.param(
            (
                mailing("m", "promo_1", "2027-06-15T10:00"),
                mailing(
                    "n", "sorry_1", "2027-06-15T18:00", more=", audience: {include: [none]}"
                ).replace("audience: {include: [readers]}, ", ""),
                "segments: {none: {not: {event: viewed}}}",
            ),
            id="other customers",
        ),
    ],
)
def test_broadcasts_do_not_contradict(sources):
    assert said(contradictory_messages, *sources) == []
