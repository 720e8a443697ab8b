"""`crmspec check`."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, project_argument
from crmspec.cli.summary import summary

if TYPE_CHECKING:
    from crmspec.cli.option import Voice

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")


@click.command("check")
@project_argument
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="text", help="Output form."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file."
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the findings listed in this file quiet.",
)
@click.option("--write-baseline", is_flag=True, help="Write all findings to the baseline file.")
@common
def command(  # noqa: PLR0913 - one argument per option
    paths: tuple[Path, ...],
    format_: str,
    output: Path | None,
    baseline: Path | None,
    voice: Voice,
    *,
    write_baseline: bool,
) -> int:
    """Find errors in the project and say where, why and what to do.

    PATHS are a project, folders or files; the current folder by default. Files of a project
    are checked with all of it, and only their findings are shown. Exits with 1 on errors.
    """
    from crmspec.api.check import check_paths
    from crmspec.diagnostics import text
    from crmspec.diagnostics.baseline import BaselineError
    from crmspec.diagnostics.format import FORMATS, Options

    if write_baseline and baseline is None:
        raise click.UsageError("--write-baseline needs --baseline FILE")
    started = time.perf_counter()
    try:
        result = check_paths(paths, baseline, write_baseline=write_baseline)
    except FileNotFoundError as error:
        raise click.UsageError(f"there is no {error.filename or error}") from None
    except BaselineError as error:
        raise click.UsageError(str(error)) from None
    if format_ == "text":
        summary(result, voice, time.perf_counter() - started)
    if write_baseline:
        count = len(result.report.findings)
        voice.say(text("wrote the baseline {path}: {count}", path=str(baseline), count=count))
        return ExitCode.CLEAN
    width = shutil.get_terminal_size((100, 24)).columns
    options = Options(lang=voice.lang, color=voice.colour and output is None, width=width)
    shown = FORMATS[format_](result.report, options)
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(shown, encoding="utf-8")
    elif format_ != "text" or result.report.findings or voice.verbosity >= 0:
        click.echo(shown, nl=False, color=voice.colour)
    return ExitCode.FINDINGS if result.failed else ExitCode.CLEAN
