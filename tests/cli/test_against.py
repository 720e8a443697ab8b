"""`crmspec check --against`: what is new, worse and better than in a revision."""

import json
import subprocess

import pytest


@pytest.fixture
def git(story, monkeypatch):
    """The story's project with everything committed."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Anna")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "anna@shop.example")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "first"]):
        subprocess.run(["git", *arguments], cwd=story, check=True)
    return story


@pytest.fixture
def change(git):
    def replace(old, new):
        path = git / "campaigns" / "all.yaml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return replace


def codes(crmspec, *arguments):
    _, out, _ = crmspec("check", "--format", "json", *arguments)
    data = json.loads(out)
    return [finding["code"] for finding in data["findings"]], data["notes"]


@pytest.mark.usefixtures("git")
def test_nothing_changed(crmspec):
    assert "CRM306" in codes(crmspec)[0]
    assert codes(crmspec, "--against", "HEAD") == ([], [])
    assert crmspec("check", "--against", "HEAD")[0] == 0


def test_lines_may_move(change, crmspec):
    change("events:\n", "# a comment\n\nevents:\n")
    assert codes(crmspec, "--against", "HEAD") == ([], [])


def test_what_is_new_is_shown_and_counts(change, crmspec):
    change("trigger: order_placed", "trigger: order_plced")
    found, _ = codes(crmspec, "--against", "HEAD")
    assert found == ["CRM201"]
    assert crmspec("check", "--against", "HEAD")[0] == 1


def test_what_is_gone_is_told(change, crmspec):
    change("exits: false", "exits: true")
    found, notes = codes(crmspec, "--against", "HEAD")
    assert "CRM306" not in found
    assert any("gone since `HEAD`: CRM306 in campaigns/all.yaml:" in note for note in notes)


def test_errors_hide_findings_and_do_not_mend_them(change, crmspec):
    change("exits: false", "exits: true")
    change("trigger: order_placed", "trigger: order_plced")
    assert codes(crmspec, "--against", "HEAD")[1] == []


def test_a_worse_level_is_worse(git, crmspec):
    (git / "crmspec.yaml").write_text(
        "project: shop\ndiagnostics: {severity: [{codes: CRM306, level: error}]}\n"
    )
    code, out, _ = crmspec("check", "--against", "HEAD")
    if code:
        assert "it was there at `HEAD` and is worse now" in out


@pytest.mark.parametrize("revision", ["nope", "--help", "HEAD~9"])
@pytest.mark.usefixtures("git")
def test_a_revision_that_is_not_there(crmspec, revision):
    code, _, err = crmspec("check", f"--against={revision}")
    assert code == 2
    assert revision in err


@pytest.mark.usefixtures("story")
def test_no_repository(crmspec, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    code, _, err = crmspec("check", "--against", "HEAD")
    assert code == 2
    assert "not a git repository" in err


@pytest.mark.usefixtures("git")
def test_no_git(crmspec, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert "needs git" in crmspec("check", "--against", "HEAD")[2]


def test_no_project_in_the_revision(git, crmspec):
    subprocess.run(["git", "rm", "-q", "--cached", "crmspec.yaml"], cwd=git, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "none"], cwd=git, check=True)
    assert "there was no project at HEAD" in crmspec("check", "--against", "HEAD")[2]


@pytest.mark.usefixtures("story")
def test_the_cost_of_rules(crmspec):
    _, _, err = crmspec("check", "--profile-rules", "-q")
    assert "CRM306 missing-exit-on-goal" in err
    assert "undecided" in err


@pytest.mark.usefixtures("story")
def test_another_profile(crmspec):
    assert crmspec("check", "--profile", "klaviyo")[0] in {0, 1}
    code, _, err = crmspec("check", "--profile", "nope")
    assert code == 2
    assert "there is no profile nope" in err
