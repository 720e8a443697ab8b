from __future__ import annotations

import re

import msgspec
import pytest

from crmspec.document.write import block
from crmspec.engine.body import same
from crmspec.engine.drift import drift
from crmspec.engine.error import MissingCredentialError, TargetRejectedError
from crmspec.engine.resource import Address
from crmspec.engine.saved import dump, summarise
from crmspec.engine.text import render
from crmspec.ir.program import KEYS
from crmspec.ir.target import Target
from tests.contract.project import FILES, SHOP, program
from tests.contract.world import CANARY, World

CHANGES = [
    pytest.param(SHOP.replace("24h", "6h"), "steps[later].wait.for: 1d → 6h", id="a wait"),
    pytest.param(SHOP.replace("gte: 80", "gte: 90"), "80 → 90", id="a condition"),
    pytest.param(SHOP.replace("Балл", "Баллы"), "title: Балл → Баллы", id="a title"),
    pytest.param(SHOP.replace('Корзина ждёт"', 'Ждём"'), None, id="a subject"),
    pytest.param(
        SHOP.replace("      - {id: mail, send: cart_1}\n", ""), "- steps[mail]", id="a step less"
    ),
    pytest.param(
        SHOP.replace("later, wait: 24h", "later, wait: P2D"), "1d → 2d", id="ISO duration"
    ),
    pytest.param(SHOP.split("broadcasts:")[0], "delete", id="a kind less"),
    pytest.param(
        SHOP.replace("  cart_sms:", "  cart_text:").replace("send: cart_sms", "send: cart_text"),
        "create",
        id="a rename",
    ),
    pytest.param(
        SHOP + "  summer: {title: Лето, audience: {include: [vip]}, message: cart_sms}\n",
        "broadcast.summer",
        id="one more",
    ),
]


def keys(world):
    found = [key for key, _ in world.stand_in.objects()]
    assert len(found) == len(set(found)), "an object was made twice"
    return set(found)


def settle(world, wanted):
    plan, outcome = world.apply(wanted)
    assert outcome.complete, [str(f.error) for f in outcome.failed]
    again = world.planned(wanted)
    assert again.empty, render(again)
    return plan


def test_create_then_the_next_plan_is_empty(world):
    plan = settle(world, program())
    assert len(plan.changes) == world.count
    assert len(keys(world)) == world.count


@pytest.mark.parametrize(("source", "line"), CHANGES)
def test_change_then_the_next_plan_is_empty(world, source, line):
    settle(world, program())
    plan = settle(world, program(source))
    assert not plan.empty
    assert line is None or line in render(plan)
    keys(world)


def test_a_changed_template_file_is_a_text_difference(world):
    settle(world, program())
    plan = settle(world, program(files={"cart.html": FILES["cart.html"].replace("вас", "тебя")}))
    assert "        - <p>Корзина ждёт вас</p>\n        + <p>Корзина ждёт тебя</p>" in render(plan)


def test_delete_then_the_next_plan_is_empty(world):
    settle(world, program())
    settle(world, program("{}"))
    assert keys(world) == set()


def test_a_second_apply_does_nothing(world):
    settle(world, program())
    before = world.stand_in.objects()
    _, outcome = world.apply(program())
    assert outcome.done == ()
    assert world.stand_in.objects() == before


def test_other_projects_and_other_peoples_objects_are_left_alone(world):
    other = World(world.stand_in, world.folder / "other", project="other")
    settle(other, program(project="other"))
    settle(world, program())
    settle(world, program("{}"))
    assert {key.split("/")[0] for key in keys(world)} == {"crmspec:other"}
    assert other.planned(program(project="other")).empty


def test_a_lost_state_is_rebuilt_from_markers(world):
    settle(world, program())
    fresh = World(world.stand_in, world.folder / "fresh")
    plan = settle(fresh, program())
    assert plan.calls == 0
    assert len(keys(world)) == world.count


def test_an_edit_by_hand_is_shown_then_put_back(world):
    settle(world, program())
    world.stand_in.hand_edit("segments", "VIP")
    shown = render(world.planned(program()))
    assert "⟳ segment.vip" in shown
    assert "title: VIP (UI) on the target, VIP in the project" in shown
    settle(world, program())


def test_names_that_the_target_tidies_do_not_differ_forever(world):
    settle(
        world,
        program(SHOP.replace("title: VIP", "title: '  V   I P '").replace('"VIP"', "'  V   I P '")),
    )


def test_going_live_is_a_line_of_its_own(world):
    settle(world, program())
    live = msgspec.structs.replace(world.target, activate="live")
    plan = settle(World(world.stand_in, world.folder, target=live), program())
    assert "status: draft → live" in render(plan)
    manual = msgspec.structs.replace(world.target, activate="manual")
    assert World(world.stand_in, world.folder, target=manual).planned(program()).empty


RENAMED = SHOP.replace("  vip:", "  best:").replace("not: vip", "not: best")
MOVED = "moved: [{from: segment.vip, to: segment.best}]\n"


