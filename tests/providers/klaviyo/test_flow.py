"""Chains as flows of Klaviyo: triggers, filters, actions and where they lead."""

from __future__ import annotations

import pytest

from tests.providers.klaviyo.small import HEAD, chain, made, told

ONCE = {"duration": 1, "unit": "alltime"}


def lines(body):
    """Return the actions of a flow, a line each: id, type, and where it goes."""
    return [
        " ".join([one["id"], one["type"], *(f"{name}={to}" for name, to in one["links"].items())])
        for one in body["actions"]
    ]


def only(steps, **more):
    """Return what the one action of some steps does, and what is not as written."""
    body, gaps = chain(steps, **more)
    (action,) = body["actions"]
    return action["data"], [support for support, _ in gaps]


def test_a_line():
    body, gaps = chain("[{wait: 1h}, {send: one}, {wait: 2d}]")
    assert lines(body) == ["1 time-delay next=2", "2 send-email next=3", "3 time-delay next=None"]
    assert body["trigger"] == {"type": "metric", "id": "Placed Order"}
    assert body["reentry_criteria"] == ONCE
    assert gaps == []


@pytest.mark.parametrize(
    ("wait", "data"),
    [
        pytest.param("3d", {"unit": "days", "value": 3}, id="days"),
        pytest.param("5h", {"unit": "hours", "value": 5}, id="hours"),
        pytest.param("90m", {"unit": "minutes", "value": 90}, id="minutes"),
    ],
)
def test_waits(wait, data):
    assert only(f"[{{wait: {wait}}}]") == (data, [])


NOON = {"unit": "days", "value": 1, "delay_until_time": "12:00:00"}
MOMENTS = [
    pytest.param("{until: {at: '12:00'}}", "", NOON, id="a time of day"),
    pytest.param(
        "{until: {at: '12:00', weekday: [wed, mon]}}",
        "",
        NOON | {"delay_until_weekdays": ["monday", "wednesday"]},
        id="on some days",
    ),
    pytest.param(
        "{until: {at: '12:00'}, timezone: Asia/Omsk}",
        "",
        NOON | {"timezone": "Asia/Omsk"},
        id="there",
    ),
    pytest.param(
        "{until: {at: '12:00'}}",
        "    timezone: account\n",
        NOON | {"timezone": "UTC"},
        id="in the zone of the account",
    ),
]


@pytest.mark.parametrize(("wait", "head", "data"), MOMENTS)
def test_waits_until_a_time_of_day(wait, head, data):
    found, gaps = only(f"[{{wait: {wait}}}]", head=head)
    assert found == data
    assert set(gaps) == {"deviates"}


@pytest.mark.parametrize(
    ("wait", "values"),
    [
        pytest.param("2d", [("days", 2)], id="days are part of it"),
        pytest.param("36h", [("hours", 36), ("days", 1)], id="hours are not"),
        pytest.param("1mo", [("days", 30)], id="months are days"),
    ],
)
def test_what_comes_before_a_time_of_day(wait, values):
    body, _ = chain(f"[{{wait: {wait}}}, {{wait: {{until: {{at: '12:00'}}}}}}, {{send: one}}]")
    delays = [one["data"] for one in body["actions"][:-1]]
    assert [(one["unit"], one["value"]) for one in delays] == values
    assert delays[-1]["delay_until_time"] == "12:00:00"


@pytest.mark.parametrize(
    ("message", "head", "hours"),
    [
        pytest.param(
            "free", '    quiet_hours: {from: "21:00", to: "09:00"}\n', True, id="a chain's"
        ),
        pytest.param("calls", "", True, id="a channel's"),
        pytest.param("free", "", False, id="none"),
        pytest.param("quiet", "", None, id="nothing holds what is transactional"),
    ],
)
def test_quiet_hours_of_texts(message, head, hours):
    more = "  free: {channel: sms, text: Hi}\n  calls: {channel: calm, text: Hi}\nsegments:"
    text = HEAD.replace("segments:", more)
    text += f"chains:\n  c:\n    trigger: order\n{head}    steps: [{{send: {message}}}]\n"
    found = made(text)
    (action,) = found.payloads["chain", "c"].body["actions"]
    assert action["data"]["message"]["sms_quiet_hours_enabled"] is (hours or False)
    supports = {gap.support.value for gap in found.survey.gaps(("chain", "c"))}
    assert ("deviates" in supports) is (hours is not False)


