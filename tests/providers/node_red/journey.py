"""A journey with all that Node-RED does, and what the interpreter says of it."""

from __future__ import annotations

import random

from crmspec.content.parts import Messages
from crmspec.ir.target import Target
from crmspec.semantics.clock import UTC, read
from crmspec.semantics.machine import run
from crmspec.semantics.scenario import Customer, Happening, Scenario
from crmspec.template.evaluate import evaluate
from tests.contract.project import program
from tests.contract.world import World
from tests.dialect.agreement import seen

PACE = 600
"""A minute of the project lasts a tenth of a second."""

PROJECT = """
events:
  order:
    properties:
      email: {type: string}
      total: {type: number}
      kind: {type: enum, values: [food, toys, Books]}
      city: {type: string}
      gift: {type: boolean}
channels:
  email:
    {type: email, from: {name: 'Shop "1"', email: hello@shop.example}, reply_to: care@shop.example}
messages:
  first:
    channel: email
    category: transactional
    subject: "{{ event.city | default('Somewhere') }}: {{ event.total }}"
    body: |
      <p>Hello {{ event.city }}</p>
      {% if event.gift %}
      <p>A gift</p>
      {% else %}
      <p>{{ event.kind }}</p>
      {% endif %}
  vip: {channel: email, category: transactional, subject: "${HOME}", body: "<p>VIP</p>"}
  words: {channel: email, category: transactional, subject: Words, text: "Only words: 1 < 2"}
  food: {channel: email, category: transactional, subject: Food, body: "<p>Food</p>"}
  toys: {channel: email, category: transactional, subject: Toys, body: "<p>Toys</p>"}
  last: {channel: email, category: transactional, subject: Last, body: "<p>{{ event.email }}</p>"}
chains:
  orders:
    title: Orders
    trigger: {event: order, where: {total: {gte: 10}}}
    reentry: {mode: always, concurrent: true}
    steps:
      - {id: pause, wait: 10m}
      - {id: hello, send: first}
      - branch:
          cases:
            - if: {all: [{trigger: total, gt: 100}, {not: {trigger: kind, in: [toys]}}]}
              then: [{wait: 20m}, {send: vip}]
            - if: {any: [{trigger: city, starts_with: KAZ}, {trigger: city, missing: true}]}
              then: [{send: words}]
            - if: {all: [{trigger: gift, eq: false}, {trigger: total, between: [20, 40]}]}
              then: [{exit: enough}]
      - switch:
          value: {trigger: kind}
          cases: {food: [{send: food}], toys: [{wait: 5m}, {send: toys}]}
      - wait: 90s
      - send: last
"""
SETTINGS = "on_unsupported: degrade\ntimezone: UTC\n"
START = read("2027-03-01T12:00", UTC)


def target(server, port, **smtp):
    options = {"pace": PACE, "smtp": {"server": "127.0.0.1", "port": port, "verify": False, **smtp}}
    return Target(id="main", platform="node_red", url=server.url, activate="live", options=options)


def world(server, folder, port, **smtp):
    return World(server, folder, target=target(server, port, **smtp))


def wanted(source=PROJECT):
    return program(source, settings=SETTINGS)


def orders(count, seed=11):
    """Return what applications post: orders with values missing, empty, hostile."""
    draw = random.Random(seed)
    return [
        {
            "email": f"customer{number}@example.com",
            **{
                name: value
                for name, values in VALUES.items()
                if (value := draw.choice(values)) is not None
            },
        }
        for number in range(count)
    ]


VALUES = {
    "total": [5, 10, 20, 30.5, 40, 100, 101, 250, None],
    "kind": ["food", "toys", "Books", None],
    "city": ["Kazan", "kazakhstan", "Moscow", "Tom & <b>'Jerry'</b>", "", None],
    "gift": [True, False, None],
}


def predicted(made, data, chain="orders"):
    """Return what a customer is sent: minutes after the order, subject and page or text."""
    customer = Customer(reachable=frozenset({"email"}))
    happening = Happening(moment=START, subject="order", data=data)
    scenario = Scenario(
        customer=customer,
        start=START,
        until=START + 60 * 24,
        happenings=(happening,),
        chains=frozenset({chain}),
    )
    return [
        (one.moment - START, *letter(made, one.message, data))
        for one in run(made, scenario).sends()
    ]


def letter(made, message, data):
    """Return what a message says, as a reader sees it."""
    fields = Messages(made).parts(made.messages[message]).fields
    shown = {name: seen(evaluate(body, {"event": data}, {})) for name, body in fields.items()}
    return shown["subject"], shown.get("html", shown.get("text", "")).strip()


def landed(mail):
    """Return subject and page, or text, of a letter."""
    page = mail.get_body(("html", "plain"))
    return str(mail["Subject"]), seen(page.get_content()).strip().replace("\r\n", "\n")
