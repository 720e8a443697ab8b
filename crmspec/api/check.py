"""`check`: read, judge the shape, build, resolve, run the rules, sift the findings."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec import document
from crmspec.api import environment as place
from crmspec.api.examine import EVERYTHING, Examined, Wanted, examine
from crmspec.api.settings import duplicates, levels, misplaced, unknown_codes
from crmspec.api.workspace import Workspace, load
from crmspec.diagnostics import Diagnostic, Severity
from crmspec.diagnostics.baseline import read as read_baseline
from crmspec.diagnostics.baseline import stale_note, take, write
from crmspec.diagnostics.report import Report
from crmspec.diagnostics.suppress import Policy, Suppressed, suppress
from crmspec.document import explained, read, unused
from crmspec.document.codes import MISSING_REASON
from crmspec.ir import KINDS, build
from crmspec.ir.build import PROJECT_KEYS
from crmspec.resolve import check as resolve
from crmspec.resolve.codes import UNKNOWN_REFERENCE, UNUSED_RESOURCE, WRONG_MOVE
from crmspec.schema import validate
from crmspec.source import Memory, Once, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmspec.diagnostics.directive import Directive
    from crmspec.document.given import Given
    from crmspec.ir import Program

_NEEDS_EVERY_FILE = frozenset({UNKNOWN_REFERENCE.id, UNUSED_RESOURCE.id, WRONG_MOVE.id})
_LATER = ("CRM1", "CRM2", "CRM3", "CRM4", "CRM5", "CRM6", "CRM9")


@dataclass(frozen=True)
class CheckResult:
    """What `check` found: the program as far as it could be built, and the findings."""

    program: Program
    report: Report
    suppressed: tuple[Suppressed, ...]
    workspace: Workspace
    lost: tuple[Diagnostic, ...] = ()
    """Errors, silenced or not, for which parts are missing from the program."""
    examined: Examined | None = None
    """What the rules gave, and what the analysis knows."""

    @property
    def environment(self) -> str | None:
        """Return the environment whose values are put in."""
        return self.workspace.environment

    @property
    def failed(self) -> bool:
        """Say whether there are errors."""
        return self.report.failed


@dataclass
class _Reading:
    """What all files together gave."""

    sources: dict[str, Source]
    documents: list[document.Mapping]
    directives: list[Directive]
    findings: list[Diagnostic]
    complete: bool = True
    """Whether every declaration was read; if not, a name may be unknown only to us."""
    whole: bool = True
    """Whether every resource reached the later phases."""
    lost: list[Diagnostic] = field(default_factory=list)
    """The errors, silenced or not, for which parts were left out of the program."""
    sound: bool = True
    """Whether nothing but the rules has an error to tell, silenced or not."""
    examined: Examined | None = None
    """What the rules gave, and what the analysis knows."""


@contextmanager
def _without_gc() -> Iterator[None]:
    """Hold the garbage collector back: the trees are large, alive, and free of cycles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def analyse(  # noqa: PLR0913 - what a project is, and how it is looked at
    files: Mapping[str, bytes],
    templates: Mapping[str, str] | None = None,
    problems: Iterable[Diagnostic] = (),
    memory: Memory | None = None,
    wanted: Wanted = EVERYTHING,
    *,
    environment: str | None = None,
) -> tuple[Program, _Reading]:
    """Run all phases over files in memory; the findings are not yet sifted.

    `memory` spares work on what has not changed since the run before; `wanted` says which rules
    run and how.

    Raises:
        UnknownEnvironmentError: the project has no such environment.
    """
    lasting, memory = memory, memory or Once()
    memory.turn()
    with _without_gc():
        reading = _read(files, memory)
        reading.findings.extend(problems)
        documents, given = _settled(reading, environment, memory)
        reading.complete = not any(map(_hides, reading.findings))
        if reading.complete:
            reading.findings.extend(unused(given, reading.sources))
        broken = _judged(documents, reading, memory)
        reading.whole = reading.complete and not broken
        twice = list(duplicates(documents))
        reading.findings.extend(twice)
        reading.findings.extend(misplaced(documents))
        reading.lost = [f for f in reading.findings if f.code.severity is Severity.ERROR]
        program = build(documents, broken, dict(templates or {}), memory)
        if wanted.rules != ():  # whoever runs no rules need not read them for their codes
            reading.findings.extend(unknown_codes(program.project))
        reading.sources |= _templates(program)
        for finding in resolve(program, broken, lasting):
            unsure = twice and finding.code.id == UNUSED_RESOURCE.id
            if (reading.complete or finding.code.id not in _NEEDS_EVERY_FILE) and not unsure:
                reading.findings.append(finding)
        reading.sound = not any(one.code.severity is Severity.ERROR for one in reading.findings)
        reading.examined = examine(
            program, lasting or Memory(), wanted, reading.sources, alone=lasting is not None
        )
        reading.findings.extend(reading.examined.findings)
        reading.findings = explained(reading.findings, given, reading.sources)
        return program, reading


