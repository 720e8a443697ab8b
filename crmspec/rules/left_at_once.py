"""Exits that are true of everybody who enters, so that nobody stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Label, Severity, text
from crmspec.logic.assumption import proved
from crmspec.rules.replay import left

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.value import Located
    from crmspec.logic.portfolio import Portfolio
    from crmspec.rules.replay import Replays


def look(replays: Replays, chain: Chain) -> Iterator[Diagnostic]:
    """Yield a finding for the first exit that nobody who is let in can avoid."""
    for exit_ in chain.exit:
        condition = exit_.if_
        if condition is not None and exit_.when == "immediate":
            entered = _entered(replays.portfolio, chain)
            if entered and _takes_all(replays.portfolio, chain, condition):
                yield _finding(replays, chain, condition)
                return


def _entered(portfolio: Portfolio, chain: Chain) -> bool:
    return not all(region.is_empty for region in portfolio.space.entry(chain))


def _takes_all(portfolio: Portfolio, chain: Chain, condition: Located) -> bool:
    space = portfolio.space
    gone = space.region(condition, chain=chain, in_steps=False)
    return all(space.implies(region, gone) is None for region in space.entry(chain))


def _finding(replays: Replays, chain: Chain, condition: Located) -> Diagnostic:
    portfolio = replays.portfolio
    witness = replays.passage(chain, left(chain.id, "condition"))
    formulas = [region.formula for region in portfolio.space.entry(chain)]
    span = chain.place.key("trigger" if chain.audience is None else "audience")
    return Diagnostic(
        code=replays.code,
        message=text(
            "nobody stays in `{chain}`: everybody who enters leaves at once", chain=chain.id
        ),
        label=Label(condition.place.span, text("true of everybody who enters")),
        related=(Label(span, text("these are the customers who enter")),),
        help=(text("let the exit ask for what happens after the entry, or take it out"),),
        severity=Severity.ERROR,
        evidence=proved(portfolio, formulas) if witness is None else replays.proof(witness),
    )
