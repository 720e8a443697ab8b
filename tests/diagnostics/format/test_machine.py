import json
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from crmspec.diagnostics import Edit, Fix, Label, text
from crmspec.diagnostics.format import FORMATS, Options
from crmspec.source import Span
from tests.diagnostics.desk import REMARK, UNUSED

SCHEMA = Path(__file__).parents[3] / "schemas" / "diagnostics.schema.json"


def show(report, name, **options):
    return FORMATS[name](report, Options(**options))


class TestJson:
    def test_it_fits_the_published_schema(self, rich, desk):
        judge = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))
        for report in (rich, desk.report()):
            judge.validate(json.loads(show(report, "json")))

    def test_every_key_is_described(self, rich):
        schema = json.loads(SCHEMA.read_text())
        finding = next(one for one in json.loads(show(rich, "json"))["findings"] if one["fixes"])
        described = schema["$defs"]["finding"]["properties"]
        assert list(described) == list(finding)
        assert all("description" in one and "title" in one for one in described.values())

    def test_a_finding(self, desk):
        finding = desk.rename("waitt", "wait", says=text("here"), help=(text("do it"),))
        data = json.loads(show(desk.report(finding), "json"))
        place = {
            "path": "campaigns/chains.yaml",
            "start": {"offset": 91, "line": 6, "column": 9},
            "end": {"offset": 96, "line": 6, "column": 14},
        }
        found = data["findings"][0]
        assert found.pop("fingerprint")
        assert found == {
            "code": "CRM301",
            "slug": "double-booking",
            "severity": "error",
            "message": "something about `cart`",
            "label": {**place, "text": "here"},
            "related": [],
            "help": ["do it"],
            "fixes": [
                {
                    "title": "write `wait`",
                    "safety": "safe",
                    "edits": [{**place, "replacement": "wait"}],
                }
            ],
            "page": "docs/codes/CRM301.md",
            "evidence": None,
        }
        assert data["counts"] == {"error": 1, "warning": 0, "info": 0}
        assert data["lang"] == "en"

    def test_a_lone_surrogate_does_not_break_it(self, desk):
        finding = desk.finding("daily", message="bad \ud800")
        assert json.loads(show(desk.report(finding), "json"))["findings"][0]["message"] == "bad ?"


