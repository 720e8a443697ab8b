"""A sequence that is written without an order means what it meant, and no other is."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from crmspec.ir import plain, walk
from crmspec.ir.condition import InOrder
from crmspec.lower.capability import Support
from crmspec.lower.lowering import lower
from crmspec.semantics.condition import holds
from tests.logic import customers
from tests.lower.table import TARGET, by, table

ASKED = {("condition", "sequence"): by("sequence")}
BIG = {"event": "order", "where": {"total": {"gte": 1000}}}
SPANS = (["30d", "9d"], ["2d", "9d"], ["0d", "2d"], ["1w", "1mo"])


def lowered(data, rows=()):
    return lower(customers.program([data]), table(ASKED | dict(rows)), TARGET)


def item(chance, kind):
    asked = {kind: chance.choice(["order", "visit"])}
    if chance.random() < 0.2 and asked[kind] == "order":
        asked |= {"where": BIG["where"]}
    window = chance.choice([None, None, "within", "between_ago"])
    if window == "within":
        asked["within"] = chance.choice(["1d", "7d", "1mo", "40d"])
    elif window is not None:
        asked[window] = chance.choice(SPANS)
    return asked


def sequence(chance):
    """Return a sequence, mostly one whose order goes without saying."""
    silent = [item(chance, "not_event") for _ in range(chance.choice([0, 0, 1, 2]))]
    first = item(chance, "event")
    events = chance.choice([[], [first], [first] * 2, [first, item(chance, "event")]])
    late = [item(chance, "not_event")] if chance.random() < 0.1 else []
    within = {"within": chance.choice(["3d", "1mo"])} if chance.random() < 0.3 else {}
    return {"sequence": [*silent, *events, *late] or [first], **within}


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9))
def test_it_means_the_same(seed):
    chance = random.Random(seed)
    made = customers.program([sequence(chance) for _ in range(4)])
    done = lower(made, table(ASKED), TARGET)
    views = [customers.customer(chance, made) for _ in range(15)]
    for id_, segment in made.segments.items():
        for view in views:
            assert holds(segment.condition, view) is holds(
                done.program.segments[id_].condition, replace(view, program=done.program)
            )


WRITTEN = [
    pytest.param([{"event": "order"}], "3d", {"event": "order", "within": "3d"}, id="one event"),
    pytest.param(
        [{"event": "order", "within": "9d"}],
        "3d",
        {"event": "order", "within": "3d"},
        id="the shorter window of two",
    ),
    pytest.param(
        ["visit", "visit", "visit"],
        "30d",
        {"event": "visit", "count": {"gte": 3}, "within": "30d"},
        id="the same event several times",
    ),
    pytest.param(
        [
            {"event": "visit", "between_ago": ["7d", "30d"]},
            {"event": "order", "between_ago": ["0d", "1w"]},
        ],
        None,
        {
            "all": [
                {"event": "visit", "between_ago": ["7d", "30d"]},
                {"event": "order", "between_ago": ["0d", "1w"]},
            ]
        },
        id="windows one after the other",
    ),
    pytest.param(
        [{"not_event": "order"}, {"event": "order"}],
        "7d",
        {"first_event": "order", "within": "7d"},
        id="the first of its kind",
    ),
    pytest.param(
        [{"not_event": "visit", "within": "7d"}, BIG],
        None,
        {"all": [{"not_event": "visit", "within": "7d"}, BIG]},
        id="silence up to now, then an event",
    ),
    pytest.param([{"not_event": "order"}], "7d", {"not_event": "order"}, id="silence alone"),
]


@pytest.mark.parametrize(("items", "within", "expected"), WRITTEN)
def test_what_needs_no_order_is_written_without(items, within, expected):
    data = {"sequence": items} | ({"within": within} if within else {})
    done = lowered(data)
    (wanted,) = customers.program([expected]).segments.values()
    assert plain(done.program.segments["s0"].condition) == plain(wanted.condition)
    assert [(one.element, one.support) for one in done.outcomes] == [("sequence", Support.LOWERED)]


@pytest.mark.parametrize(
    ("items", "within", "why"),
    [
        pytest.param(["visit", "order"], "7d", "moments of two events", id="two events"),
        pytest.param(["order", BIG], None, "moments of two events", id="a kind of the same event"),
        pytest.param(
            ["order", {"event": "order", "within": "3d"}],
            None,
            "moments of two events",
            id="one soon after another",
        ),
        pytest.param(
            [
                {"event": "order", "between_ago": ["2d", "9d"]},
                {"event": "visit", "between_ago": ["0d", "3d"]},
            ],
            None,
            "moments of two events",
            id="windows that overlap",
        ),
        pytest.param(
            ["visit", {"not_event": "order", "within": "3d"}], "30d", "silence", id="silence after"
        ),
        pytest.param([{"not_event": "visit"}, "order"], None, "silence", id="silence before"),
        pytest.param(
            [{"not_event": "order", "between_ago": ["2d", "9d"]}, "order"],
            None,
            "silence",
            id="none like it in a time of its own",
        ),
        pytest.param(
            [{"not_event": "order"}, "order", "order"], None, "silence", id="the first two"
        ),
        pytest.param(
            [{"event": "order", "between_ago": ["2d", "9d"]}], "5d", "two windows", id="two windows"
        ),
        pytest.param(
            [{"event": "order", "within": "1mo"}], "30d", "two windows", id="a month and 30 days"
        ),
        pytest.param(
            [{"not_event": "order"}, {"event": "order", "since": "2026-01-01"}],
            None,
            "two windows",
            id="the first of its kind in a time of its own",
        ),
    ],
)
def test_what_needs_an_order_stays(items, within, why):
    done = lowered({"sequence": items} | ({"within": within} if within else {}))
    (outcome,) = done.outcomes
    assert outcome.support is Support.NONE
    assert why in outcome.reason.english()
    assert any(isinstance(one, InOrder) for one in walk(done.program.segments["s0"]))


def test_what_would_stand_for_it_must_be_there():
    first = {"sequence": [{"not_event": "order"}, "order"]}
    (outcome,) = lowered(first, {("condition", "first_event"): "none"}).outcomes
    assert "no `first_event` condition" in outcome.reason.english()
    assert lowered(first).program.segments["s0"].condition.subject == "first_event"
    silent = {"sequence": [{"not_event": "order"}]}
    done = lowered(silent, {("condition", "not_event"): by("not_event")})
    assert done.program.segments["s0"].condition.subject == "event"
    assert {one.support for one in done.outcomes} == {Support.LOWERED}


def test_a_target_with_sequences_keeps_them():
    done = lower(customers.program([{"sequence": ["order", "order"]}]), table(), TARGET)
    assert done.program.segments["s0"].condition.subject == "sequence"
    assert done.outcomes == ()
