"""`crmspec targets`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, form, project_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crmspec.cli.option import Voice
    from crmspec.lower.capability import Capabilities

FORMATS = ("text", "json", "markdown")
VERSION = 1


@click.command("targets")
@click.argument("names", nargs=-1, metavar="[TARGET]...")
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Output form.")
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@project_option
@common
def command(  # noqa: PLR0913 - one argument per option
    names: tuple[str, ...],
    format_: str | None,
    project: Path | None,
    voice: Voice,
    *,
    json_: bool,
    markdown: bool,
) -> int:
    """Print what platforms take of the language: all of them, or how one TARGET takes each part.

    A TARGET is a platform, or a target of the project.
    """
    from crmspec.api.targets import tables
    from crmspec.engine.error import UnknownTargetError

    try:
        found = tables(names, project)
    except UnknownTargetError as error:
        raise click.UsageError(voice.words(error.message)) from None
    shape = form(format_, json=json_, markdown=markdown)
    if shape == "json":
        click.echo(_json(found), nl=False)
    elif shape == "markdown":
        from crmspec.render.matrix import matrix, section

        alone = len(found) == 1 and names
        words = voice.words
        click.echo("\n".join(section(found[0], words) if alone else matrix(found, words)))
    elif len(found) == 1 and names:
        from crmspec.render.matrix import lines

        click.echo("\n".join(lines(found[0], voice.words)))
    else:
        click.echo("\n".join(_matrix(found, voice)))
    return ExitCode.CLEAN


def _json(found: Sequence[Capabilities]) -> str:
    from crmspec.diagnostics.format.json import dump
    from crmspec.render.matrix import data

    return dump({"version": VERSION, "targets": {one.platform: data(one) for one in found}})


def _matrix(found: Sequence[Capabilities], voice: Voice) -> Iterator[str]:
    from crmspec.render.matrix import LEGEND, cells

    yield voice.words(LEGEND)
    widths = [len(one.platform) for one in found]
    for family, rows in cells(found):
        first = max(len(row[0]) for row in rows) + 2
        yield ""
        yield "  ".join([family.ljust(first), *(one.platform for one in found)])
        for name, *marks in rows:
            yield "  ".join([f"  {name}".ljust(first), *map(str.ljust, marks, widths)]).rstrip()
