"""Commands that are advised, as they have to be typed: with what this one was told to look at."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ADVISED = re.compile(r"(?<=`)crmspec [a-z]+[^`\n]*(?=`)")
_TARGET = "crmspec.target"
_CARRIED = ("project", "target", "state_dir", "environment")


def chose(target: str) -> None:
    """Note the target of a saved plan, which need not be named on the command line."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[_TARGET] = target


def typed(words: str) -> str:
    """Return words with the commands that they advise between backticks as `complete` makes them.

    Elsewhere than in a command of crmspec, the words stay as they are.
    """
    if "`crmspec " not in words or click.get_current_context(silent=True) is None:
        return words
    return _ADVISED.sub(lambda found: complete(found[0]), words)


def complete(line: str, carried: tuple[str, ...] = _CARRIED) -> str:
    """Return a command line with the project, target, state and environment chosen for this one.

    Only what it takes is added, and nothing that it says itself.
    """
    chosen, said = _chosen(), line.split()
    options = {one.name: one for one in _options(said[1:])}
    for name in carried:
        option = options.get(name)
        if option is not None and name in chosen and not {*option.opts} & {*said}:
            line += f" {max(option.opts, key=len)} {shlex.quote(chosen[name])}"
    return line


def _chosen() -> Mapping[str, str]:
    """Return what was chosen, by the name of the option."""
    from crmspec.api.workspace import choose

    context = click.get_current_context()
    found = {name: context.params.get(name) for name in _CARRIED}
    found["target"] = found["target"] or context.meta.get(_TARGET)
    found["environment"] = choose(None)
    return {name: str(value) for name, value in found.items() if value is not None}


def _options(said: list[str]) -> Iterator[click.Option]:
    """Yield the options of a command, or of one below it; of none if there is no such command."""
    from crmspec.cli.main import cli

    command: click.Command | None = cli
    context = click.get_current_context()
    for word in said:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(context, word)
    if command is not None:
        yield from (one for one in command.params if isinstance(one, click.Option))
