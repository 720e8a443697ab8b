from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.engine.error import DependencyCycleError
from crmspec.engine.order import ordered
from crmspec.engine.resource import Address


def a(id_):
    return Address("chain", str(id_))


@given(st.dictionaries(st.integers(0, 20), st.sets(st.integers(0, 20)), max_size=15), st.randoms())
def test_what_is_needed_comes_first_whatever_the_order_of_input(raw, random):
    needs = {a(k): frozenset(a(v) for v in vs if v < k and v in raw) for k, vs in raw.items()}
    result = ordered(needs)
    assert sorted(result) == sorted(needs)
    for address, before in needs.items():
        assert all(result.index(b) < result.index(address) for b in before)
    shuffled = list(needs.items())
    random.shuffle(shuffled)
    assert ordered(dict(shuffled)) == result


def test_a_circle_is_named():
    with pytest.raises(DependencyCycleError) as caught:
        ordered({a(1): {a(2)}, a(2): {a(1)}, a(3): set()})
    assert "`chain.1`" in str(caught.value)
    assert "`chain.2`" in str(caught.value)
    assert "chain.3" not in str(caught.value)
    assert caught.value.code.id == "CRM704"
