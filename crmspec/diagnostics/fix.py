"""Apply fixes to sources: a fix is applied whole or not at all."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from crmspec.diagnostics.directive import matches_any
from crmspec.diagnostics.layout import laid_out
from crmspec.diagnostics.model import Diagnostic, Fix, Safety
from crmspec.diagnostics.report import order
from crmspec.source import Source, with_breaks_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from crmspec.diagnostics.model import Edit

Check: TypeAlias = "Callable[[Mapping[str, Source]], Iterable[Diagnostic]]"
Why: TypeAlias = Literal["overlaps", "unsafe", "invalid"]
Change: TypeAlias = tuple[int, int, str]

_ROUNDS = 10


class Choice(msgspec.Struct, frozen=True):
    """Which fixes are wanted: only safe ones unless `unsafe`, of some codes or of all."""

    unsafe: bool = False
    codes: tuple[str, ...] = ()


class Applied(msgspec.Struct, frozen=True):
    """A fix that was made, and the finding it was for."""

    finding: Diagnostic
    fix: Fix


class Skipped(msgspec.Struct, frozen=True):
    """A fix that was not made: it touches another one, needs consent, or does not fit the text."""

    finding: Diagnostic
    fix: Fix
    why: Why


class Outcome(msgspec.Struct, frozen=True):
    """The new texts of the files that changed, and what became of each fix."""

    texts: dict[str, str]
    applied: tuple[Applied, ...]
    skipped: tuple[Skipped, ...]


def apply(
    findings: Iterable[Diagnostic], sources: Mapping[str, Source], choice: Choice | None = None
) -> Outcome:
    """Apply to the sources the first permitted fix of each finding, in the order of the report."""
    choice = choice or Choice()
    ledger = _Ledger(sources)
    applied: list[Applied] = []
    skipped: list[Skipped] = []
    for finding in order(laid_out(one, sources) for one in findings):
        if not finding.fixes or not _wanted(finding, choice):
            continue
        fix = _permitted(finding, choice)
        why: Why | None = ledger.enter(fix) if fix is not None else "unsafe"
        if fix is None or why is not None:
            skipped.append(Skipped(finding, fix or finding.fixes[0], why or "unsafe"))
        else:
            applied.append(Applied(finding, fix))
    return Outcome(ledger.texts(), tuple(applied), tuple(skipped))


def repair(check: Check, sources: Mapping[str, Source], choice: Choice | None = None) -> Outcome:
    """Check and apply until nothing more can be applied; overlapping fixes get their turn.

    `texts` of the result holds every file that changed, `skipped` what the last round left.
    """
    current = dict(sources)
    applied: list[Applied] = []
    outcome = Outcome({}, (), ())
    for _ in range(_ROUNDS):
        outcome = apply(check(current), current, choice)
        applied.extend(outcome.applied)
        if not outcome.texts:
            break
        current |= {path: Source(path, content) for path, content in outcome.texts.items()}
    changed = {path: current[path].text for path in sources if _differs(path, sources, current)}
    return Outcome(changed, tuple(applied), outcome.skipped)


def _differs(path: str, old: Mapping[str, Source], new: Mapping[str, Source]) -> bool:
    return old[path].text != new[path].text


def _wanted(finding: Diagnostic, choice: Choice) -> bool:
    return not choice.codes or matches_any(choice.codes, finding.code.id)


def _permitted(finding: Diagnostic, choice: Choice) -> Fix | None:
    for fix in finding.fixes:
        if choice.unsafe or fix.safety is Safety.SAFE:
            return fix
    return None


class _Ledger:
    """The edits accepted so far, sorted within each file and never touching one another."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._changes: dict[str, list[Change]] = {}
        self._entered: set[tuple[Edit, ...]] = set()

    def enter(self, fix: Fix) -> Why | None:
        """Accept all edits of a fix, or none and say why; the same fix twice is accepted once."""
        if fix.edits in self._entered:
            return None
        if not fix.edits or not all(self._fits(edit) for edit in fix.edits):
            return "invalid"
        done: list[Edit] = []
        for edit in fix.edits:
            if not self._insert(edit):
                self._withdraw(done)
                return "overlaps"
            done.append(edit)
        self._entered.add(fix.edits)
        return None

    def _fits(self, edit: Edit) -> bool:
        source = self._sources.get(edit.span.path)
        return source is not None and 0 <= edit.span.start <= edit.span.end <= len(source.text)

    def _insert(self, edit: Edit) -> bool:
        changes = self._changes.setdefault(edit.span.path, [])
        change = _change(edit)
        at = bisect_left(changes, change)
        near = changes[max(0, at - 1) : at + 1]
        if any(_conflict(change, other) for other in near):
            return False
        insort(changes, change)
        return True

    def _withdraw(self, edits: list[Edit]) -> None:
        for edit in edits:
            self._changes[edit.span.path].remove(_change(edit))

    def texts(self) -> dict[str, str]:
        """Return the new text of each file that differs."""
        found: dict[str, str] = {}
        for path, changes in self._changes.items():
            old = self._sources[path].text
            new = _rewrite(old, changes)
            if new != old:
                found[path] = new
        return found


def _change(edit: Edit) -> Change:
    return edit.span.start, edit.span.end, edit.replacement


def _conflict(one: Change, other: Change) -> bool:
    """Tell whether the order of two changes would matter, as it does where an insertion touches."""
    if one[0] == one[1] or other[0] == other[1]:
        return one[0] <= other[1] and other[0] <= one[1]
    return one[0] < other[1] and other[0] < one[1]


def _rewrite(old: str, changes: list[Change]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, replacement in changes:
        pieces += (old[at:start], with_breaks_of(old, replacement))
        at = end
    pieces.append(old[at:])
    return "".join(pieces)
