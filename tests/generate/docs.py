"""`make docs`: write docs/language.md from the schemas, docs/targets.md from the tables."""

from __future__ import annotations

from pathlib import Path

from crmspec.api.targets import tables
from crmspec.render.matrix import page
from crmspec.schema.reference import render_language

DOCS = Path(__file__).parents[2] / "docs"


def main() -> None:
    """Write the files and say so."""
    for name, made in (("language.md", render_language()), ("targets.md", page(tables(())))):
        (DOCS / name).write_text(made, encoding="utf-8")
        print(f"wrote {name}")


if __name__ == "__main__":
    main()
