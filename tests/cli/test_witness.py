"""Every timeline of a finding can be saved, passes as a test, and is run again by its name."""

import pytest

from tests.api.test_search import ABOVE, BASE, CAP, DELAY, GROUP, PROJECT, SURE, TAGS, TWO, held

ASIDE = "chains: {z: {trigger: viewed, holdout: 100%, steps: [{send: c}]}}"


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param((held(""), CAP), id="chance decides by the id"),
        pytest.param((held("5%"), CAP), id="some are held out"),
        pytest.param((TWO, CAP), id="too many messages"),
        pytest.param((TWO, CAP, ASIDE), id="held out of another chain"),
        pytest.param((SURE, CAP), id="no room"),
        pytest.param((ABOVE, DELAY), id="delayed"),
        pytest.param((GROUP, CAP), id="a group"),
        pytest.param((TAGS,), id="chains that should not meet"),
    ],
)
def test_a_witness_is_saved_and_passes(project, crmspec, sources):
    (project / "campaigns" / "all.yaml").write_text(BASE)
    (project / "crmspec.yaml").write_text(PROJECT)
    for number, one in enumerate(sources):
        (project / "campaigns" / f"{number}.yaml").write_text(one)
    crmspec("check", "--save-witness", "tests")
    code, out, _ = crmspec("test")
    assert code == 0, out
    for path in (project / "tests").iterdir():
        code, _, err = crmspec("run", "--witness", path.name.removesuffix(".test.yaml"))
        assert (code, err) == (0, "")


def test_a_witness_that_does_not_repeat_fails(story, crmspec, monkeypatch):
    crmspec("check", "--save-witness", "tests")
    name = min(path.name for path in (story / "tests").iterdir())
    monkeypatch.setattr("crmspec.api.simulate.expected", lambda _: {})
    code, out, err = crmspec("run", "--witness", name.removesuffix(".test.yaml"))
    assert code == 1
    assert "→ enters" in out
    assert "this is not what was found" in err
