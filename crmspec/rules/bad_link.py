"""Links that lead nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.content.token import Tokens
from crmspec.content.way import readings
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.diagnostics.suggestion import nearest
from crmspec.ir.channel import ChannelType  # noqa: TC001 - it is a type of constants
from crmspec.rules.letter import judged, once, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.parts import Parts
    from crmspec.diagnostics import Text
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.source import Span

CODE = Code("CRM431", "bad-link", text("a link that leads nowhere"), Severity.ERROR)
VALUE: Final = "\ue000"
"""Stands for a value in an address: a sign that nobody writes."""
_WEB: Final = ("http", "https")
_SCHEMES: Final = frozenset(
    "http https mailto tel sms smsto geo cid callto skype facetime maps xmpp tg viber"  # noqa: SIM905
    " whatsapp intent market itms itms-apps webcal".split()
)
"""What may stand before the colon without `//`; links into apps have schemes of their own."""
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):(//)?", re.IGNORECASE)
_OF_TELEGRAM: Final = ("http", "https", "tg")
_ON_SITES: Final[frozenset[ChannelType]] = frozenset({"onsite", "in_app", "web_push", "webhook"})
"""Channels in which an address without a site is one of the same site."""
_RELATIVE: Final = re.compile(r"/")
_NO_SCHEME: Final = (
    text("this link has no `https://`"),
    text("mail programs take it for a file of their own; write it in full"),
)
FAULTS: Final = (
    (
        re.compile(r"^#?$"),
        text("this link leads nowhere"),
        text("write the address of the page"),
        Severity.ERROR,
    ),
    (
        re.compile(r"^javascript:", re.IGNORECASE),
        text("mail programs run no scripts"),
        text("write the address of the page"),
        Severity.ERROR,
    ),
    (
        re.compile(r"^(?:https?://)?(?:localhost|127\.|0\.0\.0\.0|10\.|192\.168\.)", re.IGNORECASE),
        text("only your own computer can open this link"),
        text("write the public address"),
        Severity.ERROR,
    ),
    (
        re.compile(r"^ftps?:", re.IGNORECASE),
        text("browsers open no `ftp:`"),
        text("put it on the site and write `https://`"),
        Severity.ERROR,
    ),
    (
        re.compile(r"\s"),
        text("a space breaks this link"),
        text("write `%20`, or `| url_encode` after a value"),
        Severity.ERROR,
    ),
    (
        re.compile(rf"^(?![a-z][a-z0-9+.-]*:|{VALUE}|/|\?|#)", re.IGNORECASE),
        *_NO_SCHEME,
        Severity.ERROR,
    ),
    (
        re.compile(r"^https?://[a-z][a-z0-9+.-]*:/", re.IGNORECASE),
        text("this link begins twice"),
        text("write `https://` once"),
        Severity.ERROR,
    ),
    (
        re.compile(
            rf"^https?:/?(?!/)|^https?://(?:[/?#]|$)|^https?://[^/?#.@\[{VALUE}]+(?:[/?#]|$)",
            re.IGNORECASE,
        ),
        text("this link names no site"),
        text("write it in full, as `https://shop.example/page`"),
        Severity.ERROR,
    ),
    (
        re.compile(r"^http://", re.IGNORECASE),
        text("this link is not encrypted"),
        text("write `https://`"),
        Severity.WARNING,
    ),
)
"""What is wrong with an address, the words for it, and how bad it is; the first counts."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each link that is empty, malformed, local or not encrypted."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for page in pages(wording, message):
        for address, _, span in page.links:
            yield from _judged(page.tokens, address, span, on_site=False)
    for parts in wording.parts(message):
        for field, body in parts.fields.items():
            tokens = Tokens(body) if field == "image" or field.endswith(".url") else None
            if tokens is not None and (field != "image" or "://" in tokens.text):
                span = wording.place(parts, field)
                on_site = parts.type in _ON_SITES
                found = (*_judged(tokens, tokens.text, span, on_site=on_site),)
                yield from found or _refused(parts, tokens.text, span)


def _refused(parts: Parts, address: str, span: Span) -> Iterator[Diagnostic]:
    """Yield a finding for a link that Telegram takes for none (core.telegram.org/bots/api)."""
    found = _SCHEME.match(address)
    if parts.type == "telegram" and found is not None and found[1].lower() not in _OF_TELEGRAM:
        message = text("telegram opens no `{scheme}:`", scheme=found[1])
        hint = text("write `https://`")
        yield Diagnostic(code=CODE, message=message, label=Label(span), help=(hint,))


def _judged(tokens: Tokens, address: str, span: Span, *, on_site: bool) -> Iterator[Diagnostic]:
    """Yield the first fault of what some readers get as an address."""
    known = readings(tokens, address, VALUE)
    for reading in known:
        fault = _EMPTY if not reading and len(known) > 1 else _fault(reading, on_site=on_site)
        if fault is not None:
            message, hint, severity = fault
            yield Diagnostic(
                code=CODE, message=message, label=Label(span), help=(hint,), severity=severity
            )
            return


def _fault(address: str, *, on_site: bool) -> tuple[Text, Text, Severity] | None:
    for pattern, *words, severity in FAULTS[:-1]:
        if pattern.search(address):
            return words[0], words[1], severity
    if _RELATIVE.match(address) and not on_site:
        return *_NO_SCHEME, Severity.ERROR
    return _misspelt(address) or (FAULTS[-1][1:] if FAULTS[-1][0].search(address) else None)


def _misspelt(address: str) -> tuple[Text, Text, Severity] | None:
    """Say what is wrong with what stands before the colon."""
    found = _SCHEME.match(address)
    if found is None or found[1].lower() in _SCHEMES:
        return None
    near = nearest(found[1].lower(), _WEB)
    if near is not None and near != found[1].lower():
        message = text("nothing opens `{scheme}:`", scheme=found[1])
        return message, text("did you mean `{name}`?", name=f"{near}:"), Severity.ERROR
    return None if found[2] else (*_NO_SCHEME, Severity.ERROR)


_EMPTY: Final = (
    text("for some readers this link leads nowhere"),
    text("write `{{% else %}}` with another address, or put the condition around the link"),
    Severity.ERROR,
)
