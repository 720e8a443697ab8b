"""Tryton over JSON-RPC: the session, the words of errors, edits that nothing is written over."""

from __future__ import annotations

import json
import logging

import pytest
from msgspec.structs import replace

from crmspec.engine.error import (
    RevisionConflictError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnusableError,
)
from crmspec.engine.resource import Address
from crmspec.providers.http import Reply
from crmspec.providers.tryton.json_rpc import refusal
from tests.contract.rest import CANARY
from tests.contract.test_lifecycle import opened, settle, wanted
from tests.contract.tryton import ACTIVITY, SCENARIO, TrytonStandIn
from tests.contract.tryton_rpc import NewTrytonRpcStandIn, TrytonRpcStandIn


@pytest.fixture
def account(tmp_path):
    with TrytonRpcStandIn(tmp_path) as stand_in:
        yield opened(stand_in, tmp_path)


@pytest.fixture(params=[TrytonStandIn, TrytonRpcStandIn, NewTrytonRpcStandIn])
def any_account(request, tmp_path):
    with request.param(tmp_path) as stand_in:
        yield opened(stand_in, tmp_path)


def saying(stand_in, word, answer):
    """Have a method answer something else, after it has done its work."""
    handle = stand_in.handle

    def handled(exchange):
        status, true = handle(exchange)
        meant = exchange.body is not None and exchange.body["method"].endswith(word)
        return (status, answer(exchange)) if meant and status == 200 else (status, true)

    stand_in.handle = handled


# -- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "words", "status"),
    [
        pytest.param(["UserError", ["Invalid domain", "", None]], "Invalid domain ", 400, id="no"),
        pytest.param(["UserError", ["No", "ask Anna", []]], "No ask Anna", 400, id="no, and why"),
        pytest.param(["UserWarning", ["x.y", "Sure?", ""]], "Sure?", 400, id="a question"),
        pytest.param(["LoginException", ["sms", "Code", "char"]], "Code", 401, id="a second login"),
        pytest.param(["ConcurrencyException", "Modified"], "Modified", 412, id="edited meanwhile"),
        pytest.param(["'nope'", "Traceback (secret)"], "'nope'", 500, id="a failure inside"),
        pytest.param(["UserError", "odd"], "UserError", 400, id="none of these"),
    ],
)
def test_words(error, words, status):
    found = refusal(Reply(status=200, data={"id": 1, "error": error}))
    assert (found.words, found.status) == (words, status)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"id": 1, "result": []}, id="a result"),
        pytest.param({"id": 1, "error": None}, id="no error"),
        pytest.param([], id="no answer at all"),
    ],
)
def test_no_complaint_of_what_is_right(data):
    assert refusal(Reply(status=200, data=data)) is None


def test_web_pages_are_read_too():
    assert refusal(Reply(status=403, raw=b"<p>You may not</p>")).words == "You may not"


# -- the session ------------------------------------------------------------------------------


def test_the_account_is_the_host_and_the_database(any_account):
    with any_account.provider() as provider:
        assert provider.whoami() == f"{any_account.stand_in.url[7:]}/crm"


def test_one_login_does_for_all_and_is_ended(account):
    settle(account)
    account.stand_in.log.clear()
    with account.provider() as provider:
        provider.read({})
        provider.whoami()
        assert len(account.stand_in.sessions) == 1
    assert account.stand_in.sessions == set()
    methods = [one.body["method"] for one in account.stand_in.log if one.path == "/crm/"]
    assert [methods.count(f"common.db.{one}") for one in ("login", "logout")] == [1, 1]


def test_nobody_logs_in_for_nothing(account):
    with account.provider():
        pass
    assert account.stand_in.log == []


def test_a_server_that_is_gone_at_the_end_spoils_nothing(account):
    with account.provider() as provider:
        provider.read({})
        account.stand_in.faults(error_every=1)
    assert len(account.stand_in.sessions) == 1


def test_what_no_database_listens_to_is_told(account):
    account.target = replace(account.target, options={"database": "x", "user": "crmspec"})
    with account.provider() as provider, pytest.raises(TargetUnusableError, match="no database"):
        provider.whoami()


def test_a_server_without_rest_is_told_of(account):
    account.target = replace(account.target, options={"database": "crm"})
    account.stand_in.authorised = lambda _: True
    with account.provider() as provider, pytest.raises(TargetUnusableError, match="has no REST"):
        provider.whoami()


def test_other_refusals_say_nothing_of_rest(account):
    saying(account.stand_in, "search_read", lambda _: {"id": 1, "error": ["UserError", ["no", ""]]})
    with account.provider() as provider, pytest.raises(TargetRejectedError, match="no"):
        provider.whoami()


@pytest.mark.parametrize("word", ["login", "fields_get", "search_read"])
@pytest.mark.parametrize("answer", [{"id": 1, "result": "odd"}, {"id": 1}, []])
def test_strange_answers_end_the_run(account, word, answer):
    saying(account.stand_in, word, lambda _: answer)
    with account.provider() as provider, pytest.raises(TargetUnusableError, match="would say"):
        provider.read({})


