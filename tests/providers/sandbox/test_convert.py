from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.engine.encode import duration
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.resource import Address
from crmspec.ir.value import Duration
from crmspec.providers.sandbox.convert import from_native, to_native
from crmspec.providers.sandbox.normalise import normalise

IDS = {Address("segment", "vip"): "seg_1", Address("message", "cart"): "tpl_2"}
ADDRESSES = {id_: address for address, id_ in IDS.items()}
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from([{"$ref": str(address)} for address in IDS])
)
KEYS = st.sampled_from(["a", "steps", "$$ref", "$$id", "name", "id", "definition"])
VALUES = st.recursive(
    LEAVES, lambda v: st.lists(v, max_size=4) | st.dictionaries(KEYS, v, max_size=4), max_leaves=12
)
BODIES = st.fixed_dictionaries(
    {"title": st.text(min_size=1)},
    optional={
        "description": st.text(),
        "status": st.sampled_from(["draft", "live", "paused", "deprecated"]),
        "steps": VALUES,
        "trigger": VALUES,
    },
)


@given(BODIES)
def test_from_native_undoes_to_native(body):
    assert from_native(to_native(body, IDS), ADDRESSES) == body


@given(BODIES)
def test_normalising_twice_is_normalising_once(body):
    address = Address("chain", "x")
    once = normalise(address, body)
    assert normalise(address, once) == once


def test_a_reference_to_what_is_not_there_is_refused():
    with pytest.raises(TargetRejectedError, match=r"`segment\.none` is not on the target"):
        to_native({"title": "x", "a": {"$ref": "segment.none"}}, IDS)


def test_a_foreign_object_is_referred_to_by_its_id():
    native = {"name": "x", "definition": {"a": {"$id": "seg_99"}}, "member_estimate": 3}
    assert from_native(native, ADDRESSES) == {"title": "x", "a": {"$ref": "id.seg_99"}}


@pytest.mark.parametrize(
    ("months", "seconds", "expected"),
    [
        (0, 86_400, "1d"),
        (0, 5400, "1h 30m"),
        (1, 604_800, "1mo 7d"),
        (0, 0, "0s"),
        (0, -7200, "-2h"),
    ],
)
def test_equal_durations_have_one_spelling(months, seconds, expected):
    assert duration(Duration(months=months, seconds=seconds, text="whatever")) == expected
