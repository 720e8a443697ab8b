from __future__ import annotations

import subprocess
import sys

import pytest

from crmspec.engine.error import MissingCredentialError, UnknownTargetError
from crmspec.ir.target import Target
from crmspec.providers.registry import DEFAULT_TARGET, Connection, connect, secret, target
from tests.engine.fake import FakeClock

PROD = Target(id="prod", platform="sandbox", credentials={"env": "PROD_TOKEN"})
TEST = Target(id="test", platform="nowhere")


@pytest.mark.parametrize(
    ("targets", "name", "expected"),
    [
        pytest.param({}, None, DEFAULT_TARGET, id="none declared"),
        pytest.param({}, "sandbox", DEFAULT_TARGET, id="the sandbox needs no declaration"),
        pytest.param({"prod": PROD}, None, PROD, id="the only one"),
        pytest.param({"prod": PROD, "test": TEST}, "test", TEST, id="the named one"),
        pytest.param({"prod": PROD}, "sandbox", DEFAULT_TARGET, id="the sandbox beside others"),
    ],
)
def test_the_target_to_use(targets, name, expected):
    assert target(targets, name) == expected


@pytest.mark.parametrize(
    ("targets", "name", "message"),
    [
        pytest.param({"prod": PROD}, "prd", "no target `prd`", id="unknown"),
        pytest.param({"prod": PROD, "test": TEST}, None, "several targets", id="unclear"),
    ],
)
def test_no_target_is_guessed(targets, name, message):
    with pytest.raises(UnknownTargetError, match=message):
        target(targets, name)


def test_an_unknown_platform_is_refused():
    with pytest.raises(UnknownTargetError, match="platform `nowhere`"):
        connect(Connection(project="shop", target=TEST, folder="."), FakeClock())


def test_secrets_come_from_the_environment_only():
    assert secret(PROD, {"PROD_TOKEN": "x"}) == "x"
    assert secret(TEST, {}) is None
    for environment in ({}, {"PROD_TOKEN": ""}):
        with pytest.raises(MissingCredentialError, match="`PROD_TOKEN`"):
            secret(PROD, environment)


def test_a_connection_does_not_show_its_secret():
    assert "canary" not in repr(Connection(project="p", target=PROD, folder=".", token="canary"))


def test_the_registry_imports_no_provider():
    code = (
        "import sys, crmspec.providers.registry as _;"
        "print('requests' in sys.modules, 'sqlite3' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "False False\n"
