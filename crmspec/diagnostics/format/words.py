"""The fixed words of reports: levels, counts and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics.catalog import plural, translate
from crmspec.diagnostics.format.width import printable
from crmspec.diagnostics.model import Safety, Severity, text

if TYPE_CHECKING:
    from crmspec.diagnostics.format.options import Options
    from crmspec.diagnostics.model import Diagnostic, Fix, Text
    from crmspec.diagnostics.report import Report

LEVELS = {
    Severity.ERROR: text("error"),
    Severity.WARNING: text("warning"),
    Severity.INFO: text("info"),
}


def level(severity: Severity, lang: str) -> str:
    """Return the word for a severity."""
    return translate(LEVELS[severity], lang)


def say(sentence: Text | None, lang: str) -> str:
    """Return the sentence on one line, or nothing."""
    return printable(translate(sentence, lang)) if sentence is not None else ""


def lines_of(sentence: Text, lang: str) -> list[str]:
    """Return the sentence by its lines; most have one."""
    return [printable(line) for line in translate(sentence, lang).split("\n")]


def tally(report: Report, lang: str) -> str:
    """Return how many findings of each level there are: `2 errors, 1 warning`."""
    counts = {severity: report.count(severity) for severity in Severity}
    parts = [_count(severity, number, lang) for severity, number in counts.items() if number]
    parts = parts or [translate(text("no findings"), lang)]
    if report.hidden:
        parts.append(_hidden(report.hidden, lang))
    return ", ".join(parts)


def _hidden(number: int, lang: str) -> str:
    return plural("{count} hidden by the baseline", "{count} hidden by the baseline", number, lang)


def _count(severity: Severity, number: int, lang: str) -> str:
    if severity is Severity.ERROR:
        return plural("{count} error", "{count} errors", number, lang)
    if severity is Severity.WARNING:
        return plural("{count} warning", "{count} warnings", number, lang)
    return plural("{count} remark", "{count} remarks", number, lang)


def offer(fix: Fix, code: str, lang: str) -> str:
    """Return the title of a fix and the command that applies it."""
    if fix.safety is Safety.SAFE:
        sentence = text("{title} (`crmspec fix {code}`)", title=fix.title, code=code)
    else:
        sentence = text(
            "{title} (changes the meaning: `crmspec fix --unsafe {code}`)",
            title=fix.title,
            code=code,
        )
    return say(sentence, lang)


def by_urgency(report: Report, options: Options) -> list[Diagnostic]:
    """Return the findings with those in changed files first, then by level, harm and place."""
    levels = list(Severity)

    def urgency(finding: Diagnostic) -> tuple[bool, int, list[float]]:
        harm = finding.evidence.harm if finding.evidence is not None else ()
        changed = finding.label.span.path in options.changed
        return not changed, levels.index(finding.level), [-part for part in harm] or [0.0]

    return sorted(report.findings, key=urgency)


def place(finding: Diagnostic, report: Report) -> str:
    """Return `path:line:column` of a finding, as far as it is known."""
    span = finding.label.span
    source = report.sources.get(span.path)
    if source is None:
        return printable(span.path)
    line, column = source.position(span.start)
    return f"{printable(span.path)}:{line}:{column}"
