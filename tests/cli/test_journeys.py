"""`crmspec test`: journey tests and what is not as expected."""

import json
import xml.etree.ElementTree as ET

import pytest

BASE = """\
tests:
  late:
    persona: anna
    chains: welcome
    start: "2027-03-01T09:00"
    events: {event: signup, at: 0m}
    expect: %s
"""


@pytest.fixture
def late(story):
    """Write a test that expects something else."""

    def write(expect):
        (story / "tests").mkdir(exist_ok=True)
        (story / "tests" / "late.test.yaml").write_text(BASE % expect)

    return write


@pytest.mark.usefixtures("story")
def test_a_test_that_passes(crmspec):
    code, out, _ = crmspec("test")
    assert code == 0
    assert out.startswith("✓ greets  Says hello\n1 test passed ")
    assert crmspec("test", "-q")[1].startswith("1 test passed")
    assert "✉ `hello` by `email`" in crmspec("test", "-v")[1]


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        pytest.param("{}", "`hello` is sent and is not expected", id="unexpected"),
        pytest.param(
            "{sends: [{message: hello, at: 2h}], only: false}",
            "`hello` is expected at 2027-03-01 11:00 and is sent at 2027-03-01 10:00",
            id="at another time",
        ),
        pytest.param(
            "{sends: thanks, only: false}", "`thanks` is expected and is not sent", id="missing"
        ),
        pytest.param(
            "{sends: [nudge, hello]}", "`hello` is sent before what must come first", id="order"
        ),
        pytest.param(
            "{not_sent: hello, only: false}", "`hello` must not be sent and is", id="forbidden"
        ),
        pytest.param(
            "{suppressed: thanks, only: false}",
            "`thanks` never comes up, so nothing holds it back",
            id="never comes up",
        ),
        pytest.param("{exits: welcome, only: false}", "`welcome` must be left", id="not left"),
    ],
)
def test_what_is_not_as_expected(late, crmspec, expect, said):
    late(expect)
    code, out, _ = crmspec("test", "-k", "late")
    assert code == 1
    assert said in out
    assert "tests/late.test.yaml:7" in out
    assert "10:00  ✉ `hello` by `email`" in out
    assert "0 tests passed, 1 failed" in out


def test_a_reason_that_is_another_one(story, crmspec):
    (story / "tests").mkdir()
    (story / "tests" / "a.test.yaml").write_text(
        "tests: {a: {start: '2027-03-01T09:00', chains: welcome, events: {event: signup, at: 0m},"
        " expect: {suppressed: [{message: hello, reason: cap}, nudge]}}}"
    )
    code, out, _ = crmspec("test", "tests")
    assert code == 1
    assert "`hello` is held back for another reason: no consent, not `cap`" in out


def test_a_chain_left_for_another_reason(story, crmspec):
    path = story / "campaigns" / "all.yaml"
    path.write_text(path.read_text().replace("exits: false", "exits: true"))
    (story / "tests").mkdir()
    (story / "tests" / "a.test.yaml").write_text(
        "tests: {a: {start: '2027-03-01T09:00', chains: welcome,"
        " events: [{event: signup, at: 0m}, {event: order_placed, at: 5m}],"
        " expect: {exits: {chain: welcome, reason: audience}}}}"
    )
    _, out, _ = crmspec("test", "tests")
    assert "`welcome` is left because of `goal`, not of `audience`" in out


def test_json(late, crmspec):
    late("{}")
    code, out, _ = crmspec("test", "--format", "json")
    data = json.loads(out)
    assert code == 1
    assert data["counts"] == {"passed": 1, "failed": 1}
    late_test = next(one for one in data["tests"] if one["id"] == "late")
    assert late_test["failures"][0]["place"]["path"] == "tests/late.test.yaml"
    assert late_test["timeline"]


def test_junit(late, crmspec):
    late("{}")
    _, out, _ = crmspec("test", "--format", "junit")
    suites = ET.fromstring(out)
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    (failure,) = suites.iter("failure")
    assert "not expected" in failure.get("message")


@pytest.mark.usefixtures("story")
def test_another_profile(crmspec):
    assert crmspec("test", "--profile", "braze")[0] == 0
    code, _, err = crmspec("test", "--profile", "nope")
    assert code == 2
    assert "there are braze" in err


@pytest.mark.usefixtures("story")
def test_a_path_that_is_not_there(crmspec):
    assert crmspec("test", "nowhere")[0] == 2


def test_a_broken_project(story, crmspec):
    (story / "campaigns" / "bad.yaml").write_text(
        "chains: {c: {trigger: nowhere, steps: [{note: x}]}}"
    )
    code, out, _ = crmspec("test")
    assert code == 1
    assert "CRM201" in out


@pytest.mark.usefixtures("story")
def test_saved_witnesses_pass(story, crmspec):
    _, _, err = crmspec("check", "--save-witness", "tests")
    assert "wrote tests/CRM" in err
    saved = list((story / "tests").iterdir())
    assert saved
    code, out, _ = crmspec("test", "tests")
    assert code == 0, out
    assert f"{len(saved)} test" in out


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        pytest.param((), "there are no journey tests in this project; write one", id="none at all"),
        pytest.param(("campaigns",), "there are no journey tests in campaigns", id="none there"),
    ],
)
@pytest.mark.usefixtures("project")
def test_nothing_to_run_is_no_success(crmspec, paths, said):
    code, _, err = crmspec("test", *paths)
    assert code == 2
    assert said in err


def test_saving_twice_writes_nothing_over(story, crmspec):
    crmspec("check", "--save-witness", "tests")
    assert "kept" not in crmspec("check", "--save-witness", "tests")[2]
    first, *others = sorted((story / "tests").iterdir())
    edited = first.read_text() + "# ours\n"
    first.write_text(edited)
    moved = story / "tests" / "mine.test.yaml"
    others[0].rename(moved)
    _, _, err = crmspec("check", "--save-witness", "tests")
    assert f"kept tests/{first.name}, which says something else" in err
    assert "kept tests/mine.test.yaml" in err
    assert first.read_text() == edited
    assert not others[0].exists()
    assert all(f"wrote tests/{one.name}" in err for one in others[1:])
    assert crmspec("test")[0] == 0


@pytest.mark.usefixtures("project")
def test_nothing_to_save(crmspec):
    assert "no finding has a timeline to save" in crmspec("check", "--save-witness", "tests")[2]
