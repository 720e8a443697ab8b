"""Chains as scenarios: where waits, choices and reactions go, and what cannot be said."""

from __future__ import annotations

import pytest

from crmspec.lower.outcome import Key
from tests.providers.tryton.small import HEAD, chain, findings, made, message, tree

CLICK = (
    "{first_of: [{if: {message: one, clicked: true}, then: [%s]}], timeout: 1d, otherwise: [%s]}"
)


def race(then="", otherwise=""):
    return "{wait_for: " + CLICK % (then, otherwise) + "}"


TREES = [
    pytest.param("[{send: one}, {send: two}]", [("one", 0, "", [("two", 0, "")])], id="a line"),
    pytest.param("[{wait: 1h}, {wait: 30m}, {send: one}]", [("one", 5400, "")], id="waits"),
    pytest.param("[{send: one}, {wait: 1h}]", [("one", 0, "")], id="a wait before nothing"),
    pytest.param("[{note: x}, {send: one}, {exit: x}]", [("one", 0, "")], id="notes and exits"),
    pytest.param(
        "[{send: one}, {send: one}]", [("one", 0, "", [("one_2", 0, "")])], id="a message twice"
    ),
    pytest.param(
        "[{branch: {if: vip, then: [{send: one}], else: [{wait: 1d}, {send: two}]}}]",
        [("branch", 0, "", [("branch.2", 0, "", "?", [("two", 86400, "")]), ("one", 0, "", "?")])],
        id="a choice at the beginning is asked once",
    ),
    pytest.param(
        "[{send: two}, {wait: 1h}, {branch: {if: vip, then: [{send: one}]}}]",
        [("two", 0, "", [("one", 3600, "", "?")])],
        id="a choice after a wait",
    ),
    pytest.param(
        "[{branch: {if: vip, then: [{exit: x}]}}, {send: one}]",
        [("branch", 0, "", [("one", 0, "", "?")])],
        id="who leaves",
    ),
    pytest.param("[{branch: {if: vip, then: [{wait: 1h}]}}]", [], id="a choice of nothing"),
    pytest.param(
        "[{switch: {value: {attribute: tongue},"
        " cases: {ru: [{send: one}]}, default: [{send: two}]}}]",
        [("switch", 0, "", [("one", 0, "", "?"), ("two", 0, "", "?")])],
        id="a switch",
    ),
    pytest.param(
        f"[{{send: one}}, {race('{send: two}')}]",
        [
            (
                "one",
                0,
                "",
                [("two", 0, "email_clicked"), ("wait_for.late", 86400, "not email_clicked")],
            )
        ],
        id="a click in time, or nothing",
    ),
    pytest.param(
        f"[{{send: one}}, {race(otherwise='{send: two}')}]",
        [
            (
                "one",
                0,
                "",
                [
                    ("wait_for", 0, "email_clicked"),
                    ("wait_for.late", 86400, "not email_clicked", [("two", 0, "")]),
                ],
            )
        ],
        id="no click in time",
    ),
    pytest.param(
        f"[{{send: one}}, {race('{wait: 1h}, {send: two}')}]",
        [
            (
                "one",
                0,
                "",
                [
                    ("wait", 0, "email_clicked", [("two", 3600, "")]),
                    ("wait_for.late", 86400, "not email_clicked"),
                ],
            )
        ],
        id="a wait after the click does not begin anew with each click",
    ),
    pytest.param(
        "[{send: one}, {wait_for: {first_of: [{if: {message: one, clicked: true},"
        " then: [{branch: {if: vip, then: [{send: two}]}}]}]}}]",
        [("one", 0, "", [("branch", 0, "email_clicked", [("two", 0, "", "?")])])],
        id="a choice after the click, without a timeout",
    ),
]


@pytest.mark.parametrize(("steps", "meant"), TREES)
def test_activities(steps, meant):
    assert tree(steps) == meant


