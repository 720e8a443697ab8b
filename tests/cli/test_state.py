"""`crmspec state`, with the file store and with a server."""

import json
import os
import signal

import msgspec
import pytest

from crmspec.engine import ledger
from crmspec.providers.clock import SystemClock
from crmspec.stores import FileStore
from tests.cli.conftest import HEAD
from tests.stores.state_server import StateServer


@pytest.fixture
def applied(project, crmspec):
    assert crmspec("apply", "--yes")[0] == 0
    return project


def held(project):
    path = project / ".crmspec" / "sandbox.state.json"
    return FileStore(path, project="shop", target="sandbox", clock=SystemClock())


def configure(project, settings):
    (project / "crmspec.yaml").write_text(f"{HEAD}state: {settings}\n")


@pytest.mark.usefixtures("applied")
def test_list_names_every_object_and_what_is_under_way(crmspec):
    code, out, _ = crmspec("state", "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == [
        "chain.welcome",
        "event.signup",
        "message.hello",
    ]


@pytest.mark.usefixtures("project")
def test_an_empty_state_is_an_empty_list(crmspec):
    assert crmspec("state", "list")[:2] == (0, "")


@pytest.mark.usefixtures("applied")
def test_show_prints_an_object(crmspec):
    code, out, _ = crmspec("state", "show", "message.hello")
    assert code == 0
    assert json.loads(out)["body"]["title"] == "Hello"
    code, _, err = crmspec("state", "show", "message.helo")
    assert code == 2
    assert "did you mean `message.hello`?" in err
    assert "crmspec state list" in crmspec("state", "show", "coupon.xmas")[2]


def test_what_is_pulled_can_be_pushed(applied, crmspec):
    _, document, _ = crmspec("state", "pull")
    (applied / "state.json").write_text(document)
    (applied / ".crmspec" / "sandbox.state.json").unlink()
    code, _, err = crmspec("state", "push", "state.json")
    assert code == 0
    assert f"serial {json.loads(document)['serial']} now" in err
    assert crmspec("state", "pull")[1] == document


@pytest.mark.parametrize("options", [(), ("--force",)])
def test_what_is_there_already_is_not_pushed(applied, crmspec, options):
    _, document, _ = crmspec("state", "pull")
    (applied / "state.json").write_text(document)
    code, _, err = crmspec("state", "push", "state.json", *options)
    assert code == 0
    assert "the same already: nothing was written" in err
    assert crmspec("state", "pull")[1] == document


def test_another_state_of_the_same_serial_is_pushed_only_by_force(applied, crmspec):
    _, document, _ = crmspec("state", "pull")
    state = ledger.load_state(document.encode(), "state")
    other = msgspec.structs.replace(state, account="another")
    (applied / "state.json").write_bytes(ledger.dump_state(other))
    code, _, err = crmspec("state", "push", "state.json")
    assert code == 4
    assert "it is no later one" in err
    code, _, err = crmspec("state", "push", "state.json", "--force")
    assert code == 0
    assert f"serial {state.serial + 1} now" in err
    found = ledger.load_state(crmspec("state", "pull")[1].encode(), "state")
    assert found == msgspec.structs.replace(other, serial=state.serial + 1)


def test_an_older_state_is_pushed_only_by_force(applied, edit, crmspec):
    (applied / "old.json").write_text(crmspec("state", "pull")[1])
    edit("wait: 1h", "wait: 2h")
    assert crmspec("apply", "--yes")[0] == 0
    code, _, err = crmspec("state", "push", "old.json")
    assert code == 4
    assert "CRM731" in err
    assert "--force" in err
    before = json.loads(crmspec("state", "pull")[1])["serial"]
    assert crmspec("state", "push", "old.json", "--force")[0] == 0
    assert json.loads(crmspec("state", "pull")[1])["serial"] == before + 1


def test_a_damaged_state_is_replaced_only_by_force(applied, crmspec):
    (applied / "good.json").write_text(crmspec("state", "pull")[1])
    path = applied / ".crmspec" / "sandbox.state.json"
    path.write_text(path.read_text()[:-40])
    code, _, err = crmspec("state", "push", "good.json")
    assert (code, "CRM701" in err) == (4, True)
    assert crmspec("state", "push", "good.json", "--force")[0] == 0
    assert "no changes" in crmspec("plan")[1]


def test_the_state_of_another_project_is_not_replaced_by_force(applied, crmspec):
    (applied / "good.json").write_text(crmspec("state", "pull")[1])
    path = applied / ".crmspec" / "sandbox.state.json"
    state = ledger.load_state(path.read_bytes(), "state")
    path.write_bytes(ledger.dump_state(msgspec.structs.replace(state, project="other")))
    code, _, err = crmspec("state", "push", "good.json", "--force")
    assert code == 4
    assert "is the state of project `other`" in err


