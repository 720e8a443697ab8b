"""Chains as tabs: what each step becomes, and what there is no way to say."""

from __future__ import annotations

import msgspec
import pytest

from tests.providers.node_red.small import HEAD, OPTIONS, TARGET, USUAL, chain, findings

WAITS = ("deviates", "waits are kept in memory: who waits drops out when the chain is changed or the server stops (semantics 10.4)")  # fmt: skip  # noqa: E501


def paced(pace):
    return msgspec.structs.replace(TARGET, options={**OPTIONS, "pace": pace})


@pytest.mark.parametrize(
    ("wait", "delays"),
    [
        pytest.param("1h", [("1", "hours")], id="an hour"),
        pytest.param("36h", [("36", "hours")], id="a day and a half"),
        pytest.param("2d", [("2", "days")], id="days"),
        pytest.param("90s", [("2", "minutes")], id="seconds are rounded up"),
        pytest.param("24d", [("24", "days")], id="as long as a timer of Node.js can be"),
        pytest.param("60d", [("24", "days"), ("24", "days"), ("12", "days")], id="in parts"),
        pytest.param("1mo", [("24", "days"), ("6", "days")], id="a month"),
        pytest.param("0m", [], id="none"),
    ],
)
def test_waits(wait, delays):
    nodes, _ = chain(f"[{{id: w, wait: {wait}}}]")
    found = [node for node in nodes.values() if node["type"] == "delay"]
    assert [(one["timeout"], one["timeoutUnits"]) for one in found] == delays


def test_trials_are_faster_than_life():
    nodes, _ = chain("[{id: w, wait: 1d}]", target=paced(3600))
    assert (nodes["w"]["timeout"], nodes["w"]["timeoutUnits"]) == ("24000", "milliseconds")
    nodes, _ = chain("[{id: w, wait: 1m}]", target=paced(1e9))
    assert nodes["w"]["timeout"] == "1"


def test_ways_meet_again_unless_one_leaves():
    steps = (
        "[{id: x, branch: {cases: [{if: {trigger: kind, eq: a}, then: [{exit: no}]},"
        " {if: {trigger: kind, eq: b}, then: [{id: m, send: one}]}]}}, {id: end, send: one},"
        " {exit: done}, {send: two}]"
    )
    nodes, gaps = chain(steps)
    assert {support for support, _ in gaps} == {"deviates"}
    assert nodes["x"]["wires"] == [[], ["m"], ["end"]]
    assert nodes["m.text"]["wires"] == [["_mail.email", "end"]]
    assert nodes["end.text"]["wires"] == [["_mail.email"]]
    assert [node["type"] for node in nodes.values()].count("e-mail") == 1
    assert "send_1" not in nodes


def test_nothing_comes_after_ways_that_all_leave():
    nodes, _ = chain(
        "[{branch: {if: {trigger: kind, eq: a}, then: [{exit: no}], else: [{exit: no}]}},"
        " {id: end, send: one}]"
    )
    assert "end" not in nodes


def test_words_alone_are_the_letter():
    nodes, gaps = chain("[{id: m, send: plain}]")
    assert gaps == []
    assert nodes["m.text"]["template"] == "Hi"
    assert "m.html" not in nodes


def test_nothing_is_one_of_nothing():
    nodes, _ = chain("[{id: x, branch: {if: {trigger: kind, in: []}, then: [{exit: no}]}}]")
    assert nodes["x"]["rules"][0]["v"] == "false"


def test_a_switch_is_asked_as_text():
    nodes, gaps = chain(
        "[{id: s, switch: {value: {trigger: kind}, cases: {A: [{send: one}]}}}]",
        head=USUAL.replace("{api: go}", "order"),
    )
    assert nodes["s"]["rules"] == [
        {
            "t": "jsonata_exp",
            "v": '($type(event.kind) in ["string", "number", "boolean"]'
            ' and $lowercase($string(event.kind)) = "a")',
            "vt": "jsonata",
        },
        {"t": "else"},
    ]
    assert [support for support, _ in gaps] == ["deviates"]


