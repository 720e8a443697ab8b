"""`crmspec drift`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crmspec.cli.deploy import guarded, selection_options, target_options
from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, project_option

if TYPE_CHECKING:
    from pathlib import Path

    from crmspec.cli.option import Voice


@click.command("drift")
@project_option
@target_options
@selection_options
@click.option("--json", "json_", is_flag=True, help="Print the edits as JSON.")
@click.option("--exit-code", is_flag=True, help="Exit with 5 when there are edits.")
@common
def command(  # noqa: PLR0913 - one argument per option
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    voice: Voice,
    *,
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    json_: bool,
    exit_code: bool,
) -> int:
    """Show what people changed on a target since the last apply; changes nothing."""
    import msgspec

    from crmspec.api.pull import tried
    from crmspec.engine.drift import drift, render

    with guarded(project, target, state_dir, voice) as deployment:
        plan = deployment.plan(select, exclude, closely=True)
        pulled = tried(deployment, plan)
        left = {(str(one.address), one.field or ""): one.reason for one in pulled.left}
        found = drift(plan, left)
        if json_:
            shown = msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"
        else:
            shown = render(found, left, kept=bool(pulled.fields), say=voice.words)
        click.echo(shown, nl=False)
    return ExitCode.DRIFT if exit_code and found.edits else ExitCode.CLEAN
