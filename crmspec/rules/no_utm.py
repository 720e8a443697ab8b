"""Links whose visits cannot be told from others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, once, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code("CRM425", "no-utm", text("links without marks"), Severity.WARNING)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each marketing message with links that carry no marks."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    if message.utm is not None or message.category != "marketing":
        return
    bare = [
        span
        for page in pages(wording, message)
        for address, _, span in page.links
        if _is_bare(address)
    ]
    for view in wording.views(message)[:1]:
        bare += [
            wording.place(view.parts, field)
            for field, written in view.texts.items()
            if field.endswith(".url") and _is_bare(written)
        ]
    if bare:
        yield Diagnostic(
            code=CODE,
            message=text("visits from `{message}` cannot be told from others", message=message.id),
            label=Label(bare[0], text("a link without `utm_source`")),
            help=(
                text("set `utm` in the message, or for all of them in the project's `defaults`"),
            ),
        )


def _is_bare(address: str) -> bool:
    return address.lower().startswith(("http://", "https://")) and "utm_" not in address
