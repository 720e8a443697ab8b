"""What `plan` and `apply` share: options, errors in words, a coloured plan."""

from __future__ import annotations

import shlex
import signal
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from crmspec.cli.advice import chose, complete
from crmspec.cli.exit_code import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from crmspec.api.deploy import Deployment, Patience
    from crmspec.cli.option import Function, Voice
    from crmspec.diagnostics import Text
    from crmspec.engine.error import EngineError, StateLockedError
    from crmspec.engine.gate import Allowed
    from crmspec.engine.plan import Plan

OpenT = TypeVar("OpenT")

_COLOURS = {
    "+": "green",
    "~": "yellow",
    "-": "red",
    "=": "cyan",
    "·": "cyan",
    "⟳": "magenta",
    "✗": "red",
    "▶": "magenta",
    "→": "cyan",
    "±": "red",
    "≈": "blue",
    "?": "yellow",
    "!": "yellow",
}


def target_options(function: Function) -> Function:
    """Add `--target` and `--state-dir`."""
    for option in (
        click.option(
            "--state-dir",
            type=click.Path(path_type=Path, file_okay=False),
            envvar="CRMSPEC_STATE_DIR",
            help="Where the state is kept; .crmspec in the project by default.",
        ),
        click.option("--target", help="The target, if the project has several."),
    ):
        function = option(function)
    return function


def lock_option(function: Function) -> Function:
    """Add `--lock-timeout`."""
    return click.option(
        "--lock-timeout",
        type=click.FloatRange(min=0),
        default=0.0,
        metavar="SECONDS",
        help="Wait so long for another run to end; 0 refuses at once.",
    )(function)


def patience(seconds: float, voice: Voice) -> Patience:
    """Return how long to wait for the lock; that it is waited for is said."""
    from crmspec.api.deploy import Patience
    from crmspec.diagnostics import text

    def waiting(error: StateLockedError) -> None:
        voice.say(error.message)
        voice.say(text("waiting up to {seconds} s for it", seconds=f"{seconds:g}"))

    return Patience(seconds, waiting, voice.say)


def selection_options(function: Function) -> Function:
    """Add `--select` and `--exclude`, each of them several times."""
    terms = "chain.x, kind:message, tag:promo, path:FOLDER; +x with what it needs, x+ with users."
    for name, verb in (("--exclude", "Without"), ("--select", "Only")):
        option = click.option(name, multiple=True, metavar="TERM", help=f"{verb} {terms}")
        function = option(function)
    return function


@contextmanager
def guarded(  # noqa: PLR0913 - what the options say
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    voice: Voice,
    plan_file: Path | None = None,
    *,
    lock_timeout: float = 0.0,
) -> Iterator[Deployment]:
    """Open the deployment; errors of project and target are printed and end the command.

    Without `target`, a saved plan says which one it is for.
    """
    from crmspec.api.deploy import deployment, planned
    from crmspec.api.rollback import rollback
    from crmspec.api.workspace import choose

    def opened() -> AbstractContextManager[Deployment]:
        given, commit, waits = target, None, patience(lock_timeout, voice)
        if plan_file is not None:
            environment, name, commit = planned(plan_file.read_bytes())
            given = target or name
            chose(given)
            if choose(environment) != environment:
                raise _elsewhere(environment)
        if commit is not None:
            return rollback(project, given, state_dir, waits, to=commit)
        return deployment(project, given, state_dir, waits)

    with told(opened, voice) as found:
        yield found


def _elsewhere(environment: str | None) -> EngineError:
    """Return what to say of a plan that is for another environment than the one asked for."""
    from crmspec.diagnostics import text
    from crmspec.engine.error import StalePlanError

    if environment is None:
        return StalePlanError(text("the plan is for no environment"))
    return StalePlanError(
        text("the plan is for the environment `{name}`", name=environment),
        text("what was tried there is planned anew elsewhere: `crmspec plan -o plan.json`"),
    )


@contextmanager
def told(open_: Callable[[], AbstractContextManager[OpenT]], voice: Voice) -> Iterator[OpenT]:
    """Open what needs the project and a target; their errors are printed and end the command."""
    from crmspec.api.deploy import BrokenProjectError
    from crmspec.diagnostics import text
    from crmspec.engine.error import EngineError

    try:
        with _orderly(), open_() as opened:
            yield opened
    except BrokenProjectError as error:
        from crmspec.diagnostics.format import FORMATS, Options

        options = Options(lang=voice.lang, color=voice.colour)
        click.echo(FORMATS["text"](error.report, options), nl=False, err=True)
        voice.say(text("nothing was contacted: correct the project first"))
        raise click.exceptions.Exit(ExitCode.FINDINGS) from None
    except EngineError as error:
        tell(error, voice)
        raise click.exceptions.Exit(exit_code(error)) from None


@contextmanager
def _orderly() -> Iterator[None]:
    """Let SIGTERM, as of a cancelled pipeline, end the run as Ctrl-C does: it frees its lock."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def exit_code(error: EngineError) -> ExitCode:
    """Return the exit code of an error."""
    from crmspec.engine.error import (
        BadPlanFileError,
        PlanRefusedError,
        SelectionError,
        UnknownTargetError,
    )

    if isinstance(error, PlanRefusedError):
        return ExitCode.FINDINGS
    usage = isinstance(error, (BadPlanFileError, SelectionError, UnknownTargetError))
    return ExitCode.USAGE if usage else ExitCode.INCOMPLETE


def tell(error: EngineError, voice: Voice) -> None:
    """Print an error with its help."""
    from crmspec.diagnostics import text
    from crmspec.diagnostics.catalog import translate
    from crmspec.diagnostics.format.width import printable

    label = click.style(
        f"{translate(text('error'), voice.lang)}[{error.code.id}]", fg="red", bold=True
    )
    head = label if voice.colour else click.unstyle(label)
    click.echo(f"{head}: {printable(voice.words(error.message))}", err=True)
    if error.at:
        click.echo(f"  --> {error.at}", err=True)
    for line in error.help:
        click.echo(f"  = {printable(voice.words(line))}", err=True)
    click.echo(f"  = crmspec explain {error.code.id}", err=True)


def saved(path: Path) -> Text:
    """Return how to apply a plan that was saved, which says itself what it is for."""
    from crmspec.diagnostics import text

    line = complete(f"crmspec apply {shlex.quote(str(path))}", ("project", "state_dir"))
    return text("saved for 24 h: {command}", command=line)


def painted(
    plan: Plan, voice: Voice, allowed: Allowed | None = None, *, brief: bool = False
) -> str:
    """Return the plan's text in the reader's language, coloured if wanted."""
    from crmspec.engine.gate import NOTHING
    from crmspec.engine.text import render

    def paint(symbol: str, line: str) -> str:
        return click.style(line, fg=_COLOURS.get(symbol)) if voice.colour and symbol else line

    return render(plan, say=voice.words, paint=paint, allowed=allowed or NOTHING, brief=brief)
