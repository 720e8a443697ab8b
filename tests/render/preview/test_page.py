"""The page of a preview: what it shows of each kind of message, and that no value gets out."""

import re
from html.parser import HTMLParser

import msgspec
import pytest

from crmspec.api import check_files
from crmspec.api.preview.studio import Studio
from crmspec.render.preview.card import card
from crmspec.render.preview.page import page as written_page
from crmspec.render.preview.seen import seen
from crmspec.template import tree

PROJECT = """\
project: shop
title: Shop
locales: {default: en, supported: [en, ru]}
attributes:
  first_name: {title: First name, type: string}
events:
  signup: {title: Signed up}
consents:
  news: {title: News, channel: email}
channels:
  email: {title: E-mail, type: email, from: {name: Shop, email: hello@shop.example}, consent: news}
  letter: {title: Letter, type: direct_mail, consent: news}
  sms: {title: SMS, type: sms, sender: SHOP, cost: {amount: 2, currency: EUR}}
  push: {title: Push, type: mobile_push}
  web: {title: Web, type: web_push}
  bot: {title: Bot, type: telegram}
  wa: {title: WhatsApp, type: whatsapp}
  vk: {title: VK, type: vk}
  site: {title: Site, type: onsite}
  ads: {title: Ads, type: audience_sync}
segments:
  all: {title: All, event: signup}
messages:
  mail:
    channel: email
    subject: "Hello {{ profile.first_name }}"
    preheader: For {{ profile.first_name }}
    body: >-
      <p>Hi {{ profile.first_name }}
      <a href="https://shop.example/?n={{ profile.first_name }}">go</a></p>
    locales: {ru: {subject: Привет}}
  text_only: {channel: email, text: words}
  bad: {channel: email, subject: Bad, body: "{{ 1 + 1 }}"}
  short: {channel: sms, text: "{{ profile.first_name }} hello"}
  long:
    channel: sms
    text: "{{ profile.first_name }} LONG"
  note:
    channel: push
    heading: "{{ profile.first_name }}, this heading is longer than what telephones have room for"
    text: Short
    open: {deeplink: "shop://cart"}
  web_note: {channel: web, heading: Hello, text: "{{ profile.first_name }}"}
  chat:
    channel: bot
    text: "<b>{{ profile.first_name }}</b>, hello"
    buttons: [{label: Go, url: "https://shop.example/{{ profile.first_name }}"}]
  approved:
    channel: wa
    external_template: {name: hello, language: en, category: MARKETING}
    variables: ["{{ profile.first_name }}"]
  plain_chat: {channel: vk, text: "<b>{{ profile.first_name }}</b>"}
  window:
    channel: site
    placement: popup
    heading: "{{ profile.first_name }}"
    text: Stay
    screens:
      - text: "Where to?"
        fields: [{attribute: first_name, required: true, label: Name}]
        button: Send
      - {text: Thanks}
  banner:
    channel: site
    heading: Sale
    text: "{{ profile.first_name }}"
    buttons: [{label: Go, url: "https://shop.example"}]
  drawn: {channel: site, body: "<p>{{ profile.first_name }}</p>"}
  sync: {channel: ads, audience: all}
  paper: {channel: letter, body: "<p>{{ profile.first_name }}</p>"}
personas:
  second: {title: Second, attributes: {first_name: Bob}}
  amy: {title: Amy, attributes: {first_name: Amy}}
""".replace("LONG", "0123456789 " * 16)


@pytest.fixture(scope="module")
def studio():
    return Studio(check_files({"crmspec.yaml": PROJECT.encode()}))


