"""`crmspec check --watch`: check again whenever a file of the project changes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NoReturn

from crmspec.diagnostics import text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crmspec.api.check import CheckResult
    from crmspec.api.session import Session
    from crmspec.cli.option import Voice

PAUSE = 0.3
"""Seconds between two looks at the files."""


def watch(
    session: Session,
    paths: tuple[Path, ...],
    tell: Callable[[CheckResult, float], object],
    voice: Voice,
    pause: Callable[[float], object] | None = None,
) -> NoReturn:
    """Check, `tell` the result and the seconds it took, wait for a change, and so on until Ctrl-C.

    Raises:
        KeyboardInterrupt: the reader has seen enough.
    """
    started = time.perf_counter()
    seen = session.stamps()
    tell(session.check(), time.perf_counter() - started)
    while True:
        voice.say(text("watching {path}; Ctrl-C ends it", path=str(session.workspace.root)))
        while (now := session.stamps()) == seen:
            (pause or time.sleep)(PAUSE)
        seen = now
        _again(session, paths, tell, voice)


def _again(
    session: Session,
    paths: tuple[Path, ...],
    tell: Callable[[CheckResult, float], object],
    voice: Voice,
) -> None:
    """Read and check; a project that is gone for the moment is only told of."""
    from crmspec.api.workspace import NothingToReadError

    started = time.perf_counter()
    try:
        result = session.reread(paths)
    except NothingToReadError as error:
        voice.say(text("error: {reason}", reason=error.reason))
    except FileNotFoundError as error:
        voice.say(text("error: {reason}", reason=f"there is no {error.filename or error}"))
    else:
        tell(result, time.perf_counter() - started)
