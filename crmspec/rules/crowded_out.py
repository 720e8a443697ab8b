"""Chains of low priority that get no message out for as long as others of higher priority go on."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Label, Severity, text
from crmspec.diagnostics.evidence import Verdict
from crmspec.logic import delay
from crmspec.logic.evidence import evidence
from crmspec.logic.stream import flows
from crmspec.logic.witness import Stage, enact
from crmspec.rules import meeting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Code
    from crmspec.ir.frequency import Frequency
    from crmspec.logic.ceiling import Ceiling
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.pressure import Pressure
    from crmspec.logic.stream import Flow
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace

TRIED = 2
"""Chains that are looked at for one rule."""
BUDGET = 12
"""Timelines that are looked at for all rules."""


def look(portfolio: Portfolio, code: Code) -> Iterator[Diagnostic]:
    """Yield a finding for each rule that customers who come back keep full for ever.

    What one to three actions do already is told by CRM302, and what is always so by this rule.
    """
    left = BUDGET
    for id_, pressures in portfolio.pressures.items():
        rule = portfolio.program.frequency[id_]
        if portfolio.crowdings.get(id_) or any(one.overloads for one in pressures):
            continue
        for flow, ceiling in _flows(portfolio, pressures):
            if left == 0:
                return
            left -= 1
            witness = _shown(portfolio, rule, ceiling, flow)
            if witness is not None:
                yield _finding(portfolio, code, (rule, ceiling, flow), witness)
                break


def _flows(portfolio: Portfolio, pressures: tuple[Pressure, ...]) -> Iterator[tuple[Flow, Ceiling]]:
    """Yield what may fill the limits of a rule that are not proved to have room."""
    for pressure in pressures:
        if pressure.verdict is Verdict.PROVED:
            continue
        counted = portfolio.loads.counted(pressure.rule)
        curves = portfolio.loads.of_rule(pressure.rule)
        found = flows(portfolio, pressure.ceiling, counted, curves)
        yield from ((flow, pressure.ceiling) for flow in islice(found, TRIED))


def _shown(portfolio: Portfolio, rule: Frequency, ceiling: Ceiling, flow: Flow) -> Witness | None:
    """Return a customer who gets nothing of the chain below, however often they come into it."""
    hold = delay.of_rule(rule, portfolio.behaviour) or 0
    entrances = flow.entrances(portfolio, ceiling.window, hold)
    if not entrances:
        return None
    passages = sum(1 for one in entrances if one.chain == flow.chain)

    def aim(trace: Trace) -> bool:
        entered = [one for one in trace.of("enter") if one.chain == flow.chain]
        lost = {one.passage for one in _lost(trace, rule, flow)}
        return len(entered) >= passages and lost >= {one.passage for one in entered}

    wanted = (*(one.path for one in flow.streams), *(one.path for one in flow.offers))
    return enact(portfolio, Stage(entrances, aim, wanted), 1)


def _lost(trace: Trace, rule: Frequency, flow: Flow) -> tuple[Entry, ...]:
    """Return the lost messages of the chain below; none if it gets a single one out."""
    paths = {one.path for one in flow.offers}
    if any(one.step in paths for one in trace.sends()):
        return ()
    return tuple(
        one for one in trace.of("skip", "exit") if one.chain == flow.chain and one.rule == rule.id
    )


def _finding(
    portfolio: Portfolio,
    code: Code,
    case: tuple[Frequency, Ceiling, Flow],
    witness: Witness,
) -> Diagnostic:
    rule, ceiling, flow = case
    chains = portfolio.program.chains
    above = [one for one in witness.chains if one != flow.chain and one in chains]
    lost = _lost(witness.trace, rule, flow)
    sent = tuple(one for one in witness.trace.sends() if one.chain in above)
    return Diagnostic(
        code=code,
        message=text(
            "customers who keep coming back to {above} can get nothing of `{chain}`: `{rule}` is"
            " full every time",
            above=meeting.names(above),
            chain=flow.chain,
            rule=rule.id,
        ),
        label=Label(meeting.spoken(portfolio, lost[0]), text("this one finds no room then")),
        related=meeting.once(
            (
                *(
                    Label(meeting.spoken(portfolio, one), text("of higher priority"))
                    for one in sent[:2]
                ),
                Label(ceiling.node.place.span, text("the limit")),
            )
        ),
        help=(
            text(
                "let fewer messages of {above} count, or let them come less often: `reentry: after"
                " {window}`",
                above=meeting.names(above),
                window=ceiling.text,
            ),
            text("or give `{chain}` a limit of its own", chain=flow.chain),
        ),
        severity=Severity.WARNING,
        evidence=evidence(
            portfolio,
            witness,
            code=code.id,
            counted=lambda entry: entry in sent or entry in lost,
            harm=meeting.harm(portfolio, (flow.chain,), len(lost), sent),
        ),
    )
