from datetime import date

import pytest

from crmspec.diagnostics import Severity
from crmspec.diagnostics.baseline import take
from crmspec.diagnostics.directive import Directive
from crmspec.diagnostics.fix import apply
from crmspec.diagnostics.severity import Settings, SeverityOverride
from crmspec.diagnostics.suppress import Policy, suppress
from crmspec.source import Span
from tests.diagnostics.desk import UNUSED, Desk

PATH = "a.yaml"
CONTENT = """\
chains:
  # crmspec: ignore[CRM301] agreed
  cart:
    trigger: x
  welcome: y  # crmspec: ignore[CRM3, CRM203] agreed too
  last: z
"""
TODAY = date(2026, 6, 15)


@pytest.fixture
def desk():
    table = Desk()
    table.sources.clear()
    table.put(PATH, CONTENT)
    return table


def above(desk, *codes, until=None):
    """Return the ignore above `cart`, which reaches to the end of its value."""
    return directive(desk, "# crmspec: ignore[CRM301] agreed", codes, "cart", "trigger: x", until)


def beside(desk, *codes, until=None):
    """Return the ignore beside `welcome`."""
    words = "# crmspec: ignore[CRM3, CRM203] agreed too"
    return directive(desk, words, codes, "  welcome", "agreed too", until)


def directive(desk, words, codes, first, last, until):  # noqa: PLR0917
    return Directive(
        desk.span(words),
        codes,
        "agreed",
        until,
        "node",
        desk.span(first).start,
        desk.span(last).end,
    )


def whole_file(desk, *codes):
    comment = desk.span("# crmspec: ignore[CRM301] agreed")
    return Directive(comment, codes, "agreed", None, "file", 0, 0)


def judge(desk, findings, *directives, **rest):
    settings = Settings(rest.pop("severity", ()), rest.pop("mandatory", ()))
    policy = Policy(
        directives=directives, settings=settings, today=TODAY, sources=desk.sources, **rest
    )
    return suppress(findings, policy)


def codes(verdict):
    return [one.code.id for one in verdict.kept]


class TestIgnore:
    @pytest.mark.parametrize(
        ("place", "patterns", "hidden"),
        [
            pytest.param("cart", ("CRM301",), True, id="at its start"),
            pytest.param("trigger", ("CRM301",), True, id="inside"),
            pytest.param("trigger", ("CRM3",), True, id="by the family"),
            pytest.param("trigger", ("CRM4", "CRM301"), True, id="one of the codes"),
            pytest.param("trigger", ("CRM302",), False, id="another code"),
            pytest.param("welcome", ("CRM301",), False, id="behind its reach"),
            pytest.param("chains", ("CRM301",), False, id="before its reach"),
        ],
    )
    def test_reach(self, desk, place, patterns, hidden):
        verdict = judge(desk, [desk.finding(place)], above(desk, *patterns))
        assert ("CRM301" in codes(verdict)) is not hidden
        assert [(one.by, one.reason) for one in verdict.suppressed] == [
            ("ignore", "agreed")
        ] * hidden

    def test_a_place_at_the_very_end_of_its_reach(self, desk):
        end = above(desk).end
        assert codes(judge(desk, [desk.finding(Span(PATH, end, end))], above(desk, "CRM301"))) == []

    def test_a_whole_file(self, desk):
        findings = [desk.finding("cart"), desk.finding("last")]
        assert codes(judge(desk, findings, whole_file(desk, "CRM3"))) == []

    def test_not_another_file(self, desk):
        desk.put("b.yaml", "other: 1")
        verdict = judge(desk, [desk.finding("other")], whole_file(desk, "CRM3"))
        assert codes(verdict) == ["CRM019", "CRM301"]

    def test_order_stays(self, desk):
        findings = [desk.finding(words) for words in ("last", "welcome", "chains")]
        kept = judge(desk, findings, above(desk)).kept
        assert [one.label.span.start for one in kept] == sorted(
            one.label.span.start for one in kept
        )


