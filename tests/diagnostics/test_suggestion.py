import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.diagnostics.suggestion import distance, nearest

NAMES = ["segment", "segments", "message", "event", "wait", "wait_for", "all", "any", "if"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("segmnet", "segment", id="neighbours swapped"),
        pytest.param("mesage", "message", id="letter missing"),
        pytest.param("wiat", "wait", id="short name"),
        pytest.param("Wait", "wait", id="capital letter"),
        pytest.param("wait-for", "wait_for", id="dash"),
        pytest.param("alll", "all", id="letter too many"),
        pytest.param("segments", "segment", id="not the name itself"),
        pytest.param("of", None, id="too short to guess"),
        pytest.param("evt", None, id="more than a third"),
        pytest.param("banana", None, id="nothing alike"),
        pytest.param("", None, id="empty"),
        pytest.param("x" * 1000, None, id="very long"),
    ],
)
def test_nearest(name, expected):
    assert nearest(name, NAMES) == expected
    assert nearest(name, reversed(NAMES)) == expected


def test_of_equally_close_names_the_first_in_the_alphabet_wins():
    assert nearest("cart_x", ["cart_c", "cart_a", "cart_b"]) == "cart_a"


words = st.text("abc", max_size=8)


@given(words, words)
def test_distance_is_symmetric_and_zero_only_for_equals(left, right):
    far = distance(left, right, 20)
    assert far == distance(right, left, 20)
    assert (far == 0) == (left == right)
    assert far <= max(len(left), len(right))


@given(words, words, st.integers(0, 8))
def test_a_limit_only_cuts_what_is_above_it(left, right, limit):
    assert min(distance(left, right, 20), limit + 1) == min(distance(left, right, limit), limit + 1)
