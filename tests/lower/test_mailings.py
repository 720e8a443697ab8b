"""Consent and frequency rules of broadcasts, asked by a segment that is left out."""

import pytest
from msgspec.structs import replace

from crmspec.ir.condition import All, Not
from crmspec.lower.capability import Support
from crmspec.lower.logic import PREFIX
from crmspec.lower.lowering import lower
from crmspec.lower.rewrite import changed
from crmspec.semantics import machine
from crmspec.semantics.scenario import Customer, Happening, Scenario
from tests.contract.project import program
from tests.lower.table import TARGET, by, table

HEAD = """
targets: {acme: {platform: acme}, other: {platform: other}}
SETTINGS
events: {order: {title: Order}, complaint: {title: Complaint}}
consents: {news: {title: News, channel: email}}
channels: {email: {type: email, CHANNEL}, sms: {type: sms, consent: news}}
segments: {all: {reachable: email}}
messages:
  hello: {channel: email, category: service, subject: Hi, body: Hi}
  bye: {channel: email, category: service, subject: Bye, body: Bye}
frequency: {RULE}
broadcasts:
  spring: {title: Spring, audience: {include: [all]}, message: hello, MAILING}
chains: {c: {trigger: order, steps: [{send: bye}]}}
"""
AT = 'at: "1970-01-03T10:00", timezone: profile'
CAP = 'cap: {applies_to: {channels: [email]}, limits: ["1 per 1d"]}'
RULES = {("policy", "frequency"): by("frequency")}
CONSENT = {("policy", "consent"): by("consent")}
NIGHT = 'quiet_hours: {from: "22:00", to: "09:00"MORE}'


def lowered(rule=CAP, mailing=AT, rows=RULES, channel="consent: news", settings=""):
    text = HEAD.replace("RULE", rule).replace("MAILING", mailing).replace("CHANNEL", channel)
    return lower(program(text.replace("SETTINGS", settings)), table(rows), TARGET)


def left_out(done):
    """Return what is asked of those whom the broadcast leaves out."""
    (ref,) = done.program.broadcasts["spring"].audience.exclude
    assert ref.id.startswith(PREFIX)
    condition = done.program.segments[ref.id].condition
    assert isinstance(condition, Not)
    return condition.not_


def told(done):
    found = done.survey.outcomes["broadcast", "spring"]
    return [(one.element, one.support.value) for one in found]


def test_a_cap_leaves_out_who_was_sent_enough():
    done = lowered()
    asked = left_out(done)
    assert (asked.channel.id, asked.received[0].operand) == ("email", False)
    assert told(done) == [("frequency", "lowered")]
    (segment,) = (key for key in done.survey.wanted if key.id.startswith(PREFIX))
    assert not done.survey.absent
    assert segment.kind == "segment"


def test_caps_pauses_and_consent_are_asked_together():
    pause = "rest: {after: {event: complaint}, block: {channels: [email]}, for: 30d}"
    done = lowered(f"{CAP}, {pause}", rows=RULES | CONSENT)
    asked = left_out(done)
    assert isinstance(asked, All)
    assert [one.subject for one in asked.all] == ["consent", "not_event", "channel"]
    assert told(done) == [("consent", "lowered"), ("frequency", "lowered")]


def test_nobody_is_left_out_where_nothing_is_asked():
    other = CAP.replace("email", "sms")
    assert not lowered(other).program.broadcasts["spring"].audience.exclude
    open_ = lowered(rows=CONSENT, channel="")
    assert open_.program.broadcasts["spring"].audience.exclude == ()
    away = lowered(mailing=f"{AT}, targets: [other]")
    assert away.program.broadcasts["spring"].audience.exclude == ()
    named = lowered(
        f"{other}, off: {{status: draft, limits: [1 per 1d]}}", f"{AT}, frequency: [off]"
    )
    assert told(named) == [("frequency", "lowered")]


def lives(source, after, *, consents):
    """Yield what somebody is sent at each moment of an order, in both programs."""
    if consents:
        customer = Customer(reachable=frozenset({"email"}), consents={"news": "subscribed"})
    else:
        customer = Customer(reachable=frozenset({"email"}))
    for moment in range(0, 4 * 1440, 111):
        order = Happening(moment=moment, subject="order")
        life = Scenario(customer=customer, start=0, until=5 * 1440, happenings=(order,))
        for one in (source, after):
            yield [(sent.moment, sent.message) for sent in machine.run(one, life).sends()]


@pytest.mark.parametrize("consents", [True, False])
def test_a_gate_that_asks_nothing_sends_the_same(consents):
    source = lowered(rows={}).program
    done = lowered(rows=RULES | CONSENT).program
    silent = [("channel", replace(one, consent=None)) for one in done.channels.values()]
    found = list(lives(source, changed(replace(done, frequency={}), silent), consents=consents))
    assert found[::2] == found[1::2]
    assert len({len(one) for one in found}) == (2 if consents else 1)


@pytest.mark.parametrize(
    ("rule", "rows", "why"),
    [
        pytest.param(f"{CAP[:-1]}, exceed: delay}}", {}, "`delay`", id="delay"),
        pytest.param(f"{CAP[:-1]}, window: calendar}}", {}, "calendar", id="days"),
        pytest.param(CAP, {("kind", "segment"): "none"}, "no segments", id="no segments there"),
    ],
)
def test_some_rules_stay(rule, rows, why):
    """Told of where the broadcast names them; others the plan tells of together."""
    done = lowered(rule, f"{AT}, frequency: [cap]", RULES | rows)
    (gap,) = done.survey.gaps(("broadcast", "spring"))
    assert gap.support is Support.NONE
    assert why in gap.reason.english()
    silent = lowered(rule, AT, RULES | rows)
    assert silent.program.broadcasts["spring"].audience.exclude == ()
    assert told(silent) == []


def test_consent_needs_a_segment_too():
    done = lowered(rows=CONSENT | {("kind", "segment"): "none"})
    assert told(done) == [("consent", "none")]


WAITING = [("frequency", "deviates")]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({}, [("frequency", "lowered")], id="at an hour when nothing is held"),
        pytest.param({"mailing": AT.replace("10", "23")}, WAITING, id="at night"),
        pytest.param({"mailing": AT.replace("10", "21")}, WAITING, id="shortly before"),
        pytest.param({"mailing": f"{AT}, throttle: 10%/h"}, WAITING, id="over some hours"),
        pytest.param({"mailing": f"{AT}, if_past: send_now"}, WAITING, id="whenever it is late"),
        pytest.param({"mailing": AT.replace("profile", "UTC")}, WAITING, id="by another clock"),
        pytest.param({"mailing": AT.replace("T10:00", "")}, WAITING, id="at no hour"),
    ],
)
def test_who_waits_at_the_gate_is_asked_before(settings, expected):
    night = NIGHT.replace("MORE", "")
    assert told(lowered(channel=f"consent: news, {night}", **settings)) == expected
    usual = f"project: shop\ndefaults: {{chain: {{{night}}}}}"
    assert told(lowered(settings=usual, **settings)) == expected


def test_another_rule_may_hold_it_too():
    delay = 'slow: {applies_to: {messages: [hello]}, limits: ["1 per 2d"], exceed: delay}'
    assert told(lowered(f"{CAP}, {delay}")) == WAITING
    other = delay.replace("hello", "bye")
    assert told(lowered(f"{CAP}, {other}")) == [("frequency", "lowered")]
