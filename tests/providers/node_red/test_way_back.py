"""Tabs back to chains: what is built of the words compiles to the nodes again."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmspec.document.write import flow
from crmspec.engine.way_back import WordlessError
from crmspec.providers.node_red.session import VENDOR
from tests.providers import way_back
from tests.providers.node_red.small import TARGET, USUAL, chain
from tests.providers.way_back import CHAIN

EVENT = "    trigger: {event: order%s}\n    reentry: {mode: always, concurrent: true}\n"
WHERE = ", where: {total: {gte: 10, lt: 20}, kind: {in: [a, b]}, city: {not_contains: x, neq: Msg}}"


def returns(steps, head=EVENT % "", messages="", taken=None):
    nodes, gaps = chain(steps, head, messages=messages)
    if taken is not None:
        taken(all(support != "none" for support, _ in gaps))
    body = {"nodes": list(nodes.values())}
    assert way_back.again(VENDOR, TARGET, body) == body


STEPS = [
    pytest.param("[{id: m, send: one}, {id: w, wait: 60d, title: Long}, {send: two}]", id="a line"),
    pytest.param(
        "[{id: x, branch: {cases: [{if: {trigger: kind, eq: a}, then: [{exit: no}]},"
        " {if: {trigger: kind, eq: b}, then: [{id: m, send: one}]}]}}, {id: end, send: one},"
        " {exit: done}, {send: two}]",
        id="ways that meet again, and one that leaves",
    ),
    pytest.param(
        "[{split: {arms: {a: {weight: 12.5, steps: [{send: one}]}, b: {weight: 37.5},"
        " c: {weight: 50, steps: [{exit: q}]}}}}, {wait: 1h}, {send: plain}]",
        id="shares",
    ),
    pytest.param(
        "[{switch: {value: {trigger: city}, cases: {A: [{send: one}], B: []},"
        " default: [{exit: x}]}}, {send: two}]",
        id="a switch",
    ),
    pytest.param(
        "[{webhook: {url: 'https://shop.example/a', method: PUT, headers: {X: y},"
        " body: {a: [1, x]}}}, {title: Call, webhook: {url: 'https://shop.example/b',"
        " query: {a: b c}, body: {a: 1}}}]",
        id="webhooks",
    ),
    pytest.param(
        "[{branch: {if: {any: [{all: [{trigger: total, between: [1, 5]},"
        " {not: {trigger: city, exists: true}}]}, {none: [{trigger: kind, missing: true},"
        " {trigger: city, starts_with: Q}]}]}, then: [{branch: {if: {trigger: total, eq: 4},"
        " then: [{send: one}]}}], else: [{send: two}, {send: two}]}}, {send: one}]",
        id="conditions",
    ),
]


@pytest.mark.parametrize("steps", STEPS)
def test_steps_come_back(steps):
    returns(steps)


HEADS = [
    pytest.param(USUAL, id="a call"),
    pytest.param(EVENT % "", id="an event"),
    pytest.param(EVENT % WHERE, id="an event of which something is asked"),
    pytest.param(
        "    trigger: [{event: order, where: {total: 5}}, {event: order, where: {kind: a}},"
        " {api: go}]\n    reentry: {mode: always, concurrent: true}\n",
        id="several",
    ),
]


@pytest.mark.parametrize("head", HEADS)
def test_what_starts_it_comes_back(head):
    returns("[{id: a, send: one}]", head)


LETTERS = [
    pytest.param("subject: Hi, body: '<p>a</p><p>b</p>'", id="a page"),
    pytest.param("subject: Hi, body: '<p>a</p>', text: Else", id="a page and another text"),
    pytest.param("subject: '{{ event.total }}', text: 'a < b {{ event.kind }}'", id="values"),
    pytest.param(
        "subject: Hi, body: \"<p>{{ event.city | default('you & <b>') }}</p>\"", id="a fallback"
    ),
    pytest.param(
        'subject: Hi, text: "{% if event.city %}A\\n{{ event.city }}{% else %}\\nB{% endif %}"',
        id="sections",
    ),
    pytest.param("subject: Hi, text: '{% if event.city %}B{% endif %}'", id="a section"),
    pytest.param("subject: Hi, text: '{% if not event.city %}B{% endif %}'", id="a lack"),
    pytest.param("subject: '${HOME}', text: '$(HOME)'", id="what looks like a variable"),
]


@pytest.mark.parametrize("fields", LETTERS)
def test_letters_come_back(fields):
    message = f"  x: {{channel: email, category: transactional, {fields}}}\n"
    returns("[{id: a, send: x}, {id: b, send: x}, {wait: 1d}]", messages=message)


# -- random chains ----------------------------------------------------------------------------

WORD = st.text("abЖ '\"\\", min_size=1, max_size=3)
LEAF = st.one_of(
    st.builds(
        lambda test, it: {"trigger": "total", test: it},
        st.sampled_from(["gt", "gte", "lt", "lte", "eq", "neq"]),
        st.integers(-3, 3) | st.sampled_from([0.5, 1e20]),
    ),
    st.builds(
        lambda test, it: {"trigger": "city", test: it},
        st.sampled_from(["eq", "neq", "contains", "not_contains", "starts_with", "ends_with"]),
        WORD,
    ),
    st.builds(
        lambda test, it: {"trigger": "kind", test: it},
        st.sampled_from(["in", "not_in"]),
        st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=2, unique=True),
    ),
    st.sampled_from(
        [
            {"trigger": name, test: True}
            for name in ("city", "kind")
            for test in ("exists", "missing")
        ]
    ),
)
DEED = st.sampled_from(
    [
        {"send": "one"},
        {"send": "two"},
        {"wait": "90s"},
        {"wait": "30d"},
        {"webhook": {"url": "https://shop.example/a", "body": {"a": 1}}},
    ]
)


def forks(listed):
    """Return shares, and choices by a word."""
    share = st.builds(
        lambda one, other: {"split": {"arms": {"a": one, "b": other}}},
        listed.map(lambda it: {"weight": 30, "steps": it}),
        listed.map(lambda it: {"weight": 70, "steps": it}),
    )
    word = st.builds(
        lambda cases, otherwise: {
            "switch": {"value": {"trigger": "city"}, "cases": cases, "default": otherwise}
        },
        st.dictionaries(st.sampled_from(["x", "y", "Z z"]), listed, min_size=1, max_size=2),
        listed,
    )
    return share | word


@settings(max_examples=60, deadline=None)
@given(way_back.steps(DEED, way_back.joined(LEAF), forks))
def test_random_chains_come_back(steps):
    returns(flow(steps), taken=assume)


# -- what people make there -------------------------------------------------------------------


def edited(
    steps="[{id: m, send: one}, {id: w, wait: 1h}, {id: n, send: two}]", head=USUAL, **nodes
):
    """Return a tab in which nodes are changed, or gone, by their ids; `_` is a dot, `__` is `_`."""
    made, _ = chain(steps, head)
    for name, fields in nodes.items():
        id_ = name.replace("__", "\0").replace("_", ".").replace("\0", "_")
        made[id_] = {**made.get(id_, {"id": id_}), **fields}
    return {"nodes": [one for one in made.values() if "gone" not in one]}


def asked(written):
    """Return a tab whose choice asks for an expression."""
    body = edited(
        "[{id: b, branch: {if: {trigger: kind, eq: a}, then: [{send: one}]}}]", EVENT % ""
    )
    (node,) = (one for one in body["nodes"] if one["id"] == "b")
    node["rules"][0]["v"] = written
    return body


FUNCTION = {"type": "function", "name": "Sort"}
BRANCH = "[{id: b, branch: {if: {trigger: kind, eq: a}, then: [{send: one}]}}]"
SPLIT = "[{id: b, split: {arms: {a: {weight: 50, steps: [{send: one}]}, b: {weight: 50}}}}]"
ELSE = {"t": "else"}
OTHERS = [
    pytest.param(edited(x=FUNCTION), "type `function`, such as `Sort`", id="another type"),
    pytest.param(edited(w={"d": True}), "`w`: a node is switched off", id="a node that is off"),
    pytest.param(
        edited(__in_go={"gone": True}), "did not make this tab", id="nothing that starts it"
    ),
    pytest.param(edited(__in_go={"url": "/x"}), "`_in.go`", id="another address"),
    pytest.param(edited(__in_go={"upload": True}), "`upload`", id="a field"),
    pytest.param(edited(__event_go={"rules": []}), "`_event.go`", id="another beginning"),
    pytest.param(
        edited(__in_also={"type": "http in", "url": "/shop/c/also", "wires": [["_event.also"]]}),
        "`_in.also`",
        id="half a beginning",
    ),
    pytest.param(edited(w={"wires": [["n", "m"]]}), "several nodes", id="two ways at once"),
    pytest.param(edited(w={"wires": [["m"]]}), "where those of a chain", id="a circle"),
    pytest.param(edited(w={"wires": [["zz"]]}), "`w`", id="a way to nowhere"),
    pytest.param(edited(w={"wires": []}), "`n`: no step", id="what nothing leads to"),
    pytest.param(edited(w={"timeout": "1.5"}), "whole minutes", id="half an hour"),
    pytest.param(edited(w={"timeoutUnits": "milliseconds"}), "whole minutes", id="trials"),
    pytest.param(edited(m_subject={"field": "x"}), "`subject`: a letter", id="a part of a letter"),
    pytest.param(edited(m_subject={"template": "{{a}}"}), "`{{a}}`", id="a tag"),
    pytest.param(edited(m_subject={"template": "{{#event.a}}"}), "event.a", id="half a section"),
    pytest.param(edited(m_subject={"template": "{{/event.a}}"}), "event.a", id="the other half"),
    pytest.param(edited(m_subject={"template": "{% a"}), "`{% a`", id="a tag of ours"),
    pytest.param(edited(m={"rules": []}), "not addressed", id="no sender"),
    pytest.param(edited(m_text={"wires": [["w"]]}), "one mail server", id="a letter that stays"),
    pytest.param(edited(x={"type": "delay"}), "`x`: no step", id="a stray node"),
    pytest.param(edited(BRANCH, EVENT % "", b={"rules": [ELSE]}), "`b`", id="no choice"),
    pytest.param(
        edited(BRANCH, EVENT % "", b={"rules": [{"t": "eq", "v": "1"}, ELSE]}),
        "the rule",
        id="another rule",
    ),
    pytest.param(
        edited(SPLIT, b={"rules": [{"t": "gt", "v": "1", "vt": "num"}, ELSE]}), "`b`", id="a share"
    ),
    pytest.param(asked("$x"), "$x", id="a function"),
    pytest.param(asked("(event.a = 1)"), ")", id="a bracket for nothing"),
    pytest.param(asked("(event.a = 1 and event.b = 2"), "condition", id="a bracket that is open"),
    pytest.param(asked("event.a = 1 and event.b = 2"), " and ", id="no brackets"),
    pytest.param(asked("(event.a = 1 and event.a = true)"), "two types", id="two types"),
    pytest.param(
        edited(BRANCH, EVENT % ", where: {total: 5}", __where_order={"wires": [["b"], ["b"]]}),
        "several nodes",
        id="who is not meant comes in",
    ),
]


@pytest.mark.parametrize(("body", "words"), OTHERS)
def test_what_has_no_words_is_told_with_the_reason(body, words):
    with pytest.raises(WordlessError) as caught:
        VENDOR.decode(CHAIN, body)
    assert words in caught.value.reason.english()
    assert VENDOR.parts(CHAIN, body) == {}


CALL = "[{id: h, webhook: {url: 'https://shop.example/a', headers: {X: y}, body: {a: 1}}}]"
HEADERS = [{"keyType": "msg", "keyValue": "X", "valueType": "other", "valueValue": "y"}]
TWO = "    trigger: [{event: order}, {api: go}]\n    reentry: {mode: always, concurrent: true}\n"
MORE = [
    pytest.param(
        edited(CALL, h_body={"rules": [{"t": "set", "to": "{"}]}), "`h.body`", id="a body"
    ),
    pytest.param(edited(CALL, h={"headers": HEADERS}), "`h.body`", id="a header of the message"),
    pytest.param(edited(CALL, h_body={"wires": []}), "`h.body`", id="a call that is not made"),
    pytest.param(
        edited(head=TWO, __event_go={"wires": [["w"]]}), "different nodes", id="two starts"
    ),
    pytest.param(
        edited(__event_go={"wires": [["m.html"]]}), "`m.html`: no step", id="amid a letter"
    ),
    pytest.param(asked("true"), "true", id="always"),
]


@pytest.mark.parametrize(("body", "words"), MORE)
def test_more_has_no_words(body, words):
    with pytest.raises(WordlessError) as caught:
        VENDOR.decode(CHAIN, body)
    assert words in caught.value.reason.english()


WHERES = [
    pytest.param("$not((event.a = 1 and event.b = 2))", id="not both"),
    pytest.param("(event.a = 1 or event.b = 2)", id="one of two"),
    pytest.param("((event.a = 1 and event.b = 2) and event.c = 3)", id="of two in brackets"),
    pytest.param("(event.a = 1 and event.b = 2 and event.a = 1)", id="the same twice"),
]


@pytest.mark.parametrize("written", WHERES)
def test_what_an_event_cannot_be_asked(written):
    body = edited(BRANCH, EVENT % ", where: {total: 5}")
    (node,) = (one for one in body["nodes"] if one["id"] == "_where.order")
    node["rules"][0]["v"] = written
    with pytest.raises(WordlessError, match="of its own"):
        VENDOR.decode(CHAIN, body)


def test_a_word_that_is_asked_for_twice_has_no_words():
    steps = "[{id: s, switch: {value: {trigger: city}, cases: {A: [{send: one}], B: []}}}]"
    body = edited(steps, EVENT % "")
    (node,) = (one for one in body["nodes"] if one["id"] == "s")
    node["rules"][1] = node["rules"][0]
    with pytest.raises(WordlessError, match="twice"):
        VENDOR.decode(CHAIN, body)


def test_what_is_all_right_is_not():
    assert VENDOR.decode(CHAIN, edited(w={"timeout": "2"}))["steps"][1] == {
        "id": "w",
        "wait": {"for": "2h"},
    }
