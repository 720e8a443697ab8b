"""Where the files that come with crmspec are: packaged in the wheel, or in the checkout."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
_CHECKOUT = {"codes": "docs/codes", "semantics.md": "docs/semantics.md"}


def folder(name: str) -> Path:
    """Return where `schemas`, `templates`, `codes` or `semantics.md` is."""
    packaged = _HERE / "_data" / name
    return packaged if packaged.exists() else _HERE.parent / _CHECKOUT.get(name, name)
