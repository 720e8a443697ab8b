"""Edits by hand, told apart from what the project wants."""

import msgspec
import pytest

from crmspec.engine.apply import run
from crmspec.engine.drift import Drift, Edit, drift, render
from crmspec.engine.gate import without_activation
from tests.engine.fake import (
    FakeClock,
    FakeProvider,
    MemoryStore,
    Recorder,
    desired,
    plan_of,
    resource,
)
from tests.engine.test_plan import apply

VIP = resource("segment.vip", {"title": "VIP", "min": 3})


def world():
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(VIP, resource("segment.x")), provider, store)
    return provider, store


def found(wanted, provider, store):
    return drift(plan_of(wanted, provider, store))


def test_nothing_was_edited():
    provider, store = world()
    changed = desired(resource("segment.vip", {"title": "New", "min": 3}), resource("segment.y"))
    assert found(changed, provider, store).edits == ()
    assert render(found(changed, provider, store)).startswith("no edits by hand")


def test_an_edit_is_told_with_what_was_applied():
    provider, store = world()
    provider.hand_edit("segment.vip", title="Mine")
    edits = found(desired(VIP, resource("segment.x")), provider, store)
    (edit,) = edits.edits
    assert [(d.path, d.before, d.after) for d in edit.fields] == [("title", "VIP", "Mine")]
    assert (
        render(edits)
        == """\
  ⟳ segment.vip                          changed by hand                             c/a.yaml:1
      title: VIP → Mine
1 edited by hand: `crmspec pull` keeps it
"""
    )


def test_an_edit_that_the_project_caught_up_with_is_none():
    provider, store = world()
    provider.hand_edit("segment.vip", min=5)
    caught = resource("segment.vip", {"title": "VIP", "min": 5})
    assert found(desired(caught, resource("segment.x")), provider, store).edits == ()


def test_deleted_and_unmarked_objects_are_edits():
    provider, store = world()
    provider.objects = provider.objects[:1]
    provider.unmarked.add(VIP.address)
    edits = found(desired(VIP, resource("segment.x")), provider, store)
    assert "deleted by hand" in render(edits)
    assert "- marker: segment.vip" in render(edits)


def test_without_a_state_nobody_knows():
    provider, _ = world()
    changed = desired(resource("segment.vip", {"title": "New", "min": 3}), resource("segment.x"))
    assert "the state does not tell why" in render(found(changed, provider, MemoryStore()))


def test_who_and_when():
    edit = Edit(address="a.b", source="", since="2026-03-01")
    assert "last at 2026-03-01" in render(Drift(target="t", edits=(edit,)))
    edit = msgspec.structs.replace(edit, by="anna@example.com")
    assert "changed by anna@example.com at" in render(Drift(target="t", edits=(edit,)))


CHAIN = {"title": "Hi", "description": "Old", "status": "live"}


@pytest.mark.parametrize(
    ("by_hand", "wanted", "expected"),
    [
        pytest.param({}, {}, [("status", "live", "paused")], id="a pause"),
        pytest.param(
            {"description": "Mine"},
            {},
            [("description", "Old", "Mine"), ("status", "live", "paused")],
            id="a pause and another field",
        ),
        pytest.param(
            {},
            {"description": "New"},
            [("status", "live", "paused")],
            id="a pause beside a change of the project",
        ),
    ],
)
def test_what_goes_live_again_is_told_once(by_hand, wanted, expected):
    provider, store = FakeProvider(), MemoryStore()
    for _ in range(2):
        apply(desired(resource("chain.c", CHAIN)), provider, store)
    provider.hand_edit("chain.c", status="paused", **by_hand)
    changed = desired(resource("chain.c", CHAIN | wanted))
    (edit,) = found(changed, provider, store).edits
    assert edit.known
    assert [(d.path, d.before, d.after) for d in edit.fields] == expected


@pytest.mark.parametrize("times", [1, 2])
def test_a_pause_stays_an_edit_while_other_changes_are_applied(times):
    provider, store = FakeProvider(), MemoryStore()
    for _ in range(2):
        apply(desired(resource("chain.c", CHAIN)), provider, store)
    provider.hand_edit("chain.c", status="paused")
    for number in range(times):
        changed = desired(resource("chain.c", CHAIN | {"description": f"New {number}"}))
        plan = without_activation(plan_of(changed, provider, store))
        assert run(plan, provider, store, FakeClock(), Recorder()).complete
    (edit,) = found(changed, provider, store).edits
    assert [(d.path, d.before, d.after) for d in edit.fields] == [("status", "live", "paused")]
    (activation,) = plan_of(changed, provider, store).changes
    assert [one.path for one in activation.conflicts] == ["status"]


def test_a_pause_that_the_project_agrees_to_is_no_edit():
    provider, store = FakeProvider(), MemoryStore()
    for _ in range(2):
        apply(desired(resource("chain.c", CHAIN)), provider, store)
    provider.hand_edit("chain.c", status="paused")
    agreed = desired(resource("chain.c", CHAIN | {"status": "paused", "description": "New"}))
    apply(agreed, provider, store)
    assert found(agreed, provider, store).edits == ()
    assert plan_of(agreed, provider, store).empty


def test_what_nobody_knows_of_is_told_once_as_well():
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(resource("chain.c", CHAIN)), provider, store)
    provider.hand_edit("chain.c", status="paused")
    changed = desired(resource("chain.c", CHAIN | {"description": "New"}))
    (edit,) = found(changed, provider, MemoryStore()).edits
    assert not edit.known
    assert [one.path for one in edit.fields] == ["description", "status"]
