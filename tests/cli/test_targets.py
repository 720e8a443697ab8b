"""`crmspec targets`, `crmspec compile --target` and the page of targets."""

import json
from pathlib import Path

import pytest

from crmspec.api.targets import tables
from crmspec.diagnostics import text
from crmspec.lower.capability import Budget, Capabilities, Limits, Row, Support
from crmspec.providers import registry
from crmspec.render.matrix import page

ROOT = Path(__file__).parents[2]
ACME = Capabilities(
    platform="acme",
    title="Acme",
    revision="2026-01",
    rows={
        "kind": {"chain": Row(Support.NATIVE)},
        "step": {
            "wait_for": Row(Support.DEVIATES, "race", text("it waits to the end"), "docs/wait"),
            "wait": Row(Support.NATIVE),
        },
    },
    limits=Limits(name=40),
    budgets=(Budget(endpoint="*", calls=10, seconds=1),),
    logic="cnf",
)


@pytest.fixture
def acme(monkeypatch):
    for name in registry.TABLES.keys() - {"files", "sandbox"}:
        monkeypatch.delitem(registry.TABLES, name)
    monkeypatch.setitem(registry.TABLES, "acme", "tests.cli.test_targets:ACME")


def test_the_page_of_targets_is_up_to_date():
    text_ = (ROOT / "docs" / "targets.md").read_text(encoding="utf-8")
    assert text_ == page(tables(())), "run `make docs`"


@pytest.mark.usefixtures("acme")
def test_a_page_tells_what_is_special():
    made = page(tables(()))
    assert "| `wait_for` | ≈ | ● | ● |" in made
    assert "deviates by `race`: it waits to the end | docs/wait |" in made
    assert "name: 40" in made
    assert "10 calls in 1 s" in made


@pytest.mark.usefixtures("acme", "tmp_path")
def test_the_matrix(crmspec):
    code, out, _ = crmspec("targets")
    assert code == 0
    assert "● native" in out
    (line,) = [line for line in out.splitlines() if line.strip().startswith("wait_for")]
    assert line.split() == ["wait_for", "≈", "●", "●"]


@pytest.mark.usefixtures("acme")
def test_one_target(crmspec):
    _, out, _ = crmspec("targets", "acme")
    assert "deviates by `race`: it waits to the end" in out
    assert "conditions of segments: cnf" in out
    assert "name: 40" in out


def test_json(crmspec):
    found = json.loads(crmspec("targets", "sandbox", "--format", "json")[1])
    made = found["targets"]["sandbox"]
    assert made["limits"] == {"name": 200}
    assert made["elements"]["step"]["code"] == {"support": "none"}
    assert made["elements"]["kind"]["list"]["note"] == "the sandbox keeps no lists"


@pytest.mark.usefixtures("project")
def test_a_target_of_the_project(crmspec, edit):
    edit("chains:\n", "targets:\n  prod: {title: P, platform: sandbox}\nchains:\n")
    assert crmspec("targets", "prod")[1] == crmspec("targets", "sandbox")[1]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("command", [["targets", "nope"], ["compile", "--target", "nope"]])
def test_an_unknown_target(crmspec, command):
    code, _, err = crmspec(*command)
    assert code == 2
    assert "nothing is known of platform `nope`" in err


@pytest.mark.usefixtures("project", "acme")
@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_the_table_of_losses(crmspec, format_):
    code, out, _ = crmspec("compile", "--target", "sandbox, acme", "--format", format_)
    assert code == 0
    if format_ == "json":
        assert json.loads(out)["losses"]["chain.welcome"]["sandbox"] == {}
        assert json.loads(out)["losses"]["chain.welcome"]["acme"]["none"] > 0
    else:
        (line,) = [line for line in out.splitlines() if "chain.welcome" in line]
        assert "·" in line
        assert "none " in line


@pytest.mark.usefixtures("project")
def test_only_what_is_lost_is_listed(crmspec):
    code, out, _ = crmspec("compile", "--target", "sandbox")
    assert (code, out.split()) == (0, ["sandbox", "consents", "none", "1"])


@pytest.mark.usefixtures("project")
def test_a_project_with_errors_is_told_so(crmspec, edit):
    edit("      - send: hello\n", "      - send: hello\n      - sned: hello\n")
    assert crmspec("compile", "--target", "sandbox")[2]


@pytest.mark.usefixtures("project")
def test_the_table_is_of_the_whole_project(crmspec):
    code, _, err = crmspec("compile", "hello", "--target", "sandbox")
    assert code == 2
    assert "whole project" in err


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("named", ["", " , "])
def test_a_table_of_no_targets_is_refused(crmspec, named):
    code, out, err = crmspec("compile", "--target", named)
    assert (code, out) == (2, "")
    assert "name a target or a platform" in err


@pytest.mark.usefixtures("project")
def test_what_people_set_up_is_left_to_hands(crmspec, edit):
    sheets = "".join(
        f"  {name}: {{title: T, platform: {platform}, mode: build_sheet}}\n"
        for name, platform in (("box", "mindbox"), ("any", "retailrocket"))
    )
    edit("chains:\n", f"targets:\n{sheets}  own: {{title: O, platform: sandbox}}\nchains:\n")
    left = crmspec("plan", "--target", "any")[1]
    code, out, _ = crmspec("compile", "--target", "any,own,box")
    assert code == 0
    (line,) = (line for line in out.splitlines() if line.startswith("chain.welcome"))
    assert line.split() == ["chain.welcome", "manual", "1", "·", "manual", "1"]
    found = json.loads(crmspec("compile", "--target", "any", "--json")[1])["losses"]
    assert found["chain.welcome"] == {"any": {"manual": 1}}
    assert f"{sum(one['any'].get('manual', 0) for one in found.values())} by hand" in left