def page(studio, message, *people, lang="en", locale=None):
    parts = studio.parts(studio.message(message), locale)
    return studio.page(parts, studio.customers(parts, people), lang)


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, written):
        super().__init__()
        self.found = []
        self.feed(written)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        pytest.param("mail", "Hello Bob", id="a letter has a subject"),
        pytest.param("mail", "KB of HTML", id="a letter has a size"),
        pytest.param("mail", "https://shop.example/?n=Bob", id="a letter has links"),
        pytest.param("text_only", "no subject", id="a letter may have none"),
        pytest.param("bad", "crmspec.yaml:", id="what is wrong is said with its line"),
        pytest.param("short", "parts: 1, GSM-7", id="an SMS has a size"),
        pytest.param("short", "2 EUR each", id="an SMS has a price"),
        pytest.param("long", "part 2", id="a long SMS has parts"),
        pytest.param("note", "cut off on the screen", id="a push is cut"),
        pytest.param("note", "shop://cart", id="a push opens something"),
        pytest.param("web_note", "Chrome", id="a push in a browser"),
        pytest.param("chat", "<b>Bob</b>", id="a messenger has tags"),
        pytest.param("approved", "approved template hello", id="a template approved elsewhere"),
        pytest.param("plain_chat", "&lt;b&gt;Bob", id="a messenger without tags"),
        pytest.param("window", "Name *", id="a form"),
        pytest.param("banner", "Sale", id="a banner"),
        pytest.param("drawn", "iframe", id="a window that is a page"),
        pytest.param("sync", "audience", id="a list for advertisers"),
        pytest.param("paper", "&lt;p&gt;Bob", id="a channel of no known look"),
    ],
)
def test_what_is_shown(studio, message, shown):
    assert shown in page(studio, message)


def test_a_push_that_fits_is_whole(studio):
    assert "cut off on the screen" not in page(studio, "web_note")


def test_the_first_persona_of_the_project_comes_first(studio):
    assert "Second" in page(studio, "mail")
    assert "Amy" in page(studio, "mail", "amy")


def test_languages(studio):
    assert "Привет" in page(studio, "mail", locale="ru")
    assert "Hello" not in re.sub(r"(?s)<script.*", "", page(studio, "mail", locale="ru"))


def test_a_message_in_one_language_is_in_that_of_the_project(studio):
    assert page(studio, "text_only", locale="en") == page(studio, "text_only")


def test_the_same_page_every_time(studio):
    assert page(studio, "mail") == page(studio, "mail")


@pytest.mark.parametrize(
    "message", re.findall(r"(?m)^  (\w+):", PROJECT.split("messages:")[1])[:15]
)
def test_no_value_breaks_out(studio, message):
    written = page(studio, message, "hostile")
    scripts = [one for one in Elements(written).found if one[0] == "script"]
    assert len(scripts) == 1
    for tag, attributes in Elements(written).found:
        assert not any(name.startswith("on") for name in attributes)
        assert tag != "iframe" or attributes["sandbox"] == "allow-same-origin"
    policies = [
        attributes["content"]
        for tag, attributes in Elements(written).found
        if tag == "meta" and "http-equiv" in attributes
    ]
    assert "script-src 'sha256-" in policies[0]


@pytest.mark.parametrize("message", ["mail", "drawn"])
def test_a_frame_holds_what_was_evaluated_and_no_script(studio, message):
    for tag, attributes in Elements(page(studio, message, "hostile")).found:
        if tag == "iframe":
            inside = Elements(attributes["srcdoc"]).found
            assert "script" not in {name for name, _ in inside}


def test_what_has_no_end_is_left_out(studio):
    parts = studio.parts(studio.message("mail"))
    body = (
        tree.For(
            variable="x",
            of=tree.Path(root="event", keys=("l",)),
            body=(tree.Text(text="x" * 4096),),
        ),
    )
    endless = msgspec.structs.replace(parts, fields={**parts.fields, "text": body})
    who = msgspec.structs.replace(studio.everybody(parts)[0], values={"event": {"l": [1] * 99999}})
    made = seen(endless, who)
    assert made.endless == ("text",)
    assert "subject" in made.texts
    assert "does not end: text" in written_page([card(studio.program, made)])
