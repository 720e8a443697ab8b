"""Sendsay's answers: errors with 200, other paths, strange lists, what is gone already."""

from __future__ import annotations

import json

import pytest

from crmspec.engine.change import Change, Kind
from crmspec.engine.difference import Action, Difference
from crmspec.engine.error import (
    TargetRejectedError,
    TargetUncertainError,
    TargetUnusableError,
)
from crmspec.engine.resource import Address, Remote, Resource
from crmspec.ir.target import Target
from crmspec.providers.http import Reply
from crmspec.providers.sendsay.group import group_address, group_key
from crmspec.providers.sendsay.session import complaint
from tests.contract.sendsay import SendsayStandIn
from tests.contract.test_lifecycle import opened, settle, wanted
from tests.contract.world import World
from tests.engine.fake import HERE
from tests.providers.sendsay.small import sendsay

VIP, MAIL, TOWN = Address("segment", "vip"), Address("message", "m"), Address("attribute", "town")
BODIES = {
    VIP: {"title": "VIP", "filter": [{"which": "PRF", "pid": "x", "resp": "1"}]},
    MAIL: {"title": "M", "letter": {"subject": "Hi", "message": {"html": "<p>Hi</p>"}}},
    TOWN: {"title": "Town", "type": "int"},
}
IDS = {VIP: "shop__segment__vip", MAIL: "100", TOWN: "town"}
GROUP = {"id": "shop__segment__vip", "name": "VIP", "type": "filter"}


def error(code, explain="no"):
    return {"errors": [{"id": code, "explain": explain}]}


def change(kind, address=VIP, fields=()):
    resource = Resource(address, BODIES[address], (), HERE)
    remote = Remote(IDS[address], "1", {"title": "old"})
    known = None if kind is Kind.CREATE else remote
    return Change(kind=kind, address=address, desired=resource, remote=known, fields=fields)


@pytest.mark.parametrize(
    ("errors", "words", "status"),
    [
        pytest.param(
            [{"id": "error/auth/failed", "explain": "expired"}],
            "error/auth/failed: expired",
            401,
            id="the key",
        ),
        pytest.param([{"id": "group_id_not_exists"}], "group_id_not_exists", 404, id="gone"),
        pytest.param(
            [{"id": "access_denied", "explain": None}], "access_denied", 403, id="not allowed"
        ),
        pytest.param(
            [{"id": "wrong", "explain": {"name": ["long", "odd"]}}, {"id": "b"}, "c"],
            "wrong: name: long, odd; b",
            None,
            id="several, explained in other ways",
        ),
    ],
)
def test_the_words_of_errors(errors, words, status):
    found = complaint(Reply(status=200, data={"errors": errors}))
    assert (found.words, found.status) == (words, status)
    assert complaint(Reply(status=500, data={"errors": errors})).status is None


def test_what_is_no_error():
    assert complaint(Reply(status=200, data={"list": []})) is None
    assert complaint(Reply(status=200, data=[])) is None
    assert complaint(Reply(status=503, data={"message": "later"})).words == "later"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        pytest.param({"anketa.get": []}, "what Sendsay", id="a list for an object"),
        pytest.param({"anketa.get": {"obj": {}}}, "what Sendsay", id="no questions"),
        pytest.param(
            {"anketa.get": {"obj": {"quests": {"a": 1}}}}, "what Sendsay", id="no question"
        ),
        pytest.param({"group.list": {}}, "what Sendsay", id="no list"),
        pytest.param({"group.list": {"list": [{"name": "x"}]}}, "what Sendsay", id="no code"),
        pytest.param(
            {"issue.draft.list": {"list": [{"id": 1, "name": "M [shop.m]"}]}, "batch": {}},
            "what Sendsay",
            id="a batch without results",
        ),
        pytest.param({"anketa.get": {"REDIRECT": "//evil.example/x"}}, "elsewhere", id="a host"),
        pytest.param({"anketa.get": {"REDIRECT": 1}}, "elsewhere", id="no path at all"),
        pytest.param({"anketa.get": {"REDIRECT": "/round"}}, "circle", id="a circle"),
    ],
)
def test_strange_answers_are_not_worked_with(tmp_path, answers, words):
    with sendsay(tmp_path, answers) as provider, pytest.raises(TargetUnusableError) as caught:
        provider.read({})
    assert words in str(caught.value)


def test_a_strange_account_is_not_worked_with(tmp_path):
    with sendsay(tmp_path, {"pong": {}}) as provider, pytest.raises(TargetUnusableError):
        provider.whoami()


def test_an_account_must_be_named(tmp_path):
    with SendsayStandIn() as stand_in:
        world = World(stand_in, tmp_path, target=Target(id="m", platform="sendsay"))
        with pytest.raises(TargetUnusableError), world.provider():
            pass


