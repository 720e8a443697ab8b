"""A target with its own words: `flow.acts` are steps, `smart` and `colour` have no words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.engine.apply import run
from crmspec.engine.difference import differences
from crmspec.engine.plan import make
from crmspec.engine.text import render
from crmspec.engine.wording import in_words, worded
from tests.engine.fake import FakeClock, FakeProvider, MemoryStore, Recorder, desired, resource


def words(_, body):
    """Return a body in words, nothing if a wait has no length."""
    acts = body.get("flow", {}).get("acts", [])
    if any(act.get("delay", 1) < 0 for act in acts):
        return None
    steps = [
        {"wait": f"{act['delay']}d"} if "delay" in act else {"send": act["mail"]} for act in acts
    ]
    return {"title": body["title"], "steps": steps}


def say(body):
    return words(None, body)


def flow(*acts, title="Hello", **more):
    return {"title": title, "flow": {"acts": list(acts), **more}}


def wait(days):
    return {"delay": days}


def lines(before, after):
    found = worded(differences(before, after), before, after, say)
    return {one.path: (one.before, one.after) for one in found}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            flow(wait(1)), flow(wait(3)), {"steps[#1].wait": ("1d", "3d")}, id="what has words"
        ),
        pytest.param(
            flow(wait(1), smart=True),
            flow(wait(1), smart=False),
            {"flow.smart": (True, False)},
            id="what has none",
        ),
        pytest.param(
            flow(wait(1), smart=True),
            flow(wait(3), smart=False),
            {"steps[#1].wait": ("1d", "3d"), "flow.smart": (True, False)},
            id="what has none is not hidden behind what has",
        ),
        pytest.param(
            flow(wait(1)),
            flow(wait(3), title="Welcome"),
            {"steps[#1].wait": ("1d", "3d"), "title": ("Hello", "Welcome")},
            id="what is called alike in both",
        ),
        pytest.param(
            flow(wait(-1)),
            flow(wait(3)),
            {"flow.acts[#1].delay": (-1, 3)},
            id="a side without words",
        ),
        pytest.param(
            flow(wait(1)),
            {**flow(wait(1)), "colour": "red"},
            {"colour": (None, "red")},
            id="a field without words",
        ),
        pytest.param(
            flow(wait(1)),
            {**flow(wait(2)), "colour": "red"},
            {"steps[#1].wait": ("1d", "2d"), "colour": (None, "red")},
            id="a field without words beside one that has some",
        ),
    ],
)
def test_differences_are_in_words_as_far_as_there_are_some(before, after, expected):
    assert lines(before, after) == expected


ACTS = st.lists(st.integers(1, 3).map(wait), max_size=4)
FLOWS = st.builds(
    lambda acts, smart, title: flow(*acts, smart=smart, title=title),
    ACTS,
    st.booleans(),
    st.sampled_from(["Hello", "Bye"]),
)


@given(FLOWS, FLOWS)
def test_nothing_is_hidden(before, after):
    found = [*lines(before, after)]
    assert bool(found) == (before != after)
    assert ("flow.smart" in found) == (before["flow"]["smart"] != after["flow"]["smart"])
    assert ("title" in found) == (before["title"] != after["title"])
    assert any(one.startswith("steps") for one in found) == (
        say(before)["steps"] != say(after)["steps"]
    )


def test_more_changes_than_are_looked_at_one_by_one_are_told_as_they_are():
    before, after = flow(*map(wait, range(1, 120))), flow(*map(wait, range(201, 320)))
    assert all(one.startswith("flow.acts") for one in lines(before, after))


def plan(body, provider, store):
    return make(
        desired(resource("chain.hello", body)),
        store.load(),
        provider.read({}),
        where=lambda span: f"{span.path}:{span.start}",
        locate=lambda wanted, one: wanted.origin if one.path in {"steps", "title"} else None,
        words=words,
    )


def applied(body):
    provider, store = FakeProvider(), MemoryStore()
    run(plan(body, provider, store), provider, store, FakeClock(), Recorder())
    return provider, store


def test_a_plan_speaks_words_and_a_provider_still_sees_its_own():
    provider, store = applied(flow(wait(1), smart=True))
    made = plan(flow(wait(3), smart=True), provider, store)
    assert "steps[#1].wait: 1d → 3d" in render(made)
    assert "flow.acts" not in render(made)
    assert [one.path for one in made.changes[0].fields] == ["flow.acts[#1].delay"]


def test_going_live_tells_nothing_of_the_update_before_it():
    provider, store = applied(flow(wait(1)) | {"status": "draft"})
    made = plan(flow(wait(3)) | {"status": "live"}, provider, store)
    told = {str(change.kind): [one.path for one in change.told.fields] for change in made.changes}
    assert told == {"update": ["steps[#1].wait"], "activate": ["status"]}


def test_an_edit_by_hand_and_its_conflict_are_told_in_words():
    provider, store = applied(flow(wait(1), smart=True))
    provider.hand_edit("chain.hello", **flow(wait(5), smart=False))
    said = render(plan(flow(wait(3), smart=True), provider, store)).splitlines()
    assert any("by hand: steps[#1].wait: 1d → 5d" in line for line in said)
    assert any("by hand: flow.smart: true → false" in line for line in said)
    assert any("✗ steps: - as on the target" in line for line in said)
    assert any("✗ flow: - as on the target" in line for line in said)


def test_a_conflict_without_words_keeps_its_own():
    provider, store = applied(flow(wait(1), smart=True))
    provider.hand_edit("chain.hello", **flow(wait(1), smart=False))
    found = plan(flow(wait(1), smart=True), provider, store).changes[0].told
    assert [one.path for one in found.conflicts] == ["flow"]


class Vendor(FakeProvider):
    """Has words for what begins with `a`, and a channel folded into its letters."""

    def decode(self, address, body):  # noqa: ARG002 - a port
        return {key: it for key, it in body.items() if key == "title" or key.startswith("a")}

    def parts(self, address, body):  # noqa: ARG002 - a port
        return {resource("channel.email").address: {"from": body["sender"]}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"title": "A", "sender": "b", "other": 1}, None, id="only the head"),
        pytest.param(
            {"title": "A", "sender": "b", "ask": 1},
            {"title": "A", "ask": 1, "channel.email": {"from": "b"}},
            id="words, and what is folded into them",
        ),
    ],
)
def test_a_body_has_words_if_it_has_more_than_a_head(body, expected):
    assert in_words(Vendor(), resource("message.a").address, body) == expected
