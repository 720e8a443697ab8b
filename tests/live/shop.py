"""A project for a real Tryton, and how it is deployed there."""

from __future__ import annotations

from crmspec.engine.text import render
from crmspec.ir.target import Target
from crmspec.providers.clock import SystemClock
from tests.contract.project import program
from tests.contract.world import World

SHOP = """
attributes:
  name: {title: "Имя", type: string}
  code: {title: "Номер", type: string}
  email: {title: "Почта", type: string}
  language: {title: "Язык", type: enum, values: [en, ru]}
  groups: {title: "Группы", type: array, items: enum, names: {main: categories.name}}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
segments:
  buyers: {title: "Покупатели", attribute: groups, contains: Buyers}
  known: {title: "Известные", all: [{segment: buyers}, {attribute: email, exists: true}]}
messages:
  hello:
    title: "Привет"
    channel: email
    category: transactional
    subject: "Здравствуйте, {{ profile.name | default('друг') }}!"
    body: |
      <p>Привет, {{ profile.name }}! <a href="https://shop.example/a?x=1&amp;y=2">Смотреть</a></p>
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
    subject: "Ещё раз: $5"
    body: "<p>Вы не смотрели<br>&nbsp;</p>"
  vip:
    title: "VIP"
    channel: email
    category: transactional
    subject: "VIP"
    body: "<p>Для вас</p>"
chains:
  welcome:
    title: "Знакомство"
    trigger: {segment: known, backfill: true}
    steps:
      - {id: pause, wait: 1h}
      - {id: first, send: hello}
      - id: reaction
        wait_for:
          first_of: [{if: {message: hello, clicked: true}, then: [{wait: 1h}, {send: thanks}]}]
          timeout: 2d
          otherwise: [{send: again}]
      - {wait: 1d}
      - branch:
          if: {attribute: code, eq: V1, case: sensitive}
          then: [{send: vip}]
"""


def opened(server, folder, *, activate="draft"):
    target = Target(
        id="main",
        platform="tryton",
        url=server.url,
        activate=activate,
        options={"database": server.database},
    )
    return Live(_Account(server), folder, target=target, clock=SystemClock())


class Live(World):
    def provider(self, token=None):
        return super().provider(token or self.stand_in.key)


class _Account:
    platform, traits = "tryton", frozenset()

    def __init__(self, server):
        self.server, self.url, self.key = server, server.url, server.key


def wanted(world, source=SHOP):
    return program(source, project=world.project)


def settle(world, source=SHOP):
    """Apply a project until there is nothing to do; return the first plan."""
    plan, outcome = world.apply(wanted(world, source))
    assert outcome.complete, [str(one.error) for one in outcome.failed]
    again = world.planned(wanted(world, source))
    assert again.empty, render(again)
    return plan


def buyer(server, name, *, code=None, group="Buyers"):
    """Make somebody whom the chain takes in."""
    found = server.find("party.category", [["name", "=", group]])
    category = found[0]["id"] if found else server.category(group)
    more = {} if code is None else {"code": code}
    email = f"{name.lower() if name.isalpha() and name.isascii() else 'buyer'}@example.com"
    return server.party(name, email, categories=[["add", [category]]], **more)
