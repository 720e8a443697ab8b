"""Small projects for OneSignal, and what becomes of them."""

from __future__ import annotations

from crmspec.ir.target import Target
from crmspec.lower.outcome import Key
from crmspec.providers.onesignal.session import VENDOR
from crmspec.providers.rest.compile import audited, compiled, desired
from tests.contract.project import program

HEAD = """
events:
  order: {title: Order, properties: {total: {type: number}, kind: {type: enum, values: [a, b]}}}
  visit: {title: Visit, names: {main: site_visit}}
attributes:
  city: {title: City, type: string}
  town: {title: Town, type: enum, directory: towns, missing_as: other}
  tier: {title: Tier, type: enum, values: [gold, silver]}
  score: {title: Score, type: number}
  points: {title: Points, type: number, default: 0}
  mail: {title: Mail, type: string, standard: email}
  lang: {title: Language, type: enum, values: [ru, en], standard: language}
  vip: {title: VIP, type: boolean, names: {main: is_vip}}
directories:
  towns: {title: Towns, values: {omsk: {title: Омск}, other: {title: Other}}}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
  push: {type: mobile_push}
  sms: {type: sms}
  voice: {type: voice}
  calm: {type: sms, quiet_hours: {from: "21:00", to: "09:00"}}
messages:
  one: {channel: email, category: transactional, subject: Hi, body: "<p>Hi</p>"}
  two: {channel: sms, category: transactional, text: There}
  sale: {channel: email, subject: Sale, body: "<p>Sale</p>"}
  quiet: {channel: calm, category: transactional, text: There}
segments:
  best: {attribute: tier, eq: gold}
"""
TARGET = Target(id="main", platform="onesignal", options={"app_id": "a"})


def made(text, target=TARGET, settings=""):
    """Return the compilation of a project."""
    return compiled(program(text, settings=settings), target, VENDOR)


def told(found, kind, id_):
    """Return the payload of a resource, and why it is not as written, as support and words."""
    key = Key(kind, id_)
    gaps = found.survey.gaps(key)
    return found.payloads[key].body, [(one.support.value, one.reason.english()) for one in gaps]


def chain(steps="[{wait: 1h}]", head="", trigger="{api: go}", settings=""):
    """Return the journey of a chain, and the reasons why it is not as written."""
    text = f"{HEAD}chains:\n  c:\n    trigger: {trigger}\n{head}    steps: {steps}\n"
    return told(made(text, settings=settings), "chain", "c")


def segment(condition):
    """Return the filters of a condition, and the reasons why they are not as written."""
    body, gaps = told(made(f"{HEAD}  x: {condition}\n"), "segment", "x")
    return body["filters"], gaps


def message(written):
    """Return the template of a message, and the reasons why it is not as written."""
    return told(made(HEAD.replace("segments:", f"  x: {written}\nsegments:")), "message", "x")


def findings(text, target=TARGET, settings=""):
    """Return what is found in a project, as level and words."""
    found = made(text, target, settings)
    return [(one.level, one.message.english()) for one in audited(found, target, VENDOR)]


def resources(text, target=TARGET, settings=""):
    """Return what is deployed of a project, by address."""
    found = desired(made(text, target, settings), target, VENDOR)
    return {str(one.address): one for one in found.resources}
