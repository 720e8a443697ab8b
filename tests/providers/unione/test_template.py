"""Messages as templates of UniOne, and back."""

from __future__ import annotations

import pytest

from crmspec.engine.resource import Address
from crmspec.ir.target import Target
from crmspec.providers.rest.compile import compiled
from crmspec.providers.unione.session import VENDOR, vendor
from crmspec.providers.unione.template import decode_message, normalise, parts
from tests.contract.project import program
from tests.providers.unione.small import HEAD, TARGET, findings, made, message, wanted

WELCOME = Address("message", "welcome")


def test_a_letter():
    body, gaps = message(
        "subject: 'Hi {{ profile.first_name | default(\"you\") }}', body: <p>Hi</p>"
    )
    assert gaps == []
    assert body["subject"] == "Hi {{to_name|you}}"
    assert "<p>Hi</p>" in body["body"]["html"]
    assert body["body"]["plaintext"] == "Hi"
    assert (body["from_email"], body["from_name"]) == ("hello@shop.example", "Shop")
    assert "reply_to" not in body


@pytest.mark.parametrize(
    ("fields", "channel", "reason"),
    [
        pytest.param(
            "subject: x, body: x",
            "bare",
            "UniOne wants to know whom a letter is from: the channel has no `from`",
            id="nobody sends",
        ),
        pytest.param(
            "subject: x, body: x, attachments: [terms.pdf]",
            "email",
            "`attachments` does not reach UniOne",
            id="a file",
        ),
        pytest.param(
            "subject: x, body: x, headers: {List-Help: x}",
            "email",
            "UniOne takes headers that begin with `X-` alone",
            id="a header of mail itself",
        ),
        pytest.param("text: x", "sms", "UniOne has no `sms` channel", id="an SMS"),
        pytest.param(
            "subject: x, body: '{% if profile.city %}x{% endif %}'",
            "email",
            "UniOne can only print fields, and a text if one is empty",
            id="a branch in a text",
        ),
        pytest.param(
            "subject: x, body: x, locales: {ru: {body: y}}",
            "email",
            "UniOne does not take `locales`",
            id="two languages",
        ),
    ],
)
def test_what_is_not_taken(fields, channel, reason):
    _, gaps = message(fields, channel)
    assert ("none", reason) in gaps


VELOCITY = Target(id="main", platform="unione", options={"template_engine": "velocity"})


def test_velocity_has_branches():
    fields = "subject: x, body: '{% if profile.city %}<p>{{ profile.city }}</p>{% endif %}'"
    text = f"{HEAD}  m: {{channel: email, category: service, {fields}}}\n"
    found = compiled(program(text), VELOCITY, vendor(VELOCITY))
    (payload,) = found.payloads.values()
    assert not found.survey.absent
    assert payload.body["template_engine"] == "velocity"
    assert "#if" in payload.body["body"]["html"]
    assert decode_message(WELCOME, payload.body) == {"channel": "email_hello_shop_example"}


def test_a_header_of_its_own():
    body, gaps = message("subject: x, body: x, headers: {X-Kind: hello}")
    assert gaps == []
    assert body["headers"] == {"X-Kind": "hello"}


def test_a_topic_is_a_matter_of_who_sends():
    assert message("subject: x, body: x, topic: tips")[1] == []


def test_what_uni_one_does_not_have_is_told_and_no_error():
    assert [one for one in findings(HEAD + "  {}") if one[0] == "error"] == []
    (told,) = wanted(HEAD + "  {}").undeployed
    assert (told.kind, told.count) == ("segment", 1)


def test_what_is_empty_is_not_there():
    told = {"subject": "x", "headers": [], "body": {"html": "y", "amp": None}, "from_name": ""}
    assert normalise(WELCOME, told) == {"subject": "x", "body": {"html": "y"}}
    assert normalise(WELCOME, {"body": None}) == {}


def test_texts_are_read_back():
    told = {
        "subject": "Hi {{to_name|you}}",
        "body": {"html": "<p>x</p>", "plaintext": "{{city}}"},
        "headers": {"X-Kind": "{{kind}}"},
    }
    assert decode_message(WELCOME, told) == {
        "channel": "email",
        "subject": 'Hi {{ profile.first_name | default("you") }}',
        "source": "<p>x</p>",
        "text": "{{ profile.city }}",
        "headers": {"X-Kind": "{{ profile.kind }}"},
    }
    assert decode_message(WELCOME, {}) == {"channel": "email"}


def test_what_authors_cannot_write_is_not_read_back():
    told = {"subject": "{{HasOrders?more}}", "headers": {"X-Kind": "{% if a %}"}}
    assert decode_message(WELCOME, told) == {"channel": "email"}


def test_the_sender_is_read_back_as_a_channel():
    sender = {"from_email": "hello@shop.example", "from_name": "Shop", "reply_to": "a@shop.example"}
    assert parts(WELCOME, sender) == {
        Address("channel", "email_hello_shop_example"): {
            "type": "email",
            "from": {"name": "Shop", "email": "hello@shop.example"},
            "reply_to": "a@shop.example",
        }
    }
    assert parts(WELCOME, {}) == {Address("channel", "email"): {"type": "email"}}


def test_what_was_read_back_makes_the_same_template():
    body, _ = message("subject: x, body: <p>Hi</p>, text: Hi there")
    found = decode_message(WELCOME, normalise(WELCOME, body))
    ((channel, fields),) = parts(WELCOME, body).items()
    text = f"""
channels:
  {channel.id}: {{type: email, from: {fields["from"]}}}
messages:
  m: {{channel: {found["channel"]}, subject: {found["subject"]}, text: {found["text"]},
    file: m.html}}
"""
    files = {"m.html": found["source"]}
    again = compiled(program(text, files=files), TARGET, VENDOR)
    (payload,) = again.payloads.values()
    assert normalise(WELCOME, payload.body) == normalise(WELCOME, body)


def test_segments_and_chains_are_no_objects():
    assert {key.kind for key in made(HEAD + "  {}").survey.wanted} == set()
