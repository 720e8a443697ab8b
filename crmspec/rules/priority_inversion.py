"""Limits whose last free place goes to the wrong message, or to any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Edit, Fix, Label, Safety, Severity, text
from crmspec.logic.evidence import evidence
from crmspec.rules import meeting
from crmspec.rules import rival as rivals
from crmspec.rules.insertion import put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.pressure import Overload
    from crmspec.rules.rival import Rival
    from crmspec.semantics.trace import Entry
    from crmspec.source import Span

CODE = Code(
    "CRM320",
    "priority-inversion",
    text("a limit under which priority does not decide what gets lost"),
    Severity.WARNING,
)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each limit and pair of chains in which the wrong message gets lost."""
    seen: set[tuple[str, str, str]] = set()
    for pressures in portfolio.pressures.values():
        for pressure in pressures:
            for overload in pressure.overloads:
                rival = rivals.rival(portfolio, overload)
                if rival is None:
                    continue
                pair = (meeting.source(rival.sent), meeting.source(rival.lost))
                if (overload.rule, *pair) not in seen:
                    seen.add((overload.rule, *pair))
                    yield _finding(portfolio, overload, rival)


def _finding(portfolio: Portfolio, overload: Overload, rival: Rival) -> Diagnostic:
    names = {
        "lost": meeting.message_of(portfolio, rival.lost),
        "sent": rival.sent.message or "",
        "rule": overload.rule,
    }
    if rival.winner == rival.loser:
        message = text(
            "`{sent}` takes the last place under `{rule}` from `{lost}` in the same minute, and"
            " with the same priority {priority}: only the ids decide",
            priority=rival.winner,
            **names,
        )
        advice = text("give the chains different priorities")
    else:
        message = text(
            "`{lost}` (priority {loser}) gets lost under `{rule}`: `{sent}` (priority {winner})"
            " came first",
            loser=rival.loser,
            winner=rival.winner,
            **names,
        )
        advice = text(
            "write `exceed: yield`, so that the last place is kept for the higher priority, or let"
            " the important message come earlier"
        )
    return Diagnostic(
        code=CODE,
        message=message,
        label=Label(_place(portfolio, rival.lost), text("this one gets lost")),
        related=meeting.once(
            (
                Label(_place(portfolio, rival.sent), text("this one is sent")),
                Label(overload.ceiling.node.place.span, text("the limit")),
            )
        ),
        help=(advice,),
        fixes=_fixes(portfolio, rival),
        evidence=evidence(
            portfolio,
            overload.witness,
            code=CODE.id,
            counted=lambda entry: entry in overload.counted or entry is overload.lost,
            harm=(
                meeting.customers(portfolio, overload.chains),
                1.0,
                meeting.cost(portfolio, overload.counted),
            ),
        ),
    )


def _fixes(portfolio: Portfolio, rival: Rival) -> tuple[Fix, ...]:
    """Return what lets the priority say what the ids have decided so far."""
    chain = portfolio.program.chains.get(rival.sent.chain or "")
    if chain is None or rival.winner != rival.loser:
        return ()
    higher = rival.winner + 1
    title = text("give `{chain}` the priority {priority}", chain=chain.id, priority=higher)
    place = chain.place.value("priority")
    if place == chain.place.span:
        edits = put(chain.place, "priority", str(higher), before="steps")
    else:
        edits = (Edit(place, str(higher)),)
    return (Fix(title, edits, Safety.UNSAFE),) if edits else ()


def _place(portfolio: Portfolio, entry: Entry) -> Span:
    """Return where the priority of a chain is written, or where it sends."""
    chain = portfolio.program.chains.get(entry.chain or "")
    if chain is not None and chain.place.key("priority") != chain.place.span:
        return chain.place.value("priority")
    return meeting.spoken(portfolio, entry)
