"""Opening Tryton, the words of its errors, and calls that end in other ways than usual."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from msgspec.structs import replace

from crmspec.engine.error import (
    MissingCredentialError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnusableError,
)
from crmspec.engine.resource import Address
from crmspec.ir.target import Target
from crmspec.providers import registry
from crmspec.providers.http import Reply
from crmspec.providers.tryton import collection
from crmspec.providers.tryton.rest import complaint
from tests.contract.rest import CANARY
from tests.contract.test_lifecycle import opened, settle, wanted
from tests.contract.tryton import ACTIVITY, SCENARIO, TrytonStandIn
from tests.contract.world import HastyClock

WELCOME = Address("chain", "welcome")


@pytest.fixture
def account(tmp_path):
    with TrytonStandIn(tmp_path) as stand_in:
        yield opened(stand_in, tmp_path)


@contextmanager
def connected(target):
    connection = registry.Connection(project="shop", target=target, folder="", token=CANARY)
    with registry.connect(connection, HastyClock()) as provider:
        yield provider


TARGET = Target(id="main", platform="tryton", url="https://tryton.shop.example")


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(TARGET, id="no database"),
        pytest.param(replace(TARGET, options={"database": 5}), id="a number for a database"),
        pytest.param(replace(TARGET, url=None, options={"database": "crm"}), id="no address"),
    ],
)
def test_which_database_it_is_must_be_said(target):
    with pytest.raises(TargetUnusableError, match="which database"), connected(target):
        pass


def test_a_key_is_needed():
    connection = registry.Connection(project="shop", target=TARGET, folder="")
    with pytest.raises(MissingCredentialError), registry.connect(connection, HastyClock()):
        pass


def test_the_account_is_the_host_and_the_database(account):
    with account.provider() as provider:
        assert provider.whoami() == f"{account.stand_in.url[7:]}/crm"


def test_a_database_without_the_module_is_none(account, monkeypatch):
    monkeypatch.setattr(account.stand_in, "handle", lambda _: (200, []))
    with account.provider() as provider, pytest.raises(TargetUnusableError, match="no marketing"):
        provider.whoami()


PAGE = b"<!doctype html><title>400</title><h1>Bad Request</h1><p>it&#39;s broken</p>"


@pytest.mark.parametrize(
    ("reply", "words", "status"),
    [
        pytest.param(
            Reply(status=400, data={"message": "Invalid domain"}, raw=b"{}"),
            "Invalid domain",
            None,
            id="a refusal",
        ),
        pytest.param(Reply(status=400, raw=PAGE), "it's broken", 500, id="an error inside"),
        pytest.param(Reply(status=404, raw=PAGE), "it's broken", None, id="not there"),
        pytest.param(Reply(status=502, raw=b"gone"), "", None, id="another server"),
    ],
)
def test_words(reply, words, status):
    found = complaint(reply)
    assert (found.words, found.status) == (words, status)


def test_no_complaint_of_what_is_right():
    assert complaint(Reply(status=200, data={})) is None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"id": 1}, id="no list"),
        pytest.param([{"name": "x"}], id="no ids"),
    ],
)
def test_strange_answers_end_the_run(account, monkeypatch, answer):
    monkeypatch.setattr(account.stand_in, "handle", lambda _: (200, answer))
    with account.provider() as provider, pytest.raises(TargetUnusableError, match="would say"):
        provider.read({})


def test_a_strange_answer_to_a_write_is_doubtful(account, monkeypatch):
    handle = account.stand_in.handle

    def strange(exchange):
        status, answer = handle(exchange)
        return status, "done" if exchange.method == "POST" else answer

    monkeypatch.setattr(account.stand_in, "handle", strange)
    _, outcome = account.apply(wanted(account))
    assert outcome.complete
    assert len(account.stand_in.objects()) == account.stand_in.case.counts


def test_long_lists_are_read_to_their_end(account, monkeypatch):
    settle(account)
    monkeypatch.setattr(collection, "_PAGE", 2)
    assert account.planned(wanted(account)).empty


def test_people_see_whose_edit_it_was(account):
    settle(account)
    account.stand_in.hand_edit()
    with account.provider() as provider:
        found = provider.read({})[Address("chain", "buyers")]
    assert (found.changed_at, found.changed_by) == ("2026-03-02T10:00:00+00:00", "Administrator")


def test_who_made_it_may_be_unknown(account):
    settle(account)
    for row in (
        *account.stand_in.kept[SCENARIO].values(),
        *account.stand_in.kept[ACTIVITY].values(),
    ):
        row["write_date"] = row["create_date"] = row["write_uid"] = None
    with account.provider() as provider:
        found = provider.read({})[WELCOME]
    assert (found.changed_at, found.changed_by) == (None, None)


def test_a_lost_marker_is_put_back(account):
    settle(account)
    (scenario,) = [
        one for one in account.stand_in.kept[SCENARIO].values() if "welcome" in one["name"]
    ]
    scenario["name"] = "Знакомство"
    settle(account)
    assert scenario["name"] == "Знакомство [shop/welcome]"


def test_others_are_told_of_in_a_survey(account):
    settle(account)
    settle(opened(account.stand_in, account.folder / "x", project="other"))
    with account.provider() as provider:
        seen = [(one.title, one.mark) for one in provider.survey()]
    assert ("Мир", "world") in seen
    assert ("Мир [other/world]", None) in seen


def test_what_is_live_is_stopped_before_it_is_deleted(account):
    live = opened(account.stand_in, account.folder, activate="live")
    settle(live)
    account.stand_in.log.clear()
    plan = settle(live, "{}")
    assert len([one for one in account.stand_in.log if one.path.endswith("/stop")]) == 3
    assert {str(one.risk) for one in plan.changes} == {"irreversible"}
    assert not any(account.stand_in.kept.values())


def test_what_is_stopped_by_hand_runs_again(account):
    live = opened(account.stand_in, account.folder, activate="live")
    settle(live)
    for one in account.stand_in.kept[SCENARIO].values():
        one["state"] = "stopped"
    settle(live)
    assert {one["state"] for one in account.stand_in.kept[SCENARIO].values()} == {"running"}


def test_what_vanishes_while_it_is_deleted_is_gone(account, monkeypatch):
    settle(account)
    handle = account.stand_in.handle

    def vanished(exchange):
        return (404, None) if exchange.method == "DELETE" else handle(exchange)

    monkeypatch.setattr(account.stand_in, "handle", vanished)
    _, outcome = account.apply(wanted(account, "{}"))
    assert outcome.complete


def test_what_is_gone_already_needs_no_deletion(account):
    settle(account)
    with account.provider() as provider:
        plan = account.plan(wanted(account, "{}"), provider)
        account.stand_in.kept[SCENARIO].clear()
        for change in plan.changes:
            assert provider.apply(change, {}) is None


def refusing(stand_in, *methods, status=409):
    handle = stand_in.handle

    def handled(exchange):
        return stand_in.refusal(status, "no") if exchange.method in methods else handle(exchange)

    return handled


@pytest.mark.parametrize(
    ("method", "status", "error"),
    [
        pytest.param("DELETE", 409, TargetRejectedError, id="refused"),
        pytest.param("PUT", 500, TargetUncertainError, id="always doubtful"),
    ],
)
def test_a_deletion_that_fails_is_told(account, monkeypatch, method, status, error):
    settle(account)
    monkeypatch.setattr(
        account.stand_in, "handle", refusing(account.stand_in, method, status=status)
    )
    with account.provider() as provider:
        change = account.plan(wanted(account, "{}"), provider).changes[0]
        with pytest.raises(error):
            provider.apply(change, {})


def test_what_is_always_put_off_is_told(account, monkeypatch):
    monkeypatch.setattr(account.stand_in, "handle", refusing(account.stand_in, "POST", status=429))
    _, outcome = account.apply(wanted(account))
    assert len(outcome.failed) == account.stand_in.case.counts


def test_what_cannot_be_read_again_is_doubtful(account, monkeypatch):
    settle(account)
    handle = account.stand_in.handle
    written = []

    def handled(exchange):
        if exchange.method == "PUT":
            written.append(exchange)
        if written and exchange.method == "GET":
            return account.stand_in.refusal(409, "no")
        return handle(exchange)

    monkeypatch.setattr(account.stand_in, "handle", handled)
    source = account.stand_in.case.changes[0][1]
    with account.provider() as provider:
        (change,) = account.plan(wanted(account, source), provider).changes
        with pytest.raises(TargetUncertainError):
            provider.apply(change, {})


def test_what_is_gone_as_soon_as_it_was_written_is_doubtful(account, monkeypatch):
    settle(account)
    handle = account.stand_in.handle

    def fleeting(exchange):
        answer = handle(exchange)
        if exchange.method == "PUT":
            account.stand_in.kept[SCENARIO].clear()
        return answer

    source = account.stand_in.case.changes[0][1]
    with account.provider() as provider:
        (change,) = account.plan(wanted(account, source), provider).changes
        monkeypatch.setattr(account.stand_in, "handle", fleeting)
        with pytest.raises(TargetUncertainError, match="gone as soon"):
            provider.apply(change, {})


def test_costs_are_the_calls_that_are_made(account):
    live = opened(account.stand_in, account.folder, activate="live")
    source = account.stand_in.case.changes[0][1]
    for world, text in ((account, None), (account, source), (live, source), (live, "{}")):
        account.stand_in.log.clear()
        plan, _ = world.apply(wanted(world, text))
        models = [one.path.split("/")[4] for one in account.stand_in.log]
        assert len(models) - models.index("ir.module") - 1 == plan.calls
