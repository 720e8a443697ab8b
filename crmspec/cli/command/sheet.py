"""`crmspec sheet`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from crmspec.cli.deploy import guarded, target_options
from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, project_option, show

if TYPE_CHECKING:
    from crmspec.api.sheet import Desk, Format
    from crmspec.cli.option import Voice

FORMATS = ("markdown", "html")
_COLUMN = 36


@click.command("sheet")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@project_option
@target_options
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a page for each sheet, and a list of them, into this folder.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="What to write: html into a folder and markdown elsewhere, unless you say so.",
)
@click.option("--all", "every", is_flag=True, help="Those that are done, too.")
@common
def command(  # noqa: PLR0913 - one argument per option
    addresses: tuple[str, ...],
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    voice: Voice,
    *,
    out: Path | None,
    format_: str | None,
    every: bool,
) -> int:
    """Say step by step how to set up by hand what the API of a target does not take.

    ADDRESS is one such as chain.welcome, or a pattern such as `segment.*`. Without any, the
    sheets that are still to be done are listed, or with -o written.
    """
    from crmspec.api.sheet import Desk
    from crmspec.diagnostics import text

    kind = cast("Format", format_ or ("html" if out is not None else "markdown"))
    with guarded(project, target, state_dir, voice) as deployment:
        desk = Desk(deployment, voice.lang, kind)
        chosen = desk.chosen(addresses or (("*",) if every else ()))
        if not chosen and not addresses:
            chosen = list(desk.tasks)
        if out is not None:
            written = desk.write(out, chosen)
            voice.say(
                text(
                    "sheets written: {count}, begin with {path}",
                    count=len(written.paths) - 1,
                    path=str(written.paths[0]),
                )
            )
            if written.removed:
                count = len(written.removed)
                voice.say(
                    text("pages removed whose sheets are not open any more: {count}", count=count)
                )
        elif addresses:
            show("\n".join(desk.page(desk.sheet(one)) for one in chosen), newline=False)
        else:
            _listed(desk, voice)
    return ExitCode.CLEAN


def _listed(desk: Desk, voice: Voice) -> None:
    from crmspec.diagnostics import text

    for task in desk.tasks.values():
        show(f"  ! {task.address!s:<{_COLUMN}} {voice.words(task.reason)}")
    if not desk.tasks:
        voice.say(text("nothing is to be done by hand"))
