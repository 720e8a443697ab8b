"""What a command advises to type can be typed: it is for the same target and environment."""

import re
import shlex
import subprocess

import click
import pytest

from crmspec.cli.advice import complete
from crmspec.cli.advice import typed as completed
from crmspec.cli.command.plan import command as plan
from tests.cli import people
from tests.cli.conftest import HEAD

SHOP = """\
targets:
  esp: {platform: sandbox, on_unsupported: degrade}
  other: {platform: sandbox}
  box: {title: Box, platform: mindbox, mode: build_sheet}
environments:
  staging: {}
  prod: {}
"""
HERE = ("-e", "staging", "--target")


@pytest.fixture
def shop(project, monkeypatch):
    monkeypatch.delenv("CRMSPEC_ENVIRONMENT", raising=False)
    (project / "crmspec.yaml").write_text(HEAD + SHOP)
    return project


@pytest.fixture
def advised(crmspec):
    """Run a command; gives the commands of crmspec that it advises."""

    def call(*arguments):
        _, out, err = crmspec(*arguments)
        return re.findall(r"`crmspec ((?!explain)[^`\n]*)`", out + err)

    return call


@pytest.fixture
def typed(crmspec):
    """Type advised commands; none may ask for what was chosen already."""

    def call(lines):
        assert lines
        for line in lines:
            said = line.replace("ADDRESS", "chain.welcome").replace("FILE", "state.json")
            _, out, err = crmspec(*shlex.split(said))
            told = out + err
            assert not {"CRM705", "CRM708"} & set(re.findall(r"CRM\d+", told)), (line, told)
            assert "Usage:" not in told, (line, told)

    return call


def test_what_is_left_to_people(shop, advised, typed):
    lines = advised("plan", *HERE, "box")
    assert lines == [
        "sheet -o sheets --target box --environment staging",
        "confirm ADDRESS --target box --environment staging",
    ]
    assert advised("plan", *HERE, "box", "--markdown") == lines
    assert advised("plan", *HERE, "box", "--lang", "ru")[0] == lines[0]
    typed(lines)
    assert (shop / "sheets" / "index.html").is_file()


@pytest.mark.usefixtures("shop")
def test_a_sheet_that_is_printed_anew(advised, typed):
    lines = advised("confirm", "chain.welcome", *HERE, "box", "--sheet", "old")
    assert lines == ["sheet chain.welcome --target box --environment staging"]
    typed(lines)
    typed(advised("confirm", "chain.none", *HERE, "box"))
    typed(advised("state", "show", "zzzzzz.zzzz", *HERE, "box"))


@pytest.mark.usefixtures("shop")
def test_edits_by_hand(crmspec, advised, typed):
    assert crmspec("apply", *HERE, "esp", "--yes")[0] == 0
    people.edit("templates", "Hello", folder=".crmspec/staging", subject="By hand")
    lines = advised("drift", *HERE, "esp")
    assert lines == ["pull --target esp --environment staging"]
    assert advised("apply", *HERE, "esp", "--yes") == lines
    typed(lines)


@pytest.mark.usefixtures("shop")
def test_a_plan_that_is_stale_is_made_anew_as_it_was(crmspec, advised, typed):
    assert crmspec("plan", *HERE, "esp", "-o", "plan.json", "--select", "chain.w*")[0] == 0
    assert crmspec("apply", *HERE, "esp", "--yes")[0] == 0
    lines = advised("apply", "plan.json")
    assert lines == ["plan --select 'chain.w*' -o plan.json --target esp --environment staging"]
    typed(lines)
    typed(advised("apply", "-e", "prod", "plan.json"))


def test_a_saved_rollback_is_made_anew_by_rollback(shop, crmspec, edit, advised, typed):
    def git(*arguments):
        subprocess.run(("git", *arguments), check=True, capture_output=True)

    git("init", "-q")
    git("config", "user.email", "anna@example.com")
    git("config", "user.name", "Anna")
    (shop / ".gitignore").write_text(".crmspec/\n*.json\n")
    for number in (1, 2):
        git("add", "-A")
        git("commit", "-qm", "x")
        assert crmspec("apply", *HERE, "esp", "--yes")[0] == 0
        edit(f"wait: {number}h", f"wait: {number + 1}h")
    first = subprocess.run(
        ("git", "rev-parse", "HEAD^"), check=True, capture_output=True, text=True
    ).stdout.strip()
    assert crmspec("rollback", *HERE, "esp", "-o", "back.json")[0] == 0
    assert crmspec("apply", "back.json")[0] == 0
    lines = advised("apply", "back.json")
    assert lines == [f"rollback --to {first} -o plan.json --target esp --environment staging"]
    typed(lines)
    typed(advised("rollback", *HERE, "esp", "--to", "nothing"))


def test_project_and_state_that_were_named(shop, crmspec, advised, typed, monkeypatch):
    monkeypatch.chdir(shop.parent)
    named = ("--project", shop.name, "--state-dir", "a state")
    lines = advised("plan", *HERE, "box", *named)
    assert lines[0] == (
        f"sheet -o sheets --project {shop.name} --target box --state-dir 'a state'"
        " --environment staging"
    )
    typed(lines)
    _, _, err = crmspec("plan", *HERE, "esp", *named, "-o", "plan.json")
    (line,) = (one for one in err.splitlines() if one.startswith("saved for 24 h"))
    said = shlex.split(line.partition(": crmspec ")[2])
    assert said == ["apply", "plan.json", *named]
    assert crmspec(*said)[0] == 0


@pytest.mark.usefixtures("project")
def test_nothing_is_added_where_nothing_was_chosen(advised):
    assert advised("state", "show", "zzzzzz.zzzz") == ["state list"]


def test_only_what_a_command_takes_is_added():
    assert completed("`crmspec plan`") == "`crmspec plan`"
    with click.Context(plan) as context:
        context.params = {"target": "esp", "project": None, "state_dir": None}
        assert complete("crmspec state unlock 7") == "crmspec state unlock 7 --target esp"
        assert complete("crmspec plan --target box") == "crmspec plan --target box"
        assert complete("crmspec explain CRM101") == "crmspec explain CRM101"
        assert complete("crmspec nonsense") == "crmspec nonsense"
        assert (
            completed("as `crmspec plan` says, `x`") == "as `crmspec plan --target esp` says, `x`"
        )