@pytest.mark.parametrize(
    ("kind", "address", "answers"),
    [
        pytest.param(Kind.CREATE, MAIL, {"issue.draft.set": {"id": 1}}, id="a draft"),
        pytest.param(
            Kind.CREATE, TOWN, {"anketa.quest.add": {}}, id="a question that is not there"
        ),
        pytest.param(Kind.UPDATE, VIP, {"group.get": {"list": []}}, id="a group that is not there"),
    ],
)
def test_a_strange_answer_to_a_write_leaves_it_in_doubt(tmp_path, kind, address, answers):
    with sendsay(tmp_path, answers) as provider, pytest.raises(TargetUncertainError):
        provider.apply(change(kind, address), {})


@pytest.mark.parametrize(
    ("address", "answers", "raises"),
    [
        pytest.param(VIP, {"group.delete": error("group_id_not_exists")}, False, id="a group"),
        pytest.param(VIP, {"group.delete": error("group_in_use")}, True, id="a group in use"),
        pytest.param(MAIL, {"issue.draft.delete": error("odd")}, False, id="a draft"),
        pytest.param(
            MAIL,
            {
                "issue.draft.delete": error("odd"),
                "issue.draft.list": {"list": [{"id": 100, "name": "x"}]},
            },
            True,
            id="a draft that stays",
        ),
        pytest.param(TOWN, {"anketa.get": []}, False, id="a question, which is left alone"),
    ],
)
def test_what_is_gone_need_not_be_deleted(tmp_path, address, answers, raises):
    gone = change(Kind.DELETE, address)
    with sendsay(tmp_path, answers) as provider:
        if raises:
            with pytest.raises(TargetRejectedError):
                provider.apply(gone, {})
        else:
            assert provider.apply(gone, {}) is None


@pytest.mark.parametrize(
    ("address", "answers"),
    [
        pytest.param(VIP, {"group.get": error("wrong_group_id")}, id="a group"),
        pytest.param(
            MAIL,
            {"issue.draft.get": error("odd"), "issue.draft.list": {"list": [{"id": "100"}]}},
            id="a draft that is listed",
        ),
    ],
)
def test_a_refusal_to_read_is_no_absence(tmp_path, address, answers):
    with sendsay(tmp_path, answers) as provider, pytest.raises(TargetRejectedError):
        provider.find(address, IDS[address])


@pytest.mark.parametrize(
    ("address", "answers"),
    [
        pytest.param(VIP, {}, id="no such group"),
        pytest.param(VIP, {"group.get": {"list": [{**GROUP, "type": "list"}]}}, id="a list"),
        pytest.param(MAIL, {}, id="no such draft"),
        pytest.param(TOWN, {}, id="no such question"),
    ],
)
def test_what_is_not_there(tmp_path, address, answers):
    with sendsay(tmp_path, answers) as provider:
        assert provider.find(address, IDS[address]) is None
        assert provider.find(address, None) is None


def test_a_draft_without_contents_is_not_worked_with(tmp_path):
    answers = {"issue.draft.get": {}}
    with sendsay(tmp_path, answers) as provider, pytest.raises(TargetUnusableError):
        provider.find(MAIL, "100")


def test_a_group_without_its_filter_is_finished(tmp_path):
    with SendsayStandIn() as stand_in, opened(stand_in, tmp_path).provider() as provider:
        stand_in.groups["shop__segment__vip"] = {**GROUP, "name": "half", "filter": []}
        stand_in.groups["x"] = {"id": "x", "name": "x", "type": "list"}
        assert provider.find(VIP, None) is None
        made = provider.apply(change(Kind.CREATE), {})
    assert (made.id, made.body["title"]) == ("shop__segment__vip", "VIP")
    assert stand_in.groups["shop__segment__vip"]["filter"] == BODIES[VIP]["filter"]


def test_only_what_differs_of_a_group_is_written(tmp_path):
    fields = (Difference("filter[0].resp", Action.SET, "0", "1"),)
    with SendsayStandIn() as stand_in, opened(stand_in, tmp_path).provider() as provider:
        stand_in.groups["shop__segment__vip"] = {**GROUP, "filter": []}
        stand_in.groups["x"] = {"id": "x", "name": "x", "type": "list"}
        asked = change(Kind.UPDATE, fields=fields)
        provider.apply(asked, {})
        told = [one.body.get("action") for one in stand_in.log]
    assert told[1:] == ["group.filter.set", "group.get"]  # the first one was sent on
    assert provider.cost(asked).calls == {"group.filter.set": 1, "group.get": 1}


