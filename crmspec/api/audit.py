"""The audit log: one JSON line for every change of an apply, added to and never rewritten."""

from __future__ import annotations

from getpass import getuser
from socket import gethostname
from typing import TYPE_CHECKING, Literal

import msgspec

from crmspec.engine.body import fingerprint

if TYPE_CHECKING:
    from pathlib import Path

    from crmspec.api.deploy import Deployment
    from crmspec.engine.change import Change
    from crmspec.engine.error import EngineError
    from crmspec.engine.port import Clock, Reporter
    from crmspec.engine.state import Run
    from crmspec.engine.task import Task


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was done to an object, by whom, from which commit; `before` and `after` are digests.

    A `rollback` went back to that commit.
    """

    at: str
    who: str
    target: str
    result: Literal["done", "failed"]
    kind: str
    address: str
    commit: str | None = None
    id: str | None = None
    key: str = ""
    before: str | None = None
    after: str | None = None
    code: str | None = None
    rollback: bool = False


class AuditLog:
    """Writes the log while it passes on to another reporter what it is told."""

    def __init__(self, path: Path, target: str, run: Run, clock: Clock, reporter: Reporter) -> None:
        self._path, self._clock, self._reporter = path, clock, reporter
        self._target, self._run = target, run
        self._who = who()
        self.started, self.waiting = reporter.started, reporter.waiting
        self.skipped = reporter.skipped

    def done(self, change: Change) -> None:
        """Write that a change is made."""
        self._write(change, "done", None)
        self._reporter.done(change)

    def failed(self, change: Change, error: EngineError) -> None:
        """Write that a change failed for good."""
        self._write(change, "failed", error.code.id)
        self._reporter.failed(change, error)

    def _write(self, change: Change, result: Literal["done", "failed"], code: str | None) -> None:
        remote, desired = change.remote, change.desired
        line = Line(
            at=self._clock.now().isoformat(timespec="milliseconds"),
            who=self._who,
            target=self._target,
            result=result,
            kind=change.kind,
            address=str(change.address),
            commit=self._run.commit,
            rollback=self._run.rollback,
            id=remote.id if remote is not None else None,
            key=change.key,
            before=remote.fingerprint if remote is not None else None,
            after=fingerprint(desired.body) if desired is not None else None,
            code=code,
        )
        _add(self._path, line)


def note(deployment: Deployment, task: Task, by: str) -> None:
    """Write that a person did what a build sheet says."""
    line = Line(
        at=deployment.clock.now().isoformat(timespec="milliseconds"),
        who=by,
        target=deployment.target,
        result="done",
        kind="confirm",
        address=str(task.address),
        commit=deployment.revision.commit,
        before=task.before.fingerprint if task.before is not None else None,
        after=fingerprint(task.body) if task.body is not None else None,
    )
    _add(deployment.log, line)


def who() -> str:
    """Return who works here, and on which machine."""
    return f"{getuser()}@{gethostname()}"


def _add(path: Path, line: Line) -> None:
    with path.open("ab") as file:
        file.write(msgspec.json.encode(line) + b"\n")
