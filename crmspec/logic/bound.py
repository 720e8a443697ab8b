"""The most messages one customer can be due from all chains and broadcasts together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.logic.curve import Curve
    from crmspec.logic.portfolio import Portfolio


def bound(portfolio: Portfolio, curves: Mapping[str, Curve], window: int) -> int | None:
    """Return an upper bound of the messages due in any window, None if there is none.

    Chains that one customer can never be in are not added up (`Lifetimes.parts`).
    """
    each = {source: curve.most(window) for source, curve in curves.items()}
    if any(most is None for most in each.values()):
        return None
    amounts = {source: most for source, most in each.items() if most}
    return portfolio.lifetimes.heaviest(amounts, window)