def test_the_state_of_another_target_says_so_and_how_to_go_on(applied, crmspec):
    (applied / "crmspec.yaml").write_text(f"{HEAD}targets: {{second: {{platform: sandbox}}}}\n")
    good = crmspec("state", "pull", "--target", "sandbox")[1]
    (applied / ".crmspec" / "sandbox.state.json").rename(applied / "moved.json")
    there = applied / ".crmspec" / "second.state.json"
    assert crmspec("apply", "--yes", "--target", "second")[0] == 0
    (applied / "own.json").write_text(there.read_text())
    there.write_text(good)
    for command in (("plan",), ("state", "push", "own.json", "--force")):
        code, _, err = crmspec(*command, "--target", "second")
        assert code == 4
        assert "CRM701" in err
        assert "is the state of project `shop` and target `sandbox`" in err
        assert "if target `sandbox` was renamed, name it as before" in err
        assert "move that state to where it belongs" in err
        assert "project `shop` was renamed" not in err
    there.unlink()
    code, out, _ = crmspec("plan", "--target", "second")
    assert code == 0
    assert "to create" not in out
    assert crmspec("state", "push", "own.json", "--target", "second")[0] == 0
    code, _, err = crmspec("state", "push", "moved.json", "--target", "second")
    assert code == 4
    assert "goes back only to the project and target that it was taken from" in err


def test_the_state_of_a_project_that_was_renamed_says_so(applied, crmspec):
    (applied / "crmspec.yaml").write_text(HEAD.replace("shop", "store"))
    _, _, err = crmspec("plan")
    assert "if project `shop` was renamed, name it as before" in err
    assert "move that state to where it belongs" in err


def test_the_state_of_another_beginning_is_refused(applied, crmspec):
    (applied / "mine.json").write_text(crmspec("state", "pull")[1])
    assert crmspec("apply", "--yes", "--state-dir", "other")[0] == 0
    code, _, err = crmspec("state", "push", "mine.json", "--state-dir", "other")
    assert code == 4
    assert "different beginnings" in err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"project":"shop"', '"project":"stop"', id="damaged"),
        pytest.param("crmspec-state", "tfstate", id="another format"),
    ],
)
def test_what_is_no_state_is_not_pushed(applied, crmspec, old, new):
    document = crmspec("state", "pull")[1].replace('"project": ', '"project":')
    (applied / "state.json").write_text(document.replace(old, new))
    code, _, err = crmspec("state", "push", "state.json")
    assert code == 4
    assert "CRM701" in err


def test_the_state_of_another_project_is_not_pushed(applied, crmspec):
    (applied / "state.json").write_text(crmspec("state", "pull")[1])
    (applied / "crmspec.yaml").write_text("project: other\n")
    (applied / ".crmspec" / "sandbox.state.json").unlink()
    code, _, err = crmspec("state", "push", "state.json")
    assert code == 4
    assert "project `shop`" in err


@pytest.mark.usefixtures("applied")
def test_unlock_says_when_nobody_holds_it(crmspec):
    code, _, err = crmspec("state", "unlock")
    assert code == 0
    assert "nobody holds the state" in err


def test_a_second_apply_is_told_who_holds_the_state(applied, crmspec):
    with held(applied).lock():
        code, _, err = crmspec("apply", "--yes")
        assert code == 4
        assert "CRM702" in err
        assert "has held the state since" in err
        assert "--lock-timeout" in err
        assert "waiting up to 0.1 s" in crmspec("apply", "--yes", "--lock-timeout", "0.1")[2]
        assert crmspec("plan")[0] == 0  # looks only
        assert crmspec("state", "list")[0] == 0
        code, _, err = crmspec("state", "unlock", "x", "--yes")
        assert code == 4
        assert "still runs" in err


def test_a_plan_says_who_is_at_work(applied, crmspec):
    assert "out of date" not in crmspec("plan")[2]
    with held(applied).lock():
        code, out, err = crmspec("plan", "--exit-code")
        assert (code, "no changes: the target matches" in out) == (0, True)
        assert f"(process {os.getpid()}) has held the state since" in err
        assert err.endswith(": this plan may be out of date\n")
        assert crmspec("plan", "--json")[1].startswith("{")
    assert "out of date" not in crmspec("plan")[2]


