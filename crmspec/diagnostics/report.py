"""A report: the findings of one run in a stable order, with the sources they speak of."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from crmspec.diagnostics.layout import laid_out
from crmspec.diagnostics.model import Diagnostic, Severity, Text
from crmspec.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.source import Span

Rank: TypeAlias = "tuple[str, int, str, int]"


class Report(msgspec.Struct, frozen=True):
    """Findings by place, `summary` lines to print before them and `notes` to print after them.

    `hidden` counts the findings that the baseline keeps out; they are told of, not shown. `proofs`
    say what was proved of the whole project. Build it with `Report.of`, which sorts the findings
    and drops repeated ones.
    """

    findings: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]
    summary: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    hidden: int = 0
    proofs: tuple[Text, ...] = ()

    @classmethod
    def of(
        cls,
        findings: Iterable[Diagnostic],
        sources: Mapping[str, Source],
        summary: Iterable[Text] = (),
        notes: Iterable[Text] = (),
        hidden: int = 0,
    ) -> Report:
        """Return the report of `findings`, ordered and without duplicates."""
        written = (laid_out(finding, sources) for finding in findings)
        return cls(order(written), sources, tuple(summary), tuple(notes), hidden)

    def count(self, severity: Severity) -> int:
        """Return the number of findings of one severity."""
        return sum(finding.level is severity for finding in self.findings)

    @property
    def failed(self) -> bool:
        """Tell whether there is an error, which makes `crmspec check` exit with 1."""
        return any(finding.level is Severity.ERROR for finding in self.findings)

    def text_at(self, span: Span) -> str:
        """Return what stands in the source at `span`, or nothing if the source is not there."""
        source = self.sources.get(span.path)
        return source.text[span.start : span.end] if source else ""


def order(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the findings by path, offset and code; equal ones appear once."""
    ranked = sorted(((_rank(finding), finding) for finding in findings), key=_first)
    kept: list[Diagnostic] = []
    for _, pairs in groupby(ranked, _first):
        alike = [finding for _, finding in pairs]
        kept += alike if len(alike) == 1 else _distinct(alike)
    return tuple(kept)


def _distinct(alike: list[Diagnostic]) -> list[Diagnostic]:
    """Return the findings of one code at one place by their sentences; equal ones appear once."""
    found: dict[str, list[Diagnostic]] = {}
    for finding in alike:
        twins = found.setdefault(finding.message.english(), [])
        if finding not in twins:
            twins.append(finding)
    return [one for sentence in sorted(found) for one in found[sentence]]


def _rank(finding: Diagnostic) -> Rank:
    span = finding.label.span
    return span.path, span.start, finding.code.id, span.end


def _first(pair: tuple[Rank, Diagnostic]) -> Rank:
    return pair[0]
