"""Node-RED's answers: words of errors, strange answers, tabs that are not ours or have changed."""

from __future__ import annotations

import copy
from contextlib import contextmanager

import msgspec
import pytest

from crmspec.engine.change import Change, Kind
from crmspec.engine.error import (
    RevisionConflictError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnusableError,
    UnknownTargetError,
)
from crmspec.engine.resource import Address, Remote, Resource
from crmspec.engine.text import render
from crmspec.providers.http import Reply
from crmspec.providers.node_red.session import complaint, normalise
from crmspec.providers.registry import Connection, connect
from tests.contract.node_red import NodeRedStandIn
from tests.contract.rest import CANARY
from tests.contract.test_lifecycle import opened, settle, wanted
from tests.contract.world import HastyClock
from tests.engine.fake import HERE

THANKS = Address("chain", "thanks")
BODY = {
    "title": "Thanks",
    "status": "draft",
    "nodes": [{"id": "a", "type": "delay", "wires": [[]]}],
}


class Strange(NodeRedStandIn):
    """Answers a path in its own way; `{}` for all others that it does not know."""

    def __init__(self, path, answer, status=200):
        super().__init__()
        self.path, self.answer, self.status = path, answer, status

    def handle(self, exchange):
        if exchange.path == self.path:
            return self.status, copy.deepcopy(self.answer)
        return super().handle(exchange)


@contextmanager
def node_red(tmp_path, path, answer, status=200):
    with (
        Strange(path, answer, status) as stand_in,
        opened(stand_in, tmp_path).provider() as provider,
    ):
        yield provider


def change(kind, remote=None):
    resource = Resource(THANKS, BODY, (), HERE)
    return Change(kind=kind, address=THANKS, desired=resource, remote=remote)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param({"code": "x", "message": "Error: duplicate id"}, "duplicate id", id="words"),
        pytest.param({"code": "not_found", "message": ""}, "not_found", id="a code alone"),
    ],
)
def test_the_words_of_an_error(data, words):
    assert complaint(Reply(status=400, data=data)).words == words
    assert complaint(Reply(status=200, data=data)) is None


def test_an_error_without_words():
    assert complaint(Reply(status=400, data={})) == complaint(Reply(status=400, data=None))


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        pytest.param("/flows", [], id="a list of version 1"),
        pytest.param("/flows", {"flows": [1]}, id="no nodes"),
        pytest.param("/flows", {"flows": [{"type": "tab", "label": 1}]}, id="no tab"),
    ],
)
def test_a_strange_list_is_not_worked_with(tmp_path, path, answer):
    with node_red(tmp_path, path, answer) as provider, pytest.raises(TargetUnusableError):
        provider.read({})


@pytest.mark.parametrize("answer", [{}, {"user": {"username": ""}}, []])
def test_a_strange_account_is_not_worked_with(tmp_path, answer):
    with node_red(tmp_path, "/settings", answer) as provider, pytest.raises(TargetUnusableError):
        provider.whoami()


def test_the_account_is_a_user_of_a_server(tmp_path):
    with NodeRedStandIn() as stand_in, opened(stand_in, tmp_path).provider() as provider:
        assert provider.whoami() == f"deployer at {stand_in.url.removeprefix('http://')}"


def test_a_server_must_be_named(tmp_path):
    with NodeRedStandIn() as stand_in:
        target = msgspec.structs.replace(opened(stand_in, tmp_path).target, url=None)
    connection = Connection(project="shop", target=target, folder=str(tmp_path), token=CANARY)
    with pytest.raises(UnknownTargetError), connect(connection, HastyClock()):
        pass


def test_a_strange_palette_is_not_worked_with(tmp_path):
    with node_red(tmp_path, "/nodes", {}) as provider, pytest.raises(TargetUnusableError):
        provider.apply(change(Kind.CREATE), {})


def test_types_that_failed_to_load_are_not_there(tmp_path):
    sets = [{"types": ["delay"], "enabled": True, "err": "no such module"}]
    with (
        node_red(tmp_path, "/nodes", sets) as provider,
        pytest.raises(TargetRejectedError, match=r"no nodes of type `delay`"),
    ):
        provider.apply(change(Kind.CREATE), {})


def test_a_strange_answer_to_a_write_leaves_it_in_doubt(tmp_path):
    with node_red(tmp_path, "/flow", []) as provider, pytest.raises(TargetUncertainError):
        provider.apply(change(Kind.CREATE), {})


REMOTE = Remote("1", "1", BODY)


@pytest.mark.parametrize(
    ("status", "raises"),
    [pytest.param(404, False, id="gone already"), pytest.param(403, True, id="not allowed")],
)
def test_what_is_gone_need_not_be_deleted(tmp_path, status, raises):
    gone = Change(kind=Kind.DELETE, address=THANKS, remote=REMOTE)
    with node_red(tmp_path, "/flow/1", {"message": "no"}, status) as provider:
        if raises:
            with pytest.raises(TargetRejectedError):
                provider.apply(gone, {})
        else:
            assert provider.apply(gone, {}) is None


def test_a_refusal_to_read_is_no_absence(tmp_path):
    with (
        node_red(tmp_path, "/flow/1", {"message": "no"}, 403) as provider,
        pytest.raises(TargetRejectedError),
    ):
        provider.find(THANKS, "1")


