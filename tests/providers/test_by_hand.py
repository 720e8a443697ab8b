from __future__ import annotations

import pytest

from crmspec.engine.change import Change, Kind
from crmspec.engine.error import TargetUnusableError
from crmspec.engine.resource import Address
from crmspec.ir.target import Target
from crmspec.providers import registry
from crmspec.providers.clock import SystemClock
from tests.contract.project import program


def opened(**settings):
    target = Target(id="prod", platform="mindbox", mode="build_sheet", **settings)
    connection = registry.Connection(project="shop", target=target, folder="/nowhere")
    return registry.connect(connection, SystemClock())


def test_any_platform_is_set_up_by_hand_without_a_secret():
    target = Target(
        id="prod", platform="mindbox", mode="build_sheet", credentials={"env": "NO_SUCH_SECRET"}
    )
    assert registry.secret(target, {}) is None
    with opened() as provider:
        wanted = provider.compile(program())
        assert wanted.resources == ()
        assert len(wanted.sheets) == 12
        assert (provider.read({}), provider.whoami()) == ({}, "prod")
        assert list(provider.audit(program())) == []


def test_only_what_it_manages():
    with opened(manages=("segments",)) as provider:
        sheets = provider.compile(program()).sheets
    assert [str(one.address) for one in sheets] == ["segment.buyers", "segment.vip"]


def test_a_language_that_is_none():
    with opened(options={"dialect": "klingon"}) as provider:
        assert len(list(provider.audit(program()))) == 1


def test_nothing_is_ever_called():
    change = Change(kind=Kind.DELETE, address=Address("chain", "x"))
    with opened() as provider:
        assert provider.find(change.address, "1") is None
        assert provider.kind(change) is Kind.DELETE
        assert provider.cost(change).total == 0
        body = {"title": "x"}
        assert provider.normalise(change.address, body) == provider.decode(change.address, body)
        with pytest.raises(TargetUnusableError):
            provider.apply(change, {})