def test_shares_are_drawn_one_below_the_other():
    arms = "a: {weight: 20}, b: {weight: 30.5, steps: [{send: one}]}, c: {weight: 49.5}"
    nodes, _ = chain(f"[{{id: s, split: {{arms: {{{arms}}}}}}}]")
    assert nodes["s"]["property"] == "$random() * 100"
    assert [rule.get("v") for rule in nodes["s"]["rules"]] == ["20", "50.5", None]


def test_a_chain_may_be_started_in_several_ways():
    head = USUAL.replace(
        "{api: go}",
        "[{event: order, where: {total: 5}}, {event: order, where: {kind: a}}, {api: go}]",
    )
    nodes, _ = chain(head=head)
    assert nodes["_in.order"]["url"] == "/shop/c/order"
    assert nodes["_in.go"]["wires"] == [["_event.go", "_answer"]]
    assert nodes["_event.go"]["wires"] == [["send_1"]]
    assert nodes["_where.order"]["wires"] == [["send_1"], []]
    assert nodes["_where.order"]["rules"][0]["v"] == (
        'event.total = 5 or ($type(event.kind) = "string" and event.kind = "a")'
    )


def test_an_event_has_the_name_that_the_target_gives_it():
    nodes, _ = chain(head=USUAL.replace("{api: go}", "named"))
    assert nodes["_in.named"]["url"] == "/shop/c/Order%20%28new%29"


def test_a_request_is_sent_as_it_is_written():
    call = (
        '{id: call, title: Tell them, webhook: {url: "https://shop.example/x?a=1", method: PUT,'
        " query: {b: two}, headers: {X-From: crm}, body: {n: 1}}}"
    )
    nodes, gaps = chain(f"[{call}, {{note: Done}}]")
    assert gaps == []
    assert nodes["call"] == {
        "id": "call",
        "type": "http request",
        "name": "Tell them",
        "wires": [[]],
        "method": "PUT",
        "url": "https://shop.example/x?a=1&b=two",
        "headers": [
            {"keyType": "other", "keyValue": "X-From", "valueType": "other", "valueValue": "crm"}
        ],
    }
    assert nodes["call.body"]["rules"][1]["to"] == '{"n": 1}'


def test_a_request_without_a_body():
    nodes, _ = chain('[{id: call, webhook: {url: "https://shop.example/x", method: GET}}]')
    assert [rule["t"] for rule in nodes["call.body"]["rules"]] == ["delete", "delete"]


def test_a_text_that_looks_like_a_variable_stays_a_text():
    nodes, _ = chain(
        "[{id: m, send: dollar}]",
        messages='  dollar: {channel: email, category: transactional, subject: "${X}", body: x}\n',
    )
    assert nodes["m.subject"]["template"] == "${X}{{_}}"


@pytest.mark.parametrize(
    ("head", "support", "words"),
    [
        pytest.param("    trigger: {api: go}\n", "none", "starts a chain at each event", id="once"),
        pytest.param(
            "    trigger: {api: go}\n    reentry: {mode: always, limit: 3}\n",
            "none",
            "starts a chain at each event",
            id="a number of times",
        ),
        pytest.param(
            "    trigger: {api: go}\n    reentry: {mode: always}\n",
            "deviates",
            "anew while it still runs",
            id="one after another",
        ),
        pytest.param(USUAL.replace("{api: go}", "{segment: s}"), "none", None, id="a segment"),
        pytest.param(
            USUAL.replace("{api: go}", "{event: order, where: {items: x}}"),
            "none",
            "texts, numbers and yes or no",
            id="a list of the event",
        ),
        pytest.param(
            USUAL.replace("{api: go}", "{event: order, where: {city: x}}"),
            "deviates",
            "normal form of letters",
            id="a text of the event",
        ),
    ],
)
def test_what_cannot_start_a_chain(head, support, words):
    segments = "segments: {s: {attribute: tier, eq: gold}}\n"
    _, gaps = chain(head=head, messages=segments)
    assert any(one == support and (words is None or words in said) for one, said in gaps) or (
        words is None
    )


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        pytest.param("{attribute: tier, eq: gold}", "no `attribute` condition", id="an attribute"),
        pytest.param("{trigger: items, contains: x}", "texts, numbers", id="a list"),
        pytest.param('{trigger: day, eq: "2026-01-01"}', "texts, numbers", id="a date"),
        pytest.param("{trigger: place, eq: x}", "no `default`", id="a default"),
        pytest.param("{trigger: city, matches: x}", "`matches`", id="a pattern"),
        pytest.param('{trigger: city, eq: ""}', "`eq`", id="an empty text"),
        pytest.param('{trigger: city, eq: "{{ event.kind }}"}', "`eq`", id="another value"),
        pytest.param("{trigger: total, gt: x}", "`gt`", id="the order of a text"),
        pytest.param("{trigger: total, between: [1, x]}", "`between`", id="a span of texts"),
        pytest.param("{trigger: city, contains: 5}", "`contains`", id="a part that is a number"),
        pytest.param("{trigger: city, not_in: [a, null]}", "`not_in`", id="nothing in a list"),
        pytest.param("{trigger: a.b, eq: 1}", "texts, numbers", id="a path"),
    ],
)
def test_conditions_that_cannot_be_asked(condition, words):
    _, gaps = chain(
        f"[{{branch: {{if: {condition}, then: [{{send: one}}]}}}}]",
        head=USUAL.replace("{api: go}", "order"),
    )
    assert any(support == "none" and words in said for support, said in gaps), gaps


