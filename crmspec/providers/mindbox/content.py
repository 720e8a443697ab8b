"""Enumerations as the values of fields, coupons as pools: what Mindbox imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.ir.data import Attribute
from crmspec.ir.message import Coupon
from crmspec.providers.mindbox.capability import CODES, FIELDS
from crmspec.providers.rest import Encoded, Untold

if TYPE_CHECKING:
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief


def encode_attribute(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a field by its system name, and the words of its values; see `rest.Encoder`."""
    assert isinstance(node, Attribute)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    values = _values(brief, node)
    if node.standard is not None or not values:
        reason = text(
            "Mindbox imports the values of enumerations only; the rest is {at}", at=FIELDS
        )
        untold.by_hand("type", node.type, node, reason, at="type")
    name = node.names.get(brief.target.id, node.id)
    return Encoded({"field": name, "values": values}, tuple(untold.gaps))


def _values(brief: Brief, node: Attribute) -> dict[str, str]:
    """Return what each value is called; a directory may give titles."""
    if "enum" not in {node.type, node.items}:
        return {}
    if node.directory is not None:
        known = brief.written.directories[node.directory.id].values
        return {value: one.title or value for value, one in known.items()}
    return {value: value for value in node.values}


def encode_coupon(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return the external id of a pool; see `rest.Encoder`."""
    assert isinstance(node, Coupon)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    if node.pool is None:
        reason = text("Mindbox imports pools of codes only; the rest is {at}", at=CODES)
        untold.by_hand("coupon", "code", node, reason, at="code")
    platform, name = (node.pool or "").partition(":")[::2]
    named = platform in {brief.target.id, brief.target.platform} and name
    project = brief.program.project.project
    pool = name if named else f"{project}-{node.id}"
    return Encoded({"pool": pool}, tuple(untold.gaps))
