from __future__ import annotations

from pathlib import Path

import pytest

from crmspec.engine.change import Change, Kind
from crmspec.engine.error import TargetUnusableError
from crmspec.engine.resource import Address
from crmspec.ir.target import Target
from crmspec.providers import registry
from crmspec.providers.clock import SystemClock
from crmspec.secret.source import Place
from tests.contract.project import SHOP, program


def opened(**settings):
    target = Target(id="prod", platform="mindbox", mode="build_sheet", **settings)
    connection = registry.Connection(project="shop", target=target, folder="/nowhere")
    return registry.connect(connection, SystemClock())


def test_any_platform_is_set_up_by_hand_without_a_secret():
    target = Target(
        id="prod", platform="mindbox", mode="build_sheet", credentials={"env": "NO_SUCH_SECRET"}
    )
    place = Place(Path(), {})
    assert registry.connection("shop", target, Path(), place).token is None
    assert registry.table(target).platform == "build_sheet"
    with opened() as provider:
        wanted = provider.compile(program())
        assert wanted.resources == ()
        assert len(wanted.sheets) == 12
        assert (provider.read({}), provider.whoami()) == ({}, "prod")
        assert list(provider.audit(program())) == []
        assert list(provider.missing([Address("segment", "vip")])) == []


def test_only_what_it_manages():
    with opened(manages=("segments",)) as provider:
        sheets = provider.compile(program()).sheets
    assert [str(one.address) for one in sheets] == ["segment.buyers", "segment.vip"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param({"manages": ("blocks",)}, "a build sheet takes no `blocks`", id="a part"),
        pytest.param({"naming": "{nope}"}, "stands for nothing", id="naming"),
    ],
)
def test_wrong_settings(settings, message):
    with opened(**settings) as provider:
        (found,) = provider.audit(program())
    assert message in found.message.english()


def test_what_nobody_sets_up_there_is_an_error_where_it_is_needed():
    source = SHOP.replace("  vip: {", "  vip: {targets: [other], ")
    assert source != SHOP
    with opened() as provider:
        found = list(provider.audit(program(source + "targets: {other: {platform: files}}\n")))
    assert {one.message.english() for one in found} == {"`segment.vip` is meant for other targets"}


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
