"""One promo code that message after message offers again."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.prose import all_reads
from crmspec.template import tree
from crmspec.template.reading import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Coupon, Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Sending, Wording

CODE = Code(
    "CRM412", "repeated-code", text("one promo code in message after message"), Severity.WARNING
)
MANY: Final = 3
"""Sends of one code that are too many."""
SHOWN = 3


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each coupon that three live steps or broadcasts offer."""
    wording = portfolio.wording
    if not wording.program.coupons:
        return
    offers: dict[str, dict[object, Sending]] = {}
    for offered, message in wording.each(CODE.slug, partial(_offered, wording)):
        for sending in wording.sendings.get(message, ()):
            if sending.sender.status == "live":
                step = sending.step.place.span if sending.step is not None else sending.sender.id
                offers.setdefault(offered, {}).setdefault(step, sending)
    for id_, coupon in wording.program.coupons.items():
        sendings = list(offers.get(id_, {}).values())
        if len(sendings) >= MANY:
            yield _finding(coupon, sendings)


def _offered(wording: Wording, message: Message) -> Iterator[tuple[str, str]]:
    """Yield the coupons that a message offers, each with the message's id."""
    named = {
        str(one.name[1])
        for one in all_reads(wording, message)
        if one.name[0] == "coupon" and one.name[1:]
    }
    texts = [
        piece.text
        for read in wording.templates(message)
        for piece in pieces(read.body)
        if isinstance(piece, tree.Text)
    ]
    for id_, coupon in wording.program.coupons.items():
        if id_ in named or (coupon.code is not None and _is_spelled(coupon.code, texts)):
            yield id_, message.id


def _is_spelled(code: str, texts: list[str]) -> bool:
    """Say whether a text has a code as a word of its own: SALE5 is not in SALE50."""
    if not any(code in one for one in texts):
        return False
    word = re.compile(rf"(?<![\w-]){re.escape(code)}(?!-?\w)")
    return any(word.search(one) for one in texts)


def _finding(coupon: Coupon, sendings: list[Sending]) -> Diagnostic:
    return Diagnostic(
        code=CODE,
        message=text(
            "`{coupon}` is offered {count} times over", coupon=coupon.id, count=len(sendings)
        ),
        label=Label(coupon.place.name),
        related=tuple(
            Label(one.reference.place.span, text("offered here")) for one in sendings[:SHOWN]
        ),
        help=(
            text(
                "who gets a code again and again learns to wait for it; offer it once, remind once"
            ),
        ),
    )
