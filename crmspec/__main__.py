"""The entry point; `--version` is answered before anything heavy is imported."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import TYPE_CHECKING

from crmspec import __version__

if TYPE_CHECKING:
    from typing import TextIO


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"crmspec {__version__}\n")
        return
    # A command lives for seconds and its trees live as long: collecting, and taking them apart
    # at the end, would cost a fifth of a large check.
    gc.disable()
    from crmspec.cli.main import run

    code = run()
    for stream in (sys.stdout, sys.stderr):
        _flush(stream)
    os._exit(code)


def _flush(stream: TextIO) -> None:
    """Write out what is left, unless nobody is there to read it."""
    with contextlib.suppress(BrokenPipeError, ValueError):
        stream.flush()


if __name__ == "__main__":
    main()
