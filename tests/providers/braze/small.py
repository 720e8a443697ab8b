"""Small projects for Braze, and what becomes of them."""

from __future__ import annotations

from crmspec.ir.target import Target
from crmspec.lower.outcome import Key
from crmspec.providers.braze.session import VENDOR
from crmspec.providers.rest.compile import audited, compiled, desired
from tests.contract.project import program

HEAD = """
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
  sms: {type: sms}
"""
TARGET = Target(id="main", platform="braze", url="https://rest.fra-01.braze.eu")


def made(text, target=TARGET, settings=""):
    """Return the compilation of a project."""
    return compiled(program(HEAD + text, settings=settings), target, VENDOR)


def gaps(found, kind, id_):
    """Return the reasons why a resource is not as written."""
    return [gap.reason.english() for gap in found.survey.gaps(Key(kind, id_))]


def findings(text, target=TARGET, settings=""):
    """Return what is found in a project, as level and words."""
    found = made(text, target, settings)
    return [(one.level, one.message.english()) for one in audited(found, target, VENDOR)]


def wanted(text, target=TARGET, settings=""):
    """Return what is deployed of a project, and the remarks on the rest, by address."""
    found = desired(made(text, target, settings), target, VENDOR)
    return (
        {str(one.address): one.body for one in found.resources},
        {str(one.address): one.effect for one in found.remarks},
    )