def test_unlock_names_the_owner_and_asks(project, crmspec, monkeypatch):
    with StateServer() as server:
        configure(project, f"{{store: http, address: '{server.url}/crm'}}")
        assert crmspec("apply", "--yes")[0] == 0
        server.locks["/crm"] = {"ID": "4711", "Who": "anna@laptop", "Created": "2026-03-01"}
        code, _, err = crmspec("apply", "--yes")
        assert code == 4
        assert "`anna@laptop` has held the state since 2026-03-01" in err
        assert "crmspec state unlock 4711" in err
        assert "crmspec state unlock 4711" in crmspec("state", "unlock")[2]
        assert crmspec("state", "unlock", "4711")[0] == 2  # nobody is here to ask
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("click.prompt", lambda *_, **__: "n")
        assert "nothing was changed" in crmspec("state", "unlock", "4711")[2]
        assert crmspec("state", "unlock", "4712", "--yes")[0] == 4
        assert server.locks
        code, _, err = crmspec("state", "unlock", "4711", "--yes")
        assert code == 0
        assert "anna@laptop" in err
        assert not server.locks
        assert crmspec("apply", "--yes")[0] == 0


def test_a_lock_server_writes_nothing_but_letters_to_the_terminal(project, crmspec):
    with StateServer() as server:
        configure(project, f"{{store: http, address: '{server.url}/crm'}}")
        server.locks["/crm"] = {"ID": "47\x1b[2J", "Who": "a\u202enna\x07", "Created": "now"}
        for arguments in (("state", "unlock"), ("apply", "--yes", "--lock-timeout", "0.1")):
            err = crmspec(*arguments)[2]
            assert "has held the state" in err
            assert all(line.isprintable() for line in err.splitlines())


def test_migrate_copies_the_state_and_says_what_to_write(applied, crmspec):
    before = crmspec("state", "pull")[1]
    with StateServer() as server:
        settings = f"{{store: http, address: '{server.url}/{{target}}'}}"
        code, _, err = crmspec("state", "migrate", "--to", settings)
        assert code == 0, err
        assert "3 objects" in err
        assert f"state: {settings}" in err
        configure(applied, settings)
        assert crmspec("state", "pull")[1] == before
        assert crmspec("plan", "--exit-code")[0] == 0
        assert crmspec("state", "migrate", "--to", "{store: file}")[0] == 0
        server.states["/sandbox"] = before.encode()
        place = f"http {server.url.partition('//')[2]}/sandbox"
        err = crmspec("state", "migrate", "--to", "{store: file, folder: x}")[2]
        assert f"until then every run still uses `{place}`; then" in err


def test_what_is_used_until_it_is_written_down(applied, crmspec):
    code, _, err = crmspec("state", "migrate", "--to", "{store: file, folder: states}")
    assert code == 0
    place = applied / ".crmspec" / "sandbox.state.json"
    assert f"until then every run still uses `file {place}`; then delete what is there" in err


def test_a_copy_that_differs_is_no_copy(applied, crmspec):
    with StateServer() as server:
        store = server._post

        def forgetful(path, query, body):
            answer = store(path, query, body)
            del server.states[path]
            return answer

        server._post = forgetful
        settings = f"{{store: http, address: '{server.url}/crm'}}"
        code, _, err = crmspec("state", "migrate", "--to", settings)
    assert code == 4
    assert "the copy differs" in err
    assert (applied / ".crmspec" / "sandbox.state.json").is_file()


def test_migrate_does_not_overwrite_another_state(applied, crmspec):
    assert crmspec("apply", "--yes", "--state-dir", "other")[0] == 0
    code, _, err = crmspec("state", "migrate", "--to", "{store: file, folder: other}")
    assert code == 4
    assert "CRM731" in err
    assert (applied / "other").is_dir()


@pytest.mark.usefixtures("applied")
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param("{store: s4}", "CRM104", id="no such store"),
        pytest.param("{store: s3, buket: x}", "did you mean `bucket`?", id="a typo"),
        pytest.param("{store: s3}", "CRM240", id="something is missing"),
        pytest.param("{store: http, address: 'http://u:hunter2@x/y'}", "CRM240", id="a secret"),
    ],
)
def test_migrate_checks_the_settings(crmspec, settings, said):
    code, _, err = crmspec("state", "migrate", "--to", settings)
    assert code == 1
    assert said in err
    assert "--> --to:1" in err


@pytest.mark.parametrize(
    "folder", [".crmspec", "./campaigns/../.crmspec", "linked", "linked/.", None]
)
def test_a_state_is_not_moved_to_where_it_is(applied, crmspec, folder):
    (applied / "linked").symlink_to(applied / ".crmspec")
    settings = "{store: file}" if folder is None else f"{{store: file, folder: {folder}}}"
    code, _, err = crmspec("state", "migrate", "--to", settings)
    assert code == 1
    assert "the state is there already" in err
    assert "--> --to:1" in err
    assert "CRM702" not in err


