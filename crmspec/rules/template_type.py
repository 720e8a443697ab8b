"""Templates that use values as what they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Severity, text
from crmspec.rules.doubt import diagnosed, doubts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.logic.portfolio import Portfolio

CODE = Code(
    "CRM404", "template-type", text("a template uses a value as what it is not"), Severity.ERROR
)
KINDS: Final = {
    "wrong type": None,
    "unprintable": None,
    "incomparable": None,
    "number as condition": Severity.WARNING,
    "unknown value": Severity.WARNING,
}


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each value that is printed, filtered or compared and cannot be."""
    for doubt in doubts(portfolio):
        if doubt.finding.kind in KINDS:
            yield diagnosed(doubt, CODE, KINDS[doubt.finding.kind])
