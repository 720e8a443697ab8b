from __future__ import annotations

import json

import pytest

from crmspec.engine.change import Change, Kind
from crmspec.engine.error import EditedByHandError, RevisionConflictError, TargetRejectedError
from crmspec.engine.gate import Allowed, admit
from crmspec.engine.plan import make
from crmspec.engine.resource import Address
from crmspec.engine.state import State
from crmspec.engine.text import render
from crmspec.ir.target import Target
from crmspec.providers import registry
from crmspec.providers.clock import SystemClock
from tests.contract.project import FILES, SHOP, program
from tests.contract.test_contract import settle
from tests.contract.world import FilesStandIn, World
from tests.engine.fake import desired, resource

LOCALES = SHOP.replace(
    'text: "Ваша корзина ждёт"', 'locales: {ru: {text: "Корзина"}, en: {text: "Your cart"}}'
)


@pytest.fixture
def world(tmp_path):
    return World(FilesStandIn(tmp_path), tmp_path)


def with_options(world, **options):
    world.target = Target(id="main", platform="files", options=options)
    return world


def names(world, kind="messages"):
    return sorted(p.name for p in (world.stand_in.folder / kind).iterdir())


def test_texts_and_sheets_stand_beside_the_payload(world):
    settle(world, program())
    assert names(world) == [
        *("cart_1.html", "cart_1.json", "cart_1.sheet.html", "cart_1.sheet.md"),
        "cart_1.subject.txt",
        *("cart_sms.json", "cart_sms.sheet.html", "cart_sms.sheet.md", "cart_sms.text.txt"),
    ]
    made = json.loads((world.stand_in.folder / "chains" / "abandoned_cart.json").read_text())
    assert made["payload"]["audience"] == {"not": {"segment": {"$file": "segments/vip"}}}
    assert "crmspec confirm" not in (world.stand_in.folder / "messages/cart_1.sheet.md").read_text()


def test_each_language_is_a_file_of_its_own(world):
    settle(world, program(LOCALES))
    assert "cart_sms.en.text.txt" in names(world)
    assert "cart_sms.ru.text.txt" in names(world)


def test_texts_are_in_the_dialect(world):
    files = {"cart.html": "<p>{{ profile.first_name | default('you') }}</p>\n"}
    settle(with_options(world, dialect="klaviyo"), program(files=files))
    text = (world.stand_in.folder / "messages" / "cart_1.html").read_text()
    assert "person.first_name" in text


LOSING = {"cart.html": "<p>{{ links.view_online }}</p>\n"}


def audited(world, settings="", **options):
    with with_options(world, **options).provider() as provider:
        found = provider.audit(program(files=LOSING, settings=settings))
        return [(one.level.value, one.code.id) for one in found]


def test_what_the_dialect_cannot_say_is_an_error_or_left_to_people(world):
    assert audited(world, dialect="mindbox") == [("error", "CRM603")]
    manual = "on_unsupported: manual\n"
    found = audited(world, settings=manual, dialect="mindbox")
    assert sorted(found) == [*[("warning", "CRM601")] * 2, ("warning", "CRM603")]
    plan = world.planned(program(files=LOSING, settings=manual))
    assert [(str(r.address), r.effect) for r in plan.remarks] == [
        ("broadcast.spring", "manual"),
        ("chain.abandoned_cart", "manual"),
        ("message.cart_1", "manual"),
    ]
    assert audited(world) == []


def test_a_link_that_is_asked_for_and_not_there_is_a_remark(world, monkeypatch):
    asking = "<p>{% if links.view_online %}{{ links.view_online }}{% endif %}</p>\n"
    monkeypatch.setitem(LOSING, "cart.html", asking)
    assert audited(world, dialect="mindbox") == [("info", "CRM605")]
    assert audited(world, dialect="klaviyo") == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"dialect": "klingon"}, "no template language `klingon`", id="dialect"),
        pytest.param({"colour": "red"}, "no option `colour`", id="option"),
        pytest.param({"folder": "../out"}, "leads out of the project", id="up"),
        pytest.param({"folder": "out/../../a"}, "leads out of the project", id="down and up"),
        pytest.param({"folder": ".git"}, "`folder` is in `.git`", id="of git"),
        pytest.param({"folder": "./.crmspec/out"}, "`folder` is in `.crmspec`", id="of crmspec"),
        pytest.param({"folder": "/tmp"}, "leads out of the project", id="from the root"),
    ],
)
def test_wrong_options(world, options, message):
    with with_options(world, **options).provider() as provider:
        ((found,)) = provider.audit(program())
    assert message in found.message.english()


def test_an_edited_text_is_drift(world):
    settle(world, program())
    (world.stand_in.folder / "messages" / "cart_sms.text.txt").write_text("by hand")
    (change,) = world.planned(program()).changes
    assert [one.path for one in change.conflicts] == ["compiled"]


