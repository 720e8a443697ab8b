"""What becomes of messages, blocks and objects in Braze, and what is left to people."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import structs

from crmspec.ir.target import Links, Target
from crmspec.providers.braze.capability import CAPABILITIES
from tests.providers.braze.small import TARGET, findings, gaps, made, wanted

MANUAL = "on_unsupported: manual\n"
REST = """
attributes: {tier: {title: Tier, type: string}}
events: {order: {title: Order}}
segments: {vip: {title: VIP, attribute: tier, eq: gold}}
messages: {hi: {title: Hi, channel: sms, text: Hi}}
chains:
  welcome:
    title: Welcome
    trigger: order
    audience: vip
    steps: [{wait: 1d}, {branch: {if: {segment: vip}, then: [{send: hi}]}}]
"""


def test_a_message_is_a_template_with_its_layout():
    found, _ = wanted(
        "layouts: {f: {template: '<html><body>{{ slots.content }}</body></html>'}}\n"
        "messages: {m: {title: M, channel: email, layout: f, subject: 'Hi {{ profile.first_name }}'"
        ", body: <p>x</p>}}\n"
    )
    assert found["message.m"]["subject"] == "Hi {{${first_name}}}"
    assert "<p>x</p>" in found["message.m"]["body"]
    assert found["message.m"]["plaintext_body"] == "x"
    assert found.keys() == {"message.m", "layout.f"}
    assert found["layout.f"]["content"] == "<html><body>{{ content }}</body></html>"


def test_what_is_mjml_or_has_several_slots_goes_into_messages_only():
    found, remarks = wanted(
        "layouts:\n"
        "  m: {template: '<mjml><mj-body>{{ slots.content }}</mj-body></mjml>'}\n"
        "  s: {slots: [content, side], template: '<p>{{ slots.content }}{{ slots.side }}</p>'}\n"
        "blocks: {b: {template: '<mj-text>x</mj-text>'}}\n"
        "messages:\n"
        "  one: {title: M, channel: email, layout: m, subject: S, body: Hello}\n"
        "  two: {title: M, channel: email, layout: s, subject: S, body: Hello}\n"
    )
    assert (found.keys(), remarks) == ({"message.one", "message.two"}, {})
    assert all("Hello" in one["body"] for one in found.values())


def test_a_block_is_a_content_block_and_its_inputs_are_variables():
    found, _ = wanted("blocks: {b: {template: '<b>{{ who }}</b>', inputs: {who: string}}}\n")
    assert found["block.b"] == {"title": "b", "content": "<b>{{who | escape}}</b>"}


LINKED = """
layouts: {f: {template: '<a href="{{ links.preferences }}">P</a>
  {% if links.view_online %}V{% endif %}{{ slots.content }}'}}
blocks: {b: {template: '<a href="{{ links.preferences }}">P</a>'}}
messages: {m: {title: M, channel: email, category: service, layout: f, subject: S, body: x}}
"""


def test_pages_of_ones_own_stand_in_templates_layouts_and_blocks():
    page = msgspec.convert({"preferences": {"source": "https://shop.example/p?a=1&b=2"}}, Links)
    target = structs.replace(TARGET, links=page)
    found, remarks = wanted(LINKED, target)
    assert remarks == {}
    addresses = [str(one) for one in found.values()]
    assert len(addresses) == 3
    assert all('href="https://shop.example/p?a=1&amp;b=2"' in one for one in addresses)
    told = findings(LINKED, target)
    assert told == [("info", "Braze has no `links.view_online`, and the letter does without")]


def test_without_them_a_link_that_is_not_asked_for_is_lost():
    levels = [level for level, _ in findings(LINKED)]
    assert (levels.count("error"), levels.count("info")) == (2, 1)
    assert wanted(LINKED, settings=MANUAL)[1] == dict.fromkeys(
        ("block.b", "layout.f", "message.m"), "manual"
    )


def test_an_object_is_a_catalog():
    text = (
        "objects: {o: {title: O, properties: {id: {type: string}, at: {type: datetime},"
        " n: {type: integer}, k: {type: enum, values: [a]}}}}\n"
    )
    found, remarks = wanted(text, settings="on_unsupported: degrade\n")
    assert found["object.o"]["fields"] == {"at": "time", "n": "number", "k": "string"}
    assert remarks["object.o"] == "deviates"


FIELDS = ", ".join(f"f{number}: {{type: string}}" for number in range(30))
LONG = "a" * 99


@pytest.mark.parametrize(
    ("text", "kind", "id_", "reason"),
    [
        pytest.param(
            f"blocks: {{b: {{template: '{'x' * 50_000}'}}}}",
            "block",
            "b",
            "Braze takes content blocks of less than 50 kB",
            id="a large block",
        ),
        pytest.param(
            f"blocks: {{{LONG}: {{title: B, template: x}}}}",
            "block",
            LONG,
            f"`shop-{LONG}` is too long for Braze, which takes 99",
            id="a long name",
        ),
        pytest.param(
            "objects: {o: {properties: {p: {type: geo}}}}",
            "object",
            "o",
            "a catalog of Braze has no `p` of this type",
            id="a place in a catalog",
        ),
        pytest.param(
            "objects: {o: {properties: {id: {type: number}}}}",
            "object",
            "o",
            "a catalog of Braze has no `id` of this type",
            id="a number to know rows by",
        ),
        pytest.param(
            f"objects: {{o: {{properties: {{{FIELDS}}}}}}}",
            "object",
            "o",
            "Braze takes catalogs of 30 fields",
            id="many fields",
        ),
        pytest.param(
            "messages: {m: {channel: email, subject: S, body: x, headers: {X-A: b}}}",
            "message",
            "m",
            "a template of Braze has no `headers`",
            id="headers",
        ),
        pytest.param(
            "messages: {m: {channel: sms, text: x}}",
            "message",
            "m",
            "Braze takes `sms` by hand only: the message of a campaign or of a step of a Canvas",
            id="another channel",
        ),
    ],
)
def test_what_is_not_taken(text, kind, id_, reason):
    found = made(f"{text}\n")
    assert reason in gaps(found, kind, id_)
    assert (kind, id_) in found.survey.absent


def test_what_liquid_cannot_say_is_told_at_its_place():
    found = made("blocks: {b: {template: '{{ feed.best.items[0].name }}'}}\n")
    assert ("block", "b") in found.survey.absent


def test_what_the_api_does_not_take_is_for_people_and_told_of_once():
    found, remarks = wanted(REST, settings=MANUAL)
    assert found == {}
    assert set(remarks.values()) == {"manual"}
    assert remarks.keys() == {
        "attribute.tier",
        "event.order",
        "segment.vip",
        "message.hi",
        "chain.welcome",
    }
    told = [words for _, words in findings(REST, settings=MANUAL)]
    assert len(told) == len(remarks)
    assert "Braze takes `chain` by hand only: Messaging → Canvas → Create Canvas" in told


def test_all_that_is_by_hand_says_where():
    rows = [row for family in CAPABILITIES.rows.values() for row in family.values()]
    by_hand = [row for row in rows if row.support == "manual"]
    assert by_hand
    assert all(row.note is not None and row.source for row in by_hand)


def test_a_target_needs_the_address_of_its_instance():
    target = Target(id="main", platform="braze", options={"workspace": "x", "cluster": "y"})
    assert findings("", target) == [
        ("error", "a target of Braze needs the `url` of its instance"),
        ("error", "Braze has no option `cluster`"),
    ]
    assert findings("") == []
