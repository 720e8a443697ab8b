"""`check --against`: what is new, worse or better than in an earlier revision of the project."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.api.check import check_workspace
from crmspec.api.examine import EVERYTHING
from crmspec.api.workspace import NothingToReadError, choosing, load
from crmspec.diagnostics import Severity, text
from crmspec.diagnostics.fingerprint import fingerprints
from crmspec.diagnostics.report import Report
from crmspec.engine.error import UnknownEnvironmentError

if TYPE_CHECKING:
    from crmspec.api.check import CheckResult
    from crmspec.api.examine import Wanted
    from crmspec.diagnostics import Diagnostic, Text

_MOST_GONE = 10
_LEVELS = list(Severity)


class RevisionError(Exception):
    """The revision cannot be read; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Change:
    """Findings that are new, those that were there and are worse now, and those that are gone."""

    new: tuple[Diagnostic, ...]
    worse: tuple[Diagnostic, ...]
    gone: tuple[Diagnostic, ...]


def since(result: CheckResult, revision: str, wanted: Wanted = EVERYTHING) -> CheckResult:
    """Return the result with only what is new or worse than in a revision.

    Raises:
        RevisionError: there is no git, no repository, or no such revision with this project in it.
    """
    before = _before(result.workspace.root, revision, wanted).report
    change = compare(before, result.report)
    worse = tuple(_marked(finding, revision) for finding in change.worse)
    report = Report.of((*change.new, *worse), result.report.sources, result.report.summary)
    gone = () if result.failed else change.gone  # errors hide findings, they do not mend them
    notes = (*result.report.notes, *_gone(gone, before, revision))
    made = structs.replace(
        report, notes=notes, proofs=result.report.proofs, hidden=result.report.hidden
    )
    return replace(result, report=made)


def _before(root: Path, revision: str, wanted: Wanted) -> CheckResult:
    """Return what was found then; without the environment, if there was none of its name."""
    try:
        return project_at(root, revision, wanted)
    except UnknownEnvironmentError:
        with choosing(None):
            return project_at(root, revision, wanted)


def compare(before: Report, now: Report) -> Change:
    """Match findings by fingerprint, then by code and chains; what is left is new or gone."""
    by_name: dict[str, Diagnostic] = dict(
        zip(fingerprints(before.findings, before.sources), before.findings, strict=True)
    )
    names = fingerprints(now.findings, now.sources)
    pairs: list[tuple[Diagnostic, Diagnostic | None]] = [
        (finding, by_name.pop(name, None))
        for finding, name in zip(now.findings, names, strict=True)
    ]
    by_key: dict[tuple[object, ...], list[Diagnostic]] = {}
    for finding in by_name.values():
        by_key.setdefault(_key(finding), []).append(finding)
    new, worse = [], []
    for finding, known in pairs:
        twins = by_key.get(_key(finding), []) if known is None else []
        was = known or (twins.pop(0) if twins else None)
        if was is None:
            new.append(finding)
        elif _weight(finding) > _weight(was):
            worse.append(finding)
    gone = [finding for left in by_key.values() for finding in left]
    return Change(tuple(new), tuple(worse), tuple(gone))


def _key(finding: Diagnostic) -> tuple[object, ...]:
    """Return what stays the same while the text around a finding changes."""
    if finding.evidence is not None and finding.evidence.chains:
        return finding.code.id, finding.evidence.chains
    return finding.code.id, finding.label.span.path, finding.message.english()


def _weight(finding: Diagnostic) -> tuple[int, float]:
    """Return how bad a finding is: its level, then the excess over a limit."""
    excess = finding.evidence.harm[1] if finding.evidence is not None else 0.0
    return -_LEVELS.index(finding.level), excess


def _marked(finding: Diagnostic, revision: str) -> Diagnostic:
    said = text("it was there at `{revision}` and is worse now", revision=revision)
    return structs.replace(finding, help=(*finding.help, said))


def _gone(gone: tuple[Diagnostic, ...], before: Report, revision: str) -> list[Text]:
    notes = [
        text(
            "gone since `{revision}`: {code} in {path}: {message}",
            revision=revision,
            code=finding.code.id,
            path=_place(finding, before),
            message=finding.message,
        )
        for finding in gone[:_MOST_GONE]
    ]
    more = len(gone) - _MOST_GONE
    if more > 0:
        notes.append(text("gone since `{revision}`: {count} more", revision=revision, count=more))
    return notes


def _place(finding: Diagnostic, report: Report) -> str:
    span = finding.label.span
    source = report.sources.get(span.path)
    return f"{span.path}:{source.position(span.start).line}" if source else span.path


def project_at(root: Path, revision: str, wanted: Wanted = EVERYTHING) -> CheckResult:
    """Check the project as it was at a revision; the files there are now are left alone.

    Raises:
        RevisionError: there is no git, no repository, or no such revision with this project in it.
    """
    commit = _git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    archive = _archive(root, commit.decode().strip(), revision)
    with (
        tempfile.TemporaryDirectory(prefix="crmspec-") as name,
        tarfile.open(fileobj=BytesIO(archive)) as packed,
    ):
        folder = Path(name)
        packed.extractall(folder, filter="data")
        try:
            workspace = load((folder,), project=True)
        except NothingToReadError:
            raise RevisionError(f"there was no project at {revision}") from None
        result = check_workspace(workspace, wanted=wanted)
        return replace(result, workspace=structs.replace(workspace, root=root))


def _archive(root: Path, commit: str, revision: str) -> bytes:
    """Return the folder of the project as it was; git takes it alone, wherever it is run."""
    try:
        return _git(root, "archive", "--format=tar", commit)
    except RevisionError as error:
        if "untracked" in error.reason:
            raise RevisionError(f"there was no project at {revision}") from None
        raise


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are ours, the revision is verified
            ("git", *arguments),  # noqa: S607 - the git of the user's path
            cwd=root,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise RevisionError("--against needs git, which is not installed") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise RevisionError(said.removeprefix("fatal: ") or "there is no such revision")
    return done.stdout
