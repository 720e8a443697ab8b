"""Chains that meet in one customer: their names, their places, and how many customers it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.diagnostics import Label, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmspec.diagnostics import Text
    from crmspec.logic.portfolio import Portfolio
    from crmspec.semantics.trace import Entry
    from crmspec.source import Span

_RATE = re.compile(r"\s*([0-9][0-9_ ]*)\s*(?:/|per)\s*(h|d|w|mo)[a-z]*\s*")
_DAYS = {"h": 1 / 24, "d": 1, "w": 7, "mo": 30}


def names(ids: Sequence[str]) -> Text:
    """Return up to three names as one phrase, of more the first two and a number."""
    match ids:
        case []:
            return text("nobody")
        case [one]:
            return text("`{one}`", one=one)
        case [one, two]:
            return text("`{one}` and `{two}`", one=one, two=two)
        case [one, two, three]:
            return text("`{one}`, `{two}` and `{three}`", one=one, two=two, three=three)
    one, two, *others = ids
    return text("`{one}`, `{two}` and {count} more", one=one, two=two, count=len(others))


def source(entry: Entry) -> str:
    """Return the chain or broadcast of an entry."""
    return entry.chain or entry.broadcast or ""


def entered(portfolio: Portfolio, chain: str, trigger: int = 0) -> Span:
    """Return where the trigger of a chain, or the audience of a broadcast, is written."""
    declared = portfolio.program.chains.get(chain)
    if declared is None:
        return portfolio.program.broadcasts[chain].place.name
    return declared.trigger[trigger].place.span


def spoken(portfolio: Portfolio, entry: Entry) -> Span:
    """Return where a message of the timeline is sent."""
    if entry.step is None:
        return entered(portfolio, source(entry))
    nodes = portfolio.tracks[entry.chain or ""].nodes
    return next(one.step for one in nodes if one.path == entry.step).place.value("send")


def message_of(portfolio: Portfolio, entry: Entry) -> str:
    """Return the message that a line is about; of a passage that a rule ends, that of its step."""
    if entry.message is None and entry.step is not None:
        nodes = portfolio.tracks[entry.chain or ""].nodes
        found = (one.messages for one in nodes if one.path == entry.step)
        return next((messages[0] for messages in found if messages), "")
    return entry.message or ""


def once(labels: Iterable[Label]) -> tuple[Label, ...]:
    """Return labels of different places."""
    return tuple({label.span: label for label in labels}.values())


def harm(
    portfolio: Portfolio, chains: Iterable[str], excess: int, sent: Iterable[Entry]
) -> tuple[float, float, float]:
    """Return what ranks a finding: customers a day, messages too many, and what `sent` costs."""
    return customers(portfolio, chains), float(excess), cost(portfolio, sent)


def customers(portfolio: Portfolio, chains: Iterable[str]) -> float:
    """Return how many customers a day come into all of these chains at most, 0 if unknown."""
    program = portfolio.program
    rates = []
    for id_ in chains:
        chain = program.chains.get(id_)
        match = _RATE.fullmatch(chain.expected_entries or "") if chain is not None else None
        if match is not None:
            rates.append(float(re.sub(r"[_ ]", "", match[1])) / _DAYS[match[2]])
    return min(rates, default=0.0)


def cost(portfolio: Portfolio, entries: Iterable[Entry]) -> float:
    """Return what the channels charge for some messages."""
    channels = [portfolio.program.channels.get(entry.channel or "") for entry in entries]
    return sum(one.cost.amount for one in channels if one is not None and one.cost is not None)
