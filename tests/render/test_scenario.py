from __future__ import annotations

import msgspec
import pytest

from crmspec.render.scenario import Scenario

SHOP = """
events: {viewed: {title: Viewed}, bought: {title: Bought}}
channels:
  email: {type: email}
  sms: {title: SMS, type: sms, quiet_hours: {from: "21:00", to: "10:00", fallback: skip}}
attributes: {tier: {type: string}}
tags: {promo: {}}
segments:
  vip: {title: VIP, attribute: tier, eq: gold}
  new: {title: New, event: viewed}
goals: {order: {title: Order, event: bought}}
messages:
  a: {channel: email, subject: A, body: A, topic: news, tags: promo}
  s: {channel: sms, text: S, category: transactional}
"""


def chain(make_view, extra: str = "", **parts: str) -> Scenario:
    body = {"trigger": "viewed", "steps": "[{send: a}]"} | parts
    keys = ", ".join(f"{key}: {value}" for key, value in body.items())
    view = make_view(f"{SHOP}{extra}chains: {{x: {{{keys}}}}}\n")
    return Scenario(view.program.chains["x"], view)


def broadcast(make_view, **parts: str) -> Scenario:
    body = {"audience": "{include: [new], exclude: [vip]}", "message": "a"} | parts
    keys = ", ".join(f"{key}: {value}" for key, value in body.items())
    view = make_view(f"{SHOP}broadcasts: {{x: {{{keys}}}}}\n")
    return Scenario(view.program.broadcasts["x"], view)


def texts(cell) -> list[str]:
    return [item.text for item in cell]


@pytest.mark.parametrize(
    ("audience", "who", "excluded"),
    [
        pytest.param("new", ["in segment “New”"], [], id="one condition"),
        pytest.param(
            "{all: [new, {not: vip}]}",
            ["in segment “New”", "except those in segment “VIP”"],
            ["in segment “VIP”"],
            id="not",
        ),
        pytest.param(
            "{none: [new, vip]}",
            ["everyone except those in segment “New” and those in segment “VIP”"],
            ["in segment “New”", "in segment “VIP”"],
            id="none of",
        ),
        pytest.param(
            "{not_event: bought, within: 30d}",
            ["everyone except those with: “Bought” happened in 30 days"],
            ["“Bought” happened in 30 days"],
            id="an event that must not have happened",
        ),
        pytest.param(
            "{in_chain: x, is: false}",
            ["everyone except anyone who is in chain x"],
            ["is in chain x"],
            id="not in a chain",
        ),
        pytest.param("{in_chain: x}", ["is in chain x"], [], id="in a chain"),
    ],
)
def test_who_and_who_not(make_view, audience, who, excluded):
    found = chain(make_view, audience=audience)
    assert (texts(found.who()), texts(found.exclusions())) == (who, excluded)


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "everyone except those in segment “New” and those with: “Bought” happened"),
        ("ru", "все, кроме тех, кто в сегменте «New» и тех, у кого было событие «Bought»"),
    ],
)
def test_who_is_left_out_is_said_in_one_sentence(make_view, lang, expected):
    audience = "{all: [{not: new}, {not: {event: bought}}]}"
    chains = f"chains: {{x: {{trigger: viewed, audience: {audience}, steps: [{{send: a}}]}}}}\n"
    view = make_view(SHOP + chains, lang=lang)
    assert Scenario(view.program.chains["x"], view).who_words() == expected


def test_those_let_in_and_those_left_out_are_said_together(make_view):
    found = chain(make_view, audience="{all: [new, {attribute: tier, eq: a}, {not: vip}]}")
    assert found.who_words() == "in segment “New” and tier = a, except those in segment “VIP”"


def test_a_broadcast_as_a_row(make_view):
    found = broadcast(
        make_view,
        at="'2026-11-27T10:00'",
        resend="{after: 1d, to: {message: a, opened: false}}",
        throttle="20%/h",
        goal="order",
    )
    assert texts(found.who()) == ["New", "except “VIP”"]
    assert texts(found.exclusions()) == ["VIP"]
    assert texts(found.trigger()) == ["once, on 2026-11-27 10:00"]
    assert texts(found.chain()) == ["1 message"]
    assert texts(found.goal()) == ["Order"]
    assert texts(found.limits()) == ["again after 1 day: a: not opened", "at most 20 % per hour"]
    assert (found.exits(), found.reentry(), found.metric(), found.quiet_hours()) == ((),) * 4


