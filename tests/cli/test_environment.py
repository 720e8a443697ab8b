"""One project, several environments: what is planned, applied and kept is never mixed up."""

import json
import subprocess

import pytest

from tests.cli import people
from tests.cli.conftest import GOOD, HEAD

ENVIRONMENTS = """\
vars:
  pause: {type: string, description: How long the letter waits}
targets:
  esp: {platform: sandbox}
  folder: {platform: files}
environments:
  staging:
    targets: [esp]
    vars: {pause: 5m}
    overlay:
      messages: {hello: {subject: Just a test}}
  prod:
    vars: {pause: 1d}
"""


@pytest.fixture
def shop(project, monkeypatch):
    """A project with two environments in the current folder."""
    monkeypatch.delenv("CRMSPEC_ENVIRONMENT", raising=False)
    (project / "crmspec.yaml").write_text(HEAD + ENVIRONMENTS)
    (project / "campaigns" / "all.yaml").write_text(GOOD.replace("1h", '"${vars.pause}"'))
    return project


def rewrite(shop, old, new):
    path = shop / "crmspec.yaml"
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new))


@pytest.mark.usefixtures("shop")
def test_each_environment_has_its_own_values_and_state(crmspec):
    assert crmspec("apply", "-e", "staging", "--yes")[0] == 0
    code, out, _ = crmspec("plan", "-e", "staging", "--exit-code")
    assert code == 0
    assert out.startswith("environment `staging`, target `esp`\n")
    code, out, _ = crmspec("plan", "-e", "prod", "--target", "esp", "--exit-code")
    assert code == 3
    assert "3 to create" in out
    assert crmspec("apply", "-e", "prod", "--target", "esp", "--yes")[0] == 0
    for name, pause, subject in (("staging", "5m", "Just a test"), ("prod", "1d", "Hello")):
        _, out, _ = crmspec("state", "show", "chain.welcome", "-e", name, "--target", "esp")
        assert pause in out
        _, out, _ = crmspec("state", "show", "message.hello", "-e", name, "--target", "esp")
        assert subject in out


def test_the_folders_of_environments_are_apart(shop, crmspec):
    assert crmspec("apply", "-e", "prod", "--target", "folder", "--yes")[0] == 0
    assert (shop / "out" / "prod" / "folder").is_dir()
    assert (shop / ".crmspec" / "prod.folder.state.json").is_file()
    assert (shop / ".crmspec" / "prod.folder.audit.jsonl").is_file()


@pytest.mark.usefixtures("shop")
def test_an_environment_has_the_targets_it_names(crmspec):
    code, _, err = crmspec("plan", "-e", "staging", "--target", "folder")
    assert code == 2
    assert "the targets are `esp`" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(
            ["plan"], "say which one is meant: `--environment NAME`", id="plan without one"
        ),
        pytest.param(["apply", "--yes"], "say which one is meant", id="apply without one"),
        pytest.param(["state", "list"], "say which one is meant", id="the state without one"),
        pytest.param(["rollback", "--yes"], "say which one is meant", id="rollback without one"),
        pytest.param(
            ["import", "--target", "esp"], "say which one is meant", id="import without one"
        ),
        pytest.param(["plan", "-e", "stagin"], "did you mean `staging`?", id="misspelt"),
        pytest.param(["check", "-e", "stagin"], "did you mean `staging`?", id="check, misspelt"),
        pytest.param(["check", "-e", "qa9"], "the environments are", id="another"),
    ],
)
@pytest.mark.usefixtures("shop")
def test_an_environment_is_named_and_known(crmspec, arguments, told):
    code, _, err = crmspec(*arguments)
    assert code == 2
    assert "CRM708" in err
    assert told in err


@pytest.mark.usefixtures("project")
def test_a_project_without_environments_has_none_to_choose(crmspec):
    code, _, err = crmspec("check", "-e", "prod")
    assert code == 2
    assert "the project has none" in err


def test_a_file_that_cannot_be_read_is_told_of_first(shop, crmspec):
    rewrite(shop, "environments:", "environments: [")
    code, out, _ = crmspec("check", "-e", "prod")
    assert code == 1
    assert "CRM708" not in out


def test_a_saved_plan_is_for_its_environment(shop, crmspec):
    assert crmspec("plan", "-e", "staging", "-o", "plan.json")[0] == 0
    assert json.loads((shop / "plan.json").read_text())["plan"]["target"] == "staging.esp"
    code, _, err = crmspec("apply", "-e", "prod", "plan.json")
    assert code == 4
    assert "the plan is for the environment `staging`" in err
    assert crmspec("apply", "plan.json")[0] == 0
    assert crmspec("plan", "-e", "staging", "--exit-code")[0] == 0


