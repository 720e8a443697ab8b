"""Quiet hours that catch everything, or miss what they are for."""

import pytest

from crmspec.rules import quiet_hours_trap

SHOP = """
events: {order_placed: {}, cart_updated: {}, asked: {}, answered: {}}
attributes:
  x: {}
  age: {type: integer}
  birthday: {type: date}
lists: {friends: {}}
consents: {ads: {channel: email}, other: {channel: email}}
channels: {email: {type: email, consent: ads}}
messages:
  ad: {channel: email, subject: S, body: B}
  second: {channel: email, subject: S, body: B}
"""

NIGHT = 'quiet_hours: {from: "22:00", to: "09:00"%s}'
LATE = '{wait: {until: {at: "23:00"}}}'


def chain(hours, steps, more="trigger: asked"):
    return f"chains: {{c: {{{more}, {hours}, steps: [{steps}]}}}}"


@pytest.mark.parametrize(
    ("found", "text"),
    [
        pytest.param(
            chain(NIGHT % "", f"{LATE}, {{send: ad}}"),
            "`ad` of `c` is always due in quiet hours and waits until 09:00",
            id="held",
        ),
        pytest.param(
            chain(NIGHT % "", f"{LATE}, {{send: ad, only: {{list: friends}}}}, {{send: second}}"),
            "`ad` of `c` is always due in quiet hours and waits until 09:00",
            id="one of two",
        ),
        pytest.param(
            chain(NIGHT % "", f"{LATE}, {{wait: 2h}}, {{send: ad}}"),
            "`ad` of `c` is always due in quiet hours and waits until 09:00",
            id="held two hours later",
        ),
        pytest.param(
            chain(NIGHT % "", f"{LATE}, {{wait: {{between: {{min: 1h, max: 3h}}}}}}, {{send: ad}}"),
            "`ad` of `c` is always due in quiet hours and waits until 09:00",
            id="some time in the night",
        ),
        pytest.param(
            chain(NIGHT % ", fallback: skip", f"{LATE}, {{send: ad}}"),
            "`ad` of `c` is never sent: it is always due in quiet hours",
            id="skipped",
        ),
        pytest.param(
            chain(NIGHT % ", fallback: exit", f"{LATE}, {{send: ad}}"),
            "`ad` of `c` is never sent: it is always due in quiet hours",
            id="left",
        ),
        pytest.param(
            chain(NIGHT % ", ttl: 2h", f"{LATE}, {{send: ad}}"),
            "`ad` of `c` is never sent: it is always due in quiet hours",
            id="given up",
        ),
        pytest.param(
            chain(NIGHT % "", "{send: ad}", "trigger: {schedule: {cron: '30 23 * * *'}}"),
            "`ad` of `c` is always due in quiet hours and waits until 09:00",
            id="a schedule at night",
        ),
        pytest.param(
            chain(NIGHT % ", ttl: 90m", "{wait: 1h}, {send: ad}"),
            "messages are given up before quiet hours end: they last 11 hours, `ttl` is 90 minutes",
            id="a short ttl",
        ),
        pytest.param(
            chain(NIGHT % ", weekdays: [mon, tue, wed, thu, fri]", "{send: ad}"),
            "quiet hours leave Mon 00:00 to 09:00 open: a night belongs to the day it begins on",
            id="the night to Monday",
        ),
        pytest.param(
            chain('quiet_hours: {from: "08:00", to: "08:00"}', "{send: ad}"),
            "quiet hours leave no minute of the week: `c` never sends `ad`",
            id="day and night",
        ),
        pytest.param(
            chain('quiet_hours: {from: "09:30", to: "09:00"}', "{send: ad}"),
            "quiet hours leave 30 minutes a day, from 09:00 on, for `ad` of `c`",
            id="half an hour of the day",
        ),
    ],
)
def test_found(findings, found, text):
    assert [message for message, _, _ in findings(quiet_hours_trap, SHOP, found)] == [text]


@pytest.mark.parametrize(
    "chains",
    [
        pytest.param(chain(NIGHT % "", "{send: ad}"), id="any time of day"),
        pytest.param(chain(NIGHT % ", ttl: 11h", "{send: ad}"), id="a ttl as long as the night"),
        pytest.param(
            chain(NIGHT % "", f"{LATE}, {{wait: 12h}}, {{send: ad}}"), id="due the next morning"
        ),
        pytest.param(
            chain(NIGHT % "", '{wait: {until: {at: "21:59"}}}, {send: ad}'), id="just before"
        ),
        pytest.param(
            chain(NIGHT % "", '{wait: {until: {at: "09:00"}}}, {send: ad}'), id="at the end"
        ),
        pytest.param(
            chain(NIGHT % ", timezone: account", f"{LATE}, {{send: ad}}"), id="another zone"
        ),
        pytest.param(
            chain(
                NIGHT % ", fallback: skip",
                f"{LATE}, {{wait_for: {{if: {{event: answered}}, timeout: 1h}}}}, {{send: ad}}",
            ),
            id="whenever they answer",
        ),
        pytest.param(
            chain('quiet_hours: {from: "13:00", to: "14:00", weekdays: [mon]}', "{send: ad}"),
            id="an hour of one day",
        ),
        pytest.param(
            chain('quiet_hours: {from: "10:00", to: "09:00"}', "{send: ad}"),
            id="an hour of the day is open",
        ),
        pytest.param(
            chain(
                'quiet_hours: {from: "09:30", to: "09:00"}',
                "{send: ad}",
                "trigger: {schedule: {cron: '15 9 * * *'}}",
            ),
            id="half an hour, and in it",
        ),
        pytest.param(
            chain(
                NIGHT % ", weekdays: [mon, tue, wed, thu, fri]",
                '{wait: {until: {at: "12:00"}}}, {send: ad}',
            ),
            id="the night to Monday, and at noon",
        ),
        pytest.param(chain(NIGHT % "" + ", status: draft", f"{LATE}, {{send: ad}}"), id="a draft"),
    ],
)
def test_not_found(findings, chains):
    assert findings(quiet_hours_trap, SHOP, chains) == []


