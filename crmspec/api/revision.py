"""The commit that a project is at, and whether its files differ from it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path


class Revision(NamedTuple):
    """A commit (None without git), and whether files of the project were changed since."""

    commit: str | None
    dirty: bool


def head(root: Path, files: AbstractSet[str]) -> Revision:
    """Return the commit that the folder is at; `files` are the project's, by path in it."""
    commit = _git(root, "rev-parse", "--verify", "HEAD")
    if commit is None:
        return Revision(None, dirty=False)
    prefix = (_git(root, "rev-parse", "--show-prefix") or "").strip()
    changed = _git(root, "status", "--porcelain", "-z", "--untracked-files=all", "--", ".") or ""
    paths = {line[3:].removeprefix(prefix) for line in changed.split("\0")}
    return Revision(commit.strip(), dirty=bool(paths & files))


def commit_of(root: Path, revision: str) -> str | None:
    """Return the commit that a branch, tag, `HEAD^` or shortened hash stands for, if any."""
    asked = ("--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    found = _git(root, "rev-parse", *asked)
    return None if found is None else found.strip()


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are ours
            ("git", *arguments),  # noqa: S607 - the git of the user's path
            cwd=root,
            capture_output=True,
            check=False,
            text=True,
        )
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None
