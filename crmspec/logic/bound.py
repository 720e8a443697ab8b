"""The most messages one customer can be due from all chains and broadcasts together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.logic.dated import dated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.logic.curve import Curve
    from crmspec.logic.portfolio import Portfolio


def bound(portfolio: Portfolio, curves: Mapping[str, Curve], window: int) -> int | None:
    """Return an upper bound of the messages due in any window, None if there is none.

    Chains that one customer can never be in are not added up (`Lifetimes.parts`), nor are
    broadcasts that go out once, on days that lie too far apart.
    """
    each = {source: curve.most(window) for source, curve in curves.items()}
    if any(most is None for most in each.values()):
        return None
    amounts = {source: most for source, most in each.items() if most}
    mailings = portfolio.program.broadcasts
    once = {id_ for id_ in amounts if id_ in mailings and mailings[id_].repeat is None}
    alone = sum(amounts.pop(id_) for id_ in once)
    together = dated(portfolio, sorted(once), window)
    alone = alone if together is None else min(alone, together)
    return portfolio.lifetimes.heaviest(amounts, window) + alone
