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

    from crmspec.diagnostics import Text
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
    for overload in _overloads(portfolio):
        rival = rivals.rival(portfolio, overload)
        if rival is None:
            continue
        pair = (meeting.source(rival.sent), meeting.source(rival.lost))
        if (overload.rule, *pair) not in seen:
            seen.add((overload.rule, *pair))
            yield _finding(portfolio, overload, rival)


def _overloads(portfolio: Portfolio) -> Iterator[Overload]:
    """Yield the overloads of each rule, then those that have been looked for to be inverted."""
    for id_, pressures in portfolio.pressures.items():
        for pressure in pressures:
            yield from pressure.overloads
        yield from portfolio.inversions[id_]


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
        advice = _apart(portfolio, rival)
    else:
        message = text(
            "`{lost}` (priority {loser}) gets lost under `{rule}`: `{sent}` (priority {winner})"
            " came first",
            loser=rival.loser,
            winner=rival.winner,
            **names,
        )
        advice = _advice(portfolio, overload, rival)
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
        fixes=_fixes(portfolio, overload, rival),
        evidence=evidence(
            portfolio,
            overload.witness,
            code=CODE.id,
            counted=lambda entry: entry in overload.counted or entry is overload.lost,
            harm=meeting.harm(portfolio, overload.chains, 1, overload.counted),
        ),
    )


def _advice(portfolio: Portfolio, overload: Overload, rival: Rival) -> Text:
    if _is_later(overload, rival) and portfolio.behaviour.exceed("delay") == "delay":
        return text(
            "the important chain began only then: let the rule hold messages back with `exceed:"
            " delay`, or give the important message a limit of its own"
        )
    if portfolio.behaviour.exceed("yield") != "yield":
        return text("let the important message come earlier, or give it a limit of its own")
    if portfolio.behaviour.exceed(portfolio.program.frequency[overload.rule].exceed) == "yield":
        return text(
            "`exceed: yield` keeps a place only for chains under way: let the important message"
            " come earlier, or give it a limit of its own"
        )
    return text(
        "write `exceed: yield`, so that the last place is kept for the higher priority, or let the"
        " important message come earlier"
    )


def _is_later(overload: Overload, rival: Rival) -> bool:
    """Say whether the chain that loses the message began only after the other was sent."""
    entered = overload.witness.trace.of("enter")
    return any(
        one.passage == rival.lost.passage and one.moment > rival.sent.moment for one in entered
    )


def _apart(portfolio: Portfolio, rival: Rival) -> Text:
    if _have_one_door(portfolio, rival):
        return text(
            "put both into one `exclusive` group, or let one of them write later: with different"
            " priorities the same message gets lost every time"
        )
    return text("give the chains different priorities")


def _have_one_door(portfolio: Portfolio, rival: Rival) -> bool:
    both = {rival.sent.chain, rival.lost.chain}
    return any(both <= {one.chain for one in doors} for doors in portfolio.doors.values())


def _is_prompt(overload: Overload, rival: Rival) -> bool:
    """Say whether the message is sent as soon as its chain begins: nothing comes in between."""
    entered = overload.witness.trace.of("enter")
    return (rival.sent.passage, rival.sent.moment) in {(e.passage, e.moment) for e in entered}


def _fixes(portfolio: Portfolio, overload: Overload, rival: Rival) -> tuple[Fix, ...]:
    """Return what lets the priority say what the ids have decided so far.

    Where one thing starts both, or the other may still come first, that would not help.
    """
    chain = portfolio.program.chains.get(rival.sent.chain or "")
    if chain is None or rival.winner != rival.loser:
        return ()
    if _have_one_door(portfolio, rival) or not _is_prompt(overload, rival):
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