def test_an_audience_is_asked_in_the_domain_and_again_before_sends():
    body, _ = chain(head="    audience: vip\n")
    assert body["domain"] == [["name", "!=", None], ["name", "=", "VIP"]]
    (gate,) = body["activities"]
    assert gate["children"][0]["condition"]["__class__"] == "Equal"


def test_several_triggers_are_alternatives():
    one, other = (f"{{segment: {id_}, backfill: true}}" for id_ in ("all", "vip"))
    body, gaps = chain(trigger=f"[{one}, {other}]")
    assert gaps == []
    assert body["domain"] == ["OR", ["name", "!=", None], ["name", "=", "VIP"]]


def test_who_may_unsubscribe():
    assert not chain()[0]["unsubscribable"]
    assert chain("[{send: sale}]")[0]["unsubscribable"]


LACKS = [
    pytest.param(f"[{{send: one}}, {{wait: 1h}}, {race()}]", "none", "just sent", id="a late race"),
    pytest.param(f"[{race()}]", "none", "just sent", id="a race about nothing sent"),
    pytest.param(f"[{{send: two}}, {race()}]", "none", "just sent", id="about another message"),
    pytest.param(
        "[{send: one}, {wait_for: {first_of: [{if: {message: one, clicked: true}}, {if: vip}],"
        " timeout: 1d}}]",
        "none",
        "just sent",
        id="two arms",
    ),
    pytest.param(
        "[{send: one}, {wait_for: {first_of: [{if: {message: one, clicked: 2}}], timeout: 1d}}]",
        "none",
        "just sent",
        id="a count of clicks",
    ),
    pytest.param(
        "[{send: one}, {wait_for: {first_of: [{if: {message: one, opened: true}}], timeout: 1d}}]",
        "deviates",
        "5.30",
        id="an open",
    ),
    pytest.param(
        "[{branch: {if: {message: one, clicked: true}, then: [{send: two}]}}]",
        "none",
        "cannot ask for this `message`",
        id="a reaction asked later",
    ),
    pytest.param(
        "[{switch: {value: {locale: true}, cases: {ru: [{send: one}]}}}]",
        "none",
        "by attributes alone",
        id="a switch by language",
    ),
    pytest.param("[{send: [one, two]}]", "none", "", id="a choice of messages"),
    pytest.param(
        "[{split: {arms: {a: {weight: 50, steps: [{send: one}]}, b: {weight: 50}}}}]",
        "none",
        "",
        id="a split",
    ),
    pytest.param("[{send: text}]", "none", "", id="another channel"),
    pytest.param("[{send: sale}]", "deviates", "8.6", id="consent"),
    pytest.param("[{wait: 1mo}, {send: one}]", "deviates", "2.3", id="a month"),
]


@pytest.mark.parametrize(("steps", "support", "words"), LACKS)
def test_what_is_told(steps, support, words):
    _, gaps = chain(steps)
    assert [gap for gap in gaps if gap[0] == support and words in gap[1]], gaps


HEADS = [
    pytest.param("    reentry: {mode: always}\n", "once, for ever", id="reentry"),
    pytest.param("    priority: 80\n", "goes before", id="priority"),
    pytest.param("    holdout: {percent: 10%}\n", "", id="a holdout"),
]


@pytest.mark.parametrize(("head", "words"), HEADS)
def test_what_a_chain_asks_in_vain(head, words):
    _, gaps = chain(head=head)
    assert [gap for gap in gaps if words in gap[1]]


TRIGGERS = [
    pytest.param("{segment: all}", "deviates", "6.5", id="who is in it already"),
    pytest.param("{segment: all, transition: left}", "none", "whenever it looks", id="who leaves"),
    pytest.param("{api: go}", "none", "", id="a call"),
]


@pytest.mark.parametrize(("trigger", "support", "words"), TRIGGERS)
def test_triggers(trigger, support, words):
    _, gaps = chain(trigger=trigger)
    assert [gap for gap in gaps if gap[0] == support and words in gap[1]]


