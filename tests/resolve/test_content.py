"""Messages, files and languages."""

import pytest

from crmspec.ir.channel import ChannelType
from crmspec.ir.message import Content, Message
from crmspec.resolve.content import CONTENT_FIELDS, FIELDS, MESSAGE_FIELDS, NEEDS

CHANNELS = """
channels:
  wa: {type: whatsapp}
  site: {type: onsite}
  call: {type: voice}
  ads: {type: audience_sync}
  hook: {type: webhook}
  post: {type: direct_mail}
"""


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param("channel: email, subject: S, body: B", [], id="an e-mail"),
        pytest.param("channel: email, subject: S", [("CRM218", "m")], id="an empty e-mail"),
        pytest.param("channel: email, body: B", [("CRM218", "m")], id="no subject"),
        pytest.param("channel: email", [("CRM218", "m"), ("CRM218", "m")], id="nothing at all"),
        pytest.param(
            "channel: email, subject: S, body: B, headers: {Bcc: b@example.com, X-Tag: a}",
            [("CRM217", "Bcc")],
            id="a header that is not the author's",
        ),
        pytest.param(
            "channel: email, subject: S, body: B, headers: {subject: T, Reply-To: b@example.com}",
            [("CRM217", "subject"), ("CRM217", "Reply-To")],
            id="headers that are fields",
        ),
        pytest.param(
            "channel: email, subject: S, body: B, headers: {List-Unsubscribe: '<x>', X-Tag: a}",
            [],
            id="headers",
        ),
        pytest.param(
            "channel: sms, text: T, headers: {Bcc: a}", [("CRM217", "headers")], id="sms headers"
        ),
        pytest.param("channel: sms, text: T", [], id="an sms"),
        pytest.param("channel: sms, body: T", [("CRM217", "body")], id="body for text"),
        pytest.param(
            "channel: sms, text: T, subject: S", [("CRM217", "subject")], id="sms subject"
        ),
        pytest.param("channel: push, heading: H, text: T", [], id="a push"),
        pytest.param(
            "channel: push, text: T, preheader: P", [("CRM217", "preheader")], id="preheader"
        ),
        pytest.param("channel: push, silent: true, data: {x: 1}", [], id="a silent push"),
        pytest.param(
            "channel: email, subject: S, body: B, silent: true", [("CRM217", "silent")], id="quiet"
        ),
        pytest.param(
            "channel: wa, external_template: {name: n, language: ru, category: UTILITY}",
            [],
            id="an approved template",
        ),
        pytest.param("channel: wa", [("CRM218", "m")], id="an empty chat message"),
        pytest.param(
            "channel: site, screens: [{text: T}], show: {trigger: load}", [], id="a popup"
        ),
        pytest.param(
            "channel: sms, text: T, screens: [{text: T}]", [("CRM217", "screens")], id="screens"
        ),
        pytest.param("channel: call, text: T, keys: {1: order_placed}", [], id="a call"),
        pytest.param("channel: ads, audience: vip", [], id="an audience"),
        pytest.param("channel: ads", [("CRM218", "m")], id="no audience"),
        pytest.param("channel: hook, request: 'https://shop.example'", [], id="a request"),
        pytest.param("channel: post, body: B", [], id="a letter"),
        pytest.param("channel: nowhere, body: B", [("CRM201", "nowhere")], id="an unknown channel"),
        pytest.param(
            "channel: email, body: B, locales: {ru: {subject: S}}",
            [],
            id="a subject in one language",
        ),
        pytest.param(
            "channel: email, body: B, locales: {ru: {subject: S}, en: {preheader: P}}",
            [("CRM218", "en")],
            id="no subject in another",
        ),
        pytest.param(
            "channel: sms, locales: {ru: {text: T, heading: H}}",
            [("CRM217", "heading")],
            id="a wrong field in one language",
        ),
    ],
)
def test_content(found, message, expected):
    assert found(CHANNELS + f"messages: {{m: {{{message}}}}}") == expected


def test_tables_cover_the_language():
    assert set(FIELDS) == set(NEEDS) == set(ChannelType.__args__)
    fields = set(Message.__struct_fields__)
    assert set(MESSAGE_FIELDS) <= fields
    assert set(CONTENT_FIELDS) == set(Content.__struct_fields__) - {"place"}
    for type_, groups in NEEDS.items():
        assert {field for group in groups for field in group} <= FIELDS[type_]


def test_files(found):
    source = "messages: {m: {channel: email, subject: S, file: messages/m.mjml}}"
    assert found(source, files={"messages/m.mjml": ""}) == []
    assert found(source) == [("CRM221", "messages/m.mjml")]
    assert found("layouts: {l: {file: l.html}}") == [("CRM221", "l.html")]


def test_a_slip_in_a_path_is_a_fix(look):
    _, result = look("layouts: {l: {file: layouts/bsae.mjml}}", files={"layouts/base.mjml": ""})
    finding = next(one for one in result if one.code.id == "CRM221")
    assert finding.fixes[0].edits[0].replacement == "layouts/base.mjml"


PROJECT = "project: p\nlocales: {default: ru, supported: [ru, en]}\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("locales: {ru: {subject: S}, en: {subject: S}}", [], id="supported"),
        pytest.param("locales: {ru: {subject: S}, de: {subject: S}}", ["de"], id="not supported"),
    ],
)
def test_languages(found, source, expected):
    message = f"messages: {{m: {{channel: email, body: B, {source}}}}}"
    assert found(PROJECT + message) == [("CRM226", name) for name in expected]
    assert found(message) == []


def test_languages_elsewhere(found, steps):
    switch = "- switch: {value: {locale: true}, cases: {ru: [], fr: []}}"
    assert found(PROJECT + steps(switch)) == [("CRM226", "fr")]
    assert found(PROJECT + "personas: {p: {locale: de}}") == [("CRM226", "de")]
    assert found("project: p\nlocales: {default: de, supported: [ru]}") == [("CRM226", "de")]
