"""Chains that start one another again and again without the customer doing anything."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, amount, text
from crmspec.ir.step import Send
from crmspec.ir.trigger import ChainTrigger
from crmspec.logic.trigger_graph import circles, graph, into, knots
from crmspec.logic.week import DAY, WEEK
from crmspec.logic.witness import Entrance, Stage
from crmspec.rules.replay import Replays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.diagnostics import Text
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.trigger_graph import Link, Links
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace

CODE = Code(
    "CRM305",
    "trigger-loop",
    text("chains that start one another in an endless circle"),
    Severity.WARNING,
)
SEEN = 3
"""How many rounds a timeline shows."""
AT_ONCE = 25
"""So many entries in one minute show a circle without a wait, long before 3.12 stops it."""
LONGEST = 31 * DAY
"""Rounds that take longer than this are not called a circle."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each circle that goes on by itself."""
    replays = Replays(portfolio, CODE)
    for circle, witness in _shown(replays):
        yield _finding(replays, circle, witness)
    yield from replays.undecided()


def circling(portfolio: Portfolio) -> frozenset[str]:
    """Return the chains on circles that go on by themselves."""
    shown = _shown(Replays(portfolio, CODE))
    return frozenset(link.cause.chain for circle, _ in shown for link in circle)


def _shown(replays: Replays) -> Iterator[tuple[tuple[Link, ...], Witness]]:
    for knot in knots(graph(replays.portfolio)):
        for circle in circles(knot):
            if sum(link.delay for link in circle) > LONGEST:
                break
            witness = _replayed(replays, circle, knot)
            if witness is not None:
                yield circle, witness
                if _is_endless(witness):
                    break


