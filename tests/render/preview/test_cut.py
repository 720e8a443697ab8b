"""What does not fit on a screen or into an SMS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.content.sms import measured
from crmspec.render.preview.cut import cut, sms_parts
from crmspec.render.preview.inbox import INBOXES, rows


@pytest.mark.parametrize(
    ("written", "most", "shown"),
    [
        pytest.param("abc", 3, "abc", id="it fits"),
        pytest.param("abcd", 3, "ab…", id="one too many"),
        pytest.param("a\n b", 5, "a b", id="one line"),
        pytest.param("ab cd", 4, "ab…", id="no space before the sign"),
    ],
)
def test_texts_are_cut(written, most, shown):
    assert cut(written, most) == shown


@given(st.text(alphabet="aя€😀 ^", max_size=400))
def test_the_parts_of_an_sms_are_as_many_as_are_paid_and_lose_nothing(written):
    parts = sms_parts(written)
    assert "".join(parts) == written
    assert len(parts) == measured(written).parts


def test_inboxes_cut_to_their_width():
    found = rows("S" * 200, "T" * 200, "P" * 200)
    assert [row.title for row in found] == [inbox.title for inbox in INBOXES]
    for row, inbox in zip(found, INBOXES, strict=True):
        assert len(row.sender) == inbox.sender
        assert len(row.subject) == inbox.subject
        assert row.subject.endswith("…")


def test_a_short_subject_leaves_room_for_the_preheader():
    long, short = rows("S", "T" * 80, "P" * 200)[0], rows("S", "T", "P" * 200)[0]
    assert len(short.preheader) > len(long.preheader) > 0
