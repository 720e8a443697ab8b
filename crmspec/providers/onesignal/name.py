"""Names: a title and the marker behind it, which tells whose an object is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.lower.capability import Support
from crmspec.lower.name import place, title
from crmspec.lower.outcome import Outcome
from crmspec.providers.onesignal.capability import LONGEST_DESCRIPTION, LONGEST_NAME
from crmspec.providers.rest.mark import suffix

if TYPE_CHECKING:
    from crmspec.ir.value import Resource
    from crmspec.providers.rest import Brief, Untold


def fitting(brief: Brief, untold: Untold, node: Resource) -> None:
    """Tell if the name of a resource, with its marker, or its description is too long."""
    project = brief.written.project.project
    left = LONGEST_NAME - len(suffix(project, node.id))
    if left < len(title(brief.target, project, node)) <= LONGEST_NAME:
        said = text("OneSignal takes names of {limit} characters beside the marker", limit=left)
        span = place(brief.target, node)
        untold.gaps.append(Outcome(untold.key, "limit", "name", Support.NONE, span, said, node))
    most = LONGEST_DESCRIPTION.get(untold.key.kind)
    if most is not None and len(node.description or "") > most:
        said = text("OneSignal takes descriptions of {limit} characters", limit=most)
        untold.lack("limit", "description", node, said)