def test_a_moved_object_keeps_its_files_and_its_users_find_it(world):
    settle(world, program())
    renamed = SHOP.replace("  vip:", "  best:").replace("not: vip", "not: best")
    settle(world, program(renamed, settings="moved: [{from: segment.vip, to: segment.best}]\n"))
    assert "vip.json" in names(world, "segments")
    with world.provider() as provider:
        assert provider.find(Address("segment", "best"), None).id == "segments/vip"
        assert provider.find(Address("segment", "best"), "segments/none") is None
        assert provider.find(Address("segment", "nobody"), None) is None


def test_two_objects_with_one_marker(world):
    settle(world, program())
    folder = world.stand_in.folder / "segments"
    (folder / "copy.json").write_bytes((folder / "vip.json").read_bytes())
    with pytest.raises(TargetRejectedError, match="two objects"):
        world.planned(program())


def test_an_object_that_is_gone_when_it_is_written(world):
    settle(world, program())
    with world.provider() as provider:
        wanted = {one.address: one for one in provider.compile(program()).resources}
        at = Address("segment", "vip")
        remote = provider.read({})[at]
        (world.stand_in.folder / "segments" / "vip.json").unlink()
        change = Change(kind=Kind.UPDATE, address=at, desired=wanted[at], remote=remote)
        with pytest.raises(RevisionConflictError):
            provider.apply(change, {})
        assert provider.apply(Change(kind=Kind.DELETE, address=at), {}) is None


def test_a_message_without_texts_settles(world):
    source = SHOP.replace(
        '{title: "Корзина SMS", channel: sms, text: "Ваша корзина ждёт"}', "{channel: ads}"
    )
    source = source.replace(
        "  sms: {type: sms}", "  sms: {type: sms}\n  ads: {type: audience_sync}"
    )
    settle(world, program(source))


def test_the_folder_is_below_the_project(tmp_path):
    target = Target(id="hand", platform="files", options={"folder": "give/away"})
    connection = registry.Connection(
        project="shop", target=target, folder="/nowhere", root=str(tmp_path)
    )
    with registry.connect(connection, SystemClock()) as provider:
        assert provider.whoami() == "files in give/away"
        provider.compile(program(files=FILES))
        assert provider.read({}) == {}


SMS = Address("message", "cart_sms")


def damaged(world, data):
    settle(world, program())
    (world.stand_in.folder / "messages" / "cart_sms.json").write_text(data)


@pytest.mark.parametrize("data", ["garbage\n", "{}", "", "[" * 5000])
def test_a_damaged_object_is_an_edit_by_hand_and_written_anew(world, data):
    damaged(world, data)
    plan = world.planned(program())
    (change,) = plan.changes
    assert (change.kind, change.address, change.puts_back) == (Kind.UPDATE, SMS, True)
    shown = render(plan)
    assert "what is there cannot be read as an object" in shown
    assert "deleted" not in shown
    with pytest.raises(EditedByHandError):
        admit(plan, Allowed())
    settle(world, program())
    assert world.planned(program()).matches
    assert "Ваша корзина ждёт" in (world.stand_in.folder / "messages/cart_sms.json").read_text()


def test_a_damaged_object_may_be_changed_and_removed_here(world):
    damaged(world, "garbage")
    settle(world, program(SHOP.replace("Ваша корзина ждёт", "Ждёт")))
    assert (world.stand_in.folder / "messages/cart_sms.text.txt").read_text() == "Ждёт"
    damaged(world, "garbage")
    chain = SHOP.replace("then: [{id: text, send: cart_sms}]", "then: [{exit: gold}]")
    without = "\n".join(line for line in chain.splitlines() if "cart_sms:" not in line)
    settle(world, program(without))
    assert "cart_sms.json" not in names(world)
    assert "cart_sms.text.txt" not in names(world)


def test_what_is_at_the_place_of_a_new_object_is_never_written_over(world):
    folder = world.stand_in.folder / "messages"
    folder.mkdir(parents=True)
    (folder / "cart_sms.json").write_text("mine")
    (change,) = (one for one in world.planned(program()).changes if one.address == SMS)
    assert change.kind is Kind.CREATE
    with world.provider() as provider:
        provider.compile(program())
        assert provider.read({SMS: "messages/cart_sms"})[SMS].unreadable
        with pytest.raises(TargetRejectedError, match="in the way"):
            provider.apply(change, {})
    assert (folder / "cart_sms.json").read_text() == "mine"


def test_what_the_settings_name_and_is_no_object_is_not_taken_over(world):
    (world.stand_in.folder / "messages").mkdir(parents=True)
    (world.stand_in.folder / "messages" / "mine.json").write_text("mine")
    with world.provider() as provider:
        found = provider.read({SMS: "messages/mine"})
    wanted = resource(str(SMS), {"title": "SMS"})
    (change,) = make(desired(wanted), State(project="shop", target="main"), found).changes
    assert (change.kind, change.remote) == (Kind.CREATE, None)
