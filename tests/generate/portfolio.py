"""A deterministic project for the analysis: chains share events, segments, markets and caps."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = """\
project: portfolio
timezone: Europe/Moscow
currency: RUB
locales: {default: en, supported: [en]}
week_starts: mon
defaults: {message: {utm: {source: crm, medium: "{channel}", campaign: "{chain}"}}}
"""

COMMON = """\
consents:
  email_marketing: {title: E-mail marketing, channel: email, purpose: marketing, opt_in: double}
  push_marketing: {title: Push marketing, channel: push, purpose: marketing}
channels:
  email:
    type: email
    title: E-mail
    from: {name: Shop, email: hello@shop.example}
    consent: email_marketing
  push: {type: mobile_push, title: Push, apps: [ios, android], consent: push_marketing}
goals:
  purchase: {title: Purchase, event: order_placed, value: total}
stages:
  choosing: {title: Choosing, order: 1}
"""

ORDER = """\
  order_placed:
    title: Order placed
    properties:
      order_id: {type: string, required: true}
      total: {type: number, unit: RUB, minimum: 0, required: true}
    volume: 800/d
"""

EVENT = """\
  action_{n}:
    title: Action {n}
    properties:
      price: {{type: number, unit: RUB, minimum: 0, required: true}}
      sku: {{type: string, required: true}}
    example: {{price: 1200, sku: L-{n}}}
    volume: {volume}/d
"""

CAPS = """\
frequency:
  daily_cap:
    title: Marketing messages a day
    applies_to: {{categories: [marketing]}}
    limits: [{daily} per 1d, {weekly} per 7d]
"""

SEGMENT = """\
  segment_{n}:
    title: Segment {n}
    all:
{atoms}
"""

CHAIN = """\
chains:
  chain_{n}:
    title: Chain {n}
    owner: crm
    trigger: {{event: action_{event}, where: {{price: {{gte: {price}}}}}}}
    audience:
      all:
        - {{consent: email_marketing}}
        - {{consent: push_marketing}}
        - {{reachable: email}}
        - {{reachable: push}}
        - {{attribute: market, eq: m_{market}}}
        - {{segment: segment_{segment}}}
    reentry: after {reentry}d
    exit: [order_placed]
    goal: {{goal: purchase, within: 5d}}
    priority: {priority}
    expected_entries: {volume}/d
    steps:
      - wait: {wait}h
      - send: letter_{n}
      - wait: {second}h
      - branch:
          if: {{attribute: {attribute}, {test}}}
          then:
            - send: push_{n}
          else:
            - wait: 1d
            - send: push_{n}
messages:
  letter_{n}:
    title: Letter {n}
    channel: email
    kind: promo
    subject: News about category {n}
    preheader: What others choose and why they like it
    text: A short letter about category {n} with one link in it.
    body: |
      <mjml><mj-body><mj-section background-color="#ffffff"><mj-column>
      <mj-text>Category {n}. You get this because you signed up at shop.example.
      <a href="{{{{ links.unsubscribe }}}}">Unsubscribe</a> or
      <a href="{{{{ links.preferences }}}}">get fewer letters</a></mj-text></mj-column></mj-section>
      </mj-body></mjml>
  push_{n}:
    title: Push {n}
    channel: push
    heading: Still thinking?
    text: Category {n} is in stock
    open: {{url: "https://shop.example/c/{n}"}}
