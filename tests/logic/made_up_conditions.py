"""Random conditions over one small shop: `python -m tests.logic.made_up_conditions [COUNT [SEED]]`.

Says for how many of those that the boxes do not rule out a customer is found.
"""

from __future__ import annotations

import json
import random
import sys
import time

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.example import customer_of
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.space import Space

SHOP = """
project: shop
timezone: Europe/Moscow
events:
  visit: {title: Visit}
  order:
    title: Order
    dedupe_key: number
    properties:
      number: {type: string, required: true}
      total: {type: number, minimum: 0, required: true}
      payment: {type: enum, values: [card, cash]}
    example: {number: A-1, total: 900}
    assume: {preceded_by: visit}
attributes:
  name: {type: string}
  age: {type: integer, minimum: 0, maximum: 120}
  score: {type: number}
  level: {type: enum, values: [gold, silver, bronze], mutability: frozen}
  vip: {type: boolean}
  born: {type: date}
  seen: {type: datetime}
  likes: {type: array, items: string}
  city: {type: enum, directory: cities}
  spent: {type: number, computed: {event: order, aggregate: sum, of: total}}
  orders: {type: integer, computed: {event: order, aggregate: count, within: 30d}}
  last_total: {type: number, computed: {event: order, aggregate: last, of: total}}
  totals: {type: integer, computed: {event: order, aggregate: distinct, of: total}}
  paid: {type: enum, values: [card, cash], computed: {event: order, aggregate: last, of: payment}}
directories:
  cities: {values: {msk: {title: Moscow}, spb: {title: Petersburg}, kzn: {title: Kazan}}}
channels:
  email: {type: email, consent: news}
  sms: {type: sms}
consents:
  news: {channel: email, topics: [sale, tips]}
  service: {channel: sms, default: subscribed}
lists:
  staff: {title: Staff}
objects:
  contract: {properties: {kind: {type: enum, values: [a, b]}, ends: {type: date}}}
messages:
  hello: {channel: email, subject: Hello, text: Hello}
experiments:
  colours: {variants: {red: {weight: 50}, blue: {weight: 50}}}
chains:
  welcome: {trigger: visit, steps: [{send: hello}, {wait: 1d}, {send: hello}]}
segments:
  adults: {attribute: age, gte: 18}
  buyers: {event: order}
  regulars: {all: [buyers, {event: visit, count: {gte: 3}, within: 30d}]}
  sleeping: {last_event: visit, older_than: 20d}
  lucky: {random: 40%}
"""
WINDOWS = ("2h", "1d", "7d", "30d", "3mo")


def _attribute(chance):
    number = chance.choice([0, 5, 18, 40])
    return chance.choice(
        [
            {"attribute": "age", chance.choice(["gte", "lt", "eq", "neq"]): number},
            {"attribute": "age", "between": [number, number + 10]},
            {"attribute": "score", chance.choice(["gt", "lte"]): number / 2},
            {"attribute": "level", chance.choice(["in", "not_in"]): ["gold", "silver"]},
            {"attribute": "city", chance.choice(["eq", "neq"]): chance.choice(["msk", "spb"])},
            {"attribute": "vip", "is": chance.choice([True, False])},
            {"attribute": "name", chance.choice(["starts_with", "not_contains"]): "An"},
            {"attribute": "name", "length": {"gte": 3}},
            {"attribute": "likes", chance.choice(["contains_all", "contains_none"]): ["a", "b"]},
            {"attribute": "likes", chance.choice(["exists", "missing"]): True},
            {"attribute": "seen", chance.choice(["within_last", "older_than"]): "10d"},
            {"attribute": "born", "month": [3, 4]},
            {"attribute": "born", "anniversary": {"within_next": "7d"}},
            {"attribute": "score", "changed": {"to": {"gte": 3}, "within": "7d"}},
            {"attribute": "spent", chance.choice(["gte", "lt"]): 1000},
            {"attribute": "orders", chance.choice(["gte", "eq"]): chance.choice([0, 1, 3])},
            {"attribute": "last_total", chance.choice(["gte", "lt"]): 500},
        ]
    )


