"""Small projects for Unisender, and what becomes of them."""

from __future__ import annotations

from crmspec.ir.target import Target
from crmspec.lower.outcome import Key
from crmspec.providers.rest.compile import audited, compiled, desired
from crmspec.providers.unisender.session import VENDOR
from tests.contract.project import program

HEAD = """
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
  bare: {type: email}
  sms: {type: sms}
lists: {news: {title: News}, old: {title: Old}}
segments:
  readers: {list: news}
  others: {list: old}
  vip: {attribute: city, eq: Omsk}
attributes: {city: {title: City, type: string}}
messages:
  hello: {channel: email, category: service, subject: Hi, body: <p>Hi</p>}
  nobody: {channel: bare, category: service, subject: Hi, body: <p>Hi</p>}
  short: {channel: sms, category: service, text: Hi}
"""
TARGET = Target(id="main", platform="unisender")


def made(text, target=TARGET, settings=""):
    """Return the compilation of a project."""
    return compiled(program(text, settings=settings), target, VENDOR)


def told(text, kind, id_, settings=""):
    """Return the payload of a resource, and the reasons why it is not as written."""
    found, key = made(text, settings=settings), Key(kind, id_)
    gaps = [(gap.support.value, gap.reason.english()) for gap in found.survey.gaps(key)]
    return found.payloads[key].body, gaps


def findings(text, target=TARGET, settings=""):
    """Return what is found in a project, as level and words."""
    found = made(text, target, settings)
    return [(one.level, one.message.english()) for one in audited(found, target, VENDOR)]


def wanted(text, target=TARGET, settings=""):
    """Return what is deployed of a project, by address."""
    found = desired(made(text, target, settings), target, VENDOR)
    return {str(one.address): one for one in found.resources}
