"""What may not be applied, or only when it is said so."""

import msgspec
import pytest

from crmspec.engine.change import Kind
from crmspec.engine.error import EditedByHandError, NotAllowedError, PlanRefusedError
from crmspec.engine.gate import Allowed, admit, refusals
from tests.engine.fake import FakeProvider, MemoryStore, desired, plan_of, resource
from tests.engine.test_plan import apply

ALL = Allowed(destructive=True, overwrite=True, activate=True)
SOME = [resource(f"segment.s{i}") for i in range(10)]


def protected(one):
    return msgspec.structs.replace(one, protected=True)


@pytest.fixture
def world():
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(*SOME), provider, store)
    return provider, store


def why(plan, allowed=ALL):
    return [type(problem) for problem in refusals(plan, allowed)]


@pytest.mark.parametrize(
    ("left", "share", "expected"),
    [
        pytest.param(8, 0.3, [], id="two go"),
        pytest.param(7, 0.3, [], id="three of ten go"),
        pytest.param(6, 0.3, [PlanRefusedError], id="four of ten go"),
        pytest.param(6, 0.5, [], id="four go, and half may"),
        pytest.param(0, 1.0, [], id="all go, and all may"),
        pytest.param(7, 0.0, [PlanRefusedError], id="three go, and none may"),
        pytest.param(8, 0.0, [], id="two go, and none may: too few to tell"),
    ],
)
def test_a_plan_that_deletes_too_much_refuses_itself(world, left, share, expected):
    wanted = msgspec.structs.replace(desired(*SOME[:left]), max_deletions=share)
    assert why(plan_of(wanted, *world)) == expected


def test_what_is_gone_already_is_not_counted(world):
    world[0].objects.clear()
    assert why(plan_of(desired(), *world), Allowed()) == []


def test_protected_objects_are_never_deleted(world):
    first, *others = SOME
    apply(desired(protected(first), *others), *world)
    plan = plan_of(desired(*others), *world)
    assert why(plan) == [PlanRefusedError]
    with pytest.raises(PlanRefusedError, match=r"segment\.s0"):
        admit(plan, ALL)
    apply(desired(*SOME), *world)
    assert why(plan_of(desired(*others), *world)) == []


def test_protected_objects_are_not_replaced_either(world):
    others = SOME[1:]
    changed = protected(resource("segment.s0", {"title": "B"}))
    (change,) = plan_of(desired(changed, *others), *world).changes
    plan = plan_of(desired(changed, *others), *world)
    replaced = msgspec.structs.replace(change, kind=Kind.REPLACE)
    assert why(msgspec.structs.replace(plan, changes=(replaced,))) == [PlanRefusedError]
    assert why(plan) == []


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        pytest.param(Allowed(), [NotAllowedError], id="nobody agreed"),
        pytest.param(Allowed(overwrite=True), [NotAllowedError], id="agreed to something else"),
        pytest.param(Allowed(destructive=True), [], id="agreed"),
    ],
)
def test_deletions_must_be_agreed_to(world, allowed, expected):
    assert why(plan_of(desired(*SOME[1:]), *world), allowed) == expected


def test_long_lists_of_names_are_cut(world):
    wanted = msgspec.structs.replace(desired(), max_deletions=1.0)
    (problem,) = refusals(plan_of(wanted, *world), Allowed())
    assert str(problem).endswith("`segment.s3`, `segment.s4` +5")


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        pytest.param(Allowed(), [EditedByHandError], id="nobody agreed"),
        pytest.param(Allowed(overwrite=True), [], id="agreed"),
    ],
)
def test_edits_by_hand_must_be_agreed_to(world, allowed, expected):
    world[0].hand_edit("segment.s0", title="Mine")
    assert why(plan_of(desired(*SOME), *world), allowed) == expected


def test_an_object_that_was_deleted_by_hand_is_made_again_only_if_agreed_to(world):
    del world[0].objects[0]
    assert why(plan_of(desired(*SOME), *world), Allowed()) == [EditedByHandError]


def test_nothing_goes_live_unless_it_is_agreed_to():
    wanted = desired(resource("chain.hello", {"title": "Hi", "status": "live"}))
    plan = plan_of(wanted, FakeProvider(), MemoryStore())
    assert [str(c.kind) for c in admit(plan, Allowed()).changes] == ["create"]
    assert [str(c.kind) for c in admit(plan, ALL).changes] == ["create", "activate"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param("live", "live", ["objects would be deleted", "go live"], id="it stays live"),
        pytest.param("live", "draft", ["objects would be deleted"], id="it is live no more"),
        pytest.param("draft", "draft", ["objects would be deleted"], id="it is not live"),
    ],
)
def test_what_is_live_and_made_anew_goes_live_only_if_it_is_agreed_to(before, after, said):
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(resource("chain.a", {"title": "A", "status": before})), provider, store)
    wanted = desired(resource("chain.a", {"title": "B", "status": after}))
    plan = plan_of(wanted, provider, store)
    changes = tuple(msgspec.structs.replace(c, kind=Kind.REPLACE) for c in plan.changes)
    found = list(refusals(msgspec.structs.replace(plan, changes=changes), Allowed()))
    assert len(found) == len(said)
    assert all(part in str(one) for one, part in zip(found, said, strict=True))
    agreed = Allowed(destructive=True, activate=True)
    assert not list(refusals(msgspec.structs.replace(plan, changes=changes), agreed))
