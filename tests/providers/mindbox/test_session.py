"""Mindbox's answers, imports that are done once, and segments that people made."""

from __future__ import annotations

import pytest
from msgspec import structs

from crmspec.engine.change import Change, Kind
from crmspec.engine.error import TargetRejectedError, TargetUnusableError
from crmspec.engine.resource import Address, Remote, Resource
from crmspec.ir.target import Target
from crmspec.providers.clock import SystemClock
from crmspec.providers.http import Reply
from crmspec.providers.mindbox.session import complaint, open_mindbox
from crmspec.providers.registry import Connection
from tests.contract.mindbox import MindboxStandIn
from tests.contract.project import program
from tests.contract.test_lifecycle import opened, settle
from tests.engine.fake import HERE

SPRING = Address("coupon", "spring")


class Strange(MindboxStandIn):
    """Answers every call with one answer."""

    def __init__(self, answer, status=200):
        super().__init__()
        self.answer, self.status = answer, status

    def handle(self, exchange):  # noqa: ARG002
        return self.status, self.answer


@pytest.mark.parametrize(
    ("status", "data", "words", "means"),
    [
        pytest.param(
            400, {"status": "ProtocolError", "errorMessage": "no"}, "no", None, id="a wrong call"
        ),
        pytest.param(
            200,
            {
                "status": "ValidationError",
                "validationMessages": [{"message": "bad", "location": "/x"}, {"message": "n"}, 1],
            },
            "/x bad; n",
            422,
            id="wrong data",
        ),
        pytest.param(200, {"status": "ValidationError"}, "ValidationError", 422, id="no words"),
        pytest.param(404, None, "", None, id="nothing"),
    ],
)
def test_the_words_of_an_error(status, data, words, means):
    found = complaint(Reply(status=status, data=data))
    assert (found.words, found.status) == (words, means)


@pytest.mark.parametrize("status", ["Success", "TransactionAlreadyProcessed", ""])
def test_what_is_no_error(status):
    assert complaint(Reply(status=200, data={"status": status})) is None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="a list"),
        pytest.param({"segmentations": {}}, id="no list"),
        pytest.param({"segmentations": [{"ids": {}}]}, id="no name"),
        pytest.param({"segmentations": ["x"]}, id="a word"),
    ],
)
def test_a_strange_list_of_segments_is_not_worked_with(tmp_path, answer):
    with (
        Strange(answer) as stand_in,
        opened(stand_in, tmp_path).provider() as provider,
        pytest.raises(TargetUnusableError),
    ):
        provider.read({})


@pytest.mark.parametrize("missing", [{"url": None}, {"options": {}}])
def test_without_an_address_nothing_is_opened(missing):
    target = Target(id="m", platform="mindbox", url="http://127.0.0.1", options={"endpoint": "x"})
    target = structs.replace(target, **missing)
    connection = Connection(project="shop", target=target, folder="", token="x")
    with pytest.raises(TargetUnusableError), open_mindbox(connection, SystemClock()):
        pass


@pytest.fixture
def account(tmp_path):
    with MindboxStandIn(tmp_path) as stand_in:
        yield opened(stand_in, tmp_path)


def test_the_account_is_the_host_and_the_endpoint(account):
    with account.provider() as provider:
        assert provider.whoami() == "127.0.0.1 shop.Website"


def change(kind, key, name="Весна"):
    body = {"title": name, "pool": "SpringPool"}
    resource = Resource(SPRING, body, (), HERE)
    remote = Remote("{}", "1", {}) if kind is not Kind.CREATE else None
    return Change(kind=kind, address=SPRING, desired=resource, remote=remote, key=key)


def test_an_import_is_done_once_for_each_key(account):
    with account.provider() as provider:
        provider.apply(change(Kind.CREATE, "a"), {})
        provider.apply(change(Kind.UPDATE, "b", "Лето"), {})
        provider.apply(change(Kind.CREATE, "a"), {})
    assert account.stand_in.pools == {"SpringPool": "Лето"}


def test_what_cannot_be_deleted_is_only_forgotten(account):
    with account.provider() as provider:
        gone = Change(kind=Kind.DELETE, address=SPRING, remote=Remote("{}", "1", {}))
        assert provider.kind(gone) is Kind.ARCHIVE
        assert provider.cost(gone).total == 0
        assert provider.cost(change(Kind.CREATE, "a")).calls == {
            "DirectCrm.PromoCodeTypes.Import": 1
        }
        assert provider.apply(gone, {}) is None
        assert account.stand_in.log == []


@pytest.mark.parametrize("id_", ["spring", "[]"])
def test_an_id_that_is_no_line_is_nothing(account, id_):
    with account.provider() as provider:
        assert provider.read({SPRING: id_}) == {}


def test_wrong_data_is_refused_at_once(account):
    with account.provider() as provider, pytest.raises(TargetRejectedError) as caught:
        provider.apply(change(Kind.CREATE, "a", "REFUSED"), {})
    assert "/Name не является корректным названием" in str(caught.value)


def test_lines_with_the_marks_of_a_table_arrive_whole(account):
    settle(account)
    assert account.stand_in.fields["CustomerCity"]["moscow"] == "Москва; столица"


def test_segments_of_the_account_are_seen_by_name(account):
    segment = {"name": "VIP", "ids": {"externalId": "vip"}, "count": 3}
    account.stand_in.segmentations = [{"name": "Ценность", "segments": [segment]}]
    with account.provider() as provider:
        seen = [(one.kind, one.title, one.id) for one in provider.survey()]
        assert seen == [("segment", "Ценность", ""), ("segment", "VIP", "vip")]
        source = "segments: {vip: {title: VIP, attribute: a, eq: b}}\nlists: {all: {title: Все}}\n"
        provider.compile(program(source, settings="on_unsupported: manual\n"))
        asked = [Address("segment", "vip"), Address("list", "all")]
        found = [one.message.english() for one in provider.missing(asked)]
    assert found == ["Mindbox has no list `Все`"]
    assert len(account.stand_in.log) == 3


def test_without_the_operation_nothing_is_asked(account):
    options = {"endpoint": "shop.Website"}
    account.target = structs.replace(account.target, options=options)
    with account.provider() as provider:
        provider.compile(
            program("lists: {all: {title: Все}}\n", settings="on_unsupported: manual\n")
        )
        assert provider.read({}) == {}
        assert list(provider.survey()) == []
        assert list(provider.missing([Address("list", "all")])) == []
    assert account.stand_in.log == []
