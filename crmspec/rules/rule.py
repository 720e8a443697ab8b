"""What a rule is: a code and a pure function over the whole portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Code, Diagnostic
    from crmspec.logic.portfolio import Portfolio


class Rule(Protocol):
    """A module of this package, or anything of the same shape.

    `check` yields findings of `CODE` in the program's order; it reads nothing but the portfolio,
    so it gives the same answer for the same program, and it never raises for any program.
    """

    @property
    def CODE(self) -> Code:  # noqa: N802 - modules spell it as the constant that it is
        """Return the code of all findings of this rule."""
        ...

    def check(self, portfolio: Portfolio, /) -> Iterator[Diagnostic]:
        """Yield what the rule finds."""
        ...
