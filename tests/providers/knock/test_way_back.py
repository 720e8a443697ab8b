"""Workflows back to chains: what is built of what was decoded compiles to the workflow again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmspec.document.write import flow
from crmspec.engine.resource import Address
from crmspec.engine.way_back import WordlessError
from crmspec.ir.program import KEYS
from crmspec.providers.knock import shape
from crmspec.providers.knock.recall import recalled
from crmspec.providers.knock.session import decode, normalise, parts
from tests.providers.knock.small import HEAD, TARGET, chain, made, resources

CHAIN = Address("chain", "c")
ACCEPTED = "on_unsupported: degrade\n"
BARE = HEAD.split("channels:\n", maxsplit=1)[0] + "  email: {type: string}\n"
"""What is folded into chains comes back with them."""


def _inline(key):
    return "body" if key == "source" else key


def again(body):
    """Return the workflow of the chain that a workflow is decoded to."""
    fields = decode(CHAIN, body)
    assert "steps" in fields
    found = parts(CHAIN, body) | {CHAIN: fields, Address("chain", "d"): {"trigger": {"api": "d"}}}
    found[Address("segment", "vip")] = {"attribute": "tier", "eq": "gold"}
    found[Address("chain", "d")]["steps"] = []
    text = BARE
    plain = {at: {_inline(key): it for key, it in one.items()} for at, one in found.items()}
    for kind in dict.fromkeys(one.kind for one in found):
        text += f"{KEYS[kind]}:\n"
        text += "".join(f"  {at.id}: {flow(it)}\n" for at, it in plain.items() if at.kind == kind)
    made = resources(text)["chain.c"].body
    return {key: made[key] for key in made if key not in {"title", "status"}}


def written(steps, head=""):
    return normalise(CHAIN, chain(steps, head)[0])


STEPS = [
    pytest.param(
        "[{wait: 1h}, {wait: 36h}, {wait: 90m}, {id: a, wait: 1mo, title: Long}]", id="waits"
    ),
    pytest.param("[{send: one}, {send: two}]", id="sends"),
    pytest.param("[{send: sale}, {send: sale}]", id="marketing"),
    pytest.param(
        "[{branch: {cases: [{if: vip, then: [{send: one}]}, {if: {attribute: city, eq: Omsk},"
        " then: [{exit: x}]}], else: [{send: two}]}}, {wait: 1h}]",
        id="cases",
    ),
    pytest.param(
        "[{switch: {value: {trigger: kind}, cases: {a: [{send: one}], b: []}}}]", id="a switch"
    ),
    pytest.param(
        "[{split: {arms: {x: {weight: 33.3, steps: [{exit: done}]}, y: {weight: 66.7}}}}]",
        id="a split",
    ),
    pytest.param(
        "[{wait_for: {if: {event: order}, then: [{exit: x}], timeout: 1d}}, {send: two}]",
        id="a race",
    ),
    pytest.param(
        "[{wait_for: {if: vip, then: [{wait: 1h}], timeout: 30d, otherwise: [{send: two}]}}]",
        id="a race for a segment",
    ),
    pytest.param("[{update: {set: {score: 5, city: Omsk}}}]", id="attributes"),
    pytest.param(
        "[{webhook: {url: 'https://shop.example/', method: GET, headers: {X-A: b},"
        " query: {a: b}}}, {webhook: {url: 'https://shop.example/', body: {a: [1, x]}}}]",
        id="requests",
    ),
    pytest.param(
        "[{throttle: {limit: 2, per: 7d, key: kind}}, {throttle: {limit: 2, per: 1h}}]", id="limits"
    ),
    pytest.param("[{start_chain: d}, {start_chain: {chain: d, pass: {a: x}}}]", id="another chain"),
]


@pytest.mark.parametrize("steps", STEPS)
def test_steps_come_back(steps):
    if "chain: d" in steps:
        steps = steps.replace("start_chain: d}", "start_chain: c}").replace(
            "chain: d,", "chain: c,"
        )
    body = written(steps)
    assert body["steps"]
    assert again(body) == body


REACTIONS = [
    "{message: one, opened: true}",
    "{message: one, opened: false}",
    "{message: one, clicked: true}",
    "{message: one, delivered: false}",
    "{step: mail, outcome: skipped}",
    "{not: {step: mail, outcome: skipped}}",
    "{step: mail, outcome: sent}",
    "{not: {step: mail, outcome: failed}}",
    "{step: race, outcome: matched}",
    "{step: race, outcome: timeout}",
]


@pytest.mark.parametrize("asked", REACTIONS)
def test_what_became_of_steps_comes_back(asked):
    body = written(
        "[{id: mail, send: one}, {id: race, wait_for: {if: vip, timeout: 1d}},"
        f" {{branch: {{if: {asked}, then: [{{send: two}}]}}}}]"
    )
    assert again(body) == body


CONDITIONS = [
    "{attribute: tier, eq: gold}",
    "{attribute: tier, neq: gold}",
    "{attribute: tier, in: [gold, silver]}",
    "{attribute: tier, not_in: [gold, silver]}",
    "{attribute: city, contains: Om}",
    "{attribute: city, not_contains: Om}",
    "{attribute: city, exists: true}",
    "{attribute: city, missing: true}",
    "{attribute: mail, exists: true}",
    "{attribute: score, gte: 80}",
    "{attribute: score, gt: 1.5, lte: 9}",
    "{not: {attribute: score, gte: 80}}",
    "{attribute: langs, contains_any: [ru, en]}",
    "{attribute: langs, contains_none: [ru, en]}",
    "{attribute: langs, contains_all: [ru, en]}",
    "{not: {attribute: langs, contains_all: [ru, en]}}",
    "{not: vip}",
    "{all: [{any: [{attribute: tier, in: [gold, silver]}, vip]}, {not: {trigger: total, lt: 5}}]}",
    "{all: [{not: {attribute: score, gt: 5}}, {not: {attribute: points_, lt: 5}}]}",
    "{trigger: total, gte: 100}",
    "{none: [vip, {trigger: kind, eq: a}]}",
]


@pytest.mark.parametrize("asked", CONDITIONS)
def test_conditions_come_back(asked):
    asked = asked.replace("points_", "score")
    body = written(
        f"[{{branch: {{if: {asked}, then: [{{wait: 1h}}]}}}}]", f"    audience: {asked}\n"
    )
    assert body["conditions"]
    assert again(body) == body


LEAVES = st.sampled_from(
    [*CONDITIONS[:10], *CONDITIONS[12:14], "vip", "{trigger: total, gte: 100}"]
)
ASKED = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda one: f"{{not: {one}}}"),
        st.tuples(
            st.sampled_from(["all", "any", "none"]), st.lists(inner, min_size=1, max_size=3)
        ).map(lambda one: f"{{{one[0]}: [{', '.join(one[1])}]}}"),
    ),
    max_leaves=4,
)
DEEDS = st.sampled_from(
    [
        *("{wait: 1h}", "{wait: 2d, title: A}", "{send: one}", "{send: two}", "{send: sale}"),
        *("{update: {set: {city: Omsk}}}", "{throttle: {limit: 1, per: 2h}}"),
    ]
)


def forks(inner):
    steps = st.tuples(st.lists(inner, max_size=3), st.booleans()).map(
        lambda one: f"[{', '.join([*one[0], *(['{exit: x}'] if one[1] else [])])}]"
    )
    return st.one_of(
        st.tuples(ASKED, steps, ASKED, steps, steps).map(
            lambda one: (
                f"{{branch: {{cases: [{{if: {one[0]}, then: {one[1]}}},"
                f" {{if: {one[2]}, then: {one[3]}}}], else: {one[4]}}}}}"
            )
        ),
        st.tuples(steps, steps).map(
            lambda one: (
                f"{{split: {{arms: {{a: {{weight: 30, steps: {one[0]}}},"
                f" b: {{weight: 70, steps: {one[1]}}}}}}}}}"
            )
        ),
        st.tuples(steps, steps).map(
            lambda one: (
                f"{{wait_for: {{if: vip, then: {one[0]}, timeout: 1d, otherwise: {one[1]}}}}}"
            )
        ),
    )


CHAINS = st.lists(st.recursive(DEEDS, forks, max_leaves=6), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None)
@given(steps=CHAINS, asked=st.none() | ASKED)
def test_whatever_knock_takes_comes_back(steps, asked):
    head = "" if asked is None else f"    audience: {asked}\n    recheck: entry\n"
    body, gaps = chain(f"[{', '.join(steps)}]", head)
    if all(support != "none" for support, _ in gaps):
        body = normalise(CHAIN, body)
        assert again(body) == body


HEADS = [
    pytest.param("", id="once"),
    pytest.param("    reentry: {mode: always, concurrent: true}\n", id="always"),
    pytest.param("    quiet_hours: {from: '21:00', to: '09:30', timezone: profile}\n", id="hours"),
]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("steps", ["[{send: sale}, {send: one}]", "[{send: kind}, {send: one}]"])
def test_who_enters_and_when_it_is_sent_comes_back(head, steps):
    body = written(steps, head)
    assert ("send_windows" in body["steps"][0]) is ("quiet" in head)
    assert again(body) == body


SEND = {"ref": "a", "type": "channel", "channel_key": "email", "channel_type": "email"}
MAIL = SEND | {"template": {"subject": "Hi", "html_body": "<p>Hi</p>", "settings": {}}}
WAIT = {"ref": "a", "type": "delay", "settings": {"delay_for": {"unit": "days", "value": 1}}}
SAYS = {"is_commercial": False, "override_preferences": False}
ASKS = {"all": [{"variable": "recipient.x", "operator": "empty"}]}
DEFAULT = {"name": "Default", "steps": []}


def workflow(*steps, **fields):
    made = {"steps": list(steps), "trigger_frequency": "every_trigger", "settings": SAYS}
    return normalise(CHAIN, made | fields)


def asking(operator, argument, variable="recipient.x"):
    term = {"variable": variable, "operator": operator, "argument": argument}
    return workflow(WAIT, conditions={"all": [term]})


def templated(**fields):
    return workflow(MAIL | {"template": MAIL["template"] | fields})


def branch(*ways, ref="a"):
    return {"ref": ref, "type": "branch", "branches": list(ways)}


def deed(type_, **settings):
    return workflow({"ref": "a", "type": type_, "settings": settings})


EVENT = {"event_type": "integration_source", "event_key": "order", "integration_source_key": "x"}
RACE = {"expires_after": {"unit": "days", "value": 1}, "on_match": "continue"}
CAME = {"variable": "refs.a.matched", "operator": "equal_to", "argument": "true"}
AFTER = branch(
    {"name": "In time", "conditions": {"all": [CAME]}, "steps": []}, DEFAULT, ref="a_branch"
)


def race(after=AFTER, event=EVENT, **more):
    settings_ = RACE | {"on_timeout": "continue", "event": event} | more
    one = {"ref": "a", "type": "wait_for_event", "settings": settings_}
    return workflow(one, *([] if after is None else [after]))


def cohorts(arm):
    step = {"ref": "a", "type": "random_cohort", "cohort_branches": [arm | {"steps": []}]}
    return {"steps": [step], "trigger_frequency": "every_trigger", "settings": SAYS}


MET = {"name": "Case 1", "steps": []}
STATUS = {"variable": "refs.a.delivery_status", "operator": "equal_to"}
SEEN = {"all": [STATUS | {"argument": "$message.seen"}]}


WELL = [
    pytest.param(workflow(WAIT), id="a wait"),
    pytest.param(workflow(MAIL), id="a send"),
    pytest.param(
        workflow(branch({"conditions": ASKS, "name": "Poor", "steps": []}, DEFAULT)), id="a branch"
    ),
    pytest.param(race(), id="a race"),
    pytest.param(asking("equal_to", '"a"'), id="a text"),
    pytest.param(
        deed("update_user", recipient_mode="current", update_properties='{"a":1}'), id="JSON"
    ),
]


@pytest.mark.parametrize("body", WELL)
def test_what_has_words(body):
    assert "steps" in decode(CHAIN, body)


ODD = [
    pytest.param(workflow(WAIT | {"ref": "a-1"}), id="a ref that is no id"),
    pytest.param(workflow(WAIT | {"description": "x"}), id="a remark"),
    pytest.param(workflow(WAIT | {"conditions": ASKS}), id="conditions of a step"),
    pytest.param(workflow(WAIT | {"type": "batch"}), id="a step of theirs"),
    pytest.param(workflow(WAIT, settings=SAYS | {"override_preferences": True}), id="preferences"),
    pytest.param(workflow(WAIT, settings=SAYS | {"is_commercial": True}), id="commerce of nothing"),
    pytest.param(workflow(WAIT, conditions={"all": []}), id="no conditions"),
    pytest.param(workflow(WAIT, conditions={}), id="nothing of conditions"),
    pytest.param(
        workflow(WAIT, conditions={"any": [{"all": [{"all": []}]}]}), id="groups in groups"
    ),
    pytest.param(workflow(branch(DEFAULT)), id="a branch without a choice"),
    pytest.param(workflow(branch(DEFAULT, DEFAULT)), id="a way without conditions"),
    pytest.param(workflow(branch({"conditions": ASKS, "name": "x", "steps": []})), id="no default"),
    pytest.param(
        cohorts({"name": "Half a", "percentage": "50"}),
        id="an arm that is no id",
    ),
    pytest.param(cohorts({"name": "a", "percentage": "x"}), id="a share that is no number"),
    pytest.param(race(after=None), id="a race without a branch"),
    pytest.param(race(after=WAIT | {"ref": "b"}), id="another step after it"),
    pytest.param(race(after=AFTER | {"ref": "b"}), id="another branch after it"),
    pytest.param(race(on_timeout="halt"), id="a race that ends all"),
    pytest.param(race(event=EVENT | {"event_key": "Order Placed"}), id="an event that is no id"),
    pytest.param(
        race(
            event={
                "event_type": "audience",
                "event_key": "exit",
                "audience_key": {"$ref": "segment.a"},
            }
        ),
        id="who leaves a segment",
    ),
    pytest.param(
        race(event={"event_type": "audience", "event_key": "enter"}), id="who enters nothing"
    ),
    pytest.param(asking("equal_to", "a"), id="a path"),
    pytest.param(
        workflow(
            WAIT,
            conditions={
                "all": [
                    {"variable": "recipient.x", "operator": "not_empty"},
                    {"variable": "recipient.x", "operator": "greater_than", "argument": '"a"'},
                ]
            },
        ),
        id="an order of texts",
    ),
    pytest.param(
        workflow(MAIL, branch(MET | {"conditions": SEEN}, DEFAULT, ref="b")), id="another status"
    ),
    pytest.param(
        deed("update_user", recipient_mode="current", update_properties='{"a": "now"}'),
        id="the moment",
    ),
    pytest.param(asking("equal_to", '""'), id="an empty text"),
    pytest.param(asking("equal_to", "1 "), id="JSON of another form"),
    pytest.param(asking("equal_to", '"a"', "tenant.x"), id="another root"),
    pytest.param(asking("equal_to", "[1]"), id="a list"),
    pytest.param(asking("is_between", "[1, 2]"), id="another operator"),
    pytest.param(asking("greater_than", "1"), id="an order of what may be missing"),
    pytest.param(asking("equal_to", "true", "refs.b.matched.x"), id="a step that is not there"),
    pytest.param(asking("equal_to", "$message.sent", "refs.b.delivery_status"), id="no send"),
    pytest.param(asking("is_audience_member", '"vip"', "recipient"), id="an audience of theirs"),
    pytest.param(asking("is_audience_member", {"$ref": "chain.c"}, "recipient"), id="no audience"),
    pytest.param(asking("is_audience_member", {"$ref": "segment.v"}, "actor"), id="another member"),
    pytest.param(templated(html_body="{% if x %}{% endif %}"), id="Liquid"),
    pytest.param(templated(settings={"layout_key": "default"}), id="a layout of theirs"),
    pytest.param(templated(title="x"), id="a field of another channel"),
    pytest.param(templated(visual_blocks=[]), id="blocks of theirs"),
    pytest.param(
        workflow(MAIL | {"channel_overrides": {"from_name": "Shop"}}), id="a sender without address"
    ),
    pytest.param(
        workflow(
            MAIL | {"send_windows": [{"day": "monday", "type": "send", "from": "1", "until": "2"}]}
        ),
        id="hours of one day",
    ),
    pytest.param(
        workflow(
            SEND
            | {"channel_type": "push"}
            | {"template": {"title": "a", "text_body": "b", "settings": {}}}
        ),
        id="a push that is neither",
    ),
    pytest.param(
        deed("update_user", recipient_mode="current", update_properties="{{ x }}"), id="a value"
    ),
    pytest.param(
        deed("update_user", recipient_mode="current", update_properties="[]"), id="no object"
    ),
    pytest.param(
        deed("http_fetch", method="get", url="https://x.example/{{ data.x }}"), id="an address"
    ),
    pytest.param(
        deed("throttle", throttle_limit=1),
        id="a limit without a time",
    ),
    pytest.param(
        deed(
            "throttle",
            throttle_limit=1,
            throttle_key="recipient.id",
            throttle_window={"unit": "days", "value": 1},
        ),
        id="a limit by something else",
    ),
    pytest.param(
        deed(
            "trigger_workflow", workflow_key={"$ref": "segment.x"}, recipients="{{ recipient.id }}"
        ),
        id="no chain",
    ),
]


@pytest.mark.parametrize("body", ODD)
def test_what_has_no_words_is_not_led_back(body):
    with pytest.raises(WordlessError):
        decode(CHAIN, body)


def test_a_step_that_is_spoken_of_keeps_its_id():
    asked = STATUS | {"variable": "refs.send_1.delivery_status", "argument": "$message.skipped"}
    fork = branch(MET | {"conditions": {"all": [asked]}}, DEFAULT, ref="branch_1")
    mails = (MAIL | {"ref": "send_1"}, MAIL | {"ref": "send_2"})
    assert [one.get("id") for one in decode(CHAIN, workflow(*mails, fork))["steps"]] == [
        *("send_1", None, None)
    ]
    assert [one.get("id") for one in decode(CHAIN, workflow(*mails))["steps"]] == [None, None]


def test_what_cannot_be_read_has_no_messages():
    assert parts(CHAIN, templated(title="x")) == {}
    assert parts(CHAIN, {"steps": 1}) == {}
    assert parts(Address("segment", "x"), {}) == {}


def test_a_text_part_of_its_own_is_kept():
    (message, _) = parts(CHAIN, templated(text_body="Hello")).values()
    assert (message["source"], message["text"]) == ("<p>Hi</p>", "Hello")
    (message, _) = parts(CHAIN, templated()).values()
    assert "text" not in message


def test_durations_are_read_in_any_unit():
    for unit, value, expected in [("weeks", 2, "14d"), ("hours", 48, "2d"), ("minutes", 90, "90m")]:
        delay = WAIT | {"settings": {"delay_for": {"unit": unit, "value": value}}}
        (step,) = decode(CHAIN, workflow(delay))["steps"]
        assert step["wait"] == {"for": expected}
    odd = {"settings": {"delay_for": {"unit": "days", "value": "1"}}}
    with pytest.raises(WordlessError):
        decode(CHAIN, workflow(WAIT | odd))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(workflow(WAIT | {"description": "x"}), "steps[0].description", id="a field"),
        pytest.param(workflow(WAIT | {"ref": "a-1"}), "the step `a-1`", id="a step"),
        pytest.param(
            workflow(branch({"conditions": ASKS, "steps": [WAIT | {"ref": "b-1"}]}, DEFAULT)),
            "the step `b-1`",
            id="a step in another",
        ),
        pytest.param(templated(title="x"), "what `a` sends", id="a text"),
        pytest.param(asking("equal_to", "a"), "`conditions`", id="who enters"),
        pytest.param([], "`{}`", id="no object"),
    ],
)
def test_what_has_no_words_is_named(body, reason):
    with pytest.raises(WordlessError) as caught:
        shape.read(body, shape.Workflow) if body == [] else decode(CHAIN, body)
    assert reason in caught.value.reason.english()


def test_channels_are_called_as_the_project_calls_them():
    text = f"{HEAD}chains:\n  c: {{trigger: {{api: go}}, steps: [{{id: a, send: one}}]}}\n"
    survey = made(
        text.replace("email: {type: email,", "email: {names: {main: k-mail}, type: email,")
    ).survey
    for key, names in [("k-mail", {"main": "k-mail"}), ("k-push", {"main": "k-push"}), ("x", {})]:
        told = recalled(CHAIN, workflow(MAIL | {"channel_key": key}), survey, TARGET)
        (message, channel) = parts(CHAIN, told)
        assert message.id == "one"
        assert channel.id == {"k-mail": "email", "k-push": "k_push", "x": "x"}[key]
        assert parts(CHAIN, told)[channel].get("names", {}) == names
    told = recalled(CHAIN, workflow(MAIL | {"ref": "b"}), survey, TARGET)
    assert [one.id for one in parts(CHAIN, told)] == ["c_b", "email"]
    assert recalled(Address("segment", "c"), {"a": 1}, survey, TARGET) == {"a": 1}
