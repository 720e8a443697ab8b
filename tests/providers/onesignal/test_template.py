"""Messages as templates, and the way back."""

from __future__ import annotations

import pytest

from crmspec.providers.onesignal.template import decode_message, normalised
from tests.providers.onesignal.small import message


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(
            "{channel: push, heading: Hi, subtitle: You, text: There}",
            {"headings": {"en": "Hi"}, "subtitle": {"en": "You"}, "contents": {"en": "There"}},
            id="push",
        ),
        pytest.param(
            "{channel: push, text: There}", {"contents": {"en": "There"}}, id="push without a title"
        ),
        pytest.param(
            "{channel: sms, text: 'Hi {{ profile.city }}'}",
            {"isSMS": True, "contents": {"en": "Hi {{ user.tags.city }}"}},
            id="a text message with a value",
        ),
    ],
)
def test_templates(written, expected):
    body, _ = message(written.replace("channel", "category: transactional, channel"))
    assert body == expected


def test_a_letter_is_composed():
    body, gaps = message("{channel: email, category: transactional, subject: Hi, body: <p>Hi</p>}")
    assert gaps == []
    assert body["isEmail"] is True
    assert body["email_subject"] == "Hi"
    assert "<p>Hi</p>" in body["email_body"]


@pytest.mark.parametrize(
    ("written", "support"),
    [
        pytest.param("{channel: push, text: A, silent: true}", "none", id="nothing to be seen"),
        pytest.param("{channel: push, text: A, ttl: 1h}", "none", id="a time to live"),
        pytest.param(
            "{channel: push, text: A, image: 'https://shop.example/a.png'}", "none", id="an image"
        ),
        pytest.param(
            "{channel: push, text: A, open: {url: 'https://shop.example'}}", "none", id="a link"
        ),
        pytest.param(
            "{channel: email, subject: A, body: B, text: C}", "deviates", id="a text part"
        ),
        pytest.param(
            "{channel: email, subject: '{{ links.preferences }}', body: B}",
            "none",
            id="what Liquid cannot say",
        ),
        pytest.param("{channel: voice, text: A}", "none", id="another channel"),
    ],
)
def test_what_templates_lack(written, support):
    _, gaps = message(written.replace("channel", "category: transactional, channel"))
    assert support in [one for one, _ in gaps]


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        pytest.param(
            {"isEmail": True, "email_subject": "A", "email_body": "B", "contents": {"en": "A"}},
            {"isEmail": True, "email_subject": "A", "email_body": "B"},
            id="e-mail: contents are of no use",
        ),
        pytest.param(
            {"isSMS": True, "isEmail": None, "contents": {"en": "A"}, "headings": {"en": "B"}},
            {"isSMS": True, "contents": {"en": "A"}},
            id="SMS: nor are headings",
        ),
        pytest.param(
            {"contents": {"en": "A", "ru": ""}, "subtitle": {"en": ""}, "url": "https://x.example"},
            {"contents": {"en": "A"}},
            id="push: what is empty, and what is people's",
        ),
    ],
)
def test_a_template_is_the_same_however_it_is_told(told, meant):
    assert normalised(told) == meant
    assert normalised(meant) == meant


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            {"headings": {"en": "A"}, "contents": {"en": "B"}},
            {"channel": "mobile_push", "heading": "A", "text": "B"},
            id="texts",
        ),
        pytest.param(
            {"isEmail": True, "email_subject": "{{user.tags.city}}, {{ subscription.email }}"},
            {"channel": "email", "subject": "{{ profile.city }}, {{ profile.email }}"},
            id="values",
        ),
        pytest.param(
            {"isSMS": True, "contents": {"en": "{{ org.name }}"}},
            {},
            id="theirs",
        ),
        pytest.param(
            {"isEmail": True, "email_body": "<p>{{ user.tags.city | escape }}</p>"},
            {"channel": "email", "source": "<p>{{ profile.city }}</p>"},
            id="a page",
        ),
        pytest.param(
            {"isEmail": True, "email_body": "<p>{{ user.tags.city }}</p>"},
            {"channel": "email", "source": "<p>{{ profile.city }}</p>"},
            id="a page that does not escape: how that compiles is looked at when it is tried",
        ),
        pytest.param({"contents": {"en": "{{ x | upcase }}"}}, {}, id="more than values"),
        pytest.param({"contents": {"en": "{% if x %}{% endif %}"}}, {}, id="tags"),
        pytest.param({"contents": {"en": "A", "ru": "B"}}, {}, id="several languages"),
    ],
)
def test_the_way_back(body, expected):
    assert decode_message(body) == expected
