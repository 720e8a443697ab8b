"""Small projects for Node-RED, and what becomes of them."""

from __future__ import annotations

from crmspec.ir.target import Target
from crmspec.lower.outcome import Key
from crmspec.providers.node_red.collection import normalised
from crmspec.providers.node_red.session import VENDOR
from crmspec.providers.rest.compile import audited, compiled
from tests.contract.project import program

HEAD = """
events:
  order:
    properties:
      total: {type: number}
      kind: {type: enum, values: [a, b]}
      city: {type: string}
      items: {type: array}
      day: {type: date}
      place: {type: string, default: here}
  named: {names: {main: Order (new)}}
attributes:
  tier: {type: enum, values: [gold, silver]}
consents: {news: {title: News, channel: email}}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
  nobody: {type: email}
  news: {type: email, from: {name: Shop, email: hello@shop.example}, consent: news}
  sms: {type: sms}
messages:
  one: {channel: email, category: transactional, subject: Hi, body: "<p>Hi</p>"}
  two: {channel: email, category: transactional, subject: Hi, text: "Hi {{ event.city }}"}
  tags: {channel: email, category: transactional, subject: Hi, text: "<b>Hi</b>"}
  plain: {channel: email, category: transactional, subject: Hi, text: Hi}
  many:
    channel: email
    category: transactional
    subject: Hi
    body: "<p>Hi</p>"
    locales: {ru: {subject: Привет}}
  sale: {channel: email, category: marketing, subject: Sale, body: "<p>Sale</p>"}
  asked: {channel: news, category: service, subject: News, body: "<p>News</p>"}
  whose: {channel: nobody, category: transactional, subject: Hi, body: "<p>Hi</p>"}
  short: {channel: sms, category: transactional, text: Hi}
  late: {channel: email, category: transactional, subject: Hi, body: "<p>Hi</p>", ttl: 1h}
  odd: {channel: email, category: transactional, subject: "{{ profile.tier }}", body: x}
"""
OPTIONS = {"smtp": {"server": "mail.shop.example"}}
TARGET = Target(id="main", platform="node_red", options=OPTIONS)
USUAL = "    trigger: {api: go}\n    reentry: {mode: always, concurrent: true}\n"


def chain(steps="[{send: one}]", head=USUAL, target=TARGET, messages=""):
    """Return the nodes of a chain by id, and the reasons why it is not as written."""
    text = f"{HEAD}{messages}chains:\n  c:\n{head}    steps: {steps}\n"
    found = compiled(program(text), target, VENDOR)
    key = Key("chain", "c")
    nodes = normalised(found.payloads[key].body)["nodes"]
    gaps = [
        (gap.support.value, gap.reason.english()) for gap in found.survey.gaps(key) if gap.reason
    ]
    return {node["id"]: node for node in nodes}, gaps


def findings(text, target=TARGET, settings=""):
    """Return what is found in a project, as level and words."""
    found = compiled(program(text, settings=settings), target, VENDOR)
    return [(one.level, one.message.english()) for one in audited(found, target, VENDOR)]