class TestUnused:
    def test_it_is_reported_at_the_comment(self, desk):
        ignore = above(desk, "CRM301")
        (finding,) = judge(desk, [], ignore).kept
        assert finding.code.id == "CRM019"
        assert finding.label.span == ignore.span
        assert finding.message.english() == "there is no finding of CRM301 here to ignore"

    def test_only_the_unused_codes_are_named(self, desk):
        verdict = judge(desk, [desk.finding("welcome")], beside(desk, "CRM3", "CRM203"))
        assert [one.message.english() for one in verdict.kept] == [
            "there is no finding of CRM203 here to ignore"
        ]

    @pytest.mark.parametrize(
        "skipped",
        [
            pytest.param(("CRM3",), id="the family did not run"),
            pytest.param(("CRM301",), id="the code did not run"),
        ],
    )
    def test_not_if_the_check_did_not_run(self, desk, skipped):
        assert judge(desk, [], above(desk, "CRM301"), skipped=skipped).kept == ()

    def test_not_if_a_part_of_the_family_did_not_run(self, desk):
        assert judge(desk, [], above(desk, "CRM3"), skipped=("CRM305",)).kept == ()

    def test_but_if_another_family_did_not_run(self, desk):
        assert codes(judge(desk, [], above(desk, "CRM301"), skipped=("CRM4",))) == ["CRM019"]

    def test_not_if_the_code_is_off(self, desk):
        off = (SeverityOverride(("CRM3",), "off"),)
        assert judge(desk, [], above(desk, "CRM301"), severity=off).kept == ()

    def test_it_can_be_turned_off(self, desk):
        off = (SeverityOverride(("CRM019",), "off"),)
        verdict = judge(desk, [], above(desk, "CRM301"), severity=off)
        assert verdict.kept == ()
        assert [one.by for one in verdict.suppressed] == ["level"]

    def test_its_fix_removes_the_line(self, desk):
        texts = apply(judge(desk, [], above(desk, "CRM301")).kept, desk.sources).texts
        assert texts == {PATH: CONTENT.replace("  # crmspec: ignore[CRM301] agreed\n", "")}

    def test_its_fix_removes_the_rest_of_the_line(self, desk):
        texts = apply(judge(desk, [], beside(desk, "CRM3", "CRM203")).kept, desk.sources).texts
        assert texts == {PATH: CONTENT.replace("  # crmspec: ignore[CRM3, CRM203] agreed too", "")}

    def test_its_fix_removes_one_code(self, desk):
        kept = judge(desk, [desk.finding("welcome")], beside(desk, "CRM3", "CRM203")).kept
        texts = apply(kept, desk.sources).texts
        assert texts == {PATH: CONTENT.replace("[CRM3, CRM203]", "[CRM3]")}

    def test_a_comment_in_the_last_line_without_a_break(self, desk):
        desk.put(PATH, "a: 1\n# crmspec: ignore[CRM301] x")
        ignore = Directive(Span(PATH, 5, 32), ("CRM301",), "x", None, "node", 32, 32)
        assert apply(judge(desk, [], ignore).kept, desk.sources).texts == {PATH: "a: 1\n"}

    def test_without_the_source_there_is_no_fix(self, desk):
        ignore = above(desk, "CRM301")
        desk.sources.clear()
        assert judge(desk, [], ignore).kept[0].fixes == ()

    def test_a_comment_that_cannot_be_rewritten_has_no_fix(self, desk):
        ignore = directive(desk, "agreed too", ("CRM3", "CRM2"), "  welcome", "agreed too", None)
        (finding,) = judge(desk, [desk.finding("welcome")], ignore).kept
        assert finding.fixes == ()


class TestExpired:
    @pytest.mark.parametrize(
        ("until", "kept"),
        [
            pytest.param("2026-06-15", [], id="on its last day"),
            pytest.param("2026-06-14", ["CRM021", "CRM301"], id="on the day after"),
            pytest.param("2030-01-01", [], id="long before"),
            pytest.param(None, [], id="without a date"),
        ],
    )
    def test_the_finding_shows_again(self, desk, until, kept):
        verdict = judge(desk, [desk.finding("trigger")], above(desk, "CRM301", until=until))
        assert codes(verdict) == kept

    def test_it_is_not_called_unused_as_well(self, desk):
        assert codes(judge(desk, [], above(desk, "CRM301", until="2020-01-01"))) == ["CRM021"]


