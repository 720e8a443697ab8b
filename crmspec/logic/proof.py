"""What is proved of a portfolio's frequency rules, in sentences with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics.evidence import Verdict
from crmspec.diagnostics.sentence import Text, text
from crmspec.logic.length import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.diagnostics.evidence import Evidence
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.pressure import Pressure
    from crmspec.source import Span


def proofs(portfolio: Portfolio) -> tuple[Text, ...]:
    """Return a sentence for each limit that is never reached, or that the gate surely keeps."""
    return tuple(
        sentence
        for pressures in portfolio.pressures.values()
        for pressure in pressures
        for sentence in _proof(portfolio, pressure)
    )


def undecided(portfolio: Portfolio, findings: Iterable[Diagnostic] = ()) -> tuple[Text, ...]:
    """Return a sentence about the rules that are neither proved nor shown to lose a message.

    Those whose limits a finding points at with its evidence, or its timeline, are left out.
    """
    told = {
        span
        for one in findings
        if one.evidence is not None
        for span in (*(label.span for label in (one.label, *one.related)), *_lost(one.evidence))
    }
    open_ = [
        f"`{rule}`"
        for rule, pressures in portfolio.pressures.items()
        if any(one.verdict is not Verdict.PROVED for one in pressures)
        and portfolio.program.frequency[rule].place.span not in told
        and not any(one.overloads or one.ceiling.node.place.span in told for one in pressures)
    ]
    if not open_:
        return ()
    return (
        text(
            "undecided: whether a message ever gets lost because of {rules}; more may be due than"
            " may be sent, and no customer was found who loses one",
            rules=", ".join(open_),
        ),
    )


def _lost(evidence: Evidence) -> Iterator[Span | None]:
    """Yield where it is said why messages get lost in a timeline."""
    return (line.span for line in evidence.timeline if line.kind in {"lose", "leave"})


def _proof(portfolio: Portfolio, pressure: Pressure) -> Iterator[Text]:
    ceiling = pressure.ceiling
    if pressure.verdict is Verdict.PROVED:
        if ceiling.is_gap:
            yield text(
                "no two messages of `{rule}` are ever due within {window}",
                rule=pressure.rule,
                window=duration(ceiling.text),
            )
        else:
            yield text(
                "`{rule}` never has to hold a message back: no customer is due more than {bound} of"
                " the messages it counts in any {window} (limit {most})",
                rule=pressure.rule,
                bound=pressure.bound or 0,
                window=duration(ceiling.text),
                most=ceiling.most,
            )
    elif _keeps(portfolio, pressure):
        yield text(
            "`{rule}` always holds: no customer gets more than {most} of the messages it counts"
            " in any {window}",
            rule=pressure.rule,
            window=duration(ceiling.text),
            most=ceiling.most,
        )


def _keeps(portfolio: Portfolio, pressure: Pressure) -> bool:
    """Say whether the gate itself keeps a limit: it rolls, sees all, and holds what it counts."""
    rule = portfolio.program.frequency[pressure.rule]
    behaviour = portfolio.behaviour
    is_calendar = (behaviour.caps or rule.window) == "calendar"
    if pressure.ceiling.is_gap or is_calendar or behaviour.counter_lag:
        return False
    exempt = rule.applies_to is not None and "transactional" in rule.applies_to.categories
    return not exempt and behaviour.strictest
