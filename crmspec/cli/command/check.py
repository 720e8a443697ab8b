"""`crmspec check`."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click

from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import Misuse, common, project_argument
from crmspec.cli.summary import costs, summary
from crmspec.cli.trouble import unknown_profile
from crmspec.diagnostics import text

if TYPE_CHECKING:
    from crmspec.api.check import CheckResult
    from crmspec.api.examine import Wanted
    from crmspec.cli.option import Voice
    from crmspec.diagnostics.report import Report

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")


class Keeping(NamedTuple):
    """What earlier findings are kept out by: a baseline, maybe to be written, and a revision."""

    baseline: Path | None
    write: bool
    against: str | None


class Telling(NamedTuple):
    """What a result is told as, and where."""

    format: str
    output: Path | None
    witnesses: Path | None
    costs: bool
    voice: Voice

    def sum_up(self, result: CheckResult, seconds: float) -> None:
        """Say what was looked at."""
        if self.format == "text":
            summary(result, self.voice, seconds)

    def tell(self, result: CheckResult, seconds: float) -> None:
        """Tell everything."""
        self.sum_up(result, seconds)
        if self.witnesses is not None:
            _save(result, self.witnesses, self.voice)
        if self.costs:
            costs(result, self.voice)
        _print(result.report, self.format, self.output, self.voice)


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
@click.option(
    "--against", metavar="REF", help="Show only what is new or worse than at this git revision."
)
@click.option("--profile", help="Judge timelines by this profile; the reference by default.")
@click.option(
    "--save-witness",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write each counterexample as a journey test for `crmspec test`.",
)
@click.option("--profile-rules", is_flag=True, help="Say how long each rule took.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@common
def command(  # noqa: PLR0913 - one argument per option
    paths: tuple[Path, ...],
    format_: str,
    output: Path | None,
    baseline: Path | None,
    voice: Voice,
    *,
    write_baseline: bool,
    against: str | None,
    profile: str | None,
    save_witness: Path | None,
    profile_rules: bool,
    watch: bool,
) -> int:
    """Find errors in the project and say where, why and what to do.

    PATHS are a project, folders or files; the current folder by default. Files of a project
    are checked with all of it, and only their findings are shown. Exits with 1 on errors, with
    --against only on those that are new or worse.
    """
    from crmspec.api.examine import Wanted

    if write_baseline and baseline is None:
        raise Misuse(text("--write-baseline needs --baseline FILE"))
    if watch and (write_baseline or against is not None):
        raise Misuse(text("--watch goes with neither --write-baseline nor --against"))

    telling = Telling(format_, output, save_witness, profile_rules, voice)
    if watch:
        _watch(paths, baseline, Wanted(profile=profile), telling)
    started = time.perf_counter()
    keeping = Keeping(baseline, write_baseline, against)
    result = _checked(paths, keeping, Wanted(profile=profile), voice)
    seconds = time.perf_counter() - started
    if write_baseline:
        count = len(result.report.findings)
        telling.sum_up(result, seconds)
        voice.say(text("wrote the baseline {path}: {count}", path=str(baseline), count=count))
        return ExitCode.CLEAN
    telling.tell(result, seconds)
    return ExitCode.FINDINGS if result.failed else ExitCode.CLEAN


def _watch(
    paths: tuple[Path, ...], baseline: Path | None, wanted: Wanted, telling: Telling
) -> NoReturn:
    """Check again and again until the reader has seen enough."""
    from crmspec.api.examine import UnknownProfileError
    from crmspec.api.session import Session
    from crmspec.cli.watch import watch
    from crmspec.diagnostics.baseline import BaselineError

    try:
        session = Session.at(paths, baseline, wanted)
        watch(session, paths, telling.tell, telling.voice)
    except FileNotFoundError as error:
        raise Misuse(text("there is no {path}", path=str(error.filename or error))) from None
    except BaselineError as error:
        raise click.UsageError(str(error)) from None
    except UnknownProfileError as error:
        raise unknown_profile(error, telling.voice) from None


def _checked(
    paths: tuple[Path, ...], keeping: Keeping, wanted: Wanted, voice: Voice
) -> CheckResult:
    """Check, and turn what is wrong with the options into words."""
    from crmspec.api.against import RevisionError, since
    from crmspec.api.check import check_paths
    from crmspec.api.examine import UnknownProfileError
    from crmspec.diagnostics.baseline import BaselineError

    try:
        result = check_paths(paths, keeping.baseline, write_baseline=keeping.write, wanted=wanted)
        return result if keeping.against is None else since(result, keeping.against, wanted)
    except FileNotFoundError as error:
        raise Misuse(text("there is no {path}", path=str(error.filename or error))) from None
    except BaselineError as error:
        raise click.UsageError(str(error)) from None
    except RevisionError as error:
        raise click.UsageError(f"{keeping.against}: {error.reason}") from None
    except UnknownProfileError as error:
        raise unknown_profile(error, voice) from None


def _print(report: Report, format_: str, output: Path | None, voice: Voice) -> None:
    """Print the report, or write it to a file."""
    from crmspec.diagnostics.format import FORMATS, Options

    width = shutil.get_terminal_size((100, 24)).columns
    options = Options(lang=voice.lang, color=voice.colour and output is None, width=width)
    shown = FORMATS[format_](report, options)
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(shown, encoding="utf-8")
    elif format_ != "text" or report.findings or voice.verbosity >= 0:
        click.echo(shown, nl=False, color=voice.colour)


def _save(result: CheckResult, folder: Path, voice: Voice) -> None:
    """Write the counterexamples and say so."""
    from crmspec.api.witness import save

    saved = save(result, folder, voice.lang)
    for path in saved.written:
        voice.say(text("wrote {path}", path=str(path)))
    for path in saved.kept:
        said = text("kept {path}, which says something else; move it to save anew", path=str(path))
        voice.say(said)
    if not (saved.written or saved.kept):
        voice.say(text("no finding has a timeline to save"))
