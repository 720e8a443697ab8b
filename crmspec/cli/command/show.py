"""`crmspec show`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from crmspec.cli.option import common, project_option
from crmspec.cli.summary import left_out

if TYPE_CHECKING:
    from pathlib import Path

    from crmspec.cli.option import Voice


@click.command("show")
@click.argument("address", required=False)
@project_option
@click.option("--spans/--no-spans", default=True, help="Say where each part is written.")
@common
def command(address: str | None, project: Path | None, voice: Voice, *, spans: bool) -> int:
    """Print the program as JSON, or one resource by its ADDRESS such as chain.welcome.

    Short forms are written out and every part says where it stands. Parts with errors are
    left out; `crmspec check` says why.
    """
    from crmspec.api.show import show

    shown = show(project, address, spans=spans)
    if shown.missing is not None:
        raise click.UsageError(shown.missing)
    click.echo(json.dumps(shown.data, ensure_ascii=False, indent=2))
    if shown.errors:
        voice.say(left_out(shown.errors, voice.lang))
    return int(bool(shown.errors))
