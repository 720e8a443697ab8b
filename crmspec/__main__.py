"""The entry point; `--version` is answered before anything heavy is imported."""

from __future__ import annotations

import sys

from crmspec import __version__


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"crmspec {__version__}\n")
        return
    from crmspec.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()