def test_other_moments_of_a_broadcast(make_view):
    weekly = broadcast(make_view, repeat="{rrule: FREQ=WEEKLY;BYDAY=TH, at: '12:00'}")
    assert texts(weekly.trigger()) == ["on schedule: every week on Thu at 12:00"]
    again = broadcast(make_view, at="'2026-11-27T10:00'", resend="1d")
    undated = Scenario(msgspec.structs.replace(again.it, at=None), again.view)
    assert texts(undated.trigger()) == ["by hand"]
    assert texts(again.limits()) == ["again after 1 day: everyone"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param("{limits: [1 per 1d]}", [], id="no scope and not named"),
        pytest.param(
            "{applies_to: {}, limits: [1 per 1d, 3 per 7d]}",
            ["at most 1 in 1 day, at most 3 in 7 days"],
            id="an empty scope means all",
        ),
        pytest.param(
            "{applies_to: {channels: [email]}, min_gap: 3h}", ["at least 3 hours apart"],
            id="its channel",
        ),
        pytest.param("{applies_to: {channels: [sms]}, min_gap: 3h}", [], id="another channel"),
        pytest.param(
            "{applies_to: {categories: [transactional]}, min_gap: 3h}", [], id="another category"
        ),
        pytest.param(
            "{applies_to: {topics: [news], tags: [promo], chains: [x], messages: [a]}, "
            "min_gap: 3h}",
            ["at least 3 hours apart"],
            id="everything fits",
        ),
        pytest.param(
            "{applies_to: {channels: [email], topics: [tips]}, min_gap: 3h}", [],
            id="one thing does not fit",
        ),
        pytest.param(
            "{after: bought, block: {channels: [email]}, for: 2d}",
            ["rest of 2 days after “Bought”"],
            id="rest after an event",
        ),
        pytest.param(
            "{after: bought, block: {channels: [sms]}, for: 2d}", [], id="rest of another channel"
        ),
    ],
)  # fmt: skip
def test_frequency_rules_that_hold(make_view, rule, expected):
    found = chain(make_view, extra=f"frequency: {{cap: {rule}}}\n")
    assert [item.note for item in found.caps()] == expected


def test_named_rules_hold(make_view):
    rule = "frequency: {cap: {limits: [1 per 1d]}}\n"
    assert [i.id for i in chain(make_view, extra=rule, frequency="[cap]").caps()] == ["cap"]
    shared = "project: p\ndefaults: {chain: {frequency: [cap], quiet_hours: '22:00-09:00'}}\n"
    found = chain(make_view, extra=shared + rule)
    assert [item.id for item in found.caps()] == ["cap"]
    assert texts(found.quiet_hours()) == ["22:00–09:00, sent afterwards"]


def test_quiet_hours_of_channels(make_view):
    found = chain(make_view, steps="[{send: s}]")
    assert texts(found.quiet_hours()) == ["“SMS”: 21:00–10:00, not sent at all"]
    assert texts(chain(make_view).quiet_hours()) == []


def test_other_limits(make_view):
    found = chain(
        make_view,
        extra="exclusive: {main: {title: Main, chains: [x]}}\n",
        exclusive="other",
        holdout="5%",
        rate_limit="500/min",
        running="{from: '2026-01-01', to: '2026-02-01'}",
    )
    assert texts(found.limits()) == [
        "one at a time in group other",
        "one at a time in group “Main”",
        "5 % receive nothing (control)",
        "at most 500 per minute",
        "entry from 2026-01-01 until 2026-02-01",
    ]
    assert texts(chain(make_view).limits()) == []


def test_a_goal_has_its_window(make_view):
    found = chain(make_view, goal="[{goal: order, within: 5d}, order]")
    assert [(item.text, item.note) for item in found.goal()] == [
        ("Order", "within 5 days"),
        ("Order", ""),
    ]
