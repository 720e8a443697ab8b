"""Messages as templates, broadcasts as drafts."""

from __future__ import annotations

import pytest

from crmspec.engine.resource import Address, Resource
from crmspec.providers.unisender.ledger import Ledger, Mark, marked, parted
from crmspec.providers.unisender.letter import decode_message
from crmspec.providers.unisender.session import parts
from tests.engine.fake import HERE
from tests.providers.unisender.small import HEAD, told, wanted

BY_HAND = "in the account: a campaign of SMS; the API makes no templates of them"
DEGRADE = "on_unsupported: degrade\n"


def message(fields, channel="email", settings=""):
    text = f"{HEAD}  m: {{channel: {channel}, category: service, {fields}}}\n"
    return told(text, "message", "m", settings)


def test_a_letter():
    body, gaps = message(
        "subject: 'Hi {{ profile.first_name | default(\"you\") }}', body: <p>x</p>"
    )
    assert gaps == []
    assert body["subject"] == "Hi {{Name|you}}"
    assert "<p>x</p>" in body["body"]
    assert body["lang"] == "ru"
    assert "text_body" not in body


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        pytest.param("en-GB", "en", id="English"),
        pytest.param("uk", "ua", id="Ukrainian"),
        pytest.param("fi", "ru", id="one that Unisender does not have"),
    ],
)
def test_the_language_of_the_line_about_unsubscribing(locale, language):
    settings = f"locales: {{default: {locale}}}\n"
    assert message("subject: x, body: x", settings=settings)[0]["lang"] == language


def test_a_text_part_is_sent_if_somebody_wrote_it():
    assert message("subject: x, body: x, text: y")[0]["text_body"] == "y"
    assert "text_body" not in message("subject: x, body: x, text: auto")[0]


@pytest.mark.parametrize(
    ("fields", "channel", "gap"),
    [
        pytest.param(
            "subject: x, body: x, attachments: [terms.pdf]",
            "email",
            ("none", "`attachments` does not reach Unisender"),
            id="a file",
        ),
        pytest.param(
            "subject: x, body: x, headers: {X-Kind: y}",
            "email",
            ("none", "`headers` does not reach Unisender"),
            id="a header",
        ),
        pytest.param(
            "text: x",
            "sms",
            ("manual", f"Unisender takes `sms` by hand only: {BY_HAND}"),
            id="an SMS",
        ),
        pytest.param(
            "subject: x, body: '{% if profile.city %}x{% endif %}'",
            "email",
            ("none", "Unisender can only print fields, and a text if one is empty"),
            id="a branch in a text",
        ),
    ],
)
def test_what_is_not_taken(fields, channel, gap):
    assert gap in message(fields, channel)[1]


def broadcast(audience, message="hello"):
    text = f"{HEAD}broadcasts: {{b: {{audience: {audience}, message: {message}}}}}\n"
    body, gaps = told(text, "broadcast", "b", DEGRADE)
    return body, [words for support, words in gaps if support == "none"]


def test_a_draft():
    body, gaps = broadcast("{include: [readers]}")
    assert gaps == []
    assert body["list_id"] == {"$ref": "list.news"}
    assert (body["sender_name"], body["sender_email"]) == ("Shop", "hello@shop.example")
    assert body["text_body"] == "Hi"
    text = f"{HEAD}broadcasts: {{b: {{audience: {{include: [readers]}}, message: hello}}}}\n"
    assert "broadcast.b" in wanted(text, settings=DEGRADE)
    assert "broadcast.b" not in wanted(text, settings="on_unsupported: manual\n")


@pytest.mark.parametrize(
    ("audience", "message"),
    [
        pytest.param("{include: [vip]}", "hello", id="a segment"),
        pytest.param("{include: [readers, others]}", "hello", id="two lists"),
        pytest.param("{include: [readers], exclude: [others]}", "hello", id="not those of a list"),
        pytest.param("{include: [readers]}", "nobody", id="nobody sends it"),
    ],
)
def test_what_is_no_draft(audience, message):
    assert len(broadcast(audience, message)[1]) == 1


def test_a_topic_is_a_matter_of_who_sends():
    assert message("subject: x, body: x, topic: tips")[1] == []
    text = HEAD.replace("service, subject", "service, topic: tips, subject", 1)
    text += "broadcasts: {b: {audience: {include: [readers]}, message: hello}}\n"
    gaps = told(text, "broadcast", "b", DEGRADE)[1]
    assert [support for support, _ in gaps] == ["deviates", "deviates"]


def test_templates_are_read_back():
    told_ = {"subject": "Hi", "body": "<p>{{Name}}</p>"}
    assert decode_message(told_) == {
        "channel": "email",
        "subject": "Hi",
        "source": "<p>{{ profile.first_name }}</p>",
    }
    assert decode_message({"subject": "{{a?b}}"}) == {"channel": "email"}
    assert parts(Address("message", "m"), {}).keys() == {Address("channel", "email")}
    assert parts(Address("list", "m"), {}) == {}


MARK = Mark("shop", Address("message", "hello"))


@pytest.mark.parametrize(
    ("description", "mark"),
    [
        pytest.param("", MARK, id="nothing but a mark"),
        pytest.param("After\nsubscribing", MARK, id="lines above it"),
        pytest.param(
            "After", Mark("shop", Address("message", "hello"), "sha256:0a1b"), id="with a text"
        ),
    ],
)
def test_a_mark_below_a_description(description, mark):
    assert parted(marked(description, mark)) == (description, mark)


@pytest.mark.parametrize(
    "description",
    [
        pytest.param("", id="none"),
        pytest.param("About crmspec:shop", id="words"),
        pytest.param("crmspec:shop/message/hello\nand more", id="not at the end"),
    ],
)
def test_no_mark(description):
    assert parted(description) == (description, None)


def test_the_ledger_knows_names_titles_and_texts():
    ledger = Ledger()
    field = Resource(Address("attribute", "city"), {"title": "City", "name": "Town"}, (), HERE)
    text = {"title": "Hi", "text_body": "Hello"}
    letter = Resource(Address("message", "hello"), text, (), HERE)
    _, noted = ledger.noted([field, letter])
    assert ledger.address("attribute", "Town") == field.address
    assert ledger.address("attribute", "City") is None
    assert ledger.title(field.address, "x") == "City"
    assert ledger.title(Address("attribute", "x"), "x") == "x"
    assert noted.body["text_body"].startswith("sha256:")
    assert ledger.text(noted.body) == "Hello"
    assert ledger.text({}) is None
    ledger.noted([])
    assert ledger.address("attribute", "Town") is None
