"""`plan` and `apply` against the embedded sandbox."""

import json

import pytest


@pytest.mark.usefixtures("project")
def test_plan_apply_plan(crmspec):
    code, out, _ = crmspec("plan", "--exit-code")
    assert code == 3
    assert "+ chain.welcome" in out
    code, _, err = crmspec("apply", "--yes")
    assert code == 0
    assert "done in sandbox: 3" in err
    code, out, _ = crmspec("plan", "--exit-code")
    assert code == 0
    assert out.endswith("\nno changes: the target matches\n")
    assert "≈ consent (1)" in out


def test_a_change_is_shown_by_field_with_its_place(edit, crmspec):
    crmspec("apply", "--yes")
    edit("wait: 1h", "wait: 2h")
    _, out, _ = crmspec("plan")
    assert "~ chain.welcome" in out
    assert "1h" in out
    assert "2h" in out
    assert "campaigns/all.yaml" in out


def test_a_saved_plan_is_applied_without_asking(project, crmspec):
    assert crmspec("plan", "-o", "plan.json")[0] == 0
    assert json.loads((project / "plan.json").read_text())["version"] == 1
    assert crmspec("apply", "plan.json")[0] == 0


def test_a_saved_plan_is_refused_when_the_project_moved(edit, crmspec):
    crmspec("plan", "-o", "plan.json")
    edit("wait: 1h", "wait: 2h")
    code, _, err = crmspec("apply", "plan.json")
    assert code == 4
    assert "CRM703" in err


def test_a_saved_plan_is_refused_when_it_was_changed(project, crmspec):
    crmspec("plan", "-o", "plan.json")
    path = project / "plan.json"
    path.write_text(path.read_text().replace('"serial": 0', '"serial": 1'))
    code, _, err = crmspec("apply", "plan.json")
    assert code == 2
    assert "CRM706" in err


@pytest.mark.usefixtures("project")
def test_apply_asks_and_without_a_terminal_refuses(crmspec):
    code, _, err = crmspec("apply")
    assert code == 2
    assert "--yes" in err


def test_errors_in_the_project_stop_before_any_contact(project, edit, crmspec):
    edit("trigger: signup", "trigger: sigup")
    code, _, err = crmspec("plan")
    assert code == 1
    assert "CRM201" in err
    assert not (project / ".crmspec").exists()


@pytest.mark.usefixtures("project")
def test_an_unknown_target(crmspec):
    code, _, err = crmspec("plan", "--target", "nowhere")
    assert code == 2
    assert "CRM705" in err


def test_a_damaged_state_file_is_not_overwritten(project, crmspec):
    crmspec("apply", "--yes")
    (state,) = (project / ".crmspec").glob("*.state.json")
    state.write_text(state.read_text()[:-30])
    damaged = state.read_bytes()
    code, _, err = crmspec("apply", "--yes")
    assert code == 4
    assert "CRM701" in err
    assert state.read_bytes() == damaged


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.usefixtures("project")
def test_plan_in_both_languages(crmspec, lang):
    code, out, _ = crmspec("plan", "--lang", lang)
    assert code == 0
    assert "chain.welcome" in out
