"""`make docs`: write docs/language.md from the schemas."""

from __future__ import annotations

from pathlib import Path

from crmspec.schema.reference import render_language

TARGET = Path(__file__).parents[2] / "docs" / "language.md"


def main() -> None:
    """Write the file and say so."""
    TARGET.write_text(render_language(), encoding="utf-8")
    print(f"wrote {TARGET.name}")


if __name__ == "__main__":
    main()
