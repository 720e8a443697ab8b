"""JUnit XML, which every build server can show: one suite per file, one case per finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics.format.options import DEFAULT
from crmspec.diagnostics.format.text import describe
from crmspec.diagnostics.format.width import printable
from crmspec.diagnostics.format.words import place, say
from crmspec.diagnostics.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics.format.options import Options
    from crmspec.diagnostics.model import Diagnostic
    from crmspec.diagnostics.report import Report

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_NOT_XML = str.maketrans(dict.fromkeys("\ufffe\uffff", "\ufffd"))


def render(report: Report, options: Options = DEFAULT) -> str:
    """Return the report as JUnit XML: errors are failures, the rest passes with its text."""
    return "".join(f"{line}\n" for line in _lines(report, options))


def _lines(report: Report, options: Options) -> Iterator[str]:
    suites: dict[str, list[Diagnostic]] = {}
    for finding in report.findings:
        suites.setdefault(finding.label.span.path or "crmspec", []).append(finding)
    yield DECLARATION
    yield f'<testsuites name="crmspec" {_totals(report.findings)}>'
    for name, findings in suites.items():
        yield from _suite(name, findings, report, options)
    if not suites:
        yield '  <testsuite name="crmspec" tests="1" failures="0" errors="0">'
        yield '    <testcase classname="crmspec" name="check"/>'
        yield "  </testsuite>"
    yield "</testsuites>"


def _totals(findings: tuple[Diagnostic, ...] | list[Diagnostic]) -> str:
    failures = sum(finding.level is Severity.ERROR for finding in findings)
    return f'tests="{len(findings) or 1}" failures="{failures}" errors="0"'


def _suite(
    name: str, findings: list[Diagnostic], report: Report, options: Options
) -> Iterator[str]:
    yield f'  <testsuite name="{escape(printable(name))}" {_totals(findings)}>'
    for finding in findings:
        yield from _case(finding, report, options)
    yield "  </testsuite>"


def _case(finding: Diagnostic, report: Report, options: Options) -> Iterator[str]:
    message = say(finding.message, options.lang)
    title = f"{finding.code.id} {place(finding, report)}: {message}"
    body = escape(describe(finding, report, structs.replace(options, color=False)))
    yield f'    <testcase classname="{finding.code.id}" name="{escape(title)}">'
    if finding.level is Severity.ERROR:
        yield f'      <failure type="{finding.code.id}" message="{escape(message)}">'
        yield f"{body}      </failure>"
    else:
        yield f"      <system-out>{body}</system-out>"
    yield "    </testcase>"


def escape(words: str) -> str:
    """Return text for an attribute or element, control characters being pictures by now."""
    return words.translate(_NOT_XML).translate(_ENTITIES)