def test_a_renamed_object_stays_the_same_and_so_do_its_users(world):
    settle(world, program())
    before = {o["name"]: o["id"] for _, o in world.stand_in.objects()}
    plan = settle(world, program(RENAMED, settings=MOVED))
    assert [(str(c.kind), str(c.address)) for c in plan.changes] == [("move", "segment.best")]
    assert {o["name"]: o["id"] for _, o in world.stand_in.objects()} == before
    assert world.planned(program(RENAMED)).empty


def test_a_renamed_object_is_found_without_a_state(world):
    settle(world, program())
    fresh = World(world.stand_in, world.folder / "fresh")
    plan = settle(fresh, program(RENAMED, settings=MOVED))
    assert plan.calls == 1
    assert len(keys(world)) == world.count


def test_what_people_own_is_left_to_them(world):
    source = SHOP.replace("vip: {title", "vip: {ownership: {title: ui}, title")
    settle(world, program(source))
    world.stand_in.hand_edit("segments", "VIP")
    assert drift(world.planned(program(source))).edits == ()
    assert world.planned(program(source)).empty
    (edit,) = drift(world.planned(program())).edits
    assert (edit.address, edit.since is not None) == ("segment.vip", True)


def test_what_is_decoded_compiles_to_the_same_bodies(world):
    with world.provider() as provider:
        wanted = {one.address: one.body for one in provider.compile(program()).resources}
        said = {}
        for address, body in wanted.items():
            fields = provider.decode(address, body)
            file = {"file": "cart.html"} if fields.pop("source", None) else {}
            said.setdefault(KEYS[address.kind], {})[address.id] = fields | file
        channels = re.search(r"^channels:\n(  .*\n)+", SHOP, re.MULTILINE)[0]
        again = provider.compile(program(f"{channels}{block(said, 0)}\n"))
    assert same({one.address: one.body for one in again.resources}, wanted)


FAULTS = pytest.mark.parametrize(
    "faults",
    [
        pytest.param({"error_every": 3}, id="every third call fails"),
        pytest.param({"drop_every": 3}, id="every third answer is lost"),
        pytest.param({"late_error_every": 3}, id="every third call works but says 502"),
        pytest.param({"busy_every": 2}, id="every second call is put off"),
        pytest.param({"error_every": 4, "drop_every": 5, "busy_every": 3}, id="all at once"),
    ],
)


@FAULTS
def test_faults_of_several_calls_at_once_are_overcome_by_applying_again(world, faults, monkeypatch):
    world.needs("faults")
    monkeypatch.setattr("crmspec.engine.retry.FIRST_PAUSE", 0.001)
    world.stand_in.faults(**faults)
    for source in (SHOP, SHOP.replace("24h", "6h").replace("80", "90"), "{}", SHOP):
        assert any(world.apply(program(source))[1].complete for _ in range(5))
        assert world.planned(program(source)).empty
    world.stand_in.faults()
    assert len(keys(world)) == world.count


@FAULTS
def test_faults_neither_lose_nor_double_anything(world, faults, monkeypatch):
    world.needs("faults")
    monkeypatch.setattr("crmspec.engine.retry.FIRST_PAUSE", 0.001)
    world.width = 1
    world.stand_in.faults(**faults)
    for source in (SHOP, SHOP.replace("24h", "6h").replace("80", "90"), "{}", SHOP):
        _, outcome = world.apply(program(source))
        assert outcome.complete, [str(f.error) for f in outcome.failed]
        assert world.planned(program(source)).empty
    world.stand_in.faults()
    assert len(keys(world)) == world.count


def test_secrets_are_in_no_plan_state_or_error(world):
    world.needs("secret")
    settle(world, program())
    plan = world.planned(program(SHOP.replace("24h", "6h")))
    texts = [render(plan).encode(), dump(summarise(plan, version="0", now=world.clock.now()))]
    texts += [p.read_bytes() for p in world.folder.rglob("main.json*") if p.is_file()]
    assert len(texts) > 4
    assert not any(CANARY.encode() in data for data in texts)
    wrong = world.provider(token="wrong-token-canary")
    with wrong as provider, pytest.raises(TargetRejectedError) as caught:
        provider.read({})
    assert caught.value.fatal
    assert "wrong-token-canary" not in f"{caught.value} {caught.value.help}"


def test_a_missing_secret_is_an_error_before_any_call(world):
    world.needs("secret")
    with pytest.raises(MissingCredentialError), world.provider(token=None):
        pass


def test_what_the_audit_refuses_is_not_deployed_and_the_rest_is(world):
    world.needs("gaps")
    source = SHOP.replace("  sms: {type: sms}", "  sms: {type: voice}")
    wanted = program(source)
    with world.provider() as provider:
        found = list(provider.audit(wanted))
    assert [(d.code.id, d.label.span.path) for d in found] == [("CRM601", "campaigns/shop.yaml")]
    plan = settle(world, wanted)
    assert sorted(str(r.address) for r in plan.remarks) == [
        "chain.abandoned_cart",
        "message.cart_sms",
    ]
    assert len(keys(world)) == 8


