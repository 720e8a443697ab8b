"""How many parts an SMS is, in which alphabet, and what it costs (3GPP TS 23.038, 23.040)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.ir.channel import Channel, Cost

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet, each sign one septet (3GPP TS 23.038, 6.2.1)."""
EXTENDED: Final = frozenset("\f^{}\\[~]|€")
"""Signs that are two septets (3GPP TS 23.038, 6.2.1.1)."""
SEPTETS: Final = (160, 153)
"""Septets of a message alone, and of each part of a longer one."""
UNITS: Final = (70, 67)
"""UTF-16 units of a message alone, and of each part of a longer one."""


class Sms(NamedTuple):
    """The size of an SMS.

    `units` are septets or UTF-16 units, `room` how many more fit into the last part; `forcing` are
    the signs that are not in GSM-7, in the order of the text.
    """

    alphabet: Literal["gsm7", "ucs2"]
    units: int
    parts: int
    room: int
    forcing: tuple[str, ...] = ()


def measured(written: str) -> Sms:
    """Return the size of an SMS."""
    forcing = tuple(dict.fromkeys(one for one in written if one not in BASIC | EXTENDED))
    if forcing:
        sizes = [2 if ord(one) > 0xFFFF else 1 for one in written]  # noqa: PLR2004
        return _sized("ucs2", sizes, UNITS, forcing)
    return _sized("gsm7", [2 if one in EXTENDED else 1 for one in written], SEPTETS, ())


def cost_of(channel: Channel, parts: int) -> Cost | None:
    """Return what a message of some parts costs; None if the channel says nothing."""
    from msgspec import structs

    if channel.cost is None:
        return None
    return structs.replace(channel.cost, amount=round(channel.cost.amount * parts, 6))


def shortest_and_longest(texts: Iterable[str]) -> tuple[str, str]:
    """Return the texts with the fewest and the most parts, of equals by their units."""
    sized = sorted((measured(one)[2], measured(one)[1], one) for one in texts)
    return sized[0][2], sized[-1][2]


def _sized(
    alphabet: Literal["gsm7", "ucs2"],
    sizes: list[int],
    limits: tuple[int, int],
    forcing: tuple[str, ...],
) -> Sms:
    alone, each = limits
    units = sum(sizes)
    if units <= alone:
        return Sms(alphabet, units, 1, alone - units, forcing)
    parts, used = 1, 0
    for size in sizes:
        if used + size > each:
            parts, used = parts + 1, 0
        used += size
    return Sms(alphabet, units, parts, each - used, forcing)
