"""The pages of codes are executed: each example gives what the page says it gives.

`CRMSPEC_GOLDEN=rewrite pytest tests/test_pages.py` writes the real output into the `text` blocks.
"""

import os
import re
from pathlib import Path

import pytest

from crmspec.api import check_files
from crmspec.api.explain import codes
from crmspec.diagnostics import page as page_format
from crmspec.diagnostics.fix import Choice, apply
from crmspec.diagnostics.format import FORMATS, Options
from crmspec.diagnostics.page import Example, Marker, Page
from crmspec.diagnostics.report import Report
from crmspec.source import Span

FOLDER = Path(__file__).parents[1] / "docs" / "codes"
UNUSED = "CRM203"
CONTENT = ("CRM402", "CRM499")
"""What is said of the texts of messages, which on other pages are mere examples of texts."""
TEMPLATES = "templates/"
PROJECT_FILE = ("crmspec.yaml", b"project: example\n")
TOLD = {
    "CRM001": "a file must be unreadable on a disk",
    "CRM017": "a page cannot hold a file of this size",
    "CRM100": "a safety net: each known mistake has a code of its own",
}
"""Codes whose example is told, not executed; so are those of targets, plans and apply (6xx on)."""
REWRITE = os.environ.get("CRMSPEC_GOLDEN") == "rewrite"


def pages() -> dict[str, Page]:
    found = sorted(FOLDER.glob("CRM*.md"))
    return {path.stem: page_format.parse(path.read_text(encoding="utf-8")) for path in found}


def examples():
    return [
        pytest.param(name, example, id=f"{name} line {example.line}")
        for name, page in pages().items()
        for example in page.examples()
    ]


def check(name: str, example: Example) -> Report:
    files = dict([PROJECT_FILE]) | example.files
    templates = {path: files.pop(path) for path in [*files] if path.startswith(TEMPLATES)}
    texts = {path.removeprefix(TEMPLATES): it.decode() for path, it in templates.items()}
    report = check_files(files, texts).report
    kept = [one for one in report.findings if one.code.id == name or not is_aside(one)]
    return Report.of(kept, report.sources)


def is_aside(finding) -> bool:
    """Say whether a page may leave a finding out that is not its own."""
    return finding.code.id == UNUSED or CONTENT[0] <= finding.code.id <= CONTENT[1]


def found_in(report: Report) -> list[Marker]:
    return [
        Marker(
            one.label.span.path,
            line_of(one.label.span, report),
            one.level.value,
            one.code.id,
            one.message.english(),
        )
        for one in report.findings
    ]


def line_of(span: Span, report: Report) -> int:
    source = report.sources.get(span.path)
    return source.position(span.start).line if source else 0


def unmatched(promised: tuple[Marker, ...], found: list[Marker]) -> list[str]:
    """Pair each promise with a finding of its line; say what is left on either side."""
    left = list(found)
    complaints = []
    for marker in promised:
        pair = next((one for one in left if keeps(one, marker)), None)
        if pair is None:
            complaints.append(f"promised, not found: {marker}")
        else:
            left.remove(pair)
    return complaints + [f"found, not promised: {one}" for one in left]


def keeps(found: Marker, promised: Marker) -> bool:
    place = (promised.path, promised.line, promised.severity, promised.code)
    return place == (found.path, found.line, found.severity, found.code) and (
        promised.message in found.message
    )


def rewrite(name: str, example: Example, output: str) -> None:
    path = FOLDER / f"{name}.md"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    first = example.output.line - 1
    last = first + len(example.output.content.splitlines())
    lines[first:last] = [output]
    path.write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize(("name", "example"), examples())
def test_an_example_gives_the_findings_it_promises(name, example):
    if example.exact:
        assert example.output is not None, "a block of bytes needs a block of text after it"
        return
    assert unmatched(example.markers, found_in(check(name, example))) == []


@pytest.mark.parametrize(("name", "example"), examples())
def test_an_example_prints_what_the_page_shows(name, example):
    if example.output is None:
        return
    output = FORMATS["text"](check(name, example), Options())
    if REWRITE:
        rewrite(name, example, output)
    else:
        assert output == example.output.content


@pytest.mark.parametrize(
    ("name", "page"), [pytest.param(*one, id=one[0]) for one in pages().items()]
)
def test_a_page_is_complete(name, page):
    known = {code.id: code.slug for code in codes()}
    assert page.id == name
    assert known.get(name) == page.slug
    assert page.summary, "a paragraph below the heading says what the code means"
    sections = re.findall(r"^## (.+)$", page.body, re.MULTILINE)
    assert sections[:2] == ["Example", "Fix"]


def executed():
    told = {name for name in pages() if name >= "CRM600"} | TOLD.keys()
    return [pytest.param(*one, id=one[0]) for one in pages().items() if one[0] not in told]


@pytest.mark.parametrize(("name", "page"), executed())
def test_a_page_shows_its_code_and_how_to_get_rid_of_it(name, page):
    shown = [one for one in page.examples() if one.section == "Example"]
    mended = [one for one in page.examples() if one.section == "Fix"]
    assert shown
    assert mended
    for example in shown:
        assert any(one.code == name for one in found_in(check(name, example)))
    for example in mended:
        assert example.markers == ()


def test_every_code_has_a_page_and_every_page_a_code():
    assert sorted(code.id for code in codes()) == sorted(pages())


def test_no_code_is_used_twice():
    ids = [code.id for code in codes()]
    slugs = [code.slug for code in codes()]
    assert len(ids) == len(set(ids))
    assert len(slugs) == len(set(slugs))


@pytest.mark.parametrize(("name", "example"), examples())
def test_fixes_keep_line_breaks_of_windows(name, example):
    if example.exact:
        return
    texts = fixed(example.files)
    windows = {path: one.replace(b"\n", b"\r\n") for path, one in example.files.items()}
    told = fixed(windows)
    assert {path: one.replace("\r\n", "\n") for path, one in told.items()} == texts, name
    assert all(one.count("\r\n") == one.count("\n") for one in told.values())


def fixed(files):
    """Return the texts of files with what one round of fixes makes of them."""
    findings = check_files({path: one for path, one in files.items() if path.endswith(".yaml")})
    report = findings.report
    return apply(report.findings, report.sources, Choice(unsafe=True)).texts
