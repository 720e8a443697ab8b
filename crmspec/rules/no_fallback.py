"""Values that some customers do not have, printed as if all had them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Severity, text
from crmspec.ir.condition import AttributeIs, TriggerProperty
from crmspec.ir.walk import walk
from crmspec.rules.doubt import diagnosed, doubts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio

CODE = Code(
    "CRM406",
    "no-fallback",
    text("a value is printed that some customers do not have"),
    Severity.WARNING,
)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each value that leaves a hole in the text when it is missing."""
    for doubt in doubts(portfolio):
        found = doubt.finding
        known = found.path.startswith(("message.", "project."))
        if found.kind == "no fallback" and not known and found.path not in _asked(doubt.message):
            yield diagnosed(doubt, CODE)


def _asked(message: Message) -> frozenset[str]:
    """Return the values for whose absence the message itself makes a provision."""
    if message.fallback is None:
        return frozenset()
    nodes = list(walk(message.fallback.when))
    attributes = (node.attribute.id for node in nodes if isinstance(node, AttributeIs))
    properties = (node.trigger.id for node in nodes if isinstance(node, TriggerProperty))
    return frozenset(
        (*(f"profile.{id_}" for id_ in attributes), *(f"event.{name}" for name in properties))
    )
