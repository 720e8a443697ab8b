"""Pictures of preview pages, made by Chromium if it is there."""

from __future__ import annotations

import re
import shutil
import subprocess
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

BROWSERS: Final = (
    "chromium",
    "chromium-browser",
    "chromium-headless-shell",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
WIDTH: Final = 1168
"""Pixels: the computer and the phone side by side."""
PATIENCE: Final = 60
"""Seconds to wait for a picture."""
TALLEST: Final = 16_000
"""The most pixels that a picture is high; browsers draw no more."""
_HEIGHT: Final = re.compile(rb'<body[^>]*\bdata-height="(\d{1,6})"')


class NoBrowserError(Exception):
    """There is no Chromium here."""


class NoPictureError(Exception):
    """The browser made no picture; the text is what it said last."""


def browser() -> str:
    """Return the path of a browser that can make pictures; raises `NoBrowserError`."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found is not None:
            return found
    raise NoBrowserError


def picture(page: Path, to: Path, mood: str = "") -> int:
    """Make a PNG of a page as high as it is; `mood` is `dark`, `noimages` or both with a comma.

    Returns the pixels at the end of the page that the picture has no room for.

    Raises:
        NoBrowserError: there is no Chromium here.
        NoPictureError: it made no picture.
    """
    address = page.absolute().as_uri() + (f"#{mood}" if mood else "")
    found = _HEIGHT.search(_run("--dump-dom", address))
    whole = int(found[1]) + 1 if found else 1600
    height = min(whole, TALLEST)
    _run(f"--screenshot={to.absolute()}", f"--window-size={WIDTH},{height}", address)
    if not to.is_file():
        raise NoPictureError(str(to))
    return whole - height


def _run(*arguments: str) -> bytes:
    with TemporaryDirectory(prefix="crmspec-") as home:
        command = (
            browser(),
            "--headless",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            f"--user-data-dir={home}",
            f"--window-size={WIDTH},1600",
            "--virtual-time-budget=5000",
            *_sandbox(),
            *arguments,
        )
        try:
            done = subprocess.run(  # noqa: S603 - our own arguments, no shell
                command, capture_output=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            raise NoPictureError(f"{command[0]}: {PATIENCE} s") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NoPictureError(said[-1] if said else command[0])
    return done.stdout


def _sandbox() -> tuple[str, ...]:
    """Return the option without which browsers do not start for the user root."""
    import os

    return ("--no-sandbox",) if getattr(os, "geteuid", lambda: 1)() == 0 else ()
