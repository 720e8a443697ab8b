"""Layouts and blocks that Knock does not take."""

from __future__ import annotations

import pytest

from crmspec.engine.resource import Address
from crmspec.providers.knock.session import decode, parts
from tests.providers.knock.small import HEAD, made, resources


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("layouts: {x: {channel: push, template: x}}", "layout.x", id="of a push"),
        pytest.param(
            "layouts: {x: {slots: [content, side], template: x}}", "layout.x", id="with two slots"
        ),
        pytest.param(
            "layouts: {x: {template: '{{ links.preferences }}'}}",
            "layout.x",
            id="what Liquid lacks",
        ),
        pytest.param(
            f"blocks: {{x: {{description: {'x' * 281}, template: x}}}}", "block.x", id="a long text"
        ),
    ],
)
def test_what_is_not_taken(text, key):
    found = made(f"{HEAD}{text}\n")
    assert key in {str(one) for one in found.survey.absent}


def test_a_layout_that_asks_for_a_link_goes_without_it():
    text = (
        f"{HEAD}layouts: {{x: {{template: "
        "'{% if links.preferences %}P{% endif %}{{ slots.content }}'}}\n"
    )
    assert "P" not in resources(text)["layout.x"].body["html_layout"]
    assert [one.message.english() for one in made(text).notes] == [
        "Knock has no `links.preferences`, and the letter does without"
    ]


def test_a_layout_in_mjml_and_a_block_of_words():
    found = resources(
        HEAD
        + "layouts: {x: {template: '<mjml><mj-body><mj-section>{{ slots.content }}</mj-section>"
        + "</mj-body></mjml>'}}\n"
        + "blocks: {y: {channel: push, template: 'Hi {{ who }}', inputs: {who: string}}}\n"
    )
    assert found["layout.x"].body["is_mjml"] is True
    assert found["block.y"].body["content"] == "Hi {{ who }}"
    assert found["block.y"].body["type"] == "text"


PAGE = "<p>{{ recipient.city | escape }} {{ content }}</p>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            {"html_layout": PAGE}, "<p>{{ profile.city }} {{ slots.content }}</p>", id="a page"
        ),
        pytest.param({"html_layout": "<p>{{content}}</p>"}, None, id="a slot in other words"),
        pytest.param({"html_layout": "<p></p>"}, None, id="no slot"),
        pytest.param({"html_layout": "{{ content }}{% if x %}"}, None, id="more than values"),
        pytest.param({"html_layout": PAGE, "text_layout": "Bye"}, None, id="a text of its own"),
    ],
)
def test_layouts_come_back(body, expected):
    found = decode(Address("layout", "x"), {"text_layout": "{{ content }}"} | body)
    assert found.get("source") == expected


@pytest.mark.parametrize(
    ("content", "type_", "expected"),
    [
        pytest.param(
            "<b>{{ what | escape }} {{ recipient.city | escape }}</b>",
            "html",
            {
                "template": "<b>{{ what }} {{ profile.city }}</b>",
                "inputs": {"what": {"type": "string"}},
            },
            id="a page",
        ),
        pytest.param("Bye", "text", {"channel": "sms", "template": "Bye"}, id="a text"),
        pytest.param("{}", "json", {}, id="JSON"),
        pytest.param("{% if x %}", "html", {}, id="more than values"),
    ],
)
def test_partials_come_back(content, type_, expected):
    body = {"content": content, "type": type_}
    assert decode(Address("block", "x"), body) == expected
    channel = {Address("channel", "sms"): {"type": "sms"}} if type_ == "text" else {}
    assert parts(Address("block", "x"), body) == channel
    assert parts(Address("layout", "x"), body) == {}
