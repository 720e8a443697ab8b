from __future__ import annotations

import pytest

from crmspec.diagnostics import text
from crmspec.engine.resource import Address, Remark
from crmspec.engine.text import render, show
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
            Remark(Address("chain", "cart"), "deviates", text("left out: a `code` step"), HERE),
        ],
    )
    assert (
        render(plan_of(wanted, provider, store))
        == """\
  ~ chain.cart                           update, 2 changed                           campaigns/a.yaml:1
      - steps[#2]: {"send":"message.cart"}
      steps[cart_sms].wait: 24h → 6h
  + chain.new                            create and activate                         campaigns/a.yaml:1
  + event.same                           create                                      campaigns/a.yaml:1
  ~ message.cart                         update, 1 changed                           campaigns/a.yaml:1
      body
        - Корзина ждёт вас, а с нею и подарок
        + Корзина ждёт вас, а с нею и подарок до вечера
  - segment.old                          delete
  ⟳ segment.vip                          changed on the server by hand: 1 put back   campaigns/a.yaml:1
      title: Mine → segment.vip
  ! chain.vip_call                       no voice channel                            campaigns/a.yaml:1
  ≈ chain.cart                           left out: a `code` step                     campaigns/a.yaml:1
2 to create, 2 to update, 1 to put back, 1 to delete, 1 by hand · 0 unchanged · 6 calls
"""
    )


def test_nothing_to_do():
    assert render(plan_of(desired(), FakeProvider(), MemoryStore())) == (
        "no changes: the target matches\n"
    )


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
