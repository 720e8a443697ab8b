"""`crmspec render`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, project_option

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

    try:
        outcome = render(project, names, output, voice.lang)
    except UnknownRendererError as error:
        raise click.UsageError(str(error)) from None
    for group, count in outcome.written.items():
        voice.say(f"{group:<20} {count} files")
    voice.say(
        f"wrote {sum(outcome.written.values())} files to {output}; begin with {output / 'index.md'}"
    )
    if outcome.errors:
        voice.say(f"{outcome.errors} errors: parts are left out; see `crmspec check`")
    return ExitCode.FINDINGS if outcome.errors else ExitCode.CLEAN
