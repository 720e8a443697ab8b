"""UniOne's answers: words of errors, strange answers, what is gone already."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from crmspec.engine.change import Change, Kind
from crmspec.engine.error import TargetRejectedError, TargetUncertainError, TargetUnusableError
from crmspec.engine.resource import Address, Remote, Resource
from crmspec.ir.target import Target
from crmspec.providers.http import Reply
from crmspec.providers.unione.session import address, complaint
from tests.contract.project import program
from tests.contract.test_lifecycle import opened, settle, wanted
from tests.contract.unione import UniOneStandIn
from tests.engine.fake import HERE
from tests.providers.unione.small import HEAD, findings

WELCOME = Address("message", "welcome")


class Strange(UniOneStandIn):
    """Answers every call with one answer."""

    def __init__(self, answer, status=200):
        super().__init__()
        self.answer, self.status, self.schemas = answer, status, {}

    def handle(self, exchange):  # noqa: ARG002
        return self.status, self.answer


@contextmanager
def unione(tmp_path, answer, status=200):
    with Strange(answer, status) as stand_in, opened(stand_in, tmp_path).provider() as provider:
        yield provider


@contextmanager
def account(tmp_path):
    with UniOneStandIn() as stand_in:
        yield opened(stand_in, tmp_path)


def receipt(world):
    return next(one for one in world.stand_in.kept.values() if one["name"] == "[shop] Чек")


def test_the_words_of_an_error():
    data = {"status": "error", "code": 1576, "message": "`subject` should not be blank"}
    found = complaint(Reply(status=400, data=data))
    assert found.words == "`subject` should not be blank (code 1576)"
    assert found.status is None
    assert complaint(Reply(status=400, data={**data, "code": 601})).status == 404
    assert complaint(Reply(status=400, data={**data, "code": 603})).status == 409
    assert complaint(Reply(status=200, data={"status": "success"})) is None


@pytest.mark.parametrize(
    ("target", "url"),
    [
        pytest.param({}, "https://api.unione.io/en/transactional/api/v1", id="UniOne finds it"),
        pytest.param(
            {"region": "go2"}, "https://go2.unisender.ru/ru/transactional/api/v1", id="a region"
        ),
        pytest.param(
            {"region": "go2", "url": "https://mail.shop.example/"},
            "https://mail.shop.example/transactional/api/v1",
            id="an address of its own",
        ),
    ],
)
def test_the_address(target, url):
    assert address(Target(id="main", platform="unione", **target)) == url


def test_settings_that_are_not_there():
    options = "{speed: 1, template_engine: liquid}"
    text = f"targets: {{main: {{platform: unione, region: moon, options: {options}}}}}\n"
    target = program(text).targets["main"]
    words = [words for _, words in findings(HEAD + "  {}", target)]
    assert "UniOne has no region `moon`" in words
    assert "UniOne has no option `speed`" in words
    assert "`template_engine` is `simple` or `velocity`" in words


def test_settings_that_are_there():
    options = "{template_engine: velocity}"
    text = f"targets: {{main: {{platform: unione, region: eu1, options: {options}}}}}\n"
    assert findings(HEAD + "  {}", program(text).targets["main"]) == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="a list"),
        pytest.param({"templates": None}, id="no templates"),
        pytest.param({"templates": [1]}, id="no objects"),
        pytest.param({"templates": [{"name": "x"}]}, id="an object without an id"),
    ],
)
def test_a_strange_list_is_not_worked_with(tmp_path, answer):
    with unione(tmp_path, answer) as provider, pytest.raises(TargetUnusableError):
        provider.read({})


def test_a_strange_account_is_not_worked_with(tmp_path):
    with unione(tmp_path, {"user_id": None}) as provider, pytest.raises(TargetUnusableError):
        provider.whoami()


def test_who_the_key_is_of(tmp_path):
    with unione(tmp_path, {"user_id": 7}) as provider:
        assert provider.whoami() == "user 7"
    with unione(tmp_path, {"user_id": 7, "project_id": "p1"}) as provider:
        assert provider.whoami() == "user 7 p1"


def change(kind, remote=None):
    resource = Resource(WELCOME, {"title": "Hi"}, (), HERE)
    return Change(kind=kind, address=WELCOME, desired=resource, remote=remote)


def test_a_strange_answer_to_a_write_leaves_it_in_doubt(tmp_path):
    with unione(tmp_path, {"template": 1}) as provider, pytest.raises(TargetUncertainError):
        provider.apply(change(Kind.CREATE), {})


REMOTE = Remote("11", "1", {"title": "Hi"})
GONE = {"status": "error", "code": 601, "message": "Template not found"}
NO = {"status": "error", "code": 105, "message": "API is turned off"}


@pytest.mark.parametrize(
    ("answer", "status", "raises"),
    [
        pytest.param(GONE, 400, False, id="gone already"),
        pytest.param(NO, 403, True, id="not allowed"),
    ],
)
def test_what_is_gone_need_not_be_deleted(tmp_path, answer, status, raises):
    gone = Change(kind=Kind.DELETE, address=WELCOME, remote=REMOTE)
    with unione(tmp_path, answer, status) as provider:
        if raises:
            with pytest.raises(TargetRejectedError):
                provider.apply(gone, {})
        else:
            assert provider.apply(gone, {}) is None


def test_a_refusal_to_read_is_no_absence(tmp_path):
    with unione(tmp_path, NO, 403) as provider, pytest.raises(TargetRejectedError):
        provider.find(WELCOME, "11")
    with unione(tmp_path, GONE, 400) as provider:
        assert provider.find(WELCOME, "11") is None


def test_what_people_set_is_sent_back(tmp_path):
    with account(tmp_path) as world:
        settle(world)
        one = receipt(world)
        one["attachments"] = [{"type": "text/plain", "name": "a.txt", "content": "eA=="}]
        one["track_read"] = 1
        one["global_metadata"]["campaign_id"] = "7"
        settle(world, world.stand_in.case.changes[0][1])
        one = receipt(world)
        assert one["attachments"][0]["name"] == "a.txt"
        assert one["global_metadata"] == {"campaign_id": "7", "crmspec": "shop/message/receipt"}


def test_a_template_without_its_marker_is_marked_again(tmp_path):
    with account(tmp_path) as world:
        settle(world)
        one = receipt(world)
        one["global_metadata"] = []
        settle(world)
        one = receipt(world)
        assert one["global_metadata"] == {"crmspec": "shop/message/receipt"}


def test_long_lists_are_read_to_their_end(tmp_path):
    with account(tmp_path) as world:
        settle(world)
        first = next(iter(world.stand_in.kept.values()))
        for number in range(120):
            id_ = f"00000000-0000-0000-0001-{number:012d}"
            world.stand_in.kept[id_] = {**first, "id": id_, "name": id_, "global_metadata": []}
        with world.provider() as provider:
            assert len(list(provider.survey())) == 122
        assert world.planned(wanted(world)).empty
