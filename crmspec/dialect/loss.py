"""Saying that a dialect has no words for something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Text as Sentence
from crmspec.source import Span

if TYPE_CHECKING:
    from crmspec.template.tree import Node


class Loss(msgspec.Struct, frozen=True):
    """Something the dialect cannot say: where it was written, why, and what to write instead."""

    span: Span
    message: Sentence
    rewrite: Sentence | None = None


class Lost(Exception):  # noqa: N818 - it says what happened, as `Loss` does
    """Raised while printing; the printer leaves out the smallest piece around it."""

    def __init__(self, node: Node, message: Sentence, rewrite: Sentence | None = None) -> None:
        super().__init__(message.english())
        self.loss = Loss(node.span, message, rewrite)
