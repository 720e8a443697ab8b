"""Klaviyo's answers: words of errors, strange answers, markers, metrics, flows made anew."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from msgspec import structs

from crmspec.engine.change import Change, Kind
from crmspec.engine.error import (
    PlanRefusedError,
    RevisionConflictError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnusableError,
)
from crmspec.engine.gate import Allowed, refusals
from crmspec.engine.resource import Address, Remote, Resource
from crmspec.providers.http import Reply
from crmspec.providers.klaviyo import mark, normal
from crmspec.providers.klaviyo.mark import Mark
from crmspec.providers.klaviyo.session import VENDOR, complaint
from tests.contract.klaviyo import SHOP, KlaviyoStandIn
from tests.contract.test_lifecycle import opened, settle, wanted
from tests.engine.fake import HERE

VIP, CART = Address("segment", "vip"), Address("chain", "abandoned_cart")
DEFINITION = {"condition_groups": []}


class Strange(KlaviyoStandIn):
    """Answers every call with one answer."""

    def __init__(self, answer, status=200):
        super().__init__()
        self.answer, self.status, self.api = answer, status, None

    def handle(self, exchange):  # noqa: ARG002
        return self.status, self.answer


@contextmanager
def klaviyo(tmp_path, answer, status=200):
    with Strange(answer, status) as stand_in, opened(stand_in, tmp_path).provider() as provider:
        yield provider


@pytest.fixture
def account(tmp_path):
    with KlaviyoStandIn(tmp_path) as stand_in:
        yield opened(stand_in, tmp_path)


def change(kind, remote=None):
    resource = Resource(VIP, {"title": "VIP", "definition": DEFINITION}, (), HERE)
    return Change(kind=kind, address=VIP, desired=resource, remote=remote)


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        pytest.param(
            [
                {"detail": "is no name", "source": {"pointer": "/data/attributes/name"}},
                {"title": "Invalid", "source": {"parameter": "revision"}},
            ],
            "/data/attributes/name: is no name; revision: Invalid",
            id="several, with their places",
        ),
        pytest.param([{"detail": "no"}], "no", id="words alone"),
    ],
)
def test_the_words_of_an_error(errors, words):
    assert complaint(Reply(status=400, data={"errors": errors})).words == words
    assert complaint(Reply(status=200, data={})) is None
    assert complaint(Reply(status=500, raw=b"oops")).words == "oops"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="a list"),
        pytest.param({"data": {}}, id="no page"),
        pytest.param({"data": [{"id": "x"}]}, id="an object without attributes"),
        pytest.param({"data": [{"attributes": {}}]}, id="an object without an id"),
    ],
)
def test_a_strange_list_is_not_worked_with(tmp_path, answer):
    with klaviyo(tmp_path, answer) as provider, pytest.raises(TargetUnusableError):
        provider.read({})


def test_a_strange_account_is_not_worked_with(tmp_path):
    with klaviyo(tmp_path, {"data": []}) as provider, pytest.raises(TargetUnusableError):
        provider.whoami()


def test_a_strange_answer_to_a_write_leaves_it_in_doubt(tmp_path):
    with klaviyo(tmp_path, {"data": 1}) as provider, pytest.raises(TargetUncertainError):
        provider.apply(change(Kind.CREATE), {})


def test_a_flow_without_a_definition_is_not_worked_with(tmp_path):
    answer = {"data": {"id": "x", "attributes": {"name": "x"}}}
    with klaviyo(tmp_path, answer) as provider, pytest.raises(TargetUnusableError):
        provider.find(CART, "x")


REMOTE = Remote("x", "1", {"title": "VIP"})


@pytest.mark.parametrize(
    ("status", "raises"),
    [pytest.param(404, False, id="gone already"), pytest.param(403, True, id="not allowed")],
)
def test_what_is_gone_need_not_be_deleted(tmp_path, status, raises):
    with klaviyo(tmp_path, {"errors": [{"detail": "no"}]}, status) as provider:
        gone = Change(kind=Kind.DELETE, address=VIP, remote=REMOTE)
        if raises:
            with pytest.raises(TargetRejectedError) as caught:
                provider.apply(gone, {})
            assert "segments:write" in str(caught.value.help[0])
        else:
            assert provider.apply(gone, {}) is None


def test_a_refusal_to_read_is_no_absence(tmp_path):
    answer = {"errors": [{"detail": "no"}]}
    with klaviyo(tmp_path, answer, 403) as provider, pytest.raises(TargetRejectedError):
        provider.find(VIP, "x")
    with klaviyo(tmp_path, answer, 404) as provider:
        assert provider.find(VIP, "x") is None


# -- markers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("VIP [shop/vip]", Mark("VIP", "shop", "vip"), id="ours"),
        pytest.param(
            "A [b] [shop/vip 0a1b2c3d]", Mark("A [b]", "shop", "vip", "0a1b2c3d"), id="flow"
        ),
        pytest.param("VIP", Mark("VIP"), id="nobody's"),
        pytest.param("VIP [shop]", Mark("VIP [shop]"), id="a word in brackets"),
        pytest.param("VIP [shop/vip] (copy)", Mark("VIP [shop/vip] (copy)"), id="a copy"),
    ],
)
def test_names(name, said):
    assert mark.read(name) == said
    if said.project:
        assert mark.name(said) == name


def test_messages_in_flows_tell_their_template():
    assert mark.source(mark.sourced(" A  b ", "cart_1", {"html": "x"})) == "cart_1"
    assert mark.source("Email #1") is None


def test_two_objects_with_one_marker_are_told(account):
    settle(account)
    kept = account.stand_in.kept["segments"]
    kept["S999"] = dict(next(one for one in kept.values() if "[shop/vip]" in one["name"]))
    with pytest.raises(TargetRejectedError, match="two objects"):
        account.planned(wanted(account))


def test_an_object_that_lost_its_marker_gets_it_back(account):
    settle(account)
    kept = account.stand_in.kept["segments"]
    one = next(one for one in kept.values() if "[shop/vip]" in one["name"])
    one["name"] = "VIP"
    assert {str(c.address) for c in account.planned(wanted(account)).changes} == {"segment.vip"}
    settle(account)
    assert one["name"] == "VIP [shop/vip]"


# -- metrics ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "words"),
    [
        pytest.param("never_seen", "Klaviyo has no metric `never_seen`", id="none"),
        pytest.param("twice", "Klaviyo has several metrics `twice`", id="two"),
    ],
)
def test_a_metric_must_be_there_and_alone(account, event, words):
    account.stand_in.metrics += [("Xb1", "twice", "Shopify"), ("Xb2", "twice", "Klaviyo")]
    source = f"events: {{{event}: {{title: X}}}}\nsegments: {{x: {{title: X, event: {event}}}}}\n"
    _, outcome = account.apply(wanted(account, source))
    (failure,) = outcome.failed
    assert str(failure.error) == words


def test_an_unknown_metric_of_theirs_stays_an_id(account):
    settle(account)
    kept = account.stand_in.kept["segments"]
    one = next(one for one in kept.values() if "[shop/buyers]" in one["name"])
    one["definition"]["condition_groups"][0]["conditions"][0]["metric_id"] = "Gone"
    (found,) = account.planned(wanted(account)).changes
    assert "Gone" in str(found.remote.body)
    settle(account)


# -- flows ------------------------------------------------------------------------------------


def flows(account):
    return account.stand_in.kept["flows"]


def test_an_action_is_patched_in_place(account):
    settle(account)
    before = set(flows(account))
    account.stand_in.log.clear()
    plan = settle(account, SHOP.replace("24h", "6h"))
    assert [str(one.kind) for one in plan.changes] == ["update"]
    assert set(flows(account)) == before
    calls = [f"{one.method} {one.path.split('/')[2]}" for one in account.stand_in.log]
    assert calls.count("PATCH flow-actions") == plan.cost.calls["PATCH flow-actions"] == 1


def test_a_new_order_of_actions_makes_a_new_flow(account):
    settle(account)
    before = set(flows(account))
    source = SHOP.replace("      - {id: pause, wait: 1h}\n", "")
    plan = settle(account, source)
    (one,) = plan.changes
    assert (str(one.kind), str(one.risk)) == ("replace", "destructive")
    assert plan.cost.calls["POST flows"] == 1
    assert len(set(flows(account)) & before) == 1


def test_a_live_flow_is_live_after_it_was_made_anew(account):
    world = opened(account.stand_in, account.folder, activate="live")
    settle(world)
    plan = settle(world, SHOP.replace("      - {id: pause, wait: 1h}\n", ""))
    (one,) = plan.changes
    assert (str(one.kind), str(one.risk)) == ("replace", "irreversible")
    assert {one["status"] for one in flows(world).values()} == {"live"}


def test_patching_a_live_flow_keeps_it_live(account):
    world = opened(account.stand_in, account.folder, activate="live")
    settle(world)
    settle(world, SHOP.replace("Ваша корзина", "Корзина"))
    actions = [a for f in flows(world).values() for a in f["definition"]["actions"]]
    assert {a["data"]["status"] for a in actions if "status" in a["data"]} == {"live"}


def test_a_flow_that_was_made_before_a_run_broke_off_is_taken_up(account):
    settle(account)
    source = SHOP.replace("      - {id: pause, wait: 1h}\n", "")
    made = account.stand_in.handle

    def broken(exchange):
        if exchange.method == "DELETE":
            return account.stand_in.refusal(409, "not now")
        return made(exchange)

    account.stand_in.handle = broken
    _, outcome = account.apply(wanted(account, source))
    assert outcome.failed
    assert len(flows(account)) == 3
    account.stand_in.handle = made
    account.stand_in.log.clear()
    settle(account, source)
    assert len(flows(account)) == 2
    assert "POST" not in {one.method for one in account.stand_in.log}


def test_archived_flows_do_not_count(account):
    settle(account)
    one = next(one for one in flows(account).values() if "thanks" in one["name"])
    one["archived"] = True
    assert {str(c.kind) for c in account.planned(wanted(account)).changes} == {"create"}


def test_a_copy_by_hand_is_told(account):
    settle(account)
    id_, one = next(iter(flows(account).items()))
    flows(account)[f"{id_}9"] = one | {"name": f"Copy of {one['name']}"}
    with pytest.raises(TargetRejectedError, match="two objects"):
        account.planned(wanted(account))


def test_a_flow_that_is_gone_is_told(account):
    settle(account)
    with account.provider() as provider:
        plan = account.plan(wanted(account, SHOP.replace("24h", "6h")), provider)
        flows(account).clear()
        with pytest.raises(RevisionConflictError, match="was deleted"):
            provider.apply(plan.changes[0], plan.ids)


def test_actions_are_read_in_the_order_in_which_they_are_reached():
    found = {
        "entry_action_id": "7",
        "actions": [
            {"id": "3", "type": "a", "links": {"next": None}},
            {"id": "5", "type": "b", "links": {"next": "3"}},
            {"id": "7", "type": "c", "links": {"next_if_true": "9", "next_if_false": "5"}},
            {"id": "9", "type": "d", "links": {"next": "3"}},
            {"id": "1", "type": "lost"},
        ],
    }
    told = normal.told(normal.actions(found))
    assert [(one["id"], one["type"]) for one in told] == [
        ("1", "c"),
        ("2", "d"),
        ("3", "a"),
        ("4", "b"),
        ("5", "lost"),
    ]
    assert told[1]["links"] == {"next": "3"}


def test_an_empty_flow():
    body = {"trigger": {"type": "metric", "id": "x"}, "reentry_criteria": {}, "actions": []}
    assert normal.definition(body)["entry_action_id"] is None
    assert normal.actions(normal.definition(body)) == []


def test_a_body_is_the_same_however_it_is_said():
    known = {"transactional": False, "cc_email": None, "shorten_links": False}
    assert VENDOR.normalise(CART, {"a": [known]}) == {"a": [{"shorten_links": False}]}
    assert VENDOR.decode(CART, {"actions": []}) == {}
    assert VENDOR.decode(Address("list", "x"), {"opt_in_process": "single_opt_in"}) == {
        "opt_in": "single"
    }
    assert VENDOR.decode(VIP, {}) == {}


def test_a_flow_that_is_deleted_though_the_answer_is_lost(account):
    settle(account)
    source = SHOP.replace("      - {id: pause, wait: 1h}\n", "")
    serve, lost = account.stand_in.serve, []

    def dropped(exchange):
        answer = serve(exchange)
        if exchange.method == "DELETE" and not lost:
            lost.append(exchange)
            return None
        return answer

    account.stand_in.serve = dropped
    plan, outcome = account.apply(wanted(account, source))
    assert [str(one.kind) for one in plan.changes] == ["replace"]
    assert outcome.complete
    assert len(lost) == 1
    assert len(flows(account)) == 2
    assert account.planned(wanted(account, source)).empty


@pytest.mark.parametrize(
    "live",
    [pytest.param(False, id="before it is patched"), pytest.param(True, id="once it is live")],
)
def test_a_flow_that_vanishes_while_it_is_changed(account, live):
    settle(account)
    with account.provider() as provider:
        plan = account.plan(wanted(account, SHOP.replace("24h", "6h")), provider)
    (one,) = plan.changes
    if live:
        one = structs.replace(one, kind=Kind.ACTIVATE)
    handle = account.stand_in.handle

    def gone(exchange):
        if exchange.method == "GET" and exchange.path.startswith("/api/flows/"):
            return account.stand_in.refusal(404, "gone")
        return handle(exchange)

    account.stand_in.handle = gone
    with account.provider() as provider, pytest.raises(RevisionConflictError):
        provider.apply(one, plan.ids)


@pytest.mark.parametrize(
    ("count", "problems"),
    [
        pytest.param(100, [], id="a day"),
        pytest.param(101, [PlanRefusedError], id="more than a day"),
    ],
)
def test_no_more_flows_are_begun_than_a_day_takes(account, count, problems):
    rows = "".join(
        f"  c{number}:\n    trigger: cart_updated\n    steps: [{{wait: 1h}}]\n"
        for number in range(count)
    )
    source = f"{SHOP[: SHOP.index('chains:')]}chains:\n{rows}"
    plan = account.planned(wanted(account, source))
    assert plan.cost.calls["POST flows"] == count
    assert plan.seconds >= (count - 15) * 4
    assert [type(one) for one in refusals(plan, Allowed())] == problems
