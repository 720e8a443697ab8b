import json
import xml.etree.ElementTree as ET

import pytest


@pytest.mark.usefixtures("project")
def test_a_clean_project(crmspec):
    code, out, err = crmspec("check")
    assert (code, out) == (0, "no findings\n")
    assert "1 chain ·" in err


def test_errors_exit_with_one_and_name_the_place(edit, crmspec):
    edit("trigger: signup", "trigger: sigup")
    code, out, _ = crmspec("check")
    assert code == 1
    assert "error[CRM201]" in out
    assert "campaigns/all.yaml:12:14" in out
    assert "did you mean `signup`" in out


def test_russian(edit, crmspec):
    edit("trigger: signup", "trigger: sigup")
    code, out, _ = crmspec("check", "--lang", "ru")
    assert code == 1
    assert "ошибка[CRM201]" in out


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("json", json.loads),
        ("sarif", json.loads),
        ("gitlab", json.loads),
        ("junit", ET.fromstring),
        ("github", str.splitlines),
        ("markdown", str.splitlines),
    ],
)
def test_formats_are_well_formed_and_alone_on_standard_output(edit, crmspec, name, read):
    edit("trigger: signup", "trigger: sigup")
    code, out, _ = crmspec("check", "--format", name)
    assert code == 1
    assert len(read(out)) > 0


def test_output_to_a_file(project, crmspec):
    code, out, _ = crmspec("check", "--format", "json", "-o", "out/report.json")
    assert (code, out) == (0, "")
    assert json.loads((project / "out" / "report.json").read_text())


def test_paths_choose_what_is_shown(project, edit, crmspec):
    edit("trigger: signup", "trigger: sigup")
    (project / "campaigns" / "other.yaml").write_text("events: {later: {titel: x}}\n")
    _, out, _ = crmspec("check", "campaigns/other.yaml")
    assert "CRM101" in out
    assert "CRM201" not in out


def test_files_outside_of_any_project(tmp_path, monkeypatch, crmspec):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("events: {later: {titel: x}}\n")
    code, out, _ = crmspec("check", "a.yaml")
    assert code == 1
    assert "CRM101" in out


@pytest.mark.usefixtures("project")
def test_a_missing_path(crmspec):
    code, _, err = crmspec("check", "nowhere")
    assert code == 2
    assert "nowhere" in err


def test_a_baseline_keeps_old_findings_quiet(edit, crmspec):
    edit("trigger: signup", "trigger: sigup")
    assert crmspec("check", "--baseline", "base.json", "--write-baseline")[0] == 0
    assert crmspec("check", "--baseline", "base.json")[0] == 0
    edit("send: hello", "send: helo")
    code, out, _ = crmspec("check", "--baseline", "base.json")
    assert code == 1
    assert "helo" in out
    assert "sigup" not in out


def test_a_damaged_baseline(project, crmspec):
    (project / "base.json").write_text("{")
    code, _, err = crmspec("check", "--baseline", "base.json")
    assert code == 2
    assert "baseline" in err


def test_an_ignore_with_a_reason(edit, crmspec):
    edit("trigger: signup", "trigger: sigup  # crmspec: ignore[CRM201] comes with the next release")
    assert crmspec("check")[0] == 0


def test_a_file_that_cannot_be_read_silences_unknown_names(project, crmspec):
    (project / "campaigns" / "broken.yaml").write_text("events: [\n")
    (project / "campaigns" / "all.yaml").write_text(
        "chains: {a: {trigger: x, steps: [{exit: done}]}}\n"
    )
    code, out, _ = crmspec("check", "--format", "json")
    assert code == 1
    assert {f["code"] for f in json.loads(out)["findings"]} == {"CRM003"}


def test_settings_outside_of_the_project_file(project, crmspec):
    (project / "campaigns" / "more.yaml").write_text("timezone: Europe/Moscow\n")
    code, out, _ = crmspec("check")
    assert code == 1
    assert "CRM024" in out


def test_one_id_in_two_files_shows_both_places(project, crmspec):
    (project / "campaigns" / "more.yaml").write_text("events:\n  signup: {title: Again}\n")
    code, out, _ = crmspec("check")
    assert code == 1
    assert "CRM013" in out
    assert "campaigns/more.yaml:2:3" in out
    assert "campaigns/all.yaml:2:3" in out


def test_a_duplicate_id_does_not_call_what_the_other_uses_unused(project, crmspec):
    (project / "campaigns" / "more.yaml").write_text(
        "chains: {welcome: {trigger: seen, steps: [{note: x}]}}\nevents: {seen: {title: Seen}}\n"
    )
    _, out, _ = crmspec("check", "--format", "json")
    assert {finding["code"] for finding in json.loads(out)["findings"]} == {"CRM013"}
