"""Messages that are always due while a pause still lasts, which began with the chain itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.ir.condition import All, EventHappened
from crmspec.ir.trigger import EventTrigger
from crmspec.logic import delay
from crmspec.logic.evidence import evidence
from crmspec.logic.length import duration
from crmspec.logic.witness import Entrance, Stage, enact
from crmspec.rules import meeting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Code
    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.frequency import After, Frequency
    from crmspec.ir.trigger import Trigger
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.track import Offer
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace


def look(portfolio: Portfolio, code: Code) -> Iterator[Diagnostic]:
    """Yield a finding for each pause and chain with a message that it always blocks.

    That is so where every entry takes the event that begins the pause, and the message is due
    before the pause is over, however long the passage takes (semantics 8.11).
    """
    for rule in portfolio.program.frequency.values():
        if rule.after is None or portfolio.behaviour.exceed(rule.exceed) == "delay":
            continue
        for chain in portfolio.program.chains.values():
            if chain.status == "live" and rule.status == "live":
                blocked = list(_blocked(portfolio, rule, chain))
                witness = _shown(portfolio, rule, chain, blocked)
                if witness is not None:
                    yield _finding(portfolio, code, rule, blocked, witness)


def _blocked(portfolio: Portfolio, rule: Frequency, chain: Chain) -> Iterator[Offer]:
    """Yield the sends that every passage comes to while the pause lasts."""
    ages = [_age(rule.after, chain, trigger) for trigger in chain.trigger]
    if None in ages or not ages or chain.id in portfolio.loads.started:
        return
    left = delay.length(rule.for_).least - max(filter(None, ages), default=0)
    held, messages = portfolio.machine.index.held, portfolio.program.messages
    for offer in portfolio.tracks[chain.id].offers:
        if offer.late is None or offer.late >= left:
            continue
        if all(
            messages[id_].fallback is None and rule in held(id_, chain.id, None).pauses
            for id_ in offer.messages
        ):
            yield offer


def _age(after: After | None, chain: Chain, trigger: Trigger) -> int | None:
    """Return how old the event is at most when a trigger lets customers in; None if it may not be.

    A trigger is the event, or the audience asks for it.
    """
    if after is None:
        return None
    if isinstance(trigger, EventTrigger) and trigger.event == after.event:
        return 0 if all(test in trigger.where for test in after.where) else None
    found = (_within(after, one) for one in _parts(chain.audience))
    return min((age for age in found if age is not None), default=None)


def _parts(condition: Condition | None) -> tuple[Condition | None, ...]:
    return condition.all if isinstance(condition, All) else (condition,)


def _within(after: After, condition: Condition | None) -> int | None:
    if not isinstance(condition, EventHappened) or condition.event != after.event:
        return None
    plain = EventHappened(
        place=condition.place,
        event=condition.event,
        where=condition.where,
        within=condition.within,
    )
    is_plain = condition == plain and all(test in condition.where for test in after.where)
    return delay.length(condition.within).most if is_plain and condition.within else None


def _shown(
    portfolio: Portfolio, rule: Frequency, chain: Chain, blocked: list[Offer]
) -> Witness | None:
    """Return a customer who comes to the first of the blocked sends."""
    if not blocked:
        return None
    path = blocked[0].path
    stages = (
        Stage(
            (Entrance(chain.id, number, 0),),
            lambda trace: _lost(trace, rule, path) is not None,
            (path,),
        )
        for number in range(len(chain.trigger))
    )
    return next(filter(None, (enact(portfolio, stage) for stage in stages)), None)


def _lost(trace: Trace, rule: Frequency, path: str) -> Entry | None:
    """Return where a pause stops a message."""
    stopped = trace.of("skip", "exit")
    return next((one for one in stopped if (one.step, one.rule) == (path, rule.id)), None)


def _finding(
    portfolio: Portfolio, code: Code, rule: Frequency, blocked: list[Offer], witness: Witness
) -> Diagnostic:
    first, *others = blocked
    lost = _lost(witness.trace, rule, first.path)
    chain = portfolio.program.chains[first.path.partition(".")[0]]
    pause = rule.place.value("for")
    return Diagnostic(
        code=code,
        message=text(
            "`{chain}` never sends `{message}`: whoever comes in has done `{event}`, after which"
            " `{rule}` lets nothing through for {window}",
            chain=chain.id,
            message=first.messages[0],
            event="" if rule.after is None else rule.after.event.id,
            rule=rule.id,
            window=duration("" if rule.for_ is None else rule.for_.text),
        ),
        label=Label(first.step.place.value("send"), text("due while the pause lasts")),
        related=meeting.once(
            (
                *(Label(one.step.place.value("send"), text("this one too")) for one in others),
                Label(pause, text("the pause")),
            )
        ),
        help=(
            text("send it when the pause is over, or let the rule `bypass` it"),
            text("if the message may come later, give the rule `exceed: delay` and a `ttl`"),
        ),
        evidence=evidence(
            portfolio,
            witness,
            code=code.id,
            counted=lambda entry: entry is lost,
            harm=meeting.harm(portfolio, (chain.id,), len(blocked), ()),
        ),
    )
