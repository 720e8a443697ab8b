"""Copies of templates in flows and campaigns, and statuses of actions, that people edited."""

from __future__ import annotations

import pytest

from crmspec.engine.drift import drift
from crmspec.engine.error import EditedByHandError
from crmspec.engine.gate import Allowed, refusals
from crmspec.providers.klaviyo import mark
from crmspec.providers.klaviyo.copied import edited
from crmspec.providers.klaviyo.session import SCOPES
from tests.contract.klaviyo import SHOP, KlaviyoStandIn
from tests.contract.test_lifecycle import opened, settle, wanted
from tests.providers.klaviyo.test_session import klaviyo

BOTH = ["chain.abandoned_cart", "chain.thanks"]
BY_HAND = "<p>edited by hand</p>"


@pytest.fixture
def account(tmp_path):
    with KlaviyoStandIn(tmp_path) as stand_in:
        yield opened(stand_in, tmp_path)


def templates_read(account):
    return sum(one.path.rstrip("/").endswith("/template") for one in account.stand_in.log)


def conflicts(plan):
    return sorted(str(one.address) for one in plan.changes if one.conflicts)


def edits(plan):
    return {one.address: str(one.fields) for one in drift(plan).edits}


CHANGES = [
    pytest.param(
        SHOP.replace('title: "Корзина 1"', 'title: "Корзина"'),
        [*BOTH, "broadcast.spring"],
        id="the message",
    ),
    pytest.param(SHOP.replace("24h", "6h"), BOTH[:1], id="another action"),
    pytest.param(SHOP.replace("      - {id: pause, wait: 1h}\n", ""), BOTH[:1], id="made anew"),
    pytest.param(SHOP.replace("T10:00", "T12:00"), ["broadcast.spring"], id="a moment"),
]


@pytest.mark.parametrize(("source", "addresses"), CHANGES)
def test_an_edited_copy_is_not_written_over(account, source, addresses):
    settle(account)
    assert conflicts(account.planned(wanted(account, source))) == []
    account.stand_in.edit_copies(BY_HAND)
    plan = account.planned(wanted(account, source))
    assert conflicts(plan) == sorted(addresses)
    problems = list(refusals(plan, Allowed(destructive=True, activate=True)))
    assert [type(one) for one in problems] == [EditedByHandError]
    assert all(BY_HAND in str(one.drift) for one in plan.changes if one.conflicts)
    settle(account, source)
    there = account.planned(wanted(account, source), closely=True)
    assert conflicts(there) == sorted({*BOTH, "broadcast.spring"} - set(addresses))


def test_a_deleted_flow_takes_an_edited_copy_along_only_when_told(account):
    settle(account)
    source = SHOP[: SHOP.index("  thanks:")] + SHOP[SHOP.index("broadcasts:") :]
    assert conflicts(account.planned(wanted(account, source))) == []
    account.stand_in.edit_copies(BY_HAND)
    assert conflicts(account.planned(wanted(account, source))) == ["chain.thanks"]


def test_drift_looks_at_all_copies_and_a_plan_at_those_to_be_written(account):
    settle(account)
    account.stand_in.edit_copies(BY_HAND)
    account.stand_in.log.clear()
    assert account.planned(wanted(account)).empty
    assert templates_read(account) == 0
    found = edits(account.planned(wanted(account), closely=True))
    assert sorted(found) == ["broadcast.spring", *BOTH]
    assert all(BY_HAND in one for one in found.values())
    assert templates_read(account) == 3


def test_an_edited_copy_can_be_put_back(account):
    settle(account)
    account.stand_in.edit_copies(BY_HAND)
    with account.provider() as provider:
        plan = account.plan(wanted(account), provider, closely=True)
        assert [str(one.kind) for one in plan.changes] == ["update"] * 3
        for change in plan.changes:
            provider.apply(change, plan.ids)
    assert account.planned(wanted(account), closely=True).empty


def test_a_status_of_its_own_is_seen_and_put_back(account):
    world = opened(account.stand_in, account.folder, activate="live")
    settle(world)
    (one,) = [f for f in world.stand_in.kept["flows"].values() if "thanks" in f["name"]]
    (action,) = one["definition"]["actions"]
    action["data"]["status"] = "manual"
    plan = world.planned(wanted(world))
    assert conflicts(plan) == ["chain.thanks"]
    assert "manual" in edits(plan)["chain.thanks"]
    people = opened(account.stand_in, account.folder, activate="manual")
    assert people.planned(wanted(people)).empty
    settle(world)
    assert action["data"]["status"] == "live"


NAME = mark.sourced("Cart", "cart", {"html": "<p>"})


@pytest.mark.parametrize(
    ("answer", "status", "name", "expected"),
    [
        pytest.param(
            {"data": {"id": "T", "attributes": {"html": "<p>"}}}, 200, NAME, None, id="as it was"
        ),
        pytest.param(
            {"data": {"id": "T", "attributes": {"html": "<p>", "text": "made by itself"}}},
            200,
            NAME,
            None,
            id="a text where we gave none",
        ),
        pytest.param(
            {"data": {"id": "T", "attributes": {"html": "<b>", "text": "b"}}},
            200,
            NAME,
            {"html": "<b>", "text": "b"},
            id="edited",
        ),
        pytest.param(
            {"data": {"id": "T", "attributes": {"html": "<p>"}}},
            200,
            "Cart",
            {"html": "<p>"},
            id="nobody knows what it was made of",
        ),
        pytest.param({"data": None}, 200, NAME, None, id="no copy"),
        pytest.param({"errors": [{"detail": "no"}]}, 404, NAME, None, id="gone"),
    ],
)
def test_what_a_copy_says(tmp_path, answer, status, name, expected):
    with klaviyo(tmp_path, answer, status) as provider:
        client = provider._collections["chain"]._client
        assert edited(client, "/flow-messages/{id}/template", "M", name) == expected


def test_the_scopes_that_copies_need():
    assert SCOPES["GET flow-messages"] == "templates:read"
