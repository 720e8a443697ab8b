"""`crmspec check --against`: what is new, worse and better than in a revision."""

import json
import subprocess

import pytest

from crmspec.api.against import compare
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.diagnostics.report import Report
from crmspec.source import Source, Span


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


@pytest.mark.parametrize(
    ("before", "now", "worse"),
    [
        pytest.param("info", "error", ["CRM306"], id="raised"),
        pytest.param("error", "error", [], id="as it was"),
        pytest.param("error", "info", [], id="lowered"),
    ],
)
def test_a_raised_level_is_worse(git, crmspec, before, now, worse):
    path = git / "crmspec.yaml"
    path.write_text(LEVEL.format(before))
    subprocess.run(["git", "commit", "-q", "-a", "-m", "second"], cwd=git, check=True)
    path.write_text(LEVEL.format(now))
    code, out, _ = crmspec("check", "--against", "HEAD", "--format", "json")
    findings = json.loads(out)["findings"]
    assert [one["code"] for one in findings] == worse
    assert code == (1 if worse else 0)
    for one in findings:
        assert one["help"][-1] == "it was there at `HEAD` and is worse now"


LEVEL = "project: shop\ndiagnostics: {{severity: [{{codes: CRM306, level: {}}}]}}\n"


def found(excess, message="too much", path="a.yaml", level=None):
    harm = Evidence(verdict=Verdict.VIOLATED, chains=("a", "b"), harm=(0.0, excess, 0.0))
    return Diagnostic(
        code=OVERLOAD,
        message=text(message),
        label=Label(Span(path, 0, 1)),
        severity=level,
        evidence=harm,
    )


OVERLOAD = Code("CRM302", "frequency-overload", text("too many messages"), Severity.WARNING)


@pytest.mark.parametrize(
    ("was", "now", "new", "worse", "gone"),
    [
        pytest.param(found(1.0), found(2.0), 0, 1, 0, id="a larger excess"),
        pytest.param(found(2.0), found(2.0), 0, 0, 0, id="the same"),
        pytest.param(found(2.0), found(1.0), 0, 0, 0, id="a smaller excess"),
        pytest.param(found(1.0), found(2.0, "3 of 1"), 0, 1, 0, id="in other words"),
        pytest.param(found(1.0), found(1.0, "3 of 1", "b.yaml"), 0, 0, 0, id="in another file"),
        pytest.param(found(9.0), found(1.0, level=Severity.ERROR), 0, 1, 0, id="a raised level"),
        pytest.param(found(1.0, level=Severity.ERROR), found(9.0), 0, 0, 0, id="a lowered level"),
        pytest.param(None, found(1.0), 1, 0, 0, id="new"),
        pytest.param(found(1.0), None, 0, 0, 1, id="gone"),
    ],
)
def test_more_than_before_is_worse(was, now, new, worse, gone):
    source = {path: Source(path, "x") for path in ("a.yaml", "b.yaml")}
    change = compare(*(Report.of([] if one is None else [one], source) for one in (was, now)))
    assert (len(change.new), len(change.worse), len(change.gone)) == (new, worse, gone)


def test_a_project_inside_a_repository(git, crmspec, monkeypatch):
    inside = git / "shop" / "mail"
    inside.mkdir(parents=True)
    for name in ("crmspec.yaml", "campaigns"):
        (git / name).rename(inside / name)
    monkeypatch.chdir(inside)
    assert "there was no project at HEAD" in crmspec("check", "--against", "HEAD")[2]
    subprocess.run(["git", "add", "-A"], cwd=git, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "moved"], cwd=git, check=True)
    assert codes(crmspec, "--against", "HEAD") == ([], [])


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
