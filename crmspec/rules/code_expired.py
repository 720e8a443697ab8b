"""Promo codes that have run out before the message that shows them can go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Diagnostic, Label, Severity, text
from crmspec.ir.action import Fetch
from crmspec.logic.length import duration
from crmspec.rules.prose import all_reads
from crmspec.rules.replay import of_chain
from crmspec.rules.sends import days, sends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Coupon, Message
    from crmspec.ir.value import Duration
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.rules.replay import Aim, Replays
    from crmspec.semantics.trace import Trace


class Taken(NamedTuple):
    """A step that takes a code, and the name under which messages show it."""

    name: str
    coupon: Coupon
    valid: Duration
    arrival: Arrival


def look(replays: Replays, chain: Chain) -> Iterator[Diagnostic]:
    """Yield a finding for each code that no customer gets in time."""
    for taken in _taken(replays.portfolio, chain):
        for arrival, message in _shown_late(replays.portfolio, chain, taken):
            aim = _apart(chain.id, taken, arrival)
            witness = replays.passage(chain, aim, wanted=(arrival.path,))
            if witness is not None:
                yield _finding(replays, taken, arrival, message, witness)
                break


def _taken(portfolio: Portfolio, chain: Chain) -> Iterator[Taken]:
    """Yield the codes that are taken at one place only, which every passage comes by."""
    fetches = [one for one in portfolio.arrivals[chain.id] if isinstance(one.step, Fetch)]
    for arrival in fetches:
        step = arrival.step
        if not isinstance(step, Fetch) or step.fetch.coupon is None:
            continue
        name = step.fetch.as_
        coupon = portfolio.program.coupons.get(step.fetch.coupon.id)
        again = any(
            isinstance(one.step, Fetch) and one.step.fetch.as_ == name and one is not arrival
            for one in fetches
        )
        straight = arrival.path.rpartition(".")[0] == f"{chain.id}.steps"
        if coupon is not None and coupon.valid_for is not None and straight and not again:
            yield Taken(name, coupon, coupon.valid_for, arrival)


def _shown_late(
    portfolio: Portfolio, chain: Chain, taken: Taken
) -> Iterator[tuple[Arrival, Message]]:
    for arrival, messages in sends(portfolio, chain):
        gap = arrival.way.least - taken.arrival.way.least
        for message in messages:
            if gap >= taken.valid.minutes and _mentions(portfolio, message, taken.name):
                yield arrival, message


def _mentions(portfolio: Portfolio, message: Message, name: str) -> bool:
    """Say whether a message, its layout or its blocks print what a step has fetched."""
    shown = (one.name[:2] for one in all_reads(portfolio.wording, message))
    return ("chain", name) in shown or f"chain.{name}" in message.requires


def _apart(chain: str, taken: Taken, arrival: Arrival) -> Aim:
    def aim(trace: Trace) -> bool:
        entries = list(of_chain(trace, chain))
        got = [one.moment for one in entries if one.step == taken.arrival.path]
        sent = [one.moment for one in entries if (one.kind, one.step) == ("send", arrival.path)]
        return bool(got and sent) and sent[0] - got[0] >= taken.valid.minutes

    return aim


def _finding(
    replays: Replays, taken: Taken, arrival: Arrival, message: Message, witness: Witness
) -> Diagnostic:
    gap = days(arrival.way.least - taken.arrival.way.least)
    return Diagnostic(
        code=replays.code,
        message=text(
            "the code of `{coupon}` has run out when `{message}` brings it",
            coupon=taken.coupon.id,
            message=message.id,
        ),
        label=Label(
            arrival.step.place.value("send"), text("{time} later at the soonest", time=gap)
        ),
        related=(
            Label(taken.arrival.step.place.value("fetch"), text("the code is taken here")),
            Label(
                taken.coupon.place.value("valid_for"),
                text("a code holds for {time}", time=duration(taken.valid.text)),
            ),
        ),
        help=(text("fetch the code right before the message, or let it hold longer"),),
        severity=Severity.ERROR,
        evidence=replays.proof(witness),
    )
