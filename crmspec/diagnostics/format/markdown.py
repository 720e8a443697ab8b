"""Markdown for comments on pull requests and summaries of builds, kept below a size limit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics.catalog import plural
from crmspec.diagnostics.format import proof
from crmspec.diagnostics.format.excerpt import Excerpt
from crmspec.diagnostics.format.options import DEFAULT
from crmspec.diagnostics.format.style import Style
from crmspec.diagnostics.format.timeline import LONGEST, SIGNS, rows
from crmspec.diagnostics.format.words import by_urgency, level, lines_of, offer, say, tally
from crmspec.diagnostics.model import Severity, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmspec.diagnostics.evidence import Evidence, Line
    from crmspec.diagnostics.format.options import Options
    from crmspec.diagnostics.model import Diagnostic
    from crmspec.diagnostics.report import Report
    from crmspec.source import Source

MARKER = "<!-- crmspec -->"
_SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.INFO: "ℹ️"}
_CODE_SPAN = re.compile(r"(`[^`]+`)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}
_SPECIAL = frozenset("\\`*_{}[]()#|~!")
_RESERVE = 200


def render(report: Report, options: Options = DEFAULT) -> str:
    """Return the report as Markdown of at most `options.budget` characters.

    It begins with a marker by which a comment is found and updated. Findings that do not fit are
    counted at the end; errors and changed files come first.
    """
    head = f"{MARKER}\n### crmspec: {tally(report, options.lang)}\n"
    lines = [say(line, options.lang) for line in (*report.summary, *report.notes)]
    lines += proof.proofs(report, options.lang)
    head += "".join(f"\n{escape(line)}\n" for line in lines)
    return head + _body(report, options, options.budget - len(head) - _RESERVE)


def _body(report: Report, options: Options, room: int) -> str:
    blocks: list[str] = []
    for finding in by_urgency(report, options):
        block = "".join(f"{line}\n" for line in _finding(finding, report, options))
        room -= len(block)
        if room < 0:
            blocks.append(_omitted(len(report.findings) - len(blocks), options.lang))
            break
        blocks.append(block)
    return "".join(blocks)


def _finding(finding: Diagnostic, report: Report, options: Options) -> Iterator[str]:
    lang = options.lang
    code = f"`{finding.code.id}`"
    message = escape(say(finding.message, lang))
    yield ""
    yield f"{_SIGNS[finding.level]} **{level(finding.level, lang)}** {code}: {message}"
    yield from _excerpt(finding, report, options)
    notes = [*_notes(finding, lang)]
    yield from ("", *notes) if notes else ()
    if finding.evidence is not None:
        yield from _evidence(finding.evidence, report, lang)


def _notes(finding: Diagnostic, lang: str) -> Iterator[str]:
    for advice in finding.help:
        lines = [escape(line.strip()) for line in lines_of(advice, lang)]
        yield f"- {'<br>'.join(lines)}"
    for fix in finding.fixes:
        words = say(text("fix: {offer}", offer=offer(fix, finding.code.id, lang)), lang)
        yield f"- {escape(words)}"


def _evidence(evidence: Evidence, report: Report, lang: str) -> Iterator[str]:
    """Yield who it is about, and the timeline folded away."""
    customer = proof.who(evidence, lang)
    facts = [say(text("who: {facts}", facts=customer), lang)] if customer else []
    facts += [say(text("proof: {verdict}", verdict=proof.verdict(evidence, lang)), lang)]
    facts += proof.assumptions(evidence, lang)
    facts += filter(None, [proof.replay(evidence, lang)])
    yield from ("", *(f"- {escape(fact)}" for fact in facts))
    if evidence.timeline:
        title = escape(say(text("timeline"), lang))
        yield from ("", f"<details><summary>{title}</summary>", "")
        yield from timeline_table(evidence.timeline, report.sources, lang, LONGEST)
        yield from ("", "</details>")


def timeline_table(
    lines: Iterable[Line], sources: Mapping[str, Source], lang: str, most: int | None = None
) -> Iterator[str]:
    """Yield a timeline as a Markdown table, of at most so many lines."""
    heads = (text("day"), text("time"), text("what happens"), text("where"))
    yield f"| {' | '.join(escape(say(head, lang)) for head in heads)} |"
    yield "|---|---|---|---|"
    for row in rows(lines, sources, lang, most):
        where = f"`{row.where}`" if row.where else ""
        words = f"{SIGNS[row.kind]} {escape(row.words)}".strip()
        words = words.replace("\\|", "|").replace("|", "\\|")
        yield f"| {row.day} | {row.time} | {words} | {where} |"


def _excerpt(finding: Diagnostic, report: Report, options: Options) -> Iterator[str]:
    plain = Style(color=False)
    lines = list(Excerpt(finding, report, structs.replace(options, color=False), plain).lines())
    if not lines:
        return
    fence = _fence("\n".join(lines))
    yield ""
    yield f"{fence}text"
    yield from lines
    yield fence


def _fence(content: str) -> str:
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    return "`" * max(3, longest + 1)


def escape(words: str) -> str:
    """Return a sentence as Markdown: code spans stay, everything else is literal."""
    parts = _CODE_SPAN.split(words)
    return "".join(part if _CODE_SPAN.fullmatch(part) else _literal(part) for part in parts)


def _literal(words: str) -> str:
    return "".join(f"\\{char}" if char in _SPECIAL else _ENTITIES.get(char, char) for char in words)


def _omitted(count: int, lang: str) -> str:
    words = plural(
        "and {count} more finding that does not fit here",
        "and {count} more findings that do not fit here",
        count,
        lang,
    )
    return f"\n{words}\n"
