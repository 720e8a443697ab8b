"""Chains as workflows: what each step becomes, and what there is no way to say."""

from __future__ import annotations

import msgspec
import pytest

from tests.providers.knock.small import HEAD, TARGET, chain, findings, made, resources


@pytest.mark.parametrize(
    ("wait", "unit", "value"),
    [
        pytest.param("1h", "hours", 1, id="hours"),
        pytest.param("36h", "hours", 36, id="a day and a half"),
        pytest.param("2d", "days", 2, id="days"),
        pytest.param("90m", "minutes", 90, id="minutes"),
        pytest.param("90s", "minutes", 2, id="seconds are rounded up"),
        pytest.param("1mo", "months", 1, id="a month"),
    ],
)
def test_waits(wait, unit, value):
    body, gaps = chain(f"[{{wait: {wait}}}]")
    assert body["steps"] == [
        {
            "ref": "wait_1",
            "type": "delay",
            "settings": {"delay_for": {"unit": unit, "value": value}},
        }
    ]
    assert gaps == []


def test_an_exit_ends_its_branch_and_the_rest_meets_again():
    steps = (
        "[{branch: {if: {attribute: tier, eq: gold}, then: [{send: one}, {exit: x}]}}, {send: two}]"
    )
    body, gaps = chain(steps)
    branch, push = body["steps"]
    assert gaps == []
    assert [way.get("terminates", False) for way in branch["branches"]] == [True, False]
    assert [way.get("conditions") is None for way in branch["branches"]] == [False, True]
    assert push["template"] == {
        "title": "Hi",
        "text_body": "There",
        "settings": {"delivery_type": "content"},
    }


def test_a_switch_is_a_branch_for_each_value():
    switch = "{value: {attribute: tier}, cases: {gold: [{send: one}]}, default: []}"
    body, gaps = chain(f"[{{switch: {switch}}}]")
    (branch,) = body["steps"]
    assert gaps == []
    assert branch["branches"][0]["conditions"] == {
        "all": [{"variable": "recipient.tier", "operator": "equal_to", "argument": '"gold"'}]
    }


def test_what_became_of_a_step_is_asked_by_its_ref():
    body, gaps = chain(
        "[{id: mail, send: one}, {wait: 1d},"
        " {branch: {if: {message: one, opened: false}, then: [{send: two}]}},"
        " {branch: {if: {step: mail, outcome: skipped}, then: [{send: two}]}}]"
    )
    asked = [one["branches"][0]["conditions"]["all"][0] for one in body["steps"][2:]]
    assert gaps == []
    assert asked == [
        {
            "variable": "refs.mail.engagement_status",
            "operator": "not_contains",
            "argument": "$message.read",
        },
        {
            "variable": "refs.mail.delivery_status",
            "operator": "equal_to",
            "argument": "$message.skipped",
        },
    ]


@pytest.mark.parametrize(
    ("asked", "gaps"),
    [
        pytest.param("{step: mail, outcome: skipped}", [], id="skipped"),
        pytest.param("{step: mail, outcome: sent}", ["deviates"], id="sent: not known at once"),
        pytest.param("{step: mail, outcome: matched}", ["none"], id="a send does not match"),
        pytest.param("{step: pause, outcome: skipped}", ["none"], id="a wait has no message"),
        pytest.param("{message: one, opened: {gte: 2}}", ["none"], id="how often it was opened"),
        pytest.param("{message: one, opened: true, within: 1d}", ["none"], id="when it was opened"),
        pytest.param("{message: two, clicked: true}", ["none"], id="a message that is not sent"),
        pytest.param("{any: []}", ["none"], id="never"),
        pytest.param("{all: []}", [], id="always"),
    ],
)
def test_what_can_be_asked_of_steps(asked, gaps):
    steps = (
        f"[{{id: mail, send: one}}, {{id: pause, wait: 1d}}, {{branch: {{if: {asked}, then: []}}}}]"
    )
    assert [support for support, _ in chain(steps)[1]] == gaps


def test_a_wait_for_a_segment():
    body, gaps = chain("[{wait_for: {if: vip, timeout: 3d, otherwise: [{send: two}]}}]")
    wait, branch = body["steps"]
    assert wait["settings"]["event"]["audience_key"] == {"$ref": "segment.vip"}
    assert branch["branches"][1]["steps"][0]["type"] == "channel"
    assert [support for support, _ in gaps] == ["deviates"]


def test_hours_are_a_window_of_each_day():
    hours = "    quiet_hours: {from: '21:00', to: '09:00', ttl: 14h}\n"
    body, gaps = chain("[{send: one}]", hours)
    assert gaps == []
    assert "send_windows" not in body["steps"][0]  # transactional
    sale, _ = chain("[{send: sale}]", hours)
    windows = sale["steps"][0]["send_windows"]
    assert len(windows) == 7
    assert windows[0] == {"day": "monday", "type": "send", "from": "09:00", "until": "21:00"}


