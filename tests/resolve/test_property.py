"""Properties of events and objects, and the values written for them."""

import pytest


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("segments: {s: {event: order_placed, where: {total: 5}}}", [], id="declared"),
        pytest.param(
            "segments: {s: {event: order_placed, where: {totl: 5}}}",
            [("CRM213", "totl")],
            id="a slip",
        ),
        pytest.param(
            "segments: {s: {event: anything, where: {totl: 5}}}",
            [],
            id="an open event has anything",
        ),
        pytest.param(
            "segments: {s: {event: order_placed, where: {items.price: 5}}}", [], id="inside a list"
        ),
        pytest.param(
            "segments: {s: {event: order_placed, where: {items.prize: 5}}}",
            [("CRM213", "items.prize")],
            id="a slip inside a list",
        ),
        pytest.param(
            "segments: {s: {not_event: order_placed, where: {x: 5}, within: 1d}}",
            [("CRM213", "x")],
            id="an event that did not happen",
        ),
        pytest.param(
            "segments: {s: {sequence: [cart_updated, {event: order_placed, where: {x: 5}}]}}",
            [("CRM213", "x")],
            id="in a sequence",
        ),
        pytest.param(
            "segments: {s: {event: order_placed, sum: {property: x, gte: 5}}}",
            [("CRM213", "x")],
            id="a sum",
        ),
        pytest.param(
            "segments: {s: {related: contract, where: {x: 5}}}", [("CRM213", "x")], id="an object"
        ),
        pytest.param(
            "goals: {g: {event: order_placed, where: {x: 5}, value: y}}",
            [("CRM213", "x"), ("CRM213", "y")],
            id="a goal",
        ),
        pytest.param(
            "attributes: {a: {computed: {event: order_placed, aggregate: sum, of: x}}}",
            [("CRM213", "x")],
            id="a computed attribute",
        ),
        pytest.param(
            "attributes: {a: {computed: {event: order_placed, aggregate: sum, of: payment}}}",
            [("CRM211", "payment")],
            id="a sum of words",
        ),
        pytest.param(
            "segments: {s: {rfm: {recency: 5, over: 365d, event: order_placed, value: x}}}",
            [("CRM213", "x")],
            id="money of an rfm score",
        ),
        pytest.param(
            "frequency: {f: {after: {event: order_placed, where: {x: 1}}, for: 3d}}",
            [("CRM213", "x")],
            id="a rest after an event",
        ),
        pytest.param(
            "events: {e: {properties: {at: {type: datetime}}, occurred_at: at, dedupe_key: id}}",
            [("CRM213", "id")],
            id="the key of an event",
        ),
        pytest.param(
            "events: {e: {properties: {n: {type: integer}}, example: {n: x, m: 1}}}",
            [("CRM213", "m"), ("CRM216", "x")],
            id="an example",
        ),
        pytest.param(
            "segments: {s: {related: nothing, where: {x: 5}}}",
            [("CRM201", "nothing")],
            id="no object",
        ),
        pytest.param(
            "events: {e: {properties: {l: {type: array, default: [1], items: {type: string}}}}}",
            [("CRM216", "[1]")],
            id="items of a list",
        ),
        pytest.param(
            "segments: {s: {trigger: total, gte: 5}}", [("CRM213", "trigger")], id="no trigger"
        ),
        pytest.param(
            "tests: {t: {start: 2026-01-05, events: [{event: order_placed, at: 1h, "
            "properties: {total: x, y: 1}}], expect: {}}}",
            [("CRM213", "y"), ("CRM216", "x")],
            id="a journey test",
        ),
        pytest.param(
            "events: {e: {properties: {n: {type: integer, default: x}}}}",
            [("CRM216", "x")],
            id="the default of a property",
        ),
        pytest.param(
            "attributes: {a: {type: number, minimum: 5, maximum: 1}}",
            [("CRM225", "1")],
            id="limits turned round",
        ),
        pytest.param(
            "attributes: {a: {type: number, minimum: 5, maximum: 5}}", [], id="exactly one value"
        ),
        pytest.param(
            "attributes: {a: {type: enum, values: [x, y], default: z, missing_as: x}}",
            [("CRM212", "z")],
            id="the default of an attribute",
        ),
        pytest.param(
            "personas: {p: {attributes: {age: old, tier: gold, likes: [x], birthday: 2000-02-30}}}",
            [("CRM216", "old"), ("CRM229", "2000-02-30")],
            id="a persona",
        ),
        pytest.param(
            "tests: {t: {start: 2027-03-01, expect: {}, customer: {attributes: {age: old}},"
            " events: [{set: {tier: bronze, age: null}, at: 1h}]}}",
            [("CRM216", "old"), ("CRM212", "bronze")],
            id="the customer of a test",
        ),
    ],
)
def test_properties(found, source, expected):
    assert found(source) == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param("emit: order_placed\n  properties: {total: 5}", [], id="an event sent"),
        pytest.param(
            "emit: order_placed\n  properties: {totl: 5, total: x}",
            [("CRM213", "totl"), ("CRM216", "x")],
            id="a slip in an event sent",
        ),
        pytest.param("send: hello\n  only: {trigger: total, gte: 5}", [], id="of the trigger"),
        pytest.param(
            "send: hello\n  only: {trigger: x, gte: 5}", [("CRM213", "x")], id="not of it"
        ),
        pytest.param("wait: {until: {property: created_at}}", [], id="until a date of the trigger"),
        pytest.param(
            "wait: {until: {property: total}}", [("CRM211", "total")], id="until a number"
        ),
        pytest.param("wait: {until: {property: x}}", [("CRM213", "x")], id="until nothing"),
        pytest.param("wait: {until: {date: birthday}}", [], id="until a birthday"),
        pytest.param(
            "wait: {until: {date: age}}", [("CRM211", "age")], id="until a number of years"
        ),
        pytest.param("batch: {for: 1h, as: x, key: event.order_id}", [], id="grouped"),
        pytest.param(
            "batch: {for: 1h, as: x, key: event.y}",
            [("CRM213", "event.y")],
            id="grouped by nothing",
        ),
        pytest.param("throttle: {limit: 1, per: 1d, key: profile}", [], id="grouped by customer"),
        pytest.param("update: {set: {age: 5, seen_at: now, tier: gold}}", [], id="set"),
        pytest.param("update: {set: {tier: glod}}", [("CRM212", "glod")], id="set to a slip"),
        pytest.param("update: {set: {age: '{{ event.x }}'}}", [], id="set to what comes"),
        pytest.param("update: {set: {age: null}}", [], id="set to nothing"),
        pytest.param("update: {increment: {age: 1}, append: {likes: x}}", [], id="grown"),
        pytest.param(
            "update: {increment: {tier: 1}, append: {age: x}}",
            [("CRM211", "tier"), ("CRM211", "age")],
            id="what cannot grow",
        ),
    ],
)
def test_properties_in_steps(found, steps, step, expected):
    assert found(steps(f"- {step}")) == expected


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        pytest.param("order_placed", [], id="an event"),
        pytest.param("cart_updated", [("CRM213", "payment")], id="another event"),
        pytest.param("[cart_updated, order_placed]", [], id="one of two events"),
        pytest.param("{segment: vip}", [("CRM213", "payment")], id="a segment carries nothing"),
        pytest.param("{api: lead_in}", [], id="what an api call carries is not known"),
        pytest.param(
            "{no_event: order_placed, for: 1d}", [("CRM213", "payment")], id="what did not happen"
        ),
        pytest.param(
            "{no_event: cart_updated, for: 1d, after: order_placed}", [], id="the one before"
        ),
        pytest.param("{object: contract}", [("CRM213", "payment")], id="an object"),
        pytest.param("anything", [], id="an open event"),
    ],
)
def test_what_triggers_carry(found, trigger, expected):
    step = "{send: hello, only: {trigger: payment, exists: true}}"
    assert found(f"chains: {{c: {{trigger: {trigger}, steps: [{step}]}}}}") == expected


def test_dates_of_triggers(found):
    assert found("chains: {c: {trigger: {date: birthday}, steps: []}}") == []
    assert found("chains: {c: {trigger: {date: age}, steps: []}}") == [("CRM211", "age")]
