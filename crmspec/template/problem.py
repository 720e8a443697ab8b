"""What is wrong with a template: a place, a sentence and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics.sentence import Text
from crmspec.source import Span
from crmspec.template.tree import Body

if TYPE_CHECKING:
    from crmspec.template.token import Table

MOST = 50
"""Problems of one template that are told; whoever has more has one cause."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the template language does not have; `span` is in the author's file."""

    span: Span
    message: Text
    help: Text | None = None


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """A template as a tree; with problems, `body` is what could be read and means nothing."""

    body: Body
    problems: tuple[Problem, ...] = ()


class Problems:
    """The problems of one template."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._found: dict[Span, Problem] = {}
        self._count = 0

    @property
    def enough(self) -> bool:
        """Say whether so much was found that it is not worth going on."""
        return self._count >= MOST

    def tokens(self, first: int, last: int, message: Text, hint: Text | None = None) -> None:
        """Note a problem at the tokens from `first` to `last`."""
        self._note(self.table.span(first, last), message, hint)

    def characters(self, start: int, end: int, message: Text, hint: Text | None = None) -> None:
        """Note a problem at the characters `[start, end)` of the text."""
        self._note(self.table.place(start, end), message, hint)

    def _note(self, span: Span, message: Text, hint: Text | None) -> None:
        self._count += 1
        if self._count <= MOST:
            self._found.setdefault(span, Problem(span=span, message=message, help=hint))

    def sorted(self) -> tuple[Problem, ...]:
        """Return the problems in the order of the text, one for each place."""
        return tuple(self._found[span] for span in sorted(self._found))
