"""A customer and a timeline in every form of a report."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from msgspec import structs

from crmspec.diagnostics import Severity, text
from crmspec.diagnostics.evidence import Evidence, Line, Verdict
from crmspec.diagnostics.format import FORMATS, Options
from crmspec.diagnostics.format.timeline import number
from crmspec.diagnostics.format.words import by_urgency

SCHEMA = Path(__file__).parents[3] / "schemas" / "diagnostics.schema.json"


@pytest.fixture
def evidence(desk):
    cart, welcome = desk.span("cart:"), desk.span("welcome:")
    return Evidence(
        verdict=Verdict.VIOLATED,
        timezone="Europe/Moscow",
        who=(text("has not ordered"), text("city `{city}`", city="Казань")),
        timeline=(
            Line("2027-03-01T09:00", "event", text("`signup`")),
            Line("2027-03-01T09:00", "enter", text("enters `welcome`"), welcome),
            Line("2027-03-01T10:00", "send", text("`welcome_1`"), welcome, counted=True),
            Line("2027-03-02T10:00", "send", text("`cart_1`"), cart, counted=True),
            Line("2027-03-02T10:30", "lose", text("`cart_2`: over | the limit"), cart),
        ),
        assumptions=(text("every event arrives"),),
        chains=("cart", "welcome"),
        replay="CRM301-7f3a",
        test={"start": "2027-03-01T09:00", "expect": {}},
        harm=(100.0, 1.0, 2.5),
    )


@pytest.fixture
def report(desk, evidence):
    made = desk.report(desk.finding("cart", evidence=evidence))
    return structs.replace(made, proofs=(text("all is well"),))


def show(report, name, **options):
    return FORMATS[name](report, Options(**options))


def test_text(report):
    found = show(report, "text")
    lines = [line.strip() for line in found.splitlines()]
    shown = "\n".join(lines[lines.index("= who: has not ordered, city `Казань`") :])
    assert (
        shown
        == """\
= who: has not ordered, city `Казань`
= timeline (Europe/Moscow):
Mon 2027-03-01  09:00  · `signup`
09:00  → enters `welcome`            campaigns/chains.yaml:7
10:00  ✉ ① `welcome_1`               campaigns/chains.yaml:7
Tue 2027-03-02  10:00  ✉ ② `cart_1`                  campaigns/chains.yaml:2
10:30  ▢ `cart_2`: over | the limit  campaigns/chains.yaml:2
= proof: replayed: this timeline can really happen (profile: reference)
= assumes: every event arrives
= replay: `crmspec run --witness CRM301-7f3a`; keep: `crmspec check --save-witness tests`
= see: `crmspec explain CRM301`

proved: all is well
1 error"""
    )


def test_colour_changes_no_column(report):
    plain, painted = show(report, "text"), show(report, "text", color=True)
    stripped = "".join(part.partition("m")[2] for part in ("\x1b[m" + painted).split("\x1b["))
    assert stripped == plain


def test_a_bare_verdict(desk):
    finding = desk.finding("cart", evidence=Evidence(verdict=Verdict.PROVED))
    found = show(desk.report(finding), "text")
    assert "= proof: proved for every customer (profile: reference)" in found
    assert "timeline" not in found
    assert "codeFlows" not in show(desk.report(finding), "sarif")
    assert "<details>" not in show(desk.report(finding), "markdown")


def test_many_proofs_are_counted(desk):
    made = structs.replace(desk.report(), proofs=tuple(text("p{n}", n=n) for n in range(7)))
    assert show(made, "text").endswith("proved: p4\nand 2 more proofs\nno findings\n")


def test_json(report):
    data = json.loads(show(report, "json"))
    jsonschema_rs.validator_for(json.loads(SCHEMA.read_text())).validate(data)
    found = data["findings"][0]["evidence"]
    assert found["verdict"] == "violated"
    assert found["who"] == ["has not ordered", "city `Казань`"]
    assert found["harm"] == {"customers": 100.0, "excess": 1.0, "cost": 2.5}
    assert found["timeline"][0]["place"] is None
    assert found["timeline"][2]["counted"]
    assert found["timeline"][2]["place"]["start"]["line"] == 7
    assert data["proofs"] == ["all is well"]


def test_every_key_of_the_evidence_is_described(report):
    defs = json.loads(SCHEMA.read_text())["$defs"]
    found = json.loads(show(report, "json"))["findings"][0]["evidence"]
    assert list(defs["evidence"]["properties"]) == list(found)
    assert list(defs["line"]["properties"]) == list(found["timeline"][0])


def test_sarif_steps_through_the_timeline(report):
    result = json.loads(show(report, "sarif"))["runs"][0]["results"][0]
    (flow,) = result["codeFlows"]
    steps = flow["threadFlows"][0]["locations"]
    assert [step["executionOrder"] for step in steps] == [1, 2, 3, 4, 5]
    assert [step["importance"] for step in steps].count("essential") == 2
    assert "physicalLocation" not in steps[0]["location"]
    assert steps[3]["location"]["message"]["text"] == "Tue 2027-03-02 10:00 ✉ `cart_1`"
    assert result["properties"]["replay"] == "CRM301-7f3a"


def test_markdown_folds_the_timeline(report):
    found = show(report, "markdown")
    assert "<details><summary>timeline</summary>" in found
    assert "| Tue 2027-03-02 | 10:00 | ✉ ② `cart_1` | `campaigns/chains.yaml:2` |" in found
    assert "`cart_2`: over \\| the limit" in found
    assert "- who: has not ordered, city `Казань`" in found
    assert "proved: all is well" in found


@pytest.mark.parametrize("form", ["github", "gitlab", "junit"])
def test_the_other_forms_tell_it_too(report, form):
    assert "10:00  ✉ ② `cart_1`" in show(report, form)


def test_findings_are_ranked_by_harm(desk, evidence):
    less = structs.replace(evidence, harm=(5.0, 9.0, 9.0))
    findings = (
        desk.finding("cart:", message="less", evidence=less),
        desk.finding("welcome", message="more", evidence=evidence),
        desk.finding("daily", message="plain"),
        desk.finding("signup", message="remark", severity=Severity.INFO, evidence=evidence),
    )
    ranked = by_urgency(desk.report(*findings), Options())
    assert [one.message.english() for one in ranked] == ["more", "less", "plain", "remark"]


@pytest.mark.parametrize(("count", "sign"), [(1, "①"), (20, "⑳"), (21, "(21)")])
def test_numbers(count, sign):
    assert number(count) == sign


@pytest.mark.parametrize("name", ["text", "markdown"])
@pytest.mark.parametrize(
    ("count", "left_out"),
    [pytest.param(40, "", id="just fits"), pytest.param(45, "… 5 more lines", id="too long")],
)
def test_a_long_timeline_is_cut_in_the_middle(desk, evidence, name, count, left_out):
    lines = tuple(
        Line(f"2027-03-{1 + n // 24:02}T{n % 24:02}:00", "send", text(f"`m{n}`"), counted=True)
        for n in range(count)
    )
    long = structs.replace(evidence, timeline=lines)
    shown = show(desk.report(desk.finding("cart", evidence=long)), name).replace("\\", "")
    assert f"({count}) `m{count - 1}`" in shown
    assert left_out in shown
    assert ("more lines" in shown) == bool(left_out)
    assert ("`m20`" in shown) != bool(left_out)
