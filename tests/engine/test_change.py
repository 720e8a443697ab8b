"""Kinds and classes of changes: moves, activation, what is gone, what a provider does its way."""

import msgspec
import pytest

from crmspec.engine.apply import run
from crmspec.engine.change import Cost, Kind, Risk
from crmspec.engine.gate import without_activation
from crmspec.engine.plan import make
from crmspec.engine.resource import Address, Desired
from crmspec.engine.state import Intended, Intent, Recorded, replay
from crmspec.engine.text import render
from tests.engine.fake import (
    FakeClock,
    FakeProvider,
    MemoryStore,
    Recorder,
    desired,
    plan_of,
    resource,
)
from tests.engine.test_plan import apply, kinds

SEGMENT = resource("segment.vip", {"title": "VIP", "min": 3})
CHAIN = resource("chain.hello", {"title": "Hi", "audience": {"$ref": "segment.vip"}})
RICH = resource("segment.rich", {"title": "VIP", "min": 3})
USER = resource("chain.hello", {"title": "Hi", "audience": {"$ref": "segment.rich"}})
MOVE = {Address("segment", "vip"): Address("segment", "rich")}


def wanting(*resources, **settings):
    return Desired(tuple(resources), **settings)


@pytest.fixture
def world():
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(SEGMENT, CHAIN), provider, store)
    return provider, store


def settle(wanted, provider, store):
    apply(wanted, provider, store)
    again = plan_of(wanted, provider, store)
    assert again.empty, render(again)


def test_a_new_name_keeps_the_object(world):
    provider, store = world
    wanted = wanting(RICH, USER, moves=MOVE)
    plan = plan_of(wanted, *world)
    assert kinds(plan) == [("move", "segment.rich", 1)]
    assert "→ segment.rich" in render(plan)
    assert "move from `segment.vip`, the object stays" in render(plan)
    provider.rename(Address("segment", "vip"), Address("segment", "rich"))
    settle(wanted, provider, store)
    assert provider.count == 2
    assert set(store.state.entries) == {"segment.rich", "chain.hello"}
    assert plan_of(wanting(RICH, USER), provider, store).empty


def test_without_the_move_it_is_deleted_and_made_anew(world):
    assert [
        (kind, address) for kind, address, _ in kinds(plan_of(wanting(RICH, USER), *world))
    ] == [
        ("create", "segment.rich"),
        ("update", "chain.hello"),
        ("delete", "segment.vip"),
    ]


def test_a_new_name_and_a_new_field_are_one_change(world):
    wanted = wanting(resource("segment.rich", {"title": "VIP", "min": 5}), USER, moves=MOVE)
    (change,) = plan_of(wanted, *world).changes
    assert [(d.path, d.before, d.after) for d in change.fields] == [
        ("min", 3, 5),
        ("marker", None, "segment.rich"),
    ]
    assert change.conflicts == ()


@pytest.mark.parametrize(
    "moves",
    [
        pytest.param({Address("segment", "old"): Address("segment", "vip")}, id="long done"),
        pytest.param({Address("segment", "a"): Address("segment", "b")}, id="of what is not there"),
        pytest.param({}, id="none"),
    ],
)
def test_moves_that_are_done_change_nothing(world, moves):
    assert plan_of(wanting(SEGMENT, CHAIN, moves=moves), *world).empty


def test_two_moves_to_one_name_move_one_object(world):
    provider, store = world
    apply(desired(SEGMENT, CHAIN, resource("segment.b")), provider, store)
    moves = MOVE | {Address("segment", "b"): Address("segment", "rich")}
    plan = plan_of(wanting(RICH, USER, moves=moves), provider, store)
    assert [(c.kind, str(c.address), str(c.was)) for c in plan.changes] == [
        (Kind.MOVE, "segment.rich", "segment.b"),
        (Kind.UPDATE, "chain.hello", "None"),
        (Kind.DELETE, "segment.vip", "None"),
    ]


def test_a_move_is_one_record(world):
    _, store = world
    entry = store.state.entries["segment.vip"]
    pending = replay(store.state, Intended("segment.vip", Intent("update", "key", "then")))
    moved = replay(pending, Recorded("segment.rich", entry, "segment.vip"))
    assert set(moved.entries) == {"segment.rich", "chain.hello"}
    assert moved.pending == {}
    assert moved.entries["chain.hello"].body["audience"] == {"$ref": "segment.rich"}


def live(status, address="chain.hello", **fields):
    return resource(address, {"title": "Hi", "status": status, **fields})


def test_going_live_is_a_change_of_its_own_and_the_last():
    provider, store = FakeProvider(), MemoryStore()
    wanted = desired(live("live", next={"$ref": "segment.vip"}), resource("segment.vip"))
    plan = plan_of(wanted, provider, store)
    assert [(c.kind, str(c.address), c.risk) for c in plan.changes] == [
        (Kind.CREATE, "segment.vip", Risk.SAFE),
        (Kind.CREATE, "chain.hello", Risk.SAFE),
        (Kind.ACTIVATE, "chain.hello", Risk.IRREVERSIBLE),
    ]
    assert plan.changes[1].desired.body["status"] == "draft"
    assert plan.changes[2].after == (Address("chain", "hello"), Address("segment", "vip"))
    settle(wanted, provider, store)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("draft", "live", ["activate"], id="a draft goes live"),
        pytest.param("paused", "live", ["activate"], id="what was paused goes on"),
        pytest.param("live", "live", [], id="it is live"),
        pytest.param("live", "paused", ["update"], id="it is paused"),
    ],
)
def test_only_going_live_is_an_activation(before, after, expected):
    provider, store = FakeProvider(), MemoryStore()
    settle(desired(live(before)), provider, store)
    plan = plan_of(desired(live(after)), provider, store)
    assert [str(c.kind) for c in plan.changes] == expected
    settle(desired(live(after)), provider, store)


