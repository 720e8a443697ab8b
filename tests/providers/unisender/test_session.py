"""Unisender's answers: words of errors, strange answers, what is gone, what is left alone."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from msgspec import structs

from crmspec.engine.change import Change, Kind
from crmspec.engine.error import (
    MissingCredentialError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnusableError,
)
from crmspec.engine.resource import Address, Remote, Resource
from crmspec.engine.text import render
from crmspec.providers.http import Reply
from crmspec.providers.unisender.session import complaint
from tests.contract.project import program
from tests.contract.test_lifecycle import opened, settle, wanted
from tests.contract.unisender import SHOP, UnisenderStandIn
from tests.engine.fake import HERE
from tests.providers.unisender.small import HEAD, findings

NEWS, CITY = Address("list", "news"), Address("attribute", "city")
LETTER = Address("broadcast", "spring")


class Strange(UnisenderStandIn):
    """Answers some calls, or all, with one answer."""

    def __init__(self, answer, only=""):
        super().__init__()
        self.answer, self.only, self.schemas = answer, only, {}

    def handle(self, exchange):
        if self.only in exchange.path:
            return 200, self.answer
        return super().handle(exchange)


@contextmanager
def unisender(tmp_path, answer, only=""):
    with Strange(answer, only) as stand_in, opened(stand_in, tmp_path).provider() as provider:
        yield provider


@contextmanager
def account(tmp_path):
    with UnisenderStandIn() as stand_in:
        yield opened(stand_in, tmp_path)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        pytest.param("invalid_arg", 422, id="wrong arguments"),
        pytest.param("invalid_api_key", 401, id="a wrong key"),
        pytest.param("access_denied", 403, id="not allowed"),
        pytest.param("retry_later", 503, id="out of order"),
        pytest.param("api_call_limit_exceeded_for_ip", 429, id="too many calls"),
        pytest.param("never_heard_of", 422, id="something new"),
    ],
)
def test_the_words_of_an_error(code, status):
    found = complaint(Reply(status=200, data={"error": "no", "code": code}))
    assert (found.words, found.status) == (f"no ({code})", status)


def test_other_errors():
    assert complaint(Reply(status=200, data={"result": []})) is None
    assert complaint(Reply(status=200, data={"error": "no"})).words == "no"
    assert complaint(Reply(status=502, data={"error": "no"})).status is None
    assert complaint(Reply(status=502, data=None)).words == ""


def test_options_that_are_not_there():
    target = program("targets: {main: {platform: unisender, options: {speed: 1}}}\n").targets[
        "main"
    ]
    words = [words for _, words in findings(HEAD, target)]
    assert "Unisender has no option `speed`" in words


def test_the_secret_is_needed(tmp_path):
    with account(tmp_path) as world, pytest.raises(MissingCredentialError), world.provider(None):
        pass


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="a list"),
        pytest.param({"result": None}, id="nothing"),
        pytest.param({"result": {"a": 1}}, id="no list"),
        pytest.param({"result": [1]}, id="no objects"),
        pytest.param({"result": [{"title": "x"}]}, id="an object without an id"),
    ],
)
def test_a_strange_list_is_not_worked_with(tmp_path, answer):
    with unisender(tmp_path, answer) as provider, pytest.raises(TargetUnusableError):
        provider.read({})


def test_who_the_key_is_of(tmp_path):
    with account(tmp_path) as world, world.provider() as provider:
        assert provider.whoami() == "shop"
    for answer in ({"result": {"login": ""}}, {"result": 1}, []):
        with unisender(tmp_path, answer) as provider, pytest.raises(TargetUnusableError):
            provider.whoami()


def change(kind, address=NEWS, remote=None, **body):
    resource = Resource(address, {"title": "News", **body}, (), HERE)
    return Change(kind=kind, address=address, desired=resource, remote=remote)


def test_a_strange_answer_to_a_write_leaves_it_in_doubt(tmp_path):
    with unisender(tmp_path, {"result": []}) as provider, pytest.raises(TargetUncertainError):
        provider.apply(change(Kind.CREATE), {})


GONE = Remote("7", "1", {"title": "News"})


def test_what_is_gone_need_not_be_deleted(tmp_path):
    with account(tmp_path) as world, world.provider() as provider:
        assert provider.apply(Change(kind=Kind.DELETE, address=NEWS, remote=GONE), {}) is None


def test_what_is_gone_cannot_be_changed(tmp_path):
    with account(tmp_path) as world, world.provider() as provider:
        with pytest.raises(Exception, match="was deleted on the target meanwhile"):
            provider.apply(change(Kind.UPDATE, remote=GONE), {})
        assert provider.find(NEWS, "7") is None
        assert provider.find(LETTER, "7") is None


def test_a_refusal_is_no_absence(tmp_path):
    no = {"error": "no", "code": "access_denied"}
    gone = Change(kind=Kind.DELETE, address=NEWS, remote=GONE)
    with unisender(tmp_path, no) as provider:
        with pytest.raises(TargetRejectedError) as caught:
            provider.apply(gone, {})
        assert caught.value.fatal
        with pytest.raises(TargetRejectedError):
            provider.find(LETTER, "7")


def test_what_cannot_be_deleted_and_is_there_is_told(tmp_path):
    no = {"error": "this list is in use", "code": "invalid_arg"}
    with Strange(no, "deleteList") as stand_in:
        world = opened(stand_in, tmp_path)
        settle(world)
        _, outcome = world.apply(wanted(world, "{}"))
    assert [str(one.change.address) for one in outcome.failed] == ["list.news"]


def test_fields_stay_when_the_project_does_not_want_them(tmp_path):
    with account(tmp_path) as world:
        settle(world)
        plan = world.planned(wanted(world, "{}"))
        kinds = {str(one.address): one.kind for one in plan.changes}
        assert kinds["attribute.city"] is Kind.ARCHIVE
        assert kinds["list.news"] is Kind.DELETE
        settle(world, "{}")
        assert {one["name"] for one in world.stand_in.fields.values()} == {"city", "age", "Name"}


def test_another_type_is_another_field(tmp_path):
    with account(tmp_path) as world:
        settle(world)
        plan = settle(world, SHOP.replace("type: integer", "type: date"))
        (found,) = plan.changes
        assert (str(found.address), found.kind) == ("attribute.age", Kind.REPLACE)
        assert found.cost.total == 2
        assert "±" in render(plan)


def test_another_name_of_a_field_keeps_it(tmp_path):
    with account(tmp_path) as world:
        settle(world)
        named = SHOP.replace("type: integer}", "type: integer, names: {unisender: Years}}")
        (found,) = settle(world, named).changes
        assert found.kind is Kind.UPDATE
        assert "Years" in {one["name"] for one in world.stand_in.fields.values()}


def test_a_letter_that_was_sent_stays(tmp_path):
    with account(tmp_path) as world:
        settle(world)
        ((id_, _),) = world.stand_in.letters.items()
        world.stand_in.campaigns["1"] = {"id": 1, "message_id": int(id_), "status": "completed"}
        settle(world, "{}")
        assert world.stand_in.letters.keys() == {id_}


def test_letters_that_are_alike_are_nobodys(tmp_path):
    with account(tmp_path) as world:
        settle(world)
        ((_, letter),) = world.stand_in.letters.items()
        world.stand_in.letters["900"] = {**letter, "id": 900}
        assert world.planned(wanted(world)).empty
        fresh = opened(world.stand_in, tmp_path / "fresh")
        kinds = {str(one.address): one.kind for one in fresh.planned(wanted(fresh)).changes}
        assert kinds["broadcast.spring"] is Kind.CREATE


def test_a_title_that_is_not_given_back_is_no_change(tmp_path):
    with account(tmp_path) as world:
        settle(world)
        source = SHOP.replace("Возраст", "Сколько лет").replace("Весенняя", "О весне")
        assert world.planned(wanted(world, source)).empty


def test_a_template_without_its_mark_is_marked_again(tmp_path):
    with account(tmp_path) as world:
        settle(world)
        one = next(o for o in world.stand_in.templates.values() if o["subject"] == "Привет")
        one["description"] = "После подписки"
        settle(world)
        assert one["description"] == "После подписки"
        one = next(o for o in world.stand_in.templates.values() if o["subject"] == "Привет")
        assert "crmspec:shop/message/welcome" in one["description"]
        assert one["text_body"] == "Рады вам, {{city}}"


def test_the_account_is_surveyed(tmp_path):
    with account(tmp_path) as world:
        settle(world)
        with world.provider() as provider:
            found = list(provider.survey())
            assert len(found) == 7
            assert {one.key for one in found if one.title == "Name"} == {"first_name"}
            (city,) = [id_ for id_, one in world.stand_in.fields.items() if one["name"] == "city"]
            body = provider.read({CITY: str(city)})[CITY].body
            assert provider.decode(CITY, body)["type"] == "string"


def test_letters_are_not_listed_if_the_target_does_not_manage_broadcasts(tmp_path):
    with account(tmp_path) as world:
        settle(world)
        world.target = structs.replace(world.target, manages=("lists", "messages"))
        world.stand_in.log.clear()
        assert world.planned(wanted(world)).empty
        assert "/listMessages" not in {one.path for one in world.stand_in.log}
