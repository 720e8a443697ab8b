"""Rules about too many messages, and chains that meet: each finding with a twin that is fine."""

from textwrap import dedent

import pytest

from crmspec.diagnostics.evidence import Verdict
from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import (
    cap_leak,
    channel_collision,
    concurrent_chains,
    contradictory_messages,
    frequency_overload,
    priority_inversion,
    reentry_overlap,
    starvation,
)

BASE = """
events: {order_placed: {}, cart_updated: {}, signed_up: {}, viewed: {}}
consents: {mail_ok: {channel: email}, push_ok: {channel: push}, sms_ok: {channel: sms}}
channels:
  email: {type: email, consent: mail_ok}
  push: {type: mobile_push, consent: push_ok}
  sms: {type: sms, consent: sms_ok, cost: {amount: 2, currency: RUB}}
  site: {type: onsite}
messages:
  a: {channel: email, subject: S, body: B, tags: warm}
  b: {channel: email, subject: S, body: B, tags: cold}
  c: {channel: email, subject: S, body: B}
  p: {channel: push, heading: H, text: T}
  s: {channel: sms, text: T}
  w: {channel: site, screens: [{text: T}]}
  t: {channel: email, subject: S, body: B, category: transactional}
"""
CAP = "frequency: {cap: {applies_to: {categories: [marketing]}, limits: [1 per 1d]}}"
CALENDAR = CAP.replace("limits", "window: calendar, limits")
MAILS = "frequency: {cap: {applies_to: {channels: [email]}, limits: [1 per 1d]}}"
GAP = "frequency: {gap: {min_gap: 3h}}"
TWO = """
chains:
  x: {trigger: cart_updated, steps: [{send: a}]}
  y: {trigger: viewed, steps: [{send: b}]}
"""
TIED = TWO.replace("steps", "priority: 50, steps")
GROUP = "exclusive: {g: {chains: [x, y]}}"
SAME = """
chains:
  x: {trigger: cart_updated, steps: [{send: a}, {wait: 2h}]}
  y: {trigger: cart_updated, steps: [{wait: 1h}, {send: p}]}
"""
TRIO = """
chains:
  x: {trigger: cart_updated, steps: [{wait: 1h}, {send: a}]}
  y: {trigger: cart_updated, steps: [{wait: 1h}, {send: p}]}
  z: {trigger: cart_updated, steps: [{wait: 1h}, {send: s}]}
"""
TAGS = "tags: {warm: {incompatible: [cold]}, cold: {incompatible: [warm]}}"
LONG = "{send: a}, {send: b}, {send: c}, {send: p}, {send: s}"


def portfolio(*sources):
    results = [read(f"{n}.yaml", dedent(s).encode()) for n, s in enumerate((BASE, *sources))]
    assert not [one for result in results for one in result.diagnostics]
    return Portfolio(build(document for result in results for document in result.documents))


def chain(steps, more=""):
    return f"chains: {{x: {{trigger: cart_updated, {more} steps: [{steps}]}}}}"


def chains(x, y):
    return f"chains: {{x: {{trigger: cart_updated, {x}}}, y: {{trigger: viewed, {y}}}}}"


PLACED = "events: {placed: {properties: {total: {type: number}}}}"
LARGE = "{event: placed, where: {total: {gte: 100}}}"


def pair(above="", below="", trigger="cart_updated", send="a"):
    """Return two chains behind one door; the first is of higher priority and speaks first."""
    heads = (above and f"{above},", below and f"{below},")
    return (
        f"chains: {{x: {{trigger: {trigger}, {heads[0]} priority: 90, steps: [{{send: {send}}}]}}, "
        f"y: {{trigger: {trigger}, {heads[1]} priority: 10, steps: [{{wait: 1h}}, {{send: b}}]}}}}"
    )


