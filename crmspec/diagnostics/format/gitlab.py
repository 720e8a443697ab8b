"""GitLab code quality: a JSON list whose fingerprints tell new findings from old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics.fingerprint import fingerprints
from crmspec.diagnostics.format.json import dump
from crmspec.diagnostics.format.location import region
from crmspec.diagnostics.format.options import DEFAULT
from crmspec.diagnostics.format.proof import notes
from crmspec.diagnostics.format.style import Style
from crmspec.diagnostics.format.words import say
from crmspec.diagnostics.model import Severity

if TYPE_CHECKING:
    from crmspec.diagnostics.format.options import Options
    from crmspec.diagnostics.model import Diagnostic
    from crmspec.diagnostics.report import Report

_LEVELS = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}
_PROJECT_FILE = "crmspec.yaml"


def render(report: Report, options: Options = DEFAULT) -> str:
    """Return the report as a code quality artifact."""
    names = fingerprints(report.findings, report.sources)
    issues = [
        _issue(finding, name, report, options)
        for finding, name in zip(report.findings, names, strict=True)
    ]
    return dump(issues)


def _issue(finding: Diagnostic, name: str, report: Report, options: Options) -> dict[str, object]:
    issue: dict[str, object] = {
        "description": f"{finding.code.id}: {say(finding.message, options.lang)}",
        "check_name": f"{finding.code.id} {finding.code.slug}",
        "fingerprint": name,
        "severity": _LEVELS[finding.level],
        "location": _location(finding, report),
    }
    if finding.evidence is not None:
        plain = Style(color=False)
        issue["content"] = {"body": "\n".join(notes(finding.evidence, report, options, plain))}
    return issue


def _location(finding: Diagnostic, report: Report) -> dict[str, object]:
    # GitLab requires a path and a line: what belongs to no file belongs to the project file.
    span = finding.label.span
    found = region(span, report.sources)
    lines = {"begin": found.start.line, "end": found.end.line} if found else {"begin": 1}
    return {"path": span.path or _PROJECT_FILE, "lines": lines}