def test_a_plan_without_an_environment_is_for_none(project, crmspec):
    assert crmspec("plan", "-o", "plan.json")[0] == 0
    (project / "crmspec.yaml").write_text(HEAD + ENVIRONMENTS)
    code, _, err = crmspec("apply", "-e", "prod", "plan.json")
    assert code == 4
    assert "the plan is for no environment" in err


@pytest.mark.usefixtures("shop")
def test_the_environment_may_come_from_the_environment(crmspec, monkeypatch):
    monkeypatch.setenv("CRMSPEC_ENVIRONMENT", "staging")
    code, out, _ = crmspec("plan", "--markdown")
    assert code == 0
    assert out.startswith("<!-- crmspec plan staging.esp -->")
    assert "environment `staging`, target `esp`" in out


@pytest.mark.usefixtures("shop")
def test_a_clean_project_is_clean_in_all_environments(crmspec):
    for arguments in ([], ["-e", "staging"], ["-e", "prod"]):
        code, out, _ = crmspec("check", *arguments)
        assert (code, out) == (0, out)
        assert "CRM" not in out


def test_check_looks_at_all_environments_and_tells_alike_findings_once(shop, crmspec):
    rewrite(shop, "pause: 1d", "pause: 1x")
    path = shop / "campaigns" / "all.yaml"
    path.write_text(path.read_text().replace("title: News", "titel: News"))
    code, out, _ = crmspec("check")
    assert code == 1
    assert out.count("error[CRM1") == 2
    assert out.count("so it is in the environment `prod` only") == 1
    assert "`pause` is `1x` here" in out
    code, out, _ = crmspec("check", "-e", "staging")
    assert out.count("error[CRM1") == 1
    assert "only" not in out


def test_a_finding_in_an_overlay_points_into_it(shop, crmspec):
    rewrite(shop, "subject: Just a test", "subjct: Just a test")
    code, out, _ = crmspec("check")
    assert code == 1
    assert "crmspec.yaml:13" in out
    assert "unknown key `subjct`" in out
    assert "`staging` only" in out


def test_a_part_of_the_secret_of_another_environment_is_an_error(shop, crmspec):
    rewrite(
        shop,
        "esp: {platform: sandbox}",
        "esp: {platform: sandbox, url: 'https://esp.shop.example', credentials: {env: TOKEN}}",
    )
    code, _, err = crmspec("plan", "-e", "prod", "--target", "esp")
    assert code == 1
    assert "CRM032" in err


@pytest.mark.usefixtures("shop")
def test_drift_and_pull_know_the_environment(crmspec):
    assert crmspec("apply", "-e", "staging", "--yes")[0] == 0
    assert crmspec("drift", "-e", "staging", "--exit-code")[0] == 0
    assert crmspec("pull", "-e", "staging", "--diff")[0] == 0


@pytest.mark.usefixtures("shop")
def test_a_customer_of_one_environment(crmspec):
    code, out, _ = crmspec("show", "message.hello", "-e", "staging")
    assert code == 0
    assert "Just a test" in out


@pytest.mark.parametrize(
    ("field", "path", "after"),
    [
        pytest.param("subject", "crmspec.yaml", "{subject: Edited there}", id="in the overlay"),
        pytest.param("body", "campaigns/all.yaml", "body: Edited there", id="in the project"),
    ],
)
def test_pull_writes_where_the_value_stands(shop, crmspec, field, path, after):
    assert crmspec("apply", "-e", "staging", "--yes")[0] == 0
    (other,) = {"crmspec.yaml", "campaigns/all.yaml"} - {path}
    kept = (shop / other).read_text()
    people.edit("templates", "Hello", folder=".crmspec/staging", **{field: "Edited there"})
    code, out, err = crmspec("pull", "-e", "staging")
    assert code == 0, out + err
    assert after in (shop / path).read_text()
    assert (shop / other).read_text() == kept
    assert crmspec("plan", "-e", "staging", "--exit-code")[0] == 0


def test_pull_writes_no_value_of_one_environment_into_all(shop, crmspec):
    assert crmspec("apply", "-e", "staging", "--yes")[0] == 0
    kept = (shop / "campaigns" / "all.yaml").read_text()
    steps = people.found("chains", "Welcome", ".crmspec/staging")["definition"]["steps"]
    text = json.dumps(steps)
    assert '"5m"' in text
    changed = json.loads(text.replace('"5m"', '"7m"'))
    people.edit("chains", "Welcome", folder=".crmspec/staging", steps=changed)
    code, out, err = crmspec("pull", "-e", "staging")
    assert code == 4
    assert "chain.welcome" in out + err
    assert (shop / "campaigns" / "all.yaml").read_text() == kept