def test_an_embedded_server_keeps_its_objects_between_runs(tmp_path):
    target = Target(id="main", platform="sandbox")
    stand_in = type("None", (), {"platform": "sandbox", "url": None, "traits": frozenset()})
    world = World(stand_in, tmp_path, target=target)
    _, outcome = world.apply(program())
    assert outcome.complete
    assert world.planned(program()).empty


def test_what_another_state_made_is_left_alone(world):
    settle(world, program())
    fresh = World(world.stand_in, world.folder / "fresh")
    plan = settle(fresh, program("{}"))
    assert {r.effect for r in plan.remarks} == {"unknown"}
    assert len(keys(world)) == world.count


def test_a_changed_block_is_a_changed_message(world):
    source = SHOP + "blocks: {line: {title: Строка, template: '<li>%s</li>'}}\n"
    files = {"cart.html": '<ul>{% include "line" %}</ul>\n'}
    settle(world, program(source % "раз", files=files))
    plan = settle(world, program(source % "два", files=files))
    assert [str(c.address) for c in plan.changes] == ["message.cart_1"]


def test_a_removed_marker_is_put_back(world):
    settle(world, program())
    name = "Брошенная корзина"
    world.stand_in.hand_edit("chains", name, external_key=None)
    shown = render(world.planned(program()))
    assert "⟳ chain.abandoned_cart" in shown
    assert "+ marker: chain.abandoned_cart" in shown
    settle(world, program())
    assert len(keys(world)) == world.count
    assert None not in keys(world)


def test_kinds_that_are_not_managed_are_left_alone(world):
    settle(world, program())
    some = msgspec.structs.replace(world.target, manages=("messages", "chains"))
    part = World(world.stand_in, world.folder, target=some)
    changed = SHOP.replace("Балл", "Баллы").replace('Корзина ждёт"', 'Ждём"')
    plan = settle(part, program(changed))
    assert [str(c.address) for c in plan.changes] == ["message.cart_1"]
    left = [(one.kind, one.count) for one in plan.undeployed if one.kind != "channel"]
    assert left == [
        ("event", 2),
        ("attribute", 2),
        ("segment", 2),
        ("broadcast", 1),
    ]


def test_what_is_needed_but_not_managed_must_be_there(world):
    world.needs("order")
    some = msgspec.structs.replace(world.target, manages=("chains", "messages"))
    with pytest.raises(TargetRejectedError, match="which is not on the target"):
        World(world.stand_in, world.folder, target=some).planned(program())


def test_a_survey_gives_all_objects_whoever_made_them(world):
    other = World(world.stand_in, world.folder / "other", project="other")
    settle(other, program(project="other"))
    settle(world, program())
    world.stand_in.hand_edit("segments", "VIP", external_key=None)
    with world.provider() as provider:
        seen = list(provider.survey())
    assert {one.id for one in seen} == {native["id"] for _, native in world.stand_in.objects()}
    assert {one.project for one in seen} == {"shop", "other", None}
    assert len({(one.project, one.kind, one.mark) for one in seen}) == len(seen)


def test_what_has_the_marker_of_another_project_says_so(world):
    other = World(world.stand_in, world.folder / "other", project="other")
    settle(other, program(project="other"))
    settle(world, program())
    world.stand_in.hand_edit("segments", "VIP", external_key=None)
    with world.provider() as provider:
        seen = {Address(one.kind, f"n{at}"): one for at, one in enumerate(provider.survey())}
        found = provider.read({address: one.id for address, one in seen.items()})
    theirs = {address for address, one in seen.items() if one.project == "other"}
    assert theirs
    assert {at: one.project for at, one in found.items() if one.project} == dict.fromkeys(
        theirs, "other"
    )


def test_an_id_of_another_kind_is_no_object(world):
    settle(world, program())
    with world.provider() as provider:
        chain = next(one for one in provider.survey() if one.kind == "chain")
        found = provider.read({Address("segment", "other"): chain.id})
    assert Address("segment", "other") not in found
    assert Address("chain", chain.mark) in found


def test_what_is_read_by_its_id_refers_by_the_names_it_is_given(world):
    settle(world, program())
    with world.provider() as provider:
        seen = {one.mark: one for one in provider.survey()}
        ids = {Address(one.kind, f"new_{mark}"): one.id for mark, one in seen.items()}
        found = provider.read(ids)
    assert found.keys() == ids.keys()
    assert found[Address("chain", "new_abandoned_cart")].depends == tuple(
        sorted(
            Address.parse(name)
            for name in (
                "attribute.new_city",
                "event.new_cart_updated",
                "event.new_order_placed",
                "message.new_cart_1",
                "message.new_cart_sms",
                "segment.new_vip",
            )
        )
    )


def test_what_is_no_object_of_its_own_is_given_apart(world):
    with world.provider() as provider:
        wanted = {one.address: one.body for one in provider.compile(program()).resources}
        found = dict(wanted)
        for address, body in wanted.items():
            found |= provider.parts(address, body)
    channels = {one.id: body["type"] for one, body in found.items() if one.kind == "channel"}
    assert channels == {"email": "email", "sms": "sms"}


def test_nothing_is_made_by_hand_where_all_is_pushed(world):
    with world.provider() as provider:
        assert list(provider.missing([Address("segment", "vip")])) == []
