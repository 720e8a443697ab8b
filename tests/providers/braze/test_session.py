"""Braze's answers: words of errors, strange answers, names, catalogs that cannot be changed."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from msgspec import structs

from crmspec.engine.change import Change, Kind
from crmspec.engine.error import TargetRejectedError, TargetUncertainError, TargetUnusableError
from crmspec.engine.resource import Address, Remote, Resource
from crmspec.ir.target import Target
from crmspec.providers.braze.naming import id_of, unmarked
from crmspec.providers.braze.session import complaint, decode, open_braze
from crmspec.providers.clock import SystemClock
from crmspec.providers.http import Reply
from crmspec.providers.registry import Connection
from tests.contract.braze import BrazeStandIn
from tests.contract.project import program
from tests.contract.test_lifecycle import opened, settle
from tests.engine.fake import HERE

CART, SHOPS = Address("message", "cart"), Address("object", "shops")


class Strange(BrazeStandIn):
    """Answers every call with one answer."""

    def __init__(self, answer, status=200):
        super().__init__()
        self.answer, self.status, self.api = answer, status, None

    def handle(self, exchange):  # noqa: ARG002
        return self.status, self.answer


@contextmanager
def braze(tmp_path, answer, status=200):
    with Strange(answer, status) as stand_in, opened(stand_in, tmp_path).provider() as provider:
        yield provider


def change(kind, address, was=None, **wanted):
    resource = Resource(address, {"title": "T", **wanted}, (), HERE)
    remote = None if was is None else Remote("id", "1", {"title": "T", **was})
    return Change(kind=kind, address=address, desired=resource, remote=remote)


@pytest.mark.parametrize(
    ("status", "data", "words", "means"),
    [
        pytest.param(400, {"message": "no"}, "no", None, id="a message"),
        pytest.param(
            400,
            {"message": "Invalid Request", "errors": [{"id": "x", "message": "too many"}, "odd"]},
            "Invalid Request; too many; odd",
            None,
            id="errors",
        ),
        pytest.param(200, {"message": "No template with id 'x' found"}, None, 404, id="no such id"),
        pytest.param(
            400, {"message": "Content Block has been deleted"}, None, 404, id="deleted there"
        ),
        pytest.param(200, {"message": "hiccup"}, "hiccup", None, id="a 200 that is none"),
        pytest.param(500, {}, "", None, id="no words"),
    ],
)
def test_the_words_of_an_error(status, data, words, means):
    found = complaint(Reply(status=status, data=data))
    assert found.status == means
    assert words is None or found.words == words


def test_success_is_no_error():
    assert complaint(Reply(status=201, data={"message": "success"})) is None
    assert complaint(Reply(status=200, data={"catalogs": []})) is None
    assert complaint(Reply(status=200)) is None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="a list"),
        pytest.param({"templates": None}, id="no templates"),
        pytest.param({"content_blocks": [{"name": "x"}]}, id="an object without an id"),
        pytest.param({"content_blocks": [], "templates": []}, id="no catalogs"),
        pytest.param(
            {"content_blocks": [], "templates": [], "catalogs": [{}]}, id="a catalog without a name"
        ),
    ],
)
def test_a_strange_list_is_not_worked_with(tmp_path, answer):
    with braze(tmp_path, answer) as provider, pytest.raises(TargetUnusableError):
        provider.read({})


def test_a_strange_list_of_names_is_not_worked_with(tmp_path):
    source = "segments: {vip: {attribute: tier, eq: gold}}\n"
    with Strange({"segments": None}) as stand_in:
        world = opened(stand_in, tmp_path)
        world.target = structs.replace(world.target, manages=("segments",))
        with world.provider() as provider:
            assert list(provider.missing([Address("segment", "vip")])) == []
            provider.compile(program(source, settings="on_unsupported: manual\n"))
            assert list(provider.missing([Address("segment", "other"), CART])) == []
            with pytest.raises(TargetUnusableError):
                list(provider.missing([Address("segment", "vip")]))


def test_a_strange_answer_to_a_write_leaves_it_in_doubt(tmp_path):
    with braze(tmp_path, {"message": "success"}) as provider, pytest.raises(TargetUncertainError):
        provider.apply(change(Kind.CREATE, CART), {})


def test_what_is_gone_is_not_found_and_need_not_be_deleted(tmp_path):
    gone = {"message": "Could not find it"}
    with braze(tmp_path, gone) as provider:
        assert provider.find(CART, "x") is None
        remote = Remote("shop-shops", "1", {"title": "T"})
        removal = Change(kind=Kind.DELETE, address=SHOPS, remote=remote)
        assert provider.apply(removal, {}) is None
    with braze(tmp_path, {"message": "no"}, 403) as provider:
        with pytest.raises(TargetRejectedError):
            provider.find(CART, "x")
        with pytest.raises(TargetRejectedError) as caught:
            provider.apply(removal, {})
    assert "catalogs.delete" in str(caught.value.help)


def test_without_an_address_nothing_is_opened():
    connection = Connection(
        project="shop", target=Target(id="m", platform="braze"), folder="", token="x"
    )
    with pytest.raises(TargetUnusableError), open_braze(connection, SystemClock()):
        pass


def test_the_account_is_the_instance_and_the_workspace(tmp_path):
    with BrazeStandIn() as stand_in, opened(stand_in, tmp_path).provider() as provider:
        assert provider.whoami() == "127.0.0.1 shop"


@pytest.mark.parametrize(
    ("name", "title", "id_", "project"),
    [
        pytest.param("Cart [shop/cart]", "Cart", "cart", "shop", id="ours"),
        pytest.param("Cart  [a] [shop/cart]", "Cart [a]", "cart", "shop", id="with brackets"),
        pytest.param("Cart [other/cart]", "Cart [other/cart]", None, "other", id="another's"),
        pytest.param("Cart", "Cart", None, None, id="of nobody"),
        pytest.param("Cart [shop/cart] copy", "Cart [shop/cart] copy", None, None, id="a copy"),
    ],
)
def test_the_name_of_a_template_says_whose_it_is(name, title, id_, project):
    assert unmarked("shop", name) == (title, id_, project)


def test_the_name_of_a_content_block_says_whose_it_is():
    assert id_of("shop", "shop-line") == "line"
    assert id_of("shop", "shop-line--layout", "--layout") == "line"
    others = ("shop-x-line", "shop-", "shopx-line", "line", "shop-line--layout")
    assert [id_of("shop", one) for one in others] == [None] * len(others)
    assert id_of("shop", "shop-line", "--layout") is None


@pytest.mark.parametrize(
    ("was", "wanted", "kind", "calls"),
    [
        pytest.param({"a": "string"}, {"a": "string", "b": "time"}, "update", 1, id="a field more"),
        pytest.param({"a": "string", "b": "time"}, {"a": "string"}, "replace", 1, id="one less"),
        pytest.param({"a": "string"}, {"b": "string"}, "replace", 2, id="another field"),
        pytest.param({"a": "string"}, {"a": "time"}, "replace", 2, id="another type"),
    ],
)
def test_what_cannot_be_changed_of_a_catalog_is_a_replacement(tmp_path, was, wanted, kind, calls):
    one = change(Kind.UPDATE, SHOPS, {"fields": was}, fields=wanted)
    with BrazeStandIn() as stand_in, opened(stand_in, tmp_path).provider() as provider:
        assert provider.kind(one) == kind
        assert provider.cost(one).total == calls


def test_the_costs_and_kinds_of_other_changes(tmp_path):
    with BrazeStandIn() as stand_in, opened(stand_in, tmp_path).provider() as provider:
        removal = Change(kind=Kind.DELETE, address=CART, remote=Remote("id", "1", {"title": "T"}))
        assert provider.kind(removal) is Kind.ARCHIVE
        assert provider.cost(removal).total == 0
        assert provider.cost(change(Kind.UPDATE, CART, {}, subject="x")).calls == {
            "POST templates/email/update": 1
        }
        assert provider.kind(change(Kind.CREATE, SHOPS)) is Kind.CREATE
        assert provider.cost(change(Kind.CREATE, SHOPS)).calls == {"catalogs": 1}


def test_more_templates_than_a_page_and_those_of_others_are_only_named(tmp_path):
    with BrazeStandIn(tmp_path) as stand_in:
        kept = stand_in.kept["templates/email"]
        for number in range(250):
            id_ = f"other-{number}"
            kept[id_] = {"email_template_id": id_, "template_name": f"Other {number}"}
        world = opened(stand_in, tmp_path)
        settle(world)
        stand_in.log.clear()
        with world.provider() as provider:
            assert len(list(provider.survey())) == 255
            assert len(provider.read({})) == 5
        read = [one for one in stand_in.log if one.path.endswith("/info")]
        assert len(read) == 4


def test_a_name_that_lost_its_mark_gets_it_back(tmp_path):
    with BrazeStandIn(tmp_path) as stand_in:
        world = opened(stand_in, tmp_path)
        settle(world)
        one = next(iter(stand_in.kept["templates/email"].values()))
        name = one["template_name"]
        one["template_name"] = name.partition(" [")[0]
        settle(world)
        assert next(iter(stand_in.kept["templates/email"].values()))["template_name"] == name


def test_a_preheader_of_people_is_an_edit(tmp_path):
    with BrazeStandIn(tmp_path) as stand_in:
        world = opened(stand_in, tmp_path)
        settle(world)
        one = next(iter(stand_in.kept["templates/email"].values()))
        one["preheader"] = "Twice"
        settle(world)
        assert next(iter(stand_in.kept["templates/email"].values()))["preheader"] == ""


@pytest.mark.parametrize(
    ("address", "body", "words"),
    [
        pytest.param(
            "message.m",
            {"subject": "Hi", "body": "<p>", "plaintext_body": "x"},
            {"channel": "email", "subject": "Hi", "source": "<p>", "text": "x"},
            id="a letter",
        ),
        pytest.param("message.m", {"subject": "{{ x }}"}, {"channel": "email"}, id="Liquid"),
        pytest.param("block.b", {"content": "<b>"}, {"template": "<b>"}, id="a block"),
        pytest.param("block.b", {"content": "{% if x %}"}, {}, id="a block with Liquid"),
        pytest.param("object.o", {"fields": {}}, {}, id="a catalog"),
    ],
)
def test_what_has_no_liquid_is_led_back(address, body, words):
    assert decode(Address.parse(address), body) == words
