"""What a caller may choose about the form of a report."""

from __future__ import annotations

import msgspec


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The language, and per format: colour and width (text), size in characters (markdown).

    `changed` are the paths touched by the change under review; formats that can show only a few
    findings show those first. `docs` is where the pages of the codes are.
    """

    lang: str = "en"
    color: bool = False
    width: int = 100
    budget: int = 60_000
    changed: frozenset[str] = frozenset()
    docs: str = "docs/codes"

    def page(self, code: str) -> str:
        """Return the address of the page that explains `code`."""
        return f"{self.docs}/{code}.md"


DEFAULT = Options()
