"""Frequency rules as questions before sends, for targets that count what they sent."""

import pytest

from crmspec.ir.condition import ChannelReaction, EventHappened, EventMissing, MessageReaction
from crmspec.ir.step import Branch, Send
from crmspec.lower.lowering import lower
from crmspec.semantics import machine
from crmspec.semantics.scenario import Customer, Happening, Scenario
from tests.contract.project import program
from tests.lower.table import TARGET, by, table

HEAD = """
targets: {acme: {platform: acme}, other: {platform: other}}
events: {order: {title: Order}, complaint: {title: Complaint}}
channels: {email: {type: email}, sms: {type: sms}}
tags: {promo: {title: Promo}}
segments: {vip: {event: order, count: {gte: 3}}}
messages:
  hello: {channel: email, category: service, tags: [promo], subject: Hi, body: Hi}
  bye: {channel: email, category: service, tags: [promo], subject: Bye, body: Bye}
  text: {channel: sms, category: service, text: Hi}
  code: {channel: sms, category: transactional, text: Hi}
frequency:
  RULE
EXTRA
chains:
MORE
  c:
    trigger: order
    SETTINGS
    steps:
STEPS
"""
ASKED = table({("policy", "frequency"): by("frequency")})


def asks(without):
    rows = {("condition", one): "none" for one in without.split()}
    return table({("policy", "frequency"): by("frequency"), **rows})


def lowered(rule, *steps, settings="priority: 50", more="", extra="", capabilities=ASKED):
    body = "".join(f"      - {step}\n" for step in steps)
    text = HEAD.replace("RULE", f"cap: {{title: Cap, {rule}}}").replace("SETTINGS", settings)
    return lower(
        program(text.replace("MORE\n", more).replace("EXTRA\n", extra).replace("STEPS\n", body)),
        capabilities,
        TARGET,
    )


def steps(done):
    return done.program.chains["c"].steps


def lost(done):
    return [one.reason.english() for one in done.survey.gaps(("chain", "c"))]


def asked(done):
    """Return what is asked before the first send."""
    branch = steps(done)[0]
    assert isinstance(branch, Branch)
    assert isinstance(branch.branch.cases[-1].then[0], Send)
    return branch.branch.cases[-1].if_.all[0]


EMAIL = "applies_to: {channels: [email]}"
BYE = "  d: {trigger: complaint, steps: [{send: bye}]}\n"


@pytest.mark.parametrize(
    ("limits", "operand"),
    [pytest.param("1 per 1d", False, id="none"), pytest.param("3 per 7d", 3, id="fewer")],
)
def test_a_cap_on_a_channel_is_a_count_of_what_was_received(limits, operand):
    done = lowered(f'{EMAIL}, limits: ["{limits}"]', "{send: hello}", "{send: text}")
    leaf = asked(done)
    assert isinstance(leaf, ChannelReaction)
    assert (leaf.channel.id, leaf.received[0].operand) == ("email", operand)
    assert leaf.within.text.endswith("d")
    assert isinstance(steps(done)[1], Send)
    assert lost(done) == []


