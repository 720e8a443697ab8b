"""`crmspec test`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import Misuse, common, project_argument
from crmspec.diagnostics import text

if TYPE_CHECKING:
    from pathlib import Path

    from crmspec.cli.option import Voice

FORMATS = ("text", "json", "junit")


@click.command("test")
@project_argument
@click.option("-k", "word", help="Only tests with this in their id or title.")
@click.option("--profile", help="Behave like this profile, whatever the tests say.")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="text", help="Output form."
)
@common
def command(
    paths: tuple[Path, ...],
    word: str | None,
    profile: str | None,
    format_: str,
    voice: Voice,
) -> int:
    """Run the journey tests and show what is not as expected.

    PATHS are a project, folders or files; all tests of the project by default: those in its
    campaigns and in `tests/**/*.test.yaml`. -v also shows the timelines of tests that pass. Exits
    with 1 if one fails, and with 2 if there is nothing to run.
    """
    from crmspec.api.examine import UnknownProfileError
    from crmspec.api.simulate import BrokenInputError
    from crmspec.api.trial import run_tests
    from crmspec.cli import verdicts
    from crmspec.cli.trouble import broken, unknown_profile

    started = time.perf_counter()
    try:
        trials = run_tests(paths, word, profile)
    except FileNotFoundError as error:
        raise Misuse(text("there is no {path}", path=str(error.filename or error))) from None
    except BrokenInputError as error:
        return broken(error.report, voice)
    except UnknownProfileError as error:
        raise unknown_profile(error, voice) from None
    if not trials.outcomes:
        raise _nothing(paths, word)
    shown = getattr(verdicts, format_)(trials, voice, time.perf_counter() - started)
    click.echo(shown, nl=False, color=voice.colour)
    return ExitCode.FINDINGS if trials.failed else ExitCode.CLEAN


def _nothing(paths: tuple[Path, ...], word: str | None) -> Misuse:
    """Return what to say when no test was run: a run without tests must not pass for a good one."""
    if word is not None:
        return Misuse(text("no test has {words} in its id or title", words=repr(word)))
    where = ", ".join(map(str, paths))
    none = text("there are no journey tests in this project")
    none = text("there are no journey tests in {paths}", paths=where) if paths else none
    return Misuse(
        text(
            "{none}; write one under `tests:` in tests/NAME.test.yaml (`crmspec schema test` says"
            " how), or keep what was found: `crmspec check --save-witness tests`",
            none=none,
        )
    )
