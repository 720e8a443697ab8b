"""Tracks and curves against brute force."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.curve import Curve, shape
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.repeat import Repeat
from crmspec.logic.rush import rush
from crmspec.logic.track import END

MESSAGES = """
messages:
  a: {channel: email, subject: S, body: B}
  b: {channel: email, subject: S, body: B}
  p: {channel: push, text: T}
"""


def portfolio(*sources):
    results = [read(f"{n}.yaml", source.encode()) for n, source in enumerate(sources)]
    assert not [one for result in results for one in result.diagnostics]
    return Portfolio(build(document for result in results for document in result.documents))


def track(steps, more=""):
    chains = f"chains: {{c: {{trigger: e, {more} steps: {steps}}}}}"
    return portfolio(MESSAGES, chains).tracks["c"]


def count(node):
    return len(node.messages) if node.every else int(bool(node.messages))


def counts(made):
    return tuple(count(node) if node.reached else 0 for node in made.nodes)


@pytest.mark.parametrize(
    ("steps", "offers", "lifetime"),
    [
        pytest.param("[{send: a}]", [(0, 0)], (0, 0), id="at once"),
        pytest.param("[{wait: 90s}, {send: a}]", [(2, 2)], (2, 2), id="seconds round up"),
        pytest.param(
            "[{wait: {between: {min: 1h, max: 2h}}}, {send: a}]", [(60, 120)], (60, 120), id="span"
        ),
        pytest.param(
            "[{wait: {until: {at: '10:00'}}}, {send: a}]", [(0, 1560)], (0, 1560), id="a time"
        ),
        pytest.param(
            "[{wait: {until: {weekday: [mon]}}}]", [], (0, 7 * 1440 + 1560), id="a weekday"
        ),
        pytest.param(
            "[{wait: {until: {date: d}}}, {send: a}]", [(0, None)], (0, None), id="a date"
        ),
        pytest.param("[{wait: 1h, only: x}, {send: a}]", [(0, 60)], (0, 60), id="a wait for some"),
        pytest.param(
            "[{branch: {if: x, then: [{wait: 1h}, {send: a}]}}, {send: b}]",
            [(60, 60), (0, 60)],
            (0, 60),
            id="a branch",
        ),
        pytest.param(
            "[{branch: {if: x, then: [{exit: bye}]}}, {wait: 1d}, {send: b}]",
            [(1440, 1440)],
            (0, 1440),
            id="an end in a branch",
        ),
        pytest.param(
            "[{wait_for: {if: x, then: [{send: a}], timeout: 1d, otherwise: [{send: b}]}}]",
            [(0, 1440), (1440, 1440)],
            (0, 1440),
            id="a race",
        ),
        pytest.param(
            "[{wait_for: {if: x}}, {send: a}]", [(0, None)], (0, None), id="a race without end"
        ),
        pytest.param(
            "[{id: s, send: a}, {wait: 1h}, {jump: {to: s, max: 2}}]",
            [(0, 120)],
            (60, 180),
            id="a jump back",
        ),
        pytest.param(
            "[{jump: {to: s}}, {send: a}, {id: s, send: b}]", [(0, 0)], (0, 0), id="a jump ahead"
        ),
        pytest.param("[{batch: {for: 1h, as: x}}, {send: a}]", [(60, 60)], (60, 60), id="a batch"),
        pytest.param(
            "[{batch: {for: 1h, as: x, window: sliding}}, {send: a}]",
            [(60, None)],
            (60, None),
            id="a sliding batch",
        ),
        pytest.param(
            "[{batch: {for: 1h, as: x, max_items: 3}}, {send: a}]", [(0, 60)], (0, 60), id="full"
        ),
        pytest.param(
            "[{split: {arms: {x: {weight: 50, steps: [{send: a}]}, "
            "y: {weight: 50, steps: [{wait: 1h}]}}}}]",
            [(0, 0)],
            (0, 60),
            id="a split",
        ),
        pytest.param("[{fetch: {coupon: k, as: c}, on_error: retry}]", [], (0, 71), id="retries"),
        pytest.param("[]", [], (0, 0), id="nothing"),
    ],
)
def test_steps_have_a_least_and_a_most_time(steps, offers, lifetime):
    made = track(steps)
    assert [(offer.least, offer.most) for offer in made.offers] == offers
    assert made.lifetime == lifetime


def test_a_jump_without_an_end_is_not_exact():
    made = track("[{id: s, send: a}, {jump: {to: s, max: 900000}}]")
    assert not made.exact
    assert made.lifetime.most is None
    assert Curve("c", shape(made, counts(made)), Repeat(limit=1)).most(60) is None


def test_paths_name_steps_and_the_ways_inside_them():
    made = track(
        "[{wait: 1h}, {branch: {if: x, then: [{wait: 1h}, {send: a}], else: [{send: b}]}}]"
    )
    assert [(offer.path, offer.least, offer.most) for offer in made.offers] == [
        ("c.steps.1.0.1", 120, 120),
        ("c.steps.1.1.0", 60, 60),
    ]


def test_quiet_hours_and_rules_that_delay_hold_a_message():
    made = portfolio(
        MESSAGES,
        "channels: {email: {type: email, quiet_hours: '22:00-08:00'}}",
        "frequency: {f: {limits: [1 per 1d], exceed: delay, ttl: 1h}}",
        "chains: {c: {trigger: e, steps: [{send: a}]}}",
    ).tracks["c"]
    assert made.offers[0].late == 12 * 60 + 60 + 12 * 60


# Brute force: every way through a track at its earliest, and every window over it.


def ways(made):
    def follow(number, at, sends):
        if number == END:
            yield sends
            return
        node = made.nodes[number]
        now = [*sends, *[at] * count(node)] if node.messages else sends
        if not node.ways:
            yield now
        for way in node.ways:
            yield from follow(way.to, at + way.least, now)

    return list(follow(0, 0, [])) if made.nodes else [[]]


def in_window(moments, window):
    return max((sum(t <= m < t + window for m in moments) for t in moments), default=0)


waits = st.sampled_from(["{wait: 30m}", "{wait: 2h}", "{wait: 1d}", "{wait: 1h, only: x}"])
sends = st.sampled_from(
    ["{send: a}", "{send: [a, p]}", "{send: {messages: [a, p], choose: all}}", "{send: b, only: x}"]
)


def nested(inner):
    lists = st.lists(inner, max_size=3).map(lambda one: f"[{', '.join(one)}]")
    return st.one_of(
        st.tuples(lists, lists).map("{{branch: {{if: x, then: {0[0]}, else: {0[1]}}}}}".format),
        st.tuples(lists, lists).map(
            "{{wait_for: {{if: x, then: {0[0]}, timeout: 1h, otherwise: {0[1]}}}}}".format
        ),
    )


steps = st.lists(st.recursive(waits | sends, nested, max_leaves=6), max_size=5).map(
    lambda one: f"[{', '.join(one)}]"
)
windows = st.sampled_from([1, 30, 31, 60, 61, 120, 1440, 1441, 10_080])


@settings(max_examples=150, deadline=None)
@given(steps, windows)
def test_one_passage_sends_what_enumeration_finds(text, window):
    made = track(text)
    curve = Curve("c", shape(made, counts(made)), Repeat(limit=1))
    expected = max(in_window(one, window) for one in ways(made))
    assert curve.most(window) == expected
    rushed = rush(made, count, window)
    assert list(rushed.offsets) == sorted(rushed.offsets)
    assert (expected == 0) == (not rushed.steps)


def timelines(one, again, passages=3):
    """Yield sends of passages one after another, each on any way, cut off anywhere."""

    def follow(entry, so_far, left):
        yield so_far
        for way in one if left else []:
            for cut in range(1, len(way) + 1):
                passage = [entry + at for at in way[:cut]]
                soonest = max(entry + again.gap, passage[-1] + again.rest)
                yield from follow(soonest, so_far + passage, left - 1)

    return follow(0, [], passages)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([0, 30, 60, 240]), min_size=1, max_size=3).map(
            lambda gaps: [sum(gaps[: n + 1]) for n in range(len(gaps))]
        ),
        min_size=1,
        max_size=2,
    ),
    st.sampled_from([Repeat(30), Repeat(120), Repeat(0, 45), Repeat(0, 240), Repeat(500)]),
    st.sampled_from([30, 61, 240, 480]),
)
def test_passages_one_after_another_never_pass_the_curve(offsets, again, window):
    arms = ", ".join(
        f"w{n}: {{weight: 50, steps: [{way_text(one)}]}}" for n, one in enumerate(offsets)
    )
    made = track(f"[{{split: {{arms: {{{arms}}}}}}}]")
    most = Curve("c", shape(made, counts(made)), again).most(window)
    found = max(in_window(one, window) for one in timelines(ways(made), again))
    assert most is not None
    assert found <= most


def way_text(offsets):
    gaps = [offsets[0], *(b - a for a, b in pairwise(offsets))]
    return ", ".join(f"{{wait: {gap}m}}, {{send: a}}" if gap else "{send: a}" for gap in gaps)


@pytest.mark.parametrize(
    ("again", "window", "most"),
    [
        pytest.param(Repeat(limit=1), 10_080, 2, id="once"),
        pytest.param(Repeat(10_080), 10_080, 3, id="the end of one week and the next"),
        pytest.param(Repeat(10_080, limit=1), 10_080, 2, id="a limit"),
        pytest.param(Repeat(0, 0), 1440, None, id="always, and at once"),
        pytest.param(Repeat(0, 1440), 1441, 3, id="a rest after the end"),
        pytest.param(Repeat(0, concurrent=True), 60, None, id="side by side without a gap"),
        pytest.param(Repeat(1440, concurrent=True), 1440, 2, id="side by side"),
        pytest.param(Repeat(0, 0, limit=3), 60, 3, id="always, three times"),
    ],
)
def test_passages_add_up(again, window, most):
    made = track("[{send: a}, {wait: 1d}, {send: b}]")
    assert Curve("c", shape(made, counts(made)), again).most(window) == most