FOUND = [
    pytest.param(
        frequency_overload,
        (CAP, TWO),
        "one customer can be in `x` and `y` and be due 2 messages within 1 day; `cap`"
        " lets 1 through",
        id="two chains",
    ),
    pytest.param(
        frequency_overload,
        (CAP, chain("{send: a}, {wait: 1h, only: {event: viewed}}, {send: p}")),
        "one customer of `x` can be due 2 messages within 1 day; `cap` lets 1 through",
        id="one chain",
    ),
    pytest.param(
        frequency_overload,
        (CAP, chain("{send: a}", "reentry: after 1h,")),
        "one customer of `x` can be due 2 messages within 1 day; `cap` lets 1 through",
        id="one chain twice",
    ),
    pytest.param(
        frequency_overload,
        (
            CAP.replace("1 per", "2 per"),
            SAME,
            "chains: {z: {trigger: cart_updated, steps: [{send: c}]}}",
        ),
        "one customer can be in `x`, `y` and `z` and be due 3 messages within 1 day; `cap` lets 2"
        " through",
        id="three chains on one trigger",
    ),
    pytest.param(
        frequency_overload,
        (GAP, TWO),
        "one customer can be in `x` and `y` and be due 2 messages within 3 hours, between"
        " which `gap` wants a pause: one gets lost",
        id="a pause",
    ),
    pytest.param(
        frequency_overload,
        (GAP.replace("3h", "3h, exceed: delay, ttl: 1h"), TWO),
        "one customer can be in `x` and `y` and be due 2 messages within 3 hours, between"
        " which `gap` wants a pause: one gets lost",
        id="a pause that is too long to wait for",
    ),
    pytest.param(
        frequency_overload,
        (chain(LONG),),
        "one customer can be in `x` and get 5 marketing messages in 24 hours: nothing limits them",
        id="nothing limits them",
    ),
    pytest.param(
        cap_leak,
        (CALENDAR, TWO),
        "`cap` lets 2 messages through within 1 day, though its limit is 1",
        id="a calendar",
    ),
    pytest.param(
        cap_leak,
        (CAP, TWO, "targets: {t: {platform: braze}}"),
        "`cap` lets 2 messages through within 1 day, though its limit is 1",
        id="the calendar of a target",
    ),
    pytest.param(
        cap_leak,
        (
            CAP,
            TWO,
            "profiles: {slow: {counter_lag: 1h}}\ntargets: {t: {platform: z, profile: slow}}",
        ),
        "`cap` lets 2 messages through within 1 day, though its limit is 1",
        id="a target that counts late",
    ),
    pytest.param(
        cap_leak,
        (CAP.replace("[marketing]", "[marketing, transactional]"), TWO.replace("b}", "t}")),
        "`cap` lets 2 messages through within 1 day, though its limit is 1",
        id="messages that are never held",
    ),
    pytest.param(
        channel_collision,
        (chain("{send: a}, {send: p}"),),
        "one action brings `a` (`email`) and `p` (`push`) in one minute",
        id="one chain, one minute",
    ),
    pytest.param(
        channel_collision,
        (chain("{send: a}, {send: p}").replace("cart_updated", "[cart_updated, viewed]"),),
        "one action brings `a` (`email`) and `p` (`push`) in one minute",
        id="one chain with two triggers",
    ),
    pytest.param(
        channel_collision,
        (chain("{send: a}, {wait: 20m}, {send: p}"),),
        "one action brings `a` (`email`) and `p` (`push`), 20 min apart",
        id="one chain, one hour",
    ),
    pytest.param(
        channel_collision,
        (SAME.replace("{wait: 1h}, {send: p}", "{wait: 30m}, {send: p}, {stop_chain: x}"),),
        "one action brings `a` (`email`) and `p` (`push`), 30 min apart",
        id="two chains",
    ),
    pytest.param(
        channel_collision,
        (
            SAME.replace("steps", "quiet_hours: '22:00-09:00', steps")
            .replace(", {wait: 2h}", "")
            .replace("{wait: 1h}, {send: p}", "{wait: 6h}, {send: p}, {stop_chain: x}"),
        ),
        "one action brings `a` (`email`) and `p` (`push`) in one minute",
        id="the end of the night",
    ),
    pytest.param(
        concurrent_chains, (SAME,), "one customer can be in `x` and `y` at once", id="one trigger"
    ),
    pytest.param(
        concurrent_chains,
        (
            TAGS,
            chains("tags: warm, steps: [{send: c}, {wait: 1h}]", "tags: cold, steps: [{wait: 1h}]"),
        ),
        "one customer can be in `x` and `y` at once",
        id="tags of chains",
    ),
    pytest.param(
        starvation,
        (CAP, chain("{send: a}, {wait: 2h}, {send: b}")),
        "`b` is lost for everyone who gets `a` before it: `cap` has no room left",
        id="one chain",
    ),
    pytest.param(
        starvation,
        (
            CAP,
            (
                "chains: {x: {trigger: viewed, priority: 90, steps: [{send: a}]}, "
                "y: {trigger: viewed, priority: 10, steps: [{wait: 1h}, {send: b}]}}"
            ),
        ),
        "`b` is lost for everyone who gets `a` before it: `cap` has no room left",
        id="a chain of higher priority",
    ),
    pytest.param(
        starvation,
        (CAP, pair("audience: {event: viewed}", "audience: {event: viewed, within: 7d}")),
        "`b` is lost for everyone who gets `a` before it: `cap` has no room left",
        id="an audience inside the other",
    ),
    pytest.param(
        starvation,
        (CAP, PLACED, pair(trigger=LARGE)),
        "`b` is lost for everyone who gets `a` before it: `cap` has no room left",
        id="one filter",
    ),
    pytest.param(
        reentry_overlap,
        (chain("{wait: 1h}, {send: a}", "reentry: always,"),),
        "`x` can send `a` twice to one customer, 61 minutes apart",
        id="always",
    ),
    pytest.param(
        reentry_overlap,
        (pair("reentry: always"),),
        "`x` can send `a` twice to one customer, 1 minute apart",
        id="beside another chain",
    ),
    pytest.param(
        reentry_overlap,
        (chain("{wait: 1h}, {send: a}, {wait: 2d}", "reentry: {mode: always, concurrent: true},"),),
        "`x` can send `a` twice to one customer, 1 minute apart",
        id="side by side",
    ),
    pytest.param(
        contradictory_messages,
        (TAGS, TWO),
        "one customer can get `b` and `a` within a day, though `cold` and `warm` must not meet",
        id="tags of messages",
    ),
    pytest.param(
        contradictory_messages,
        (TAGS, chain("{send: a}, {wait: 1h}, {send: b}")),
        "one customer can get `a` and `b` within a day, though `cold` and `warm` must not meet",
        id="one chain",
    ),
    pytest.param(
        priority_inversion,
        (CAP, TIED),
        "`a` takes the last place under `cap` from `b` in the same minute, and with the same"
        " priority 50: only the ids decide",
        id="a tie",
    ),
    pytest.param(
        priority_inversion,
        (
            CAP,
            (
                "chains: {x: {trigger: viewed, priority: 10, steps: [{send: a}]}, "
                "y: {trigger: viewed, priority: 90, steps: [{wait: 1h}, {send: b}]}}"
            ),
        ),
        "`b` (priority 90) gets lost under `cap`: `a` (priority 10) came first",
        id="an inversion",
    ),
]


