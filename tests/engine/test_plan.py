from __future__ import annotations

import pytest

from crmspec.diagnostics import text
from crmspec.engine.apply import run
from crmspec.engine.change import Kind
from crmspec.engine.error import DependencyCycleError
from crmspec.engine.plan import make
from crmspec.engine.resource import Address, Remark
from crmspec.engine.state import Intended, Intent
from tests.engine.fake import (
    HERE,
    FakeClock,
    FakeProvider,
    MemoryStore,
    Recorder,
    desired,
    plan_of,
    resource,
)

SEGMENT = resource("segment.vip", {"title": "VIP", "min": 3})
CHAIN = resource("chain.hello", {"title": "Hi", "audience": {"$ref": "segment.vip"}})


@pytest.fixture
def world():
    """A target to which a segment and a chain have been applied."""
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(SEGMENT, CHAIN), provider, store)
    return provider, store


def apply(wanted, provider, store):
    outcome = run(plan_of(wanted, provider, store), provider, store, FakeClock(), Recorder())
    assert outcome.complete
    return outcome


def kinds(plan):
    return [(str(c.kind), str(c.address), c.calls) for c in plan.changes]


def test_a_first_plan_creates_what_is_needed_first():
    plan = plan_of(desired(CHAIN, SEGMENT), FakeProvider(), MemoryStore())
    assert kinds(plan) == [("create", "segment.vip", 1), ("create", "chain.hello", 1)]
    assert plan.calls == 2
    assert plan.changes[1].after == (Address("segment", "vip"),)
    assert plan.changes[0].source == "c/a.yaml:1"


def test_a_second_plan_is_empty(world):
    plan = plan_of(desired(CHAIN, SEGMENT), *world)
    assert plan.empty
    assert plan.unchanged == 2


def test_a_changed_field_is_an_update(world):
    plan = plan_of(desired(CHAIN, resource("segment.vip", {"title": "VIP", "min": 5})), *world)
    (change,) = plan.changes
    assert (change.kind, change.drift, change.puts_back) == (Kind.UPDATE, (), False)
    assert [(d.path, d.before, d.after) for d in change.fields] == [("min", 3, 5)]


def test_users_are_deleted_before_what_they_use(world):
    assert kinds(plan_of(desired(), *world)) == [
        ("delete", "chain.hello", 1),
        ("delete", "segment.vip", 1),
    ]


def test_a_user_is_rewritten_before_what_it_used_is_deleted(world):
    plan = plan_of(desired(resource("chain.hello", {"title": "Hi"})), *world)
    assert kinds(plan) == [("update", "chain.hello", 1), ("delete", "segment.vip", 1)]


def test_an_edit_by_hand_is_shown_and_put_back(world):
    world[0].hand_edit("segment.vip", min=9)
    plan = plan_of(desired(CHAIN, SEGMENT), *world)
    (change,) = plan.changes
    assert change.puts_back
    assert [(d.before, d.after) for d in change.drift] == [(3, 9)]
    assert [(d.before, d.after) for d in change.fields] == [(9, 3)]


def test_an_edit_by_hand_beside_a_change_of_the_project_is_shown(world):
    world[0].hand_edit("segment.vip", title="Very important")
    plan = plan_of(desired(CHAIN, resource("segment.vip", {"title": "VIP", "min": 5})), *world)
    (change,) = plan.changes
    assert not change.puts_back
    assert [d.path for d in change.drift] == ["title"]
    assert [d.path for d in change.fields] == ["title", "min"]


def test_an_edit_by_hand_that_the_project_caught_up_with_is_only_recorded(world):
    world[0].hand_edit("segment.vip", min=9)
    wanted = desired(CHAIN, resource("segment.vip", {"title": "VIP", "min": 9}))
    assert kinds(plan_of(wanted, *world)) == [("adopt", "segment.vip", 0)]
    apply(wanted, *world)
    assert plan_of(wanted, *world).empty


def test_a_new_revision_without_a_change_is_no_change(world):
    world[0].hand_edit("segment.vip")
    assert plan_of(desired(CHAIN, SEGMENT), *world).empty


def test_an_object_deleted_by_hand_is_created_again(world):
    provider, store = world
    provider.objects = [row for row in provider.objects if row[0].kind != "chain"]
    plan = plan_of(desired(CHAIN, SEGMENT), provider, store)
    assert kinds(plan) == [("create", "chain.hello", 1)]
    assert plan.changes[0].entry is not None


def test_an_object_deleted_on_both_sides_is_forgotten_without_a_call(world):
    provider, store = world
    provider.objects = [row for row in provider.objects if row[0].kind != "chain"]
    assert kinds(plan_of(desired(SEGMENT), provider, store)) == [("delete", "chain.hello", 0)]
    apply(desired(SEGMENT), provider, store)
    assert "chain.hello" not in store.state.entries


def test_with_a_lost_state_objects_are_adopted_by_their_marker(world):
    provider, _ = world
    store = MemoryStore()
    wanted = desired(CHAIN, resource("segment.vip", {"title": "VIP", "min": 4}))
    plan = plan_of(wanted, provider, store)
    assert kinds(plan) == [("adopt", "segment.vip", 1), ("adopt", "chain.hello", 0)]
    apply(wanted, provider, store)
    assert plan_of(wanted, provider, store).empty
    assert provider.count == 2