def _templates(program: Program) -> dict[str, Source]:
    """Return the files of the templates folder by their paths in the project."""
    paths = program.project.paths
    folder = "templates" if paths is None else paths.templates
    return {
        f"{folder}/{name}": Source(f"{folder}/{name}", it) for name, it in program.files.items()
    }


def _hides(finding: Diagnostic) -> bool:
    """Say whether a finding of the reader means that something declared was left out."""
    return finding.level is Severity.ERROR and finding.code.id != MISSING_REASON.id


def _read(files: Mapping[str, bytes], memory: Memory) -> _Reading:
    reading = _Reading({}, [], [], [])
    for path in sorted(files):
        data = files[path]
        result = memory.recall(f"read {path}", (data,), partial(read, path, data))
        reading.sources[path] = result.source
        reading.documents.extend(result.documents)
        reading.directives.extend(result.directives)
        reading.findings.extend(result.diagnostics)
    return reading


def _settled(
    reading: _Reading, environment: str | None, memory: Memory
) -> tuple[list[document.Mapping], dict[str, Given]]:
    """Put the values of an environment in, unless what cannot be read may be its declaration."""
    whole = not any(map(_hides, reading.findings))
    here = place.chosen(reading.documents, environment, whole=whole)
    documents, given, findings = place.settled(reading.documents, reading.sources, here, memory)
    reading.findings.extend(findings)
    return documents, given


def _everywhere(
    workspace: Workspace, memory: Memory | None, wanted: Wanted
) -> tuple[Program, _Reading]:
    """Analyse the project in all of its environments, or as it is if it has none."""
    names = place.names(workspace.files, memory or Once())
    if not names:
        return _analysed(workspace, memory, wanted)
    once, runs = Memory(), dict[str, tuple["Program", _Reading]]()
    for name in names:
        kept = once if memory is None else place.memory_of(name, memory)
        there = structs.replace(workspace, environment=name)
        runs[name] = _analysed(there, kept, wanted)
    program, reading = runs[names[0]]
    readings = {name: one for name, (_, one) in runs.items()}
    reading.findings = list(place.together({n: one.findings for n, one in readings.items()}))
    reading.lost = list(place.together({n: one.lost for n, one in readings.items()}))
    for part in ("complete", "whole", "sound"):
        setattr(reading, part, all(getattr(one, part) for one in readings.values()))
    _join(readings.values())
    return program, reading


def _join(readings: Iterable[_Reading]) -> None:
    """Keep what is proved in every environment with the first, and what is undecided in any."""
    results = [one.examined for one in readings if one.examined is not None]
    first = results[0]
    proofs = [one for one in first.proofs if all(one in other.proofs for other in results)]
    undecided = {note.english(): note for one in results for note in one.undecided}
    first.proofs, first.undecided = tuple(proofs), tuple(undecided.values())


def _analysed(
    workspace: Workspace, memory: Memory | None, wanted: Wanted
) -> tuple[Program, _Reading]:
    files, templates, problems = workspace.files, workspace.templates, workspace.problems
    here = workspace.environment
    return analyse(files, templates, problems, memory, wanted, environment=here)


