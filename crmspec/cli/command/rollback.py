"""`crmspec rollback`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmspec.cli.command.apply import carry_out
from crmspec.cli.deploy import lock_option, painted, patience, saved, target_options, told
from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, project_option

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from crmspec.api.deploy import Deployment
    from crmspec.cli.option import Voice


@click.command("rollback")
@project_option
@target_options
@lock_option
@click.option(
    "--to", "commit", help="An applied commit, as git names it; the one before by default."
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Only save the plan; `crmspec apply FILE` makes exactly these changes or refuses.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--activate", is_flag=True, help="Let drafts go live, and live chains send more.")
@click.option("--allow-destructive", is_flag=True, help="Delete what the plan deletes.")
@click.option("--overwrite", is_flag=True, help="Undo what people changed on the target.")
@common
def command(  # noqa: PLR0913, PLR0917 - one argument per option
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    commit: str | None,
    out: Path | None,
    voice: Voice,
    *,
    lock_timeout: float,
    yes: bool,
    activate: bool,
    allow_destructive: bool,
    overwrite: bool,
) -> int:
    """Bring a target back to the project of an earlier commit that was applied to it.

    It is a plan like any other: it is shown, you are asked, and what is dangerous needs its option.
    The files of the project stay as they are.
    """
    from crmspec.api.rollback import rollback
    from crmspec.diagnostics import text
    from crmspec.engine.gate import Allowed
    from crmspec.stores.disk import write

    def opened() -> AbstractContextManager[Deployment]:
        waits = patience(lock_timeout, voice)
        return rollback(project, target, state_dir, waits, to=commit)

    allowed = Allowed(destructive=allow_destructive, overwrite=overwrite, activate=activate)
    with told(opened, voice) as deployment, deployment.store.lock():
        back = deployment.back.commit if deployment.back is not None else ""
        voice.say(text("back to commit {commit}", commit=back))
        plan = deployment.plan()
        if out is None:
            carry_out(deployment, plan, allowed, voice, ask=not yes)
            return ExitCode.CLEAN
        click.echo(painted(plan, voice), nl=False, color=voice.colour)
        out.parent.mkdir(parents=True, exist_ok=True)
        write(out, deployment.save(plan))
        voice.say(saved(out))
    return ExitCode.CLEAN
