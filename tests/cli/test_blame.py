"""Errors of settings say where these stand, and errors of a login whose it is."""

import pytest

from crmspec.providers.sandbox.server import SandboxServer
from tests.cli.conftest import HEAD

TARGETS = """targets:
  prod:
    platform: sandbox
    url: {url}
    credentials: {{{secret}}}
"""


@pytest.fixture
def settings(project):
    file = project / "crmspec.yaml"

    def write(text):
        file.write_text(HEAD + text)

    for one in (project / "campaigns").glob("target*.yaml"):
        one.unlink()
    return write


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        pytest.param(
            TARGETS.format(url="https://a.example", secret="env: NOWHERE"),
            "CRM707",
            "crmspec.yaml:7",
            id="a secret",
        ),
        pytest.param(
            TARGETS.format(url="ftp://a.example", secret="env: PATH"),
            "CRM705",
            "crmspec.yaml:6",
            id="an address",
        ),
        pytest.param(
            "targets:\n  prod: {platform: nowhere}\n", "CRM705", "crmspec.yaml:4", id="a platform"
        ),
        pytest.param(
            "targets:\n  a: {platform: sandbox}\n  b: {platform: sandbox}\n",
            "CRM705",
            "crmspec.yaml:4",
            id="several targets",
        ),
        pytest.param(
            "environments:\n  prod: {title: P}\n  staging: {title: S}\n",
            "CRM708",
            "crmspec.yaml:4",
            id="environments",
        ),
        pytest.param(
            "state: {store: postgres, url: 'postgresql://a.example/b', username: u,\n"
            "  credentials: {env: NOWHERE}}\n",
            "CRM707",
            "crmspec.yaml:4",
            id="the state",
        ),
    ],
)
def test_the_place_of_a_setting(settings, crmspec, text, code, place):
    settings(text)
    _, _, err = crmspec("plan")
    assert f"[{code}]" in err
    assert f"  --> {place}\n" in err


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_none_of_several_is_proposed(settings, crmspec, options):
    settings("environments:\n  prod: {title: P}\n  staging: {title: S}\n")
    code, _, err = crmspec("plan", *options)
    assert code == 2
    assert "`prod`, `staging`" in err
    assert "--environment prod" not in err


def test_a_login_that_is_refused(settings, project, crmspec, monkeypatch):
    with SandboxServer(project / "esp.db", token="right") as server:
        settings(TARGETS.format(url=server.url, secret="env: ESP_TOKEN"))
        monkeypatch.setenv("ESP_TOKEN", "canary-wrong")
        code, out, err = crmspec("plan")
        assert code == 4
        assert "target `prod` takes it from `env: ESP_TOKEN`" in err
        assert "--> crmspec.yaml:7" in err
        assert "canary" not in out + err
        monkeypatch.setenv("ESP_TOKEN", "right")
        assert crmspec("plan")[0] == 0


def test_a_login_that_is_refused_amid_an_apply(settings, project, crmspec, monkeypatch):
    def revoked(_, method, __):
        server.token = server.token if method == "GET" else "another"

    with SandboxServer(project / "esp.db", token="canary-right", observer=revoked) as server:
        settings(TARGETS.format(url=server.url, secret="env: ESP_TOKEN"))
        monkeypatch.setenv("ESP_TOKEN", "canary-right")
        code, out, err = crmspec("apply", "--yes")
        assert code == 4
        assert "→ 401" in out + err
        assert "target `prod` takes it from `env: ESP_TOKEN`" in out + err
        assert "canary" not in out + err


def test_a_project_without_targets_is_told_what_is_used(settings, crmspec):
    settings("")
    assert "no target is declared: this is the embedded sandbox" in crmspec("plan")[2]
    assert "no target is declared" not in crmspec("plan", "--target", "sandbox")[2]