def test_an_old_state_is_taken_along(project, crmspec):
    assert crmspec("apply", "--yes")[0] == 0
    _, old, _ = crmspec("state", "pull")
    (project / "old.json").write_text(old)
    (project / "crmspec.yaml").write_text(HEAD + "environments: {prod: {}, staging: {}}\n")
    code, _, err = crmspec("state", "push", "old.json", "-e", "prod")
    assert code == 0, err
    _, listed, _ = crmspec("state", "list", "-e", "prod")
    assert "chain.welcome" in listed
    _, other, _ = crmspec("state", "list", "-e", "staging")
    assert other == ""


def test_the_state_of_one_environment_is_none_of_another(shop, crmspec):
    assert crmspec("apply", "-e", "staging", "--yes")[0] == 0
    _, kept, _ = crmspec("state", "pull", "-e", "staging")
    (shop / "staging.json").write_text(kept)
    code, _, err = crmspec("state", "push", "staging.json", "-e", "prod", "--target", "esp")
    assert code == 4
    assert "staging.esp" in err


def git(*arguments):
    named = ("-c", "user.name=Anna", "-c", "user.email=anna@shop.example")
    subprocess.run(("git", *named, *arguments), check=True, capture_output=True)


@pytest.fixture
def history(shop):
    """The shop in git, without its environments at first."""
    now = (shop / "crmspec.yaml").read_text()
    (shop / ".gitignore").write_text(".crmspec/\n")
    (shop / "crmspec.yaml").write_text(
        HEAD + "vars: {pause: 1h}\ntargets: {esp: {platform: sandbox}}\n"
    )
    git("init", "-q")
    for text in (None, now):
        (shop / "crmspec.yaml").write_text(text or (shop / "crmspec.yaml").read_text())
        git("add", "-A")
        git("commit", "-qm", "x")
    return shop


def test_rollback_goes_back_in_one_environment(history, crmspec):
    assert crmspec("apply", "-e", "staging", "--yes")[0] == 0
    rewrite(history, "pause: 5m", "pause: 7m")
    git("commit", "-qam", "longer")
    assert crmspec("apply", "-e", "staging", "--yes")[0] == 0
    code, out, err = crmspec("rollback", "-e", "staging", "-o", "back.json")
    assert code == 0, err
    assert "7m → 5m" in out
    assert crmspec("apply", "back.json")[0] == 0
    assert "5m → 7m" in crmspec("plan", "-e", "staging")[1]


def test_rollback_goes_no_further_than_the_environment(history, crmspec):
    git("checkout", "-q", "HEAD~1")
    assert crmspec("apply", "--yes")[0] == 0
    _, runs, _ = crmspec("state", "runs")
    (history / ".crmspec" / "old.json").write_text(crmspec("state", "pull")[1])
    git("checkout", "-q", "-")
    assert crmspec("state", "push", ".crmspec/old.json", "-e", "staging")[0] == 0
    code, _, err = crmspec("rollback", "-e", "staging", "--yes", "--to", runs.split()[1])
    assert code == 2
    assert "CRM708" in err


def test_check_against_a_commit_without_the_environment(history, crmspec):
    rewrite(history, "pause: 1d", "pause: 1x")
    code, out, _ = crmspec("check", "-e", "prod", "--against", "HEAD~1")
    assert code == 1
    assert "CRM108" in out
    code, out, _ = crmspec("check", "-e", "staging", "--against", "HEAD~1")
    assert code == 0, out


def test_a_sheet_names_the_environment(shop, crmspec):
    rewrite(shop, "esp: {platform: sandbox}", "esp: {platform: mindbox, mode: build_sheet}")
    code, out, _ = crmspec("sheet", "chain.welcome", "-e", "staging")
    assert code == 0
    assert "--environment staging" in out
    code, _, err = crmspec("confirm", "*", "-e", "staging", "--by", "anna@shop.example")
    assert code == 0, err
    assert crmspec("plan", "-e", "staging", "--exit-code")[0] == 0
    _, out, _ = crmspec("plan", "-e", "prod", "--target", "esp", "--exit-code")
    assert "by hand" in out


def test_the_word_alone_makes_no_environment(shop, crmspec):
    (shop / "crmspec.yaml").write_text(HEAD + "vars: {pause: 1h}\n# no environments: yet\n")
    assert crmspec("check")[0] == 0
    assert crmspec("apply", "--yes")[0] == 0
    assert (shop / ".crmspec" / "sandbox.state.json").is_file()
