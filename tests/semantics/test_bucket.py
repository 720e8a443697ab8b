"""Buckets: semantics 7.29, 7.30, 7.32, 7.34."""

from collections import Counter
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from crmspec.semantics.bucket import arm, bucket, is_below

ARMS = [("a", 50.0), ("b", 30.0), ("c", 20.0)]


def test_a_bucket_is_made_as_written():
    """semantics 7.30"""
    digest = sha256(b"welcome.steps.3" + b"\0" + b"42").digest()
    assert bucket("welcome.steps.3", "42") == int.from_bytes(digest[:8], "big") % 10_000


def test_arms_take_the_buckets_in_the_order_written():
    """semantics 7.29"""
    places = {0: "a", 4999: "a", 5000: "b", 7999: "b", 8000: "c", 9999: "c"}
    assert {place: arm(ARMS, place) for place in places} == places
    assert arm([("a", 10.0)], 1000) is None


def test_an_arm_that_grows_keeps_its_customers():
    """semantics 7.34"""
    assert all(
        arm([("a", 60.0), ("b", 40.0)], place) == "a"
        for place in range(10_000)
        if arm([("a", 50.0), ("b", 50.0)], place) == "a"
    )


def test_arms_get_about_their_weight():
    found = Counter(arm(ARMS, bucket("salt", str(n))) for n in range(10_000))
    assert all(abs(found[name] - weight * 100) < 200 for name, weight in ARMS)


@given(st.text(), st.text(), st.floats(0, 100))
def test_the_same_salt_gives_the_same_answer(salt, customer, percent):
    """semantics 7.32"""
    assert 0 <= bucket(salt, customer) < 10_000
    assert is_below(percent, salt, customer) is (bucket(salt, customer) < percent * 100)