def _replayed(replays: Replays, circle: tuple[Link, ...], knot: Links) -> Witness | None:
    """Return a timeline of some rounds after one entry from outside."""
    # The gate may hold the messages of each chain for a day and more.
    days = SEEN * (sum(link.delay for link in circle) // DAY + len(circle) + 1) + 1
    for link, entrance, paths in _ways_in(replays.portfolio, circle):
        for heard in (True, False) if _sends(replays.portfolio, circle) else (False,):
            stage = Stage(
                entrances=(entrance,),
                aim=_rounds(circle, link.cause.chain, heard=heard),
                wanted=(*paths, *(one.cause.path for one in circle if one.cause.path)),
                days=days,
            )
            witness = replays.stage(stage, link.span)
            if witness is not None and _by_itself(witness, circle, knot):
                return witness
    return None


def _ways_in(
    portfolio: Portfolio, circle: tuple[Link, ...]
) -> Iterator[tuple[Link, Entrance, tuple[str, ...]]]:
    """Yield how a customer may come into a circle, and by which steps of another chain."""
    chains = portfolio.program.chains
    own = {link.cause.chain: link for link in circle}
    for id_, link in own.items():
        for number in range(len(chains[id_].trigger)):
            yield link, Entrance(id_, number), ()
    if all(isinstance(one, ChainTrigger) for id_ in own for one in chains[id_].trigger):
        for door in into(portfolio, own):
            id_, paths = door.cause.chain, (door.cause.path,) if door.cause.path else ()
            for number in range(len(chains[id_].trigger)):
                yield own[door.target], Entrance(id_, number), paths


def _rounds(circle: tuple[Link, ...], chain: str, *, heard: bool) -> Callable[[Trace], bool]:
    """Return whether there are rounds enough, and the customer hears of them if asked for."""

    def aim(trace: Trace) -> bool:
        often = len(_entries(trace, chain)) >= SEEN and (not heard or bool(trace.sends()))
        return often and all(link.is_direct or _fires(trace, link) for link in circle)

    return aim


def _fires(trace: Trace, link: Link) -> bool:
    """Say whether entries follow a step in the time that its link takes, round after round."""
    extra = link.delay - link.cause.delay
    steps: list[int] = []
    count = 0
    for one in trace.entries:
        if one.step == link.cause.path:
            steps.append(one.moment + extra)
        elif one.kind == "enter" and one.chain == link.target and one.moment in steps:
            steps.clear()
            count += 1
    return count >= SEEN - 1


def _entries(trace: Trace, chain: str) -> list[int]:
    return [one.moment for one in trace.entries if one.kind == "enter" and one.chain == chain]


def _by_itself(witness: Witness, circle: tuple[Link, ...], knot: Links) -> bool:
    """Say whether nothing comes from outside after the first entry, not even a click.

    Nor may it be another chain of the knot that keeps the circle going.
    """
    own = {link.target for link in circle}
    if not knot.keys().isdisjoint({*witness.chains} - own):
        return False
    scenario = witness.scenario
    first = min(moment for link in circle for moment in _entries(witness.trace, link.target))
    return not scenario.reactions and all(one.moment <= first for one in scenario.happenings)


def _finding(replays: Replays, circle: tuple[Link, ...], witness: Witness) -> Diagnostic:
    counts = {link.cause.chain: _entries(witness.trace, link.cause.chain) for link in circle}
    first = max(counts, key=lambda id_: len(counts[id_]))
    endless = _is_endless(witness)
    circle = _from(circle, first)
    return Diagnostic(
        code=CODE,
        message=_endless(circle) if endless else _again(circle, counts[first]),
        label=Label(circle[0].cause.span, _step(circle[0])),
        related=_labels(circle),
        help=(
            text("give one of the chains `reentry: never` or a `limit`, or take one link out"),
            text("or let an `audience` keep those out who have just been there"),
        ),
        severity=Severity.ERROR if endless else _level(replays.portfolio, circle),
        evidence=replays.proof(witness, _first_rounds(witness, first)),
    )


def _first_rounds(witness: Witness, chain: str) -> Callable[[Entry], bool]:
    """Count the first entries into a chain: a timeline need not show the others."""
    entries = [one for one in witness.trace.of("enter") if one.chain == chain][:SEEN]
    return lambda entry: any(entry is one for one in entries)


def _is_endless(witness: Witness) -> bool:
    """Say whether a chain was entered so often in one minute that it never ends."""
    entered = Counter((one.chain, one.moment) for one in witness.trace.of("enter"))
    return max(entered.values(), default=0) >= AT_ONCE


def _level(portfolio: Portfolio, circle: tuple[Link, ...]) -> Severity:
    """Return how bad a slow circle is: one that sends nothing may be meant."""
    return Severity.WARNING if _sends(portfolio, circle) else Severity.INFO


def _sends(portfolio: Portfolio, circle: tuple[Link, ...]) -> bool:
    arrivals = (one for link in circle for one in portfolio.arrivals[link.cause.chain])
    return any(isinstance(one.step, Send) for one in arrivals)


def _from(circle: tuple[Link, ...], first: str) -> tuple[Link, ...]:
    at = next(n for n, link in enumerate(circle) if link.cause.chain == first)
    return circle[at:] + circle[:at]


def _route(circle: tuple[Link, ...]) -> str:
    return " → ".join((*(link.cause.chain for link in circle), circle[0].cause.chain))


def _endless(circle: tuple[Link, ...]) -> Text:
    if len(circle) == 1:
        return text("`{chain}` starts itself without a wait, for ever", chain=circle[0].cause.chain)
    return text("chains start one another without a wait, for ever: {route}", route=_route(circle))


def _again(circle: tuple[Link, ...], moments: list[int]) -> Text:
    gap = max(1, (moments[SEEN - 1] - moments[0]) // (SEEN - 1))
    rate = WEEK // gap
    times = amount("{count} time", "{count} times", rate)
    time = amount("{count} day", "{count} days", gap // DAY)
    if len(circle) == 1:
        chain = circle[0].cause.chain
        if rate > 1:
            return text(
                "`{chain}` starts itself over and over: {times} a week", chain=chain, times=times
            )
        return text("`{chain}` starts itself over and over: every {time}", chain=chain, time=time)
    if rate > 1:
        return text(
            "chains start one another over and over: {route}, {times} a week",
            route=_route(circle),
            times=times,
        )
    return text(
        "chains start one another over and over: {route}, every {time}",
        route=_route(circle),
        time=time,
    )


def _step(link: Link) -> Text:
    return text("this starts `{chain}`", chain=link.target)


def _labels(circle: tuple[Link, ...]) -> tuple[Label, ...]:
    causes = tuple(Label(link.cause.span, _step(link)) for link in circle[1:])
    heard = tuple(
        Label(link.span, text("`{chain}` begins here", chain=link.target)) for link in circle
    )
    return (*causes, *heard)
