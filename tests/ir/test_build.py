"""Shorthands, places, and the law that plain data builds the same program again."""

from textwrap import dedent

import pytest

from crmspec.document import read
from crmspec.ir import build, plain, walk
from crmspec.ir.condition import All, InSegment
from crmspec.ir.value import Ref


def program(text):
    result = read("a.yaml", dedent(text).encode())
    assert not result.diagnostics
    return build(result.documents)


def chain(text):
    lines = "\n".join(f"    {line}" for line in dedent(text).strip().splitlines())
    return program(f"chains:\n  c:\n{lines}\n").chains["c"]


@pytest.mark.parametrize(
    ("short", "full"),
    [
        pytest.param("trigger: e", "trigger: [{event: e}]", id="a bare trigger is an event"),
        pytest.param(
            "reentry: after 7d", "reentry: {mode: after, after: 7d}", id="re-entry in words"
        ),
        pytest.param("reentry: never", "reentry: {mode: never}", id="re-entry never"),
        pytest.param("exit: [e]", "exit: [{event: e}]", id="a bare exit is an event"),
        pytest.param("goal: g", "goal: [{goal: g}]", id="one goal"),
        pytest.param("tags: promo", "tags: [promo]", id="one item without brackets"),
        pytest.param("holdout: 5%", "holdout: {percent: 5%}", id="a bare holdout is a share"),
        pytest.param(
            'quiet_hours: "22:00-08:00"',
            'quiet_hours: {from: "22:00", to: "08:00"}',
            id="quiet hours as a range",
        ),
        pytest.param(
            "audience: vip", "audience: {segment: vip}", id="a bare condition is a segment"
        ),
        pytest.param("audience: [a, b]", "audience: {all: [a, b]}", id="a list means all"),
        pytest.param(
            "audience: {event: e, count: 3}",
            "audience: {event: e, count: {eq: 3}}",
            id="a bare count",
        ),
        pytest.param(
            "audience: {event: e, where: {x: [a, b]}}",
            "audience: {event: e, where: {x: {in: [a, b]}}}",
            id="a list of values",
        ),
        pytest.param(
            "audience: {all: [a], none: [b]}",
            "audience: {all: [{all: [a]}, {none: [b]}]}",
            id="several groups are joined by and",
        ),
        pytest.param(
            "audience: {channel: email, message: any, opened: true}",
            "audience: {message: any, channel: email, opened: true}",
            id="a reaction to a message may name the channel first",
        ),
        pytest.param("steps: [{wait: 1h}]", "steps: [{wait: {for: 1h}}]", id="a bare wait"),
        pytest.param("steps: [{send: m}]", "steps: [{send: {message: m}}]", id="a bare send"),
        pytest.param(
            "steps: [{send: [a, b]}]", "steps: [{send: {messages: [a, b]}}]", id="send a list"
        ),
        pytest.param(
            "steps: [{wait_for: {if: a, then: [{exit: x}], timeout: 1d}}]",
            "steps: [{wait_for: {first_of: [{if: a, then: [{exit: x}]}], timeout: 1d}}]",
            id="wait for one thing",
        ),
        pytest.param(
            "steps: [{branch: {if: a, then: [{send: m}], else: [{send: n}]}}]",
            "steps: [{branch: {cases: [{if: a, then: [{send: m}]}], else: [{send: n}]}}]",
            id="a branch of one case",
        ),
        pytest.param("steps: [{jump: a}]", "steps: [{jump: {to: a}}]", id="a bare jump"),
        pytest.param(
            "steps: [{start_chain: x}]", "steps: [{start_chain: {chain: x}}]", id="start a chain"
        ),
        pytest.param(
            'steps: [{wait: {until: "10:00"}}]',
            'steps: [{wait: {until: {at: "10:00"}}}]',
            id="wait until a time",
        ),
    ],
)
def test_a_shorthand_means_its_full_form(short, full):
    base = "trigger: e\nsteps: []\n"

    def complete(text):
        key = text.partition(":")[0]
        kept = [line for line in base.splitlines() if not line.startswith(f"{key}:")]
        return chain("\n".join([*kept, text]))

    assert complete(short) == complete(full)


