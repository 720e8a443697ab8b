"""`crmspec completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of SHELL; for bash: eval "$(crmspec completion bash)"."""
    from crmspec.cli.main import cli

    made = get_completion_class(shell)
    if made is None:  # the choices above are click's own shells
        raise click.UsageError(f"no completion for {shell}")
    click.echo(made(cli, {}, "crmspec", "_CRMSPEC_COMPLETE").source())
