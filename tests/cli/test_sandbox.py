"""The sandbox as a process of its own, and a target that points at it."""

import os
import signal
import subprocess
import sys

import pytest

TARGET = """\
targets:
  esp:
    platform: sandbox
    url: {url}
    credentials: {{env: ESP_TOKEN}}
"""


@pytest.fixture
def served(project):
    command = [
        sys.executable,
        "-m",
        "crmspec",
        "sandbox",
        "serve",
        "--port",
        "0",
        "--db",
        "x/esp.db",
    ]
    # A shell lets what it runs in the background ignore SIGINT, and children inherit that.
    known = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, known)
    _, _, url, _, token = process.stdout.readline().split()
    yield url, token, process
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 130


def test_a_target_with_an_address(served, project, crmspec, monkeypatch):
    url, token, _ = served
    (project / "campaigns" / "target.yaml").write_text(TARGET.format(url=url))
    monkeypatch.setenv("ESP_TOKEN", token)
    assert crmspec("apply", "--yes")[0] == 0
    assert crmspec("plan", "--exit-code")[0] == 0
    for path in (project / ".crmspec").rglob("*"):
        assert token.encode() not in path.read_bytes()


def test_a_missing_secret_has_no_fallback(served, project, crmspec, monkeypatch):
    (project / "campaigns" / "target.yaml").write_text(TARGET.format(url=served[0]))
    monkeypatch.delenv("ESP_TOKEN", raising=False)
    code, _, err = crmspec("plan")
    assert code == 4
    assert "ESP_TOKEN" in err


def test_a_wrong_secret(served, project, crmspec, monkeypatch):
    (project / "campaigns" / "target.yaml").write_text(TARGET.format(url=served[0]))
    monkeypatch.setenv("ESP_TOKEN", "canary-7f3a")
    code, out, err = crmspec("plan")
    assert code == 4
    assert "canary-7f3a" not in out + err


def test_nobody_listens(project, crmspec, monkeypatch):
    (project / "campaigns" / "target.yaml").write_text(TARGET.format(url="http://127.0.0.1:9"))
    monkeypatch.setenv("ESP_TOKEN", "x")
    code, _, err = crmspec("plan")
    assert code == 4
    assert "CRM802" in err


@pytest.mark.usefixtures("project")
def test_faults_must_be_known(crmspec):
    code, _, err = crmspec("sandbox", "serve", "--faults", '{"no_such": 1}')
    assert code == 2
    assert "no_such" in err


def test_the_whole_process(project):
    """As users run it: exit code, output written out although the process ends at once."""
    environment = {**os.environ, "CRMSPEC_LANG": "en"}
    command = [sys.executable, "-m", "crmspec", "check"]
    done = subprocess.run(
        command, cwd=project, capture_output=True, text=True, env=environment, check=False
    )
    assert (done.returncode, done.stdout) == (0, "no findings\n")
    (project / "campaigns" / "more.yaml").write_text("events: [\n")
    done = subprocess.run(
        command, cwd=project, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 1
    assert "CRM003" in done.stdout
