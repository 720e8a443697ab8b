"""A small shop, one customer of it on Monday 1 March 2027 at noon in Moscow, and questions."""

from functools import cache
from textwrap import dedent

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.semantics import clock
from crmspec.semantics.condition import View, holds, next_change
from crmspec.semantics.scenario import Customer
from crmspec.semantics.state import Outcome, Passage, Permission, Sent, State

NOON = "2027-03-01T12:00"

SHOP = """
project: shop
timezone: Europe/Moscow
events:
  visit: {title: Visit, additional_properties: true}
  order:
    properties:
      total: {type: number}
      payment: {type: enum, values: [card, Cash]}
      city: {type: string, directory: cities}
      channel: {type: string, default: web}
      ships: {type: date}
      items:
        type: array
        items: {type: object, properties: {sku: {type: string}, price: {type: number}}}
      coupons: {type: array, items: {type: string}}
  refund: {title: Refund}
attributes:
  name: {type: string}
  age: {type: integer}
  score: {type: number, default: 5}
  level: {type: enum, values: [gold, Silver]}
  vip: {type: boolean}
  born: {type: date}
  seen: {type: datetime}
  likes: {type: array, items: string}
  city: {type: string, directory: cities}
  cities: {type: array, items: string, directory: cities}
  home: {type: geo}
  town: {type: string}
  points: {type: number, missing_as: 0}
  orders: {type: integer, computed: {event: order, aggregate: count}}
  orders_week: {type: integer, computed: {event: order, aggregate: count, within: 7d}}
  spent: {type: number, computed: {event: order, aggregate: sum, of: total}}
  mean: {type: number, computed: {event: order, aggregate: avg, of: total}}
  least: {type: number, computed: {event: order, aggregate: min, of: total}}
  most: {type: number, computed: {event: order, aggregate: max, of: total}}
  payments: {type: integer, computed: {event: order, aggregate: distinct, of: payment}}
  first_total: {type: number, computed: {event: order, aggregate: first, of: total}}
  last_total: {type: number, computed: {event: order, aggregate: last, of: total}}
  totals: {type: integer, computed: {event: order, aggregate: count, of: total}}
  first_order: {type: datetime, computed: {event: order, aggregate: first}}
  last_order: {type: datetime, computed: {event: order, aggregate: last}}
  odd: {type: number, computed: {event: order, aggregate: sum}}
directories:
  cities:
    values:
      msk: {title: Москва, synonyms: [Moscow, мск]}
      spb: {title: Санкт-Петербург, synonyms: [Питер]}
      omsk: {}
channels:
  email: {type: email}
  sms: {type: sms}
consents:
  news: {channel: email, topics: [sale, tips]}
  year: {channel: sms, expires: 1y}
  service: {channel: email, default: subscribed}
lists:
  staff: {title: Staff}
objects:
  contract: {properties: {kind: {type: enum, values: [a, b]}, ends: {type: date}}}
tags:
  promo: {title: Promo}
messages:
  hello: {channel: email, subject: Hello, text: Hello, tags: [promo]}
  other: {channel: email, subject: Other, text: Other}
  second: {channel: sms, text: Second}
chains:
  welcome:
    trigger: order
    steps:
      - send: hello
      - wait: 1d
      - send: [second]
  silent:
    trigger: {no_event: visit, for: 30d}
    steps: [{note: later}]
  renew:
    trigger: [{object: contract, change: updated}, {segment: adults}, {object: nothing}]
    steps: [{note: later}]
segments:
  adults: {attribute: age, gte: 18}
  lucky: {random: 50%}
"""


@cache
def program(*sources):
    """Build a program without judging it."""
    results = [read(f"{n}.yaml", dedent(s).encode()) for n, s in enumerate(sources)]
    assert not [one for result in results for one in result.diagnostics]
    return build(document for result in results for document in result.documents)


@cache
def condition(written):
    """Build a condition from YAML."""
    body = dedent(written).strip("\n")
    source = (
        f"segments:\n  asked:\n    all:\n      - {body.replace(chr(10), chr(10) + '        ')}\n"
    )
    return program(source).segments["asked"].condition.all[0]


class Someone:
    """One customer whose state is set up by hand."""

    def __init__(self, zone="Europe/Moscow", now=NOON, shop=SHOP, **customer):
        self.program = program(shop)
        self.zone = clock.named(zone)
        self.state = State(Customer(**customer))
        self.view = View(self.program, self.state, self.at(now), self.zone)

    def at(self, moment):
        return clock.moment(moment, self.zone) if isinstance(moment, str) else moment

    def now(self, moment):
        self.view.now = self.at(moment)
        return self

    def did(self, event, moment=NOON, **properties):
        self.state.log.add(self.at(moment), event, properties)
        return self

    def set(self, attribute, value, moment=None):
        old = self.state.attributes.get(attribute)
        if moment is not None:
            self.state.changes[attribute].append((self.at(moment), old, value))
        self.state.attributes[attribute] = value
        return self

    def gave(self, consent, status, moment=None, method=None):
        since = None if moment is None else self.at(moment)
        self.state.consents[consent] = Permission(status, since, method)
        if since is not None:
            self.state.consent_changes[consent].append(since)
        return self

    def got(self, message, moment=NOON, channel="email", passage=None, **reactions):
        sent = Sent(self.at(moment), message, channel, passage=passage)
        for kind, when in reactions.items():
            sent.reactions[kind].append(self.at(when))
        self.state.sent.append(sent)
        return sent

    def entered(self, chain="welcome", moment=NOON, **fields):
        number = len(self.state.passages) + 1
        passage = Passage(number, chain, self.at(moment), **fields)
        self.state.passages.append(passage)
        self.view.passage = passage
        return passage

    def finished(self, step, moment, outcome="sent", **output):
        self.view.passage.outcomes[step] = Outcome(self.at(moment), outcome, output)
        return self

    def holds(self, written):
        return holds(condition(written), self.view)

    def next(self, written):
        moment = next_change(condition(written), self.view)
        return None if moment is None else clock.iso(moment, self.zone)


@pytest.fixture
def someone():
    """Return a new customer; call it for one of another zone or moment."""
    return Someone


@pytest.fixture
def who():
    """Return the customer of Moscow."""
    return Someone()


@pytest.fixture
def asked():
    """Build a condition from YAML."""
    return condition
