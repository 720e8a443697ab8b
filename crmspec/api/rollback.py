"""`rollback`: the project as it was at a commit that was applied, against the target of today."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from crmspec.api.against import RevisionError, project_at
from crmspec.api.check import check_path
from crmspec.api.deploy import Back, Patience, fit, opened, settled, whole
from crmspec.api.examine import READ_ONLY
from crmspec.api.revision import commit_of, head
from crmspec.api.state import reliable
from crmspec.diagnostics import text
from crmspec.engine.error import NoWayBackError
from crmspec.engine.resource import Address
from crmspec.engine.state import live_after
from crmspec.ir.move import destinations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crmspec.api.deploy import Deployment
    from crmspec.engine.state import Run
    from crmspec.ir import Program

_SHORTEST = 7
"""How many characters of a commit tell it from others."""


@contextmanager
def rollback(
    path: Path | None,
    target: str | None,
    state_folder: Path | None = None,
    patience: Patience | None = None,
    *,
    to: str | None = None,
) -> Iterator[Deployment]:
    """Open a target for the project of an applied commit; by default, of the one before.

    Where the target and its state are is said by the project of today, which may have errors.

    Raises:
        UnknownEnvironmentError: the project of that time had no such environment.
        NoWayBackError: the commit was not applied, or not as it is in git, or git lacks it.
        BrokenProjectError: the project of that time has errors, or that of today no settings.
        EngineError: the target is unknown, a secret is missing, the state is damaged.
    """
    today = check_path(path, READ_ONLY)
    settled(today)
    reliable(today, target)
    with opened(today, target, state_folder, patience) as found:
        state = found.store.load()
        run = chosen(state.runs, _applied(today.workspace.root, state.runs, to))
        try:
            result = whole(project_at(today.workspace.root, str(run.commit)))
        except RevisionError as error:
            if head(today.workspace.root, frozenset()).commit is None:
                raise _without_git(str(run.commit)) from None
            raise NoWayBackError(
                text(
                    "git has no `{commit}`: {reason}", commit=str(run.commit), reason=error.reason
                ),
                text("fetch it: `git fetch --unshallow`, or the branch that it is on"),
            ) from None
        settled(result)
        moves = _undone(today.program, result.program)
        live = live_after(state, max(at for at, one in enumerate(state.runs) if one is run))
        back = replace(found, result=result, back=Back(str(run.commit), moves, live))
        fit(back)
        yield back


def _applied(root: Path, runs: Sequence[Run], to: str | None) -> str | None:
    """Return what names a commit that was applied; git says what a branch or `HEAD^` stands for.

    Raises:
        NoWayBackError: it stands for nothing, or for a commit that was not applied.
    """
    if to is None or any(_is(run.commit or "", to) for run in runs):
        return to
    commit = commit_of(root, to)
    if commit is None and not _is_hash(to) and head(root, frozenset()).commit is not None:
        raise NoWayBackError(
            text("`{name}` is no revision that git knows here", name=to),
            text("`crmspec state runs` prints what was"),
        )
    if commit is None or any(run.commit == commit for run in runs):
        return commit or to
    raise NoWayBackError(
        text(
            "`{name}` is commit `{commit}`, which was not applied to this target",
            name=to,
            commit=commit[:12],
        ),
        text("`crmspec state runs` prints what was"),
    )


def _is_hash(name: str) -> bool:
    return len(name) >= _SHORTEST and not name.strip("0123456789abcdef")


def chosen(runs: Sequence[Run], to: str | None) -> Run:
    """Return the latest apply of a commit; without one, of the last that differs from now.

    Raises:
        NoWayBackError: there is none, or the files were not those of the commit.
    """
    if to is None:
        found = [run for run in runs if (run.commit, run.dirty) != _last(runs)]
    else:
        found = [run for run in runs if run.commit and _is(run.commit, to)]
    if not found:
        raise _unknown(to)
    run = found[-1]
    if run.commit is None or run.dirty:
        raise NoWayBackError(
            text("what was applied at {time} is in no commit", time=run.at),
            text("name an earlier one with `--to COMMIT`: {known}", known=_known(runs)),
        )
    return run


def _last(runs: Sequence[Run]) -> tuple[str | None, bool]:
    return runs[-1].commit, runs[-1].dirty


def _is(commit: str, named: str) -> bool:
    return commit == named or (len(named) >= _SHORTEST and commit.startswith(named))


def _known(runs: Sequence[Run]) -> str:
    """Return the commits that can be gone back to, the latest first."""
    commits = [str(run.commit)[:12] for run in reversed(runs) if run.commit and not run.dirty]
    return ", ".join(f"`{commit}`" for commit in dict.fromkeys(commits)) or "-"


def _unknown(to: str | None) -> NoWayBackError:
    if to is None:
        return NoWayBackError(
            text("the state knows of no apply of another commit"),
            text("applies are noted with the commit that they were made from"),
        )
    return NoWayBackError(
        text("`{commit}` was not applied to this target", commit=to),
        text("`crmspec state runs` prints what was"),
    )


def _without_git(commit: str) -> NoWayBackError:
    return NoWayBackError(
        text("there is no git history here that `{commit}` is in", commit=commit),
        text("roll back in a clone of the project's repository"),
    )


def _undone(today: Program, then: Program) -> dict[Address, Address]:
    """Return the moves that were written down since, backwards; after a rollback also forwards."""
    before = {str(Address(kind, one.id)) for kind, one in then.resources()}
    moved = [(old, new) for old, new in destinations(today.project.moved).items() if new]
    return {
        Address.parse(one): Address.parse(other)
        for old, new in moved
        for one, other in ((new, old), (old, new))
        if other in before and one not in before
    }
