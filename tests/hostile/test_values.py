"""Hostile values are text wherever they land: in messages, pages, letters and dialects."""

import re

import msgspec
import pytest

from crmspec.api import check_files
from crmspec.api.preview.post import letter
from crmspec.api.preview.studio import Studio
from crmspec.content.fixture import Fixture
from crmspec.content.tag import tags
from crmspec.dialect.registry import DIALECTS
from crmspec.render.preview.seen import seen
from crmspec.template.evaluate import evaluate
from crmspec.template.parse import parse
from crmspec.template.tree import Branch, Comparison, Constant, Filter, If, Output, Path, Text
from tests.dialect.agreement import differences, printed
from tests.dialect.fixture import other
from tests.hostile.corpus import BREAKS, OTHERS, SCRIPTS, SIGNS, TEXTS

PROJECT = """\
project: shop
attributes: {name: {title: Name, type: string}}
channels:
  email: {title: E-mail, type: email, from: {name: Shop, email: hello@shop.example}}
  telegram: {title: Telegram, type: telegram}
  sms: {title: SMS, type: sms}
  push: {title: Push, type: mobile_push}
  site: {title: Site, type: onsite}
  wallet: {title: Cards, type: wallet}
messages:
  letter:
    channel: email
    subject: "{{ profile.name }}, hello"
    preheader: "{{ profile.name }}"
    headers: {X-Name: "{{ profile.name }}"}
    body: >-
      <html><body><p title="{{ profile.name }}">{{ profile.name }}</p>
      <a href="https://shop.example/?q={{ profile.name }}">Shop</a>
      <a href="{{ profile.name }}">Page</a></body></html>
    text: "{{ profile.name }}"
  chat: {channel: telegram, parse_mode: html, text: "<b>{{ profile.name }}</b>"}
  words: {channel: sms, text: "Dear {{ profile.name }}"}
  notice: {channel: push, heading: "{{ profile.name }}", text: "{{ profile.name }}"}
  banner: {channel: site, body: "<p>{{ profile.name }}</p>"}
"""
MESSAGES = ("letter", "chat", "words", "notice", "banner")


@pytest.fixture(scope="module")
def studio():
    return Studio(check_files({"crmspec.yaml": PROJECT.encode()}))


def somebody(name):
    return Fixture(id="somebody", title=name, values={"profile": {"name": name}, "event": {}})


def shown(studio, message, name):
    return seen(studio.parts(studio.message(message)), somebody(name))


def cases(values):
    return [pytest.param(value, id=name) for name, value in values.items()]


def elements(html):
    """Return the start tags of a text with the names of their attributes."""
    return [
        (tag.name, tuple(one.name for one in tag.attributes()))
        for tag in tags(html)
        if not tag.closing
    ]


@pytest.mark.parametrize("value", cases(TEXTS))
@pytest.mark.parametrize("message", MESSAGES)
def test_a_value_adds_no_element_to_a_page(studio, message, value):
    tame = studio.page(studio.parts(studio.message(message)), [somebody("Anna")], "en")
    page = studio.page(studio.parts(studio.message(message)), [somebody(value)], "en")
    frames = re.findall(r'srcdoc="([^"]*)"', page)
    assert len(frames) == len(re.findall(r'srcdoc="([^"]*)"', tame))
    assert {name for name, _ in elements(page)} <= {name for name, _ in elements(tame)} | {"mark"}
    assert not any(name.startswith("on") for _, names in elements(page) for name in names)


@pytest.mark.parametrize("value", cases(TEXTS))
@pytest.mark.parametrize(("message", "field"), [("letter", "html"), ("chat", "text")])
def test_a_value_is_escaped_for_where_it_stands(studio, message, field, value):
    tame = shown(studio, message, "Anna").text(field)
    assert elements(shown(studio, message, value).text(field)) == elements(tame)


@pytest.mark.parametrize("value", cases(BREAKS))
@pytest.mark.parametrize("field", ["subject", "preheader", "headers.X-Name"])
def test_a_line_stays_a_line(studio, field, value):
    assert len(shown(studio, "letter", value).text(field).splitlines()) == 1


@pytest.mark.parametrize("value", cases({**BREAKS, **SCRIPTS}))
def test_a_value_adds_no_header_to_a_letter(studio, value):
    made = letter(studio.program, shown(studio, "letter", value), "me@example.com")
    assert made["Bcc"] is None
    head = made.as_bytes().partition(b"\r\n\r\n")[0]
    assert not re.search(rb"^(?:bcc|<)", head, re.IGNORECASE | re.MULTILINE)


@pytest.mark.parametrize("value", cases(SIGNS))
@pytest.mark.parametrize("message", MESSAGES)
def test_a_value_is_never_read_as_a_template(studio, message, value):
    made = shown(studio, message, value)
    fields = {"letter": "text", "notice": "heading"}
    if message in {"letter", "words", "notice"}:
        assert value in made.text(fields.get(message, "text"))
    assert made.texts == shown(studio, message, value).texts


def test_a_value_that_asks_for_another_says_so_in_every_engine_and_no_more():
    body = parse("{{ profile.first_name }}|{{ profile.bio }}").body
    for dialect in (one for one in DIALECTS.values() if one.engines):
        if dialect.id == "node_red":
            continue  # it knows no customers: tests/dialect/test_mustache.py
        for context in ("plain", "html"):
            placed = tuple(_in(piece, context) for piece in body)
            result, names = printed(dialect.id, placed)
            for value in SIGNS.values():
                values = other({"first_name": value, "bio": value})
                wrong = differences(dialect.id, result.text, names, placed, values, context)
                assert not list(wrong), dialect.id


def _in(piece, context):
    return msgspec.structs.replace(piece, context=context) if hasattr(piece, "context") else piece


@pytest.mark.parametrize("value", cases({**TEXTS, **OTHERS}))
def test_values_of_any_kind_are_shown(studio, value):
    for message in MESSAGES:
        assert studio.page(studio.parts(studio.message(message)), [somebody(value)], "en")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("value", cases({**SIGNS, **BREAKS}))
def test_texts_of_authors_are_printed_or_lost(dialect, value):
    name = Path(root="profile", keys=("first_name",))
    body = (
        Text(text=re.sub("\r\n?", "\n", value)),  # Jinja writes line breaks so
        Output(expression=Filter(name="default", of=name, arguments=(Constant(value=value),))),
        If(
            branches=(
                Branch(
                    condition=Comparison(operator="==", left=name, right=Constant(value=value)),
                    body=(Text(text="same"),),
                ),
            )
        ),
    )
    result, names = printed(dialect, body)
    if result.losses or not DIALECTS[dialect].engines:
        return
    for said in (value, "Anna", None):
        assert not list(differences(dialect, result.text, names, body, other({"first_name": said})))
    assert evaluate(body, other({"first_name": value}), {}).endswith("same")
