"""Limits that hold as written and still let more through in a stretch of the same length."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.logic import door
from crmspec.logic.evidence import evidence
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.pressure import ceilings, in_window
from crmspec.logic.witness import Entrance, Stage, enact
from crmspec.rules import meeting
from crmspec.semantics.behaviour import REFERENCE
from crmspec.semantics.profile import of_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.frequency import Frequency
    from crmspec.logic.load import Class
    from crmspec.logic.pressure import Ceiling
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace

CODE = Code(
    "CRM303",
    "cap-leak",
    text("a limit that lets more through than it says"),
    Severity.WARNING,
)
EVENING, MORNING = 20 * 60, 33 * 60
"""Minutes of the day at which a burst before and one after midnight are placed."""
WIDE = 6
MOST = 8
"""Limits above this many messages are not looked at: the example would be of no use."""


class Leak(NamedTuple):
    """A replayed timeline with more messages than the limit, under one behaviour."""

    portfolio: Portfolio
    ceiling: Ceiling
    witness: Witness
    sent: tuple[Entry, ...]


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each frequency rule and behaviour of a target that leaks."""
    for rule in portfolio.program.frequency.values():
        if rule.status != "live" or not rule.limits:
            continue
        for found in _portfolios(portfolio):
            leak = next(_leaks(found, rule), None)
            if leak is not None:
                yield _finding(leak, rule)
                break


def _portfolios(portfolio: Portfolio) -> Iterator[Portfolio]:
    """Yield the portfolio under its own behaviour and under those of the live targets."""
    yield portfolio
    seen = {portfolio.behaviour}
    for target in portfolio.program.targets.values():
        behaviour = of_target(portfolio.program, target.id)
        if target.status == "live" and portfolio.behaviour == REFERENCE and behaviour not in seen:
            seen.add(behaviour)
            yield Portfolio(portfolio.program, behaviour, portfolio.memory)


def _leaks(portfolio: Portfolio, rule: Frequency) -> Iterator[Leak]:
    counted = portfolio.loads.counted(rule.id)
    for ceiling in ceilings(rule):
        if ceiling.is_gap or ceiling.most > MOST or not _may(portfolio, rule):
            continue

        def sent(trace: Trace, ceiling: Ceiling = ceiling) -> tuple[Entry, ...]:
            return most(trace, counted, ceiling.window)

        for stage in _stages(portfolio, rule, ceiling, counted):
            witness = enact(
                portfolio,
                Stage(
                    stage[0],
                    lambda trace, top=ceiling.most, sent=sent: len(sent(trace)) > top,  # type: ignore[misc]
                    stage[1],
                    start_local="20:00",
                ),
            )
            if witness is not None:
                yield Leak(portfolio, ceiling, witness, sent(witness.trace))
                break


def _may(portfolio: Portfolio, rule: Frequency) -> bool:
    """Say whether a limit can leak at all: it follows the calendar, lags, or counts the exempt."""
    behaviour = portfolio.behaviour
    is_calendar = (behaviour.caps or rule.window) == "calendar"
    exempt = rule.applies_to is not None and "transactional" in rule.applies_to.categories
    return is_calendar or behaviour.counter_lag > 0 or exempt


def most(trace: Trace, counted: Class, window: int) -> tuple[Entry, ...]:
    """Return the counted messages of the fullest window of a timeline."""
    windows = (in_window(trace, counted, one.moment, window) for one in trace.sends())
    return max(windows, key=len, default=())


def _stages(
    portfolio: Portfolio, rule: Frequency, ceiling: Ceiling, counted: Class
) -> Iterator[tuple[tuple[Entrance, ...], tuple[str, ...]]]:
    """Yield entrances whose first messages fall half before and half after midnight, or at once."""
    offers = list(_firsts(portfolio, rule, counted))[: max(WIDE, ceiling.most + 1)]
    if len(offers) <= ceiling.most:
        return
    for before in (ceiling.most, 1, ceiling.most + 1):
        chosen = offers[: ceiling.most + 1]
        latest = max(at for _, _, at in chosen)
        entrances = [
            Entrance(*entered, latest - at + (0 if number < before else MORNING - EVENING))
            for number, (entered, _, at) in enumerate(chosen)
        ]
        first = min(one.at for one in entrances)
        moved = [Entrance(one.chain, one.trigger, one.at - first) for one in entrances]
        moved.sort(key=lambda one: (one.at, one.chain))
        yield tuple(moved), tuple(path for _, path, _ in chosen)


def _firsts(
    portfolio: Portfolio, rule: Frequency, counted: Class
) -> Iterator[tuple[door.Door, str, int]]:
    """Yield the first counted send of each chain, those soonest after the entry first."""
    found = []
    for id_ in portfolio.loads.of_rule(rule.id):
        if id_ not in portfolio.program.chains:
            continue
        for offer in portfolio.tracks[id_].offers:
            if any(counted.counts(message, id_) for message in offer.messages):
                found.append((offer.least, id_, offer.path))
                break
    for least, id_, path in sorted(found):
        yield door.easiest(portfolio.program, id_), path, least


def _finding(leak: Leak, rule: Frequency) -> Diagnostic:
    portfolio, ceiling = leak.portfolio, leak.ceiling
    return Diagnostic(
        code=CODE,
        message=text(
            "`{rule}` lets {count} messages through within {window}, though its limit is {most}",
            rule=rule.id,
            count=len(leak.sent),
            window=ceiling.text,
            most=ceiling.most,
        ),
        label=Label(ceiling.node.place.span, _why(portfolio, rule)),
        related=meeting.once(
            Label(meeting.spoken(portfolio, entry), text("sent")) for entry in leak.sent
        )[:4],
        help=_advice(portfolio, rule),
        evidence=evidence(
            portfolio,
            leak.witness,
            code=CODE.id,
            counted=lambda entry: entry in leak.sent,
            harm=(
                meeting.customers(portfolio, leak.witness.chains),
                float(len(leak.sent) - ceiling.most),
                meeting.cost(portfolio, leak.sent),
            ),
        ),
    )


def _why(portfolio: Portfolio, rule: Frequency) -> Text:
    behaviour = portfolio.behaviour
    if (behaviour.caps or rule.window) == "calendar":
        return text(
            "counted by the calendar, so the end of one period and the start of the next add up"
        )
    if behaviour.counter_lag:
        return text(
            "`{profile}` does not see the sends of the last {count} minutes",
            profile=behaviour.name,
            count=behaviour.counter_lag,
        )
    return text("transactional messages are counted here, but never held back")


def _advice(portfolio: Portfolio, rule: Frequency) -> tuple[Text, ...]:
    if rule.window == "calendar" and portfolio.behaviour.caps is None:
        return (text("write `window: rolling`, or halve the limit"),)
    if portfolio.behaviour != REFERENCE:
        return (
            text(
                "this holds for targets that behave like `{profile}`: lower the limit for them, or"
                " spread the chains over the day",
                profile=portfolio.behaviour.name,
            ),
        )
    return (text("leave `transactional` out of the rule's `categories`"),)
