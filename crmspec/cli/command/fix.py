"""`crmspec fix`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, project_option

if TYPE_CHECKING:
    from pathlib import Path

    from crmspec.cli.option import Voice


@click.command("fix")
@click.argument("codes", nargs=-1)
@project_option
@click.option("--unsafe", is_flag=True, help="Also apply fixes that change what the text means.")
@click.option("--diff", is_flag=True, help="Show what would change and write nothing.")
@common
def command(
    codes: tuple[str, ...], project: Path | None, voice: Voice, *, unsafe: bool, diff: bool
) -> int:
    """Apply the fixes that findings suggest, or only those of the CODES given.

    Safe fixes keep the author's meaning; the others need --unsafe.
    """
    from crmspec.api.fix import fix
    from crmspec.diagnostics import text
    from crmspec.diagnostics.catalog import plural

    outcome = fix(() if project is None else (project,), codes, unsafe=unsafe, keep=diff)
    for change in outcome.changes:
        if diff:
            click.echo("".join(_diff(change.path, change.before, change.after)), nl=False)
        else:
            voice.say(text("changed {path}", path=change.path))
    if not outcome.applied:
        voice.say(text("nothing to fix"))
    elif diff:
        voice.say(
            plural("{count} fix to apply", "{count} fixes to apply", outcome.applied, voice.lang)
        )
    else:
        voice.say(
            plural("{count} fix applied", "{count} fixes applied", outcome.applied, voice.lang)
        )
    if outcome.held:
        voice.say(text("{count} more with `--unsafe`", count=outcome.held))
    return ExitCode.FINDINGS if diff and outcome.changes else ExitCode.CLEAN


def _diff(path: str, before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), path, path
    )
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]
