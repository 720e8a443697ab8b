from __future__ import annotations

import msgspec
import pytest

from crmspec.diagnostics import text
from crmspec.engine.comment import comment
from crmspec.engine.ledger import dump_state, load_state
from crmspec.engine.resource import Address, Remark
from crmspec.engine.saved import dump, load, summarise
from crmspec.engine.select import narrowed
from crmspec.engine.state import Entry, Forgotten, Recorded, State, replay
from crmspec.engine.task import Deed, version
from crmspec.engine.text import pieces, render
from tests.engine.fake import HERE, FakeClock, FakeProvider, MemoryStore, desired, plan_of, resource

CALL = resource("chain.vip_call", {"title": "VIP", "wait": "1h", "to": {"$ref": "segment.vip"}})
EMPTY = State(project="shop", target="main", lineage="line")
ENTRY = Entry("7", "1", "sha256:x", {"title": "VIP"}, "2026-03-01T12:00:00+00:00")


def by_hand(*sheets, **more):
    return msgspec.structs.replace(desired(), sheets=sheets, **more)


def planned(wanted, state=EMPTY):
    return plan_of(wanted, FakeProvider(), MemoryStore(state))


def confirmed(wanted, state=EMPTY):
    """Return the state after a person has done all that the plan asks for."""
    for task in planned(wanted, state).tasks:
        state = replay(state, task.confirmed("anna@shop.example", "2026-03-01T12:00:00+00:00"))
    return state


def test_a_sheet_is_to_be_done_until_it_is_confirmed():
    (task,) = planned(by_hand(CALL)).tasks
    assert (task.deed, task.reason.english()) == (Deed.BUILD, "build sheet: to be done by hand")
    state = confirmed(by_hand(CALL))
    plan = planned(by_hand(CALL), state)
    assert plan.tasks == ()
    assert plan.matches


def test_only_the_fields_that_changed_are_shown():
    changed = resource("chain.vip_call", CALL.body | {"wait": "2h"})
    plan = planned(by_hand(changed), confirmed(by_hand(CALL)))
    shown = render(plan)
    assert "! chain.vip_call" in shown
    assert "changed since it was confirmed, 1 changed" in shown
    assert "wait: 1h → 2h" in shown
    assert "title" not in shown
    assert "1 by hand" in shown
    assert not plan.idle
    assert plan.empty


def test_what_the_project_has_no_more_is_removed_by_hand():
    state = confirmed(by_hand(CALL))
    (task,) = planned(by_hand(), state).tasks
    assert (task.deed, version(task.body)) == (Deed.REMOVE, "gone")
    state = confirmed(by_hand(), state)
    assert state.entries == {}
    assert planned(by_hand(), state).tasks == ()


def test_kinds_that_are_not_kept_by_hand_are_left_alone():
    state = confirmed(by_hand(CALL))
    assert planned(by_hand(sheet_kinds=frozenset({"segment"})), state).tasks == ()
    assert len(planned(by_hand(sheet_kinds=frozenset({"chain"})), state).tasks) == 1


def test_what_crmspec_makes_now_is_removed_by_hand_even_after_it_was_made():
    state = confirmed(by_hand(CALL))
    provider, store = FakeProvider(), MemoryStore(state)
    wanted = desired(resource("chain.vip_call"))
    plan = plan_of(wanted, provider, store)
    assert [str(change.kind) for change in plan.changes] == ["create"]
    assert "makes its own now" in plan.tasks[0].reason.english()
    after = replay(state, Recorded("chain.vip_call", ENTRY))
    assert after.entries["chain.vip_call"].by_hand is not None
    gone = replay(after, Forgotten("chain.vip_call"))
    assert not gone.entries["chain.vip_call"].deployed
    assert replay(replay(EMPTY, Recorded("a.b", ENTRY)), Forgotten("a.b")).entries == {}


def test_a_new_name_is_no_new_work():
    state = confirmed(by_hand(CALL))
    new = resource("chain.call", CALL.body)
    moves = {Address("chain", "vip_call"): Address("chain", "call")}
    assert planned(by_hand(new, moves=moves), state).tasks == ()
    changed = resource("chain.call", CALL.body | {"wait": "2h"})
    wanted = by_hand(changed, moves=moves)
    state = confirmed(wanted, state)
    assert list(state.entries) == ["chain.call"]
    assert planned(wanted, state).tasks == ()


def test_a_reference_to_what_moved_is_no_change():
    state = confirmed(by_hand(CALL, resource("segment.vip")))
    moves = {Address("segment", "vip"): Address("segment", "best")}
    chain = resource("chain.vip_call", CALL.body | {"to": {"$ref": "segment.best"}})
    same = resource("segment.best", {"title": "segment.vip"})
    assert planned(by_hand(chain, same, moves=moves), state).tasks == ()


def test_the_reason_of_a_remark_stands_on_the_line_of_its_sheet():
    remark = Remark(CALL.address, "manual", text("no voice channel"), HERE)
    plan = planned(by_hand(CALL, remarks=(remark,)))
    assert plan.remarks == ()
    assert "build sheet: no voice channel" in render(plan)
    state = confirmed(by_hand(CALL, remarks=(remark,)))
    assert "no voice" not in render(planned(by_hand(CALL, remarks=(remark,)), state))


def test_the_object_of_an_api_keeps_its_id_when_it_is_changed_by_hand():
    state = replay(EMPTY, Recorded("chain.vip_call", ENTRY))
    state = confirmed(by_hand(CALL), state)
    entry = state.entries["chain.vip_call"]
    assert (entry.id, entry.by_hand.by) == ("7", "anna@shop.example")


def test_saved_plans_and_comments_know_it():
    plan = planned(by_hand(CALL))
    saved = load(dump(summarise(plan, version="1", now=FakeClock().now())))
    assert [(one.address, str(one.deed)) for one in saved.tasks] == [("chain.vip_call", "build")]
    state = confirmed(by_hand(CALL))
    removal = summarise(planned(by_hand(), state), version="1", now=FakeClock().now())
    assert [one.wanted for one in removal.tasks] == [None]
    shown = comment(plan)
    assert "`! chain.vip_call` build sheet" in shown
    assert "`crmspec confirm ADDRESS`" in shown
    assert "crmspec confirm" not in comment(planned(by_hand(), EMPTY))


def test_a_selection_holds_for_sheets_too():
    other = resource("segment.vip")
    wanted = by_hand(CALL, other)
    plan = narrowed(planned(wanted), wanted.sheets, ["chain.*"], ())
    assert [str(task.address) for task in plan.tasks] == ["chain.vip_call"]
    state = confirmed(wanted)
    gone = narrowed(planned(by_hand(), state), (), ["segment.vip"], ())
    assert [str(task.address) for task in gone.tasks] == ["segment.vip"]


def test_the_state_survives_its_file():
    state = confirmed(by_hand(CALL))
    assert load_state(dump_state(state), "state.json") == state
    old = replay(EMPTY, Recorded("chain.vip_call", ENTRY))
    assert b"by_hand" not in dump_state(old)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("one\ntwo", ["one", "two"], id="lines"),
        pytest.param("<p>short</p>", ["<p>short</p>"], id="a short line stays whole"),
        pytest.param(
            f"<p>{'long ' * 90}</p><b>x</b>",
            ["<p>", "long " * 90, "</p><b>", "x", "</b>"],
            id="an endless line is cut between tags",
        ),
    ],
)
def test_pieces(written, expected):
    assert pieces(written) == expected
