"""`crmspec state`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crmspec.cli.agree import agreed
from crmspec.cli.deploy import lock_option, target_options, told
from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, project_option
from crmspec.diagnostics import text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from crmspec.api.state import Keeping
    from crmspec.cli.option import Function, Voice
    from crmspec.engine.state import State


@click.group("state")
def command() -> None:
    """What was last applied to a target: look at it, fetch it, put it back, move it."""


def _options(function: Function) -> Function:
    return project_option(target_options(common(function)))


def _keeping(
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    voice: Voice,
    lock_timeout: float = 0.0,
) -> AbstractContextManager[Keeping]:
    from crmspec.api.state import keeping
    from crmspec.cli.deploy import patience

    return told(lambda: keeping(project, target, state_dir, patience(lock_timeout, voice)), voice)


@command.command("list")
@_options
def list_(project: Path | None, target: str | None, state_dir: Path | None, voice: Voice) -> None:
    """List the objects: address, id on the target, when it was applied."""
    with _keeping(project, target, state_dir, voice) as kept:
        for line in _lines(kept.store.load()):
            click.echo(line)


def _lines(state: State) -> Iterator[str]:
    rows = []
    for name, one in sorted(state.entries.items()):
        rows += [(name, one.id, one.applied_at)] if one.deployed else []
        rows += [(name, "!", f"{one.by_hand.at} {one.by_hand.by}")] if one.by_hand else []
    rows += [(name, "…", f"{one.kind}?") for name, one in sorted(state.pending.items())]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for address, id_, at in rows:
        yield f"{address:<{widths[0]}}  {id_:<{widths[1]}}  {at}"


@command.command("runs")
@_options
def runs(project: Path | None, target: str | None, state_dir: Path | None, voice: Voice) -> None:
    """List the latest applies, the last first: when, the commit, and whether it went back to it."""
    with _keeping(project, target, state_dir, voice) as kept:
        for run in reversed(kept.store.load().runs):
            notes = [text("with changes that are in no commit")] * run.dirty
            notes += [text("rolled back to")] * run.rollback
            said = ", ".join(map(voice.words, notes))
            click.echo(f"{run.at}  {run.commit or '-':<40}  {said}".rstrip())


@command.command("show")
@click.argument("address")
@_options
def show(
    address: str, project: Path | None, target: str | None, state_dir: Path | None, voice: Voice
) -> None:
    """Print an object by its ADDRESS, such as chain.welcome, as it was applied last, as JSON."""
    import msgspec

    with _keeping(project, target, state_dir, voice) as kept:
        data = msgspec.json.encode(kept.entry(address))
        click.echo(msgspec.json.format(data, indent=2))


@command.command("pull")
@_options
def pull(project: Path | None, target: str | None, state_dir: Path | None, voice: Voice) -> None:
    """Print the whole state as JSON; `push` takes it back."""
    with _keeping(project, target, state_dir, voice) as kept:
        click.echo(kept.pull(), nl=False)


@command.command("push")
@click.argument("file", type=click.File("rb"))
@click.option("--force", is_flag=True, help="Even if it is older, or of another beginning.")
@_options
@lock_option
def push(  # noqa: PLR0913 - one argument per option
    file: click.File,
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    voice: Voice,
    *,
    lock_timeout: float,
    force: bool,
) -> None:
    """Write the state in FILE (`-`: standard input) into the store.

    Refused if it is of another beginning than the state there, or not newer.
    """
    with _keeping(project, target, state_dir, voice, lock_timeout) as kept:
        name = getattr(file, "name", "-")
        state = kept.push(file.read(), name, force=force)  # type: ignore[attr-defined]
        if state is None:
            voice.say(text("the state there is the same already: nothing was written"))
        else:
            voice.say(text("the state has serial {serial} now", serial=state.serial))


@command.command("unlock")
@click.argument("lock_id", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@_options
def unlock(  # noqa: PLR0913 - one argument per option
    lock_id: str | None,
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    voice: Voice,
    *,
    yes: bool,
) -> int:
    """Free the lock LOCK_ID, whose holder is gone; without an id, say who holds the state."""
    from crmspec.engine.holder import told as holding

    with _keeping(project, target, state_dir, voice) as kept:
        holder = kept.store.holder()
        if holder is None:
            voice.say(text("nobody holds the state"))
            return ExitCode.CLEAN
        voice.say(holding(holder))
        if lock_id is None:
            voice.say(text("if that run is gone: `crmspec state unlock {id}`", id=holder.id))
            return ExitCode.CLEAN
        if not yes and not _agreed(voice):
            voice.say(text("nothing was changed"))
            return ExitCode.CLEAN
        kept.store.unlock(lock_id)
        voice.say(text("the lock is free"))
    return ExitCode.CLEAN


def _agreed(voice: Voice) -> bool:
    return agreed(
        text("free it? two runs at once can make objects twice"),
        voice,
        alone=text("nobody is here to ask: give --yes"),
    )


@command.command("migrate")
@click.option(
    "--to",
    "settings",
    required=True,
    metavar="SETTINGS",
    help="The store to copy it to, as in crmspec.yaml: '{store: s3, bucket: shop-crm-state}'.",
)
@_options
@lock_option
def migrate(  # noqa: PLR0913 - one argument per option
    settings: str,
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    voice: Voice,
    *,
    lock_timeout: float,
) -> None:
    """Copy the state to another store and compare; the one here stays as it is."""
    with _keeping(project, target, state_dir, voice, lock_timeout) as kept:
        state = kept.migrate(settings)
        voice.say(
            text(
                "copied: {count} objects, serial {serial}",
                count=len(state.entries),
                serial=state.serial,
            )
        )
        voice.say(text("now write into `crmspec.yaml`: `state: {settings}`", settings=settings))
        voice.say(
            text(
                "until then every run still uses `{place}`; then delete what is there",
                place=kept.where,
            )
        )
