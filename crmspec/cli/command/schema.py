"""`crmspec schema`."""

from __future__ import annotations

import json

import click


@click.command("schema")
@click.argument("kind", required=False, default="file")
def command(kind: str) -> None:
    """Print the JSON Schema of a KIND such as `chain`; of whole files by default."""
    from crmspec.diagnostics.suggestion import nearest
    from crmspec.schema.library import kinds, load

    if kind not in kinds():
        close = nearest(kind, kinds())
        hint = f"; did you mean {close}?" if close else f"; there are {', '.join(kinds())}"
        raise click.UsageError(f"there is no kind {kind}{hint}")
    click.echo(json.dumps(load(kind), ensure_ascii=False, indent=2))
