"""OneSignal's answers: words of errors, strange answers, what is gone, what runs."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from msgspec import structs

from crmspec.engine.change import Change, Kind
from crmspec.engine.error import (
    MissingCredentialError,
    RevisionConflictError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnusableError,
)
from crmspec.engine.resource import Address, Remote, Resource
from crmspec.engine.text import render
from crmspec.ir.target import Target
from crmspec.providers.http import Reply
from crmspec.providers.onesignal.session import complaint, open_onesignal, settings
from crmspec.providers.registry import Connection
from crmspec.secret.source import Held
from tests.contract.onesignal import APP, SHOP, OneSignalStandIn
from tests.contract.rest import CANARY
from tests.contract.test_lifecycle import opened, settle, wanted
from tests.contract.world import HastyClock
from tests.engine.fake import HERE

VIP, CART, THANKS = Address("segment", "vip"), Address("message", "cart"), Address("chain", "c")
FILTERS = [{"field": "tag", "key": "a", "relation": "=", "value": "1"}]


class Strange(OneSignalStandIn):
    """Answers every call with one answer."""

    def __init__(self, answer, status=200):
        super().__init__()
        self.answer, self.status, self.api = answer, status, None

    def handle(self, exchange):  # noqa: ARG002
        return self.status, self.answer


@contextmanager
def onesignal(tmp_path, answer, status=200):
    with Strange(answer, status) as stand_in, opened(stand_in, tmp_path).provider() as provider:
        yield provider


BODIES = {
    VIP: {"title": "VIP", "filters": FILTERS},
    CART: {"title": "Cart", "contents": {"en": "Hi"}},
    THANKS: {"title": "Thanks", "status": "draft", "nodes": []},
}


def change(kind, address=VIP, remote=None):
    resource = Resource(address, BODIES[address], (), HERE)
    return Change(kind=kind, address=address, desired=resource, remote=remote)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        pytest.param(Reply(status=400, data={"errors": ["no", "never"]}), "no; never", id="texts"),
        pytest.param(
            Reply(status=429, data={"errors": [{"code": "x", "title": "busy"}]}),
            "busy",
            id="titles",
        ),
        pytest.param(
            Reply(status=200, data={"success": False, "errors": ["no"]}), "no", id="with a 200"
        ),
        pytest.param(Reply(status=200, data={"success": False}), "", id="without words"),
        pytest.param(Reply(status=404, data={"message": "gone"}), "gone", id="other words"),
        pytest.param(Reply(status=200, data={"success": True}), None, id="no error"),
    ],
)
def test_the_words_of_an_error(reply, words):
    found = complaint(reply)
    assert (None if found is None else found.words) == words


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="a list"),
        pytest.param({"segments": None}, id="no segments"),
        pytest.param({"segments": ["x"], "total_count": 1}, id="an object that is none"),
        pytest.param({"segments": [{"name": "x"}], "total_count": 1}, id="an object without id"),
        pytest.param(
            {"segments": [{"id": "s", "name": "x [shop/vip]"}], "total_count": 1}, id="no details"
        ),
        pytest.param({"segments": [], "templates": None}, id="no templates"),
        pytest.param(
            {"segments": [], "templates": [{"id": "t", "name": "x [shop/cart]"}]},
            id="a template without content",
        ),
        pytest.param({"segments": [], "templates": [], "journeys": 1}, id="no journeys"),
        pytest.param(
            {"segments": [], "templates": [], "journeys": [{"id": "j", "name": "x [shop/c]"}]},
            id="a journey without id",
        ),
    ],
)
def test_a_strange_list_is_not_worked_with(tmp_path, answer):
    with onesignal(tmp_path, answer) as provider, pytest.raises(TargetUnusableError):
        provider.read({})


@pytest.mark.parametrize(
    "address", [pytest.param(VIP, id="segment"), pytest.param(CART, id="template")]
)
def test_a_strange_answer_to_a_write_leaves_it_in_doubt(tmp_path, address):
    with onesignal(tmp_path, {"id": 1}) as provider, pytest.raises(TargetUncertainError):
        provider.apply(change(Kind.CREATE, address), {})


def test_a_strange_app_is_not_worked_with(tmp_path):
    with onesignal(tmp_path, {"id": "another"}) as provider, pytest.raises(TargetUnusableError):
        provider.whoami()


def test_what_leads_back_to_authors(tmp_path):
    with OneSignalStandIn() as stand_in, opened(stand_in, tmp_path).provider() as provider:
        told = [provider.decode(address, body) for address, body in BODIES.items()]
        assert list(provider.rehearse([change(Kind.CREATE)], {})) == []
        running = change(Kind.ADOPT, THANKS, Remote("j", "1", {"status": "live"}))
        assert provider.kind(running) is Kind.ADOPT
    assert told == [
        {"title": "VIP", "attribute": "a", "eq": 1},
        {"title": "Cart", "channel": "mobile_push", "text": "Hi", "on_unsupported": "degrade"},
        {"title": "Thanks", "status": "draft"},
    ]


def test_who_we_are(tmp_path):
    with OneSignalStandIn() as stand_in, opened(stand_in, tmp_path).provider() as provider:
        assert provider.whoami() == APP


@pytest.mark.parametrize(
    ("status", "raises"),
    [pytest.param(404, False, id="gone already"), pytest.param(403, True, id="not allowed")],
)
@pytest.mark.parametrize(
    ("address", "state"),
    [
        pytest.param(VIP, "draft", id="segment"),
        pytest.param(THANKS, "draft", id="draft"),
        pytest.param(THANKS, "live", id="live journey"),
    ],
)
def test_what_is_gone_need_not_be_deleted(tmp_path, status, raises, address, state):
    remote = Remote("id", "1", {"title": "x", "status": state})
    with onesignal(tmp_path, {"errors": ["no"]}, status) as provider:
        gone = Change(kind=Kind.DELETE, address=address, remote=remote)
        if raises:
            with pytest.raises(TargetRejectedError):
                provider.apply(gone, {})
        else:
            assert provider.apply(gone, {}) is None


def test_a_refusal_to_read_is_no_absence(tmp_path):
    with onesignal(tmp_path, {"errors": ["no"]}, 400) as p, pytest.raises(TargetRejectedError):
        p.find(VIP, "id")
    with onesignal(tmp_path, {"errors": ["no"]}, 404) as p:
        assert p.find(VIP, "id") is None


# -- who calls --------------------------------------------------------------------------------


def target(**more):
    return Target(id="main", platform="onesignal", **more)


@pytest.mark.parametrize(
    ("options", "parts", "token"),
    [
        pytest.param({"app_id": APP}, {}, CANARY, id="one secret"),
        pytest.param({"app_id": APP}, {"key": CANARY}, None, id="the key by name"),
        pytest.param({}, {"key": CANARY, "app_id": APP}, None, id="the app among the secrets"),
    ],
)
def test_the_key_and_the_app(options, parts, token):
    with OneSignalStandIn() as stand_in:
        connection = Connection(
            project="shop",
            target=target(url=stand_in.url, options=options),
            folder="",
            token=token,
            parts={name: Held(value) for name, value in parts.items()},
        )
        with open_onesignal(connection, HastyClock()) as provider:
            assert provider.whoami() == APP


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        pytest.param({}, {}, id="no app"),
        pytest.param({"app_id": APP}, {"secret": "x"}, id="no key"),
    ],
)
def test_what_is_missing_is_said(options, parts):
    held = {name: Held(value) for name, value in parts.items()}
    connection = Connection(
        project="shop", target=target(options=options), folder="", token="x", parts=held
    )
    with pytest.raises(MissingCredentialError), open_onesignal(connection, HastyClock()):
        pass


@pytest.mark.parametrize(
    ("made", "said"),
    [
        pytest.param({"options": {"app_id": APP}}, [], id="all there"),
        pytest.param({"credentials": {"app_id": {"env": "APP"}}}, [], id="a secret"),
        pytest.param({}, ["target `main` names no app of OneSignal"], id="no app"),
        pytest.param(
            {"options": {"app_id": APP, "zone": "eu"}},
            ["OneSignal has no option `zone`"],
            id="an option of others",
        ),
    ],
)
def test_settings(made, said):
    assert [one.message.english() for one in settings(target(**made))] == said


# -- segments and templates -------------------------------------------------------------------


def test_a_segment_that_the_api_cannot_tell_is_drift(tmp_path):
    with OneSignalStandIn() as stand_in:
        world = opened(stand_in, tmp_path)
        settle(world)
        theirs = stand_in.named("segments", "VIP [shop/vip]")
        answer = stand_in.handle

        def refuse(exchange):
            if exchange.method == "GET" and exchange.path.endswith(theirs["id"]):
                return 400, {"errors": ["User-based segments are not yet supported via the API"]}
            return answer(exchange)

        stand_in.handle = refuse
        assert "⟳ segment.vip" in render(world.planned(wanted(world)))


def test_a_lost_marker_is_put_back(tmp_path):
    with OneSignalStandIn() as stand_in:
        world = opened(stand_in, tmp_path)
        settle(world)
        stand_in.named("templates", "Корзина 1 [shop/cart_1]")["name"] = "Корзина 1"
        settle(world)
        assert stand_in.named("templates", "Корзина 1 [shop/cart_1]")


def test_journeys_that_are_not_managed_are_not_asked_for(tmp_path):
    with OneSignalStandIn() as stand_in:
        world = opened(stand_in, tmp_path)
        world.target = structs.replace(world.target, manages=("segments", "messages"))
        settle(world)
        assert not [one for one in stand_in.log if "journeys" in one.path]
        assert len(stand_in.objects()) == 5


def test_long_lists_are_read_to_their_end(tmp_path):
    segments = "".join(f"  s{n}: {{attribute: a, eq: x{n}}}\n" for n in range(70))
    messages = "".join(
        f"  m{n}: {{channel: sms, category: transactional, text: T}}\n" for n in range(70)
    )
    source = (
        "attributes:\n  a: {title: A, type: string}\nchannels:\n  sms: {type: sms}\n"
        f"segments:\n{segments}messages:\n{messages}"
    )
    with OneSignalStandIn() as stand_in:
        stand_in.api = None
        world = opened(stand_in, tmp_path)
        settle(world, source)
        assert len(stand_in.objects()) == 140


# -- journeys that run ------------------------------------------------------------------------


@contextmanager
def running(tmp_path):
    """Give an account whose journeys are live, and its world."""
    with OneSignalStandIn() as stand_in:
        settle(opened(stand_in, tmp_path))
        live = opened(stand_in, tmp_path, activate="live")
        settle(live)
        yield stand_in, live


NAME = "Брошенная корзина [shop/abandoned_cart]"


def test_who_is_in_a_journey_stays_where_they_are(tmp_path):
    with running(tmp_path) as (stand_in, world):
        before = stand_in.named("journeys", NAME)
        plan = settle(world, SHOP.replace("wait: 1h}", "wait: 2h}"))
        after = stand_in.named("journeys", NAME)
    assert [str(one.kind) for one in plan.changes] == ["update"]
    assert after["state"] == "active"
    assert after["id"] == before["id"]
    assert [_ids(one) for one in after["nodes"]] == [_ids(one) for one in before["nodes"]]
    assert "7200" in str(after)


def _ids(node):
    ways = node.get("branches", [])
    return node["id"], [(way["id"], [_ids(one) for one in way["nodes"]]) for way in ways]


def test_a_step_of_another_kind_is_another_node(tmp_path):
    with running(tmp_path) as (stand_in, world):
        settle(
            world, SHOP.replace("{id: pause, wait: 1h}", "{id: pause, update: {set: {seen: true}}}")
        )
        assert stand_in.named("journeys", NAME)["state"] == "active"


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(("a: {weight: 50", "a: {weight: 40"), id="another share"),
        pytest.param(
            (
                "{event: cart_updated, where: {total: {gte: 1000}}}",
                "{segment: vip, backfill: true}",
            ),
            id="another kind of trigger",
        ),
    ],
)
def test_what_is_locked_takes_another_journey(tmp_path, edit):
    source = SHOP.replace(*edit).replace("b: {weight: 50", "b: {weight: 60")
    source = source if "40" in edit[1] else SHOP.replace(*edit)
    with running(tmp_path) as (stand_in, world):
        before = stand_in.named("journeys", NAME)["id"]
        plan = settle(world, source)
        states = {
            id_: one["state"]
            for id_, one in stand_in.kept["journeys"].items()
            if one["name"] == NAME
        }
    (change,) = plan.changes
    assert (str(change.kind), str(change.risk)) == ("replace", "irreversible")
    assert states.pop(before) == "archived"
    assert list(states.values()) == ["active"]


def test_what_is_refused_leaves_what_runs_as_it_is(tmp_path):
    source = SHOP.replace("a: {weight: 50", "a: {weight: 40").replace(
        "b: {weight: 50", "b: {weight: 60"
    )
    with running(tmp_path) as (stand_in, world):
        _, outcome = world.apply(wanted(world, source.replace("Брошенная корзина", "REFUSED")))
        assert not outcome.complete
        assert stand_in.named("journeys", NAME)["state"] == "active"


def test_a_replacement_that_was_cut_off_is_made_again(tmp_path):
    source = SHOP.replace("a: {weight: 50", "a: {weight: 40").replace(
        "b: {weight: 50", "b: {weight: 60"
    )
    with running(tmp_path) as (stand_in, world):
        left = stand_in._new_journey({"name": NAME.replace("Брошенная", "Новая")})["id"]
        assert world.planned(wanted(world)).empty
        (change,) = settle(world, source).changes
        assert str(change.kind) == "replace"
        assert left not in stand_in.kept["journeys"]
        assert len(stand_in.objects()) == stand_in.case.counts


def test_what_runs_is_archived(tmp_path):
    with running(tmp_path) as (stand_in, world):
        settle(world, "{}")
        states = [
            one["state"]
            for id_, one in stand_in.kept["journeys"].items()
            if id_ not in stand_in.foreign
        ]
        assert states == ["archived", "archived"]
        settle(world)


def test_an_archived_journey_is_there_no_more(tmp_path):
    with running(tmp_path) as (stand_in, world):
        id_ = stand_in.named("journeys", NAME)["id"]
        stand_in.kept["journeys"][id_]["state"] = "archived"
        with world.provider() as provider:
            address = Address("chain", "abandoned_cart")
            assert provider.find(address, id_) is None
            assert provider.find(address, None) is None


def test_somebody_else_changed_it_meanwhile(tmp_path):
    with OneSignalStandIn() as stand_in:
        world = opened(stand_in, tmp_path)
        settle(world)
        with world.provider() as provider:
            plan = world.plan(wanted(world, SHOP.replace("24h", "6h")), provider)
            (change,) = plan.changes
            theirs = stand_in.named("journeys", NAME)
            theirs["concurrency_key"] = "theirs"
            with pytest.raises(RevisionConflictError):
                provider.apply(change, plan.ids)
        with world.provider() as provider, pytest.raises(RevisionConflictError):
            provider.apply(change, plan.ids)


def test_other_refusals_of_an_update_are_told(tmp_path):
    with OneSignalStandIn() as stand_in:
        world = opened(stand_in, tmp_path)
        settle(world)
        with world.provider() as provider:
            plan = world.plan(wanted(world, SHOP.replace("24h", "6h")), provider)
            stand_in.named("journeys", NAME)["state"] = "archived"
            with pytest.raises(TargetRejectedError):
                provider.apply(plan.changes[0], plan.ids)


def test_a_journey_may_be_live_at_once(tmp_path):
    with OneSignalStandIn() as stand_in, opened(stand_in, tmp_path).provider() as provider:
        stand_in.api = None
        body = {"title": "T", "description": "D", "status": "live", "nodes": []}
        resource = Resource(THANKS, body | {"audience": {"kind": "event_trigger"}}, (), HERE)
        change = Change(kind=Kind.CREATE, address=THANKS, desired=resource)
        made = provider.apply(change, {})
        assert made.body["status"] == "live"
        assert provider.cost(change).calls == {"POST journeys": 1, "PATCH journeys": 1}
        taken = Change(kind=Kind.REPLACE, address=THANKS, desired=resource, remote=made)
        calls = {"GET journeys": 1, "PATCH journeys": 2, "POST journeys": 1}
        assert provider.cost(taken).calls == calls
