"""`crmspec explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crmspec.cli.option import common

if TYPE_CHECKING:
    from crmspec.cli.option import Voice


@click.command("explain")
@click.argument("code", required=False)
@common
def command(code: str | None, voice: Voice) -> None:
    """Explain a code such as CRM101; without one, list them all."""
    from crmspec.api.explain import code_list, page

    if code is None:
        for id_, slug, title in code_list(voice.lang):
            click.echo(f"{id_}  {slug:<28}  {title}")
        return
    text = page(code)
    if text is None:
        raise click.UsageError(f"there is no code {code}; `crmspec explain` lists them all")
    click.echo(text, nl=False)
