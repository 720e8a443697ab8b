"""Small projects for Sendsay, and what becomes of them."""

from __future__ import annotations

from contextlib import contextmanager

from crmspec.ir.target import Target
from crmspec.lower.outcome import Key
from crmspec.providers.rest.compile import audited, compiled, desired
from crmspec.providers.sendsay.session import VENDOR
from tests.contract.project import program
from tests.contract.sendsay import SendsayStandIn
from tests.contract.test_lifecycle import opened

HEAD = """
events:
  order: {title: Order}
attributes:
  town: {title: Town, type: string}
  tier: {title: Tier, type: enum, values: [gold, silver]}
  rate: {title: Rate, type: number}
  score: {title: Score, type: integer}
  points: {title: Points, type: integer, default: 0}
  seen: {title: Seen, type: boolean}
  born: {title: Born, type: date}
  last: {title: Last, type: datetime}
  first_name: {title: Name, type: string}
  phone_no: {title: Phone, type: string, standard: phone}
  size: {title: Size, type: integer, names: {sendsay: q7}}
  langs: {title: Languages, type: array, items: enum, values: [ru, en]}
  total: {title: Total, type: integer, computed: {event: order, aggregate: count}}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
  sms: {type: sms}
lists:
  news: {title: News}
segments:
  vip: {attribute: score, gte: 80}
"""
TARGET = Target(id="main", platform="sendsay", options={"account": "shop"})


def made(text, target=TARGET, settings=""):
    """Return the compilation of a project."""
    return compiled(program(text, settings=settings), target, VENDOR)


def payload(kind, id_, text):
    """Return the payload of one resource, and why it is not as written."""
    found = made(text)
    key = Key(kind, id_)
    gaps = [(gap.support.value, gap.reason.english()) for gap in found.survey.gaps(key)]
    return found.payloads[key].body, gaps


def segment(condition):
    """Return the filter of a condition, and in how far it is not as written."""
    body, gaps = payload("segment", "x", f"{HEAD}  x: {condition}\n")
    return body, [support for support, _ in gaps]


def resources(text, target=TARGET, settings=""):
    """Return what is deployed of a project, by address."""
    found = desired(made(text, target, settings), target, VENDOR)
    return {str(one.address): one for one in found.resources}


def findings(text, target=TARGET, settings=""):
    """Return what is found in a project, as level and words."""
    found = made(text, target, settings)
    return [(one.level, one.message.english()) for one in audited(found, target, VENDOR)]


class Strange(SendsayStandIn):
    """Answers actions as it is told, all others as usual."""

    def __init__(self, answers):
        super().__init__()
        self.answers = answers

    def _check(self, exchange):
        """What is asked is not the point here."""

    def handle(self, exchange):
        action = exchange.body["action"]
        return (200, self.answers[action]) if action in self.answers else super().handle(exchange)


@contextmanager
def sendsay(tmp_path, answers):
    """Give a provider whose account answers strangely."""
    with Strange(answers) as stand_in, opened(stand_in, tmp_path).provider() as provider:
        yield provider