CLICKED = "Clicked Email greater-than 0 flow-start Campaign Name contains"
REACTIONS = [
    pytest.param(
        "{message: one, clicked: true}",
        [f"{CLICKED} (one@"],
        id="of this passage",
    ),
    pytest.param(
        "{message: one, opened: false, within: 2d}",
        ["Opened Email equals 0 in-the-last 2 day Campaign Name contains (one@"],
        id="lately",
    ),
    pytest.param(
        "{message: {tag: sale}, clicked: true, since: chain_start}",
        [f"{CLICKED} (odd@ | {CLICKED} (one@"],
        id="any of a tag",
    ),
    pytest.param(
        "{message: {tag: sale}, clicked: false}",
        [
            "Clicked Email equals 0 alltime Campaign Name contains (odd@",
            "Clicked Email equals 0 alltime Campaign Name contains (one@",
        ],
        id="none of a tag",
    ),
    pytest.param(
        "{message: one, opened: {gte: 2}}",
        ["Opened Email greater-than-or-equal 2 flow-start Campaign Name contains (one@"],
        id="how often",
    ),
]
TAGGED = HEAD.replace(
    "category: transactional, subject", "category: transactional, tags: sale, subject"
)
TAGGED += "tags: {sale: {title: Sale}}\n"


def reaction(asked):
    """Return the flow that asks for a reaction, and how it fares."""
    steps = f"[{{send: one}}, {{branch: {{if: {asked}, then: [{{wait: 1h}}]}}}}]"
    found = made(f"{TAGGED}chains:\n  c:\n    trigger: order\n    steps: {steps}\n")
    gaps = [gap.support.value for gap in found.survey.gaps(("chain", "c"))]
    return found.payloads["chain", "c"].body["actions"][1], gaps


@pytest.mark.parametrize(("asked", "expected"), REACTIONS)
def test_what_became_of_an_email(asked, expected):
    fork, gaps = reaction(asked)
    assert told(fork["data"]["profile_filter"]) == expected
    assert gaps == ["deviates"]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("{message: three, clicked: true}", id="a text message"),
        pytest.param("{message: one, replied: true}", id="a reply"),
        pytest.param("{message: one, clicked: true, link: more}", id="a link"),
        pytest.param("{message: {tag: sale}, opened: {gte: 2}}", id="how often of several"),
        pytest.param("{message: one, opened: true, within: 90m}", id="minutes"),
        pytest.param("{message: any, opened: true}", id="any message"),
    ],
)
def test_what_became_of_others(asked):
    steps = f"[{{send: one}}, {{branch: {{if: {asked}, then: [{{wait: 1h}}]}}}}]"
    found = made(f"{TAGGED}chains:\n  c:\n    trigger: order\n    steps: {steps}\n")
    assert "none" in [gap.support.value for gap in found.survey.gaps(("chain", "c"))]


def test_what_became_of_a_campaign():
    steps = "[{send: one}, {branch: {if: {message: one, clicked: true}, then: [{wait: 1h}]}}]"
    text = f"{TAGGED}chains:\n  c:\n    trigger: order\n    steps: {steps}\n"
    mailing = "broadcasts: {b: {title: B, audience: {include: [vip]}, message: MESSAGE}}\n"
    for message, support in (("one", "none"), ("odd", "deviates")):
        found = made(text + mailing.replace("MESSAGE", message))
        gaps = found.survey.gaps(("chain", "c"))
        assert {gap.support.value for gap in gaps if gap.element == "message"} >= {support}
        assert any(gap.support.value == "none" for gap in gaps) is (support == "none")


