"""Letters that are no proper MJML or HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.content.torn import torn
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, once
from crmspec.rules.open_style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code(
    "CRM430", "bad-mjml", text("a letter that cannot be built as it is meant"), Severity.ERROR
)
KINDS: Final = frozenset({"mjml", "markup", "include", "size"})


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each place of a letter that MJML does not take or drops."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    channel = wording.program.channels.get(message.channel.id)
    if channel is None or channel.type != "email":
        return
    for parts in wording.parts(message):
        more = torn(parts.written) if parts.written is not None else ()
        for one in (*parts.troubles, *more):
            if one.kind in KINDS:
                yield Diagnostic(
                    code=CODE,
                    message=one.message,
                    label=Label(one.span),
                    help=(one.help,) if one.help is not None else (),
                )
    for span, words in styled(wording, message):
        hint = text("choose between styles of yours with `{{% if %}}`, or declare its `values`")
        yield Diagnostic(
            code=CODE, message=words, label=Label(span), help=(hint,), severity=Severity.WARNING
        )
