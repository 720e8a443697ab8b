"""`crmspec pull`."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

import click

from crmspec.cli.deploy import guarded, target_options
from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, project_option

if TYPE_CHECKING:
    from pathlib import Path

    from crmspec.api.pull import Pulled
    from crmspec.cli.option import Voice


@click.command("pull")
@click.argument("addresses", nargs=-1)
@project_option
@target_options
@click.option("--diff", is_flag=True, help="Show what would change, and write nothing.")
@click.option("--theirs", is_flag=True, help="Take the target's where both sides changed a part.")
@common
def command(  # noqa: PLR0913 - one argument per option
    addresses: tuple[str, ...],
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    voice: Voice,
    *,
    diff: bool,
    theirs: bool,
) -> int:
    """Write what people changed on a target into the project's files.

    Without ADDRESSES, all of it. Comments and all that was not changed stay as they are; what
    was changed here is merged. What both changed or the project cannot say is listed, and nothing
    is ever deleted here.
    """
    from crmspec.api.pull import pull

    with guarded(project, target, state_dir, voice) as deployment:
        pulled = pull(deployment, addresses, keep=diff, theirs=theirs)
    if diff:
        _show(pulled)
    _tell(pulled, voice)
    return ExitCode.INCOMPLETE if pulled.left else ExitCode.CLEAN


def _show(pulled: Pulled) -> None:
    from crmspec.diagnostics.format.width import printable

    for change in pulled.changes:
        before, after = change.before.splitlines(), change.after.splitlines()
        for line in unified_diff(before, after, change.path, change.path, lineterm=""):
            click.echo(printable(line))


def _tell(pulled: Pulled, voice: Voice) -> None:
    from crmspec.diagnostics import text
    from crmspec.engine.text import both_sides

    for taken in pulled.fields:
        address, field = str(taken.address), taken.field
        said = text("{address}: {field}", address=address, field=field)
        if taken.merged:
            said = text(
                "{address}: {field}, merged with what changed here", address=address, field=field
            )
        voice.say(said)
    for left in pulled.left:
        said = text("left alone {where}: {reason}", where=left.where, reason=left.reason)
        voice.say(said, level=-1)
        if left.place:
            voice.say(f"  --> {left.place}", level=-1)
        for clash in left.clashes:
            for line in both_sides(clash, voice.words):
                voice.say(f"      {line}", level=-1)
    if not pulled.fields and not pulled.left:
        voice.say(text("no edits by hand that the project does not have"))
