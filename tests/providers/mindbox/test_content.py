"""What becomes of attributes and coupons in Mindbox, and what is left to people."""

from __future__ import annotations

import pytest

from crmspec.ir.target import Target
from crmspec.lower.outcome import Key
from crmspec.providers.mindbox.capability import CAPABILITIES
from crmspec.providers.mindbox.session import VENDOR
from crmspec.providers.rest.compile import audited, compiled, desired
from tests.contract.project import program

TARGET = Target(
    id="main", platform="mindbox", url="https://api.mindbox.ru", options={"endpoint": "shop"}
)
DEGRADE, MANUAL = "on_unsupported: degrade\n", "on_unsupported: manual\n"


def made(text, settings=DEGRADE, target=TARGET):
    return compiled(program(text, settings=settings), target, VENDOR)


def wanted(text, settings=DEGRADE):
    found = desired(made(text, settings), TARGET, VENDOR)
    return (
        {str(one.address): one.body for one in found.resources},
        {str(one.address): one.effect for one in found.remarks},
    )


def test_an_enumeration_is_the_values_of_a_field():
    found, remarks = wanted(
        "attributes:\n"
        "  tier: {title: Tier, type: enum, values: [gold, silver]}\n"
        "  langs: {title: Languages, type: array, items: enum, values: [ru], names: {main: Lang}}\n"
    )
    assert found == {
        "attribute.tier": {
            "title": "tier",
            "field": "tier",
            "values": {"gold": "gold", "silver": "silver"},
        },
        "attribute.langs": {"title": "Lang", "field": "Lang", "values": {"ru": "ru"}},
    }
    assert set(remarks.values()) == {"deviates"}


@pytest.mark.parametrize(
    ("pool", "name"),
    [
        pytest.param("mindbox:Spring", "Spring", id="of the platform"),
        pytest.param("main:Spring", "Spring", id="of the target"),
        pytest.param("braze:Spring", "shop-c", id="of another platform"),
        pytest.param("Spring", "shop-c", id="of nobody"),
    ],
)
def test_a_coupon_is_a_pool(pool, name):
    found, _ = wanted(f"coupons: {{c: {{title: C, pool: '{pool}'}}}}\n")
    assert found["coupon.c"] == {"title": "C", "pool": name}


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        pytest.param(
            "attributes: {a: {type: string}}",
            Key("attribute", "a"),
            "Mindbox imports the values of enumerations only; the rest is"
            " Настройки → Системные → Дополнительные поля",
            id="no enumeration",
        ),
        pytest.param(
            "attributes: {a: {type: enum, values: [f, m], standard: gender}}",
            Key("attribute", "a"),
            "Mindbox imports the values of enumerations only; the rest is"
            " Настройки → Системные → Дополнительные поля",
            id="a field of its own",
        ),
        pytest.param(
            "coupons: {c: {code: SALE}}",
            Key("coupon", "c"),
            "Mindbox imports pools of codes only; the rest is"
            " Кампании → Создать кампанию → Лояльность → Пул промокодов",
            id="one code for all",
        ),
    ],
)
def test_what_is_not_imported(text, key, reason):
    found = made(f"{text}\n")
    assert reason in [gap.reason.english() for gap in found.survey.gaps(key)]
    assert key in found.survey.absent


REST = """
attributes: {tier: {title: Tier, type: enum, values: [gold]}}
events: {order: {title: Order}}
segments: {vip: {title: VIP, attribute: tier, eq: gold}}
lists: {known: {title: Known}}
channels: {email: {type: email}}
messages: {hi: {title: Hi, channel: email, subject: Hi, body: Hi}}
chains: {welcome: {title: Welcome, trigger: order, audience: vip, steps: [{wait: 1d}, {send: hi}]}}
broadcasts: {news: {title: News, audience: {include: [vip]}, message: hi}}
"""


def test_all_the_rest_is_for_people_and_told_of_once():
    found, remarks = wanted(REST, MANUAL)
    assert found == {}
    assert set(remarks.values()) == {"manual"}
    assert len(remarks) == 7
    told = [one.message.english() for one in audited(made(REST, MANUAL), TARGET, VENDOR)]
    assert len(told) == len(remarks)
    where = "Кампании → Создать кампанию → Автоматизация → Сценарий"
    assert f"Mindbox takes `chain` by hand only: {where}" in told


def test_who_says_that_the_field_is_there_gets_its_values():
    text = REST.replace("values: [gold]", "values: [gold], on_unsupported: degrade")
    found, remarks = wanted(text, MANUAL)
    assert found.keys() == {"attribute.tier"}
    assert remarks["segment.vip"] == "manual"


def test_all_that_is_by_hand_says_where():
    rows = [row for family in CAPABILITIES.rows.values() for row in family.values()]
    by_hand = [row for row in rows if row.support == "manual"]
    assert by_hand
    assert all(row.note is not None and row.source for row in by_hand)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(Target(id="m", platform="mindbox", options={"endpoint": "x"}), id="no url"),
        pytest.param(Target(id="m", platform="mindbox", url="https://x.example"), id="no endpoint"),
    ],
)
def test_a_target_needs_its_address_and_endpoint(target):
    (found,) = audited(made("", target=target), target, VENDOR)
    assert found.level == "error"
    assert "needs its `url` and the option `endpoint`" in found.message.english()


def test_options_that_there_are():
    options = {"endpoint": "x", "segmentations": "Get", "folder": "f", "dialect": "mindbox"}
    target = Target(id="m", platform="mindbox", url="https://x.example", options=options)
    assert not list(audited(made("", target=target), target, VENDOR))
    target = Target(
        id="m", platform="mindbox", url="https://x.example", options={**options, "brand": "b"}
    )
    (found,) = audited(made("", target=target), target, VENDOR)
    assert found.message.english() == "Mindbox has no option `brand`"