def test_what_went_away_cannot_be_changed(tmp_path):
    with (
        NodeRedStandIn() as stand_in,
        opened(stand_in, tmp_path).provider() as provider,
        pytest.raises(RevisionConflictError),
    ):
        provider.apply(change(Kind.UPDATE, REMOTE), {})


@pytest.fixture
def account(tmp_path):
    with NodeRedStandIn() as stand_in:
        account = opened(stand_in, tmp_path)
        settle(account)
        yield account


def tab(account, label="Спасибо"):
    (one,) = (one for one in account.stand_in.tabs.values() if one["label"] == label)
    return one


def test_what_was_changed_meanwhile_is_not_written_over(account):
    with account.provider() as provider:
        remote = provider.read({})[THANKS]
        tab(account)["label"] = "Meanwhile"
        with pytest.raises(RevisionConflictError, match="meanwhile"):
            provider.apply(change(Kind.UPDATE, remote), {})


def test_what_people_arrange_stays(account):
    one = tab(account)
    one["nodes"][0] |= {"x": 5, "y": 7, "g": "group1"}
    one["nodes"] += [
        {"id": "c", "type": "comment", "x": 1, "y": 1, "wires": []},
        {"id": "group1", "type": "group", "x": 1, "y": 1, "wires": []},
    ]
    one["env"] = [{"name": "A", "type": "str", "value": "1"}]
    assert account.planned(wanted(account)).empty
    settle(account, account.stand_in.case.source.replace("subject: Hi", "subject: Hello"))
    after = tab(account)
    assert (after["nodes"][0]["x"], after["nodes"][0]["g"]) == (5, "group1")
    assert [node["id"] for node in after["nodes"][-2:]] == ["c", "group1"]
    assert after["env"] == [{"name": "A", "type": "str", "value": "1"}]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda one: one["nodes"][0].update(d=True), id="a node is switched off"),
        pytest.param(
            lambda one: one["nodes"].append({**one["nodes"][0], "id": "x", "type": "debug"}),
            id="a node more",
        ),
        pytest.param(lambda one: one["nodes"].pop(), id="a node less"),
        pytest.param(lambda one: one["nodes"][0]["wires"].append([]), id="a way out more"),
        pytest.param(lambda one: one.update(info=one["info"] + "\nMore"), id="other words"),
    ],
)
def test_what_people_change_is_seen(account, edit):
    edit(tab(account))
    plan = account.planned(wanted(account))
    assert "⟳ chain.thanks" in render(plan)
    settle(account)


def test_numbers_are_the_same_as_texts(account):
    for node in tab(account)["nodes"]:
        if node["type"] == "e-mail":
            node["port"] = int(node["port"])
    assert account.planned(wanted(account)).empty


def test_a_lost_marker_is_written_again(account):
    tab(account)["info"] = ""
    settle(account)
    assert tab(account)["info"] == "crmspec: shop/thanks"


def test_a_tab_that_lost_marker_and_state_is_not_made_twice(account):
    tab(account)["info"] = ""
    fresh = opened(account.stand_in, account.folder / "fresh")
    _, outcome = fresh.apply(wanted(fresh))
    (failure,) = outcome.failed
    assert "duplicate id" in str(failure.error)
    assert len(account.stand_in.tabs) == 2


def test_a_tab_says_whose_it_is(account):
    tab(account)["info"] = "crmspec: other/thanks"
    with account.provider() as provider:
        found = {one.title: (one.project, one.mark) for one in provider.survey()}
    assert found["Брошенная корзина"] == ("shop", "abandoned_cart")
    assert found["Спасибо"][0] == "other"


def test_a_copy_of_a_tab_is_told_of(account):
    one = copy.deepcopy(tab(account))
    account.stand_in.tabs["copy"] = one
    with pytest.raises(TargetRejectedError, match=r"two objects for `chain.thanks`"):
        account.planned(wanted(account))


def test_a_tab_moves_with_its_chain(account):
    source = account.stand_in.case.source.replace("  thanks:", "  gratitude:")
    moved = "moved:\n  - {from: chain.thanks, to: chain.gratitude}\n"
    before = {id_ for id_, one in account.stand_in.tabs.items() if one["label"] == "Спасибо"}
    account.stand_in.case.settings += moved
    try:
        settle(account, source)
    finally:
        account.stand_in.case.settings = account.stand_in.case.settings.removesuffix(moved)
    after = {id_ for id_, one in account.stand_in.tabs.items() if one["label"] == "Спасибо"}
    assert before == after
    assert tab(account)["info"] == "crmspec: shop/gratitude"


def test_who_waits_in_a_tab_of_unknown_status_may_drop_out(account):
    manual = opened(account.stand_in, account.folder, activate="manual")
    plan = manual.planned(wanted(manual, account.stand_in.case.changes[0][1]))
    assert {str(one.kind) for one in plan.changes} == {"replace"}
    assert manual.planned(wanted(manual)).empty


def test_a_body_is_the_same_however_it_is_said():
    told = [
        {"id": "b", "type": "delay", "timeout": 5, "rate": 1, "x": 1, "z": "t", "wires": [[]]},
        {"id": "a", "type": "people's", "x": 1, "own": 1},
    ]
    meant = [
        {"id": "a", "type": "people's", "own": 1},
        {"id": "b", "type": "delay", "wires": [[]], "timeout": "5"},
    ]
    assert normalise(THANKS, {"nodes": told}) == {"nodes": meant}
    assert normalise(THANKS, {"nodes": meant}) == {"nodes": meant}
