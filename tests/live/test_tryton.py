"""The life of a chain on a real Tryton: made, changed, edited there, run, taken away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crmspec.engine.drift import drift
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.text import render
from crmspec.providers.tryton.tree import ACTIVITY, SCENARIO
from tests.live.shop import SHOP, buyer, opened, settle, wanted


def activities(server):
    """Return `name → id` of all activities of the database, orphans included."""
    rows = server.find(ACTIVITY, fields=("name",))
    return {row["name"]: row["id"] for row in rows}


@pytest.fixture
def world(tryton, tmp_path):
    return opened(tryton, tmp_path)


def replaced(*pairs):
    """Return the project with other words; each must be there."""
    source = SHOP
    for old, new in pairs:
        assert old in source
        source = source.replace(old, new)
    return source


CHANGES = {
    "a wait, a title, a condition": replaced(
        ("{id: pause, wait: 1h}", "{id: pause, wait: 2h}"),
        ("Знакомство", "Встреча"),
        ("contains: Buyers", "contains: Guests"),
    ),
    "a branch, a page, a subject, a sender": replaced(
        ("eq: V1", "in: [V1, V2]"),
        ("Вы смотрели", "Вы видели"),
        ('subject: "Спасибо"', 'subject: "Спасибо!"'),
        ("hello@shop", "hi@shop"),
    ),
    "a step above all others": replaced(
        ("      - {id: pause, wait: 1h}\n", "      - {id: before, send: vip}\n")
    ),
    "the last steps less": SHOP[: SHOP.index("      - {wait: 1d}")],
    "all as it was": SHOP,
}
"""One after the other, so that each undoes the one before."""


def test_a_change_is_made_and_the_next_plan_is_empty(world):
    settle(world)
    first = kept = activities(world.stand_in.server)
    for title, source in CHANGES.items():
        plan = settle(world, source)
        assert [str(one.kind) for one in plan.changes] == ["update"], title
        now = activities(world.stand_in.server)
        both = kept.keys() & now.keys()
        assert {name: kept[name] for name in both} == {name: now[name] for name in both}, title
        kept = now
    assert kept.keys() == first.keys()


def test_a_category_is_written_where_there_is_a_field_for_it(world):
    settle(world)
    plan = settle(world, SHOP.replace("category: transactional", "category: marketing"))
    new = world.stand_in.server.has_unsubscribable
    assert [str(one.kind) for one in plan.changes] == ["update"] * new


def test_a_second_apply_does_nothing(world):
    assert [str(one.kind) for one in settle(world).changes] == ["create"]
    _, outcome = world.apply(wanted(world))
    assert outcome.done == ()


def test_an_edit_by_hand_is_drift_and_is_put_back(world):
    settle(world)
    server = world.stand_in.server
    id_ = activities(server)["first"]
    server.rest("PUT", f"{ACTIVITY}/{id_}", {"email_title": "Edited by hand"})
    plan = world.planned(wanted(world))
    (edit,) = drift(plan).edits
    assert edit.address == "chain.welcome"
    assert "Edited by hand" in render(plan)
    settle(world)
    (row,) = server.find(ACTIVITY, [["id", "=", id_]], ("email_title",))
    assert row["email_title"].startswith("Здравствуйте")


def test_what_is_deleted_leaves_nothing_behind(world):
    settle(world)
    settle(world, "{}")
    assert activities(world.stand_in.server) == {}
    assert world.stand_in.server.find(SCENARIO) == []


def test_what_runs_is_deleted_only_as_something_destructive(world):
    live = opened(world.stand_in.server, world.folder, activate="live")
    settle(live)
    (change,) = live.planned(wanted(world, "{}")).changes
    assert str(change.risk) == "irreversible"
    settle(live, "{}")
    assert world.stand_in.server.find(SCENARIO) == []


def test_a_lost_state_is_rebuilt_by_the_marker(world):
    settle(world)
    fresh = opened(world.stand_in.server, world.folder / "fresh")
    assert settle(fresh).calls == 0
    server = world.stand_in.server
    (row,) = server.find(SCENARIO, fields=("name",))
    assert row["name"] == "Знакомство [shop/welcome]"


def test_scenarios_of_others_are_left_alone(world):
    server = world.stand_in.server
    server.rest("POST", SCENARIO, {"name": "Ours", "model": "party.party", "domain": "[]"})
    settle(world)
    settle(world, "{}")
    assert [row["name"] for row in server.find(SCENARIO, fields=("name",))] == ["Ours"]


def test_going_live_and_back_are_lines_of_their_own(world):
    settle(world)
    live = opened(world.stand_in.server, world.folder, activate="live")
    assert {str(one.kind) for one in settle(live).changes} == {"activate"}
    assert {str(one.kind) for one in settle(world).changes} == {"update"}
    assert {str(one.kind) for one in settle(live).changes} == {"activate"}


def test_who_waits_goes_on_waiting_when_a_running_scenario_is_changed(world):
    server = world.stand_in.server
    live = opened(server, world.folder, activate="live")
    settle(live)
    buyer(server, "Anna")
    warp = server.begin()
    settle(live, SHOP.replace("Вы смотрели", "Вы видели"))
    assert [mail.to for _, mail in warp.run(timedelta(hours=2))] == ["Anna <anna@example.com>"]


def test_what_tryton_would_refuse_is_an_error_with_its_words(world):
    source = SHOP.replace("{tryton: categories.name}", "{tryton: colour.name}")
    _, outcome = world.apply(wanted(world, source))
    (failed,) = outcome.failed
    assert "Invalid domain" in str(failed.error.message)
    assert world.stand_in.server.find(SCENARIO) == []


def test_a_wrong_key_ends_the_run(world):
    with world.provider("0" * 128) as provider, pytest.raises(TargetRejectedError) as caught:
        provider.read({})
    assert caught.value.fatal


def test_who_unsubscribes_is_sent_nothing_more(world):
    server = world.stand_in.server
    source = SHOP.replace("category: transactional", "category: marketing").replace(
        '<a href="https://shop.example/a?x=1&amp;y=2">', '<a href="{{ links.unsubscribe }}">'
    )
    live = opened(server, world.folder, activate="live")
    settle(live, source)
    buyer(server, "Anna")
    warp = server.begin()
    ((_, mail),) = warp.run(timedelta(hours=1))
    ((link,), _) = mail.links()
    assert "/unsubscribe?" in link
    server.visit(link)
    assert warp.run(timedelta(days=20)) == []
