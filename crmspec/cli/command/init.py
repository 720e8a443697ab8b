"""`crmspec init`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmspec.cli.option import common

if TYPE_CHECKING:
    from crmspec.cli.option import Voice


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@common
def command(folder: Path, voice: Voice) -> None:
    """Start a project in FOLDER with one working chain; never overwrites a file."""
    from crmspec.api.init import ExistingFilesError, init
    from crmspec.diagnostics import text

    try:
        written = init(folder)
    except ExistingFilesError as error:
        raise click.UsageError(str(error)) from None
    for path in written:
        voice.say(f"  + {path}")
    voice.say(text("next: {commands}", commands="crmspec check · crmspec render · crmspec plan"))