"""

BOUND = 38
"""Attributes besides `market`."""


class Variant(NamedTuple):
    """How crowded a project is: messages a day and a week, whether markets are exclusive groups."""

    daily: int
    weekly: int
    exclusive: bool


CLEAN = Variant(daily=40, weekly=200, exclusive=True)
REALISTIC = Variant(daily=8, weekly=20, exclusive=False)


def files(
    chains: int, segments: int | None = None, variant: Variant = CLEAN, seed: int = 7
) -> Iterator[tuple[str, str]]:
    """Yield `(path, text)` of a project; without `segments` there are as many as chains."""
    chance = random.Random(seed)
    count = chains if segments is None else segments
    actions = min(40, max(15, chains // 25))
    markets = max(2, chains // 50)
    yield "crmspec.yaml", PROJECT
    yield "campaigns/common.yaml", COMMON + CAPS.format(daily=variant.daily, weekly=variant.weekly)
    yield "campaigns/attributes.yaml", attributes(markets)
    listed = (EVENT.format(n=n, volume=chance.randrange(100, 9000)) for n in range(actions))
    yield "campaigns/events.yaml", "events:\n" + ORDER + "".join(listed)
    yield from _segments(chance, count, actions)
    if variant.exclusive:
        yield "campaigns/exclusive.yaml", groups(chains, markets)
    for n in range(chains):
        yield f"campaigns/chain_{n:05d}.yaml", _chain(chance, n, count, actions, markets)


def attributes(markets: int) -> str:
    """Return 39 attributes: the frozen market, enums, numbers, flags, dates and texts."""
    named = ", ".join(f"m_{n}" for n in range(markets))
    lines = [
        "attributes:",
        f"  market: {{type: enum, values: [{named}], mutability: frozen, nullable: false}}",
    ]
    kinds = (
        "{type: integer, minimum: 0, maximum: 100000}",
        "{type: enum, values: [low, middle, high], default: low}",
        "{type: number, minimum: 0}",
        "{type: boolean, default: false}",
    )
    lines += [f"  trait_{n}: {kinds[n % len(kinds)]}" for n in range(BOUND)]
    used = " ".join(f"{{{{ profile.trait_{n} }}}}" for n in range(BOUND))
    notice = (
        "messages:\n  everything:\n    title: All that is known\n    channel: email\n"
        "    category: service\n    subject: What we keep about you\n"
        f'    preheader: As you asked\n    text: "{used}"\n'
        "chains:\n  report:\n    title: What we keep about you\n    owner: legal\n"
        "    trigger: {manual: true}\n    steps: [{send: everything}]\n"
    )
    return "\n".join(lines) + "\n" + notice


def groups(chains: int, markets: int) -> str:
    """Return one exclusive group per market."""
    lines = ["exclusive:"]
    for market in range(markets):
        members = [f"chain_{n}" for n in range(market, chains, markets)]
        if members:
            joined = ", ".join(members)
            lines.append(f"  market_{market}: {{title: Market {market}, chains: [{joined}]}}")
    return "\n".join(lines) + "\n"


def _segments(chance: random.Random, count: int, actions: int) -> Iterator[tuple[str, str]]:
    for start in range(0, count, 100):
        made = (_segment(chance, n, actions) for n in range(start, min(count, start + 100)))
        yield f"campaigns/segments_{start:05d}.yaml", "segments:\n" + "".join(made)


def _segment(chance: random.Random, n: int, actions: int) -> str:
    """Return a segment that no other one equals or contains: its money band is its own."""
    low = 10 * n
    days = chance.choice([7, 14, 30, 60, 90])
    integer = 4 * chance.randrange(BOUND // 4)
    atoms = [
        f"{{attribute: trait_{integer}, gte: {low}, lt: {low + chance.choice([5, 8])}}}",
        (
            f"{{event: action_{chance.randrange(actions)}, "
            f"count: {{gte: {chance.choice([2, 3, 5])}}}, within: {days}d}}"
        ),
        f"{{not_event: order_placed, within: {chance.choice([7, 14, 30])}d}}",
        f"{{attribute: trait_{1 + 4 * chance.randrange(BOUND // 4)}, in: [middle, high]}}",
    ]
    kept = [atoms[0], *chance.sample(atoms[1:], chance.choice([1, 2, 3]))]
    return SEGMENT.format(n=n, atoms="\n".join(f"      - {atom}" for atom in kept))


def _chain(chance: random.Random, n: int, count: int, actions: int, markets: int) -> str:
    attribute, test = chance.choice(
        [("trait_3", "eq: true"), ("trait_1", "eq: high"), ("trait_2", "gte: 500")]
    )
    return CHAIN.format(
        n=n,
        event=chance.randrange(actions),
        price=chance.choice([500, 1000, 3000, 5000]),
        market=n % markets,
        segment=n % count,
        reentry=chance.choice([7, 14, 30]),
        priority=1 + n // markets % 99,
        volume=chance.randrange(20, 400),
        wait=chance.choice([1, 2, 6, 24]),
        second=chance.choice([26, 30, 48]),
        attribute=attribute,
        test=test,
    )