@pytest.mark.parametrize(("rule", "sources", "message"), FOUND)
def test_found(rule, sources, message):
    found = list(rule.check(portfolio(*sources)))
    assert [one.message.english() for one in found] == [message]
    evidence = found[0].evidence
    assert evidence.verdict is Verdict.VIOLATED
    assert evidence.timeline
    assert evidence.chains
    assert evidence.replay.startswith(rule.CODE.id)


def test_a_timeline_shows_all_that_the_headline_counts():
    named = chains("frequency: [], steps: [{send: a}]", "frequency: [cap], steps: [{send: b}, %s]")
    named = named.replace("y: {trigger: viewed", "y: {trigger: cart_updated")
    found = list(frequency_overload.check(portfolio(MAILS, named % "{send: p}")))
    assert "due 3 messages" in found[0].message.english()
    lines = [line.text.english() for line in found[0].evidence.timeline]
    assert {"enters `x`", "enters `y`"} <= set(lines)
    assert sum(line.counted for line in found[0].evidence.timeline) == 3


FINE = [
    pytest.param(frequency_overload, (CAP.replace("1 per", "2 per"), TWO), id="room for both"),
    pytest.param(
        frequency_overload,
        (
            CAP,
            (
                "attributes: {kind: {type: enum, values: [m, n], mutability: immutable, "
                "nullable: false}}"
            ),
            chains(
                "audience: {attribute: kind, eq: m}, steps: [{send: a}]",
                "audience: {attribute: kind, eq: n}, steps: [{send: b}]",
            ),
        ),
        id="different customers",
    ),
    pytest.param(
        frequency_overload, (CAP.replace("{cap: {", "{cap: {status: draft, "), TWO), id="a draft"
    ),
    pytest.param(
        frequency_overload, (CAP, chain("{send: a}, {wait: 2h}, {send: b}")), id="CRM312 tells it"
    ),
    pytest.param(frequency_overload, (CAP, chain("{send: a}, {send: t}")), id="transactional"),
    pytest.param(frequency_overload, (chain("{send: w}, " * 5 + "{send: a}"),), id="onsite"),
    pytest.param(
        frequency_overload,
        (GAP.replace("3h", "3h, exceed: delay, ttl: 6h"), TWO),
        id="a pause that is waited for",
    ),
    pytest.param(cap_leak, (CAP, TWO), id="a rolling limit"),
    pytest.param(cap_leak, (CALENDAR, chain("{send: a}")), id="one message ever"),
    pytest.param(cap_leak, (GAP, TWO), id="a pause is no limit"),
    pytest.param(
        cap_leak, (CALENDAR.replace("1 per", "9 per"), TWO), id="a limit that is far away"
    ),
    pytest.param(
        starvation,
        (CALENDAR, chain("{send: a}, {wait: 2m}, {send: b}")),
        id="midnight may lie between",
    ),
    pytest.param(channel_collision, (chain("{send: a}, {wait: 2h}, {send: p}"),), id="two hours"),
    pytest.param(channel_collision, (chain("{send: a}, {send: w}"),), id="a window on the site"),
    pytest.param(
        channel_collision, (SAME.replace("{wait: 1h}", "{wait: 30m}"),), id="CRM301 tells of it"
    ),
    pytest.param(
        channel_collision,
        (TRIO,),
        id="CRM301 tells of two of three chains",
    ),
    pytest.param(
        channel_collision,
        (
            TAGS,
            SAME.replace("{wait: 1h}", "{wait: 30m}")
            .replace("x: {", "x: {tags: warm, ")
            .replace("y: {", "y: {tags: cold, "),
        ),
        id="CRM301 tells of their tags",
    ),
    pytest.param(channel_collision, (chain("{send: [a, p]}"),), id="one of two"),
    pytest.param(
        channel_collision,
        (chain("{branch: {if: {event: viewed}, then: [{send: a}], else: [{send: p}]}}"),),
        id="either",
    ),
    pytest.param(concurrent_chains, (SAME, GROUP), id="an exclusive group"),
    pytest.param(concurrent_chains, (TWO,), id="different triggers"),
    pytest.param(
        concurrent_chains,
        (SAME.replace("[{send: a},", "[{stop_chain: y}, {send: a},"),),
        id="one stops the other",
    ),
    pytest.param(
        concurrent_chains, (TAGS, chains("tags: warm, steps: []", "steps: []")), id="one tag"
    ),
    pytest.param(starvation, (CAP, chain("{send: a}, {wait: 1d}, {send: b}")), id="a day later"),
    pytest.param(starvation, (CAP, chain("{send: a}, {send: p}")), id="another channel"),
    pytest.param(
        starvation,
        (CAP, pair("audience: {event: viewed, within: 7d}", "audience: {event: viewed}")),
        id="an audience around the other",
    ),
    pytest.param(
        starvation,
        (CAP, PLACED, pair(trigger=LARGE).replace(LARGE, LARGE.replace("100", "200"), 1)),
        id="a narrower filter",
    ),
    pytest.param(starvation, (CAP, pair(send="t")), id="a message that does not count"),
    pytest.param(
        contradictory_messages, (TAGS, TWO.replace("x: {", "x: {status: draft, ")), id="a draft"
    ),
    pytest.param(
        concurrent_chains,
        (
            pair(
                "audience: {event: viewed}, exit: [{no_longer: audience}]",
                "audience: {not_event: viewed}, exit: [{no_longer: audience}]",
            ),
        ),
        id="whoever comes into one leaves the other",
    ),
    pytest.param(
        starvation,
        (CAP, chain("{send: a, only: {event: viewed}}, {wait: 2h}, {send: b}")),
        id="not for everyone",
    ),
    pytest.param(
        starvation,
        (CAP.replace("limits", "exceed: delay, limits"), chain("{send: a}, {send: b}")),
        id="a rule that delays",
    ),
    pytest.param(
        starvation,
        (
            CAP,
            pair().replace(
                "steps: [{send: a}]", "steps: [{wait: {between: {min: 1h, max: 3d}}}, {send: a}]"
            ),
        ),
        id="the more important one comes at any time",
    ),
    pytest.param(
        starvation,
        (CAP, chain("{send: a}, {wait: 2h}, {send: b, id: b}, {jump: {to: b, max: 2}}")),
        id="a chain that jumps",
    ),
    pytest.param(
        starvation,
        (
            CAP,
            (
                "messages: {f: {channel: email, subject: S, body: B, "
                "fallback: {when: {not_event: viewed}}}}"
            ),
            chain("{send: f}, {wait: 2h}, {send: b}"),
        ),
        id="another message may come first",
    ),
    pytest.param(reentry_overlap, (chain("{send: a}"),), id="never again"),
    pytest.param(reentry_overlap, (chain("{send: a}", "reentry: after 7d,"),), id="in a week"),
    pytest.param(
        reentry_overlap, (chain("{send: t}", "reentry: always,"),), id="transactional messages"
    ),
    pytest.param(
        reentry_overlap,
        (chain("{send: a}, {emit: cart_updated}", "reentry: always,"),),
        id="an event of its own",
    ),
    pytest.param(
        contradictory_messages,
        (TAGS.replace("incompatible: [cold]", ""), chain("{send: a}")),
        id="one of them",
    ),
    pytest.param(
        contradictory_messages,
        (TAGS, chain("{send: a}, {wait: 1d}, {send: b}")),
        id="on another day",
    ),
    pytest.param(
        contradictory_messages,
        (
            TAGS,
            chains(
                "tags: warm, steps: [{send: c}, {wait: 1h}]",
                "tags: cold, steps: [{send: p}, {wait: 1h}]",
            ),
        ),
        id="CRM301 tells it",
    ),
    pytest.param(priority_inversion, (CAP, TWO), id="nobody has set a priority"),
    pytest.param(frequency_overload, (CAP, TIED), id="CRM320 tells of a tie"),
    pytest.param(
        frequency_overload,
        (
            CAP,
            (
                "chains: {x: {trigger: viewed, priority: 10, steps: [{send: a}]}, "
                "y: {trigger: viewed, steps: [{wait: 1h}, {send: b}]}}"
            ),
        ),
        id="CRM320 tells of an inversion",
    ),
    pytest.param(
        priority_inversion,
        (CAP, chains("priority: 90, steps: [{send: a}]", "priority: 10, steps: [{send: b}]")),
        id="the higher priority comes first",
    ),
    pytest.param(
        priority_inversion,
        (CAP, chain("{send: a}, {wait: 1h, only: {event: viewed}}, {send: p}")),
        id="one chain",
    ),
]


@pytest.mark.parametrize(("rule", "sources"), FINE)
def test_fine(rule, sources):
    assert [one.message.english() for one in rule.check(portfolio(*sources))] == []


def test_harm_counts_customers_excess_and_cost():
    found = list(
        frequency_overload.check(
            portfolio(
                CAP,
                chains(
                    "expected_entries: 1500/d, steps: [{send: s}]",
                    "expected_entries: 48/h, priority: 10, steps: [{send: b}]",
                ),
            )
        )
    )
    assert found[0].evidence.harm == (1152, 1, 2)
