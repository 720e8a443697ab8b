"""SARIF 2.1.0, which code hosts turn into alerts that follow a finding through the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec import __version__
from crmspec.diagnostics.catalog import language, translate
from crmspec.diagnostics.fingerprint import fingerprints
from crmspec.diagnostics.format.json import dump
from crmspec.diagnostics.format.location import region
from crmspec.diagnostics.format.options import DEFAULT
from crmspec.diagnostics.format.proof import who
from crmspec.diagnostics.format.timeline import SIGNS, day
from crmspec.diagnostics.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crmspec.diagnostics.evidence import Evidence, Line
    from crmspec.diagnostics.format.options import Options
    from crmspec.diagnostics.model import Code, Diagnostic, Edit, Fix, Label
    from crmspec.diagnostics.report import Report
    from crmspec.source import Source, Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, options: Options = DEFAULT) -> str:
    """Return the report as a SARIF log with one run; columns count code points."""
    rules = _codes(report.findings)
    writer = _Writer(report.sources, options, {code.id: at for at, code in enumerate(rules)})
    names = fingerprints(report.findings, report.sources)
    driver = {
        "name": "crmspec",
        "semanticVersion": __version__,
        "rules": [_rule(code, options) for code in rules],
    }
    run = {
        "tool": {"driver": driver},
        "language": language(options.lang),
        "columnKind": "unicodeCodePoints",
        "results": [
            writer.result(finding, name)
            for finding, name in zip(report.findings, names, strict=True)
        ],
    }
    return dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _codes(findings: Iterable[Diagnostic]) -> list[Code]:
    found = {finding.code.id: finding.code for finding in findings}
    return [found[name] for name in sorted(found)]


def _rule(code: Code, options: Options) -> dict[str, object]:
    title = translate(code.title, options.lang)
    page = options.page(code.id)
    return {
        "id": code.id,
        "name": "".join(part.capitalize() for part in code.slug.split("-")),
        "shortDescription": {"text": title},
        "help": {"text": f"{title}: {page}", "markdown": f"{title}: [{code.id}]({page})"},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }


class _Writer:
    def __init__(
        self, sources: Mapping[str, Source], options: Options, indices: dict[str, int]
    ) -> None:
        self._sources = sources
        self._options = options
        self._indices = indices

    def result(self, finding: Diagnostic, name: str) -> dict[str, object]:
        place = self._location(finding.label)
        return {
            "ruleId": finding.code.id,
            "ruleIndex": self._indices[finding.code.id],
            "level": _LEVELS[finding.level],
            "message": {"text": self._message(finding)},
            "locations": [place] if place else [],
            "relatedLocations": [
                {"id": number, **found}
                for number, label in enumerate(finding.related, 1)
                if (found := self._location(label))
            ],
            "partialFingerprints": {"crmspec/v1": name},
            "fixes": [self._fix(fix) for fix in finding.fixes if fix.edits],
            **self._evidence(finding.evidence),
        }

    def _evidence(self, evidence: Evidence | None) -> dict[str, object]:
        """Return the timeline as a code flow, which viewers step through."""
        if evidence is None:
            return {}
        properties = {
            "verdict": evidence.verdict.value,
            "profile": evidence.profile,
            "chains": list(evidence.chains),
            "replay": evidence.replay,
        }
        if not evidence.timeline:
            return {"properties": properties}
        steps = [self._step(line, at) for at, line in enumerate(evidence.timeline, 1)]
        flow = {
            "message": {"text": who(evidence, self._options.lang)},
            "threadFlows": [{"locations": steps}],
        }
        return {"codeFlows": [flow], "properties": properties}

    def _step(self, line: Line, order: int) -> dict[str, object]:
        lang = self._options.lang
        words = f"{day(line.at, lang)} {line.at[11:16]} {SIGNS[line.kind]} "
        place: dict[str, object] = {"message": {"text": words + translate(line.text, lang)}}
        if line.span is not None and line.span.path:
            place["physicalLocation"] = self._physical(line.span)
        importance = "essential" if line.counted else "important"
        return {"location": place, "executionOrder": order, "importance": importance}

    def _message(self, finding: Diagnostic) -> str:
        lines = [finding.message, *finding.help]
        return "\n".join(translate(line, self._options.lang) for line in lines)

    def _location(self, label: Label) -> dict[str, object]:
        if not label.span.path:
            return {}
        place: dict[str, object] = {"physicalLocation": self._physical(label.span)}
        if label.text is not None:
            place["message"] = {"text": translate(label.text, self._options.lang)}
        return place

    def _physical(self, span: Span) -> dict[str, object]:
        place: dict[str, object] = {"artifactLocation": _artifact(span.path)}
        if span.path in self._sources:
            place["region"] = self._region(span)
        return place

    def _region(self, span: Span) -> dict[str, object]:
        found = region(span, self._sources)
        if found is None:
            return {"charOffset": span.start, "charLength": span.end - span.start}
        return {
            "startLine": found.start.line,
            "startColumn": found.start.column,
            "endLine": found.end.line,
            "endColumn": found.end.column,
        }

    def _fix(self, fix: Fix) -> dict[str, object]:
        by_path: dict[str, list[Edit]] = {}
        for edit in fix.edits:
            by_path.setdefault(edit.span.path, []).append(edit)
        return {
            "description": {"text": translate(fix.title, self._options.lang)},
            "artifactChanges": [
                {
                    "artifactLocation": _artifact(path),
                    "replacements": [self._replacement(edit) for edit in edits],
                }
                for path, edits in by_path.items()
            ],
        }

    def _replacement(self, edit: Edit) -> dict[str, object]:
        return {
            "deletedRegion": self._region(edit.span),
            "insertedContent": {"text": edit.replacement},
        }


def _artifact(path: str) -> dict[str, object]:
    from urllib.parse import quote

    return {"uri": quote(path.encode("utf-8", "replace"))}
