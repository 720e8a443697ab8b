"""A project for a real Tryton, and how it is deployed there."""

from __future__ import annotations

from pathlib import Path

from crmspec.engine.text import render
from crmspec.ir.target import Target
from crmspec.providers.clock import SystemClock
from tests.contract.project import program
from tests.contract.world import World

PROJECT = Path(__file__).parent / "project"
SHOP = (PROJECT / "campaigns" / "welcome.yaml").read_text("utf-8")


def opened(server, folder, *, activate="draft", login=None):
    """Return a world of the server; `login` is a user and a password, for JSON-RPC."""
    user, key = login or (None, server.key)
    target = Target(
        id="main",
        platform="tryton",
        url=server.url,
        activate=activate,
        options=server.options | ({"user": user} if user else {}),
    )
    return Live(_Account(server, key), folder, target=target, clock=SystemClock())


class Live(World):
    def provider(self, token=None):
        return super().provider(token or self.stand_in.key)


class _Account:
    platform, traits = "tryton", frozenset()

    def __init__(self, server, key):
        self.server, self.url, self.key = server, server.url, key


def wanted(world, source=SHOP):
    return program(source, project=world.project)


def settle(world, source=SHOP):
    """Apply a project until there is nothing to do; return the first plan."""
    plan, outcome = world.apply(wanted(world, source))
    assert outcome.complete, [str(one.error) for one in outcome.failed]
    again = world.planned(wanted(world, source))
    assert again.empty, render(again)
    return plan


def buyer(server, name, *, code=None, group="Buyers"):
    """Make somebody whom the chain takes in."""
    found = server.find("party.category", [["name", "=", group]])
    category = found[0]["id"] if found else server.category(group)
    more = {} if code is None else {"code": code}
    email = f"{name.lower() if name.isalpha() and name.isascii() else 'buyer'}@example.com"
    return server.party(name, email, categories=[["add", [category]]], **more)
