from __future__ import annotations

import pytest

from crmspec.diagnostics import text
from crmspec.engine.plan import make
from crmspec.engine.resource import Address, Remark, Undeployed
from crmspec.engine.text import render, show
from crmspec.source import Span
from tests.engine.fake import HERE, FakeProvider, MemoryStore, desired, plan_of, resource
from tests.engine.test_plan import apply

LONG = "Корзина ждёт вас, а с нею и подарок"
STEPS = [{"id": "cart_sms", "wait": "24h"}, {"send": {"$ref": "message.cart"}}]


def test_a_plan_in_words():
    provider, store = FakeProvider(), MemoryStore()
    cart = resource("message.cart", {"title": "Cart", "body": f"Привет\n{LONG}"})
    chain = resource("chain.cart", {"title": "Cart", "steps": STEPS, "status": "live"})
    apply(desired(cart, chain, resource("segment.old"), resource("segment.vip")), provider, store)
    provider.hand_edit("segment.vip", title="Mine")
    wanted = desired(
        resource("message.cart", {"title": "Cart", "body": f"Привет\n{LONG} до вечера"}),
        resource(
            "chain.cart",
            {"title": "Cart", "steps": [{"id": "cart_sms", "wait": "6h"}], "status": "live"},
        ),
        resource("segment.vip"),
        resource("chain.new", {"title": "New", "status": "live"}),
        resource("event.same"),
        remarks=[
            Remark(Address("chain", "vip_call"), "manual", text("no voice channel"), HERE),
            Remark(
                Address("chain", "cart"),
                "deviates",
                text("it counts days (semantics 2.3)"),
                HERE,
                (text("a month is one of the calendar"),),
            ),
        ],
    )
    assert (
        render(plan_of(wanted, provider, store))
        == """\
  ~ chain.cart                           update, 2 changed                           c/a.yaml:1
      live; the target does not tell how many people are on their way
      - steps[#2]: {"send":"message.cart"}
      steps[cart_sms].wait: 24h → 6h
  + chain.new                            create                                      c/a.yaml:1
  + event.same                           create                                      c/a.yaml:1
  ~ message.cart                         update, 1 changed                           c/a.yaml:1
      body
        - Корзина ждёт вас, а с нею и подарок
        + Корзина ждёт вас, а с нею и подарок до вечера
  - segment.old                          delete                                      c/a.yaml
  ⟳ segment.vip                          changed on the target by hand: 1 put back   c/a.yaml:1
      ✗ title: Mine on the target, segment.vip in the project
  ▶ chain.new                            activate: it goes live and may send messages c/a.yaml:1
      status: draft → live
  ! chain.vip_call                       no voice channel                            c/a.yaml:1
  ≈ chain.cart                           it counts days (semantics 2.3)              c/a.yaml:1
      as written: a month is one of the calendar
2 to create, 2 to update, 1 to put back, 1 to delete, 1 to activate, 1 by hand \
· 0 unchanged · 7 calls · 1 irreversible
  ✗ edits by hand would be undone: `segment.vip`; `--overwrite` undoes them
  ✗ objects would be deleted: `segment.old`; `--allow-destructive` agrees to it
  ✗ nothing goes live without `--activate`
"""
    )


def test_nothing_to_do():
    assert render(plan_of(desired(), FakeProvider(), MemoryStore())) == (
        "no changes: the target matches\n"
    )


def test_kinds_that_are_not_deployed_have_a_line_each():
    rules = Undeployed("frequency", 11, text("the sandbox keeps no frequency rules"))
    plan = plan_of(desired(undeployed=[rules]), FakeProvider(), MemoryStore())
    assert render(plan) == (
        "  ≈ frequency (11)                       the sandbox keeps no frequency rules\n"
        "no changes: the target matches\n"
    )


def test_what_stays_on_the_target_is_no_match():
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(resource("chain.vip")), provider, store)
    remark = Remark(Address("chain", "vip"), "manual", text("no voice channel"), HERE)
    shown = render(plan_of(desired(remarks=[remark]), provider, store))
    assert "! chain.vip" in shown
    assert shown.endswith("\nno changes to make\n")
    unknown = render(plan_of(desired(), provider, MemoryStore()))
    assert "? chain.vip" in unknown
    assert unknown.endswith("\nno changes to make\n")


@pytest.mark.parametrize(("count", "end"), [(1, "· 1 call · safe"), (2, "· 2 calls · safe")])
def test_calls_are_counted_in_english(count, end):
    wanted = desired(*[resource(f"segment.s{i}") for i in range(count)])
    assert render(plan_of(wanted, FakeProvider(), MemoryStore())).rstrip().endswith(end)


def test_an_edit_by_hand_beside_a_change_has_lines_of_its_own():
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(resource("segment.vip")), provider, store)
    provider.hand_edit("segment.vip", note="mine")
    wanted = desired(resource("segment.vip", {"title": "VIP"}))
    lines = render(plan_of(wanted, provider, store)).splitlines()
    assert "it was also changed by hand" in lines[0]
    assert "      ⟳ by hand: + note: mine" in lines


