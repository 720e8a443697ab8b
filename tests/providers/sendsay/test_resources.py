"""Attributes, lists and messages: what is made of them, what Sendsay has already, what it lacks."""

from __future__ import annotations

import pytest

from crmspec.engine.resource import Address
from crmspec.providers.sendsay.session import decode, normalise
from tests.providers.sendsay.small import HEAD, TARGET, findings, made, payload, resources

BORN = Address("attribute", "born")


@pytest.mark.parametrize(
    ("id_", "body"),
    [
        pytest.param("town", {"type": "free", "width": 255}, id="a text"),
        pytest.param("tier", {"type": "free", "width": 255}, id="a choice is kept as a text"),
        pytest.param("rate", {"type": "free", "width": 255}, id="so are decimals"),
        pytest.param("score", {"type": "int"}, id="a whole number"),
        pytest.param("seen", {"type": "int"}, id="yes or no"),
        pytest.param("born", {"type": "dt", "dtsubtype": "yd"}, id="a day"),
        pytest.param("last", {"type": "dt", "dtsubtype": "ys"}, id="a moment"),
    ],
)
def test_questions(id_, body):
    assert payload("attribute", id_, HEAD) == (body, [])


@pytest.mark.parametrize(
    "id_",
    [
        pytest.param("first_name", id="a question of the basic questionnaire"),
        pytest.param("phone_no", id="a standard attribute"),
        pytest.param("size", id="one that has a code of its own"),
    ],
)
def test_what_sendsay_has_already_is_not_made(id_):
    found = made(HEAD)
    assert id_ not in {key.id for key in found.survey.wanted}
    assert f"attribute.{id_}" not in resources(HEAD)


@pytest.mark.parametrize(
    ("kind", "id_", "gaps", "more"),
    [
        pytest.param("attribute", "langs", ["none"], "", id="several values"),
        pytest.param("attribute", "total", ["deviates"], "", id="computed"),
        pytest.param(
            "list", "stop", ["none"], "  stop: {purpose: suppression}\n", id="a stop-list"
        ),
        pytest.param("list", "two", ["deviates"], "  two: {opt_in: double}\n", id="confirmed"),
        pytest.param("list", "news", [], "", id="a list"),
    ],
)
def test_what_is_not_as_written(kind, id_, gaps, more):
    _, found = payload(kind, id_, HEAD.replace("lists:\n", f"lists:\n{more}"))
    assert [support for support, _ in found] == gaps


MESSAGE = (
    HEAD
    + "messages:\n  m: {channel: email, category: transactional, subject: 'Hi {{ profile.town }}',"
    + " body: '<p>{{ profile.size }}</p>'%s}\n"
)


def test_a_letter_in_proscript():
    body, gaps = payload("message", "m", MESSAGE % "")
    letter = body["letter"]
    assert gaps == []
    assert letter["subject"] == "Hi [% anketa.custom.town %]"
    assert "[% anketa.custom.q7 %]" in letter["message"]["html"]
    assert letter["from.email"] == "hello@shop.example"
    assert "reply.email" not in letter


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(", headers: {X-Tag: a}", id="headers"),
        pytest.param(", attachments: [a.pdf]", id="attachments"),
        pytest.param(", locales: {en: {subject: Hello}}", id="languages"),
        pytest.param(", layout: odd", id="what PROScript lacks"),
    ],
)
def test_a_letter_with_more_than_sendsay_takes(more):
    odd = "layouts: {odd: {template: '{{ links.preferences }}{{ slots.content }}'}}\n"
    _, gaps = payload("message", "m", MESSAGE % more + odd)
    assert {support for support, _ in gaps} == {"none"}


def test_what_people_set_up():
    text = (
        HEAD
        + "messages:\n  t: {channel: sms, category: transactional, text: Hi}\n"
        + "  m: {channel: email, category: transactional, subject: Hi, body: '<p>Hi</p>'}\n"
        + "chains:\n  c: {trigger: {segment: vip}, steps: [{wait: 1d}, {send: m}]}\n"
        + "broadcasts:\n  b: {audience: {include: [vip]}, message: m, at: '2026-04-01T10:00'}\n"
    )
    found = resources(text, settings="on_unsupported: manual\n")
    absent = {"attribute.langs", "attribute.total", "chain.c", "broadcast.b", "message.t"}
    assert not absent & found.keys()
    assert {"message.m", "segment.vip", "list.news"} <= found.keys()
    said = [words for _, words in findings(text, settings="on_unsupported: manual\n")]
    assert any("Scenarios" in one and "chain" in one for one in said)
    assert len([one for one in said if "`chain`" in one]) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"account": "shop"}, None, id="all that is needed"),
        pytest.param({}, "names no account", id="no account"),
        pytest.param({"account": "a", "source": "x"}, "no option `source`", id="a strange option"),
        pytest.param({"account": "a", "addr_type": "fax"}, "type `fax`", id="strange members"),
    ],
)
def test_settings(options, words):
    from msgspec.structs import replace

    text = f"{HEAD.partition('lists:')[0]}lists: {{news: {{title: News}}}}\n"
    text = text.replace("  langs:", "  x-langs:").replace("  total:", "  x-total:")
    found = [said for _, said in findings(text, replace(TARGET, options=options))]
    assert found == [] if words is None else [words in one for one in found] == [True]


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        pytest.param({"type": "int"}, {"type": "integer"}, id="a whole number"),
        pytest.param({"type": "dt", "dtsubtype": "yd"}, {"type": "date"}, id="a day"),
        pytest.param({"type": "dt", "dtsubtype": "yh"}, {}, id="an hour"),
        pytest.param({"type": "nm"}, {}, id="several answers"),
        pytest.param({"type": "free", "width": "50"}, {"type": "string"}, id="a text"),
    ],
)
def test_the_way_back(body, type_):
    assert decode(BORN, normalise(BORN, body)) == type_


def test_what_is_told_of_a_question_is_normalised():
    assert normalise(BORN, {"type": "free", "width": "50"}) == {"type": "free", "width": 50}
    assert normalise(BORN, {"type": "int", "width": "1", "dtsubtype": None}) == {"type": "int"}


def test_a_list_comes_back_as_one_that_asks_for_no_confirmation():
    assert decode(Address("list", "news"), {}) == {"opt_in": "single"}
