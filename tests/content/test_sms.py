"""Parts of SMS: 160 and 153 septets, 70 and 67 UTF-16 units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.content.sms import BASIC, EXTENDED, cost_of, measured, shortest_and_longest


@pytest.mark.parametrize(
    ("written", "alphabet", "units", "parts", "room"),
    [
        pytest.param("", "gsm7", 0, 1, 160, id="nothing"),
        pytest.param("a" * 160, "gsm7", 160, 1, 0, id="a full one"),
        pytest.param("a" * 161, "gsm7", 161, 2, 145, id="one more"),
        pytest.param("a" * 306, "gsm7", 306, 2, 0, id="two full ones"),
        pytest.param("€" * 80, "gsm7", 160, 1, 0, id="signs of two septets"),
        pytest.param("a" * 152 + "€" + "a" * 152, "gsm7", 306, 3, 152, id="no half of a sign"),
        pytest.param("я" * 70, "ucs2", 70, 1, 0, id="a full one in Cyrillic"),
        pytest.param("я" * 71, "ucs2", 71, 2, 63, id="one more in Cyrillic"),
        pytest.param("🙂" * 35, "ucs2", 70, 1, 0, id="emoji"),
        pytest.param("🙂" * 36, "ucs2", 72, 2, 61, id="no half of an emoji"),
        pytest.param("ёЁ\u00a0a", "ucs2", 4, 1, 66, id="signs that look harmless"),
    ],
)
def test_sizes(written, alphabet, units, parts, room):
    assert measured(written)[:4] == (alphabet, units, parts, room)


def test_the_signs_that_force_the_larger_alphabet():
    assert measured("a“b”“").forcing == ("“", "”")
    assert measured("a[]{}").forcing == ()
    assert len(BASIC) == 127
    assert len(EXTENDED) == 10


@given(st.text(max_size=400))
def test_more_text_is_never_fewer_parts(written):
    assert measured(written + "a").parts >= measured(written).parts
    assert measured(written).room >= 0


def test_costs(project):
    channels = project("tags: {a: {title: A}}").channels
    assert cost_of(channels["sms"], 3).amount == 13.5
    assert cost_of(channels["email"], 3) is None


def test_shortest_and_longest():
    assert shortest_and_longest(["bb", "a", "я" * 71, "ccc"]) == ("a", "я" * 71)