def _event(chance):
    event, window = chance.choice(["visit", "order"]), chance.choice(WINDOWS)
    where = (
        {"where": {"total": {"gte": 1000}}} if event == "order" and chance.random() < 0.5 else {}
    )
    return chance.choice(
        [
            {"event": event, "within": window, **where},
            {"event": event, **where},
            {"event": event, "count": {"gte": chance.choice([2, 5])}, "within": window, **where},
            {"event": event, "count": {"lte": 1}, "within": window, **where},
            {"event": event, "between_ago": ["2d", "9d"], **where},
            {"not_event": event, "within": window, **where},
            {"not_event": event, **where},
            {"last_event": event, "older_than": window, **where},
            {"last_event": event, "within": window, **where},
            {"first_event": event, "older_than": window, **where},
            {"event": "order", "sum": {"property": "total", "gte": 3000}, "within": "30d"},
            {"event": "order", "avg": {"property": "total", "lt": 500}},
            {"event": "order", "where": {"payment": chance.choice(["card", "cash"])}},
            {"sequence": [{"event": "visit"}, {"event": "order"}], "within": "7d"},
        ]
    )


def _other(chance):
    return chance.choice(
        [
            {"consent": "news"},
            {"consent": "news", "topic": "sale", "is": "unsubscribed"},
            {"consent": "service"},
            {"reachable": chance.choice(["email", "sms"])},
            {"suppressed": "sms"},
            {"list": "staff"},
            {"list": "staff", "joined": {"within": "7d"}},
            {"geo": {"city": ["Kazan", "Moscow"]}},
            {"geo": {"near": [55.7, 37.6], "radius": "50km"}},
            {"device": {"os": "ios"}},
            {"related": "contract", "where": {"kind": "a"}, "count": {"gte": 2}},
            {"experiment": "colours", "variant": "red"},
            {"random": 30, "salt": "x"},
            {"raw": {"sandbox": "true"}},
            {"message": "hello", "opened": False},
            {"now": {"weekday": ["mon", "tue"]}},
            "adults",
            "buyers",
            "regulars",
            "sleeping",
            "lucky",
        ]
    )


def condition(chance, depth=3):
    """Return a random condition as plain data."""
    kind = chance.random()
    if depth and kind < 0.5:
        parts = [condition(chance, depth - 1) for _ in range(chance.randrange(2, 4))]
        return {chance.choice(["all", "all", "any", "none"]): parts}
    if depth and kind < 0.6:
        return {"not": condition(chance, depth - 1)}
    return chance.choice([_attribute, _event, _event, _other])(chance)


def program(asked):
    """Return the shop with a segment per condition."""
    segments = {f"asked_{n}": {"title": "Asked", "all": [one]} for n, one in enumerate(asked)}
    sources = [read("shop.yaml", SHOP.encode())]
    sources.append(read("asked.yaml", json.dumps({"segments": segments}).encode()))
    assert not [one for result in sources for one in result.diagnostics]
    return build(document for result in sources for document in result.documents)


def measure(count, seed=0):
    """Return how many conditions were met, ruled out by boxes, and missed (their data)."""
    chance = random.Random(seed)
    asked = [condition(chance) for _ in range(count)]
    made = program(asked)
    portfolio = Portfolio(made)
    space = Space(made)
    met, empty, missed = 0, 0, []
    for number, data in enumerate(asked):
        leaf = made.segments[f"asked_{number}"].condition.all[0]
        if customer_of(portfolio, leaf) is not None:
            met += 1
        elif space.region(leaf).is_empty:
            empty += 1
        else:
            missed.append(data)
    return met, empty, missed


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    start = time.process_time()
    found, nobody, lost = measure(*(given or [1000]))
    spent = time.process_time() - start
    for one in lost[:40]:
        print(json.dumps(one))  # noqa: T201
    share = found / (found + len(lost))
    print(f"met {found}, ruled out {nobody}, missed {len(lost)}: {share:.1%}, {spent:.1f} CPU s")  # noqa: T201
