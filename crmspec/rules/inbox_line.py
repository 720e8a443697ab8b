"""The lines of a letter that inboxes show, and cut off where they are too long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from crmspec.content.emoji import seen
from crmspec.diagnostics import Diagnostic, Label, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Code, Text
    from crmspec.ir.message import Message
    from crmspec.logic.wording import View, Wording


class Line(NamedTuple):
    """A field of a letter, and how many of its signs can be seen."""

    field: Literal["subject", "preheader"]
    most: int

    def size(self, view: View) -> int:
        """Return how many signs a customer gets."""
        return seen(view.texts[self.field])


class Cut(NamedTuple):
    """What customers of one language get of a line that is too long for usual ones.

    `worst` is the longest of theirs, `least` and `longest` are those of anybody.
    """

    line: Line
    worst: View
    least: str
    longest: str

    @property
    def size(self) -> int:
        """Return how many signs the line has."""
        return self.line.size(self.worst)


def cut(wording: Wording, message: Message, line: Line) -> Iterator[Cut]:
    """Yield what is cut off of a letter, language by language."""
    views = [
        view
        for view in wording.views(message)
        if view.texts.get(line.field) and view.parts.type == "email"
    ]
    for locale in dict.fromkeys(view.parts.locale for view in views):
        found = sorted((view for view in views if view.parts.locale == locale), key=line.size)
        likely = [view for view in found if view.is_likely]
        if likely and line.size(likely[-1]) > line.most:
            ends = (found[0].texts[line.field], found[-1].texts[line.field])
            yield Cut(line, likely[-1], *ends)


def finding(code: Code, wording: Wording, found: Cut, message: Text, advice: Text) -> Diagnostic:
    """Return what is to be said of a line that is cut off."""
    span = wording.place(found.worst.parts, found.line.field)
    return Diagnostic(
        code=code,
        message=message,
        label=Label(span, text("{most} can be seen", most=found.line.most)),
        help=(*_ends(found), advice),
    )


def _ends(found: Cut) -> Iterator[Text]:
    if found.least != found.longest:
        yield text("at its shortest: {line}", line=found.least)
        yield text("at its longest: {line}", line=found.longest)
