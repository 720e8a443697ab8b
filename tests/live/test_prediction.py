"""What lands in the inbox of a real Tryton is what the interpreter says will be sent, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.live.prediction import END, landed, predicted
from tests.live.shop import SHOP, buyer, opened, settle, wanted

PEOPLE = [
    pytest.param("Anna", None, None, id="who does not click"),
    pytest.param("Anna", "V1", None, id="a VIP who does not click"),
    pytest.param("Anna", None, 30, id="who clicks at once"),
    pytest.param("Anna", "V1", 30, id="a VIP who clicks at once"),
    pytest.param("Ёжик & <Co>", "V1", 47 * 60, id="who clicks an hour before it is too late"),
    pytest.param("Anna", "v1", 49 * 60, id="who clicks an hour too late"),
]


@pytest.mark.parametrize(("name", "code", "clicks"), PEOPLE)
def test_what_lands_is_what_was_predicted(tryton, tmp_path, name, code, clicks):
    world = opened(tryton, tmp_path, activate="live")
    settle(world)
    buyer(tryton, name, code=code)
    warp = tryton.begin()
    mails = warp.run(timedelta(hours=1))
    if clicks is not None:
        mails += warp.run(timedelta(minutes=60 + clicks))
        (link,), _ = mails[0][1].links()
        assert tryton.visit(link) == "https://shop.example/a?x=1&y=2"
    mails += warp.run(END)
    profile = {"name": name, "code": code, "email": "x@example.com", "groups": ["Buyers"]}
    assert landed(mails) == predicted(wanted(world), profile, clicks)
    assert len(mails) == 2 + (code == "V1")


def test_nobody_else_is_sent_anything(tryton, tmp_path):
    world = opened(tryton, tmp_path, activate="live")
    settle(world)
    buyer(tryton, "Boris", group="Guests")
    warp = tryton.begin()
    profile = {"name": "Boris", "email": "x@example.com", "groups": ["Guests"]}
    assert warp.run(END) == predicted(wanted(world), profile) == []


def test_a_sender_is_named_in_any_letters(tryton, tmp_path):
    world = opened(tryton, tmp_path, activate="live")
    named = "{name: 'Магазин, №1', email: hello@example.com}"  # 8.0 keeps to its own domain
    settle(world, SHOP.replace("{name: Shop, email: hello@shop.example}", named))
    buyer(tryton, "Anna")
    ((_, mail),) = tryton.begin().run(timedelta(hours=1))
    assert mail.sender == '"Магазин, №1" <hello@example.com>'