def test_neither_password_nor_session_is_ever_told(account, caplog):
    caplog.set_level(logging.DEBUG)
    secrets = {CANARY}

    def echoed(exchange):
        secrets.update(account.stand_in.sessions, [exchange.headers["authorization"].split()[1]])
        return {"id": 1, "error": ["UserError", [" ".join(secrets), ""]]}

    settle(account)
    saying(account.stand_in, "search_read", echoed)
    with account.provider() as provider, pytest.raises(TargetRejectedError) as caught:
        provider.read({})
    told = f"{caught.value} {caught.value.help} {caplog.text}"
    assert told.count("***") >= len(secrets) == 3
    assert not [word for word in secrets if word in told]


# -- writing ----------------------------------------------------------------------------------


def test_a_strange_answer_to_a_creation_is_doubtful_and_looked_up(account):
    saying(account.stand_in, "create", lambda _: {"id": 1, "result": "done"})
    _, outcome = account.apply(wanted(account))
    assert outcome.complete
    assert len(account.stand_in.objects()) == account.stand_in.case.counts


def test_a_strange_answer_to_a_write_is_doubtful(account):
    settle(account)
    saying(account.stand_in, "write", lambda _: "done")
    source = account.stand_in.case.changes[0][1]
    with account.provider() as provider:
        (change,) = account.plan(wanted(account, source), provider).changes
        with pytest.raises(TargetUncertainError, match="would say"):
            provider.apply(change, {})


def edited(stand_in):
    """Give an activity another subject, as a person would."""
    (id_,) = [id_ for id_, row in stand_in.kept[ACTIVITY].items() if row["name"] == "first"]
    stand_in.write(ACTIVITY, id_, {"email_title": "Edited"})
    return stand_in.kept[ACTIVITY][id_]


def changing(world):
    """Return a project that writes the activity that `edited` edits."""
    return wanted(world, world.stand_in.case.source.replace("    layout: frame\n", "", 1))


def test_what_is_edited_since_the_plan_is_not_written_over(any_account):
    settle(any_account)
    with any_account.provider() as provider:
        (change,) = any_account.plan(changing(any_account), provider).changes
        row = edited(any_account.stand_in)
        with pytest.raises(RevisionConflictError, match="was changed"):
            provider.apply(change, {})
    assert row["email_title"] == "Edited"


def test_what_is_gone_since_the_plan_is_told(any_account):
    settle(any_account)
    with any_account.provider() as provider:
        (change,) = any_account.plan(changing(any_account), provider).changes
        any_account.stand_in.kept[SCENARIO].clear()
        with pytest.raises(RevisionConflictError, match="was deleted"):
            provider.apply(change, {})


def test_a_lookup_finds_its_scenario_alone(any_account):
    """A `_` stands for any letter in searches."""
    for name in ("One [my_shop/a_b]", "Two [my-shop/a_b]", "Three [my_shop/aXb]"):
        made = {"name": name, "model": "party.party", "domain": "[]"}
        any_account.stand_in.make(SCENARIO, made)
    any_account.project = "my_shop"
    with any_account.provider() as provider:
        assert provider.find(Address("chain", "a_b"), None).body["title"] == "One"
        assert provider.find(Address("chain", "a"), None) is None


@pytest.mark.parametrize("gone", [False, True], ids=["changed", "deleted"])
@pytest.mark.parametrize("edits", [False, True], ids=["nobody edits it", "edited"])
def test_what_is_edited_between_reading_and_writing_is_not_written_over(account, edits, gone):
    settle(account)
    handle, stand_in = account.stand_in.handle, account.stand_in

    def late(exchange):
        if edits and exchange.body["method"].endswith(".write"):
            stand_in.handle = handle
            edited(stand_in)
        return handle(exchange)

    stand_in.handle = late
    _, outcome = account.apply(wanted(account, "{}") if gone else changing(account))
    assert [type(one.error) for one in outcome.failed] == [RevisionConflictError] * edits
    kept = [row["email_title"] for row in stand_in.kept[ACTIVITY].values()]
    assert ("Edited" in kept) == edits


def test_a_field_that_the_server_lacks_is_not_written_and_makes_no_difference(account):
    source = account.stand_in.case.source.replace("transactional", "marketing")
    settle(account, source)
    assert account.planned(wanted(account)).empty


def test_a_field_that_it_has_is_written(tmp_path):
    with NewTrytonRpcStandIn(tmp_path) as stand_in:
        world = opened(stand_in, tmp_path)
        settle(world)
        plan = settle(world, stand_in.case.source.replace("transactional", "marketing"))
        assert {str(one.kind) for one in plan.changes} == {"update"}
        assert {row["unsubscribable"] for row in stand_in.kept[SCENARIO].values()} == {True}


def test_costs_are_the_calls_that_are_made(account):
    live = opened(account.stand_in, account.folder, activate="live")
    source = account.stand_in.case.changes[0][1]
    for world, text in ((account, None), (account, source), (live, source), (live, "{}")):
        account.stand_in.log.clear()
        plan, _ = world.apply(wanted(world, text))
        asked = [json.dumps(one.body) for one in account.stand_in.log]
        began = next(number for number, one in enumerate(asked) if "ir.module" in one)
        assert len([one for one in asked[began + 1 :] if "logout" not in one]) == plan.calls
