"""How commands that run timelines say that something given to them is wrong."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click

from crmspec.cli.exit_code import ExitCode

if TYPE_CHECKING:
    from crmspec.api.examine import UnknownProfileError
    from crmspec.api.unknown import UnknownNameError
    from crmspec.cli.option import Voice
    from crmspec.diagnostics.report import Report


def broken(report: Report, voice: Voice) -> ExitCode:
    """Print the findings because of which nothing can be run."""
    from crmspec.diagnostics.format import FORMATS, Options

    width = shutil.get_terminal_size((100, 24)).columns
    shown = FORMATS["text"](report, Options(lang=voice.lang, color=voice.colour, width=width))
    click.echo(shown, nl=False, color=voice.colour)
    return ExitCode.FINDINGS


def unknown(error: UnknownNameError) -> click.UsageError:
    """Return what to say of a name that leads nowhere."""
    hint = f"; did you mean {error.close}?" if error.close else ""
    return click.UsageError(f"there is no {error.kind} {error.name}{hint}")


def unknown_profile(error: UnknownProfileError) -> click.UsageError:
    """Return what to say of a profile that is not there."""
    return click.UsageError(f"there is no profile {error.name}; there are {', '.join(error.known)}")
