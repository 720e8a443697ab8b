import os

import pytest

from crmspec.api import check_path
from crmspec.api.workspace import find_root, load


@pytest.fixture
def project(tmp_path):
    (tmp_path / "crmspec.yaml").write_text("project: shop\n")
    (tmp_path / "campaigns" / "deep").mkdir(parents=True)
    (tmp_path / "campaigns" / "deep" / "a.yaml").write_text("events: {a: {title: A}}\n")
    return tmp_path


def codes(path):
    return [finding.code.id for finding in check_path(path).report.findings]


def test_the_root_is_found_from_below(project):
    assert find_root(project / "campaigns" / "deep" / "a.yaml") == project
    assert find_root(project.parent) is None


def test_only_campaign_files_are_read(project):
    (project / "notes.yaml").write_text("x: [\n")
    (project / "campaigns" / ".hidden.yaml").write_text("x: [\n")
    (project / "campaigns" / "readme.md").write_text("x: [\n")
    assert sorted(load([project]).files) == ["campaigns/deep/a.yaml", "crmspec.yaml"]


def test_folders_are_named_in_the_project_file(project):
    (project / "crmspec.yaml").write_text(
        "project: shop\npaths: {campaigns: [one, two], templates: letters}\n"
    )
    for name in ("one", "two", "letters"):
        (project / name).mkdir()
    (project / "one" / "b.yaml").write_text("events: {b: {title: B}}\n")
    (project / "letters" / "m.mjml").write_text("<mjml/>")
    workspace = load([project])
    assert sorted(workspace.files) == ["crmspec.yaml", "one/b.yaml"]
    assert workspace.templates == {"m.mjml": "<mjml/>"}


@pytest.mark.parametrize("folder", ["..", "../..", "/etc"])
def test_folders_outside_of_the_project_are_refused(project, folder):
    (project / "crmspec.yaml").write_text(f"project: shop\npaths: {{campaigns: '{folder}'}}\n")
    assert codes(project) == ["CRM001"]


def test_links_that_lead_outside_are_refused(project, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "b.yaml"
    other.write_text("events: {b: {title: B}}\n")
    (project / "campaigns" / "b.yaml").symlink_to(other)
    assert "CRM001" in codes(project)


def test_what_is_no_file_is_a_finding(project):
    os.mkfifo(project / "campaigns" / "pipe.yaml")
    assert "CRM001" in codes(project)


def test_journey_tests_are_read_too(project):
    (project / "tests").mkdir()
    (project / "tests" / "a.test.yaml").write_text("tests: {}\n")
    (project / "tests" / "other.yaml").write_text("x: [\n")
    assert "tests/a.test.yaml" in load([project]).files
    assert "tests/other.yaml" not in load([project]).files


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("<p>Привет</p>\n".encode("utf-8-sig"), id="a mark before UTF-8"),
        pytest.param("<p>Привет</p>\n".encode("utf-16"), id="UTF-16"),
        pytest.param("<p>Привет</p>\r\n".encode(), id="the line ends of Windows"),
    ],
)
def test_a_template_is_its_text(project, data):
    (project / "templates").mkdir()
    (project / "templates" / "hello.html").write_bytes(data)
    assert load([project]).templates == {"hello.html": "<p>Привет</p>\n"}