@pytest.mark.parametrize(
    ("head", "frequency", "gaps"),
    [
        pytest.param("", "once_per_recipient", [], id="never again"),
        pytest.param(
            "    reentry: {mode: always, concurrent: true}\n", "every_trigger", [], id="always"
        ),
        pytest.param(
            "    reentry: always\n", "every_trigger", ["deviates"], id="one after another"
        ),
        pytest.param(
            "    reentry: {mode: after, after: 7d}\n", "every_trigger", ["none"], id="after"
        ),
    ],
)
def test_how_often(head, frequency, gaps):
    body, found = chain(head=head)
    assert body["trigger_frequency"] == frequency
    assert [support for support, _ in found] == gaps


def test_the_data_of_an_event_is_asked_at_the_start():
    text = (
        f"{HEAD}chains:\n  c:\n    trigger: {{event: order, where: {{kind: a}}}}\n    steps: []\n"
    )
    body = resources(text, settings="on_unsupported: degrade\n")["chain.c"].body
    assert body["conditions"] == {
        "all": [{"variable": "data.kind", "operator": "equal_to", "argument": '"a"'}]
    }


@pytest.mark.parametrize(
    ("steps", "word"),
    [
        pytest.param("[{send: call}]", "`voice` channel", id="a channel that it lacks"),
        pytest.param("[{send: odd}]", "", id="a template that it cannot say"),
        pytest.param("[{send: [one, two]}]", "`choice`", id="one of several"),
        pytest.param("[{send: late}]", "`ttl`", id="a field of a message"),
        pytest.param("[{send: quiet}]", "quiet hours of a channel", id="hours of a channel"),
        pytest.param("[{wait: 1mo 1d}]", "months", id="months and days"),
        pytest.param("[{wait: 400d}]", "no more than", id="too long"),
        pytest.param("[{wait_for: {if: {event: order}}}]", "30 days", id="a wait without an end"),
        pytest.param("[{wait_for: {if: vip, timeout: 31d}}]", "30 days", id="a long wait"),
        pytest.param("[{update: {unset: [city]}}]", "fixed values", id="unset"),
        pytest.param("[{update: {set: {city: now}}}]", "fixed values", id="a moment"),
        pytest.param(
            "[{webhook: {url: 'https://shop.example/{{ profile.city }}'}}]", "fixed", id="a request"
        ),
        pytest.param("[{emit: order}]", "`emit` step", id="a step that it lacks"),
        pytest.param(
            "[{split: {arms: {a: {weight: 33.33}, b: {weight: 66.67}}}}]", "one digit", id="shares"
        ),
    ],
)
def test_what_knock_has_no_way_to_say(steps, word):
    _, gaps = chain(steps)
    assert any(support == "none" and word in reason for support, reason in gaps), gaps


@pytest.mark.parametrize(
    ("head", "steps", "word"),
    [
        pytest.param(f"    description: {'x' * 281}\n", "[]", "280 characters", id="a long text"),
        pytest.param(
            "    quiet_hours: {from: '09:00', to: '18:00'}\n",
            "[{send: sale}]",
            "over midnight",
            id="hours by day",
        ),
        pytest.param(
            "    quiet_hours: {from: '21:00', to: '09:00', ttl: 13h}\n",
            "[{send: sale}]",
            "over midnight",
            id="a ttl that may end before them",
        ),
        pytest.param(
            "    quiet_hours: {from: '21:00', to: '09:00', timezone: Europe/Moscow}\n",
            "[{send: sale}]",
            "over midnight",
            id="hours of a fixed zone",
        ),
        pytest.param(
            "    exit: [order]\n", "[{send: one}]", "cannot ask", id="an event that ends it"
        ),
        pytest.param("    audience: {any: []}\n", "[]", "never holds", id="for nobody"),
    ],
)
def test_what_knock_cannot_say_of_a_chain(head, steps, word):
    _, gaps = chain(steps, head)
    assert any(support == "none" and word in reason for support, reason in gaps), gaps


def test_steps_have_titles_and_refs_of_their_own():
    body, _ = chain("[{id: wait_1, wait: 1h, title: A while}, {wait: 2h}]")
    assert [(one["ref"], one.get("name")) for one in body["steps"]] == [
        ("wait_1", "A while"),
        ("wait_2", None),
    ]


def test_a_way_that_is_always_taken_is_the_last():
    body, _ = chain(
        "[{branch: {cases: [{if: {all: []}, then: [{send: one}]}, {if: vip, then: []}], else: []}}]"
    )
    (branch,) = body["steps"]
    assert [way["name"] for way in branch["branches"]] == ["Default"]
    assert branch["branches"][0]["steps"][0]["type"] == "channel"