def test_a_question_about_nothing_is_not_asked():
    body, _ = chain("[{wait: 1h}, {branch: {if: vip, then: [{note: x}]}}]")
    assert lines(body) == ["1 time-delay next=None"]
    body, _ = chain("[{wait: 1h}, {branch: {if: vip, then: [{wait: 2h}]}}]")
    assert len(lines(body)) == 3


def test_an_email():
    data, gaps = only("[{send: one}]")
    message = data["message"]
    assert message.pop("name").startswith("one (one@")
    assert message == {
        "subject_line": "Hi",
        "template_id": {"$ref": "message.one"},
        "smart_sending_enabled": False,
        "transactional": True,
        "from_email": "hello@shop.example",
        "from_label": "Shop",
        "reply_to_email": "re@shop.example",
    }
    assert gaps == []


def test_other_messages():
    text, push, hush = (
        only(f"[{{send: {id_}}}]")[0]["message"] for id_ in ("three", "two", "hush")
    )
    assert (text["body"], text["add_org_prefix"], text["shorten_links"]) == ("There", False, False)
    assert (push["title"], push["body"], push["push_type"]) == ("Hi", "There", "standard")
    assert hush["push_type"] == "silent"


def test_a_branch():
    steps = """
      - branch:
          cases:
            - {if: {attribute: tier, eq: gold}, then: [{send: one}]}
            - {if: {trigger: total, gt: 9}, then: [{exit: rich}]}
          else: [{wait: 1h}]
      - {send: three}
"""
    body, gaps = chain(steps)
    assert lines(body) == [
        "1 conditional-split next_if_true=2 next_if_false=4",
        "2 send-email next=3",
        "3 send-sms next=None",
        "4 trigger-split next_if_true=None next_if_false=5",
        "5 time-delay next=6",
        "6 send-sms next=None",
    ]
    split = body["actions"][3]["data"]
    assert (split["trigger_id"], split["trigger_type"]) == ("Placed Order", "metric")
    assert told(split["trigger_filter"]) == ["total greater-than 9"]
    (asked,) = split["trigger_filter"]["condition_groups"][0]["conditions"]
    assert asked["metric_id"] == "Placed Order"
    assert gaps == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            "{attribute: tier}", ["conditional-split", "conditional-split"], id="attribute"
        ),
        pytest.param("{trigger: kind}", ["trigger-split", "trigger-split"], id="the event"),
    ],
)
def test_a_switch(value, expected):
    cases = "{gold: [{send: one}], silver: [{exit: x}]}"
    body, gaps = chain(f"[{{switch: {{value: {value}, cases: {cases}, default: [{{wait: 1h}}]}}}}]")
    assert [one["type"] for one in body["actions"] if one["type"].endswith("split")] == expected
    assert [one["type"] for one in body["actions"]][-1] == "time-delay"
    assert gaps == []


def test_a_split_is_drawn_from_what_is_left():
    one, two = "a: {weight: 20, steps: [{send: one}]}", "b: {weight: 40, steps: [{send: three}]}"
    body, gaps = chain(f"[{{split: {{arms: {{{one}, {two}, c: {{weight: 40}}}}}}}}]")
    samples = [
        one["data"]["profile_filter"]["condition_groups"][0]["conditions"][0]
        for one in body["actions"]
        if one["type"] == "conditional-split"
    ]
    assert [one["percentage"] for one in samples] == [20, 50]
    assert [support for support, _ in gaps] == ["deviates"]


@pytest.mark.parametrize(
    ("weights", "kinds"),
    [
        pytest.param((0, 100), ["send-sms"], id="nobody"),
        pytest.param((100, 0), ["send-email"], id="everybody"),
    ],
)
def test_a_split_that_is_none(weights, kinds):
    one = f"a: {{weight: {weights[0]}, steps: [{{send: one}}]}}"
    other = f"b: {{weight: {weights[1]}, steps: [{{send: three}}]}}"
    body, _ = chain(f"[{{split: {{arms: {{{one}, {other}}}}}}}]")
    assert [action["type"] for action in body["actions"]] == kinds


