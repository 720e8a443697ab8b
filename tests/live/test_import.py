"""A real Tryton is read into a project, and what people edit there comes back into it."""

from __future__ import annotations

import json

import pytest

from crmspec.cli.main import run
from crmspec.providers.tryton.tree import ACTIVITY, SCENARIO
from tests.live import template
from tests.live.shop import opened, settle, wanted

PAGE = "<html><body><p>Hello, ${record.name}</p></body></html>"
VIP = {"__class__": "Equal", "s1": {"__class__": "Eval", "v": "self.code", "d": ""}, "s2": "V1"}


@pytest.fixture
def account(tryton, tmp_path, monkeypatch):
    """A server, and an empty folder of a project for it as the working directory."""
    secret = tryton.key if "user" not in tryton.options else template.PASSWORD
    monkeypatch.setenv("TRYTON_SECRET", secret)
    monkeypatch.setenv("CRMSPEC_LANG", "en")
    folder = tmp_path / "new"
    folder.mkdir()
    monkeypatch.chdir(folder)
    options = json.dumps(tryton.options)
    (folder / "crmspec.yaml").write_text(
        "project: shop\ntargets:\n  main: {platform: tryton,"
        f' url: "{tryton.url}", credentials: {{env: TRYTON_SECRET}}, options: {options}}}\n'
    )
    return tryton, folder


@pytest.fixture
def crmspec(capsys):
    def call(*arguments):
        code = run([*arguments])
        out, err = capsys.readouterr()
        return code, out + err

    return call


def deployed(server, folder):
    login = (template.USER, template.PASSWORD) if "user" in server.options else None
    world = opened(server, folder, login=login)
    settle(world)
    return world


def edited(server, name, **fields):
    (row,) = server.find(ACTIVITY, [["name", "=", name]])
    server.rest("PUT", f"{ACTIVITY}/{row['id']}", fields)


def text(folder):
    return "".join(one.read_text("utf-8") for one in sorted(folder.glob("campaigns/**/*.yaml")))


def test_what_crmspec_made_is_read_and_the_next_plan_is_empty(account, crmspec, tmp_path):
    server, folder = account
    world = deployed(server, tmp_path / "old")
    rows = server.find(ACTIVITY, fields=("name", "condition", "email_template"))
    code, out = crmspec("import")
    assert code == 0, out
    assert server.find(ACTIVITY, fields=("name", "condition", "email_template")) == rows
    assert crmspec("plan", "--exit-code")[0] == 0
    assert "- {id: first, send: welcome_first}" in text(folder)
    assert world.planned(wanted(world)).empty


def test_what_people_edit_comes_back(account, crmspec, tmp_path):
    server, folder = account
    deployed(server, tmp_path / "old")
    crmspec("import")
    edited(server, "first", delay=lasting(7200), email_title="Good day")
    edited(server, "vip", condition=json.dumps(VIP | {"s2": "V2"}))
    code, out = crmspec("pull")
    assert (code, out) == (0, "chain.welcome: activities\n")
    assert "- {wait: 2h}" in text(folder)
    assert "eq: V2" in text(folder)
    assert "subject: Good day" in text(folder)
    assert crmspec("plan", "--exit-code")[0] == 0


def test_what_people_made_is_read_and_applied_to(account, crmspec):
    server, folder = account
    letter = {"action": "send_email", "email_title": "Hi", "email_template": PAGE}
    later = letter | {"name": "Second letter", "delay": lasting(86400), "email_title": "Yo"}
    first = letter | {"name": "First letter", "children": [["create", [later]]]}
    domain = json.dumps([["name", "=", "VIP"], ["code", "!=", None]])
    values = {"name": "Welcome!", "model": "party.party", "domain": domain}
    server.rest("POST", SCENARIO, values | {"activities": [["create", [first]]]})
    assert crmspec("import")[0] == 0
    assert crmspec("plan", "--exit-code")[0] == 0
    (path,) = folder.glob("campaigns/chains/*.yaml")
    path.write_text(path.read_text("utf-8").replace("wait: 1d", "wait: 2d"), "utf-8")
    before = server.find(ACTIVITY)
    code, out = crmspec("apply", "--yes")
    assert code == 0, out
    assert crmspec("plan", "--exit-code")[0] == 0
    assert server.find(ACTIVITY) == before
    (row,) = server.find(SCENARIO, fields=("name",))
    assert row["name"] == "Welcome! [shop/welcome]"


def lasting(seconds):
    return {"__class__": "timedelta", "seconds": seconds}
