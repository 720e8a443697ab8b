"""Push notifications that are cut off on the screen, or never arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Severity, text
from crmspec.rules.excess import excesses
from crmspec.rules.letter import judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.channel import ChannelType
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code("CRM441", "push-length", text("a push notification that is too long"), Severity.WARNING)
TYPES: Final[frozenset[ChannelType]] = frozenset({"mobile_push", "web_push"})


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each field of a notification that is longer than a platform shows."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    channel = wording.program.channels.get(message.channel.id)
    if channel is None or channel.type not in TYPES:
        return
    yield from excesses(wording, message, CODE)
