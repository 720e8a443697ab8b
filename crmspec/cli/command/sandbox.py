"""`crmspec sandbox`."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmspec.cli.option import common

if TYPE_CHECKING:
    from crmspec.cli.option import Voice


@click.group("sandbox")
def command() -> None:
    """The embedded stand-in target: an ESP over HTTP that sends nothing."""


@command.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True)
@click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(".crmspec/sandbox.db"),
    show_default=True,
    help="The SQLite file that holds its objects.",
)
@click.option("--token", envvar="CRMSPEC_SANDBOX_TOKEN", help="The bearer token; random if absent.")
@click.option("--faults", help='What goes wrong, as JSON: \'{"busy_every": 5, "retry_after": 1}\'.')
@common
def serve(port: int, db: Path, token: str | None, faults: str | None, voice: Voice) -> None:
    """Serve the sandbox on 127.0.0.1 until interrupted.

    Point a target at it with `url:` and `credentials: {env: NAME}`.
    """
    import msgspec

    from crmspec.engine.error import EngineError
    from crmspec.providers.sandbox.server import Faults, SandboxServer

    try:
        chosen = msgspec.json.decode(faults or "{}", type=Faults)
    except msgspec.DecodeError as error:
        raise click.UsageError(f"--faults: {error}") from None
    db.parent.mkdir(parents=True, exist_ok=True)
    gc.enable()  # this command lives long
    server = SandboxServer(db, port=port, token=token, faults=chosen)
    try:
        with server:
            click.echo(f"sandbox at {server.url}  token {server.token}")
            voice.say("ctrl-c stops it")
            server.wait()
    except EngineError as error:
        raise click.UsageError(voice.words(error.message)) from None
    except OSError as error:
        raise click.UsageError(f"cannot listen on port {port}: {error.strerror}") from None
