"""What becomes of raw findings in a project: ignores, levels, mandatory codes, the baseline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal

import msgspec

from crmspec.diagnostics.baseline import Baseline, Entry
from crmspec.diagnostics.codes import EXPIRED_IGNORE, MANDATORY_IGNORED, UNUSED_IGNORE
from crmspec.diagnostics.directive import Directive, matches, matches_any
from crmspec.diagnostics.fingerprint import fingerprints
from crmspec.diagnostics.model import Diagnostic, Edit, Fix, Label, Severity, text
from crmspec.diagnostics.report import order
from crmspec.diagnostics.severity import Settings, enabled, lowers
from crmspec.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_CODE_LIST = re.compile(r"\[[^\]]*\]")


class Suppressed(msgspec.Struct, frozen=True):
    """A finding that is not shown, what hides it, and the reason the author gave."""

    finding: Diagnostic
    by: Literal["ignore", "level", "baseline"]
    reason: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """The findings to show, those that are hidden, and baseline entries that match nothing."""

    kept: tuple[Diagnostic, ...]
    suppressed: tuple[Suppressed, ...]
    stale: tuple[Entry, ...]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides about findings.

    `skipped` are codes or families whose checks did not run, or not on everything, because an
    earlier phase failed: nothing is said about ignores and baseline entries that wait for them.
    """

    directives: tuple[Directive, ...]
    settings: Settings
    today: date
    sources: Mapping[str, Source]
    baseline: Baseline | None = None
    skipped: tuple[str, ...] = ()


def suppress(findings: Iterable[Diagnostic], policy: Policy) -> Verdict:
    """Apply ignores, then levels, then the baseline; add findings about the ignores themselves."""
    court = _Court(policy)
    judged = [court.judge(finding) for finding in order(findings)]
    own = [court.set_level(finding) for finding in court.complaints()]
    shown = order(result for result in [*judged, *own] if isinstance(result, Diagnostic))
    hidden = [result for result in [*judged, *own] if isinstance(result, Suppressed)]
    kept, known, stale = _apply_baseline(shown, policy)
    return Verdict(kept, (*hidden, *known), stale)