def test_several_triggers_cannot_be_told_apart():
    text = (
        f"{HEAD}chains:\n  c:\n    trigger: [{{event: order, where: {{kind: a}}}}, {{api: go}}]\n"
        "    steps: []\n"
    )
    assert ("error", "Knock cannot tell which of several events started a workflow") in findings(
        text
    )


def test_a_switch_on_the_data_of_the_event():
    switch = "{value: {trigger: kind}, cases: {a: [{send: one}]}}"
    body, gaps = chain(f"[{{switch: {switch}}}]")
    assert gaps == []
    (asked,) = body["steps"][0]["branches"][0]["conditions"]["all"]
    assert asked["variable"] == "data.kind"
    _, gaps = chain("[{switch: {value: {locale: true}, cases: {ru: []}}}]")
    assert [support for support, _ in gaps] == ["none"]


def test_splits_with_one_salt_are_drawn_apart():
    split = "{split: {salt: s, arms: {a: {weight: 50}, b: {weight: 50}}}}"
    assert chain(f"[{split}]")[1] == []
    assert {support for support, _ in chain(f"[{split}, {split}]")[1]} == {"deviates"}


def test_what_a_started_chain_is_given():
    text = (
        f"{HEAD}chains:\n  d: {{trigger: {{api: d}}, steps: []}}\n  c:\n    trigger: {{api: c}}\n"
    )
    text += "    steps: [{start_chain: {chain: d, pass: {code: %s}}}]\n"
    found = resources(text % "fixed")["chain.c"]
    assert found.body["steps"][0]["settings"]["data"] == '{"code": "fixed"}'
    assert "chain.c" not in resources(text % "'{{ profile.city }}'")


def test_branches_may_not_nest_too_deep():
    steps = "[{send: one}]"
    for _ in range(6):
        steps = f"[{{branch: {{if: vip, then: {steps}}}}}]"
    _, gaps = chain(steps)
    assert "Knock takes 5 branches in each other" in {reason for _, reason in gaps}


def test_throttle_and_webhook():
    body, gaps = chain(
        "[{throttle: {limit: 2, per: 1d, key: kind}},"
        " {webhook: {url: 'https://shop.example/', method: GET, headers: {X-A: b}}}]"
    )
    limit, call = body["steps"]
    assert gaps == []
    assert limit["settings"] == {
        "throttle_limit": 2,
        "throttle_window": {"unit": "days", "value": 1},
        "throttle_key": "data.kind",
    }
    assert call["settings"]["headers"] == [{"key": "X-A", "value": "b"}]


def test_marketing_makes_a_workflow_commercial():
    assert chain("[{send: sale}]")[0]["settings"]["is_commercial"] is True
    assert chain("[{send: one}]")[0]["settings"]["is_commercial"] is False


def test_an_option_that_knock_does_not_have():
    odd = msgspec.structs.replace(TARGET, options={"source": "x", "region": "eu"})
    assert findings(HEAD, odd) == [("error", "Knock has no option `region`")]
    assert findings(HEAD) == []


def test_a_step_that_knock_lacks_is_left_out_if_its_author_says_so():
    steps = "[{emit: order}, {wait: 1h}]"
    text = f"{HEAD}chains:\n  c:\n    trigger: {{api: go}}\n    steps: {steps}\n"
    found = resources(text, settings="on_unsupported: degrade\n")["chain.c"]
    assert [step["type"] for step in found.body["steps"]] == ["delay"]
    assert "chain.c" not in resources(text)


def test_a_step_that_knock_cannot_say_is_left_out_as_well():
    steps = "[{update: {unset: [city]}}, {wait: 1h}]"
    text = f"{HEAD}chains:\n  c:\n    trigger: {{api: go}}\n    steps: {steps}\n"
    found = resources(text, settings="on_unsupported: degrade\n")["chain.c"]
    assert [step["type"] for step in found.body["steps"]] == ["delay"]


def test_a_message_in_two_languages_is_two_ways_of_a_branch():
    text = f"{HEAD}chains: {{c: {{trigger: {{api: go}}, steps: [{{send: many}}]}}}}\n".replace(
        "attributes:\n",
        "attributes:\n  lang: {title: L, type: enum, values: [ru, en], standard: language}\n",
    ).replace(
        "messages:\n",
        "messages:\n  many: {channel: email, category: transactional, subject: Hi, body: Hi,"
        " locales: {ru: {subject: RU}}}\n",
    )
    found = made(text)
    (branch,) = found.payloads["chain", "c"].body["steps"]
    first, other = branch["branches"]
    assert first["conditions"]["all"][0]["variable"] == "recipient.language"
    subjects = [way["steps"][0]["template"]["subject"] for way in (first, other)]
    assert subjects == ["RU", "Hi"]
    assert not found.survey.gaps(("chain", "c"))
