"""What an author wrote in a `# crmspec: ignore[...]` comment, wherever it stands."""

from __future__ import annotations

from typing import Literal

import msgspec

from crmspec.source import Span


class Directive(msgspec.Struct, frozen=True):
    """An ignore: which codes, why, until when, and the offsets `[start, end]` it covers.

    `span` is the comment itself. `codes` are ids or family prefixes (`CRM3` covers `CRM301`).
    `until` is an ISO date, the last day on which the ignore holds. With the scope `file` the
    offsets do not matter.
    """

    span: Span
    codes: tuple[str, ...]
    reason: str
    until: str | None
    scope: Literal["line", "node", "file"]
    start: int
    end: int

    def covers(self, place: Span) -> bool:
        """Tell whether a finding at `place` lies in the reach of the ignore."""
        if place.path != self.span.path:
            return False
        return self.scope == "file" or self.start <= place.start <= self.end


def matches(pattern: str, code: str) -> bool:
    """Tell whether a code pattern names `code`, exactly or as its family (`CRM3`)."""
    return bool(pattern) and code.startswith(pattern)


def matches_any(patterns: tuple[str, ...], code: str) -> bool:
    """Tell whether one of the patterns names `code`."""
    return any(matches(pattern, code) for pattern in patterns)
