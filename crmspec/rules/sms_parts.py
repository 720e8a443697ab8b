"""SMS that are sent, and paid for, in more parts than they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from crmspec.content.sms import cost_of, measured
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.sms import Sms
    from crmspec.diagnostics import Text
    from crmspec.ir.channel import Channel
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import View, Wording

CODE = Code("CRM440", "sms-parts", text("an SMS of too many parts"), Severity.WARNING)
MOST: Final = 2
"""Parts of an SMS that are still good; `max_segments` of the channel goes before it."""
FEW: Final = 3
"""Signs that make the whole text dearer and are few enough to be replaced."""


class Sized(NamedTuple):
    """What a customer reads, and its size."""

    view: View
    sms: Sms


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each SMS that usual customers get in too many parts."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    channel = wording.program.channels.get(message.channel.id)
    if channel is None or channel.type != "sms":
        return
    most = channel.max_segments or MOST
    sized = [
        Sized(view, measured(view.texts["text"]))
        for view in wording.views(message)
        if "text" in view.texts
    ]
    likely = [one for one in sized if one.view.is_likely and one.sms.parts > most]
    for locale in dict.fromkeys(one.view.parts.locale for one in likely):
        found = [one for one in likely if one.view.parts.locale == locale]
        worst = max(found, key=lambda one: one.sms.units)
        yield _finding(wording, channel, worst, most)


def _finding(wording: Wording, channel: Channel, worst: Sized, most: int) -> Diagnostic:
    message, sms = worst.view.parts.message, worst.sms
    return Diagnostic(
        code=CODE,
        message=text("`{message}` is sent in {parts} parts", message=message.id, parts=sms.parts),
        label=Label(wording.place(worst.view.parts, "text"), _size(sms)),
        help=tuple(_advice(channel, worst, most)),
    )


def _size(sms: Sms) -> Text:
    if sms.alphabet == "gsm7":
        return text("{count} signs of GSM-7: 160 fit into one part", count=sms.units)
    return text("{count} signs of UCS-2: 70 fit into one part", count=sms.units)


def _advice(channel: Channel, worst: Sized, most: int) -> Iterator[Text]:
    sms = worst.sms
    if worst.view.fixture.values:
        yield text("so reads `{customer}`", customer=worst.view.fixture.id)
    if 0 < len(sms.forcing) <= FEW:
        signs = " ".join(f"`{one}`" for one in sms.forcing)
        yield text("without {signs} the text would be in GSM-7, 160 signs a part", signs=signs)
    cost = cost_of(channel, sms.parts)
    if cost is not None:
        yield text(
            "each costs {amount} {currency}", amount=f"{cost.amount:g}", currency=cost.currency
        )
    yield text("make it so short that it goes out in {count}", count=most)