def test_a_changed_draft_is_first_changed_and_then_goes_live():
    provider, store = FakeProvider(), MemoryStore()
    settle(desired(live("draft")), provider, store)
    plan = plan_of(desired(live("live", min=3)), provider, store)
    assert [(str(c.kind), [d.path for d in c.fields]) for c in plan.changes] == [
        ("update", ["min"]),
        ("activate", ["status"]),
    ]


def test_what_cannot_be_set_up_does_not_go_live():
    from crmspec.diagnostics import text
    from crmspec.engine.error import TargetRejectedError

    provider, store = FakeProvider(), MemoryStore()
    provider.faults = [(True, TargetRejectedError(text("no"), status=422))]
    plan = plan_of(desired(live("live")), provider, store)
    outcome = run(plan, provider, store, FakeClock(), Recorder())
    assert [str(skip.change.kind) for skip in outcome.skipped] == ["activate"]


def test_deleting_is_destructive_and_irreversible_while_it_is_live(world):
    provider, store = FakeProvider(), MemoryStore()
    settle(desired(live("live"), SEGMENT), provider, store)
    plan = plan_of(desired(), provider, store)
    assert [(str(c.address), c.risk) for c in plan.changes] == [
        ("chain.hello", Risk.IRREVERSIBLE),
        ("segment.vip", Risk.DESTRUCTIVE),
    ]
    assert "whoever is in it drops out" in render(plan)
    world[0].objects.clear()
    assert {c.risk for c in plan_of(desired(), *world).changes} == {Risk.SAFE}


@pytest.mark.parametrize(
    ("kind", "wanted", "words"),
    [
        pytest.param(Kind.REPLACE, {"title": "B"}, "± segment.x", id="replaced"),
        pytest.param(Kind.VERSION, {"title": "B"}, "new version, 1 changed", id="a new version"),
        pytest.param(Kind.ARCHIVE, None, "archive", id="archived"),
    ],
)
def test_a_provider_has_ways_of_its_own(kind, wanted, words):
    provider, store = FakeProvider(), MemoryStore()
    settle(desired(resource("segment.x", {"title": "A"})), provider, store)
    resources = [resource("segment.x", wanted)] if wanted else []
    plan = make(
        desired(*resources),
        store.load(),
        provider.read({}),
        kind=lambda _: kind,
        cost=lambda _: Cost({"PUT segments": 2}, 3.2),
    )
    assert [c.kind for c in plan.changes] == [kind]
    shown = render(plan)
    assert words in shown
    assert "2 calls, about 3 s" in shown


def test_costs_add_up_by_endpoint():
    total = Cost({"a": 1, "b": 2}, 1.0) + Cost({"b": 1}, 0.5)
    assert total == Cost({"a": 1, "b": 3}, 1.5)
    assert total.total == 4


KEPT = msgspec.structs.replace(SEGMENT, protected=True)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param(SEGMENT, KEPT, "protected from deletion from now on", id="added"),
        pytest.param(KEPT, SEGMENT, "no longer protected from deletion", id="taken away"),
    ],
)
def test_protection_is_a_note_without_a_call(world, before, after, said):
    settle(desired(before, CHAIN), *world)
    plan = plan_of(desired(after, CHAIN), *world)
    assert kinds(plan) == [("note", "segment.vip", 0)]
    assert (plan.empty, plan.unchanged, plan.changes[0].risk) == (False, 1, Risk.SAFE)
    shown = render(plan)
    assert f"  · segment.vip                          {said}: only the state is written" in shown
    assert "1 to note · 1 unchanged · 0 calls · safe" in shown
    settle(desired(after, CHAIN), *world)
    assert world[1].state.entries["segment.vip"].protected is after.protected
    assert len(world[0].calls) == 2


def test_protection_is_told_beside_another_change(world):
    wanted = msgspec.structs.replace(KEPT, body=KEPT.body | {"min": 5})
    plan = plan_of(desired(wanted, CHAIN), *world)
    assert kinds(plan) == [("update", "segment.vip", 1)]
    assert "      protected from deletion from now on" in render(plan).splitlines()
    settle(desired(wanted, CHAIN), *world)
    assert "protected" not in render(plan_of(desired(wanted, CHAIN), *world))


def test_protection_is_noted_of_what_does_not_go_live():
    provider, store = FakeProvider(), MemoryStore()
    settle(desired(live("draft")), provider, store)
    kept = desired(msgspec.structs.replace(live("live"), protected=True))
    plan = plan_of(kept, provider, store)
    assert kinds(plan) == [("note", "chain.hello", 0), ("activate", "chain.hello", 1)]
    run(without_activation(plan), provider, store, FakeClock(), Recorder())
    assert store.state.entries["chain.hello"].protected
    assert kinds(plan_of(kept, provider, store)) == [("activate", "chain.hello", 1)]


def test_noting_protection_forgets_no_edit_by_hand():
    provider, store = FakeProvider(), MemoryStore()
    settle(desired(live("live")), provider, store)
    provider.hand_edit("chain.hello", status="paused")
    kept = desired(msgspec.structs.replace(live("live"), protected=True))
    note, activation = plan_of(kept, provider, store).changes
    assert [(d.path, d.after) for d in note.drift] == [("status", "paused")]
    assert [one.path for one in activation.conflicts] == ["status"]
    run(
        without_activation(plan_of(kept, provider, store)),
        provider,
        store,
        FakeClock(),
        Recorder(),
    )
    assert store.state.entries["chain.hello"].protected
    (again,) = plan_of(kept, provider, store).changes
    assert [one.path for one in again.conflicts] == ["status"]
