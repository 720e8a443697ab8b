"""Customers who are due more messages than a frequency rule lets through."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crmspec.diagnostics import (
    Code,
    Diagnostic,
    Edit,
    Fix,
    Label,
    Safety,
    Severity,
    amount,
    text,
)
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.logic import delay
from crmspec.logic.evidence import evidence
from crmspec.logic.flood import unlimited
from crmspec.logic.length import duration
from crmspec.rules import meeting, more_room, trigger_loop
from crmspec.rules.insertion import put
from crmspec.rules.rival import rival, source
from crmspec.semantics import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.frequency import Frequency
    from crmspec.logic.ceiling import Ceiling
    from crmspec.logic.flood import Flood
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.pressure import Overload, Pressure
    from crmspec.logic.witness import Witness

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
        elif not any(one.overloads for one in pressures):
            yield from _undecided(rule, pressures)
    flood = _unlimited(portfolio)
    if flood is not None:
        yield _flood(portfolio, flood)


def _unlimited(portfolio: Portfolio) -> Flood | None:
    """Return marketing that no rule counts and that is not the rounds of which CRM305 tells."""
    flood = unlimited(portfolio)
    if flood is None:
        return None
    steps = Counter((one.chain or "", one.step) for one in flood.sent)
    again = {chain for (chain, _), count in steps.items() if count > 1}
    rounds = again & trigger_loop.circling(portfolio) if again else again
    return unlimited(portfolio, rounds) if rounds else flood


def _news(portfolio: Portfolio, pressure: Pressure) -> tuple[Overload, ...]:
    """Return the overloads of which neither CRM312 nor CRM320 tells already."""
    crowded = {one.path for one in portfolio.crowdings.get(pressure.rule, ())}
    turned = [set(one.chains) for one in portfolio.inversions[pressure.rule]]
    return tuple(
        one
        for one in pressure.overloads
        if one.lost.step not in crowded
        and rival(portfolio, one) is None
        and not _is_wanted(portfolio, one)
        and not any(chains <= set(one.chains) for chains in turned)
    )


def _is_wanted(portfolio: Portfolio, overload: Overload) -> bool:
    """Say whether the lowest priority gives way, as a rule with `exceed: yield` is meant to."""
    rule = portfolio.program.frequency[overload.rule]
    others = [source(portfolio, one) for one in overload.counted]
    lost = source(portfolio, overload.lost)
    return (
        portfolio.behaviour.exceed(rule.exceed) == "yield"
        and lost is not None
        and all(one is not None and lost.priority < one.priority for one in others)
    )


def _rank(overload: Overload) -> tuple[int, int]:
    return overload.actions, len(overload.chains)


def _finding(
    portfolio: Portfolio, rule: Frequency, pressure: Pressure, overloads: tuple[Overload, ...]
) -> Diagnostic:
    first, *others = overloads
    may_wait = more_room.may_wait(portfolio, rule, first.ceiling)
    fixes = _fixes(rule, first) if may_wait else ()
    last = first.order[-1] if first.order else meeting.source(first.lost)
    return Diagnostic(
        code=CODE,
        message=_message(portfolio, first),
        label=Label(meeting.entered(portfolio, last), _entered(portfolio, first)),
        related=meeting.once(
            (
                Label(pressure.ceiling.node.place.span, _limit(first.ceiling)),
                Label(
                    meeting.spoken(portfolio, first.lost),
                    text(
                        "`{message}` gets lost", message=meeting.message_of(portfolio, first.lost)
                    ),
                ),
            )
        ),
        help=(
            *_others(others),
            *_unheard(portfolio, rule, first),
            *_advice(portfolio, first),
            *(_later(first) if may_wait and not fixes else ()),
        ),
        fixes=fixes,
        evidence=evidence(
            portfolio,
            _of_all(first),
            code=CODE.id,
            counted=lambda entry: any(entry is one for one in (*first.counted, *first.missed)),
            harm=meeting.harm(
                portfolio, first.chains, first.due - first.ceiling.most, first.counted
            ),
        ),
    )


def _of_all(overload: Overload) -> Witness:
    """Return the timeline with all who sent or lost messages, even if some would do."""
    witness = overload.witness
    return witness._replace(chains=tuple(dict.fromkeys((*witness.chains, *overload.order))))


def _mailed(portfolio: Portfolio, overload: Overload) -> bool:
    """Say whether a broadcast is among those that sent or lost the messages."""
    return any(one in portfolio.program.broadcasts for one in overload.chains)


def _message(portfolio: Portfolio, overload: Overload) -> Text:
    names = meeting.names(overload.order or overload.chains)
    mailed = _mailed(portfolio, overload)
    amounts: dict[str, str | int | float | Text] = {
        "due": amount("{count} message", "{count} messages", overload.due),
        "most": overload.ceiling.most,
        "window": duration(overload.ceiling.text),
        "rule": overload.rule,
    }
    if overload.ceiling.is_gap and mailed:
        return text(
            "one customer of {chains} can be due {due} within {window}, between which `{rule}`"
            " wants a pause: one gets lost",
            chains=names,
            **amounts,
        )
    if overload.ceiling.is_gap:
        return text(
            "one customer can be in {chains} and be due {due} within {window}, between"
            " which `{rule}` wants a pause: one gets lost",
            chains=names,
            **amounts,
        )
    if len(overload.chains) == 1 or mailed:
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


def _entered(portfolio: Portfolio, overload: Overload) -> Text:
    if overload.order and overload.order[-1] in portfolio.program.broadcasts:
        return text("the customer gets this broadcast")
    if len(overload.order) > 1:
        return text("the customer comes in here last")
    return text("the customer comes in here")


def _limit(ceiling: Ceiling) -> Text:
    if ceiling.is_gap:
        return text("the pause: {window}", window=duration(ceiling.text))
    return text("the limit: {most} per {window}", most=ceiling.most, window=duration(ceiling.text))


def _others(others: list[Overload]) -> Iterator[Text]:
    for other in others:
        yield text("the same happens with {chains}", chains=meeting.names(other.order))


def _unheard(portfolio: Portfolio, rule: Frequency, first: Overload) -> Iterator[Text]:
    """Name the limits of the rule that are looked at only when this one is mended."""
    for one in portfolio.pressures[rule.id]:
        if one.verdict is Verdict.UNDECIDED and not one.left and one.ceiling != first.ceiling:
            ceiling = one.ceiling
            yield text(
                "the same rule has another limit, {most} in {window}: it is looked at once this one"
                " loses no message any more",
                most=ceiling.most,
                window=duration(ceiling.text),
            )


def _advice(portfolio: Portfolio, overload: Overload) -> Iterator[Text]:
    if _changes(overload):
        yield text("clocks are changed in between: let the window of the limit be two hours away")
    elif len(overload.chains) > 1 and _mailed(portfolio, overload):
        yield text(
            "send the broadcast on another day, or leave out of its audience, by `exclude`, whom"
            " the others write to"
        )
    elif len(overload.chains) > 1:
        yield text(
            "let one exclude the other: an `exclusive` group, an `exit`, or an `audience` that asks"
            " `in_chain`"
        )
    else:
        yield text("put more time between the messages, or send fewer of them")


def _later(overload: Overload) -> Iterator[Text]:
    if overload.lost.reason != "ttl":
        yield text("if the message may come later, give the rule `exceed: delay` and a `ttl`")


def _undecided(rule: Frequency, pressures: tuple[Pressure, ...]) -> Iterator[Diagnostic]:
    open_ = [one for one in pressures if one.verdict is Verdict.UNDECIDED]
    for pressure in open_[:1]:
        yield Diagnostic(
            code=CODE,
            message=text(
                "whether `{rule}` loses messages after three actions could not be decided",
                rule=rule.id,
            ),
            label=Label(
                pressure.ceiling.node.place.span,
                text("the budget for looking at timelines ran out here"),
            ),
            severity=Severity.INFO,
            evidence=Evidence(verdict=Verdict.UNDECIDED),
        )


def _changes(overload: Overload) -> bool:
    """Say whether the messages would be far enough apart if clocks were never changed."""
    if not overload.counted or overload.ceiling.is_gap:
        return False
    first, lost = overload.counted[0].moment, overload.lost.moment
    zone = clock.named(overload.witness.trace.timezone)
    shift = clock.wall_of(lost, zone) - lost - clock.wall_of(first, zone) + first
    window, is_rolling = overload.ceiling.window, shift > 0
    apart = lost - first
    return bool(shift) and (apart + shift >= window if is_rolling else apart >= window)


def _fixes(rule: Frequency, overload: Overload) -> tuple[Fix, ...]:
    """Return what lets a message come later that gets lost at once: soon enough to be welcome."""
    if overload.ceiling.widest > delay.TTL or overload.lost.reason not in ("cap", "gap"):
        return ()
    written = rule.place.value("exceed")
    before = "limits" if rule.limits else "min_gap"
    if written == rule.place.span:
        edits = put(rule.place, "exceed", "delay", before=before)
    else:
        edits = (Edit(written, "delay"),)
    title = text("let `{rule}` hold messages back until there is room", rule=rule.id)
    return (Fix(title, edits, Safety.UNSAFE),) if edits else ()


def _flood(portfolio: Portfolio, flood: Flood) -> Diagnostic:
    last = flood.order[-1]
    names, mailings = meeting.names(flood.order), portfolio.program.broadcasts
    many = amount("{count} marketing message", "{count} marketing messages", len(flood.sent))
    message = text(
        "one customer can be in {chains} and get {messages} in 24 hours: nothing limits them",
        chains=names,
        messages=many,
    )
    if not mailings.keys().isdisjoint(flood.order):
        message = text(
            "one customer of {chains} can get {messages} in 24 hours: nothing limits them",
            chains=names,
            messages=many,
        )
    place = text("the customer comes in here last")
    if last in mailings:
        place = text("the customer gets this broadcast")
    return Diagnostic(
        code=CODE,
        message=message,
        label=Label(meeting.entered(portfolio, last), place),
        help=(text("declare how much one customer may get under `frequency`"),),
        evidence=evidence(
            portfolio,
            flood.witness,
            code=CODE.id,
            counted=lambda entry: entry in flood.sent,
            harm=meeting.harm(portfolio, flood.order, len(flood.sent), flood.sent),
        ),
    )