RICH = """
segments:
  vip:
    title: VIP
    tags: [a]
    all:
      - {attribute: tier, in: [gold], case: sensitive}
      - {event: order, count: {gte: 3}, within: 365d, where: {total: {gte: 1000}, currency: RUB}}
      - {event: order, sum: {property: total, gte: 50000}, between_ago: [30d, 60d]}
      - {message: any, channel: email, opened: true, within: 90d}
      - {message: {tag: promo}, clicked: {gte: 2}}
      - {sequence: [viewed, {not_event: order, within: 3d}], within: 30d}
      - {attribute: birthday, anniversary: today}
      - {attribute: tier, changed: {from: silver, to: [gold, none]}}
      - {attribute: tier, has_been: {eq: gold, for: 7d}}
      - {geo: {near: [55.75, 37.62], radius: 30km}}
      - {rfm: {recency: [4, 5], over: 365d}}
      - {random: 50%, salt: x}
      - {now: {weekday: [mon], time: {from: "09:00", to: "18:00"}}}
      - {raw: {sandbox: {any: [1, null, {x: y}]}}}
      - not: {consent: c, is: unsubscribed}
    expected_size: 1000
chains:
  cart:
    trigger: [{event: cart, where: {total: {gte: 1}}}, {date: birthday, offset: -7d, at: "10:00"}]
    reentry: after_exit 7d
    exit: [order, {if: vip, when: step_end}, {no_longer: audience}]
    goal: {goal: g, within: 5d}
    metrics: [{metric: cr, target: 12%, alarm: 3}, aov]
    steps:
      - {id: first, send: m, only: vip, on_error: retry}
      - wait: {between: {min: 1h, max: 2h}}
      - switch:
          value: {attribute: tier}
          cases: {gold: [{send: x}], none: []}
          default: [{note: n}]
      - split: {arms: {a: {weight: 50, steps: [{send: x}]}, b: 50}}
      - experiment: {id: x, arms: {a: {weight: 100, steps: []}}}
      - update: {set: {last: now}, increment: {n: 1}, unset: tier}
      - webhook: {url: "https://shop.example/{{ profile.id }}", headers: {X: y}, body: {a: [1]}}
      - fetch: {coupon: c, as: code}
      - {emit: e, properties: {total: 1}}
      - jump: {to: first, max: 2}
      - exit: done
messages:
  m:
    channel: email
    subject: Hello
    slots: {content: "<p>x</p>"}
    locales: {en: {subject: Hi}}
    utm: {source: crm}
frequency:
  cap: {limits: [3 per 7d], applies_to: {channels: email}}
broadcasts:
  b: {audience: vip, message: m, at: "2026-11-27T10:00"}
"""


def test_plain_data_builds_the_same_program_again():
    import json

    first = program(RICH)
    data = {}
    for kind, item in first.resources():
        key = {"frequency": "frequency"}.get(kind, f"{kind}s")
        data.setdefault(key, {})[item.id] = plain(item)
    again = read("b.yaml", json.dumps(data).encode())
    assert not again.diagnostics
    assert build(again.documents) == first


def test_places_point_at_keys_and_values():
    text = "chains:\n  welcome:\n    trigger: signup\n    steps: [{send: m}]\n"
    made = build(read("a.yaml", text.encode()).documents).chains["welcome"]
    cut = lambda span: text[span.start : span.end]  # noqa: E731
    assert cut(made.place.name) == "welcome"
    assert cut(made.place.key("trigger")) == "trigger"
    assert cut(made.place.value("trigger")) == "signup"
    assert cut(made.place.value("steps", 0, "send")) == "m"
    assert cut(made.place.key("steps", 0, "send")) == "send"
    assert cut(made.place.value("no", "such")) == cut(made.place.span)


def test_walk_meets_every_reference():
    found = {f"{n.kind}.{n.id}" for n in walk(program(RICH).chains["cart"]) if isinstance(n, Ref)}
    assert found >= {"event.cart", "attribute.birthday", "segment.vip", "goal.g", "message.x"}
    assert found >= {"experiment.x", "coupon.c", "event.order", "event.e", "attribute.tier"}


def test_a_segment_of_one_leaf():
    made = program("segments:\n  a: {segment: b, title: A}\n  b: {all: [c]}\n")
    assert isinstance(made.segments["a"].condition, InSegment)
    assert isinstance(made.segments["b"].condition, All)
