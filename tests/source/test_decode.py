"""What is damaged is one error, however it is damaged."""

import msgspec
import pytest

from crmspec.source.decode import UndecodableError, decoded


class Note(msgspec.Struct):
    text: str = ""
    more: object = None


def test_what_is_whole_is_read():
    assert decoded(b'{"text": "a", "more": [1]}', Note) == Note("a", [1])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "truncated", id="empty"),
        pytest.param(b"not so", "invalid|malformed", id="no JSON"),
        pytest.param(b'{"text": "\xff"}', "utf-8", id="not text"),
        pytest.param(b'{"text": 1}', "Expected `str`", id="another type"),
        pytest.param(b'{"more": ' + b"[" * 5000, "too deeply", id="too deep"),
        pytest.param(b'{"less": ' + b"[" * 5000, "too deeply", id="too deep where it is skipped"),
    ],
)
def test_what_is_damaged_is_refused(data, reason):
    with pytest.raises(UndecodableError, match=reason):
        decoded(data, Note)