def test_limits_and_gaps_are_asked_together():
    done = lowered(f'{EMAIL}, limits: ["1 per 1d", "3 per 7d"], min_gap: 2h', "{send: hello}")
    assert [one.within.minutes // 60 for one in asked(done).all] == [24, 168, 2]


@pytest.mark.parametrize(
    ("scope", "limits", "without", "counted"),
    [
        pytest.param("tags: [promo]", "2 per 1d", "channel", "tag", id="those with a tag"),
        pytest.param("messages: [hello]", "2 per 1d", "", "hello", id="one message"),
        pytest.param("", "2 per 1d", "channel", "any", id="all of them"),
        pytest.param("messages: [hello, text]", "1 per 1d", "", "hello text", id="none of two"),
        pytest.param("messages: [hello, bye]", "1 per 1d", "message", "email", id="a channel"),
    ],
)
def test_messages_are_counted_by_what_fits(scope, limits, without, counted):
    scope = f'applies_to: {{{scope}}}, limits: ["{limits}"]'
    more = "" if "bye" in scope else BYE
    done = lowered(scope, "{send: hello}", "{send: text}", capabilities=asks(without), more=more)
    found = asked(done)
    leaves = getattr(found, "all", (found,))
    assert " ".join(map(name, leaves)) == counted


def name(leaf):
    if isinstance(leaf, ChannelReaction):
        return leaf.channel.id
    assert isinstance(leaf, MessageReaction)
    return "any" if leaf.message is None else getattr(leaf.message, "id", "tag")


def test_a_pause_is_the_silence_of_its_event():
    rule = "after: {event: complaint}, block: {channels: [email]}, for: 30d"
    silence = asked(lowered(rule, "{send: hello}"))
    assert isinstance(silence, EventMissing)
    assert (silence.not_event.id, silence.within.text) == ("complaint", "30d")
    counted = asked(lowered(rule, "{send: hello}", capabilities=asks("not_event")))
    assert isinstance(counted, EventHappened)
    assert counted.count[0].operand == 0
    why = "asks for the event"
    named = "frequency: [cap]"
    done = lowered(rule, "{send: hello}", capabilities=asks("not_event event"), settings=named)
    assert why in lost(done)[0]


def test_a_rule_that_ends_the_chain_is_asked_of_those_who_would_be_sent_it():
    done = lowered(
        f'{EMAIL}, limits: ["1 per 1d"], exceed: exit', "{send: hello}", settings="audience: vip"
    )
    (branch,) = steps(done)
    leave, go_on = branch.branch.cases
    assert leave.then[0].exit == "frequency"
    audience, reachable, over = leave.if_.all
    assert (audience.segment.id, reachable.reachable.id) == ("vip", "email")
    assert over.not_.all[0].received[0].operand is False
    assert isinstance(go_on.then[0], Send)
    assert branch.branch.else_[0].branch.cases[0].then[0].exit == "audience"


def test_who_is_over_the_cap_goes_on_without_the_send():
    done = lowered(f'{EMAIL}, limits: ["1 per 1d"]', "{send: hello}", "{send: bye}", "{send: text}")
    customer = Customer(reachable=frozenset({"email", "sms"}))
    life = Scenario(
        customer=customer, start=0, until=60, happenings=(Happening(moment=1, subject="order"),)
    )
    sent = [one.message for one in machine.run(done.program, life).sends()]
    assert sent == ["hello", "text"]
    assert not any(one.kind == "skip" for one in machine.run(done.program, life).entries)


@pytest.mark.parametrize(
    ("rule", "more", "why"),
    [
        pytest.param(f'{EMAIL}, limits: ["1 per 1d"], exceed: delay', "", "`delay`", id="delay"),
        pytest.param(f'{EMAIL}, limits: ["2 per 1d"], exceed: yield', "", "`yield`", id="yield"),
        pytest.param(f'{EMAIL}, limits: ["0 per 1d"]', "", "nothing through", id="nothing"),
        pytest.param(f'{EMAIL}, limits: ["1 per 1d"], window: calendar', "", "calendar", id="days"),
        pytest.param(
            'applies_to: {messages: [hello, text]}, limits: ["2 per 1d"]',
            BYE,
            "just these",
            id="two",
        ),
        pytest.param(
            'applies_to: {chains: [c]}, limits: ["1 per 1d"]',
            "  d: {trigger: complaint, steps: [{send: hello}]}\n",
            "some chains only",
            id="one chain",
        ),
        pytest.param(
            f'{EMAIL}, limits: ["1 per 1d"]',
            "  d: {trigger: complaint, targets: [other], steps: [{send: hello}]}\n",
            "`d`, which it counts",
            id="elsewhere",
        ),
    ],
)
def test_some_rules_stay(rule, more, why):
    """Told of where the chain names them; others the plan tells of together."""
    sends = ("{send: hello}", "{send: text}")
    named = lowered(rule, *sends, more=more, settings="frequency: [cap]")
    assert why in lost(named)[0]
    silent = lowered(rule, *sends, more=more)
    assert isinstance(steps(silent)[0], Send)
    assert lost(silent) == []


def test_a_send_that_chooses_is_not_asked_before():
    rule, send = f'{EMAIL}, limits: ["1 per 1d"]', "{send: [hello, text]}"
    (why,) = lost(lowered(rule, send, settings="frequency: [cap]"))
    assert "chooses among several" in why
    split = table({("policy", one): by(one) for one in ("frequency", "choice")})
    assert lost(lowered(rule, send, settings="frequency: [cap]", capabilities=split)) == []


SKIPPED = "{branch: {if: {step: a, outcome: skipped}, then: []}}"


def test_sends_that_cannot_be_skipped_stay():
    rule = f'{EMAIL}, limits: ["1 per 1d"]'
    done = lowered(rule, "{id: a, send: hello}", SKIPPED, settings="frequency: [cap]")
    assert "the result" in lost(done)[0]
    held = "experiments: {h: {type: holdout, percent: 5}}\n"
    ending = lowered(
        f"{rule}, exceed: exit", "{send: hello}", extra=held, settings="frequency: [cap]"
    )
    assert "a holdout" in lost(ending)[0]


def test_rules_that_cannot_end_the_chain_take_the_others_with_them():
    one = f'{EMAIL}, limits: ["1 per 1d"]'
    rule = f"{one}}}\n  other: {{title: O, {one}, window: calendar, exceed: exit"
    done = lowered(rule, "{send: hello}", settings="frequency: [cap]")
    assert "`other`, which may end the chain" in lost(done)[0]


def test_what_no_rule_holds_is_left_alone():
    rule = f'{EMAIL}, limits: ["1 per 1d"], bypass: {{messages: [bye]}}'
    done = lowered(rule, "{send: bye}", "{send: code}", settings="frequency: [cap]")
    assert all(isinstance(one, Send) for one in steps(done))
    (why,) = lost(
        lowered(
            rule,
            "{send: code}",
            settings="frequency: [cap]",
            capabilities=table({("policy", "frequency"): "none"}),
        )
    )
    assert "`frequency`" in why


def test_what_waits_at_the_gate_is_not_asked_again():
    night = 'quiet_hours: {from: "22:00", to: "09:00"}'
    done = lowered(f'{EMAIL}, limits: ["1 per 1d"]', "{send: hello}", settings=night)
    assert "8.21" in lost(done)[0]
