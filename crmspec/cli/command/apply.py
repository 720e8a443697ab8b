"""`crmspec apply`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmspec.cli.agree import agreed
from crmspec.cli.deploy import (
    guarded,
    lock_option,
    painted,
    selection_options,
    target_options,
)
from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import Misuse, common, project_option, show
from crmspec.cli.progress import Progress
from crmspec.diagnostics import text

if TYPE_CHECKING:
    from crmspec.api.deploy import Deployment
    from crmspec.cli.option import Voice
    from crmspec.engine.apply import Outcome
    from crmspec.engine.gate import Allowed
    from crmspec.engine.plan import Plan


@click.command("apply")
@click.argument(
    "plan_file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@project_option
@target_options
@lock_option
@selection_options
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--activate", is_flag=True, help="Let drafts go live, and live chains send more.")
@click.option("--allow-destructive", is_flag=True, help="Delete what the plan deletes.")
@click.option("--overwrite", is_flag=True, help="Undo what people changed on the target.")
@common
def command(  # noqa: PLR0913 - one argument per option
    plan_file: Path | None,
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    voice: Voice,
    *,
    lock_timeout: float,
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    yes: bool,
    activate: bool,
    allow_destructive: bool,
    overwrite: bool,
) -> int:
    """Make a target match the project.

    With PLAN_FILE, a plan saved by `crmspec plan -o`, exactly these changes are made, or none
    if anything moved since. Otherwise the plan is shown and you are asked. An interrupted run
    is finished by the next one. Nothing goes live, is deleted, or undoes an edit by hand unless
    an option says so.
    """
    from crmspec.engine.gate import Allowed

    if plan_file is not None and (select or exclude):
        raise Misuse(text("a saved plan has its own selection"))
    allowed = Allowed(destructive=allow_destructive, overwrite=overwrite, activate=activate)

    with (
        guarded(
            project, target, state_dir, voice, plan_file, lock_timeout=lock_timeout
        ) as deployment,
        deployment.store.lock(),  # who waits for it plans after it: its plan is never stale
    ):
        if plan_file is not None:
            plan = deployment.confirmed(plan_file.read_bytes())
        else:
            plan = deployment.plan(select, exclude)
        carry_out(deployment, plan, allowed, voice, ask=plan_file is None and not yes)
    return ExitCode.CLEAN


def carry_out(
    deployment: Deployment, plan: Plan, allowed: Allowed, voice: Voice, *, ask: bool
) -> None:
    """Show a plan and make its changes, if they are allowed, and agreed to if one is to `ask`.

    Raises:
        EngineError: they are not allowed, or not all of them could be made.
    """
    from crmspec.api.pull import ways_out
    from crmspec.engine.gate import admit

    brief = voice.verbosity < 0 and not ask
    show(painted(plan, voice, allowed, brief=brief), newline=False)
    if allowed.activate and deployment.settings.activate != "live":
        setting = deployment.settings.activate
        voice.say(
            text("nothing goes live: `activate` of the target is `{setting}`", setting=setting)
        )
    plan = admit(plan, allowed, lambda: ways_out(deployment, plan))
    if plan.empty:
        _apply(deployment, plan, voice)
        _remind(plan, voice)
        return
    if ask and not _agreed(deployment.target, voice):
        voice.say(text("nothing was changed"))
        return
    outcome = _apply(deployment, plan, voice)
    problem = outcome.problem()
    if problem is not None:
        raise problem
    made = sum(not change.only_noted for change in outcome.done)
    voice.say(text("done in {target}: {count}", target=deployment.target, count=made))
    _remind(plan, voice)


def _apply(deployment: Deployment, plan: Plan, voice: Voice) -> Outcome:
    """Make the changes; whoever interrupts it is told how far it came."""
    progress = Progress(plan, voice)
    try:
        return deployment.apply(plan, progress)
    except KeyboardInterrupt:
        progress.interrupted()
        raise


def _remind(plan: Plan, voice: Voice) -> None:
    """Say what is left to people; it is no failure."""
    if plan.tasks:
        voice.say(text("{count} left to do by hand", count=len(plan.tasks)))


def _agreed(target: str, voice: Voice) -> bool:
    return agreed(
        text("make these changes in {target}?", target=target),
        voice,
        alone=text("nobody is here to ask: give --yes, or a plan saved by crmspec plan -o"),
    )
