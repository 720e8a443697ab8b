"""Texts with values of a vendor as authors write them."""

from __future__ import annotations

import pytest

from crmspec.providers.rest.wording import authored


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("Hi", "Hi", id="no value"),
        pytest.param("Hi {{Name}}!", "Hi {{ profile.first_name }}!", id="a name of its own"),
        pytest.param("{{UnsubscribeUrl}}", "{{ links.unsubscribe }}", id="a link"),
        pytest.param("{{city}}{{Town}}", "{{ profile.city }}{{ profile.town }}", id="fields"),
        pytest.param(
            "{{Name|my friend}}", '{{ profile.first_name | default("my friend") }}', id="a fallback"
        ),
        pytest.param(
            '{{Name|my "friend"}}',
            """{{ profile.first_name | default('my "friend"') }}""",
            id="quotes",
        ),
        pytest.param("{{Name|}}", "{{ profile.first_name }}", id="no fallback"),
        pytest.param("a } b { c", "a } b { c", id="braces"),
        pytest.param("", None, id="nothing"),
        pytest.param(None, None, id="no text"),
        pytest.param("{{Name|'\"}}", None, id="both quotes"),
        pytest.param("{{HasOrders?more}}", None, id="a condition"),
        pytest.param("{{Name|{{Email}}}}", None, id="a value in a value"),
        pytest.param("{% if x %}", None, id="what authors would take for a tag"),
    ],
)
def test_a_text(words, found):
    assert authored(words, "unisender") == found


def test_fallbacks_of_a_page_are_html():
    assert authored("{{Name|A &amp; B}}", "unisender", page=True) == (
        '{{ profile.first_name | default("A & B") }}'
    )
    assert authored("{{Name|A &amp; B}}", "unisender") == (
        '{{ profile.first_name | default("A &amp; B") }}'
    )
