"""Subjects that inboxes cut off."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import View, Wording

CODE = Code("CRM420", "long-subject", text("a subject that inboxes cut off"), Severity.WARNING)
MOST: Final = 50
"""Signs of a subject that are seen on a phone and a computer."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each subject of more than 50 signs, as usual customers get it."""
    yield from portfolio.wording.each(CODE.slug, partial(_look, portfolio.wording))


def _look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    views = [
        view
        for view in wording.views(message)
        if view.texts.get("subject") and view.parts.type == "email"
    ]
    for locale in dict.fromkeys(view.parts.locale for view in views):
        found = sorted((view for view in views if view.parts.locale == locale), key=_size)
        likely = [view for view in found if view.is_likely]
        if likely and _size(likely[-1]) > MOST:
            yield _finding(wording, found, likely[-1])


def _size(view: View) -> int:
    return len(view.texts["subject"])


def _finding(wording: Wording, found: list[View], worst: View) -> Diagnostic:
    return Diagnostic(
        code=CODE,
        message=text(
            "the subject of `{message}` has {count} signs",
            message=worst.parts.message.id,
            count=_size(worst),
        ),
        label=Label(wording.place(worst.parts, "subject"), text("{most} can be seen", most=MOST)),
        help=tuple(_advice(found)),
    )


def _advice(found: list[View]) -> Iterator[Text]:
    shortest, longest = found[0].texts["subject"], found[-1].texts["subject"]
    if shortest != longest:
        yield text("at its shortest: {line}", line=shortest)
        yield text("at its longest: {line}", line=longest)
    yield text("put what matters into the first words")
