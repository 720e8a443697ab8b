"""JSON-RPC, of which 6.0 has nothing else, on 6.0 and 8.0: logins, and edits that are not lost."""

from __future__ import annotations

import time
from base64 import b64encode
from urllib.error import HTTPError

import pytest
from msgspec.structs import replace

from crmspec.engine.error import RevisionConflictError, TargetRejectedError, TargetUnusableError
from crmspec.engine.resource import Address
from crmspec.providers.tryton.json_rpc import JsonRpc
from crmspec.providers.tryton.tree import ACTIVITY, SCENARIO
from tests.live import template
from tests.live.server import Server
from tests.live.shop import SHOP, opened, settle, wanted

LOGIN = (template.USER, template.PASSWORD)


@pytest.fixture
def world(tryton, tmp_path):
    return opened(tryton, tmp_path, login=LOGIN)


@pytest.mark.parametrize("running", [Server], ids=["8.0"], indirect=True)  # on 6.0 all tests do it
def test_a_chain_lives_and_dies(world):
    server = world.stand_in.server
    settle(world)
    settle(world, SHOP.replace("wait: 1h", "wait: 2h"))
    live = opened(server, world.folder, activate="live", login=LOGIN)
    settle(live)
    assert [row["state"] for row in server.find(SCENARIO, fields=("state",))] == ["running"]
    settle(live, "{}")
    assert server.find(SCENARIO) == server.find(ACTIVITY) == []


def test_what_is_edited_between_reading_and_writing_is_not_written_over(world, monkeypatch):
    settle(world)
    server, write = world.stand_in.server, JsonRpc.write
    (row,) = server.find(ACTIVITY, [["name", "=", "first"]])

    def late(*arguments):
        time.sleep(1.1)  # over SQLite, 6.0 compares whole seconds
        server.rest("PUT", f"{ACTIVITY}/{row['id']}", {"email_title": "Edited by hand"})
        return write(*arguments)

    monkeypatch.setattr(JsonRpc, "write", late)
    _, outcome = world.apply(wanted(world, SHOP.replace("Привет, ", "Hi, ")))
    (failed,) = outcome.failed
    assert isinstance(failed.error, RevisionConflictError)
    (kept,) = server.find(ACTIVITY, [["name", "=", "first"]], ("email_title", "email_template"))
    assert kept["email_title"] == "Edited by hand"
    assert "Привет, " in kept["email_template"]


def test_a_lookup_finds_its_scenario_alone(tryton, tmp_path):
    """A `_` stands for any letter in searches."""
    for name in ("One [my_shop/a_b]", "Two [my-shop/a_b]", "Three [my_shop/aXb]"):
        tryton.rest("POST", SCENARIO, {"name": name, "model": "party.party", "domain": "[]"})
    world = opened(tryton, tmp_path, login=LOGIN)
    world.project = "my_shop"
    with world.provider() as provider:
        found = provider.find(Address("chain", "a_b"), None)
        assert found.body["title"] == "One"
        assert provider.find(Address("chain", "a"), None) is None


def test_a_wrong_password_ends_the_run(world):
    with world.provider("wrong-password") as provider, pytest.raises(TargetRejectedError) as caught:
        provider.whoami()
    assert caught.value.fatal
    assert "wrong-password" not in str(caught.value)


def test_the_session_is_over_at_the_end(world, monkeypatch):
    server, tokens = world.stand_in.server, []

    def encoded(data):
        tokens.append(b64encode(data).decode())
        return tokens[-1].encode()

    def asked():
        url = f"{server.url}/{server.database}/{template.root(server.home)}"
        return template.called(url, "model.party.party.search", [], 0, 1, None, {}, token=tokens[0])

    monkeypatch.setattr("crmspec.providers.tryton.json_rpc.b64encode", encoded)
    with world.provider() as provider:
        provider.whoami()
        assert asked() == []
    with pytest.raises(HTTPError, match="401"):
        asked()


def test_a_server_without_rest_is_told_of(world):
    world.target = replace(world.target, options={"database": world.stand_in.server.database})
    with world.provider() as provider:
        if world.stand_in.server.has_unsubscribable:  # it is 8.0, and a password is no key
            with pytest.raises(TargetRejectedError, match="401"):
                provider.whoami()
        else:
            with pytest.raises(TargetUnusableError, match="no REST interface"):
                provider.whoami()
