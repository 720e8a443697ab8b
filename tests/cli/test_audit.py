"""The audit log, and whose account it is."""

import json
import shutil
import sqlite3
from contextlib import closing

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
    assert "the target is `shop-prod` now, the state is about `shop-staging`" in err
    assert "see that the secret and the address are those of this target" in err
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


def test_another_file_of_the_embedded_sandbox_is_another_account(project, crmspec):
    assert crmspec("apply", "--yes")[0] == 0
    folder = project / ".crmspec"
    for file in folder.glob("sandbox.db*"):
        file.rename(project / file.name)
    code, out, err = crmspec("plan")
    assert (code, out) == (4, "")
    assert "error[CRM725]: the target is `sandbox-" in err
    assert "secret" not in err
    assert "put the file of the sandbox back" in err
    for file in project.glob("sandbox.db*"):
        file.rename(folder / file.name)
    assert crmspec("plan", "--exit-code")[0] == 0
    for file in folder.glob("sandbox.db*"):
        file.unlink()
    (folder / "sandbox.state.json").rename(project / "old.json")
    code, out, _ = crmspec("plan")
    assert (code, "+ chain.welcome" in out, "by hand" in out) == (0, True, False)
    assert crmspec("apply", "--yes")[0] == 0


def test_an_embedded_sandbox_is_not_that_of_another_environment(project, crmspec):
    head = (project / "crmspec.yaml").read_text()
    some = "environments: {staging: {title: Staging}, prod: {title: Live}}\n"
    (project / "crmspec.yaml").write_text(head + some)
    assert crmspec("apply", "--yes", "-e", "staging")[0] == 0
    assert crmspec("apply", "--yes", "-e", "prod")[0] == 0
    for file in (project / ".crmspec" / "staging").glob("sandbox.db*"):
        shutil.copy(file, project / ".crmspec" / "prod")
    code, _, err = crmspec("plan", "-e", "prod")
    assert (code, "CRM725" in err) == (4, True)
    assert crmspec("plan", "-e", "staging", "--exit-code")[0] == 0


def test_a_file_of_the_sandbox_from_before_it_had_a_name_is_the_same_account(project, crmspec):
    assert crmspec("apply", "--yes")[0] == 0
    with closing(sqlite3.connect(project / ".crmspec" / "sandbox.db")) as link, link:
        link.execute("DELETE FROM account")
    code, _, err = crmspec("plan")
    assert code == 4
    assert "the target is `sandbox` now" in err


def moved(project, target):
    head = (project / "crmspec.yaml").read_text().partition("targets:")[0]
    (project / "crmspec.yaml").write_text(f"{head}targets:\n  esp:\n    {target}\n")


def test_another_folder_of_files_is_told_of_without_a_secret(project, crmspec):
    moved(project, "{platform: files, options: {folder: out/a}}")
    assert crmspec("apply", "--yes")[0] == 0
    moved(project, "{platform: files, options: {folder: out/b}}")
    code, _, err = crmspec("plan")
    assert code == 4
    assert "the target is `files in out/b` now, the state is about `files in out/a`" in err
    assert "secret" not in err
    assert "--> crmspec.yaml:" in err
    assert "put the settings of the target back" in err
    (project / "out" / "a").rename(project / "out" / "b")
    (project / ".crmspec" / "esp.state.json").rename(project / "old.json")
    assert "= chain.welcome" in crmspec("plan")[1]
    assert crmspec("apply", "--yes")[0] == 0
    assert crmspec("plan", "--exit-code")[0] == 0


def test_a_target_that_becomes_a_matter_of_hands_is_told_of_without_a_secret(project, crmspec):
    moved(project, "{platform: files}")
    assert crmspec("apply", "--yes")[0] == 0
    moved(project, "{platform: files, mode: build_sheet}")
    code, _, err = crmspec("plan")
    assert code == 4
    assert "the target is `esp` now, the state is about `files in esp`" in err
    assert "secret" not in err
    (project / ".crmspec" / "esp.state.json").rename(project / "old.json")
    assert crmspec("plan")[0] == 0
