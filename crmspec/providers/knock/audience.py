"""Segments as dynamic audiences: segments of Knock are joined by OR, their conditions by AND."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.ir.audience import Segment
from crmspec.providers.knock.asked import condition, term
from crmspec.providers.knock.condition import Conditions
from crmspec.providers.knock.shape import Audience, read
from crmspec.providers.rest import Encoded, Untold

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief


def encode_segment(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a dynamic audience; see `providers.rest.Encoder`."""
    assert isinstance(node, Segment)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    ways = Conditions(brief, untold).ways(node.condition)
    if () in ways:
        said = text("Knock has no audience of everybody")
        untold.lack("logic", "always", node.condition, said, at=node.condition.subject)
    segments = [{"conditions": [term.body("property") for term in way]} for way in ways]
    return Encoded({"type": "dynamic", "segments": segments}, tuple(untold.gaps))


def decode_segment(body: Body) -> Body:
    """Return the condition of an audience as an author writes it.

    Raises:
        WordlessError: it has other words.
    """
    found = read(body, Audience)
    return condition(
        [
            [term(one.property, one.operator, one.argument) for one in segment.conditions]
            for segment in found.segments
        ]
    )
