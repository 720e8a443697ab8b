"""Preheaders that inboxes cut off, or fill with whatever comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, marketing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import View, Wording

CODE = Code(
    "CRM421", "long-preheader", text("a preheader that is too long, or none"), Severity.WARNING
)
MOST: Final = 90
"""Signs of a preheader that are seen."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each preheader of more than 90 signs, and for letters that have none."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    views = [
        view
        for view in wording.views(message)
        if view.texts.get("preheader") and view.parts.type == "email"
    ]
    for locale in dict.fromkeys(view.parts.locale for view in views):
        found = sorted((view for view in views if view.parts.locale == locale), key=_size)
        likely = [view for view in found if view.is_likely]
        if likely and _size(likely[-1]) > MOST:
            yield _finding(wording, found, likely[-1])
    yield from _missing(wording, message)


def _missing(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    for page in marketing(wording, message):
        own = any(
            one.name == "mj-preview" and page.written.plain(one.text).strip()
            for one in page.elements
        )
        if not page.parts.fields.get("preheader") and not own:
            yield Diagnostic(
                code=CODE,
                message=text("`{message}` has no preheader", message=message.id),
                label=Label(message.place.name),
                help=(text("inboxes show the first words of the letter instead, often a menu"),),
                severity=Severity.INFO,
            )


def _size(view: View) -> int:
    return len(view.texts["preheader"])


def _finding(wording: Wording, found: list[View], worst: View) -> Diagnostic:
    return Diagnostic(
        code=CODE,
        message=text(
            "the preheader of `{message}` has {count} signs",
            message=worst.parts.message.id,
            count=_size(worst),
        ),
        label=Label(wording.place(worst.parts, "preheader"), text("{most} can be seen", most=MOST)),
        help=tuple(_advice(found)),
    )


def _advice(found: list[View]) -> Iterator[Text]:
    shortest, longest = found[0].texts["preheader"], found[-1].texts["preheader"]
    if shortest != longest:
        yield text("at its shortest: {line}", line=shortest)
        yield text("at its longest: {line}", line=longest)
    yield text("say it shorter; it goes on where the subject ends")
