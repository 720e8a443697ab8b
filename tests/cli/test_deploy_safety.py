"""What `plan` and `apply` do not do unless it is said so, against the embedded sandbox."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli import people

RENAMED = "chains:\n  greeting:\n"
LIVE = "targets:\n  sandbox: {platform: sandbox, activate: live}\n"


@pytest.fixture
def applied(project, crmspec):
    assert crmspec("apply", "--yes")[0] == 0
    return project


@pytest.fixture
def setting(project):
    """Add lines to the project's settings."""

    def add(lines):
        path = project / "crmspec.yaml"
        path.write_text(path.read_text() + lines)

    return add


@pytest.mark.usefixtures("applied")
def test_an_edit_by_hand_is_a_conflict(crmspec):
    people.edit("templates", "Hello", subject="By hand")
    _, out, _ = crmspec("plan")
    assert "✗ subject: By hand on the target, Hello in the project" in out
    code, _, err = crmspec("apply", "--yes")
    assert code == 4
    assert "CRM722" in err
    assert people.found("templates", "Hello")["definition"]["subject"] == "By hand"
    assert crmspec("apply", "--yes", "--overwrite")[0] == 0
    assert people.found("templates", "Hello")["definition"]["subject"] == "Hello"


@pytest.mark.usefixtures("applied")
def test_people_may_own_a_field(edit, crmspec):
    edit("body: Hello}", "body: Hello, ownership: {subject: ui}}")
    people.edit("templates", "Hello", subject="By hand")
    assert crmspec("plan", "--exit-code")[0] == 0
    edit("body: Hello,", "body: Bye,")
    assert crmspec("apply", "--yes")[0] == 0
    there = people.found("templates", "Hello")["definition"]
    assert (there["subject"], there["body"]) == ("By hand", "Bye")


@pytest.mark.usefixtures("applied")
def test_people_may_own_a_field_of_all_messages(setting, crmspec):
    setting("targets: {sandbox: {platform: sandbox, kind_ownership: {messages: {subject: ui}}}}\n")
    people.edit("templates", "Hello", subject="By hand")
    assert crmspec("plan", "--exit-code")[0] == 0


@pytest.mark.usefixtures("applied")
def test_deletions_are_agreed_to(edit, crmspec):
    edit("  welcome:", "  greeting:")
    code, out, err = crmspec("apply", "--yes")
    assert code == 4
    assert "CRM723" in err
    assert "`--allow-destructive` agrees to it" in out
    assert crmspec("apply", "--yes", "--allow-destructive")[0] == 0


@pytest.mark.usefixtures("applied")
def test_a_renamed_chain_stays_the_same(edit, setting, crmspec):
    before = people.found("chains", "Welcome")
    edit("  welcome:", "  greeting:")
    setting("moved: [{from: chain.welcome, to: chain.greeting}]\n")
    _, out, _ = crmspec("plan")
    assert "→ chain.greeting" in out
    assert crmspec("apply", "--yes")[0] == 0
    after = people.found("chains", "Welcome")
    assert (after["id"], after["external_key"]) == (before["id"], "crmspec:shop/chain/greeting")
    assert crmspec("plan", "--exit-code")[0] == 0


MOVED = "moved: [{from: chain.welcome, to: chain.greeting}]\n"


@pytest.mark.parametrize("renamed_first", [True, False])
def test_what_was_moved_may_be_deleted(applied, setting, edit, crmspec, renamed_first):
    setting(MOVED)
    if renamed_first:
        edit("  welcome:", "  greeting:")
        assert crmspec("apply", "--yes")[0] == 0
    path = applied / "campaigns" / "all.yaml"
    path.write_text(path.read_text().partition("chains:")[0])
    code, out, err = crmspec("plan")
    assert (code, "nothing to do" in out) == (0, False), err
    name = "greeting" if renamed_first else "welcome"
    assert f"- chain.{name}" in out, out
    assert crmspec("apply", "--yes")[0] == 4
    assert people.found("chains", "Welcome") is not None
    code, _, err = crmspec("apply", "--yes", "--allow-destructive")
    assert code == 0, err
    assert people.found("chains", "Welcome") is None
    assert "chain." not in crmspec("state", "list")[1]
    assert crmspec("plan", "--exit-code")[0] == 0
    code, out, _ = crmspec("check")
    assert (code, "warning[CRM235]" in out, "delete the move if" in out) == (0, True, True), out


@pytest.mark.usefixtures("applied")
def test_what_must_stay_is_never_deleted(edit, crmspec):
    edit("    title: Welcome", "    title: Welcome\n    prevent_destroy: true")
    assert crmspec("apply", "--yes")[0] == 0
    edit("  welcome:", "  greeting:")
    edit("    prevent_destroy: true\n", "")
    code, _, err = crmspec("plan")
    assert code == 1
    assert "CRM721" in err
    assert crmspec("apply", "--yes", "--allow-destructive")[0] == 1