def test_a_letter():
    found, reasons = message(
        '{channel: email, category: transactional, subject: "# $1", body: "<p>a<p>b"}'
    )
    assert reasons == []
    assert found["email_from"] == "Shop <hello@shop.example>"
    assert found["email_title"] == "# ${'$'}1"
    assert "<p>a</p><p>b</p>" in found["email_template"]


LETTERS = [
    pytest.param(
        'subject: "#if a", body: "<p>a</p>"', "email_title", "${''}#if a", id="a directive"
    ),
    pytest.param(
        r"subject: 'a \#b', body: '<p>a</p>'", "email_title", r"a \${'#'}b", id="a backslash"
    ),
]


@pytest.mark.parametrize(("fields", "field", "meant"), LETTERS)
def test_subjects_are_no_directives(fields, field, meant):
    found, _ = message("{channel: email, category: transactional, " + fields + "}")
    assert found[field] == meant


LOST = [
    pytest.param(
        'subject: "{{ links.unsubscribe }}", body: "<p>a</p>"', "no such link", id="a link"
    ),
    pytest.param("subject: a, body: '<b><i>a</b></i>'", "XML", id="elements across each other"),
    pytest.param("subject: a, body: '<p>{{ profile.city }}</p>'", "does not know", id="a field"),
    pytest.param("subject: a, text: a, body: '<p>a</p>'", "the text of a letter", id="a text"),
    pytest.param("subject: a, body: '<p>a</p>', headers: {X-A: b}", "does not reach", id="headers"),
    pytest.param("subject: a, body: '<p>a</p>', topic: x", "", id="a topic"),
]


@pytest.mark.parametrize(("fields", "words"), LOST)
def test_what_is_told_of_a_letter(fields, words):
    _, reasons = message("{channel: email, category: transactional, " + fields + "}")
    assert [one for one in reasons if words in one]


@pytest.mark.parametrize(
    ("sender", "said"),
    [
        pytest.param("{name: Shop, email: a@b.example}", "Shop <a@b.example>", id="a name"),
        pytest.param("{name: 'A, B', email: a@b.example}", '"A, B" <a@b.example>', id="a comma"),
        pytest.param("{name: '', email: a@b.example}", "a@b.example", id="no name"),
        pytest.param("{name: Shop, email: a@б.example}", "Shop <a@б.example>", id="other letters"),
    ],
)
def test_names_of_senders(sender, said):
    channel = f"bare: {{type: email, from: {sender}}}"
    chains = "chains:\n  c: {trigger: {segment: all, backfill: true}, steps: [{send: one}]}\n"
    source = HEAD.replace("bare: {type: email}", channel) + chains
    (activity,) = made(source).payloads[Key("chain", "c")].body["activities"]
    assert activity["email_from"] == said


def test_senders():
    found, reasons = message(
        '{channel: shop, category: transactional, subject: a, body: "<p>a</p>"}'
    )
    assert found["email_from"] == "=?utf-8?b?0JzQsNCz0LDQt9C40L0=?= <hello@shop.example>"
    assert [one for one in reasons if "answers" in one]
    found, _ = message('{channel: bare, category: transactional, subject: a, body: "<p>a</p>"}')
    assert "email_from" not in found


def test_a_loss_is_told_at_the_message():
    source = HEAD.replace('"<p>One</p>"', '"<b><i>a</b></i>"')
    chains = "chains:\n  c: {trigger: {segment: all, backfill: true}, steps: [{send: one}]}\n"
    assert [words for level, words in findings(source + chains) if "XML" in words]


def test_a_message_in_two_languages_is_two_letters():
    more = (
        "  many: {channel: bare, category: transactional, subject: Hi, body: Hi,"
        " locales: {ru: {subject: RU}}}\n"
    )
    body, gaps = chain("[{send: many}]", more=more)
    assert gaps == []
    letters = body["activities"][0].get("children", body["activities"])
    assert {one["email_title"] for one in letters} == {"Hi", "RU"}
    assert all("_parent_lang.code" in str(one["condition"]) for one in letters)
