"""The entry point; `--version` is answered before anything heavy is imported."""

from __future__ import annotations

import contextlib
import gc
import io
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
    _prepare_streams()
    from crmspec.cli.main import run

    code = run()
    for stream in (sys.stdout, sys.stderr):
        _flush(stream)
    os._exit(code)


def _prepare_streams() -> None:
    """Never fail for want of a letter in the terminal's encoding, or of a stream."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _flush(stream: TextIO) -> None:
    """Write out what is left, unless nobody is there to read it."""
    with contextlib.suppress(OSError, ValueError):
        stream.flush()


if __name__ == "__main__":
    main()
