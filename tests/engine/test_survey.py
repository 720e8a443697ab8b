"""What objects of an account are called in a project."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.engine.resource import Address
from crmspec.engine.survey import Seen, named, slug


@pytest.mark.parametrize(
    ("title", "id_"),
    [
        pytest.param("Брошенная корзина", "broshennaya_korzina", id="Russian"),
        pytest.param("Объявление — ёлка", "obyavlenie_elka", id="signs and dashes"),
        pytest.param("  VIP  клиенты! ", "vip_klienty", id="both alphabets"),
        pytest.param("Café Öl", "cafe_ol", id="accents"),
        pytest.param("Don't go", "dont_go", id="an apostrophe"),
        pytest.param("2024 Summer", "summer", id="begins with a number"),
        pytest.param("日本", "", id="no letters that we know"),
        pytest.param("слово " * 20, "_".join(["slovo"] * 10), id="long"),
        pytest.param("x" * 90, "x" * 60, id="one long word"),
    ],
)
def test_an_id_is_made_of_a_title(title, id_):
    assert slug(title) == id_


@given(st.text(max_size=90))
def test_an_id_is_one_or_nothing(title):
    made = slug(title)
    assert not made or (made.isascii() and made == made.lower() and made[0].isalpha())
    assert len(made) <= 60
    assert slug(made) == made


def seen(id_, title="Шапки", **more):
    return Seen(kind="segment", title=title, id=id_, **more)


@pytest.mark.parametrize(
    ("objects", "ids"),
    [
        pytest.param([seen("b"), seen("a")], {"shapki": "a", "shapki_2": "b"}, id="one title"),
        pytest.param([seen("a", "日本")], {"segment": "a"}, id="nothing to make an id of"),
        pytest.param(
            [seen("a"), seen("b", key="shapki")], {"shapki": "b", "shapki_2": "a"}, id="a key"
        ),
        pytest.param(
            [seen("a", key="best"), seen("b", project="shop", mark="best")],
            {"best": "b", "best_2": "a"},
            id="a mark comes first",
        ),
        pytest.param(
            [seen("a", project="shop", mark="../x")], {"shapki": "a"}, id="a mark that is no id"
        ),
        pytest.param([seen("a", "Mine")], {"mine_2": "a"}, id="a name that is taken"),
    ],
)
def test_each_object_has_an_address_of_its_own(objects, ids):
    found = named(objects, {Address("segment", "mine")})
    assert {address.id: one.id for address, one in found.items()} == ids
    assert named(reversed(objects), {Address("segment", "mine")}) == found
