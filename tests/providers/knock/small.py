"""Small projects for Knock, and what becomes of them."""

from __future__ import annotations

from crmspec.ir.target import Target
from crmspec.lower.outcome import Key
from crmspec.providers.knock.session import VENDOR
from crmspec.providers.rest.compile import audited, compiled, desired
from tests.contract.project import program

HEAD = """
events:
  order: {title: Order, properties: {total: {type: number}, kind: {type: enum, values: [a, b]}}}
attributes:
  city: {title: City, type: string}
  tier: {title: Tier, type: enum, values: [gold, silver]}
  score: {title: Score, type: number}
  points: {title: Points, type: number, default: 0}
  mail: {title: Mail, type: string, standard: email}
  langs: {title: Languages, type: array, items: enum, values: [ru, en]}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
  push: {type: mobile_push}
  voice: {type: voice}
  calm: {type: sms, quiet_hours: {from: "21:00", to: "09:00"}}
messages:
  one: {channel: email, category: transactional, subject: Hi, body: "<p>Hi</p>"}
  two: {channel: push, category: transactional, heading: Hi, text: There}
  sale: {channel: email, subject: Sale, body: "<p>Sale</p>"}
  kind: {channel: email, category: service, subject: Kind, body: "<p>{{ profile.city }}</p>"}
  late: {channel: push, category: transactional, heading: Hi, text: There, ttl: 1h}
  quiet: {channel: calm, category: transactional, text: There}
  call: {channel: voice, text: Hello}
  odd: {channel: email, category: transactional, subject: "{{ links.preferences }}", body: x}
segments:
  vip: {attribute: tier, eq: gold}
"""
TARGET = Target(id="main", platform="knock", options={"source": "events"})


def made(text, target=TARGET, settings=""):
    """Return the compilation of a project."""
    return compiled(program(text, settings=settings), target, VENDOR)


def chain(steps="[{wait: 1h}]", head="", target=TARGET):
    """Return the workflow of a chain, and the reasons why it is not as written."""
    text = f"{HEAD}chains:\n  c:\n    trigger: {{api: go}}\n{head}    steps: {steps}\n"
    found = made(text, target)
    key = Key("chain", "c")
    return found.payloads[key].body, [
        (gap.support.value, gap.reason.english()) for gap in found.survey.gaps(key)
    ]


def segment(condition):
    """Return the audience of a condition, and the reasons why it is not as written."""
    found = made(f"{HEAD}  x: {condition}\n")
    key = Key("segment", "x")
    return found.payloads[key].body, [gap.support.value for gap in found.survey.gaps(key)]


def findings(text, target=TARGET, settings=""):
    """Return what is found in a project, as level and words."""
    found = made(text, target, settings)
    return [(one.level, one.message.english()) for one in audited(found, target, VENDOR)]


def resources(text, target=TARGET, settings=""):
    """Return what is deployed of a project, by address."""
    found = desired(made(text, target, settings), target, VENDOR)
    return {str(one.address): one for one in found.resources}
