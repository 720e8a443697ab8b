from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from msgspec import structs

from crmspec.engine.resource import Address
from crmspec.engine.sheet import Sheets
from crmspec.engine.task import Deed
from crmspec.ir.target import Target
from crmspec.render.mermaid import Graph
from crmspec.render.sheet import markdown, page
from crmspec.render.sheet.build import Builder
from crmspec.render.sheet.changed import changes
from crmspec.render.sheet.label import FIELDS, KINDS, WORDS
from crmspec.render.sheet.layout import GAP, layout
from crmspec.render.sheet.model import Changed
from crmspec.render.sheet.picture import picture
from crmspec.render.sheet.speech import Speech
from crmspec.render.view import View
from tests.contract.project import SHOP, program

EVERYTHING = (
    SHOP
    + """
  digest:
    audience: {include: [vip], exclude: [buyers]}
    message: cart_1
    repeat: {rrule: FREQ=DAILY, at: "10:00"}
consents: {news: {title: News, channel: email}}
lists: {beta: {title: Beta}}
coupons: {back: {code: BACK10, discount: 10%}}
goals: {bought: {title: Bought, event: order_placed}}
frequency:
  daily:
    applies_to: {channels: [email], categories: [marketing], chains: [long]}
    limits: ["2 per 1d"]
    exceed: delay
    min_gap: 3h
  rest:
    after: {event: order_placed, where: {total: {gte: 5}}}
    block: {categories: [marketing]}
    for: 2d
exclusive: {main: {title: Main, chains: [long, abandoned_cart]}}
"""
).replace(
    "broadcasts:",
    """  long:
    title: "<b>Long</b> & `odd`"
    trigger: [cart_updated, {schedule: {rrule: FREQ=DAILY}}]
    quiet_hours: {from: "22:00", to: "09:00"}
    holdout: 5%
    running: {from: "2026-01-01", to: "2026-02-01"}
    goal: {goal: bought, within: 3d, exits: true}
    steps:
      - {id: begin, wait: {between: {min: 1h, max: 2h}}}
      - title: Ask
        send: {messages: [cart_1, cart_sms]}
        only: {segment: vip}
        unless: {attribute: city, missing: true}
      - wait_for:
          first_of:
            - {if: {event: order_placed}, then: [{exit: bought}]}
            - {if: {segment: vip}}
          timeout: 1d
          otherwise: [{note: none}]
      - wait_for: {first_of: [{if: {event: order_placed}}]}
      - branch:
          cases:
            - {if: {segment: vip}, then: [{send: cart_1}]}
            - {if: {segment: buyers}, then: []}
          else: [{send: cart_sms}]
      - switch: {value: {attribute: city}, cases: {Riga: [{send: cart_sms}]}, default: []}
      - split: {arms: {a: {weight: 50, steps: [{send: cart_1}]}, b: {weight: 50}}}
      - webhook: {url: "https://shop.example/hook", method: POST}
      - {jump: {to: begin, max: 2}}
broadcasts:""",
)


def every(sheets):
    found = sheets.program.resources()
    return sheets.of(Address(kind, one.id) for kind, one in found if kind in sheets.kinds)


def desk(source=EVERYTHING, lang="en", **settings):
    made = program(source)
    target = Target(id="prod", platform="mindbox", mode="build_sheet", **settings)
    sheets = Sheets(made, target)
    linked = frozenset(str(one.address) for one in every(sheets))
    return Builder(sheets, Speech(View(made, lang), linked)), sheets


def sheet(address, *, lang="en", source=EVERYTHING):
    builder, sheets = desk(source, lang)
    (found,) = sheets.of([Address.parse(address)])
    return builder.sheet(found), builder.speech


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_resource_has_its_pages(lang):
    builder, sheets = desk(lang=lang)
    for resource in every(sheets):
        made = builder.sheet(resource)
        for deed in (None, *Deed):
            shown = structs.replace(made, deed=deed)
            html, text = page.page(shown, builder.speech), markdown.page(shown, builder.speech)
            assert made.command in text
            assert "built-in" not in html
            assert "<b>Long</b>" not in html
    index = [builder.sheet(one) for one in every(sheets)]
    assert "chain.long.html" in page.index(index, builder.speech, "Prod")


def test_the_steps_of_a_chain_are_numbered_with_their_ways():
    made, _ = sheet("chain.long")
    numbers = [line.number for line in made.steps]
    assert numbers[:7] == ["1", "2", "3", "3a", "3a.1", "3b", "3c"]
    assert {"5a.1", "5b", "5c.1", "6a.1", "6b", "7a.1", "7b", "8", "9"} <= set(numbers)
    (second,) = [line for line in made.steps if line.number == "2"]
    assert second.text.startswith("Ask: ")
    assert [field.label for field in second.fields][:2] == ["only if", "not if"]


