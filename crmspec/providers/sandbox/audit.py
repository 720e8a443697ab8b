"""Findings: what of a program, and of its target, the sandbox cannot express."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.lower.finding import finding, findings, settings, unheeded
from crmspec.providers.sandbox.capability import CAPABILITIES, UNHEEDED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.lower.lowering import Lowered


def audit(lowered: Lowered) -> Iterator[Diagnostic]:
    """Yield a finding for each gap: an error, or a warning if the author provided for it."""
    survey, target = lowered.survey, lowered.survey.target
    for name in sorted(target.options):
        said = text("the sandbox has no option `{name}`", name=name)
        yield finding(said, target.place.key("options", name), text("remove it; it has none"))
    yield from settings(target, CAPABILITIES)
    yield from unheeded(survey, CAPABILITIES, target, UNHEEDED)
    yield from findings(survey, CAPABILITIES)
