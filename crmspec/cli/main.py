"""The command group: each command is imported only when it is run."""

from __future__ import annotations

import importlib
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmspec import __version__
from crmspec.cli.exit_code import ExitCode

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.engine.error import EngineError

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("crmspec.cli.command.init", "Start a project with one working chain."),
    "check": ("crmspec.cli.command.check", "Find errors and conflicts; exits with 1 on errors."),
    "run": ("crmspec.cli.command.run", "Show what one customer receives, and when."),
    "test": ("crmspec.cli.command.test", "Run the journey tests; exits with 1 on failures."),
    "ask": ("crmspec.cli.command.ask", "Answer a question about all customers."),
    "fix": ("crmspec.cli.command.fix", "Apply the fixes that findings suggest."),
    "explain": ("crmspec.cli.command.explain", "Explain a code such as CRM101."),
    "schema": ("crmspec.cli.command.schema", "Print the JSON Schema of a resource kind."),
    "show": ("crmspec.cli.command.show", "Print the program, or one resource, as JSON."),
    "render": ("crmspec.cli.command.render", "Write the maps and flow diagrams."),
    "preview": ("crmspec.cli.command.preview", "Show messages as people see them."),
    "compile": (
        "crmspec.cli.command.compile",
        "Print a message in the template language of a target.",
    ),
    "targets": ("crmspec.cli.command.targets", "Print what platforms take of the language."),
    "plan": ("crmspec.cli.command.plan", "Show what apply would change in a target."),
    "apply": ("crmspec.cli.command.apply", "Make a target match the project."),
    "sheet": ("crmspec.cli.command.sheet", "Say step by step what is to be done by hand."),
    "confirm": ("crmspec.cli.command.confirm", "Note that a build sheet was done."),
    "drift": ("crmspec.cli.command.drift", "Show what people changed on a target."),
    "pull": ("crmspec.cli.command.pull", "Write what people changed there into the project."),
    "import": ("crmspec.cli.command.import_", "Read what is on a target into the project."),
    "rollback": ("crmspec.cli.command.rollback", "Bring a target back to an applied commit."),
    "sandbox": ("crmspec.cli.command.sandbox", "Run the embedded stand-in target."),
    "state": ("crmspec.cli.command.state", "Look at, move or unlock what was last applied."),
    "completion": ("crmspec.cli.command.completion", "Print the shell completion script."),
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, with a suggestion for a misspelt one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from crmspec.diagnostics.suggestion import nearest

            close = nearest(args[0], COMMANDS) if args else None
            if close is None:
                raise
            raise click.UsageError(f"{error.message} Did you mean '{close}'?", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table above, so that help imports nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crmspec", message="%(prog)s %(version)s")
def cli() -> None:
    """Check, render and deploy CRM campaigns kept as YAML in Git."""


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; never lets an exception out."""
    try:
        result = cli.main(args=arguments, prog_name="crmspec", standalone_mode=False)
        return int(result) if isinstance(result, int) else ExitCode.CLEAN
    except (SystemExit, BrokenPipeError):  # nobody reads the output any more
        return ExitCode.CLEAN
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: hide the traceback
        return _failed(error)


def _failed(error: Exception) -> int:
    """Say what is wrong in words, and return the exit code."""
    from crmspec.api.workspace import NothingToReadError
    from crmspec.engine.error import EngineError

    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.ClickException():
            error.show()
            return ExitCode.USAGE
        case OSError():
            return _closed(error)
        case NothingToReadError():
            return _nothing(error.reason)
        case EngineError():
            return _refused(error)
    return _bug()


def _closed(error: OSError) -> int:
    """Say which file could not be read or written."""
    from crmspec.cli.option import voice
    from crmspec.stores.disk import advice

    what = error.filename2 or error.filename
    reason = (error.strerror or type(error).__name__).lower()
    click.echo(f"error: {what}: {reason}" if what else f"error: {reason}", err=True)
    speaker = voice(None, colour=False, quiet=False, verbose=False)
    speaker.say(f"  = {speaker.words(advice(error))}")
    return ExitCode.USAGE


def _nothing(reason: Text) -> int:
    """Say that there is no project here."""
    from crmspec.cli.option import voice
    from crmspec.diagnostics import text

    speaker = voice(None, colour=False, quiet=False, verbose=False)
    speaker.say(text("error: {reason}", reason=reason))
    speaker.say(f"  = {speaker.words(text('`crmspec init` starts a project'))}")
    return ExitCode.USAGE


def _refused(error: EngineError) -> int:
    """Say what is wrong with what was asked for."""
    from crmspec.cli.deploy import exit_code, tell
    from crmspec.cli.option import voice

    tell(error, voice(None, colour=None, quiet=False, verbose=False))
    return exit_code(error)


def _bug() -> int:
    """Save the traceback where it can be sent from and say so."""
    report = tempfile.NamedTemporaryFile(  # noqa: SIM115 - kept for the author
        "w", prefix="crmspec-bug-", suffix=".txt", delete=False, encoding="utf-8"
    )
    with report:
        report.write(f"crmspec {__version__}, Python {sys.version}\n{traceback.format_exc()}")
    click.echo(f"crmspec has a bug, sorry; please report it with {Path(report.name)}", err=True)
    return ExitCode.BUG
