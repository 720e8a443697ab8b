"""What renderers make and what a renderer is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.render.view import View


class Artifact(msgspec.Struct, frozen=True):
    """One file to write: its path below the output folder, its content and media type."""

    path: str
    content: str | bytes
    media: str


class Renderer(Protocol):
    """A module that makes files of a program; pure, its output depends on the view only."""

    name: str

    def render(self, view: View) -> Iterable[Artifact]:
        """Return the files in the view's language."""