def test_channel_and_chain_together(findings):
    other = SHOP.replace("type: email,", 'type: email, quiet_hours: {from: "09:00", to: "22:00"},')
    (found,) = findings(quiet_hours_trap, other, chain(NIGHT % "", "{send: ad}"))
    assert found[0] == "quiet hours leave no minute of the week: `c` never sends `ad`"


def test_one_finding_for_one_wait(findings):
    chains = chain(NIGHT % "", f"{LATE}, {{send: ad}}, {{send: second}}")
    assert len(findings(quiet_hours_trap, SHOP, chains)) == 1


def test_one_finding_for_both_ways_after_a_wait(findings):
    ways = "{branch: {if: {list: friends}, then: [{send: ad}], else: [{send: second}]}}"
    chains = chain(NIGHT % "", f"{LATE}, {ways}")
    assert len(findings(quiet_hours_trap, SHOP, chains)) == 1


def test_a_transactional_message_is_not_held(findings):
    receipt = "messages: {receipt: {channel: email, category: transactional, subject: S, body: B}}"
    chains = chain(NIGHT % "", f"{LATE}, {{send: receipt}}")
    assert findings(quiet_hours_trap, SHOP, receipt, chains) == []


@pytest.mark.parametrize(
    ("word", "message"),
    [
        pytest.param(
            "deny",
            "customers without a time zone get nothing from `mails` that quiet hours may hold",
            id="nothing is sent",
        ),
        pytest.param(
            "unenforced",
            "customers without a time zone get messages from `mails` in quiet hours",
            id="sent at night",
        ),
    ],
)
def test_a_target_that_knows_no_time(findings, word, message):
    target = f"""
    profiles: {{odd: {{unknown_timezone: {word}}}}}
    targets: {{mails: {{platform: sandbox, profile: odd}}}}
    """
    chains = chain(NIGHT % "", "{send: ad}")
    assert [one for one, _, _ in findings(quiet_hours_trap, SHOP, target, chains)] == [message]
    assert findings(quiet_hours_trap, SHOP, target, chains.replace(NIGHT % "", "priority: 1")) == []
    nobody = "audience: {all: [{attribute: age, lt: 1}, {attribute: age, gt: 9}]}, "
    alone = "chains: {d: {trigger: asked, steps: [{note: x}]}}"
    away = chain(nobody + NIGHT % "", "{send: ad}")
    assert findings(quiet_hours_trap, SHOP, target, away, alone) == []
    usual = target.replace(word, "default")
    assert findings(quiet_hours_trap, SHOP, usual, chains) == []


def test_in_a_segment_of_a_choice_no_message_is_always_held(findings):
    other = "channels: {sms: {type: sms}}\nmessages: {text: {channel: sms, text: T}}"
    day = SHOP.replace("type: email,", 'type: email, quiet_hours: {from: "22:00", to: "09:00"},')
    chains = f"chains: {{c: {{trigger: asked, steps: [{LATE}, {{send: [ad, text]}}]}}}}"
    assert findings(quiet_hours_trap, day, other, chains) == []


def test_many_times_are_not_all_named(findings):
    waits = ", ".join(
        f'{{if: {{list: friends}}, then: [{{wait: {{until: {{at: "23:{n}0"}}}}}}]}}'
        for n in range(5)
    )
    steps = f"{LATE}, {{branch: {{cases: [{waits}], else: []}}}}, {{send: ad}}"
    (found,) = findings(quiet_hours_trap, SHOP, chain(NIGHT % "", steps))
    assert found[0].endswith("waits until 09:00")


def test_chains_that_cannot_show_it_are_passed_over(findings):
    nobody = "audience: {all: [{attribute: age, lt: 1}, {attribute: age, gt: 9}]}, "
    for hours, steps in (
        (NIGHT % "", f"{LATE}, {{send: ad}}"),
        (NIGHT % ", ttl: 90m", "{send: ad}"),
        (NIGHT % ", weekdays: [mon, tue]", "{send: ad}"),
        ('quiet_hours: {from: "08:00", to: "08:00"}', "{send: ad}"),
        ('quiet_hours: {from: "09:30", to: "09:00"}', "{send: ad}"),
    ):
        assert findings(quiet_hours_trap, SHOP, chain(nobody + hours, steps)) == []
