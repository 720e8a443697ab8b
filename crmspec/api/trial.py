"""`test`: run the journey tests of a project and say what is not as expected."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmspec.api.check import check_workspace
from crmspec.api.examine import READ_ONLY, behaviour_of
from crmspec.api.simulate import BrokenInputError
from crmspec.api.workspace import load
from crmspec.diagnostics import Text, text
from crmspec.semantics.journey import judge, scenario
from crmspec.semantics.machine import run
from crmspec.semantics.timeline import REASONS, lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from crmspec.diagnostics.evidence import Line
    from crmspec.ir import Program
    from crmspec.ir.trial import Test
    from crmspec.semantics.journey import Difference
    from crmspec.semantics.trace import Trace
    from crmspec.source import Source, Span


@dataclass(frozen=True)
class Failure:
    """Something that is not as expected, and where the test says so."""

    text: Text
    span: Span


@dataclass(frozen=True)
class Outcome:
    """A test that was run: it passed if there is no failure."""

    test: Test
    failures: tuple[Failure, ...]
    timeline: tuple[Line, ...]
    trace: Trace
    profile: str
    seconds: float

    @property
    def passed(self) -> bool:
        """Say whether everything was as expected."""
        return not self.failures


@dataclass(frozen=True)
class Trials:
    """All tests that were run, and the sources they stand in."""

    outcomes: tuple[Outcome, ...]
    sources: Mapping[str, Source]

    @property
    def failed(self) -> int:
        """Return how many tests failed."""
        return sum(not outcome.passed for outcome in self.outcomes)


def run_tests(
    paths: Iterable[Path] = (), word: str | None = None, profile: str | None = None
) -> Trials:
    """Run the journey tests in the paths, or all; with `word` those whose id or title has it.

    `profile` replaces the profile of every test.

    Raises:
        BrokenInputError: the project has errors.
        UnknownProfileError: there is no such profile.
        FileNotFoundError: a path does not exist.
        NothingToReadError: there is no project.
    """
    workspace = load(paths)
    result = check_workspace(workspace, wanted=READ_ONLY, everywhere=False)
    if result.failed or result.lost:
        raise BrokenInputError(result.report)
    chosen = [
        test
        for test in result.program.tests.values()
        if _inside(test, workspace.focus) and _named(test, word)
    ]
    outcomes = tuple(_run(result.program, test, profile) for test in chosen)
    return Trials(outcomes, result.report.sources)


def _inside(test: Test, focus: tuple[str, ...]) -> bool:
    path = test.place.name.path
    return not focus or any(path == one or path.startswith(f"{one}/") for one in focus)


def _named(test: Test, word: str | None) -> bool:
    return word is None or any(
        word.casefold() in name.casefold() for name in (test.id, test.title or "")
    )


def _run(program: Program, test: Test, profile: str | None) -> Outcome:
    chosen = profile or (test.profile.id if test.profile is not None else None)
    behaviour = behaviour_of(program, chosen)
    started = time.perf_counter()
    trace = run(program, scenario(program, test), behaviour)
    failures = tuple(_failures(test, trace))
    seconds = time.perf_counter() - started
    return Outcome(test, failures, lines(trace), trace, behaviour.name, seconds)


def _failures(test: Test, trace: Trace) -> Iterator[Failure]:
    for difference in judge(test, trace):
        node = difference.node
        span = test.place.name if node is None else node.place.span
        if difference.kind == "unexpected":
            span = test.expect.place.name
        yield Failure(_told(difference), span)


_TOLD: dict[str, Text] = {
    "missing": text("`{subject}` is expected and is not sent"),
    "time": text("`{subject}` is expected at {expected} and is sent at {found}"),
    "order": text("`{subject}` is sent before what must come first"),
    "unexpected": text("`{subject}` is sent and is not expected"),
    "sent": text("`{subject}` must not be sent and is"),
    "not_left": text("`{subject}` must be left and is not"),
    "reason": text("`{subject}` is left because of `{found}`, not of `{expected}`"),
}


def _told(one: Difference) -> Text:
    """Return a difference in words."""
    if one.kind == "not_suppressed":
        return _not_suppressed(one)
    shown = {"expected": one.expected or "", "found": one.found or ""}
    if one.kind == "time":
        shown = {key: value.replace("T", " ") for key, value in shown.items()}
    return Text(_TOLD[one.kind].template, {"subject": one.subject, **shown})


def _not_suppressed(one: Difference) -> Text:
    if one.found is None:
        return text("`{subject}` never comes up, so nothing holds it back", subject=one.subject)
    why = REASONS.get(one.found, one.found)
    return text(
        "`{subject}` is held back for another reason: {found}, not `{expected}`",
        subject=one.subject,
        expected=one.expected or "",
        found=why,
    )
