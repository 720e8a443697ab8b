"""Template files: every `file` is below the templates folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.ir.message import Block, Content, Layout
from crmspec.resolve.codes import UNKNOWN_FILE
from crmspec.resolve.finding import misspelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.value import Located
    from crmspec.resolve.scope import Scope


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM221."""
    files = scope.program.files
    nodes: list[tuple[Content | Layout | Block, Located]] = [
        *scope.every(Content),
        *scope.every(Layout),
        *scope.every(Block),
    ]
    for node, _ in nodes:
        if node.file is not None and node.file not in files:
            yield misspelled(
                UNKNOWN_FILE,
                node.place.value("file"),
                text("there is no template file `{path}`", path=node.file),
                (node.file, files),
                text("paths are relative to the templates folder; create the file there"),
            )