def test_a_race_is_a_wait_and_a_look_back():
    race = "{first_of: [{if: {event: view}, then: [{exit: seen}]}], timeout: 3d}"
    body, gaps = chain(f"[{{wait_for: {race}}}, {{send: one}}]")
    assert lines(body) == [
        "1 time-delay next=2",
        "2 conditional-split next_if_true=None next_if_false=3",
        "3 send-email next=None",
    ]
    asked = told(body["actions"][1]["data"]["profile_filter"])
    assert asked == ["view greater-than 0 in-the-last 3 day"]
    assert [support for support, _ in gaps] == ["deviates"]


def test_who_stays():
    leave = "[view, {if: {list: fans}}, {no_longer: audience}]"
    head = f"    audience: {{segment: vip}}\n    exit: {leave}\n"
    body, gaps = chain(head=head)
    assert told(body["profile_filter"]) == [
        "in segment.vip",
        "view equals 0 flow-start",
        "not in list.fans",
    ]
    assert {support for support, _ in gaps} == {"deviates"}


@pytest.mark.parametrize(
    ("again", "expected", "gaps"),
    [
        pytest.param("never", ONCE, [], id="never"),
        pytest.param(
            "{mode: always, concurrent: true}", {"duration": 0, "unit": "alltime"}, [], id="always"
        ),
        pytest.param(
            "always", {"duration": 0, "unit": "alltime"}, ["deviates"], id="one at a time"
        ),
        pytest.param(
            "{mode: after, after: 36h, concurrent: true}",
            {"duration": 36, "unit": "hour"},
            [],
            id="after some hours",
        ),
        pytest.param(
            "{mode: after, after: 1w, concurrent: true}",
            {"duration": 1, "unit": "week"},
            [],
            id="after a week",
        ),
        pytest.param(
            "{mode: after, after: 90m, concurrent: true}",
            {"duration": 0, "unit": "alltime"},
            ["none"],
            id="after some minutes",
        ),
        pytest.param("{mode: after_exit, after: 3d}", ONCE, ["none"], id="after the end"),
    ],
)
def test_coming_again(again, expected, gaps):
    body, found = chain(head=f"    reentry: {again}\n")
    assert body["reentry_criteria"] == expected
    assert [support for support, _ in found] == gaps


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        pytest.param(
            "{segment: vip}", {"type": "segment", "id": {"$ref": "segment.vip"}}, id="segment"
        ),
        pytest.param("{list: fans}", {"type": "list", "id": {"$ref": "list.fans"}}, id="list"),
    ],
)
def test_coming_into_a_group(trigger, expected):
    body, gaps = chain(trigger=trigger)
    assert body["trigger"] == expected
    assert gaps == []


def test_an_event_of_a_kind():
    body, _ = chain(trigger="{event: order, where: {total: {between: [5, 9]}, kind: a}}")
    asked = body["trigger"]["trigger_filter"]
    assert told(asked) == [
        "total greater-than-or-equal 5",
        "total less-than-or-equal 9",
        "kind equals a",
    ]


@pytest.mark.parametrize(
    ("set_", "operation"),
    [
        pytest.param(
            "{set: {seen: true}}", {"property_type": "boolean", "property_value": True}, id="yes"
        ),
        pytest.param(
            "{set: {score: 3}}", {"property_type": "numeric", "property_value": 3}, id="number"
        ),
        pytest.param(
            "{set: {tier: gold}}", {"property_type": "string", "property_value": "gold"}, id="text"
        ),
        pytest.param("{unset: [tier]}", None, id="nothing"),
    ],
)
def test_properties(set_, operation):
    data, gaps = only(f"[{{update: {set_}}}]")
    (found,) = data["profile_operations"]
    assert found["operator"] == ("delete" if operation is None else "update")
    assert found.items() >= (operation or {}).items()
    assert gaps == []


def test_a_property_has_its_own_name():
    data, _ = only("[{update: {set: {rank: 1}}}]")
    assert data["profile_operations"][0]["property_key"] == "Rank of all"


