"""What the interpreter has to be told: the truth of `raw` and `rfm` conditions."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from crmspec.ir.condition import Raw
from crmspec.semantics.same import Same

if TYPE_CHECKING:
    from crmspec.ir.trait import RfmIs


def key(leaf: Raw | RfmIs) -> str:
    """Return the name under which `Scenario.answers` holds the truth of a condition.

    `raw:{"mindbox": "…"}` with the author's data as JSON, or `rfm:` with the scores, period and
    scale; equal conditions have equal names (semantics 5.42, 5.50).
    """
    return _key(Same(leaf))


@lru_cache(maxsize=4096)
def _key(leaf: Same[Raw | RfmIs]) -> str:
    if isinstance(leaf.it, Raw):
        return f"raw:{json.dumps(leaf.it.raw, ensure_ascii=False, sort_keys=True, default=str)}"
    rfm = leaf.it.rfm
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
