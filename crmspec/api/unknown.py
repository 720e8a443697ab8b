"""Names that somebody asked for and the project does not have."""

from __future__ import annotations


class UnknownNameError(Exception):
    """There is no such chain, persona or witness; `close` is what may have been meant."""

    def __init__(self, kind: str, name: str, close: str | None = None) -> None:
        super().__init__(name)
        self.kind = kind
        self.name = name
        self.close = close
