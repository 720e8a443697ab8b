"""`crmspec compile`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import Misuse, common, form, project_option
from crmspec.diagnostics import text

if TYPE_CHECKING:
    from crmspec.api.compile import Compiled, Row
    from crmspec.cli.option import Voice
    from crmspec.lower.capability import Support

FORMATS = ("text", "json", "markdown")
VERSION = 1


@click.command("compile")
@click.argument("messages", nargs=-1, metavar="[MESSAGE]...")
@click.option("--dialect", help="The template language of a target, such as braze.")
@click.option("--all", "every", is_flag=True, help="Count what each dialect cannot say.")
@click.option("--target", "targets", help="Count what the resources lose on these: a,b,c.")
@click.option("--field", help="Print this field alone, such as html, without a heading.")
@click.option("--locale", help="The language of the message; the project's by default.")
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Output form.")
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a file for each field into this folder.",
)
@project_option
@common
def command(  # noqa: PLR0913 - one argument per option
    messages: tuple[str, ...],
    dialect: str | None,
    field: str | None,
    locale: str | None,
    *,
    format_: str | None,
    json_: bool,
    markdown: bool,
    output: Path | None,
    project: Path | None,
    voice: Voice,
    every: bool,
    targets: str | None,
) -> int:
    """Print a MESSAGE in the template language of a target, or how all messages fare in all.

    What the language cannot say is a finding with its line and what to write instead; then the
    exit code is 1. --all makes a table of messages and dialects: `·` where nothing is lost, and
    the number of losses elsewhere.

    --target makes a table of resources and targets (or platforms): how many parts of each are
    lowered, deviate, are left to hands, or are not taken at all; `crmspec targets` says which.
    """
    from crmspec.api.compile import Compiler
    from crmspec.api.unknown import UnknownNameError
    from crmspec.cli.trouble import unknown

    shape = form(format_, json=json_, markdown=markdown)
    if targets is not None:
        if messages or dialect is not None or every:
            raise Misuse(text("--target looks at the whole project; leave the rest out"))
        return _losses(targets, project, shape, voice)
    _check(messages, dialect, every=every)
    try:
        compiler = Compiler.at(project)
        if every:
            click.echo(_table(compiler.table(messages), shape), nl=False)
            return ExitCode.CLEAN
        done = compiler.compiled(messages[0], dialect or "", locale, field)
    except UnknownNameError as error:
        raise unknown(error, voice) from None
    _tell(done, field, shape, output, voice)
    return ExitCode.FINDINGS if done.report.failed else ExitCode.CLEAN


def _check(messages: tuple[str, ...], dialect: str | None, *, every: bool) -> None:
    if every and dialect is not None:
        raise Misuse(text("--all looks at every dialect; leave --dialect out"))
    if not every and (dialect is None or len(messages) != 1):
        from crmspec.dialect.registry import DIALECTS

        names = ", ".join(DIALECTS)
        raise Misuse(
            text("name one MESSAGE and --dialect (or --all); there are {names}", names=names)
        )


def _tell(
    done: Compiled, field: str | None, format_: str, output: Path | None, voice: Voice
) -> None:
    """Print or write the fields, and tell of what is lost."""
    if format_ == "json":
        click.echo(_json(done, voice), nl=False)
        return
    if output is not None:
        _write(done, output, voice)
    else:
        click.echo(_fields(done, field, markdown=format_ == "markdown"), nl=False)
    if done.report.findings:
        from crmspec.diagnostics.format import FORMATS as REPORTS
        from crmspec.diagnostics.format import Options

        shown = REPORTS["text"](done.report, Options(lang=voice.lang, color=voice.colour))
        click.echo(shown, nl=False, err=True, color=voice.colour)


def _write(done: Compiled, folder: Path, voice: Voice) -> None:
    from crmspec.engine.file_name import file_name

    folder.mkdir(parents=True, exist_ok=True)
    for name, written in done.fields.items():
        ending = "html" if name == "html" else f"{name}.txt"
        path = folder / file_name(f"{done.message}.{ending}")
        path.write_text(written, encoding="utf-8")
        voice.say(text("wrote {path}", path=str(path)))


def _fields(done: Compiled, field: str | None, *, markdown: bool) -> str:
    if field is not None:
        return f"{done.fields[field]}\n"
    lines: list[str] = []
    for name, written in done.fields.items():
        fence = "`" * max(3, _ticks(written) + 1)
        lines += [f"## {name}", "", fence, written, fence] if markdown else [f"# {name}", written]
        lines.append("")
    return "".join(f"{line}\n" for line in lines)


def _ticks(written: str) -> int:
    import re

    return max((len(run) for run in re.findall("`+", written)), default=0)


def _json(done: Compiled, voice: Voice) -> str:
    import json

    from crmspec.diagnostics.format import FORMATS as REPORTS
    from crmspec.diagnostics.format import Options
    from crmspec.diagnostics.format.json import dump

    report = json.loads(REPORTS["json"](done.report, Options(lang=voice.lang)))
    return dump(
        {
            "version": VERSION,
            "message": done.message,
            "locale": done.locale,
            "dialect": done.dialect,
            "fields": dict(done.fields),
            "findings": report["findings"],
        }
    )


def _losses(targets: str, project: Path | None, format_: str, voice: Voice) -> int:
    """Print how the resources fare on targets."""
    from crmspec.api.targets import losses
    from crmspec.cli.summary import left_out
    from crmspec.engine.error import UnknownTargetError

    names = [name.strip() for name in targets.split(",") if name.strip()]
    if not names:
        raise Misuse(text("name a target or a platform: --target a,b,c"))
    try:
        found = losses(names, project)
    except UnknownTargetError as error:
        raise click.UsageError(voice.words(error.message)) from None
    if format_ == "json":
        from crmspec.diagnostics.format.json import dump

        rows = {one.name: dict(zip(found.targets, one.found, strict=True)) for one in found.fares}
        click.echo(dump({"version": VERSION, "losses": rows}), nl=False)
    else:
        cells = [["", *found.targets]]
        cells += [[one.name, *map(_fare, one.found)] for one in found.fares]
        click.echo(_cells(cells, markdown=format_ == "markdown"), nl=False)
    if found.errors:
        voice.say(left_out(found.errors, voice.lang))
    return ExitCode.CLEAN


def _fare(found: dict[Support, int]) -> str:
    return ", ".join(f"{how.value} {found[how]}" for how in sorted(found)) or "·"


def _cells(cells: list[list[str]], *, markdown: bool) -> str:
    if markdown:
        cells.insert(1, ["---"] * len(cells[0]))
        return "".join(f"| {' | '.join(line)} |\n" for line in cells)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "".join(f"{'  '.join(map(str.ljust, line, widths)).rstrip()}\n" for line in cells)


def _table(rows: tuple[Row, ...], format_: str) -> str:
    """Return the table of losses."""
    if format_ == "json":
        from crmspec.diagnostics.format.json import dump

        found = {row.message: dict(row.losses) for row in rows}
        return dump({"version": VERSION, "losses": found})
    dialects = list(rows[0].losses) if rows else []
    cells = [["", *dialects]]
    cells += [[row.message, *(str(row.losses[one] or "·") for one in dialects)] for row in rows]
    if format_ == "markdown":
        cells.insert(1, ["---"] * len(cells[0]))
        return "".join(f"| {' | '.join(line)} |\n" for line in cells)
    first = max(len(line[0]) for line in cells)
    widths = [max(len(one), 2) for one in dialects]
    return "".join(
        "  ".join([line[0].ljust(first), *map(str.rjust, line[1:], widths)]).rstrip() + "\n"
        for line in cells
    )
