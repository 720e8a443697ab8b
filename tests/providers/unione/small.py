"""Small projects for UniOne, and what becomes of them."""

from __future__ import annotations

from crmspec.ir.target import Target
from crmspec.lower.outcome import Key
from crmspec.providers.rest.compile import audited, compiled, desired
from crmspec.providers.unione.session import VENDOR
from tests.contract.project import program

HEAD = """
attributes: {city: {title: City, type: string}, first_name: {title: Name, type: string}}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
  bare: {type: email}
  sms: {type: sms}
segments: {vip: {attribute: city, eq: Omsk}}
messages:
"""
TARGET = Target(id="main", platform="unione")


def made(text, target=TARGET, settings=""):
    """Return the compilation of a project."""
    return compiled(program(text, settings=settings), target, VENDOR)


def message(fields, channel="email"):
    """Return the template of a message, and the reasons why it is not as written."""
    found = made(f"{HEAD}  m: {{title: M, channel: {channel}, category: service, {fields}}}\n")
    key = Key("message", "m")
    gaps = [(gap.support.value, gap.reason.english()) for gap in found.survey.gaps(key)]
    return found.payloads[key].body, gaps


def findings(text, target=TARGET, settings=""):
    """Return what is found in a project, as level and words."""
    found = made(text, target, settings)
    return [(one.level, one.message.english()) for one in audited(found, target, VENDOR)]


def wanted(text, target=TARGET):
    """Return what is deployed of a project."""
    return desired(made(text, target), target, VENDOR)
