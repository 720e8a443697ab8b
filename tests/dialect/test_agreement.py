"""Random templates mean in every dialect what they mean here; `agree.py` runs many more."""

from collections import Counter

import pytest

from crmspec.dialect.registry import DIALECTS
from tests.dialect.agree import disagreements

PAIRS = 200


@pytest.mark.parametrize("dialect", [id_ for id_, it in DIALECTS.items() if it.engines])
def test_random_templates_agree(dialect):
    counts = Counter()
    assert not list(disagreements(PAIRS, 7, [dialect], counts))[:3]
    assert sum(counts.values()) == PAIRS
