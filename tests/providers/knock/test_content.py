"""Layouts and blocks that Knock does not take."""

from __future__ import annotations

import pytest

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
