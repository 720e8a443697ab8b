"""Messages that messengers refuse, or show with their markup: tags, lengths, buttons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.content.limit import size
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.chat_markdown import Fault, unpaired
from crmspec.rules.excess import excesses
from crmspec.rules.letter import judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.parts import Parts
    from crmspec.ir.channel import ChannelType
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import View, Wording

CODE = Code(
    "CRM443", "chat-markup", text("a message that a messenger does not take"), Severity.ERROR
)
TYPES: Final[frozenset[ChannelType]] = frozenset({"telegram", "max", "vk", "whatsapp", "viber"})
TAGS: Final = {
    "telegram": frozenset(
        "b strong i em u ins s strike del span tg-spoiler a code pre blockquote tg-emoji".split()  # noqa: SIM905
    ),
    "max": frozenset("b strong i em u ins s del a code pre h1 mark blockquote".split()),  # noqa: SIM905
}
"""The tags of HTML that messengers know (core.telegram.org/bots/api#html-style, dev.max.ru)."""
CALLBACK: Final = 64
"""Bytes of a button's `callback` (core.telegram.org/bots/api#inlinekeyboardbutton)."""
_TAG: Final = re.compile(r"<(/?)([A-Za-z][\w-]*)[^<>]*>")
_ENTITY: Final = re.compile(r"&(?!(?:lt|gt|amp|quot);)[A-Za-z]\w*;")
"""Names of signs that Telegram does not know; numbers it does."""
_SPAN: Final = re.compile(r"<span(?!\s+class=[\"']?tg-spoiler[\"']?\s*>)[^<>]*>", re.IGNORECASE)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each message that is refused, cut, or shown with its tags."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    channel = wording.program.channels.get(message.channel.id)
    if channel is None or channel.type not in TYPES:
        return
    yield from excesses(wording, message, CODE)
    if channel.type == "telegram":
        yield from _callbacks(message)
    for parts in wording.parts(message):
        yield from _troubles(parts)
    told: set[str | None] = set()
    for view in wording.views(message):
        fault = _markup(view)
        if fault is not None and view.parts.locale not in told:
            told.add(view.parts.locale)
            yield Diagnostic(
                code=CODE,
                message=fault.message,
                label=Label(fault.span or wording.place(view.parts, "text")),
                help=(fault.help,),
                severity=fault.severity,
            )


def _troubles(parts: Parts) -> Iterator[Diagnostic]:
    for one in parts.troubles:
        if one.kind == "markup":
            hint = (one.help,) if one.help is not None else ()
            yield Diagnostic(code=CODE, message=one.message, label=Label(one.span), help=hint)


def _callbacks(message: Message) -> Iterator[Diagnostic]:
    contents = (message.content, *message.locales.values())
    for button in (one for content in contents for one in content.buttons):
        if button.callback is not None and size(button.callback, "bytes") > CALLBACK:
            yield Diagnostic(
                code=CODE,
                message=text("`callback` is more than {most} bytes", most=CALLBACK),
                label=Label(button.place.value("callback")),
                help=(text("give it a short word; a Cyrillic letter is two bytes"),),
            )


def _markup(view: View) -> Fault | None:
    """Say what is wrong with the markup of a text, as a customer would get it."""
    written = view.texts.get("text", "")
    kind, mode = view.parts.type, view.parts.message.parse_mode
    known = TAGS.get(kind)
    if known is None or mode == "plain":
        return _bare(written) if mode == "html" and view.is_likely else None
    if mode == "markdown":
        return unpaired(view, kind)
    return _html(written, known, kind)


def _bare(written: str) -> Fault | None:
    """Say of a text without markup that its tags will be read as they are."""
    found = _TAG.search(written)
    if found is None:
        return None
    message = text("customers will read `{tag}` as it stands", tag=found[0])
    return Fault(message, text("this channel shows no tags; take them out"), Severity.WARNING)


def _html(written: str, known: frozenset[str], channel: str) -> Fault | None:
    rest = _TAG.sub("", written)
    if "<" in rest:
        message = text("a bare `<` makes {channel} refuse the message", channel=channel)
        return Fault(message, text("write `&lt;`"))
    open_: list[str] = []
    for closing, name in _TAG.findall(written):
        if name.lower() not in known:
            message = text("{channel} does not know `<{tag}>`", channel=channel, tag=name)
            names = ", ".join(sorted(known))
            return Fault(
                message, text("it knows {names}; lines are broken as they are", names=names)
            )
        if not closing:
            open_.append(name.lower())
        elif not open_ or open_.pop() != name.lower():
            message = text("`</{tag}>` closes nothing that is open", tag=name)
            return Fault(message, text("close first what was opened last"))
    if open_:
        message = text("`<{tag}>` is never closed", tag=open_[-1])
        return Fault(message, text("close it where it ends"))
    return _of_telegram(written) if channel == "telegram" else None


def _of_telegram(written: str) -> Fault | None:
    """Say what only Telegram objects to."""
    if _SPAN.search(written):
        message = text("telegram refuses a `<span>` that is no `tg-spoiler`")
        return Fault(message, text('write `<span class="tg-spoiler">`, or take it out'))
    found = _ENTITY.search(written)
    if found is None:
        return None
    message = text("customers will read `{tag}` as it stands", tag=found[0])
    return Fault(message, text("write the sign itself"), Severity.WARNING)