@pytest.mark.parametrize(
    ("step", "support", "words"),
    [
        pytest.param("{send: [one, two]}", "none", "`choice`", id="a choice"),
        pytest.param("{send: sale}", "none", "no advertising", id="advertising"),
        pytest.param("{send: whose}", "none", "who sends", id="nobody sends it"),
        pytest.param("{send: late}", "none", "`ttl`", id="a time to live"),
        pytest.param("{send: odd}", "none", "", id="a value of the customer"),
        pytest.param("{send: many}", "none", "`locales`", id="languages"),
        pytest.param("{update: {set: {tier: gold}}}", "none", "", id="a change of the customer"),
        pytest.param(
            "{switch: {value: {trigger: a.b}, cases: {gold: []}}}",
            "none",
            "texts, numbers",
            id="a switch on a path",
        ),
        pytest.param("{send: two}", "deviates", "for HTML", id="a text with a value"),
        pytest.param("{send: tags}", "deviates", "for HTML", id="a text with tags"),
        pytest.param(
            "{switch: {value: {attribute: tier}, cases: {gold: []}}}",
            "none",
            "by data of the event",
            id="a switch on an attribute",
        ),
        pytest.param(
            '{webhook: {url: "https://shop.example/{{ event.city }}"}}',
            "none",
            "fixed requests",
            id="a request with a value",
        ),
        pytest.param(
            '{webhook: {url: "https://shop.example/", headers: {X: "${TOKEN}"}}}',
            "none",
            "fixed requests",
            id="a variable of the environment",
        ),
        pytest.param(
            '{webhook: {url: "https://shop.example/", retries: 2}}',
            "none",
            "fixed requests",
            id="a request that is repeated",
        ),
    ],
)
def test_steps_that_cannot_be_said(step, support, words):
    _, gaps = chain(f"[{step}]")
    assert any(one == support and words in said for one, said in gaps), gaps


def test_letters_need_a_server():
    _, gaps = chain(target=msgspec.structs.replace(TARGET, options={}))
    assert [said for _, said in gaps] == [
        "Node-RED must be told where letters go: `options: {smtp: {server: …}}`"
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"smpt": {}}, "unknown field", id="an unknown one"),
        pytest.param(
            {"smtp": {"server": "x", "login": {"user": "a b", "password": "P"}}},
            "names of variables",
            id="a password",
        ),
        pytest.param({"address": "e mail"}, "name of a field", id="an odd address"),
        pytest.param({"pace": 0}, "above 0", id="no pace"),
    ],
)
def test_options_that_cannot_be_read(options, words):
    target = msgspec.structs.replace(TARGET, options=options)
    text = f"{HEAD}chains:\n  c:\n{USUAL}    steps: [{{send: one}}]\n"
    found = [said for _, said in findings(text, target) if "options of Node-RED" in said]
    assert len(found) == 1
    assert words in found[0]


def test_good_options_are_no_finding():
    assert findings(HEAD.replace("consents", "x-consents")) is not None
    assert not [said for _, said in findings(HEAD) if "options" in said]
