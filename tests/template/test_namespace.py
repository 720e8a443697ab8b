"""The namespaces of templates come from the project with their types."""

from textwrap import dedent

from crmspec.document import read
from crmspec.ir import build
from crmspec.resolve.catalog import Catalog
from crmspec.template.namespace import scope
from crmspec.template.parse import parse
from crmspec.template.typed import typed

SHOP = """
identity:
  primary: user_id
  identifiers: [{id: user_id}, {id: email}]
attributes:
  name: {type: string}
  city: {type: enum, directory: cities, nullable: false}
  score: {type: number, default: 0}
  tags: {type: array, items: string}
  email: {type: string, nullable: false}
directories:
  cities: {values: {msk: {}, spb: {}}}
events:
  cart_updated:
    properties:
      total: {type: number, required: true}
      gift: {type: boolean, default: false}
      items:
        type: array
        required: true
        items:
          type: object
          properties:
            name: {type: string, required: true}
            price: {type: number}
  viewed: {properties: {total: {type: number}, name: {type: string, required: true}}}
  open: {additional_properties: true}
feeds:
  best: {url: "https://shop.example/a.json", items: {name: title}}
  wild: {url: "https://shop.example/b.json"}
coupons:
  back10: {code: BACK10}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
blocks:
  cart:
    channel: email
    inputs: {items: {type: array}, note: {type: string, required: false}}
    template: x
chains:
  cart:
    trigger: cart_updated
    steps:
      - fetch: {coupon: back10, as: code}
      - fetch: {feed: best, as: hits}
      - fetch: {request: {url: "https://shop.example/c"}, as: answer}
      - fetch: {coupon: back10, as: hits}
      - webhook: {url: "https://shop.example/d", save: {lead: id}}
      - batch: {for: 1h, as: carts}
      - code: {target: t, source: x, saves: [made]}
  other:
    trigger: viewed
    steps:
      - start_chain: {chain: cart, pass: {source: cart}}
"""


def shop():
    result = read("a.yaml", dedent(SHOP).encode())
    assert not result.diagnostics
    return build(result.documents)


PROGRAM = shop()
CATALOG = Catalog(PROGRAM)


def found(template, chain="cart"):
    sender = PROGRAM.chains.get(chain)
    payloads = CATALOG.triggers(sender) if sender else None
    view = scope(PROGRAM, payloads, sender)
    return [(one.kind, one.path) for one in typed(parse(template).body, view)]


def test_profile():
    assert not found(
        "{{ profile.city }}{{ profile.score }}{{ profile.email }}{{ profile.user_id }}"
    )
    assert found("{{ profile.name }}") == [("no fallback", "profile.name")]
    assert found("{% if profile.city == 'nsk' %}{% endif %}") == [("unknown value", "profile.city")]
    assert found("{{ profile.tags | first | default('') }}{{ profile.x }}") == [
        ("unknown path", "profile")
    ]


def test_event():
    assert not found("{{ event.total }}{% for i in event.items %}{{ i.name }}{% endfor %}")
    assert found(
        "{% if event.gift %}{% endif %}{% for i in event.items %}{{ i.price }}{% endfor %}"
    ) == [("no fallback", "i.price")]
    assert found("{{ event.name }}") == [("unknown path", "event")]
    assert not found("{{ event.anything }}", chain=None)


def test_event_of_several_triggers():
    payloads = [CATALOG.payload("event", "cart_updated"), CATALOG.payload("event", "viewed")]
    view = scope(PROGRAM, payloads)
    body = parse("{{ event.total }}{{ event.name }}{{ event.x }}").body
    assert [one.kind for one in typed(body, view)] == [
        "no fallback",
        "unknown path",
        "unknown path",
    ]
    view = scope(PROGRAM, [CATALOG.payload("event", "open")])
    assert not typed(parse("{{ event.x }}").body, view)
    view = scope(PROGRAM, [])
    assert [one.kind for one in typed(parse("{{ event.x }}").body, view)] == ["unknown path"]


def test_chain():
    assert not found("{{ chain.entered_at | date('%d') }}{{ chain.hits | default('') }}")
    assert not found("{{ chain.lead | default('') }}{{ chain.made | default('') }}")
    assert not found("{{ chain.answer.a | default('') }}{{ chain.source | default('') }}")
    assert not found("{% for one in chain.carts %}{{ one.total }}{% endfor %}")
    assert found("{{ chain.code }}{{ chain.x }}") == [
        ("no fallback", "chain.code"),
        ("unknown path", "chain"),
    ]
    assert not found("{{ chain.x }}", chain=None)


def test_feeds_coupons_and_the_rest():
    assert not found(
        "{{ coupon.back10 }}{{ now | date('%d') }}{{ links.view_online }}{{ message.id }}"
    )
    assert not found(
        "{% for i in feed.best %}{{ i.name | default('') }}{% endfor %}{{ project.id }}"
    )
    assert not found("{% for i in feed.wild %}{{ i.anything }}{% endfor %}")
    assert found("{% for i in feed.best %}{{ i.nam }}{% endfor %}{{ coupon.x }}{{ feed.y }}") == [
        ("unknown path", "i"),
        ("unknown path", "coupon"),
        ("unknown path", "feed"),
    ]


def test_inputs_of_blocks():
    assert scope(PROGRAM).inputs == {"cart": ("items",)}


def test_a_finding_says_where_its_clash_is_declared():
    view = scope(PROGRAM)
    (one,) = typed(parse("{{ profile.name }}").body, view)
    assert one.declared == PROGRAM.attributes["name"].place.name