class _Court:
    """Judges findings one by one and remembers which ignores were of use."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._settings = policy.settings
        self._today = policy.today.isoformat()
        self._used: set[tuple[int, str]] = set()
        self._refused: dict[tuple[Span, str], Diagnostic] = {}
        self._by_path: dict[str, list[tuple[int, Directive]]] = {}
        for number, directive in enumerate(policy.directives):
            self._by_path.setdefault(directive.span.path, []).append((number, directive))

    def judge(self, finding: Diagnostic) -> Diagnostic | Suppressed:
        reason = self._ignored(finding)
        if reason is not None:
            return Suppressed(finding, "ignore", reason)
        return self.set_level(finding)

    def set_level(self, finding: Diagnostic) -> Diagnostic | Suppressed:
        code = finding.code.id
        rule = self._settings.override(code, finding.label.span.path)
        if rule is None or rule.level == finding.level:
            return finding
        if self._settings.is_mandatory(code) and lowers(rule.level, finding.level):
            self._refuse(code, rule.span)
            return finding
        if rule.level == "off":
            return Suppressed(finding, "level")
        return msgspec.structs.replace(finding, severity=Severity(rule.level))

    def _ignored(self, finding: Diagnostic) -> str | None:
        """Return the reason of the first ignore that holds for the finding."""
        place, code = finding.label.span, finding.code.id
        reasons: list[str] = []
        for number, directive in self._by_path.get(place.path, ()):
            if not directive.covers(place) or not matches_any(directive.codes, code):
                continue
            self._used.update((number, one) for one in directive.codes if matches(one, code))
            if self._settings.is_mandatory(code):
                self._refuse(code, directive.span)
            elif not self._expired(directive):
                reasons.append(directive.reason)
        return reasons[0] if reasons else None

    def _expired(self, directive: Directive) -> bool:
        return directive.until is not None and directive.until < self._today

    def _refuse(self, code: str, span: Span | None) -> None:
        if span is None:
            return
        self._refused[span, code] = Diagnostic(
            code=MANDATORY_IGNORED,
            message=text("`{code}` is mandatory here and cannot be silenced", code=code),
            label=Label(span),
            help=(
                text("correct what `{code}` reports", code=code),
                text("`diagnostics.mandatory` in the project file makes codes mandatory"),
            ),
        )

    def complaints(self) -> Iterator[Diagnostic]:
        """Yield findings about ignores; complete only after every finding has been judged."""
        yield from self._refused.values()
        for number, directive in enumerate(self._policy.directives):
            if self._expired(directive):
                yield _expired(directive, self._policy.sources)
                continue
            unused = [code for code in directive.codes if self._unused(number, code)]
            if unused:
                yield _unused(directive, unused, self._policy.sources)

    def _unused(self, number: int, code: str) -> bool:
        if (number, code) in self._used or _overlaps(code, self._policy.skipped):
            return False
        return enabled(code, self._settings)


def _overlaps(code: str, patterns: tuple[str, ...]) -> bool:
    return any(matches(one, code) or matches(code, one) for one in patterns)


def _expired(directive: Directive, sources: Mapping[str, Source]) -> Diagnostic:
    codes = ", ".join(directive.codes)
    return Diagnostic(
        code=EXPIRED_IGNORE,
        message=text(
            "the ignore of {codes} ended on {date}", codes=codes, date=directive.until or ""
        ),
        label=Label(directive.span),
        help=(text("correct what it ignored, or set a later date if the reason still holds"),),
        fixes=_removal(directive, list(directive.codes), sources),
    )


def _unused(directive: Directive, unused: list[str], sources: Mapping[str, Source]) -> Diagnostic:
    return Diagnostic(
        code=UNUSED_IGNORE,
        message=text("there is no finding of {codes} here to ignore", codes=", ".join(unused)),
        label=Label(directive.span),
        help=(text("remove it, so that it does not hide a finding of tomorrow"),),
        fixes=_removal(directive, unused, sources),
    )


def _removal(
    directive: Directive, codes: list[str], sources: Mapping[str, Source]
) -> tuple[Fix, ...]:
    source = sources.get(directive.span.path)
    if source is None:
        return ()
    left = [code for code in directive.codes if code not in codes]
    if not left:
        title = text("remove the ignore")
        return (Fix(title, (Edit(_with_blanks(directive.span, source), ""),)),)
    span = directive.span
    found = _CODE_LIST.search(source.text, span.start, span.end)
    if found is None:
        return ()
    title = text("remove {codes} from the ignore", codes=", ".join(codes))
    edit = Edit(Span(span.path, *found.span()), f"[{', '.join(left)}]")
    return (Fix(title, (edit,)),)


def _with_blanks(comment: Span, source: Source) -> Span:
    """Return the comment with the blanks before it, or its line if nothing else is on it."""
    content = source.text
    start = len(content[: comment.start].rstrip(" \t"))
    alone = start == 0 or content[start - 1] == "\n"
    end = comment.end
    if alone:
        end = content.find("\n", comment.end) + 1 or len(content)
    return Span(comment.path, start, end)


def _apply_baseline(
    findings: tuple[Diagnostic, ...], policy: Policy
) -> tuple[tuple[Diagnostic, ...], list[Suppressed], tuple[Entry, ...]]:
    if policy.baseline is None:
        return findings, [], ()
    entries = {entry.fingerprint: entry for entry in policy.baseline.findings}
    kept: list[Diagnostic] = []
    known: list[Suppressed] = []
    for finding, name in zip(findings, fingerprints(findings, policy.sources), strict=True):
        if entries.pop(name, None) is None or policy.settings.is_mandatory(finding.code.id):
            kept.append(finding)
        else:
            known.append(Suppressed(finding, "baseline"))
    stale = (entry for entry in entries.values() if not _overlaps(entry.code, policy.skipped))
    return tuple(kept), known, tuple(stale)