def test_a_plan_can_be_coloured_and_translated():
    plan = plan_of(desired(resource("segment.vip")), FakeProvider(), MemoryStore())
    shown = render(plan, say=lambda t: t.english().upper(), paint=lambda s, line: f"<{s}>{line}")
    assert shown.startswith("<+>  + segment.vip")
    assert "CREATE" in shown


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("24h", "24h", id="a word"),
        pytest.param("", '""', id="nothing"),
        pytest.param(" a ", '" a "', id="spaces at the edges"),
        pytest.param(None, "null", id="null"),
        pytest.param(True, "true", id="yes"),
        pytest.param({"$ref": "segment.vip"}, "segment.vip", id="a reference"),
        pytest.param([{"a": {"$ref": "x.y"}}], '[{"a":"x.y"}]', id="a reference inside"),
        pytest.param("x" * 99, "x" * 59 + "…", id="long"),
    ],
)
def test_values_on_one_line(value, expected):
    assert show(value) == expected


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        pytest.param({"a": LONG}, {}, "        - " + LONG, id="a long text gone"),
        pytest.param({}, {"a": LONG}, "        + " + LONG, id="a long text come"),
        pytest.param(
            {"a": [{"id": "x"}, {"id": "y"}]},
            {"a": [{"id": "y"}, {"id": "x"}]},
            "      a[x]: moved",
            id="moved",
        ),
    ],
)
def test_each_kind_of_difference_is_shown(before, after, line):
    provider, store = FakeProvider(), MemoryStore()
    title = {"title": "x"}
    apply(desired(resource("chain.c", title | before)), provider, store)
    plan = plan_of(desired(resource("chain.c", title | after)), provider, store)
    assert line in render(plan).splitlines()


def test_each_kind_of_change_is_named():
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(*map(resource, ["a.gone", "a.lost", "a.mine", "a.same"])), provider, store)
    provider.hand_edit("a.mine", title="Mine")
    provider.objects = [row for row in provider.objects if row[0].id not in {"gone", "lost"}]
    known = plan_of(desired(resource("a.gone"), resource("a.same")), provider, store)
    shown = render(known)
    assert "+ a.gone                               create again: it was deleted" in shown
    assert "- a.lost                               forget: it is already gone" in shown
    assert "- a.mine                               delete, though it was changed" in shown
    fresh = plan_of(desired(resource("a.mine"), resource("a.same")), provider, MemoryStore())
    assert "adopt and update, 1 changed" in render(fresh)
    assert "adopt: it is on the target as wanted" in render(fresh)


def test_what_is_long_is_told_in_full():
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(resource("chain.a", {"steps": []})), provider, store)
    step = {
        "webhook": {"url": "https://shop.example/hook", "body": {"kind": "cart", "text": "x" * 40}}
    }
    lines = render(plan_of(desired(resource("chain.a", {"steps": [step]})), provider, store))
    assert "      + steps[#1]:" in lines.splitlines()
    assert "x" * 40 in lines


def test_a_conflict_is_told_once_with_the_lines_that_say_it():
    provider, store = FakeProvider(), MemoryStore()
    compiled = {"html": f"<p>{LONG}</p>", "text": "a"}
    body = {"title": "Cart", "steps": [{"wait": {"for": "1d"}}], "compiled": compiled}
    apply(desired(resource("chain.cart", body)), provider, store)
    provider.hand_edit(
        "chain.cart", steps=[{"wait": {"for": "2d"}}], compiled=compiled | {"html": "<p>Mine</p>"}
    )
    wanted = body | {"steps": [{"wait": {"for": "3d"}}], "compiled": compiled | {"text": "b"}}
    plan = make(
        desired(resource("chain.cart", wanted | {"title": "New"})),
        store.load(),
        provider.read({}),
        locate=lambda _, one: Span("c/b.yaml", 0, 1) if one.path.endswith("for") else None,
    )
    assert (
        render(plan)
        == """\
  ~ chain.cart                           update, 4 changed; it was also changed by hand c/a.yaml
      ⟳ by hand: steps[#1].wait.for: 1d → 2d
      ⟳ by hand: compiled.html: <p>Корзина ждёт вас, а с нею и подарок</p> → <p>Mine</p>
      ✗ compiled: - as on the target, + as in the project
        compiled.html: <p>Mine</p> → <p>Корзина ждёт вас, а с нею и подарок</p>
        compiled.text: a → b
      ✗ steps: - as on the target, + as in the project
        steps[#1].wait.for: 2d → 3d                                                  c/b.yaml
      title: Cart → New
1 to update · 0 unchanged · 1 call · safe
  ✗ edits by hand would be undone: `chain.cart`; `--overwrite` undoes them
"""
    )