def test_values_are_said_in_words():
    made, _ = sheet("chain.long")
    settings = {field.key: field.value for part in made.parts for field in part.fields}
    assert settings["quiet_hours"].startswith("22:00–09:00")
    assert settings["holdout"] == "5 %"
    assert settings["exclusive main"] == "“Main”"
    rule, _ = sheet("frequency.daily")
    said = {field.key: field.value for part in rule.parts for field in part.fields}
    assert said["exceed"] == "waits for a free place"
    assert "2" in said["limits"]
    assert "marketing" in said["applies_to"]
    letter, _ = sheet("broadcast.digest")
    said = {field.key: field.value for part in letter.parts for field in part.fields}
    assert "except" in said["audience"]


def test_texts_of_each_language_stand_apart():
    source = SHOP.replace(
        'text: "Ваша корзина ждёт"', 'locales: {ru: {text: "Корзина"}, en: {text: "Your cart"}}'
    )
    made, _ = sheet("message.cart_sms", source=source)
    titles = [part.title for part in made.parts]
    assert titles == ["Settings", "Texts: text in language ru", "Texts: text in language en"]


def test_an_unchanged_sheet_has_no_changes():
    made, speech = sheet("chain.long")
    assert changes(made, made, speech) == ()


@pytest.mark.parametrize(
    ("old", "new", "label"),
    [
        pytest.param("within: 3d", "within: 4d", "goal", id="a setting"),
        pytest.param("    holdout: 5%\n", "", "control group that gets nothing", id="one less"),
        pytest.param("max: 2h", "max: 3h", "step 1", id="a step"),
        pytest.param("      - {jump: {to: begin, max: 2}}\n", "", "old step 9", id="a step less"),
    ],
)
def test_only_what_changed_is_a_change(old, new, label):
    assert old in EVERYTHING
    before, _ = sheet("chain.long")
    after, speech = sheet("chain.long", source=EVERYTHING.replace(old, new))
    found = changes(before, after, speech)
    assert [one.label for one in found] == [label]
    back = changes(after, before, speech)
    assert len(back) == 1
    assert all(isinstance(one, Changed) for one in back)


def test_of_a_long_text_only_the_lines_that_differ_are_shown():
    before, _ = sheet("message.cart_1")
    parts = tuple(
        structs.replace(
            part,
            fields=tuple(
                structs.replace(one, code=one.code.replace("вас", "тебя" * 20))
                for one in part.fields
            ),
        )
        for part in before.parts
    )
    after, speech = structs.replace(before, parts=parts), sheet("message.cart_1")[1]
    change, *_ = changes(before, after, speech)
    assert [line[0] for line in change.lines] == ["-", "+"]
    shown = structs.replace(after, deed=Deed.CHANGE, changes=(change,))
    assert "```diff" in markdown.page(shown, speech)
    assert 'class="gone"' in page.page(shown, speech)


def test_all_labels_are_there_in_russian():
    view = View(program(), "ru")
    for words in (KINDS, FIELDS, WORDS):
        for key, said in words.items():
            if said.template != "{number}":
                assert view.say(structs.replace(said, arguments=_filled(said.template))), key


def _filled(template):
    return dict.fromkeys(re.findall(r"\{(\w+)\}", template), "x")


def graph_of(*edges, shapes=("box",)):
    made = Graph()
    names = sorted({end for edge in edges for end in edge[:2]})
    for at, name in enumerate(names):
        made.node(shapes[at % len(shapes)], f"step {name} <&>")
    ids = {name: f"n{at + 1}" for at, name in enumerate(names)}
    for start, end, *rest in edges:
        made.edge(ids[start], ids[end], *rest)
    return made


LOOP = (
    ("a", "b"),
    ("b", "c", "yes"),
    ("b", "d", "no"),
    ("c", "d"),
    ("d", "b"),
    ("a", "d"),
    ("d", "d"),
)


def test_boxes_in_a_row_keep_their_distance():
    graph = graph_of(*LOOP)
    made = layout(graph, {node.id: 100.0 for node in graph.nodes})
    assert [len([i for i in row if i.startswith("n")]) for row in made.rows] == [1, 1, 1, 1]
    for row in made.rows:
        places = [made.places[id_] for id_ in row]
        for left, right in pairwise(places):
            assert right.x - left.x >= (left.width + right.width) / 2 + GAP - 0.01
    assert sum(arrow.back for arrow in made.arrows) == 1


def test_a_line_of_boxes_is_straight():
    graph = graph_of(("a", "b"), ("b", "c"), ("c", "d"), ("a", "e"))
    made = layout(graph, {node.id: 100.0 for node in graph.nodes})
    assert len({round(made.places[f"n{n}"].x) for n in (2, 3, 4)}) == 1


def test_the_picture_is_well_formed_and_needs_nothing():
    shapes = ("box", "round", "pill", "choice", "hexagon", "flag", "double")
    graph = graph_of(*LOOP, *((letter, "z") for letter in "efgh"), shapes=shapes)
    graph.edge("n1", "n5", "any time", dotted=True)
    drawn = picture(graph, "A <chain>")
    root = ET.fromstring(drawn)
    assert root.tag.endswith("svg")
    assert "href" not in drawn
    assert drawn == picture(graph, "A <chain>")
