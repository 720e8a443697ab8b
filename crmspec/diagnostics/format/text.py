"""The format for people: what is wrong, the place in the source, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics.format import proof
from crmspec.diagnostics.format.excerpt import Excerpt
from crmspec.diagnostics.format.options import DEFAULT
from crmspec.diagnostics.format.style import LEVELS, Role, Style
from crmspec.diagnostics.format.words import level, lines_of, offer, say, tally
from crmspec.diagnostics.model import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics.format.options import Options
    from crmspec.diagnostics.model import Diagnostic
    from crmspec.diagnostics.report import Report


def render(report: Report, options: Options = DEFAULT) -> str:
    """Return the report as text for a terminal; it ends with a line of counts."""
    style = Style(color=options.color)
    return "".join(f"{line}\n" for line in _lines(report, options, style))


def describe(finding: Diagnostic, report: Report, options: Options = DEFAULT) -> str:
    """Return one finding as the text format shows it."""
    style = Style(color=options.color)
    return "".join(f"{line}\n" for line in _finding(finding, report, options, style))


def _lines(report: Report, options: Options, style: Style) -> Iterator[str]:
    if report.summary:
        yield from (say(line, options.lang) for line in report.summary)
        yield ""
    for finding in report.findings:
        yield from _finding(finding, report, options, style)
        yield ""
    yield from (say(line, options.lang) for line in report.notes)
    yield from proof.proofs(report, options.lang)
    yield style.paint(_mood(report), tally(report, options.lang))


def _mood(report: Report) -> Role:
    levels = {finding.level for finding in report.findings}
    return next((role for severity, role in LEVELS.items() if severity in levels), Role.STRONG)


def _finding(finding: Diagnostic, report: Report, options: Options, style: Style) -> Iterator[str]:
    lang = options.lang
    head = f"{level(finding.level, lang)}[{finding.code.id}]"
    message = say(finding.message, lang)
    yield f"{style.paint(LEVELS[finding.level], head)}{style.paint(Role.STRONG, f': {message}')}"
    excerpt = Excerpt(finding, report, options, style)
    yield from excerpt.lines()
    if finding.label.span.path in report.sources:
        yield excerpt.bar()
    for words in _notes(finding, report, options, style):
        yield from excerpt.note(words)


def _notes(finding: Diagnostic, report: Report, options: Options, style: Style) -> Iterator[str]:
    lang = options.lang
    if finding.evidence is not None:
        yield from proof.notes(finding.evidence, report, options, style)
    for advice in finding.help:
        yield "\n".join(lines_of(text("help: {advice}", advice=advice), lang))
    for fix in finding.fixes:
        yield say(text("fix: {offer}", offer=offer(fix, finding.code.id, lang)), lang)
    yield say(text("see: `crmspec explain {code}`", code=finding.code.id), lang)
