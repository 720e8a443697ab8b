"""A project for Tryton, how it changes, and what a person edits there."""

from __future__ import annotations

from tests.contract.rest import Case

SHOP = """
attributes:
  name: {title: "Имя", type: string}
  code: {title: "Номер", type: string}
  email: {title: "Почта", type: string}
  language: {title: "Язык", type: enum, values: [en, ru]}
  groups: {title: "Группы", type: array, items: enum, names: {tryton: categories.name}}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
segments:
  buyers: {title: "Покупатели", attribute: groups, contains: Buyers}
  known: {title: "Известные", all: [{segment: buyers}, {attribute: email, exists: true}]}
  abroad: {title: "За рубежом", not: {attribute: language, in: [ru]}}
layouts:
  frame: {title: "Рамка", channel: email, template: "<html><body>{{ slots.content }}</body></html>"}
messages:
  hello:
    title: "Привет"
    channel: email
    category: transactional
    subject: "Здравствуйте, {{ profile.name | default('друг') }}!"
    layout: frame
    file: hello.html
  thanks:
    title: "Спасибо"
    channel: email
    category: transactional
    subject: "Спасибо"
    body: "<p>Вы смотрели</p>"
  again:
    title: "Ещё раз"
    channel: email
    category: transactional
    subject: "Ещё раз"
    body: "<p>Вы не смотрели</p>"
chains:
  welcome:
    title: "Знакомство"
    trigger: {segment: known, backfill: true}
    steps:
      - {id: pause, wait: 1h}
      - {id: first, send: hello}
      - id: reaction
        wait_for:
          first_of: [{if: {message: hello, clicked: true}, then: [{send: thanks}]}]
          timeout: 2d
          otherwise: [{send: again}]
  world:
    title: "Мир"
    trigger: {segment: known, backfill: true}
    audience: {segment: abroad}
    recheck: entry
    steps:
      - branch:
          if: {attribute: code, eq: V1, case: sensitive}
          then: [{id: vip, send: thanks}]
          else: [{wait: 1d}, {id: other, send: again}]
  buyers:
    title: "Покупателям"
    trigger: {segment: buyers, backfill: true}
    steps: [{id: mail, send: thanks}]
"""
FILES = {"hello.html": "<p>Привет, {{ profile.name }}!<br>Ждём<p>Магазин"}

CASE = Case(
    source=SHOP,
    files=FILES,
    options={"database": "crm"},
    counts=3,
    edit="chain.buyers",
    edited="title: Покупателям (UI) on the target, Покупателям in the project",
    refused=('"Покупателям"', '"REFUSED"'),
    refused_at="buyers",
    rehearses=False,
    reads=2,
    changes=[
        ("a wait", SHOP.replace("wait: 1h", "wait: 2h"), "chain.welcome"),
        ("a title", SHOP.replace('"Мир"', '"Свет"'), "chain.world"),
        ("a segment", SHOP.replace("contains: Buyers", "contains: Guests"), "chain.buyers"),
        ("an audience", SHOP.replace("in: [ru]", "in: [en]"), "chain.world"),
        ("a branch", SHOP.replace("eq: V1", "eq: V2"), "chain.world"),
        ("a timeout", SHOP.replace("timeout: 2d", "timeout: 3d"), "chain.welcome"),
        ("a subject", SHOP.replace('subject: "Спасибо"', 'subject: "Ура"'), "chain.buyers"),
        ("a page", SHOP.replace("Вы не смотрели", "Не видели"), "chain.welcome"),
        ("a layout", SHOP.replace("<html>", "<html lang='ru'>"), "chain.welcome"),
        ("a sender", SHOP.replace("hello@shop", "hi@shop"), "chain.world"),
        (
            "a step less",
            SHOP.replace("      - {id: pause, wait: 1h}\n", ""),
            "chain.welcome",
        ),
        (
            "a step above all others",
            SHOP.replace("{id: pause, wait: 1h}", "{id: pause, send: again}"),
            "chain.welcome",
        ),
        ("what sells", SHOP.replace("transactional", "marketing", 1), "chain.welcome"),
    ],
    settings="on_unsupported: degrade\n",
    chains=frozenset({"welcome", "world", "buyers"}),
)
