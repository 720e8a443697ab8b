"""How commands that run timelines say that something given to them is wrong."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import click

from crmspec.cli.exit_code import ExitCode
from crmspec.diagnostics import Text, text

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


def usage(sentence: Text, voice: Voice) -> click.UsageError:
    """Return what to say of options that do not go together, in the reader's language."""
    return click.UsageError(voice.words(sentence))


def unknown(error: UnknownNameError, voice: Voice) -> click.UsageError:
    """Return what to say of a name that leads nowhere."""
    template = _NO_SUCH.get(error.kind, text("there is no {kind} {name}")).template
    sentence = Text(template, {"kind": error.kind, "name": error.name})
    if error.close:
        close = text("{what}; did you mean {name}?", what=sentence, name=error.close)
        return usage(close, voice)
    return usage(sentence, voice)


_NO_SUCH: Final = {
    "chain": text("there is no chain {name}"),
    "channel": text("there is no channel {name}"),
    "dialect": text("there is no dialect {name}"),
    "event": text("there is no event {name}"),
    "field": text("there is no field {name}"),
    "first event; name it with --event": text(
        "there is no first event; name it with --event {name}"
    ),
    "frequency": text("there is no frequency {name}"),
    "locale": text("there is no locale {name}"),
    "message": text("there is no message {name}"),
    "persona": text("there is no persona {name}"),
    "persona or file": text("there is no persona or file {name}"),
    "segment": text("there is no segment {name}"),
    "witness": text("there is no witness {name}"),
}


def unknown_profile(error: UnknownProfileError, voice: Voice) -> click.UsageError:
    """Return what to say of a profile that is not there."""
    known = ", ".join(error.known)
    return usage(
        text("there is no profile {name}; there are {known}", name=error.name, known=known), voice
    )
