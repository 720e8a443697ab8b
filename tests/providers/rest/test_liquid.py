"""Texts in Liquid as authors write them."""

from __future__ import annotations

import pytest

from crmspec.providers.rest.liquid import LIQUID
from crmspec.providers.rest.values import authored, neutral

URL = '{{ data.x | url_encode | replace: "+", "%20" | replace: "\'", "%27" }}'


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("Hi", "Hi", id="a text"),
        pytest.param("Hi {{ recipient.city }}!", "Hi {{ profile.city }}!", id="a value"),
        pytest.param("{{recipient.city}}", "{{ profile.city }}", id="without spaces"),
        pytest.param(
            "{{ data.x | default: 'you' }}", "{{ event.x | default('you') }}", id="or else"
        ),
        pytest.param(f"http://x/?a={URL}", "http://x/?a={{ event.x }}", id="in an address"),
        pytest.param("{{ vars.unsubscribe_url }}", "{{ links.unsubscribe }}", id="a link"),
        pytest.param("{{ recipient.city | escape }}", None, id="escaped where there is no page"),
        pytest.param("{{ recipient.city | upcase }}", None, id="a filter"),
        pytest.param("{{ tenant.name }}", None, id="a name of theirs"),
        pytest.param("{{ what }}", None, id="a bare name"),
        pytest.param("{% if x %}", None, id="a tag"),
        pytest.param("{# x", None, id="a comment of ours"),
        pytest.param(None, None, id="no text"),
    ],
)
def test_texts(words, expected):
    assert authored(words, LIQUID, "knock") == expected


def test_pages_and_bare_names():
    page = "<p>{{ recipient.city | escape }} {{ recipient.score }}</p>"
    assert (
        authored(page, LIQUID, "knock", page=True)
        == "<p>{{ profile.city }} {{ profile.score }}</p>"
    )
    assert authored("{{ what }}", LIQUID, "knock", bare=True) == "{{ what }}"


@pytest.mark.parametrize(
    ("dialect", "written", "expected"),
    [
        pytest.param("knock", "recipient.phone_number", "profile.phone", id="another name there"),
        pytest.param("knock", "recipient.phone", None, id="what no path is called"),
        pytest.param("knock", "recipient.firstName", None, id="no id"),
        pytest.param("knock", "recipient.size", None, id="a word of Liquid"),
        pytest.param("knock", "vars.x", None, id="a constant"),
        pytest.param("onesignal", "message.custom_data.y", "chain.y", id="of the chain"),
        pytest.param("onesignal", "org.name", None, id="theirs"),
    ],
)
def test_names(dialect, written, expected):
    assert neutral(written, dialect) == expected
