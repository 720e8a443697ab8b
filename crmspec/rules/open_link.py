"""Links that a value leads: whoever can set it decides where they go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, once
from crmspec.rules.prose import in_links
from crmspec.template.reading import reads
from crmspec.template.source import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.data import Attribute, Property
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.rules.prose import Printed
    from crmspec.template.reading import Read

CODE = Code("CRM437", "open-link", text("a value decides where a link leads"), Severity.WARNING)
VOUCHED: Final = frozenset({"uri", "url", "iri"})
"""Formats of properties that are addresses: what sends them has checked them."""
_FIRST: Final = re.compile(r"(?:^|\bhref\s*=\s*[\"'])\s*$", re.IGNORECASE)
"""Text after which an address begins."""
_HOST: Final = re.compile(
    r"(?:(?<![\"'=])(?<!url\()|\bhref\s*=\s*[\"']\s*)https?://"
    r"(?:[^\s/?#<>\"'@]*@)?[^\s/?#<>\"':@]*\Z",
    re.IGNORECASE,
)
"""Text that ends in the middle of a host: what follows is a part of its name."""
_AFTER: Final = re.compile(r"[\s/?#<>\"']")
"""A sign after which no host goes on."""
_OWN: Final = re.compile(r"[^\s/?#<>\"'@]*@|\.[\w-]+\.\w")
"""Text after which a value before it is a user or a part of a site, whatever it says."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each link that begins with a text nobody vouches for."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    channel = wording.program.channels.get(message.channel.id)
    if channel is not None and channel.type == "webhook":  # it goes to a system, not to a browser
        return
    for found in in_links(wording, message):
        if _leads(found) and not _is_image(message, found) and is_open(wording, message, found):
            yield _finding(found)


def _leads(found: Printed) -> bool:
    """Say whether a value decides the host of an address."""
    before = found.before.rstrip()
    if not before or (before[-1] in "\"'" and _FIRST.search(before)):
        return True
    last = found.before.rpartition("://")
    if not last[1] or _AFTER.search(last[2]):
        return False
    return _HOST.search(found.before) is not None and not _OWN.match(found.after)


def _is_image(message: Message, found: Printed) -> bool:
    """Say whether a value stands in the address of a picture, which nobody follows."""
    span = found.piece.span
    contents = (message.content, *message.locales.values())
    places = (one.image.place.span for one in contents if one.image is not None)
    return any(at.path == span.path and at.start <= span.start < at.end for at in places)


def is_open(wording: Wording, message: Message, found: Printed) -> bool:
    """Say whether a value that is printed is a text that can be anything."""
    names = reads((found.piece,), names=found.names)
    return any(_is_open(wording, message, one) for one in names)


def _is_open(wording: Wording, message: Message, read: Read) -> bool:
    """Say whether a value is a text that can be anything."""
    root, *keys = (str(key) for key in read.name)
    if root == "profile" and keys:
        return _is_free(wording.program.attributes.get(keys[0]))
    path = ".".join(key for key in keys if key != "*")
    sendings = wording.sendings.get(message.id, ()) if root == "event" and keys else ()
    payloads = (one for sending in sendings for one in wording.payloads(sending.sender) or ())
    found = [payload.find(path) for payload in payloads]
    return any(_is_free(one) and one.format not in VOUCHED for one in found if one is not None)


def _is_free(declared: Attribute | Property | None) -> bool:
    return declared is not None and declared.type == "string" and not declared.values


def _finding(found: Printed) -> Diagnostic:
    value = written(found.piece.expression)
    whole = _FIRST.search(found.before) is not None
    hint = text("or declare it with `format: uri`, if what sends it lets only such addresses in")
    return Diagnostic(
        code=CODE,
        message=text("`{value}` decides where this link leads", value=value),
        label=Label(found.piece.span),
        help=(
            text("write the address of your site before it, up to a `/`"),
            *((hint,) if whole else ()),
        ),
    )
