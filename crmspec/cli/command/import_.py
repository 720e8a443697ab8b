"""`crmspec import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmspec.cli.deploy import lock_option, patience, target_options, told
from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, project_option

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from crmspec.api.deploy import Deployment
    from crmspec.api.intake.bring import Brought
    from crmspec.cli.option import Voice


@click.command("import")
@click.argument("terms", nargs=-1, metavar="[KIND|ADDRESS]...")
@project_option
@target_options
@lock_option
@click.option(
    "-o",
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the files go; the first folder of campaigns by default.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be read and lost.")
@click.option("--json", "json_", is_flag=True, help="Print the report as JSON.")
@click.option("--markdown", is_flag=True, help="Print the report as Markdown.")
@common
def command(  # noqa: PLR0913, PLR0917 - one argument per option
    terms: tuple[str, ...],
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    folder: Path | None,
    voice: Voice,
    *,
    lock_timeout: float,
    dry_run: bool,
    json_: bool,
    markdown: bool,
) -> int:
    """Read what is on a target into the project: readable YAML, and a report of what is lost.

    Without arguments, the whole account; otherwise kinds (`chains`), addresses or ids, and what
    they refer to. Nothing is written to the target, no file is changed, and the next plan is
    empty: what the project cannot say stays there as it is.
    """
    from crmspec.api.intake import report
    from crmspec.api.intake.account import opening, take

    def opened() -> AbstractContextManager[Deployment]:
        return opening(project, target, state_dir, patience(lock_timeout, voice))

    with told(opened, voice) as deployment:
        made = take(deployment, folder, terms, dry=dry_run)
        name = deployment.target
    if json_:
        shown = report.as_json(made, name)
    else:
        as_people_read = report.as_markdown if markdown else report.as_text
        shown = as_people_read(made, name, voice.words)
    click.echo(shown, nl=False)
    return _code(made)


def _code(made: Brought) -> int:
    if made.errors:
        return ExitCode.FINDINGS
    lost = any(loss.effect in {"object", "field"} for loss in made.losses)
    return ExitCode.INCOMPLETE if lost else ExitCode.CLEAN