def test_what_is_left_to_hands_is_neither_created_nor_deleted(world):
    remark = Remark(Address("chain", "hello"), "manual", text("no voice"), HERE)
    plan = plan_of(desired(SEGMENT, remarks=[remark]), *world)
    assert plan.empty
    assert not plan.matches
    assert [(str(r.address), r.effect) for r in plan.remarks] == [("chain.hello", "manual")]


def test_what_is_lowered_to_copies_at_one_place_is_told_once(world):
    said = Remark(Address("chain", "hello"), "deviates", text("no sync"), HERE)
    other = Remark(Address("chain", "hello"), "deviates", text("no voice"), HERE)
    plan = plan_of(desired(CHAIN, SEGMENT, remarks=[said, other, said]), *world)
    assert [one.reason.english() for one in plan.remarks] == ["no sync", "no voice"]


def test_bodies_are_compared_as_the_target_would_write_them(world):
    wanted = desired(CHAIN, resource("segment.vip", {"title": "  VIP ", "min": 3}))
    provider, store = world
    plan = make(
        wanted,
        store.load(),
        provider.read({}),
        normalise=lambda _, body: body | {"title": body["title"].strip()},
    )
    assert plan.empty


def test_a_call_that_was_cut_off_keeps_its_key_and_is_not_taken_for_an_edit_by_hand(world):
    provider, store = world
    provider.hand_edit("segment.vip", min=7)
    store.append(Intended("segment.vip", Intent("update", "key-1", "then")))
    (change,) = plan_of(desired(CHAIN, SEGMENT), provider, store).changes
    assert (change.key, change.drift, change.puts_back) == ("key-1", (), False)


def test_a_cut_off_call_that_did_its_work_is_only_recorded(world):
    provider, store = world
    provider.hand_edit("segment.vip", min=7)
    store.append(Intended("segment.vip", Intent("update", "key-1", "then")))
    wanted = desired(CHAIN, resource("segment.vip", {"title": "VIP", "min": 7}))
    assert kinds(plan_of(wanted, provider, store)) == [("adopt", "segment.vip", 0)]
    apply(wanted, provider, store)
    assert store.state.pending == {}


def test_what_only_a_marker_shows_is_never_deleted(world):
    provider, _ = world
    plan = plan_of(desired(), provider, MemoryStore())
    assert plan.empty
    assert not plan.matches
    assert [(str(r.address), r.effect) for r in plan.remarks] == [
        ("chain.hello", "unknown"),
        ("segment.vip", "unknown"),
    ]
    assert "not in this state: left alone" in plan.remarks[0].reason.english()


def test_what_a_cut_off_call_made_is_deleted_when_the_project_dropped_it(world):
    provider, _ = world
    store = MemoryStore()
    store.append(Intended("chain.hello", Intent("create", "key-1", "then")))
    plan = plan_of(desired(SEGMENT), provider, store)
    assert kinds(plan) == [("delete", "chain.hello", 1), ("adopt", "segment.vip", 0)]


def test_what_is_left_out_but_on_the_target_is_said_to_be_there(world):
    remark = Remark(Address("chain", "hello"), "manual", text("no voice"), HERE)
    (left,) = plan_of(desired(SEGMENT, remarks=[remark]), *world).remarks
    assert left.reason.english() == "no voice; still on the target as last applied"
    (left,) = plan_of(desired(SEGMENT, remarks=[remark]), world[0], MemoryStore()).remarks
    assert left.reason.english() == "no voice; still on the target"
    (left,) = plan_of(desired(SEGMENT, remarks=[remark]), FakeProvider(), MemoryStore()).remarks
    assert (left.reason.english(), left.stays) == ("no voice", False)


def test_a_removed_marker_is_an_edit_by_hand_and_put_back(world):
    provider, store = world
    provider.unmarked.add(Address("segment", "vip"))
    (change,) = plan_of(desired(CHAIN, SEGMENT), provider, store).changes
    assert (change.puts_back, change.calls) == (True, 1)
    assert [(d.path, str(d.action), d.after) for d in change.fields] == [
        ("marker", "add", "segment.vip")
    ]
    apply(desired(CHAIN, SEGMENT), provider, store)
    assert plan_of(desired(CHAIN, SEGMENT), provider, store).empty


def test_resources_that_need_each_other_are_refused():
    one = resource("chain.a", {"title": "a", "next": {"$ref": "chain.b"}})
    two = resource("chain.b", {"title": "b", "next": {"$ref": "chain.a"}})
    with pytest.raises(DependencyCycleError):
        plan_of(desired(one, two), FakeProvider(), MemoryStore())


def test_the_order_of_resources_does_not_matter(world):
    some = [resource(f"segment.s{i}") for i in range(6)]
    one = plan_of(desired(*some), *world)
    other = plan_of(desired(*reversed(some)), *world)
    assert one == other


def test_what_is_only_noted_counts_as_unchanged(world):
    world[0].hand_edit("segment.vip", min=9)
    noted = resource("segment.vip", {"title": "VIP", "min": 9})
    plan = plan_of(desired(CHAIN, noted, resource("segment.new")), *world)
    assert [str(c.address) for c in plan.changes if not c.only_noted] == ["segment.new"]
    assert plan.unchanged == 2