class TestMandatory:
    def test_it_cannot_be_ignored(self, desk):
        verdict = judge(desk, [desk.finding("trigger")], above(desk, "CRM301"), mandatory=("CRM3",))
        assert codes(verdict) == ["CRM023", "CRM301"]
        assert verdict.kept[0].level is Severity.ERROR

    def test_one_complaint_per_ignore_and_code(self, desk):
        findings = [desk.finding("trigger"), desk.finding("cart"), desk.finding("cart", UNUSED)]
        verdict = judge(desk, findings, above(desk, "CRM3", "CRM2"), mandatory=("CRM3", "CRM2"))
        assert codes(verdict).count("CRM023") == 2

    @pytest.mark.parametrize(
        ("level", "kept"),
        [
            pytest.param("off", ["CRM023", "CRM301"], id="it cannot be turned off"),
            pytest.param("warning", ["CRM023", "CRM301"], id="it cannot be lowered"),
            pytest.param("error", ["CRM301"], id="the same level is no offence"),
        ],
    )
    def test_levels(self, desk, level, kept):
        desk.put("crmspec.yaml", "level: off")
        place = desk.span("level: off")
        rules = (SeverityOverride(("CRM3",), level, span=place),)
        findings = [desk.finding("cart"), desk.finding("last")]
        verdict = judge(desk, findings, severity=rules, mandatory=("CRM301",))
        assert sorted(set(codes(verdict))) == kept
        assert all(one.level is Severity.ERROR for one in verdict.kept)

    def test_an_override_without_a_place_is_refused_in_silence(self, desk):
        rules = (SeverityOverride(("CRM3",), "off"),)
        verdict = judge(desk, [desk.finding("cart")], severity=rules, mandatory=("CRM301",))
        assert codes(verdict) == ["CRM301"]

    def test_it_may_be_raised(self, desk):
        rules = (SeverityOverride(("CRM203",), "error"),)
        verdict = judge(desk, [desk.finding("cart", UNUSED)], severity=rules, mandatory=("CRM203",))
        assert [one.level for one in verdict.kept] == [Severity.ERROR]


class TestLevel:
    def test_it_is_set(self, desk):
        rules = (SeverityOverride(("CRM3",), "info", ("*.yaml",)),)
        assert [one.level for one in judge(desk, [desk.finding("cart")], severity=rules).kept] == [
            Severity.INFO
        ]

    def test_elsewhere_it_is_not(self, desk):
        rules = (SeverityOverride(("CRM3",), "info", ("b/**",)),)
        assert judge(desk, [desk.finding("cart")], severity=rules).kept[0].level is Severity.ERROR

    def test_off(self, desk):
        rules = (SeverityOverride(("CRM3",), "off"),)
        verdict = judge(desk, [desk.finding("cart")], severity=rules)
        assert verdict.kept == ()
        assert verdict.suppressed[0].by == "level"


class TestBaseline:
    def test_old_findings_are_quiet_and_new_ones_are_not(self, desk):
        baseline = take(desk.report(desk.finding("cart")))
        verdict = judge(desk, [desk.finding("cart"), desk.finding("last")], baseline=baseline)
        assert [one.label.span for one in verdict.kept] == [desk.span("last")]
        assert [one.by for one in verdict.suppressed] == ["baseline"]
        assert verdict.stale == ()

    def test_they_stay_quiet_when_lines_move(self, desk):
        baseline = take(desk.report(desk.finding("cart")))
        desk.put(PATH, "# new\n\n" + CONTENT)
        assert judge(desk, [desk.finding("cart")], baseline=baseline).kept == ()

    def test_one_more_of_the_same_is_new(self, desk):
        baseline = take(desk.report(desk.finding("cart")))
        twins = [desk.finding("cart"), desk.finding("cart", message="another")]
        assert len(judge(desk, twins, baseline=baseline).kept) == 1

    def test_what_is_gone_is_stale(self, desk):
        baseline = take(desk.report(desk.finding("cart")))
        assert judge(desk, [], baseline=baseline).stale == baseline.findings

    def test_not_if_the_check_did_not_run(self, desk):
        baseline = take(desk.report(desk.finding("cart")))
        assert judge(desk, [], baseline=baseline, skipped=("CRM3",)).stale == ()

    def test_mandatory_findings_are_never_quiet(self, desk):
        baseline = take(desk.report(desk.finding("cart")))
        verdict = judge(desk, [desk.finding("cart")], baseline=baseline, mandatory=("CRM3",))
        assert codes(verdict) == ["CRM301"]
        assert verdict.stale == ()