class TestSarif:
    def test_results_and_rules(self, rich):
        run = json.loads(show(rich, "sarif"))["runs"][0]
        rules = run["tool"]["driver"]["rules"]
        assert [rule["id"] for rule in rules] == ["CRM014", "CRM203", "CRM301"]
        assert rules[2]["name"] == "DoubleBooking"
        assert rules[1]["defaultConfiguration"] == {"level": "warning"}
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert [one["level"] for one in run["results"]] == ["note", "error", "note", "warning"]

    def test_regions_and_fixes(self, rich):
        result = json.loads(show(rich, "sarif"))["runs"][0]["results"][1]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 12}
        change = result["fixes"][0]["artifactChanges"][0]
        assert change["artifactLocation"] == {"uri": "campaigns/chains.yaml"}
        assert change["replacements"][0]["insertedContent"] == {"text": "wait"}
        assert [one["id"] for one in result["relatedLocations"]] == [1, 2]

    def test_a_place_without_a_source_or_without_a_file(self, rich):
        results = json.loads(show(rich, "sarif"))["runs"][0]["results"]
        assert results[0]["locations"] == []
        assert "region" not in results[2]["locations"][0]["physicalLocation"]

    def test_paths_are_escaped(self, desk):
        desk.put("campaigns/чат 1.yaml", "x: 1")
        finding = desk.finding(Span("campaigns/чат 1.yaml", 0, 1))
        place = json.loads(show(desk.report(finding), "sarif"))["runs"][0]["results"][0][
            "locations"
        ]
        uri = place[0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "campaigns/%D1%87%D0%B0%D1%82%201.yaml"

    def test_fingerprints_stay_when_lines_move(self, desk):
        def name():
            report = desk.report(desk.finding("waitt"))
            return json.loads(show(report, "sarif"))["runs"][0]["results"][0]["partialFingerprints"]

        before = name()
        path = "campaigns/chains.yaml"
        desk.put(path, "# new\n" + desk.sources[path].text)
        assert name() == before

    def test_a_fix_without_edits_is_left_out(self, desk):
        finding = desk.finding("waitt", fixes=(Fix(text("think"), ()),))
        assert (
            json.loads(show(desk.report(finding), "sarif"))["runs"][0]["results"][0]["fixes"] == []
        )

    def test_an_edit_in_a_file_that_is_not_at_hand_counts_characters(self, desk):
        edit = Edit(Span("gone.yaml", 3, 5), "x")
        finding = desk.finding("waitt", fixes=(Fix(text("do it"), (edit,)),))
        result = json.loads(show(desk.report(finding), "sarif"))["runs"][0]["results"][0]
        replacement = result["fixes"][0]["artifactChanges"][0]["replacements"][0]
        assert replacement["deletedRegion"] == {"charOffset": 3, "charLength": 2}


class TestGithub:
    def test_commands(self, rich):
        lines = show(rich, "github").splitlines()
        assert lines[0] == (
            "::error file=campaigns/chains.yaml,line=3,endLine=3,col=5,endColumn=12,"
            "title=CRM301 double-booking::"
            '`cart` is entered twice: 100%25, <b> & "so" on'
            "%0Amake one of them wait%0Aor two%0Alines of help"
        )
        assert lines[1].startswith("::warning file=campaigns/limits.yaml,line=2")
        assert lines[2] == "::notice title=CRM014 empty-file::something about `cart`"
        assert lines[3].startswith("::notice file=campaigns/gone.yaml,title=")
        assert lines[-1] == "1 error, 1 warning, 2 remarks"

    def test_properties_are_escaped(self, desk):
        desk.put("a:b,c%\r\n.yaml", "x: 1")
        line = show(desk.report(desk.finding(Span("a:b,c%\r\n.yaml", 0, 1))), "github")
        assert line.startswith("::error file=a%3Ab%2Cc%25%0D%0A.yaml,line=1,")

    def test_a_place_of_many_lines_has_no_columns(self, desk):
        span = desk.span("trigger: {event: cart_updated}\n    steps")
        line = show(desk.report(desk.finding(span)), "github")
        assert line.startswith("::error file=campaigns/chains.yaml,line=3,endLine=4,title=")

    def test_what_github_would_hide_is_held_back_and_counted(self, desk):
        desk.put("a.yaml", "x" * 30)
        errors = [desk.finding(Span("a.yaml", at, at + 1)) for at in range(13)]
        warnings = [desk.finding(Span("a.yaml", at, at + 1), UNUSED) for at in range(2)]
        lines = show(desk.report(*errors, *warnings), "github").splitlines()
        assert sum(line.startswith("::error ") for line in lines) == 10
        assert sum(line.startswith("::warning ") for line in lines) == 2
        assert "3 more findings, held back" in lines[12]
        assert lines[13:16] == [
            f"a.yaml:1:{at}: error[CRM301]: something about `cart`" for at in (11, 12, 13)
        ]

    def test_changed_files_come_first(self, desk):
        report = desk.report(desk.finding("waitt"), desk.finding("daily", UNUSED))
        lines = show(report, "github", changed=frozenset({"campaigns/limits.yaml"})).splitlines()
        assert lines[0].startswith("::warning file=campaigns/limits.yaml")

    def test_a_note_cannot_be_a_command(self, desk):
        report = desk.report(notes=(text("::stop-commands::x"),))
        assert show(report, "github").startswith(" ::stop")


class TestGitlab:
    def test_issues(self, rich):
        issues = json.loads(show(rich, "gitlab"))
        assert len({one["fingerprint"] for one in issues}) == 4
        assert [one["severity"] for one in issues] == ["info", "critical", "info", "minor"]
        assert issues[1]["location"] == {
            "path": "campaigns/chains.yaml",
            "lines": {"begin": 3, "end": 3},
        }
        assert issues[1]["check_name"] == "CRM301 double-booking"
        assert issues[0]["location"] == {"path": "crmspec.yaml", "lines": {"begin": 1}}

    def test_nothing_is_an_empty_list(self, desk):
        assert json.loads(show(desk.report(), "gitlab")) == []


class TestJunit:
    def test_cases(self, rich):
        root = ET.fromstring(show(rich, "junit", color=True))
        assert dict(root.attrib) == {
            "name": "crmspec",
            "tests": "4",
            "failures": "1",
            "errors": "0",
        }
        assert [one.get("name") for one in root] == [
            "crmspec",
            "campaigns/chains.yaml",
            "campaigns/gone.yaml",
            "campaigns/limits.yaml",
        ]
        failure = root.find(".//failure")
        assert failure.get("message") == '`cart` is entered twice: 100%, <b> & "so" on'
        assert "^^^^^^^" in failure.text
        assert len(root.findall(".//system-out")) == 3

    def test_nothing_is_one_passed_case(self, desk):
        root = ET.fromstring(show(desk.report(), "junit"))
        assert root.get("tests") == "1"
        assert root.get("failures") == "0"
        assert len(root.findall(".//testcase")) == 1

    @pytest.mark.parametrize("char", ["\x00", "\x0b", "\ud800", "\ufffe", "\uffff", "]]>"])
    def test_what_xml_forbids_is_shown_in_another_way(self, desk, char):
        desk.put("a.yaml", f"key: {char}")
        report = desk.report(desk.finding(Span("a.yaml", 0, 3), message=f"bad {char}"))
        ET.fromstring(show(report, "junit"))


class TestMarkdown:
    def test_it_begins_with_the_marker_and_the_counts(self, rich):
        lines = show(rich, "markdown").splitlines()
        assert lines[:3] == [
            "<!-- crmspec -->",
            "### crmspec: 1 error, 1 warning, 2 remarks",
            "",
        ]

    @pytest.mark.parametrize("name", ["markdown", "github"])
    def test_the_counts_tell_of_what_the_baseline_hides(self, desk, name):
        assert "no findings, 2 hidden by the baseline\n" in show(desk.report(hidden=2), name)

    def test_errors_come_first(self, rich):
        shown = show(rich, "markdown")
        assert shown.index("**error**") < shown.index("**warning**") < shown.index("**info**")

    @pytest.mark.parametrize(
        ("message", "shown"),
        [
            pytest.param("a <b> & c", "a &lt;b&gt; &amp; c", id="markup"),
            pytest.param("ask @team", "ask &#64;team", id="mentions"),
            pytest.param("see [a](b)", "see \\[a\\]\\(b\\)", id="links"),
            pytest.param("`a <b> @c`", "`a <b> @c`", id="code stays"),
            pytest.param("odd ` one", "odd \\` one", id="a lone backtick"),
            pytest.param("*_#|~!", "\\*\\_\\#\\|\\~\\!", id="marks"),
        ],
    )
    def test_messages_are_escaped(self, desk, message, shown):
        report = desk.report(desk.finding("daily", message=message))
        assert f": {shown}\n" in show(report, "markdown")

    def test_a_fence_is_longer_than_any_in_the_excerpt(self, desk):
        desk.put("a.yaml", "key: '````'")
        shown = show(desk.report(desk.finding(Span("a.yaml", 0, 3))), "markdown")
        assert "\n`````text\n" in shown

    def test_it_keeps_within_its_budget(self, desk):
        desk.put("a.yaml", "x" * 5000)
        findings = [desk.finding(Span("a.yaml", at, at + 1), REMARK) for at in range(5000)]
        findings.append(desk.finding(Span("a.yaml", 4000, 4001)))
        shown = show(desk.report(*findings), "markdown")
        assert len(shown) <= 60_000
        written = shown.count("**info**") + shown.count("**error**")
        assert shown.count("**error**") == 1
        assert shown.endswith(f"\nand {5001 - written} more findings that do not fit here\n")

    def test_a_related_place_in_another_file_is_shown(self, desk):
        finding = desk.finding("waitt", related=(Label(desk.span("daily"), text("there")),))
        assert "campaigns/limits.yaml:2:3" in show(desk.report(finding), "markdown")

    def test_an_unsafe_fix_says_so(self, desk):
        finding = desk.finding("waitt", fixes=(Fix(text("x"), (Edit(desk.span("waitt"), ""),)),))
        assert "- fix: x \\(`crmspec fix CRM301`\\)" in show(desk.report(finding), "markdown")
