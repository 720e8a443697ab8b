from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crmspec.engine.error import MissingCredentialError, UnknownTargetError
from crmspec.ir.target import Target
from crmspec.providers.registry import (
    DEFAULT_TARGET,
    Connection,
    connect,
    connection,
    target,
)
from crmspec.secret.source import Held, Place
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


def test_a_target_is_given_its_own_secret_and_no_other():
    environment = {"PROD_TOKEN": "x", "TEST_TOKEN": "y"}
    both = Target(id="two", platform="sandbox", credentials={"key": {"env": "TEST_TOKEN"}})
    place = Place(Path(), environment)
    assert connection("shop", PROD, Path(), place).token == "x"
    assert connection("shop", TEST, Path(), place).token is None
    assert connection("shop", both, Path(), place).part("key") == "y"
    with pytest.raises(MissingCredentialError, match="names no secret `secret`"):
        connection("shop", both, Path(), place).part("secret")


@pytest.mark.parametrize("environment", [{}, {"PROD_TOKEN": ""}, {"TEST_TOKEN": "y"}])
def test_there_is_no_fallback(environment):
    with pytest.raises(MissingCredentialError, match="`prod` needs the environment variable"):
        connection("shop", PROD, Path(), Place(Path(), environment))


def test_a_connection_does_not_show_its_secret():
    held = {"key": Held("canary")}
    made = Connection(project="p", target=PROD, folder=".", token="canary", parts=held)
    assert "canary" not in f"{made!r}{made}{held}"


def test_the_registry_imports_no_provider():
    code = (
        "import sys, crmspec.providers.registry as _;"
        "print('requests' in sys.modules, 'sqlite3' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "False False\n"
