"""What a finding stands on, in words: the customer, the timeline, the verdict, how to replay it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics.catalog import plural, translate
from crmspec.diagnostics.evidence import Verdict
from crmspec.diagnostics.format.timeline import LONGEST, table
from crmspec.diagnostics.format.words import say
from crmspec.diagnostics.model import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics.evidence import Evidence
    from crmspec.diagnostics.format.options import Options
    from crmspec.diagnostics.format.style import Style
    from crmspec.diagnostics.report import Report

VERDICTS = {
    Verdict.PROVED: text("proved for every customer"),
    Verdict.VIOLATED: text("replayed: this timeline can really happen"),
    Verdict.POSSIBLE: text("possible, but no timeline that shows it was found"),
    Verdict.UNDECIDED: text("undecided: the search stopped at its budget"),
}
_MOST_PROOFS = 5


def who(evidence: Evidence, lang: str) -> str:
    """Return what matters about the customer in one line, or nothing."""
    return ", ".join(say(fact, lang) for fact in evidence.who)


def verdict(evidence: Evidence, lang: str) -> str:
    """Return how sure it is, and under which behaviour."""
    words = translate(VERDICTS[evidence.verdict], lang)
    return say(
        text("{verdict} (profile: {profile})", verdict=words, profile=evidence.profile), lang
    )


def assumptions(evidence: Evidence, lang: str) -> Iterator[str]:
    """Yield what the verdict takes for granted."""
    for one in evidence.assumptions:
        yield say(text("assumes: {assumption}", assumption=one), lang)


def replay(evidence: Evidence, lang: str) -> str:
    """Return the command that shows the timeline again, or nothing."""
    if evidence.replay is None:
        return ""
    return say(
        text(
            "replay: `crmspec run --witness {name}`; keep: `crmspec check --save-witness tests`",
            name=evidence.replay,
        ),
        lang,
    )


def notes(evidence: Evidence, report: Report, options: Options, style: Style) -> Iterator[str]:
    """Yield the notes of the text format: each may have several lines."""
    lang = options.lang
    customer = who(evidence, lang)
    if customer:
        yield say(text("who: {facts}", facts=customer), lang)
    timeline = list(table(evidence.timeline, report.sources, lang, style, LONGEST))
    if timeline:
        yield "\n".join((_heading(evidence, lang), *(f"  {line}" for line in timeline)))
    yield say(text("proof: {verdict}", verdict=verdict(evidence, lang)), lang)
    yield from assumptions(evidence, lang)
    again = replay(evidence, lang)
    if again:
        yield again


def _heading(evidence: Evidence, lang: str) -> str:
    if evidence.timezone is None:
        return say(text("timeline:"), lang)
    return say(text("timeline ({timezone}):", timezone=evidence.timezone), lang)


def proofs(report: Report, lang: str, most: int = _MOST_PROOFS) -> Iterator[str]:
    """Yield what was proved of the whole project, the first few in words."""
    for proof in report.proofs[:most]:
        yield say(text("proved: {proof}", proof=proof), lang)
    more = len(report.proofs) - most
    if more > 0:
        yield plural("and {count} more proof", "and {count} more proofs", more, lang)
