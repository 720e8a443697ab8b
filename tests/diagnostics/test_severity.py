import pytest

from crmspec.diagnostics.severity import Settings, SeverityOverride, enabled


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        pytest.param("**", "a/b/c.yaml", True, id="everything"),
        pytest.param("**", "c.yaml", True, id="everything, at the top"),
        pytest.param("campaigns/**", "campaigns/a/b.yaml", True, id="below a folder"),
        pytest.param("campaigns/**", "other/a.yaml", False, id="not below the folder"),
        pytest.param("campaigns/*", "campaigns/a.yaml", True, id="in a folder"),
        pytest.param(
            "campaigns/*.yaml", "campaigns/a/b.yaml", False, id="a star stays in its folder"
        ),
        pytest.param("**/old.yaml", "a/b/old.yaml", True, id="a name anywhere"),
        pytest.param("**/old.yaml", "old.yaml", True, id="a name at the top"),
        pytest.param("**/old.yaml", "not_old.yaml", False, id="only whole names"),
        pytest.param("a/**/b.yaml", "a/b.yaml", True, id="no folder between"),
        pytest.param("a/**/b.yaml", "a/x/y/b.yaml", True, id="folders between"),
        pytest.param(
            "campaigns/legacy", "campaigns/legacy/a.yaml", True, id="the name of a folder"
        ),
        pytest.param("campaigns/legacy/", "campaigns/legacy/a.yaml", True, id="with a slash"),
        pytest.param("campaigns/legacy", "campaigns/legacy_2/a.yaml", False, id="not its namesake"),
        pytest.param("./campaigns", "campaigns/a.yaml", True, id="from here"),
        pytest.param("a?.yaml", "ab.yaml", True, id="one letter"),
        pytest.param("a?.yaml", "a/.yaml", False, id="one letter is no slash"),
        pytest.param("[ab].yaml", "b.yaml", True, id="one of"),
        pytest.param("[!ab].yaml", "b.yaml", False, id="none of"),
        pytest.param("[!ab].yaml", "c.yaml", True, id="any other"),
        pytest.param("[a-c].yaml", "b.yaml", True, id="a range"),
        pytest.param("[^a]x", "/x", False, id="any other is no slash"),
        pytest.param("a[.yaml", "a[.yaml", True, id="a lone bracket"),
        pytest.param("a.yaml", "aXyaml", False, id="a dot is a dot"),
    ],
)
def test_paths(glob, path, fits):
    assert SeverityOverride(("CRM3",), "off", (glob,)).applies("CRM301", path) is fits


@pytest.mark.parametrize(
    ("pattern", "code", "fits"),
    [
        pytest.param("CRM301", "CRM301", True, id="the code"),
        pytest.param("CRM3", "CRM301", True, id="its family"),
        pytest.param("CRM4", "CRM301", False, id="another family"),
        pytest.param("CRM3011", "CRM301", False, id="longer than the code"),
        pytest.param("", "CRM301", False, id="nothing"),
    ],
)
def test_codes(pattern, code, fits):
    assert SeverityOverride((pattern,), "off").applies(code, "a.yaml") is fits


def rule(level, *paths, codes=("CRM301",)):
    return SeverityOverride(codes, level, paths or ("**",))


def test_the_last_override_wins():
    settings = Settings((rule("info"), rule("warning", "a/**"), rule("off", "b/**")))
    assert settings.override("CRM301", "a/x.yaml").level == "warning"
    assert settings.override("CRM301", "c/x.yaml").level == "info"
    assert settings.override("CRM302", "c/x.yaml") is None


@pytest.mark.parametrize(
    ("rules", "mandatory", "runs"),
    [
        pytest.param((), (), True, id="nothing said"),
        pytest.param((rule("off"),), (), False, id="off everywhere"),
        pytest.param((rule("off", codes=("CRM3",)),), (), False, id="the family is off"),
        pytest.param((rule("off", codes=("CRM4",)),), (), True, id="another family is off"),
        pytest.param((rule("off", "a/**"),), (), True, id="off somewhere"),
        pytest.param((rule("info", "a/**"), rule("off")), (), False, id="off at last"),
        pytest.param((rule("off"), rule("info", "a/**")), (), True, id="on again somewhere"),
        pytest.param((rule("off"), rule("off", "a/**")), (), False, id="off twice"),
        pytest.param((rule("off"),), ("CRM3",), True, id="mandatory"),
    ],
)
def test_a_rule_that_is_off_need_not_run(rules, mandatory, runs):
    assert enabled("CRM301", Settings(rules, mandatory)) is runs
