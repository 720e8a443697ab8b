"""The format for programs: versioned JSON, described by `schemas/diagnostics.schema.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec import __version__
from crmspec.diagnostics.catalog import language, translate
from crmspec.diagnostics.fingerprint import fingerprints
from crmspec.diagnostics.format.location import region
from crmspec.diagnostics.format.options import DEFAULT
from crmspec.diagnostics.model import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.diagnostics.evidence import Evidence, Line
    from crmspec.diagnostics.format.options import Options
    from crmspec.diagnostics.model import Diagnostic, Edit, Fix, Label
    from crmspec.diagnostics.report import Report
    from crmspec.source import Position, Source, Span

VERSION = 1


def render(report: Report, options: Options = DEFAULT) -> str:
    """Return the report as indented JSON."""
    names = fingerprints(report.findings, report.sources)
    writer = Writer(report.sources, options)
    document = {
        "version": VERSION,
        "tool": {"name": "crmspec", "version": __version__},
        "lang": language(options.lang),
        "counts": {level.value: report.count(level) for level in Severity},
        "findings": [
            writer.finding(finding, name)
            for finding, name in zip(report.findings, names, strict=True)
        ],
        "summary": [translate(line, options.lang) for line in report.summary],
        "notes": [translate(line, options.lang) for line in report.notes],
        "proofs": [translate(line, options.lang) for line in report.proofs],
    }
    return dump(document)


def dump(document: object) -> str:
    """Return indented JSON with a line break at its end; lone surrogates become `?`."""
    encoded = msgspec.json.encode(_clean(document))
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _clean(value: object) -> object:
    # A file may hold what UTF-8 cannot: an escaped lone surrogate in a quoted scalar.
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


class Writer:
    """Turns the parts of a report into plain data."""

    def __init__(self, sources: Mapping[str, Source], options: Options) -> None:
        self._sources = sources
        self._options = options

    def finding(self, finding: Diagnostic, name: str) -> dict[str, object]:
        """Return a finding with its fingerprint."""
        lang = self._options.lang
        return {
            "code": finding.code.id,
            "slug": finding.code.slug,
            "severity": finding.level.value,
            "message": translate(finding.message, lang),
            "label": self._label(finding.label),
            "related": [self._label(label) for label in finding.related],
            "help": [translate(advice, lang) for advice in finding.help],
            "fixes": [self._fix(fix) for fix in finding.fixes],
            "fingerprint": name,
            "page": self._options.page(finding.code.id),
            "evidence": self.evidence(finding.evidence) if finding.evidence else None,
        }

    def evidence(self, evidence: Evidence) -> dict[str, object]:
        """Return what a finding or an answer stands on."""
        lang = self._options.lang
        customers, excess, cost = evidence.harm
        return {
            "verdict": evidence.verdict.value,
            "profile": evidence.profile,
            "timezone": evidence.timezone,
            "who": [translate(fact, lang) for fact in evidence.who],
            "timeline": [self.line(line) for line in evidence.timeline],
            "assumptions": [translate(one, lang) for one in evidence.assumptions],
            "chains": list(evidence.chains),
            "replay": evidence.replay,
            "test": evidence.test,
            "harm": {"customers": customers, "excess": excess, "cost": cost},
        }

    def line(self, line: Line) -> dict[str, object]:
        """Return a line of a timeline."""
        return {
            "at": line.at,
            "kind": line.kind,
            "text": translate(line.text, self._options.lang),
            "counted": line.counted,
            "place": self.place(line.span) if line.span is not None and line.span.path else None,
        }

    def _label(self, label: Label) -> dict[str, object]:
        words = translate(label.text, self._options.lang) if label.text is not None else None
        return {**self.place(label.span), "text": words}

    def _fix(self, fix: Fix) -> dict[str, object]:
        return {
            "title": translate(fix.title, self._options.lang),
            "safety": fix.safety.value,
            "edits": [self._edit(edit) for edit in fix.edits],
        }

    def _edit(self, edit: Edit) -> dict[str, object]:
        return {**self.place(edit.span), "replacement": edit.replacement}

    def place(self, span: Span) -> dict[str, object]:
        """Return where something is written."""
        found = region(span, self._sources)
        return {
            "path": span.path,
            "start": _point(span.start, found.start) if found else None,
            "end": _point(span.end, found.end) if found else None,
        }


def _point(offset: int, position: Position) -> dict[str, object]:
    return {"offset": offset, "line": position.line, "column": position.column}
