"""Who decides on a field, and that nobody's edit is lost: three ways, for any edits."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.engine.apply import run
from crmspec.engine.error import EditedByHandError
from crmspec.engine.gate import Allowed, admit
from crmspec.engine.state import Intended, Intent
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
from tests.engine.test_plan import apply

ADDRESS = "message.cart"
BASE = {"title": "Cart", "subject": "Hi", "body": "Text"}


def message(owners=None, **fields):
    body = {key: value for key, value in (BASE | fields).items() if value is not None}
    return msgspec.structs.replace(resource(ADDRESS, body), owners=owners or {})


def made(**owners):
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(message(owners)), provider, store)
    return provider, store


def edited(provider, **fields):
    provider.hand_edit(ADDRESS, **fields)


@pytest.mark.parametrize("owner", ["ui", "create_only"])
def test_what_is_not_the_codes_is_written_once_and_then_left_alone(owner):
    provider, store = made(subject=owner)
    assert provider.objects[0][3] == BASE
    edited(provider, subject="Mine")
    wanted = desired(message({"subject": owner}, subject="Other"))
    assert plan_of(wanted, provider, store).empty
    changed = desired(message({"subject": owner}, subject="Other", body="New"))
    (change,) = plan_of(changed, provider, store).changes
    assert [d.path for d in change.fields] == ["body"]
    assert (change.drift, change.conflicts) == ((), ())
    apply(changed, provider, store)
    assert provider.objects[0][3] == {"title": "Cart", "subject": "Mine", "body": "New"}


def test_a_field_that_people_removed_stays_away_if_it_is_theirs():
    provider, store = made(subject="ui")
    provider.objects[0][3] = {"title": "Cart", "body": "Text"}
    assert plan_of(desired(message({"subject": "ui"})), provider, store).empty


def test_an_edit_of_a_field_of_the_code_is_a_conflict_with_both_values():
    provider, store = made(body="ui")
    edited(provider, subject="Mine", body="Theirs")
    plan = plan_of(desired(message({"body": "ui"}, title="Basket")), provider, store)
    (change,) = plan.changes
    assert [(d.path, d.before, d.after) for d in change.conflicts] == [("subject", "Mine", "Hi")]
    assert [d.path for d in change.fields] == ["title", "subject"]
    assert "✗ subject: Mine on the target, Hi in the project" in render(plan)


@pytest.mark.parametrize(
    ("there", "here", "words"),
    [
        pytest.param({"note": "x"}, {}, "note: x on the target, absent", id="a field more"),
        pytest.param(
            {"subject": "Mine"},
            {"subject": None},
            "subject: Mine on the target, absent",
            id="edited there, removed here",
        ),
    ],
)
def test_conflicts_of_what_is_absent(there, here, words):
    provider, store = made()
    edited(provider, **there)
    assert words in render(plan_of(desired(message(**here)), provider, store))


def test_a_field_that_people_removed_is_a_conflict():
    provider, store = made()
    provider.objects[0][3] = {"title": "Cart", "body": "Text"}
    shown = render(plan_of(desired(message()), provider, store))
    assert "✗ subject: absent on the target, Hi in the project" in shown


def test_without_a_state_nobody_knows_who_edited():
    provider, _ = made()
    (change,) = plan_of(desired(message(subject="New")), provider, MemoryStore()).changes
    assert [d.path for d in change.conflicts] == ["subject"]


def test_an_object_deleted_by_hand_says_so():
    provider, store = made()
    provider.objects.clear()
    assert "✗ deleted on the target by hand" in render(plan_of(desired(message()), provider, store))


@pytest.mark.parametrize(
    ("wanted", "conflicts"),
    [
        pytest.param("{fingerprint}", [], id="the call did its work"),
        pytest.param("sha256:other", ["subject"], id="somebody edited after the call"),
        pytest.param("", [], id="of an older version, which did not say"),
    ],
)
def test_after_a_call_that_was_cut_off_only_its_own_work_is_no_edit(wanted, conflicts):
    provider, store = made()
    edited(provider, subject="Mine")
    (remote,) = provider.read({}).values()
    intent = Intent("update", "key", "then", wanted.format(fingerprint=remote.fingerprint))
    store.append(Intended(ADDRESS, intent))
    (change,) = plan_of(desired(message(subject="New")), provider, store).changes
    assert [d.path for d in change.conflicts] == conflicts


def test_a_deletion_that_was_cut_off_is_no_edit():
    provider, store = made()
    provider.objects.clear()
    store.append(Intended(ADDRESS, Intent("delete", "key", "then")))
    (change,) = plan_of(desired(message()), provider, store).changes
    assert change.conflicts == ()


VALUES = st.sampled_from([None, "a", "b", "c", ["a", "b"], {"id": "x", "n": 1}, 1, True])
FIELDS = ("subject", "body", "note")
BODIES = st.fixed_dictionaries(dict.fromkeys(FIELDS, VALUES))
OWNERS = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["code", "ui", "create_only"]))


def full(fields):
    return {"title": "Cart"} | {key: item for key, item in fields.items() if item is not None}


@given(base=BODIES, here=BODIES, there=BODIES, owners=OWNERS)
def test_no_edit_is_lost_and_none_is_silently_undone(base, here, there, owners):
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(resource(ADDRESS, full(base))), provider, store)
    provider.objects[0][2] += 1
    provider.objects[0][3] = full(there)
    wanted = msgspec.structs.replace(resource(ADDRESS, full(here)), owners=owners)
    plan = plan_of(desired(wanted), provider, store)
    try:
        run(admit(plan, Allowed()), provider, store, FakeClock(), Recorder())
    except EditedByHandError:
        assert provider.objects[0][3] == full(there)
        run(admit(plan, Allowed(overwrite=True)), provider, store, FakeClock(), Recorder())
    else:
        for field in FIELDS:
            now = provider.objects[0][3].get(field)
            by_hand = base[field] is not there[field] and base[field] != there[field]
            if by_hand or owners.get(field, "code") != "code":
                assert now == there[field]
    for field in FIELDS:
        theirs = owners.get(field, "code") != "code"
        assert provider.objects[0][3].get(field) == (there if theirs else here)[field]
    assert plan_of(desired(wanted), provider, store).empty