def test_lists_are_changed_one_by_one():
    body, gaps = chain("[{list: {add: fans, remove: fans}}]")
    assert [one["data"]["on_execution"] for one in body["actions"]] == [True, False]
    assert body["actions"][0]["data"]["list_id"] == {"$ref": "list.fans"}
    assert lines(body) == ["1 list-update next=2", "2 list-update next=None"]
    assert gaps == []


def test_a_call():
    steps = '[{webhook: {url: "https://shop.example/x", headers: {A: b}, body: {a: 1}}}]'
    data, gaps = only(steps)
    assert data["message"] == {
        "url": "https://shop.example/x",
        "headers": {"A": "b"},
        "body": '{"a": 1}',
    }
    assert gaps == []
    bare, _ = only('[{webhook: {url: "https://shop.example/x"}}]')
    assert "body" not in bare["message"]


@pytest.mark.parametrize(
    ("steps", "head", "trigger", "words"),
    [
        pytest.param(
            "[{wait: 1h}]", "", "[order, view]", "a flow of Klaviyo has one trigger", id="triggers"
        ),
        pytest.param(
            "[{wait: 1h}]",
            "",
            "{segment: vip, transition: left}",
            "Klaviyo starts a flow when somebody comes into it, from now on",
            id="leaving a segment",
        ),
        pytest.param(
            "[{wait: 1h}]",
            "    reentry: always\n",
            "{list: fans}",
            "a flow of a list or segment is entered once, whatever `reentry` says",
            id="a list, again and again",
        ),
        pytest.param(
            "[{wait: 1h}]",
            "    audience: {any: []}\n",
            "order",
            "Klaviyo has no flow for nobody",
            id="nobody",
        ),
        pytest.param(
            "[{wait: 1h}]",
            "    audience: {trigger: total, gt: 3}\n",
            "order",
            "Klaviyo filters by profiles here, not by the event that started the flow",
            id="an audience by the event",
        ),
        pytest.param(
            "[{branch: {if: {all: [vip, {trigger: total, gt: 3}]}, then: [{send: one}]}}]",
            "",
            "order",
            "a split of Klaviyo asks for the event or for the profile, not for both",
            id="event and profile",
        ),
        pytest.param(
            "[{split: {arms: {a: {weight: 33.3}, b: {weight: 66.7, steps: [{send: one}]}}}}]",
            "",
            "order",
            "Klaviyo draws whole percents of those whom the arms before left",
            id="odd shares",
        ),
        pytest.param(
            "[{update: {increment: {score: 1}}}]",
            "",
            "order",
            "Klaviyo sets properties to fixed texts, numbers and yes or no",
            id="one more",
        ),
        pytest.param(
            "[{update: {set: {name: '{{ event.word }}'}}}]",
            "",
            "order",
            "Klaviyo sets properties to fixed texts, numbers and yes or no",
            id="a value of the event",
        ),
        pytest.param(
            "[{update: {set: {mail: x}}}]",
            "",
            "order",
            "flows of Klaviyo set custom properties, not `mail`",
            id="a standard attribute",
        ),
        pytest.param(
            '[{webhook: {url: "https://shop.example/x", method: GET}}]',
            "",
            "order",
            "flows of Klaviyo post fixed requests, without `auth`, `query` and `save`",
            id="a call that gets",
        ),
        pytest.param(
            "[{send: quiet}]",
            "",
            "order",
            "Klaviyo has quiet hours of the account, none of a channel (semantics 8.8)",
            id="quiet hours",
        ),
        pytest.param(
            "[{id: m, send: {messages: [one, three], choose: preferred}}]",
            "",
            "order",
            "`choice` cannot be written in another way: no condition asks for the channel of the"
            " latest click",
            id="the channel they like",
        ),
        pytest.param(
            "[{wait: {until: {working_day: true, at: '10:00'}}}]",
            "",
            "order",
            "Klaviyo waits for a length of time, or until a time of day",
            id="a wait for a working day",
        ),
        pytest.param(
            "[{throttle: {limit: 1, per: 1d}}]",
            "",
            "order",
            "Klaviyo has no `throttle` step",
            id="a step that is not there",
        ),
        pytest.param(
            "[{wait: 1h}]", "", "{manual: true}", "Klaviyo has no `manual` trigger", id="by hand"
        ),
        pytest.param(
            "[{id: m, send: one}, {switch: {value: {step: {step: m}}, cases: {a: [{wait: 1h}]}}}]",
            "",
            "order",
            "Klaviyo chooses by attributes and by data of the event",
            id="a switch by a step",
        ),
        pytest.param(
            "[{wait: 1h}]",
            "    exit: [{event: order, where: {word: {matches: a}}}]\n",
            "order",
            "Klaviyo cannot ask for this `event`",
            id="an exit by a pattern",
        ),
    ],
)
def test_what_is_not_taken(steps, head, trigger, words):
    _, gaps = chain(steps, head, trigger)
    assert words in [reason for _, reason in gaps]