@pytest.mark.usefixtures("applied")
def test_what_is_protected_or_no_longer_is_a_change_of_its_own(edit, crmspec):
    edit("    title: Welcome", "    title: Welcome\n    prevent_destroy: true")
    code, out, _ = crmspec("plan", "--exit-code", "-o", "plan.json")
    assert code == 3
    assert "· chain.welcome" in out
    assert "protected from deletion from now on" in crmspec("plan", "--markdown")[1]
    (change,) = json.loads(crmspec("plan", "--json")[1])["plan"]["changes"]
    assert (change["kind"], change["protected"]) == ("note", True)
    assert crmspec("apply", "plan.json")[0] == 0
    assert crmspec("plan", "--exit-code")[0] == 0
    edit("    prevent_destroy: true\n", "")
    code, out, _ = crmspec("plan", "--exit-code")
    assert code == 3
    assert "no longer protected from deletion" in out
    assert crmspec("apply", "--yes")[0] == 0
    edit("  welcome:", "  greeting:")
    assert crmspec("apply", "--yes", "--allow-destructive")[0] == 0


def test_most_of_a_target_is_not_deleted_at_once(project, crmspec):
    some = project / "campaigns" / "some.yaml"
    lines = "".join(f"  s{i}: {{title: S{i}, event: signup}}\n" for i in range(4))
    some.write_text(f"segments:\n{lines}")
    assert crmspec("apply", "--yes")[0] == 0
    some.write_text("")
    code, _, err = crmspec("apply", "--yes", "--allow-destructive")
    assert code == 1
    assert "4 of 7 objects would be deleted at once" in err


def test_going_live_has_an_option_of_its_own(setting, crmspec):
    setting(LIVE)
    code, out, _ = crmspec("apply", "--yes")
    assert code == 0
    assert "▶ chain.welcome" in out
    assert people.found("chains", "Welcome")["status"] == "draft"
    assert crmspec("plan", "--exit-code")[0] == 3
    assert crmspec("apply", "--yes", "--activate")[0] == 0
    assert people.found("chains", "Welcome")["status"] == "active"
    assert crmspec("plan", "--exit-code")[0] == 0


@pytest.mark.usefixtures("project")
def test_a_part_of_the_project(crmspec):
    code, out, _ = crmspec("plan", "--select", "kind:event")
    assert code == 0
    assert "2 left out by the selection" in out
    assert crmspec("apply", "--yes", "--select", "kind:event")[0] == 0
    assert people.found("events", "Signed up")
    assert not people.found("chains", "Welcome")
    code, out, _ = crmspec("plan", "--select", "chain.welcome", "-o", "plan.json")
    assert "cannot do without: `message.hello`" in out
    assert crmspec("apply", "plan.json", "--select", "kind:event")[0] == 2
    assert crmspec("apply", "plan.json")[0] == 0
    assert crmspec("plan", "--exit-code")[0] == 0


@pytest.mark.usefixtures("project")
def test_a_selection_of_nothing(crmspec):
    code, _, err = crmspec("plan", "--select", "chain.welcom")
    assert code == 2
    assert "CRM724" in err


@pytest.mark.usefixtures("project")
def test_a_plan_as_a_comment(crmspec):
    code, out, _ = crmspec("plan", "--markdown")
    assert code == 0
    assert out.startswith("<!-- crmspec plan -->\n### crmspec: 3 to create")


def git(folder, *arguments):
    command = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com", *arguments)
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def test_a_saved_plan_is_bound_to_the_commit(project, crmspec):
    (project / ".gitignore").write_text(".crmspec\nplan.json\n")
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "one")
    crmspec("plan", "-o", "plan.json")
    context = json.loads((project / "plan.json").read_text())["plan"]["context"]
    assert len(context["commit"]) == 40
    assert (context["dirty"], context["provider"]) == (False, "sandbox 1")
    git(project, "commit", "--allow-empty", "-qm", "two")
    code, _, err = crmspec("apply", "plan.json")
    assert code == 4
    assert "at another commit" in err


def test_a_plan_of_changed_files_says_so(project, edit, crmspec):
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "one")
    edit("wait: 1h", "wait: 2h")
    _, out, _ = crmspec("plan", "--json")
    assert json.loads(out)["plan"]["context"]["dirty"] is True


def test_without_git_there_is_no_commit(project, crmspec, monkeypatch):
    monkeypatch.setenv("PATH", str(project))
    _, out, _ = crmspec("plan", "--json")
    assert json.loads(out)["plan"]["context"]["commit"] is None


@pytest.mark.parametrize(
    ("chain", "target", "told"),
    [
        pytest.param("status: live", "", "stays a draft: `activate`", id="kept a draft"),
        pytest.param("status: live", "manual", "people let it go live", id="left to people"),
        pytest.param("status: live", "live", None, id="may go live"),
        pytest.param("status: draft", "", None, id="a draft"),
        pytest.param("priority: 5", "", None, id="not written"),
    ],
)
@pytest.mark.usefixtures("project")
def test_what_stays_a_draft_is_told(setting, crmspec, chain, target, told):
    path = Path("campaigns", "all.yaml")
    path.write_text(path.read_text().replace("title: Welcome", f"title: Welcome\n    {chain}"))
    setting(f"targets:\n  prod: {{platform: sandbox, activate: {target or 'draft'}}}\n")
    for _ in range(2):
        lines = [line for line in crmspec("plan")[1].splitlines() if "`activate`" in line]
        assert [(told in line, "all.yaml:12" in line) for line in lines] == [(True, True)] * bool(
            told
        )
        _, _, err = crmspec("apply", "--yes", "--activate")
        assert ("nothing goes live" in err) is (target != "live")
