"""What the interpreter has to be told: the truth of `raw` and `rfm` conditions."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crmspec.resolve.answer import full, texts
from crmspec.semantics.same import Same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.ir.condition import Raw
    from crmspec.ir.trait import RfmIs


def key(leaf: Raw | RfmIs) -> str:
    """Return the name under which `Scenario.answers` holds the truth of a condition."""
    return _key(Same(leaf))


@lru_cache(maxsize=4096)
def _key(leaf: Same[Raw | RfmIs]) -> str:
    return full(leaf.it)


def given(answers: Mapping[str, bool], leaf: Raw | RfmIs) -> bool:
    """Say whether a condition holds: by its name, else by its text, else false (5.42, 5.50)."""
    if not answers:
        return False
    names = (key(leaf), *texts(leaf))
    return next((answers[name] for name in names if name in answers), False)