def test_a_message_that_is_left_out_takes_its_chain_along():
    found = made(f"{HEAD}chains: {{c: {{trigger: order, steps: [{{send: call}}]}}}}\n")
    (absence,) = [one for key, one in found.survey.absent.items() if key.kind == "chain"]
    assert str(absence.lacks) == "message.call"


def test_an_audience_that_is_asked_once_is_asked_again():
    _, gaps = chain(head="    audience: {segment: vip}\n    recheck: entry\n")
    assert [support for support, _ in gaps] == ["deviates"]


def test_cases_that_always_or_never_hold():
    cases = "[{if: {any: []}, then: [{send: three}]}, {if: {all: []}, then: [{send: one}]}]"
    body, _ = chain(f"[{{branch: {{cases: {cases}}}}}]")
    assert [one["type"] for one in body["actions"]] == ["send-email"]


LANGUAGES = (
    HEAD.replace(
        "attributes:\n",
        "attributes:\n  lang: {title: L, type: enum, values: [ru, en], standard: language}\n",
    ).replace(
        "messages:\n",
        "messages:\n  many: {channel: email, category: transactional, subject: Hi, body: Hi,"
        " locales: {ru: {subject: RU}}}\n",
    )
    + "chains: {c: {trigger: order, steps: [{send: many}]}}\n"
)


def test_a_message_in_two_languages_is_two_templates_and_a_split():
    found = made(LANGUAGES)
    body = found.payloads["chain", "c"].body
    assert not found.survey.gaps(("chain", "c"))
    split, *sends = body["actions"]
    (asked,) = split["data"]["profile_filter"]["condition_groups"][0]["conditions"]
    assert (asked["property"], asked["filter"]["value"]) == ("properties['lang']", "ru")
    assert [one["data"]["message"]["template_id"]["$ref"] for one in sends] == [
        "message.many__ru",
        "message.many",
    ]
    assert {key.id for key in found.payloads if key.id.startswith("many")} == {"many", "many__ru"}


CAPPED = HEAD.replace(
    "messages:\n", "messages:\n  sale: {channel: email, consent: news, subject: S, body: S}\n"
)
RULE = """
frequency:
  cap: {title: Cap, applies_to: {channels: [email]}, limits: [2 per 7d], EXCEED}
"""


@pytest.mark.parametrize(
    ("exceed", "types"),
    [
        pytest.param("exceed: skip", ["conditional-split", "send-email"], id="asked"),
        pytest.param("exceed: delay", ["send-email"], id="left alone"),
    ],
)
def test_a_cap_on_emails_is_a_question_before_each(exceed, types):
    rule = RULE.replace("EXCEED", exceed)
    found = made(f"{CAPPED}{rule}chains: {{c: {{trigger: order, steps: [{{send: sale}}]}}}}\n")
    body = found.payloads["chain", "c"].body
    assert [one["type"] for one in body["actions"]] == types
    if len(types) > 1:
        (asked,) = body["actions"][0]["data"]["profile_filter"]["condition_groups"][0]["conditions"]
        assert asked["metric_id"] == "Received Email"
        assert asked["measurement_filter"] == {
            "type": "numeric",
            "operator": "less-than",
            "value": 2,
        }
        assert asked["timeframe_filter"]["quantity"] == 1