def test_whose_objects_are_is_told(tmp_path):
    with SendsayStandIn() as stand_in:
        settle(opened(stand_in, tmp_path, project="other"))
        with opened(stand_in, tmp_path).provider() as provider:
            found = {one.title: one.project for one in provider.survey()}
    assert found["VIP"] == found["Спасибо [other.thanks]"] == "other"
    assert found["Пустой"] is found["Экспресс"] is None


def test_a_draft_that_lost_its_mark_is_known_by_its_id_and_gets_it_back(tmp_path):
    with SendsayStandIn() as stand_in:
        world = opened(stand_in, tmp_path)
        settle(world)
        draft = next(one for one in stand_in.drafts.values() if "thanks" in one["name"])
        draft["name"] = "Спасибо (UI)"
        with world.provider() as provider:
            found = provider.read({Address("message", "thanks"): str(draft["id"])})
        assert found[Address("message", "thanks")].unmarked
        settle(world)
        assert stand_in.drafts[draft["id"]]["name"] == "Спасибо [shop.thanks]"


def test_a_list_that_is_given_whole_whatever_is_skipped(tmp_path):
    rows = [{"id": str(number), "name": "x", "type": "list"} for number in range(3)]
    with sendsay(tmp_path, {"group.list": {"list": rows}}) as provider:
        seen = [one.id for one in provider.survey() if one.kind == "list"]
    assert seen == ["0", "1", "2"]


class Moving(SendsayStandIn):
    """Has another group in front each time that its groups are listed."""

    def _check(self, exchange):
        """Not the point here."""

    def _group_list(self, call):
        known = self.groups
        self.groups = {f"{1000 - len(known):04}": {"name": "x", "type": "list", "id": "x"}, **known}
        self.groups = {key: {**one, "id": key} for key, one in self.groups.items()}
        return super()._group_list(call)


def test_a_list_that_changes_all_the_time_is_not_worked_with(tmp_path):
    with Moving() as stand_in, opened(stand_in, tmp_path).provider() as provider:
        for number in range(9):
            stand_in.groups[f"z{number}"] = {"id": f"z{number}", "name": "x", "type": "list"}
        with pytest.raises(TargetUnusableError) as caught:
            provider.read({})
    assert "changes while" in str(caught.value)


def test_an_endless_list_is_not_worked_with(tmp_path, monkeypatch):
    monkeypatch.setattr("crmspec.providers.sendsay.account._MOST_PARTS", 2)
    with SendsayStandIn() as stand_in, opened(stand_in, tmp_path).provider() as provider:
        for number in range(9):
            stand_in.groups[f"z{number}"] = {"id": f"z{number}", "name": "x", "type": "list"}
        with pytest.raises(TargetUnusableError) as caught:
            provider.read({})
    assert "do not end" in str(caught.value)


def test_questions_may_come_as_a_list(tmp_path):
    quests = [{"id": "q7", "name": "Size", "type": "int"}, "odd"]
    with sendsay(tmp_path, {"anketa.get": {"obj": {"quests": quests}}}) as provider:
        found = [(one.title, one.key) for one in provider.survey() if one.kind == "attribute"]
    assert found == [("Size", "q7")]


def test_questions_of_others_are_not_ours(tmp_path):
    with SendsayStandIn() as stand_in:
        stand_in.quests["theirs"] = {"name": "Theirs", "type": "int"}
        world = opened(stand_in, tmp_path)
        plan = settle(world)
        assert not plan.remarks
        settle(world, "{}")
        assert {"theirs", "town", "score"} <= stand_in.quests.keys()


@pytest.mark.parametrize(
    ("code", "address"),
    [
        pytest.param("shop__segment__vip", VIP, id="a segment"),
        pytest.param("shop__list__news", Address("list", "news"), id="a list"),
        pytest.param("shop_x__segment__vip", None, id="of another project"),
        pytest.param("shop__segment__", None, id="without a name"),
        pytest.param("p24", None, id="of people"),
    ],
)
def test_codes_of_groups(code, address):
    assert group_address("shop", code) == address
    assert address is None or group_key("shop", address) == code


def test_reading_takes_a_few_calls_for_many_objects(tmp_path):
    with SendsayStandIn() as stand_in:
        stand_in.largest_page = 50
        world = opened(stand_in, tmp_path)
        settle(world)
        stand_in.log.clear()
        assert world.planned(wanted(world)).empty
        told = [one.body["action"] for one in stand_in.log]
    reads = ["anketa.get", "group.list", "group.list", "group.get", "issue.draft.list", "batch"]
    assert [one for one in told if one != "pong"] == ["anketa.get", *reads]  # the first is sent on


def test_no_secret_is_said(tmp_path):
    with SendsayStandIn() as stand_in:
        world = opened(stand_in, tmp_path)
        settle(world)
        assert all("apikey" not in json.loads(one.data) for one in stand_in.log)
