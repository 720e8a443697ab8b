"""What people edit in Node-RED comes back into the project, and so do tabs of crmspec's."""

from __future__ import annotations

import shutil

import pytest

from tests.contract.node_red import FILES, SHOP, NodeRedStandIn
from tests.contract.rest import CANARY

PROJECT = """
project: shop
on_unsupported: degrade
targets:
  main:
    platform: node_red
    url: {url}
    credentials: {{env: NODE_RED_TOKEN}}
    options: {{smtp: {{server: mail.shop.example}}}}
"""
FUNCTION = {
    "id": "f.1",
    "z": "a1",
    "type": "function",
    "name": "Sort out",
    "func": "",
    "x": 1,
    "y": 1,
}
DELAY = {
    "id": "d.1",
    "z": "b2",
    "type": "delay",
    "timeout": "1",
    "timeoutUnits": "days",
    "wires": [[]],
}


@pytest.fixture
def account(tmp_path, monkeypatch, crmspec):
    monkeypatch.setenv("NODE_RED_TOKEN", CANARY)
    monkeypatch.chdir(tmp_path)
    with NodeRedStandIn() as stand_in:
        (tmp_path / "crmspec.yaml").write_text(PROJECT.format(url=stand_in.url))
        (tmp_path / "campaigns").mkdir()
        (tmp_path / "campaigns" / "shop.yaml").write_text(SHOP)
        (tmp_path / "templates").mkdir()
        for name, page in FILES.items():
            (tmp_path / "templates" / name).write_text(page)
        assert crmspec("apply", "--yes")[0] == 0
        yield stand_in, tmp_path


def node(stand_in, name):
    found = (one for tab in stand_in.tabs.values() for one in tab["nodes"])
    (one,) = (one for one in found if one["id"] == f"shop.{name}")
    return one


def text(folder):
    return (folder / "campaigns" / "shop.yaml").read_text()


EDITS = [
    pytest.param(
        "abandoned_cart.later",
        {"timeout": "6", "timeoutUnits": "hours"},
        ("wait: 24h", "wait: 6h"),
        id="a wait",
    ),
    pytest.param(
        "thanks.rest", {"name": "A day"}, ("{id: rest, wait: 1d}", "title: A day"), id="a name"
    ),
]


@pytest.mark.parametrize(("name", "fields", "words"), EDITS)
def test_edits_are_pulled(crmspec, account, name, fields, words):
    stand_in, folder = account
    node(stand_in, name).update(fields)
    code, out, err = crmspec("pull")
    assert (code, err) == (0, f"chain.{name.split('.')[0]}: nodes\n"), out
    old, new = words
    assert (old in text(folder), new in text(folder)) == (False, True)
    assert crmspec("plan", "--exit-code")[0] == 0


def test_tabs_of_ours_are_read_and_those_of_others_are_told_with_the_reason(crmspec, account):
    stand_in, folder = account
    shutil.rmtree(folder / ".crmspec")
    shutil.rmtree(folder / "campaigns")
    shutil.rmtree(folder / "templates")
    stand_in.tabs["a1"] = {"label": "Sorting", "info": "", "disabled": False, "nodes": [FUNCTION]}
    stand_in.tabs["b2"] = {"label": "Waiting", "info": "", "disabled": False, "nodes": [DELAY]}
    code, out, _ = crmspec("import")
    assert code == 4
    assert (
        "chain Sorting (a1): chains have no words for nodes of type `function`, such as `Sort"
        in out
    )
    assert "chain Waiting (b2): crmspec did not make this tab" in out
    cart = folder / "campaigns" / "chains" / "abandoned_cart.yaml"
    assert "- {id: pause, wait: 1h}" in cart.read_text()
    assert "text:" not in cart.read_text()  # it is made of the page
    code, out, _ = crmspec("plan", "--exit-code")
    assert (code, "no changes" in out) == (0, True)
    node(stand_in, "abandoned_cart.more.subject")["template"] = "Ждём"
    code, _, err = crmspec("pull")
    assert (code, err) == (0, "chain.abandoned_cart: nodes\n")
    assert "subject: Ждём\n" in cart.read_text()
