"""A small shop in which every snippet of the tables stands, and a way to see what is found."""

from textwrap import dedent

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.resolve import check

SHOP = """
events:
  order_placed:
    properties:
      order_id: {type: string, required: true}
      total: {type: number, unit: RUB, minimum: 0}
      items_count: {type: integer}
      is_first: {type: boolean}
      payment: {type: enum, values: [card, cash]}
      city: {type: string, directory: cities}
      created_at: {type: datetime}
      coupons: {type: array, items: {type: string}}
      items:
        type: array
        items: {type: object, properties: {sku: {type: string}, price: {type: number}}}
  cart_updated:
    properties: {total: {type: number}}
  anything:
    additional_properties: true
objects:
  contract: {properties: {ends_at: {type: date}}}
attributes:
  age: {type: integer, minimum: 0, maximum: 120}
  spent: {type: number, unit: RUB}
  weight: {type: number}
  birthday: {type: date}
  seen_at: {type: datetime}
  first_name: {type: string}
  is_member: {type: boolean}
  tier: {type: enum, values: [none, silver, gold]}
  likes: {type: array, items: string}
  home: {type: geo}
directories:
  cities: {values: {Москва: {synonyms: [мск]}, Казань: {}}}
consents:
  marketing_email: {channel: email, topics: [news, promo]}
channels:
  email: {type: email, consent: marketing_email}
  sms: {type: sms, consent: marketing_email}
  push: {type: mobile_push}
segments:
  vip: {attribute: tier, eq: gold}
messages:
  hello: {channel: email, subject: Hi, body: Hello}
goals:
  purchase: {event: order_placed, value: total}
"""


def documents(name, source):
    result = read(name, dedent(source).encode())
    assert [one.message.english() for one in result.diagnostics] == []
    return result


def text_at(span, sources):
    source = sources[span.path]
    return source.text[span.start : span.end]


def findings(source, *, broken=frozenset(), files=None, shop=SHOP):
    """Return the sources and the findings about the shop with the snippet."""
    read_files = [documents("shop.yaml", shop), documents("snippet.yaml", source)]
    program = build([d for one in read_files for d in one.documents], broken, files)
    sources = {one.source.path: one.source for one in read_files}
    return sources, list(check(program, broken))


@pytest.fixture
def look():
    return findings


@pytest.fixture
def found():
    """Return `(code, text of the place)` of the findings about a snippet, in order."""

    def judge(source, *, unused=False, **options):
        sources, result = findings(source, **options)
        return [
            (one.code.id, text_at(one.label.span, sources))
            for one in result
            if unused or one.code.id != "CRM203"
        ]

    return judge


@pytest.fixture
def steps():
    """Return a chain with the steps, started by an order."""

    def chain(source, head=""):
        body = "\n".join(f"      {line}" for line in dedent(source).strip().splitlines())
        top = "\n".join(f"    {line}" for line in dedent(head).strip().splitlines())
        return f"chains:\n  c:\n    trigger: order_placed\n{top}\n    steps:\n{body}\n"

    return chain