def test_a_state_is_not_moved_to_the_address_where_it_is(project, crmspec):
    with StateServer() as server:
        configure(project, f"{{store: http, address: '{server.url}/{{target}}'}}")
        assert crmspec("apply", "--yes")[0] == 0
        settings = f"{{store: http, address: '{server.url}/sandbox', username: anna}}"
        code, _, err = crmspec("state", "migrate", "--to", settings)
        assert code == 1
        assert "the state is there already" in err


def test_a_pushed_state_that_is_damaged_has_no_backup_to_name(applied, crmspec):
    (applied / "bad.json").write_text(crmspec("state", "pull")[1].replace("welcome", "wolcome", 1))
    code, _, err = crmspec("state", "push", "bad.json")
    assert code == 4
    assert "crmspec state pull" in err
    assert ".backup" not in err
    assert "delete it" not in err
    assert "after that copy" not in err


def test_errors_in_chains_do_not_stop_it_and_those_in_settings_do(applied, edit, crmspec):
    edit("trigger: signup", "trigger: sigup")
    assert crmspec("plan")[0] == 1
    assert crmspec("state", "list")[0] == 0
    configure(applied, "{store: file, bucket: x}")
    code, _, err = crmspec("state", "list")
    assert code == 1
    assert "CRM240" in err


def test_what_an_error_hides_may_be_another_target(applied, crmspec):
    targets = "targets:\n  prod: {platform: sandbox}\n  stage: {platfrom: sandbox}\n"
    (applied / "campaigns" / "targets.yaml").write_text(targets)
    assert crmspec("state", "list")[0] == 1
    assert crmspec("state", "list", "--target", "prod")[0] == 0


def test_secrets_come_from_variables_and_files(project, crmspec, monkeypatch):
    with StateServer(authorization="Bearer s3cret-canary") as server:
        address = f"address: '{server.url}/crm'"
        configure(project, f"{{store: http, {address}, credentials: {{env: STATE_TOKEN}}}}")
        code, _, err = crmspec("plan")
        assert code == 4
        assert "`STATE_TOKEN`" in err
        monkeypatch.setenv("STATE_TOKEN", "wrong-canary")
        code, _, err = crmspec("plan")
        assert code == 4
        assert "CRM730" in err
        assert "canary" not in err
        monkeypatch.setenv("STATE_TOKEN", "s3cret-canary")
        assert crmspec("apply", "--yes")[0] == 0
        configure(project, f"{{store: http, {address}, credentials: {{file: token.txt}}}}")
        assert crmspec("plan")[0] == 4
        (project / "token.txt").write_text("s3cret-canary\n")
        assert crmspec("plan", "--exit-code")[0] == 0


def test_a_target_may_have_a_store_of_its_own(project, crmspec):
    configure(project, "{store: file, folder: states}")
    own = "{platform: sandbox, state: {folder: prod}}"
    targets = f"targets:\n  prod: {own}\n  stage: {{platform: sandbox}}\n"
    (project / "campaigns" / "targets.yaml").write_text(targets)
    assert crmspec("apply", "--yes", "--target", "prod")[0] == 0
    assert crmspec("apply", "--yes", "--target", "stage")[0] == 0
    assert (project / "prod" / "prod.state.json").is_file()
    assert (project / "states" / "stage.state.json").is_file()


def test_a_run_that_is_told_to_end_frees_its_lock(project, crmspec, monkeypatch):
    before = signal.getsignal(signal.SIGTERM)
    with StateServer() as server:
        configure(project, f"{{store: http, address: '{server.url}/crm'}}")

        def cancelled(*_):
            assert server.locks
            os.kill(os.getpid(), signal.SIGTERM)

        monkeypatch.setattr("crmspec.engine.apply.attempt", cancelled)
        assert crmspec("apply", "--yes")[0] == 130
        assert not server.locks
        monkeypatch.undo()
        monkeypatch.chdir(project)
        assert crmspec("apply", "--yes")[0] == 0
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"], ["state", "list"]])
def test_what_stands_where_the_folder_of_the_state_is_to_be(project, crmspec, command):
    folder = project / ".crmspec"
    folder.write_text("")
    code, _, err = crmspec(*command)
    assert code == 4
    assert "CRM730" in err
    assert f"`{folder}` is a file, and must be a folder" in err
    assert "move it away: a folder is made in its place" in err
    folder.unlink()
    folder.symlink_to(project / "gone")
    code, _, err = crmspec(*command)
    assert code == 4
    assert f"`{folder}` is a link to `{project / 'gone'}`, which is not there" in err
    (project / "gone").mkdir()
    assert crmspec(*command)[0] == 0
