"""`crmspec plan`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmspec.cli.deploy import guarded, painted, saved, selection_options, target_options
from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, form, project_option

if TYPE_CHECKING:
    from crmspec.cli.option import Voice


@click.command("plan")
@project_option
@target_options
@selection_options
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Save the plan; `crmspec apply FILE` makes exactly these changes or refuses.",
)
@click.option("--json", "json_", is_flag=True, help="Print the plan as JSON.")
@click.option("--markdown", is_flag=True, help="Print the plan as a comment on a change.")
@click.option(
    "--exit-code", is_flag=True, help="Exit with 3 when there are changes, or sheets to do by hand."
)
@click.option("--rehearse", is_flag=True, help="Have the target judge the changes, if it can.")
@common
def command(  # noqa: PLR0913 - one argument per option
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    out: Path | None,
    voice: Voice,
    *,
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    json_: bool,
    markdown: bool,
    exit_code: bool,
    rehearse: bool,
) -> int:
    """Show what `apply` would change in a target; changes nothing."""
    from crmspec.diagnostics import text
    from crmspec.engine.comment import comment
    from crmspec.engine.gate import Allowed, refusals
    from crmspec.stores.disk import write

    shape = form(None, json=json_, markdown=markdown)
    with guarded(project, target, state_dir, voice) as deployment:
        busy = deployment.busy()
        if busy is not None:
            voice.say(text("{holder}: this plan may be out of date", holder=busy))
        plan = deployment.plan(select, exclude)
        if rehearse:
            deployment.rehearse(plan)
        document = deployment.save(plan, select, exclude)
        if out is not None:
            out.parent.mkdir(parents=True, exist_ok=True)
            write(out, document)
        match shape:
            case "json":
                shown = document.decode()
            case "markdown":
                shown = comment(plan, say=voice.words)
            case _:
                shown = painted(plan, voice, brief=voice.verbosity < 0)
        click.echo(shown, nl=False, color=voice.colour)
        if out is not None:
            voice.say(saved(out))
        for problem in refusals(plan, Allowed(destructive=True, overwrite=True, activate=True)):
            raise problem
        changes = exit_code and not plan.idle
    return ExitCode.CHANGES if changes else ExitCode.CLEAN
