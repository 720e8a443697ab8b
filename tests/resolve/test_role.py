"""Messages where they cannot be used, attributes that cannot change, and names of oneself."""

import pytest

SHOP = """
events:
  order_placed:
    properties: {total: {type: number}, score: {type: integer, minimum: 0, maximum: 10}}
attributes:
  spent: {type: number, computed: {event: order_placed, aggregate: sum, of: total}}
  visits: {type: number, minimum: 0}
  source: {type: string, mutability: immutable}
  likes: {type: array, items: string}
segments: {vip: {attribute: source, exists: true}}
channels:
  email: {type: email}
  site: {type: onsite}
  app: {type: in_app}
  ads: {type: audience_sync}
messages:
  hello: {channel: email, subject: Hi, body: Hello}
  popup: {channel: site, text: T}
  screen: {channel: app, text: T}
  pool: {channel: ads, audience: vip}
  lost: {channel: unknown}
"""
UNKNOWN_CHANNEL = ("CRM201", "unknown")


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param("audience_sync: pool", [], id="an audience"),
        pytest.param("audience_sync: hello", [("CRM230", "hello")], id="an e-mail as audience"),
        pytest.param("audience_sync: lost", [], id="nobody knows its channel"),
        pytest.param("send: hello", [], id="an e-mail is sent"),
        pytest.param("send: pool", [("CRM230", "pool")], id="an audience is not sent"),
        pytest.param("send: [hello, pool]", [("CRM230", "pool")], id="one of two"),
        pytest.param("update: {set: {visits: 3}}", [], id="a free attribute"),
        pytest.param("update: {set: {visits: -1}}", [("CRM212", "-1")], id="below the minimum"),
        pytest.param("update: {set: {spent: 3}}", [("CRM231", "spent")], id="computed"),
        pytest.param(
            "update: {increment: {spent: 3}}", [("CRM231", "spent")], id="computed, increased"
        ),
        pytest.param("update: {unset: spent}", [("CRM231", "spent")], id="computed, unset"),
        pytest.param("update: {append: {likes: a}}", [], id="a list grows"),
        pytest.param("update: {set: {source: ads}}", [("CRM231", "source")], id="immutable"),
        pytest.param(
            "update: {set: {source: ads}}, only: {attribute: source, missing: true}",
            [],
            id="immutable, set once",
        ),
        pytest.param("stop_chain: c", [("CRM232", "c")], id="the chain itself"),
        pytest.param("stop_chain: other", [], id="another chain"),
        pytest.param(
            "emit: order_placed, properties: {score: 11}", [("CRM212", "11")], id="too much"
        ),
        pytest.param("emit: order_placed, properties: {score: 10}", [], id="just enough"),
    ],
)
def test_steps(found, step, expected):
    other = "  other: {trigger: order_placed, steps: []}\n"
    source = f"chains:\n  c: {{trigger: order_placed, steps: [{{{step}}}]}}\n{other}"
    result = found(source, shop=SHOP)
    assert sorted(result) == sorted([UNKNOWN_CHANNEL, *expected])


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        pytest.param("popup", [], id="on the site"),
        pytest.param("screen", [], id="in the app"),
        pytest.param("hello", [("CRM230", "hello")], id="an e-mail holds no form"),
    ],
)
def test_forms(found, form, expected):
    source = f"chains: {{c: {{trigger: {{form: {form}}}, steps: []}}}}"
    assert sorted(found(source, shop=SHOP)) == sorted([UNKNOWN_CHANNEL, *expected])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            "tags: {a: {incompatible: [a, b]}, b: {}}", [("CRM232", "a")], id="a tag and itself"
        ),
        pytest.param("tags: {a: {incompatible: b}, b: {}}", [], id="two tags"),
        pytest.param(
            "segments: {s: {event: order_placed, expected_size: {min: 9, max: 3}}}",
            [("CRM225", "3")],
            id="a size turned round",
        ),
        pytest.param(
            "segments: {s: {event: order_placed, expected_size: {min: 3, max: 3}}}",
            [],
            id="an exact size",
        ),
        pytest.param(
            "attributes: {a: {type: number, maximum: 5, default: 6}}",
            [("CRM212", "6")],
            id="a default above the maximum",
        ),
    ],
)
def test_resources(found, source, expected):
    assert found(source) == expected


def test_reasons_differ_in_level(look):
    source = "chains: {c: {trigger: order_placed, steps: [{update: {set: {%s: 3}}}]}}"
    levels = {}
    for id_ in ("spent", "source"):
        _, result = look(source % id_, shop=SHOP)
        levels[id_] = next(one for one in result if one.code.id == "CRM231").level.value
    assert levels == {"spent": "error", "source": "warning"}


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        pytest.param("{weight: 100, message: hello}", [], id="of the same channel"),
        pytest.param("{weight: 100, message: popup}", [("CRM230", "popup")], id="of another"),
        pytest.param("{weight: 100, message: gone}", [("CRM201", "gone")], id="of none"),
        pytest.param("{weight: 100, subject: S}", [], id="only a subject"),
    ],
)
def test_a_variant_lends_a_message_of_the_same_channel(found, variant, expected):
    source = f"""
experiments: {{x: {{applies_to: {{message: hello, field: message}}, variants: {{a: {variant}}}}}}}
"""
    assert sorted(found(source, shop=SHOP)) == sorted([UNKNOWN_CHANNEL, *expected])
