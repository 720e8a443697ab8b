"""Limits that hold as written and still let more through in a stretch of the same length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, amount, text
from crmspec.logic.evidence import evidence
from crmspec.logic.leak import leak
from crmspec.logic.length import duration
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import meeting
from crmspec.semantics.behaviour import REFERENCE
from crmspec.semantics.profile import of_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.frequency import Frequency
    from crmspec.logic.leak import Leak

CODE = Code(
    "CRM303",
    "cap-leak",
    text("a limit that lets more through than it says"),
    Severity.WARNING,
)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each frequency rule and behaviour of a target that leaks."""
    for rule in portfolio.program.frequency.values():
        if rule.status != "live" or not rule.limits:
            continue
        for found in _portfolios(portfolio):
            leaking = leak(found, rule)
            if leaking is not None:
                yield _finding(leaking, rule)
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


def _finding(found: Leak, rule: Frequency) -> Diagnostic:
    portfolio, ceiling = found.portfolio, found.ceiling
    return Diagnostic(
        code=CODE,
        message=text(
            "`{rule}` lets {messages} through within {window}, though its limit is {most}",
            rule=rule.id,
            messages=amount("{count} message", "{count} messages", len(found.sent)),
            window=duration(ceiling.text),
            most=ceiling.most,
        ),
        label=Label(ceiling.node.place.span, _why(portfolio, rule)),
        related=meeting.once(
            Label(meeting.spoken(portfolio, entry), text("sent")) for entry in found.sent
        )[:4],
        help=_advice(portfolio, rule),
        evidence=evidence(
            portfolio,
            found.witness,
            code=CODE.id,
            counted=lambda entry: entry in found.sent,
            harm=meeting.harm(
                portfolio, found.witness.chains, len(found.sent) - ceiling.most, found.sent
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
            "`{profile}` does not see the sends of the last {time}",
            profile=behaviour.name,
            time=amount("{count} minute", "{count} minutes", behaviour.counter_lag),
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
