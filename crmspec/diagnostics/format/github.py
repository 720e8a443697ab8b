"""GitHub workflow commands: annotations on the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics.catalog import plural
from crmspec.diagnostics.format import proof
from crmspec.diagnostics.format.location import region
from crmspec.diagnostics.format.options import DEFAULT
from crmspec.diagnostics.format.style import Style
from crmspec.diagnostics.format.words import by_urgency, level, lines_of, place, say, tally
from crmspec.diagnostics.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics.format.options import Options
    from crmspec.diagnostics.model import Diagnostic
    from crmspec.diagnostics.report import Report

SHOWN = 10
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, options: Options = DEFAULT) -> str:
    """Return one command per finding, those in changed files first.

    GitHub shows only the first ten of each level in a step, so the others are plain lines of the
    log below a line that says how many they are.
    """
    return "".join(f"{line}\n" for line in _lines(report, options))


def _lines(report: Report, options: Options) -> Iterator[str]:
    shown, held_back = _divide(report, options)
    for finding in shown:
        yield _command(finding, report, options)
    if held_back:
        yield _held_back(len(held_back), options.lang)
        for finding in held_back:
            yield _log_line(finding, report, options)
    yield from (_safe(say(line, options.lang)) for line in report.notes)
    yield from (_safe(line) for line in proof.proofs(report, options.lang))
    yield tally(report, options.lang)


def _divide(report: Report, options: Options) -> tuple[list[Diagnostic], list[Diagnostic]]:
    room = dict.fromkeys(Severity, SHOWN)
    shown: list[Diagnostic] = []
    held_back: list[Diagnostic] = []
    for finding in by_urgency(report, options):
        room[finding.level] -= 1
        (shown if room[finding.level] >= 0 else held_back).append(finding)
    return shown, held_back


def _command(finding: Diagnostic, report: Report, options: Options) -> str:
    properties = {**_place(finding, report), "title": f"{finding.code.id} {finding.code.slug}"}
    fields = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    sentences = [finding.message, *finding.help]
    lines = [line for one in sentences for line in lines_of(one, options.lang)]
    if finding.evidence is not None:
        plain = Style(color=False)
        for note in proof.notes(finding.evidence, report, options, plain):
            lines.extend(note.split("\n"))
    words = "\n".join(lines)
    return f"::{_COMMANDS[finding.level]} {fields}::{_data(words)}"


def _place(finding: Diagnostic, report: Report) -> dict[str, str]:
    span = finding.label.span
    if not span.path:
        return {}
    found = region(span, report.sources)
    if found is None:
        return {"file": span.path}
    lines = {"line": str(found.start.line), "endLine": str(found.end.line)}
    if found.start.line == found.end.line:
        # GitHub drops an annotation whose columns belong to different lines.
        lines |= {"col": str(found.start.column), "endColumn": str(found.end.column)}
    return {"file": span.path, **lines}


def _held_back(count: int, lang: str) -> str:
    return plural(
        "{count} more finding, held back because GitHub shows only ten of each level:",
        "{count} more findings, held back because GitHub shows only ten of each level:",
        count,
        lang,
    )


def _log_line(finding: Diagnostic, report: Report, options: Options) -> str:
    head = f"{level(finding.level, options.lang)}[{finding.code.id}]"
    return _safe(f"{place(finding, report)}: {head}: {say(finding.message, options.lang)}")


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


def _safe(line: str) -> str:
    # A log line that begins with `::` would itself be taken for a command.
    return f" {line}" if line.startswith("::") else line
