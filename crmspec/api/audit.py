"""The audit log: one JSON line for every change of an apply, added to and never rewritten."""

from __future__ import annotations

from getpass import getuser
from socket import gethostname
from typing import TYPE_CHECKING, Literal

import msgspec

from crmspec.engine.body import fingerprint
from crmspec.engine.change import REMOVALS
from crmspec.stores.disk import usable

if TYPE_CHECKING:
    from pathlib import Path

    from crmspec.api.deploy import Deployment
    from crmspec.engine.change import Change
    from crmspec.engine.error import EngineError
    from crmspec.engine.port import Clock
    from crmspec.engine.resource import Remote
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
    """Writes a line for each change that an apply tried."""

    def __init__(self, path: Path, target: str, run: Run, clock: Clock) -> None:
        self._path, self._clock = path, clock
        self._target, self._run = target, run
        self._who = who()

    def made(self, change: Change, remote: Remote | None) -> None:
        """Write that a change is made."""
        left = remote if change.kind not in REMOVALS else None
        self._write(change, left, "done")

    def failed(self, change: Change, error: EngineError) -> None:
        """Write that a change failed for good."""
        self._write(change, None, "failed", error.code.id)

    def _write(
        self,
        change: Change,
        left: Remote | None,
        result: Literal["done", "failed"],
        code: str | None = None,
    ) -> None:
        before = change.remote
        known = left or before
        line = Line(
            at=self._clock.now().isoformat(timespec="milliseconds"),
            who=self._who,
            target=self._target,
            result=result,
            kind=change.kind,
            address=str(change.address),
            commit=self._run.commit,
            rollback=self._run.rollback,
            id=known.id if known is not None else None,
            key=change.key,
            before=before.fingerprint if before is not None else None,
            after=left.fingerprint if left is not None else None,
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
    with usable(path), path.open("ab") as file:
        file.write(msgspec.json.encode(line) + b"\n")
