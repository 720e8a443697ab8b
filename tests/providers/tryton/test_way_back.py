"""Scenarios back to chains: what is built of the words compiles to the scenario again."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

from crmspec.document.write import flow
from crmspec.engine.way_back import WordlessError
from crmspec.lower.outcome import Key
from crmspec.providers.tryton import tree
from crmspec.providers.tryton.domain import clause, plain
from crmspec.providers.tryton.session import VENDOR
from tests.providers import way_back
from tests.providers.tryton.small import HEAD, TARGET, chain, made
from tests.providers.tryton.test_condition import WORDS
from tests.providers.tryton.test_scenario import TREES
from tests.providers.way_back import CHAIN


def kept(_, body):
    domain = clause(plain(body["domain"]))
    return {**body, "domain": domain, "activities": tree.ordered(body["activities"])}


OURS = structs.replace(VENDOR, normalise=kept)


def returns(body):
    body = kept(CHAIN, body)
    assert way_back.again(OURS, TARGET, body) == body


@pytest.mark.parametrize(("steps", "_"), TREES)
def test_steps_come_back(steps, _):
    returns(chain(steps)[0])


@pytest.mark.parametrize(("condition", "domain", "pyson"), WORDS)
def test_conditions_come_back(condition, domain, pyson):
    if domain is not None:
        returns(chain(head=f"    audience: {condition}\n    recheck: entry\n")[0])
    if pyson is not None:
        returns(chain(f"[{{send: two}}, {{send: one, only: {condition}}}]")[0])


LETTERS = [
    pytest.param('subject: "# $1 \\\\#", body: "<p>a<p>b<br>$2"', id="signs"),
    pytest.param('subject: "#if a", body: "<p>a</p>"', id="a directive"),
    pytest.param(
        "subject: \"{{ profile.name | default('you & I') }}\","
        " body: \"<p>{{ profile.boss }} {{ profile.tongue | default('<ü>') }}</p>\"",
        id="values",
    ),
    pytest.param(
        "subject: a, body: \"<a class=x href='{{ links.unsubscribe }}'>leave</a>\"", id="a link"
    ),
    pytest.param(
        'subject: a, body: "<html><head><style>a>b{}</style></head><body><td></td></body></html>"',
        id="a whole page",
    ),
]


@pytest.mark.parametrize("fields", LETTERS)
@pytest.mark.parametrize("channel", ["email", "bare"])
@pytest.mark.parametrize("category", ["transactional", "marketing"])
def test_letters_come_back(fields, channel, category):
    message = f"{{channel: {channel}, category: {category}, {fields}}}"
    body, gaps = chain("[{send: x}]", more=f"  x: {message}\n")
    assert not [one for one in gaps if one[0] == "none"], gaps
    returns(body)


# -- random chains ----------------------------------------------------------------------------


def about(name, value, **more):
    """Return the conditions on an attribute."""
    equal = [
        st.builds(
            lambda test, it: {"attribute": name, test: it, **more},
            st.sampled_from(["eq", "neq"]),
            value,
        )
    ]
    among = st.builds(
        lambda test, it: {"attribute": name, test: it, **more},
        st.sampled_from(["in", "not_in"]),
        st.lists(value, min_size=1, max_size=3, unique=True),
    )
    there = st.sampled_from([{"attribute": name, one: True} for one in ("exists", "missing")])
    return st.one_of(*equal, among, there)


WORD = st.text("abЖ '\"\\$<", min_size=1, max_size=3)
ORDER = st.builds(
    lambda test, it: {"attribute": "spent", test: it},
    st.sampled_from(["gt", "gte", "lt", "lte", "eq", "neq"]),
    st.integers(-3, 3) | st.sampled_from([0.5, 1e20]),
)
LEAF = st.one_of(
    about("name", WORD, case="sensitive"),
    about("tongue", st.sampled_from(["en", "ru"])),
    about("boss", WORD, case="sensitive"),
    st.sampled_from([{"attribute": "member", "eq": one} for one in (True, False)]),
    ORDER,
    st.just({"segment": "vip"}),
)
LISTS = st.builds(
    lambda test, it: {"attribute": "groups", test: it, "case": "sensitive"},
    st.sampled_from(["contains_any", "contains_none"]),
    st.lists(WORD, min_size=1, max_size=2, unique=True),
)
WAIT = st.sampled_from(["90s", "1h", "2d"]).map(lambda one: {"wait": one})
SEND = st.sampled_from([{"send": "one"}, {"send": "two"}, {"send": "sale"}])


def race(listed):
    """Return a send, and a wait for what the customer does about it."""
    return st.builds(
        lambda then, otherwise, event: {
            "first_of": [{"if": {"message": "one", event: True}, "then": then}],
            **({} if otherwise is None else {"timeout": "1d", "otherwise": otherwise}),
        },
        listed,
        st.none() | listed,
        st.sampled_from(["clicked", "opened"]),
    )


def flattened(listed):
    """Return steps in which what stands for two of them is two."""
    made = []
    for one in listed:
        if "raced" in one:
            made += [{"send": "one"}, {"wait_for": nested(one["raced"])}]
        else:
            made.append(nested(one))
    return made


def nested(value):
    match value:
        case dict():
            return {name: nested(one) for name, one in value.items()}
        case [dict(first), *_] if first.keys() & {"send", "wait", "branch", "raced", "exit"}:
            return flattened(value)
        case list():
            return [nested(one) for one in value]
    return value


def forks(listed):
    return race(listed).map(lambda it: {"raced": it})


@settings(max_examples=60, deadline=None)
@given(
    way_back.steps(SEND | WAIT, way_back.joined(LEAF), forks),
    way_back.joined(LEAF | LISTS),
)
def test_random_chains_come_back(steps, audience):
    head = f"    audience: {flow(audience)}\n    recheck: entry\n"
    text = f"{HEAD}chains:\n  c:\n    trigger: {{segment: all, backfill: true}}\n{head}"
    found = made(f"{text}    steps: {flow(flattened(steps))}\n")
    key = Key("chain", "c")
    assume(all(one.support.value in {"lowered", "deviates"} for one in found.survey.gaps(key)))
    assume(found.payloads[key].body["activities"])
    returns(found.payloads[key].body)


# -- what people make there -------------------------------------------------------------------


def page(words):
    return f"<html><body><p>{words}</p></body></html>"


MAIL = {"name": "mail", "action": "send_email", "email_title": "A", "email_template": page("A")}
REST = {"name": "rest", "action": "send_email", "email_title": "B", "email_template": page("B")}
BOTH_QUOTES = r"${'\U00000022\U00000027' if (record.name) in (None, '') else (record.name)}"
VIP = {"__class__": "Equal", "s1": {"__class__": "Eval", "v": "self.name", "d": ""}, "s2": "VIP"}
NOT_VIP = {"__class__": "Not", "v": VIP}
IDLE = {"name": "idle"}


def scenario(*activities, **more):
    fields = {"model": "party.party", "domain": [["name", "=", "A"]], "unsubscribable": False}
    return {**fields, "activities": list(activities), **more}


def below(*children):
    return scenario(MAIL | {"children": list(children)})


def event(one, **more):
    return {**one, "event": "email_clicked", **more}


LATE = event({"name": "race.late"}, negative=True, delay=3600)
OTHERS = [
    pytest.param(scenario(MAIL, color=1), "`color`", id="a field"),
    pytest.param(scenario(MAIL, model="sale.sale"), "`sale.sale`", id="another model"),
    pytest.param(scenario(MAIL, domain=[]), "everybody", id="everybody"),
    pytest.param(scenario(MAIL, domain="PYSON"), "PYSON", id="a domain that is no list"),
    pytest.param(scenario(MAIL, REST), "no choice", id="two at once"),
    pytest.param(scenario(MAIL | {"condition": VIP}), "asked twice", id="a condition at first"),
    pytest.param(scenario(IDLE), "no choice", id="nothing"),
    pytest.param(below(IDLE | {"children": [REST]}), "where no step", id="no deed"),
    pytest.param(below(MAIL), "another", id="a name twice"),
    pytest.param(below({**REST, "name": "rest.1"}), "cannot be an id", id="a name with a dot"),
    pytest.param(below(REST | {"delay": 1.5}), "whole number", id="half a second"),
    pytest.param(below(REST | {"condition": VIP}, {**IDLE}), "no choice", id="one without"),
    pytest.param(
        below(REST | {"condition": VIP}, {**IDLE, "name": "b.2", "condition": VIP}),
        "no choice",
        id="both hold",
    ),
    pytest.param(
        below(REST | {"condition": VIP}, {"name": "b.3", "condition": NOT_VIP, "children": [IDLE]}),
        "no choice",
        id="another place",
    ),
    pytest.param(
        below(
            REST | {"condition": VIP, "delay": 60},
            {"name": "b.2", "condition": NOT_VIP, "children": [IDLE]},
        ),
        "no choice",
        id="at different times",
    ),
    pytest.param(
        below({"name": "b.1", "condition": VIP, "children": [REST]}), "no step", id="no need of it"
    ),
    pytest.param(below({"name": "b.1", "condition": VIP}), "where no step", id="an empty way"),
    pytest.param(below(event(REST), event(IDLE)), "something else", id="two at a click"),
    pytest.param(below(REST | {"event": "x"}), "something else", id="another event"),
    pytest.param(
        scenario({"name": "a", "children": [event(REST)]}), "no choice", id="after nothing sent"
    ),
    pytest.param(below(event(REST, delay=60)), "`delay`", id="late after a click"),
    pytest.param(below(event(IDLE), LATE), "where no step", id="another that does nothing"),
    pytest.param(below(event(REST), {**LATE, "name": "x"}), "another name", id="who is late"),
    pytest.param(scenario(MAIL | {"email_from": "${a}"}), "the sender", id="a sender"),
    pytest.param(scenario(MAIL | {"email_title": "$name"}), "`$name`", id="a short expression"),
    pytest.param(scenario(MAIL | {"email_title": "{{ a }}"}), "`{{ a }}`", id="a tag of ours"),
    pytest.param(scenario(MAIL | {"email_title": "${a()}"}), "`${a()}`", id="a program"),
    pytest.param(
        scenario(MAIL | {"email_title": "${record.a.b}"}), "`record.a.b`", id="an unsafe way"
    ),
    pytest.param(
        scenario(MAIL | {"email_title": BOTH_QUOTES}),
        "in a letter",
        id="both quotes",
    ),
]


@pytest.mark.parametrize(("body", "words"), OTHERS)
def test_what_has_no_words_is_told_with_the_reason(body, words):
    with pytest.raises(WordlessError) as caught:
        VENDOR.decode(CHAIN, body)
    assert words in caught.value.reason.english()
    assert VENDOR.parts(CHAIN, body) == {}


def test_what_is_all_right_is_not():
    assert VENDOR.decode(CHAIN, below(REST))["steps"][1] == {
        "id": "rest",
        "send": {"message": "c_rest"},
    }


def like(word, value):
    return [["name", word, value]]


DOMAINS = [
    pytest.param([["lang.code", "=", None]], id="a way that may be empty"),
    pytest.param([["name", "!=", "A"]], id="other than, without who has none"),
    pytest.param([["email", "=", "a@example.com"]], id="what is computed"),
    pytest.param([["name", ">", "A"]], id="an order of texts"),
    pytest.param([["name", "in", []]], id="one of none"),
    pytest.param([["name", "in", ["A", 1]]], id="one of unlike things"),
    pytest.param([["name", "=", {"__class__": "date"}]], id="a date"),
    pytest.param([["addresses", "where", [["city", "ilike", "A"]]]], id="a pattern"),
    pytest.param([["addresses.city", ">", "A"]], id="an order in a list"),
    pytest.param([["name", "=", "A"], ["name", "=", 1]], id="a field of two types"),
    pytest.param([["a.b", "=", "A"], ["a_b", "=", "A"]], id="two fields of one id"),
    pytest.param([["OR", [["name", "!=", "A"], ["code", "=", None]]]], id="no opposite"),
]


@pytest.mark.parametrize("domain", DOMAINS)
def test_domains_without_words(domain):
    with pytest.raises(WordlessError):
        VENDOR.decode(CHAIN, scenario(MAIL, domain=domain))


MEMBER = {"__class__": "Eval", "v": "self.member", "d": False}
YES = {"__class__": "Equal", "s1": MEMBER, "s2": True}


def test_yes_or_yes_is_no_list():
    either = {"__class__": "Or", "s": [YES, YES]}
    steps = VENDOR.decode(CHAIN, below(REST | {"condition": either}))["steps"]
    member = {"attribute": "member", "eq": True}
    assert steps[1]["branch"]["cases"][0]["if"] == {"any": [member, member]}


ASKED = [
    pytest.param("a text", id="no object"),
    pytest.param({"__class__": "In", "k": "name", "v": []}, id="another class"),
    pytest.param({"__class__": "Not", "v": {"__class__": "And", "s": [VIP, VIP]}}, id="not both"),
    pytest.param({**VIP, "s1": {"__class__": "Eval", "v": "name", "d": ""}}, id="not of the party"),
    pytest.param({**VIP, "s1": {"__class__": "Eval", "v": "self.name", "d": 0}}, id="otherwise"),
    pytest.param(
        {**VIP, "s1": {"__class__": "Eval", "v": "self.addresses", "d": ""}}, id="of a list"
    ),
    pytest.param({"__class__": "Greater", "s1": {}, "s2": 1, "e": True}, id="of nothing"),
]


@pytest.mark.parametrize("condition", ASKED)
def test_pyson_without_words(condition):
    with pytest.raises(WordlessError):
        VENDOR.decode(CHAIN, below(REST | {"condition": condition}))


PLAIN = [
    pytest.param([["AND", ["a", "=", 1], ["b", "=", 2]]], [["a", "=", 1], ["b", "=", 2]], id="and"),
    pytest.param(
        [["OR", ["a", "=", 1], ["b", "=", 2]]], ["OR", ["a", "=", 1], ["b", "=", 2]], id="or"
    ),
    pytest.param([["OR", [["a", "=", 1]]]], [["a", "=", 1]], id="one of one"),
    pytest.param(
        [[["a", "=", 1]], ["b", "=", 2]], [["a", "=", 1], ["b", "=", 2]], id="lists of one"
    ),
    pytest.param([], [], id="nothing"),
]


@pytest.mark.parametrize(("domain", "meant"), PLAIN)
def test_domains_are_compared_as_we_write_them(domain, meant):
    assert clause(plain(domain)) == meant
    assert clause(plain(meant)) == meant


def test_activities_of_people_are_known_by_what_steps_can_be_called():
    rows = [{"id": 3, "name": "Mail!"}, {"id": 1, "name": "mail"}, {"id": 4, "name": "branch.2"}]
    rows += [{"id": 5, "name": "Письмо"}, {"id": 6, "name": None}, {"id": 7, "name": "Branch.x"}]
    assert [one["name"] for one in tree.named(rows)] == [
        "mail",
        "mail_2",
        "branch.2",
        "pismo",
        "activity",
        "branch_x",
    ]


PIECES = st.lists(
    st.sampled_from(
        [
            *("${''}", "${'$'}", "${'#'}", "\\", "#if ", "a", " ", "é", "$", "{{", "&amp;", "&"),
            *("${record.name}", "${'b' if (record.name) in (None, '') else (record.name)}"),
            *("<br/>", "<br>", "<p>b</p>", "<td></td>", "<td>${''}</td>", "${Markup('\\x3c')}"),
            '<a href="unsubscribe">x</a>',
        ]
    ),
    min_size=1,
    max_size=4,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(PIECES, PIECES)
def test_letters_come_back_as_they_are_or_not_at_all(title, words):
    body = scenario(MAIL | {"email_title": title, "email_template": page(words)})
    try:
        VENDOR.decode(CHAIN, body)
    except WordlessError:
        return
    returns(body)
