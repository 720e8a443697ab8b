"""What goes wrong around a project: nothing there, nothing writable, nobody listening."""

import os
import subprocess
import sys

import pytest

from tests.cli.conftest import HEAD


@pytest.mark.parametrize(
    "command", [["check"], ["plan"], ["apply", "--yes"], ["render"], ["show"], ["fix"]]
)
def test_no_project_is_no_success(tmp_path, monkeypatch, crmspec, command):
    monkeypatch.chdir(tmp_path)
    code, out, err = crmspec(*command)
    assert (code, out) == (2, "")
    assert "crmspec.yaml" in err
    assert "crmspec init" in err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_yaml(tmp_path, crmspec):
    code, _, err = crmspec("check", str(tmp_path))
    assert code == 2
    assert "no YAML files" in err


def test_a_missing_folder_of_campaigns_deletes_nothing(project, crmspec):
    assert crmspec("apply", "--yes")[0] == 0
    (project / "campaigns").rename(project / "campaign")
    assert "CRM001" in crmspec("check")[1]
    code, out, err = crmspec("plan")
    assert (code, out) == (1, "")
    assert "no folder `campaigns`" in err


def test_a_project_may_live_in_its_project_file(project, crmspec):
    text = (project / "campaigns" / "all.yaml").read_text()
    (project / "campaigns" / "all.yaml").unlink()
    (project / "campaigns").rmdir()
    (project / "crmspec.yaml").write_text(f"{HEAD}{text}")
    assert crmspec("check")[0] == 0


@pytest.mark.parametrize("name", ["more.YAML", "more.Yml"])
def test_the_case_of_an_ending_does_not_matter(project, crmspec, name):
    (project / "campaigns" / name).write_text("events: [\n")
    assert "CRM003" in crmspec("check")[1]


def test_links_in_circles_and_links_to_folders(project, crmspec):
    (project / "campaigns" / "loop.yaml").symlink_to("loop.yaml")
    (project / "campaigns" / "deep").symlink_to(project, target_is_directory=True)
    code, out, _ = crmspec("check")
    assert code == 1
    assert out.count("CRM001]") == 2


@pytest.mark.parametrize("silencer", ["ignore", "baseline", "level"])
def test_silencing_an_error_never_deletes_what_it_hides(project, edit, crmspec, silencer):
    assert crmspec("apply", "--yes")[0] == 0
    comment = "  # crmspec: ignore[CRM101] ours" if silencer == "ignore" else ""
    edit("    title: Welcome\n", f"    title: Welcome\n    kpi: 5{comment}\n")
    settings = {
        "ignore": "",
        "baseline": "diagnostics: {baseline: base.json}\n",
        "level": "diagnostics: {severity: [{codes: [CRM101], level: 'off'}]}\n",
    }
    crmspec("check", "--baseline", "base.json", "--write-baseline")
    (project / "crmspec.yaml").write_text(f"{HEAD}{settings[silencer]}")
    assert crmspec("check")[0] == 0
    code, out, err = crmspec("plan")
    assert (code, out) == (1, "")
    assert "CRM101" in err


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "command",
    [
        ["check", "-o", "campaigns/all.yaml/x"],
        ["plan", "-o", "campaigns/all.yaml/x"],
        ["render", "-o", "campaigns/all.yaml/x"],
        ["check", "--baseline", "campaigns/all.yaml/x", "--write-baseline"],
        ["init", "campaigns/all.yaml/x"],
    ],
)
def test_what_cannot_be_written_is_said(crmspec, command):
    code, _, err = crmspec(*command)
    assert code == 2
    assert "all.yaml" in err
    assert "bug" not in err


@pytest.mark.usefixtures("project")
def test_a_state_that_cannot_be_kept_is_said(crmspec):
    code, _, err = crmspec("plan", "--state-dir", "campaigns/all.yaml/x")
    assert code == 4
    assert "CRM730" in err
    assert "all.yaml" in err


def test_a_saved_plan_knows_its_target(project, crmspec):
    (project / "campaigns" / "targets.yaml").write_text(
        "targets: {one: {platform: sandbox}, two: {platform: sandbox}}\n"
    )
    assert crmspec("plan")[0] == 2
    assert crmspec("plan", "--target", "two", "-o", "plan.json")[0] == 0
    assert crmspec("apply", "plan.json")[0] == 0


def test_projects_of_init_are_told_apart(tmp_path, monkeypatch, crmspec):
    monkeypatch.chdir(tmp_path)
    for folder in ("Tea & Cups", "7"):
        assert crmspec("init", folder)[0] == 0
    assert "project: tea_cups\n" in (tmp_path / "Tea & Cups" / "crmspec.yaml").read_text()
    assert "project: shop\n" in (tmp_path / "7" / "crmspec.yaml").read_text()
    assert ".crmspec/" in (tmp_path / "7" / ".gitignore").read_text()


def whole(project, *arguments, encoding="utf-8", stdout=subprocess.PIPE):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "CRMSPEC_LANG": "ru"}
    command = [sys.executable, "-m", "crmspec", *arguments]
    return subprocess.run(
        command, cwd=project, stdout=stdout, stderr=subprocess.PIPE, env=environment, check=False
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1251", "latin1"])
@pytest.mark.parametrize("command", [["check"], ["plan"], ["show"], ["explain", "CRM101"]])
def test_no_encoding_breaks_a_command(project, encoding, command):
    assert whole(project, *command, encoding=encoding).returncode == 0


def test_apply_goes_on_when_nobody_reads(project, crmspec):
    read, write = os.pipe()
    os.close(read)
    done = whole(project, "apply", "--yes", stdout=write)
    os.close(write)
    assert done.returncode == 0
    assert crmspec("plan", "--exit-code")[0] == 0


@pytest.mark.parametrize(
    ("address", "meant"), [("welcome", "chain.welcome"), ("chains.welcome", "chain.welcome")]
)
@pytest.mark.usefixtures("project")
def test_show_guesses_the_address(crmspec, address, meant):
    assert f"did you mean {meant}?" in crmspec("show", address)[2]


@pytest.mark.parametrize("name", ["101", "unknown-key", "crm101"])
def test_explain_takes_numbers_and_names(crmspec, name):
    assert crmspec("explain", name)[1].startswith("CRM101 unknown-key")


def test_a_misspelt_section_is_one_finding(project, crmspec):
    path = project / "campaigns" / "all.yaml"
    path.write_text(path.read_text().replace("events:", "Events:"))
    _, out, _ = crmspec("check")
    assert out.count("error[") == 1
