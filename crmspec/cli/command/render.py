"""`crmspec render`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, project_option
from crmspec.cli.summary import left_out

if TYPE_CHECKING:
    from crmspec.cli.option import Voice


@click.command("render")
@click.argument("names", nargs=-1)
@project_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out/maps"),
    show_default=True,
    help="The folder to write to.",
)
@common
def command(names: tuple[str, ...], project: Path | None, output: Path, voice: Voice) -> int:
    """Write the maps and flow diagrams, or only those NAMES given."""
    from crmspec.api.render import UnknownRendererError, render
    from crmspec.diagnostics import text

    try:
        outcome = render(project, names, output, voice.lang)
    except UnknownRendererError as error:
        raise click.UsageError(str(error)) from None
    total = sum(outcome.written.values())
    voice.say(
        text("wrote {count} files, begin with {path}", count=total, path=str(output / "index.md"))
    )
    for group, count in outcome.written.items():
        voice.say(f"  {group:<20} {count}", 1)
    if outcome.errors:
        voice.say(left_out(outcome.errors, voice.lang))
    return ExitCode.FINDINGS if outcome.errors else ExitCode.CLEAN
