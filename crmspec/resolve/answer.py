"""How a journey test names the conditions that only the author can answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmspec.ir.condition import Raw

if TYPE_CHECKING:
    from crmspec.ir.trait import RfmIs


def full(leaf: Raw | RfmIs) -> str:
    """Return the name of a condition: `raw:{"mindbox": "…"}` with the author's data as JSON.

    Of an RFM cell it is `rfm:` with the scores, period and scale; equal conditions have equal
    names (semantics 5.42, 5.50).
    """
    if isinstance(leaf, Raw):
        return f"raw:{json.dumps(leaf.raw, ensure_ascii=False, sort_keys=True, default=str)}"
    rfm = leaf.rfm
    data = {
        "recency": sorted(rfm.recency),
        "frequency": sorted(rfm.frequency),
        "monetary": sorted(rfm.monetary),
        "over": [rfm.over.months, rfm.over.seconds],
        "scale": rfm.scale,
        "best": rfm.best,
        "event": rfm.event.id if rfm.event else None,
        "value": rfm.value.id if rfm.value else None,
    }
    return f"rfm:{json.dumps(data, ensure_ascii=False)}"


def texts(leaf: Raw | RfmIs) -> tuple[str, ...]:
    """Return the texts of a native condition, by any of which a test may name it as well."""
    if not isinstance(leaf, Raw):
        return ()
    return tuple(text for text in leaf.raw.values() if isinstance(text, str))