def _judged(
    documents: list[document.Mapping], reading: _Reading, memory: Memory
) -> frozenset[tuple[str, str]]:
    broken: set[tuple[str, str]] = set()
    for item in documents:
        shape = memory.recall("shape", (item,), partial(validate, item))
        reading.findings.extend(shape.diagnostics)
        broken |= shape.broken
        if any(map(_hides_names, item.entries.values())):
            reading.complete = False
    return frozenset(broken)


def _hides_names(entry: document.Entry) -> bool:
    """Say whether a section declares ids that we cannot see: unknown, or not a map."""
    if entry.key in KINDS:
        return not isinstance(entry.value, document.Mapping)
    known = entry.key in PROJECT_KEYS or entry.key == "identity" or entry.key.startswith("x-")
    return not known


def check_files(
    files: Mapping[str, bytes], templates: Mapping[str, str] | None = None
) -> CheckResult:
    """Check files in memory, by project-relative path."""
    return check_workspace(Workspace(Path(), dict(files), dict(templates or {})))


def check_path(path: Path | None = None, wanted: Wanted = EVERYTHING) -> CheckResult:
    """Check the project at or around a path; the current folder by default.

    It is the project of the environment that is chosen, or as it is without any.

    Raises:
        NothingToReadError: there is no project.
    """
    workspace = load(() if path is None else (path,), project=True)
    return check_workspace(workspace, wanted=wanted, everywhere=False)


def check_paths(
    paths: Iterable[Path],
    baseline: Path | None = None,
    *,
    write_baseline: bool = False,
    wanted: Wanted = EVERYTHING,
) -> CheckResult:
    """Check the project around the paths; only findings in these paths are reported.

    `baseline` names a file of findings to keep quiet, in place of the project's own; with
    `write_baseline` it is written instead, with everything that is found now.

    Raises:
        FileNotFoundError: a path or the baseline does not exist.
        NothingToReadError: there is no project, and no path to look at.
        BaselineError: the baseline cannot be read.
        UnknownProfileError: the project has no profile of the wanted name.
    """
    return check_workspace(load(paths), baseline, write_baseline=write_baseline, wanted=wanted)


def check_workspace(  # noqa: PLR0913 - what to check, against what, and how
    workspace: Workspace,
    baseline: Path | None = None,
    *,
    write_baseline: bool = False,
    memory: Memory | None = None,
    wanted: Wanted = EVERYTHING,
    everywhere: bool = True,
) -> CheckResult:
    """Check a project that has been read; `memory` spares what has not changed since.

    Where no environment is chosen, all are checked `everywhere`; the program is that of the first.

    Raises:
        UnknownEnvironmentError: the project has no such environment.
    """
    all_of_them = everywhere and workspace.environment is None
    program, reading = (_everywhere if all_of_them else _analysed)(workspace, memory, wanted)
    known = baseline or _baseline(program, workspace)
    policy = Policy(
        directives=tuple(reading.directives),
        settings=levels(program.project),
        today=datetime.now(tz=UTC).date(),
        sources=reading.sources,
        baseline=None if known is None or write_baseline else read_baseline(known.read_bytes()),
        skipped=() if reading.whole else _LATER,
    )
    verdict = suppress(reading.findings, policy)
    shown = [f for f in verdict.kept if _in_focus(f, workspace.focus)]
    notes = (stale_note(verdict.stale),) if verdict.stale else ()
    hidden = sum(one.by == "baseline" for one in verdict.suppressed)
    report = Report.of(shown, reading.sources, notes=notes, hidden=hidden)
    if write_baseline and known is not None:
        known.write_text(write(take(report)), encoding="utf-8")
    examined = reading.examined
    lost = tuple(reading.lost)
    if examined is not None and not workspace.focus and reading.sound:  # errors prove nothing
        report = structs.replace(
            report, proofs=examined.proofs, notes=(*examined.undecided, *report.notes)
        )
    return CheckResult(program, report, verdict.suppressed, workspace, lost, examined)


def _baseline(program: Program, workspace: Workspace) -> Path | None:
    chosen = program.project.diagnostics
    if chosen is None or chosen.baseline is None:
        return None
    return workspace.root / chosen.baseline


def _in_focus(finding: Diagnostic, focus: tuple[str, ...]) -> bool:
    path = finding.label.span.path
    return not focus or any(path == one or path.startswith(f"{one}/") for one in focus)
