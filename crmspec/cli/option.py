"""Options that several commands share, and how they speak to the terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from crmspec.diagnostics import text
from crmspec.source.record import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.diagnostics import Text

    Function = TypeVar("Function", bound=Callable[..., object])

LANGUAGES = ("en", "ru")


class Misuse(click.UsageError):
    """A way to call a command that makes no sense; told in the reader's language."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.english())
        self.sentence = sentence


class Voice(Value, frozen=True):
    """How to speak: the language, whether to colour, and how much to say (-1, 0, 1)."""

    lang: str
    colour: bool
    verbosity: int

    def say(self, message: Text | str, level: int = 0) -> None:
        """Print to standard error, unless the reader asked for less."""
        if self.verbosity >= level:
            show(message if isinstance(message, str) else _safe(self.words(message)), err=True)

    def words(self, message: Text) -> str:
        """Return a sentence in the reader's language; its commands can be typed as they are."""
        from crmspec.cli.advice import typed
        from crmspec.diagnostics.catalog import translate

        return typed(translate(message, self.lang))


def _safe(words: str) -> str:
    """Return a sentence, which may name what others have written, as a terminal can show it."""
    from crmspec.diagnostics.format.width import printable

    return "\n".join(map(printable, words.split("\n")))


def show(message: str, *, err: bool = False, newline: bool = True) -> None:
    """Print, and go on if nobody reads any more: work under way must not end for that."""
    try:
        click.echo(message, err=err, nl=newline)
    except BrokenPipeError:
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
        if err:
            sys.stderr = nowhere
        else:
            sys.stdout = nowhere


def voice(lang: str | None, colour: bool | None, quiet: bool, verbose: bool) -> Voice:  # noqa: FBT001
    """Return how to speak, from options and the environment."""
    if colour is None:
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        colour = colour and os.environ.get("TERM") != "dumb"
    return Voice(lang or _language(), colour, -1 if quiet else int(verbose))


def _language() -> str:
    for name in ("CRMSPEC_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")[:2].lower()
        if value in LANGUAGES:
            return value
    return "en"


def common(function: Function) -> Function:
    """Add `--lang`, `--color/--no-color`, `-q` and `-v`, given to the command as `voice`."""

    def wrapped(*args: object, **kwargs: object) -> object:
        speaker = kwargs["voice"] = voice(
            kwargs.pop("lang"),  # type: ignore[arg-type]
            kwargs.pop("color"),  # type: ignore[arg-type]
            bool(kwargs.pop("quiet")),
            bool(kwargs.pop("verbose")),
        )
        try:
            return function(*args, **kwargs)
        except Misuse as error:
            raise click.UsageError(speaker.words(error.sentence)) from None

    wrapped.__name__ = function.__name__
    wrapped.__doc__ = function.__doc__
    wrapped.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
    for option in (
        click.option("-v", "--verbose", is_flag=True, help="Say more."),
        click.option("-q", "--quiet", is_flag=True, help="Say only what matters."),
        click.option("--color/--no-color", default=None, help="Colour the output, or not."),
        click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the output."),
    ):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value]


def form(format_: str | None, *, json: bool, markdown: bool) -> str:
    """Return the form of output that options ask for, `text` if they do not.

    Raises:
        Misuse: they ask for two.
    """
    asked = {format_} if format_ is not None else set()
    asked |= {name for name, given in (("json", json), ("markdown", markdown)) if given}
    if len(asked) > 1:
        raise Misuse(text("choose one form of output: {forms}", forms=", ".join(sorted(asked))))
    return asked.pop() if asked else "text"


def environment_option(function: Function) -> Function:
    """Add `--environment`; every project that the command reads is then that of it."""
    return click.option(
        "-e",
        "--environment",
        envvar="CRMSPEC_ENVIRONMENT",
        metavar="NAME",
        expose_value=False,
        callback=_choose,
        help="The environment whose values are put in.",
    )(function)


def _choose(context: click.Context, _: click.Parameter, name: str | None) -> None:
    from crmspec.api.workspace import choosing

    context.with_resource(choosing(name))


def project_argument(function: Function) -> Function:
    """Add `[PATHS]...`: a project, folders or files; the current folder by default."""
    argument = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
    return environment_option(argument(function))


def project_option(function: Function) -> Function:
    """Add `--project PATH` for commands whose arguments mean something else."""
    option = click.option(
        "--project",
        "project",
        type=click.Path(exists=True, path_type=Path),
        help="The project's folder; the current one by default.",
    )
    return environment_option(option(function))
