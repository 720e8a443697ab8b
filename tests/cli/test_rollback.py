"""`rollback`: the target goes back to an applied commit, by a plan like any other."""

import json
import shutil
import subprocess

import pytest

from crmspec.api.rollback import chosen
from crmspec.engine.error import NoWayBackError
from crmspec.engine.state import Began, Run, State, replay
from tests.cli import people


def git(*arguments):
    done = subprocess.run(("git", *arguments), check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def commit(project, crmspec):
    """Commit the project, and apply it unless told otherwise."""
    git("init", "-q")
    git("config", "user.email", "anna@example.com")
    git("config", "user.name", "Anna")
    (project / ".gitignore").write_text(".crmspec/\n")

    def make(old="", new="", *, apply=True):
        path = project / "campaigns" / "all.yaml"
        path.write_text(path.read_text().replace(old, new, 1) if old else path.read_text())
        git("add", "-A")
        git("commit", "-qm", "x", "--allow-empty")
        if apply:
            code, _, err = crmspec("apply", "--yes", "--allow-destructive")
            assert code == 0, err
        return git("rev-parse", "HEAD")

    return make


def test_the_commit_before_comes_back(project, commit, crmspec):
    first, second = commit(), commit("wait: 1h", "wait: 2h")
    before = (project / "campaigns" / "all.yaml").read_bytes()
    code, out, err = crmspec("rollback", "--yes")
    assert code == 0, err
    assert "wait.for: 2h → 1h" in out
    assert f"back to commit {first}" in err
    assert (project / "campaigns" / "all.yaml").read_bytes() == before
    log = (project / ".crmspec" / "sandbox.audit.jsonl").read_text().splitlines()
    assert json.loads(log[-1])["rollback"] is True
    assert json.loads(log[-1])["commit"] == first
    assert "rollback" not in json.loads(log[-2])
    runs = crmspec("state", "runs")[1].splitlines()
    assert [line.split()[1] for line in runs] == [first, second, first]
    assert runs[0].endswith("rolled back to")
    assert "1h → 2h" in crmspec("plan")[1]
    assert "1h → 2h" in crmspec("rollback", "--yes")[1]


def test_an_earlier_commit_by_name(commit, crmspec):
    first = commit()
    commit("wait: 1h", "wait: 2h")
    commit("wait: 2h", "wait: 3h")
    assert "3h → 1h" in crmspec("rollback", "--yes", "--to", first[:8])[1]


@pytest.mark.parametrize("name", ["HEAD^^", "HEAD~2", "v1", "old", "HEAD^^{commit}^"])
def test_an_earlier_commit_as_git_names_it(commit, crmspec, name):
    commit()
    git("tag", "-a", "v1", "-m", "x")
    git("branch", "old")
    commit("wait: 1h", "wait: 2h")
    commit("wait: 2h", "wait: 3h")
    assert "3h → 1h" in crmspec("rollback", "--yes", "--to", name)[1]


def test_what_was_not_applied_and_what_is_no_revision(commit, crmspec):
    commit()
    commit("wait: 1h", "wait: 2h", apply=False)
    skipped = commit("wait: 2h", "wait: 3h", apply=False)
    for name, told in (
        ("HEAD", f"`HEAD` is commit `{skipped[:12]}`, which was not applied to this target"),
        (skipped[:8], f"is commit `{skipped[:12]}`, which was not applied"),
        ("nonsense", "`nonsense` is no revision that git knows here"),
        ("--all", "`--all` is no revision that git knows here"),
        ("0" * 40, f"`{'0' * 40}` was not applied to this target"),
    ):
        code, _, err = crmspec("rollback", "--yes", "--to", name)
        assert code == 4
        assert "CRM726" in err
        assert told in err


def test_a_saved_rollback_is_applied_or_refused(commit, crmspec):
    commit()
    commit("wait: 1h", "wait: 2h")
    code, out, _ = crmspec("rollback", "-o", "plan.json")
    assert (code, "2h → 1h" in out) == (0, True)
    assert "1h → 2h" not in crmspec("plan", "--exit-code")[1]
    assert crmspec("apply", "plan.json")[0] == 0
    assert "1h → 2h" in crmspec("plan")[1]
    code, _, err = crmspec("apply", "plan.json")
    assert code == 4
    assert "CRM703" in err


def test_deleting_needs_its_option_here_too(commit, crmspec):
    commit()
    more = "  bye: {title: Bye, channel: email, subject: Bye, body: Bye, status: draft}\n"
    commit("chains:\n", f"{more}chains:\n")
    code, _, err = crmspec("rollback", "--yes")
    assert code == 4
    assert "CRM723" in err
    assert crmspec("rollback", "--yes", "--allow-destructive")[0] == 0


def test_a_renamed_object_gets_its_old_name_back(project, commit, crmspec):
    commit()
    with (project / "crmspec.yaml").open("a") as file:
        file.write("moved: [{from: message.hello, to: message.hi}]\n")
    commit("  hello: {", "  hi: {", apply=False)
    commit("send: hello", "send: hi")
    out = crmspec("rollback", "--yes")[1]
    assert "→ message.hello" in out
    assert "1 to move" in out
    assert "delete" not in out


def test_a_name_that_came_back_is_gone_back_to_from_in_between(project, commit, crmspec):
    settings = (project / "crmspec.yaml").read_text()
    first = commit()
    (project / "crmspec.yaml").write_text(
        f"{settings}moved: [{{from: message.hello, to: message.hi}}]\n"
    )
    commit("  hello: {", "  hi: {", apply=False)
    second = commit("send: hello", "send: hi")
    (project / "crmspec.yaml").write_text(
        f"{settings}moved: [{{from: message.hi, to: message.hello}}]\n"
    )
    commit("  hi: {", "  hello: {", apply=False)
    commit("send: hi", "send: hello")
    for to, name in ((second, "hi"), (first, "hello")):
        out = crmspec("rollback", "--to", to, "--yes")[1]
        assert f"→ message.{name}" in out
        assert "delete" not in out


def test_a_broken_project_of_today_can_be_gone_back_from(project, commit, crmspec):
    commit()
    commit("wait: 1h", "wait: 2h")
    with (project / "campaigns" / "all.yaml").open("a") as file:
        file.write("segments: {vip: {segment: nobody}}\n")
    assert crmspec("plan")[0] == 1
    assert "2h → 1h" in crmspec("rollback", "--yes")[1]


def test_what_is_in_no_commit_cannot_be_gone_back_to(commit, edit, crmspec):
    commit()
    edit("wait: 1h", "wait: 2h")
    assert crmspec("apply", "--yes")[0] == 0
    commit("wait: 2h", "wait: 3h")
    code, _, err = crmspec("rollback", "--yes")
    assert code == 4
    assert "error[CRM726]: what was applied at" in err


def test_what_is_committed_after_it_was_applied_can_be_gone_back_to(commit, edit, crmspec):
    commit()
    edit("wait: 1h", "wait: 2h")
    assert crmspec("apply", "--yes")[0] == 0
    assert "in no commit" in crmspec("state", "runs")[1].splitlines()[0]
    second = commit()
    assert crmspec("state", "runs")[1].splitlines()[0].split()[1] == second
    count = len(crmspec("state", "runs")[1].splitlines())
    commit()
    assert len(crmspec("state", "runs")[1].splitlines()) == count
    commit("wait: 2h", "wait: 3h")
    assert "3h → 2h" in crmspec("rollback", "--yes")[1]


def test_a_changed_template_is_no_commit_either(project, commit, edit, crmspec):
    (project / "templates").mkdir()
    (project / "templates" / "hello.html").write_text("<p>Hello</p>\n")
    edit("body: Hello", "file: hello.html")
    commit()
    (project / "templates" / "hello.html").write_text("<p>Hi</p>\n")
    assert crmspec("apply", "--yes")[0] == 0
    assert "in no commit" in crmspec("state", "runs")[1].splitlines()[0]
    assert "Hi" in crmspec("rollback", "--yes")[1]


def test_git_may_have_lost_the_commit(commit, crmspec):
    first = commit()
    git("checkout", "-q", "--orphan", "other")
    commit("wait: 1h", "wait: 2h")
    git("branch", "-D", "-q", "master") if "master" in git("branch") else git(
        "branch", "-D", "main"
    )
    git("reflog", "expire", "--expire=now", "--all")
    git("gc", "-q", "--prune=now")
    code, _, err = crmspec("rollback", "--yes", "--to", first)
    assert code == 4
    assert "git has no" in err


def test_without_git_there_is_no_way_back(project, commit, crmspec):
    commit()
    commit("wait: 1h", "wait: 2h")
    shutil.rmtree(project / ".git")
    code, _, err = crmspec("rollback", "--yes")
    assert code == 4
    assert "there is no git history here" in err
    assert "unshallow" not in err


A, B = "a" * 40, "b" * 40


@pytest.mark.parametrize(
    ("runs", "to", "found"),
    [
        pytest.param([Run("1", A), Run("2", B)], None, Run("1", A), id="the one before"),
        pytest.param([Run("1", A), Run("2", A)], "aaaaaaa", Run("2", A), id="the latest of it"),
        pytest.param(
            [Run("1", A), Run("2", A, dirty=True)], None, Run("1", A), id="before local changes"
        ),
    ],
)
def test_the_run_to_go_back_to(runs, to, found):
    assert chosen(runs, to) == found


@pytest.mark.parametrize(
    ("runs", "to"),
    [
        pytest.param([], None, id="nothing was applied"),
        pytest.param([Run("1", A)], None, id="nothing else was"),
        pytest.param([Run("1", A)], B, id="it was not"),
        pytest.param([Run("1", A)], "aaa", id="too short to tell"),
        pytest.param([Run("1", None), Run("2", B)], None, id="without git"),
        pytest.param([Run("1", A, dirty=True), Run("2", B)], None, id="with local changes"),
    ],
)
def test_there_may_be_no_way_back(runs, to):
    with pytest.raises(NoWayBackError):
        chosen(runs, to)


def test_a_state_remembers_the_latest_runs():
    state = State(project="shop", target="main")
    for number in range(130):
        state = replay(state, Began(Run(str(number))))
    assert (len(state.runs), state.runs[-1].at, state.serial) == (100, "129", 130)


LIVE = "targets:\n  sandbox: {platform: sandbox, activate: live}\n"


def test_what_was_never_live_does_not_go_live(project, commit, crmspec):
    commit()
    settings = project / "crmspec.yaml"
    settings.write_text(settings.read_text() + LIVE)
    commit("wait: 1h", "wait: 2h")
    code, out, err = crmspec("rollback", "--yes", "--activate")
    assert code == 0, err
    assert "▶" not in out
    assert "it was not live at that commit" in out
    assert people.found("chains", "Welcome")["status"] == "draft"


def test_what_was_live_and_is_paused_goes_live_again(project, commit, crmspec):
    settings = project / "crmspec.yaml"
    settings.write_text(settings.read_text() + LIVE)
    commit()
    assert crmspec("apply", "--yes", "--activate")[0] == 0
    commit("title: Welcome", "title: Welcome\n    status: paused")
    assert people.found("chains", "Welcome")["status"] == "paused"
    code, out, err = crmspec("rollback", "--yes", "--activate")
    assert code == 0, err
    assert "▶ chain.welcome" in out
    assert people.found("chains", "Welcome")["status"] == "active"
