"""The audit log, and whose account it is."""

import json

import pytest

from crmspec.api.audit import AuditLog
from crmspec.diagnostics import text
from crmspec.engine.change import Change, Kind
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.resource import Address
from crmspec.engine.state import Run
from crmspec.providers.sandbox.server import SandboxServer
from tests.cli import people
from tests.cli.test_sandbox import TARGET
from tests.engine.fake import FakeClock, resource


def lines(folder, target="sandbox"):
    path = folder / ".crmspec" / f"{target}.audit.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_change_has_a_line(project, edit, crmspec):
    crmspec("apply", "--yes")
    first = lines(project)
    made = [(one["kind"], one["address"], one["result"]) for one in first]
    assert set(made[:2]) == {
        ("create", "event.signup", "done"),
        ("create", "message.hello", "done"),
    }
    assert made[2:] == [("create", "chain.welcome", "done")]
    assert {"before", "code", "commit"} & first[0].keys() == set()
    edit("wait: 1h", "wait: 2h")
    crmspec("apply", "--yes")
    *_, last = lines(project)
    assert (last["kind"], last["before"]) == ("update", first[2]["after"])
    assert last["id"] == people.found("chains", "Welcome")["id"]
    assert "@" in last["who"]


def test_what_failed_has_a_line_with_its_code(tmp_path):
    change = Change(kind=Kind.CREATE, address=Address("chain", "a"), desired=resource("chain.a"))
    log = AuditLog(tmp_path / "a.jsonl", "prod", Run(at="", commit="c0ffee"), FakeClock())
    log.failed(change, TargetRejectedError(text("no"), status=422))
    (line,) = (json.loads(one) for one in (tmp_path / "a.jsonl").read_text().splitlines())
    assert (line["result"], line["code"], line["commit"]) == ("failed", "CRM803", "c0ffee")


@pytest.fixture
def served(project, monkeypatch):
    """A target whose account can be exchanged."""
    with SandboxServer(project / "esp.db", token="t", account="shop-staging") as server:
        (project / "campaigns" / "target.yaml").write_text(TARGET.format(url=server.url))
        monkeypatch.setenv("ESP_TOKEN", "t")
        yield server


def test_another_account_is_not_written_to(served, project, edit, crmspec):
    assert crmspec("apply", "--yes")[0] == 0
    served._http.service._account = "shop-prod"
    edit("wait: 1h", "wait: 2h")
    code, _, err = crmspec("apply", "--yes")
    assert code == 4
    assert "the secret is for `shop-prod`, not for `shop-staging`" in err
    assert len(lines(project, "esp")) == 3
    served._http.service._account = None
    code, _, err = crmspec("apply", "--yes")
    assert code == 4
    assert "CRM802" in err
    served._http.service._account = "shop-staging"
    assert crmspec("apply", "--yes")[0] == 0


@pytest.mark.parametrize("command", ["plan", "drift", "pull"])
def test_another_account_is_told_of_before_any_difference(served, crmspec, command):
    assert crmspec("apply", "--yes")[0] == 0
    assert crmspec(command)[0] == 0
    served._http.service._account = "shop-prod"
    code, out, err = crmspec(command)
    assert (code, out) == (4, "")
    assert "CRM725" in err


def test_two_servers_are_two_accounts(tmp_path):
    def names(file):
        with SandboxServer(tmp_path / file) as server:
            return server._http.service._account

    assert names("a.db") == names("a.db")
    assert names("a.db") != names("b.db")


def test_the_embedded_sandbox_may_begin_anew(project, crmspec):
    assert crmspec("apply", "--yes")[0] == 0
    for file in (project / ".crmspec").glob("sandbox.db*"):
        file.unlink()
    assert "CRM725" not in crmspec("plan")[2]
