"""The output of a program that knows a secret: no shell, a bound in time and size."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from typing import IO, TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 30.0
"""How long a program may take; people may have to confirm what it does."""

_LARGEST = 65_536

Failure = Literal["absent", "failed", "slow", "large"]


def output(arguments: list[str], folder: Path) -> bytes | Failure:
    """Return what a program prints, or why there is nothing to be had.

    It may ask on the terminal; what it prints as errors goes nowhere.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the project names the program, without a shell
            arguments,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError):
        return "absent"
    until = time.monotonic() + SECONDS
    try:
        with process.stdout or open(os.devnull, "rb") as stream:  # noqa: PTH123 - for the types
            found = _read(stream, until)
        return found if isinstance(found, str) else _ended(process, found, until)
    finally:
        process.kill()
        process.wait()


def _ended(process: subprocess.Popen[bytes], found: bytes, until: float) -> bytes | Failure:
    try:
        code = process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return "slow"
    return found if code == 0 else "failed"


def _read(stream: IO[bytes], until: float) -> bytes | Failure:
    """Read to the end, but not for ever: what a program started may keep the pipe open."""
    found = bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(stream, selectors.EVENT_READ)
        while waiting.select(max(0.0, until - time.monotonic())):
            chunk = os.read(stream.fileno(), _LARGEST)
            found += chunk
            if not chunk:
                return bytes(found)
            if len(found) > _LARGEST:
                return "large"
    return "slow"
