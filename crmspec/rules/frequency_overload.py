"""Customers who are due more messages than a frequency rule lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, amount, text
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.logic.evidence import evidence
from crmspec.logic.flood import unlimited
from crmspec.logic.length import duration
from crmspec.rules import meeting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.frequency import Frequency
    from crmspec.logic.flood import Flood
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.pressure import Overload, Pressure

CODE = Code(
    "CRM302",
    "frequency-overload",
    text("customers are due more messages than a frequency rule lets through"),
    Severity.WARNING,
)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each frequency rule that loses messages after one to three actions.

    The limit that needs the fewest actions speaks for its rule. Marketing that no rule counts is
    one finding more.
    """
    for id_, pressures in portfolio.pressures.items():
        rule = portfolio.program.frequency[id_]
        loud = [(one, _news(portfolio, one)) for one in pressures]
        loud = [one for one in loud if one[1]]
        if loud:
            pressure, overloads = min(loud, key=lambda one: _rank(one[1][0]))
            yield _finding(portfolio, rule, pressure, overloads)
        elif any(one.verdict is Verdict.UNDECIDED for one in pressures):
            yield _undecided(rule, pressures)
    flood = unlimited(portfolio)
    if flood is not None:
        yield _flood(portfolio, flood)


def _news(portfolio: Portfolio, pressure: Pressure) -> tuple[Overload, ...]:
    """Return the overloads of which CRM312 does not tell already."""
    crowded = {one.path for one in portfolio.crowdings.get(pressure.rule, ())}
    return tuple(one for one in pressure.overloads if one.lost.step not in crowded)


def _rank(overload: Overload) -> tuple[int, int]:
    return overload.actions, len(overload.chains)


def _finding(
    portfolio: Portfolio, rule: Frequency, pressure: Pressure, overloads: tuple[Overload, ...]
) -> Diagnostic:
    first, *others = overloads
    last = first.order[-1] if first.order else meeting.source(first.lost)
    return Diagnostic(
        code=CODE,
        message=_message(rule.id, first),
        label=Label(meeting.entered(portfolio, last), _entered(first)),
        related=meeting.once(
            (
                Label(pressure.ceiling.node.place.span, _limit(first)),
                Label(
                    meeting.spoken(portfolio, first.lost),
                    text("`{message}` gets lost", message=_lost(first)),
                ),
            )
        ),
        help=(*_others(others), *_advice(first)),
        evidence=evidence(
            portfolio,
            first.witness,
            code=CODE.id,
            counted=lambda entry: entry in first.counted or entry is first.lost,
            harm=(
                meeting.customers(portfolio, first.chains),
                float(first.due - first.ceiling.most),
                meeting.cost(portfolio, first.counted),
            ),
        ),
    )


def _lost(overload: Overload) -> str:
    return overload.lost.message or ""


def _message(rule: str, overload: Overload) -> Text:
    names = meeting.names(overload.order or overload.chains)
    amounts: dict[str, str | int | float | Text] = {
        "due": amount("{count} message", "{count} messages", overload.due),
        "most": overload.ceiling.most,
        "window": duration(overload.ceiling.text),
        "rule": rule,
    }
    if overload.ceiling.is_gap:
        return text(
            "one customer can be in {chains} and be due {due} within {window}, between"
            " which `{rule}` wants a pause: one gets lost",
            chains=names,
            **amounts,
        )
    if len(overload.chains) == 1:
        return text(
            "one customer of {chains} can be due {due} within {window};"
            " `{rule}` lets {most} through",
            chains=names,
            **amounts,
        )
    return text(
        "one customer can be in {chains} and be due {due} within {window};"
        " `{rule}` lets {most} through",
        chains=names,
        **amounts,
    )


def _entered(overload: Overload) -> Text:
    if len(overload.order) > 1:
        return text("the customer comes in here last")
    return text("the customer comes in here")


def _limit(overload: Overload) -> Text:
    ceiling = overload.ceiling
    if ceiling.is_gap:
        return text("the pause: {window}", window=duration(ceiling.text))
    return text("the limit: {most} per {window}", most=ceiling.most, window=duration(ceiling.text))


def _others(others: list[Overload]) -> Iterator[Text]:
    for other in others:
        yield text("the same happens with {chains}", chains=meeting.names(other.order))


def _advice(overload: Overload) -> Iterator[Text]:
    if len(overload.chains) > 1:
        yield text(
            "let one exclude the other: an `exclusive` group, an `exit`, or an `audience` that asks"
            " `in_chain`"
        )
    else:
        yield text("put more time between the messages, or send fewer of them")
    if overload.lost.reason != "ttl":
        yield text("if the message may come later, give the rule `exceed: delay` and a `ttl`")


def _undecided(rule: Frequency, pressures: tuple[Pressure, ...]) -> Diagnostic:
    open_ = [one for one in pressures if one.verdict is Verdict.UNDECIDED]
    return Diagnostic(
        code=CODE,
        message=text(
            "whether `{rule}` loses messages after three actions could not be decided", rule=rule.id
        ),
        label=Label(
            open_[0].ceiling.node.place.span,
            text("the budget for looking at timelines ran out here"),
        ),
        severity=Severity.INFO,
        evidence=Evidence(verdict=Verdict.UNDECIDED),
    )


def _flood(portfolio: Portfolio, flood: Flood) -> Diagnostic:
    last = flood.order[-1]
    return Diagnostic(
        code=CODE,
        message=text(
            "one customer can be in {chains} and get {messages} in 24 hours: nothing limits them",
            chains=meeting.names(flood.order),
            messages=amount(
                "{count} marketing message", "{count} marketing messages", len(flood.sent)
            ),
        ),
        label=Label(meeting.entered(portfolio, last), text("the customer comes in here last")),
        help=(text("declare how much one customer may get under `frequency`"),),
        evidence=evidence(
            portfolio,
            flood.witness,
            code=CODE.id,
            counted=lambda entry: entry in flood.sent,
            harm=(
                meeting.customers(portfolio, flood.order),
                float(len(flood.sent)),
                meeting.cost(portfolio, flood.sent),
            ),
        ),
    )
