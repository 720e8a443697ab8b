"""The fault matrix: every way in which a call can go wrong, for reads and for writes."""

from __future__ import annotations

import gzip
import socket
import time
import traceback

import pytest

from crmspec.engine.error import (
    RevisionConflictError,
    TargetBusyError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnreachableError,
    TargetUnusableError,
)
from crmspec.engine.retry import ATTEMPTS
from crmspec.providers import http
from tests.engine.fake import FakeClock
from tests.providers.http.wire import SENT, Wire, answer, client

SHORT = http.Timeouts(connect=1.0, silence=0.2, total=0.6)


def cut(connection):  # noqa: ARG001 - an act
    return None


def late(_):
    time.sleep(0.5)
    return answer()


def half_a_body(connection):
    connection.sendall(answer(200, b'{"a": 1}')[:-4])


def half_a_head(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")


def a_line_of_the_head(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")


def half_a_chunk(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}")


def trickle(connection):
    connection.sendall(answer(200, b" " * 1000)[:-1000])
    for _ in range(100):
        connection.sendall(b" ")
        time.sleep(0.05)


def trickle_of_headers(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(100):
        connection.sendall(b"X: y\r\n")
        time.sleep(0.05)


def trickle_before_closing(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    for _ in range(100):
        connection.sendall(b" ")
        time.sleep(0.05)


BOMB = gzip.compress(b" " * 50_000_000)
MATRIX = [
    # act, what a write says, what a read says, how often a read is made
    pytest.param(answer(400), TargetRejectedError, TargetRejectedError, 1, id="400"),
    pytest.param(answer(401), TargetRejectedError, TargetRejectedError, 1, id="401"),
    pytest.param(answer(403), TargetRejectedError, TargetRejectedError, 1, id="403"),
    pytest.param(answer(404), TargetRejectedError, TargetRejectedError, 1, id="404"),
    pytest.param(answer(409), TargetRejectedError, TargetRejectedError, 1, id="409"),
    pytest.param(answer(412), RevisionConflictError, RevisionConflictError, 1, id="412"),
    pytest.param(answer(422), TargetRejectedError, TargetRejectedError, 1, id="422"),
    pytest.param(answer(429), TargetBusyError, TargetBusyError, ATTEMPTS, id="429"),
    pytest.param(answer(408), TargetBusyError, TargetBusyError, ATTEMPTS, id="408"),
    pytest.param(answer(500), TargetUncertainError, TargetUncertainError, ATTEMPTS, id="500"),
    pytest.param(answer(502), TargetUncertainError, TargetUncertainError, ATTEMPTS, id="502"),
    pytest.param(answer(503), TargetUncertainError, TargetUncertainError, ATTEMPTS, id="503"),
    pytest.param(
        answer(503, b"", "Retry-After: 3"), TargetBusyError, TargetBusyError, ATTEMPTS, id="503 3 s"
    ),
    pytest.param(answer(504), TargetUncertainError, TargetUncertainError, ATTEMPTS, id="504"),
    pytest.param(answer(507), TargetUnusableError, TargetUnusableError, 1, id="507"),
    pytest.param(
        cut, TargetUncertainError, TargetUncertainError, ATTEMPTS, id="cut before any answer"
    ),
    pytest.param(half_a_head, TargetUncertainError, TargetUncertainError, ATTEMPTS, id="half head"),
    pytest.param(
        a_line_of_the_head, TargetUncertainError, TargetUncertainError, ATTEMPTS, id="one line"
    ),
    pytest.param(half_a_body, TargetUncertainError, TargetUncertainError, ATTEMPTS, id="half body"),
    pytest.param(
        half_a_chunk, TargetUncertainError, TargetUncertainError, ATTEMPTS, id="half chunk"
    ),
    pytest.param(
        b"SMTP ready\r\n\r\n", TargetUncertainError, TargetUncertainError, ATTEMPTS, id="no HTTP"
    ),
    pytest.param(
        answer(200, b"x" * 70_000, type_=""), TargetUncertainError, TargetUnusableError, 1, id="big"
    ),
    pytest.param(
        answer(200, BOMB, "Content-Encoding: gzip"),
        TargetUncertainError,
        TargetUnusableError,
        1,
        id="gzip bomb",
    ),
    pytest.param(
        answer(200, b"\x1f\x8bno", "Content-Encoding: gzip"),
        TargetUncertainError,
        TargetUncertainError,
        ATTEMPTS,
        id="no gzip",
    ),
    *(
        pytest.param(
            answer(200, body, type_=type_), TargetUncertainError, TargetUnusableError, 1, id=name
        )
        for name, body, type_ in (
            ("no JSON", b"{oops", "application/json"),
            ("truncated JSON", b'{"a": [1, 2', "application/json"),
            ("two JSONs", b"{} {}", "application/json"),
            ("no UTF-8", b'{"a": "\xff"}', "application/json"),
            ("not a number", b'{"a": NaN}', "application/json"),
            ("infinite", b'{"a": 1e999}', "application/json"),
            ("a number without end", b"9" * 5000, "application/json"),
            ("a key twice", b'{"a": 1, "a": 2}', "application/json"),
            ("half a character", b'{"a": "\\ud83d"}', "application/json"),
            ("half a character in a key", b'{"\\uDE00": 1}', "application/json"),
            ("deep", b"[" * 200 + b"]" * 200, "application/json"),
            ("bottomless", b"[" * 30_000, "application/json"),
            ("a web page", b"<html>", "text/html; charset=utf-8"),
            ("JSON that says it is a page", b"{}", "text/html"),
            ("a picture", b"\x89PNG", "image/png"),
        )
    ),
]


@pytest.mark.parametrize(("act", "write", "_", "__"), MATRIX)
def test_a_write_is_made_once_and_its_error_says_whether_it_may_have_been_done(act, write, _, __):
    with Wire(act) as wire, client(wire.url, limit=60_000) as calls:
        with pytest.raises(write) as caught:
            calls.call("POST", "/flows", json={"name": "x"}, key="k1")
        assert type(caught.value) is write
        assert len(wire.asked) == 1
        assert wire.asked[0].headers["idempotency-key"] == "k1"
    judge(caught.value)


@pytest.mark.parametrize(("act", "_", "read", "times"), MATRIX)
def test_a_read_is_repeated_where_that_may_help(act, _, read, times):
    clock = FakeClock()
    with Wire(act) as wire, client(wire.url, limit=60_000, clock=clock) as calls:
        with pytest.raises(read) as caught:
            calls.call("GET", "/flows")
        assert type(caught.value) is read
        assert len(wire.asked) == times
    assert len(clock.slept) >= times - 1
    judge(caught.value)


def judge(error):
    """An error has words, and nothing of the secret in whatever is printed of it."""
    shown = "".join(
        traceback.TracebackException.from_exception(error, capture_locals=True).format()
    )
    assert SENT not in shown
    assert error.__context__ is None
    assert error.__cause__ is None
    assert error.message.english().startswith(("POST /flows", "GET /flows"))


@pytest.mark.parametrize(
    ("act", "reads", "error"),
    [
        pytest.param(late, False, TargetUncertainError, id="late, after it acted"),
        pytest.param(late, True, TargetUncertainError, id="late"),
        pytest.param(trickle, False, TargetUncertainError, id="a trickle"),
        pytest.param(trickle, True, TargetUncertainError, id="a trickle of a list"),
        pytest.param(trickle_of_headers, False, TargetUncertainError, id="a trickle of headers"),
        pytest.param(trickle_before_closing, False, TargetUncertainError, id="one without length"),
    ],
)
def test_no_call_lasts_longer_than_its_time(act, reads, error, monkeypatch):
    monkeypatch.setattr("crmspec.providers.http.client.ATTEMPTS", 1)
    with Wire(act) as wire, client(wire.url, timeouts=SHORT) as calls:
        began = time.monotonic()
        with pytest.raises(error) as caught:
            calls.call("GET" if reads else "POST", "/flows")
        assert time.monotonic() - began < 2
        assert len(wire.asked) == 1
    judge(caught.value)


def test_an_answer_in_time_is_no_late_one():
    def slow(_):
        time.sleep(0.1)
        return answer(200, b'{"a": 1}')

    with Wire(slow) as wire, client(wire.url, timeouts=SHORT) as calls:
        assert calls.call("POST", "/flows").data == {"a": 1}


def test_nobody_there_means_nothing_was_done():
    with Wire(answer()) as wire:
        pass
    with client(wire.url) as calls, pytest.raises(TargetUnreachableError) as caught:
        calls.call("POST", "/flows")
    assert not caught.value.uncertain
    assert caught.value.help


def test_no_connection_in_time_means_nothing_was_done():
    # A listener whose queue is full answers no further SYN.
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.settimeout(0)
            one.connect_ex(address)
        times = http.Timeouts(connect=0.2, silence=0.2, total=2.0)
        calls = client(f"http://127.0.0.1:{address[1]}", timeouts=times)
        with calls, pytest.raises(TargetUnreachableError):
            calls.call("POST", "/flows")
        for one in waiting:
            one.close()


@pytest.mark.parametrize(
    ("status", "endpoint", "advice"),
    [
        pytest.param(401, "POST flows", "the scope `flows:write`", id="401 and a scope"),
        pytest.param(403, "POST flows", "the scope `flows:write`", id="403 and a scope"),
        pytest.param(401, "POST lists", "right and not expired", id="401"),
        pytest.param(403, "POST lists", "right and may do this", id="403"),
    ],
)
def test_a_login_that_is_refused_ends_the_run_and_names_the_scope(status, endpoint, advice):
    with Wire(answer(status)) as wire:
        calls = client(wire.url, scopes={"POST flows": "flows:write"})
        with calls, pytest.raises(TargetRejectedError) as caught:
            calls.call("POST", "/" + endpoint.partition(" ")[2])
    assert caught.value.fatal
    assert advice in caught.value.help[0].english()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_nobody_is_led_to_another_server(status, method):
    with Wire(answer()) as other:
        away = answer(status, b"", f"Location: {other.url}/flows")
        with Wire(away) as wire, client(wire.url) as calls:
            with pytest.raises(TargetUnusableError) as caught:
                calls.call(method, "/flows")
            assert len(wire.asked) == 1
        assert other.asked == []
    assert other.url not in str(caught.value)


@pytest.mark.parametrize("where", ["ftp://127.0.0.1/", "http://[", "//example.com/x", "file:///x"])
def test_strange_places_are_not_gone_to(where):
    with Wire(answer(302, b"", f"Location: {where}")) as wire:
        calls = client(wire.url)
        with pytest.raises((TargetUnusableError, TargetUncertainError)) as caught:
            calls.call("GET", "/flows")
    assert where not in str(caught.value)


def test_a_redirect_on_the_same_server_is_followed_when_reading_only():
    moved = answer(301, b"", "Location: /v2/flows?page=2")
    with Wire(moved, answer(200, b'{"a": 1}')) as wire, client(wire.url) as calls:
        assert calls.call("GET", "/flows", query={"page": 1}).data == {"a": 1}
        assert wire.calls == ["GET /flows?page=1", "GET /v2/flows?page=2"]
        assert wire.asked[1].headers["authorization"] == f"Bearer {SENT}"
    with Wire(moved, answer()) as wire, client(wire.url) as calls:
        with pytest.raises(TargetUnusableError):
            calls.call("POST", "/flows")
        assert wire.calls == ["POST /flows"]


def test_redirects_come_to_an_end():
    with Wire(answer(302, b"", "Location: /flows")) as wire, client(wire.url) as calls:
        with pytest.raises(TargetUnusableError, match="redirects in a circle"):
            calls.call("GET", "/flows")
        assert len(wire.asked) == 6


def test_a_fault_that_passes_is_not_noticed():
    acts = (cut, answer(500), answer(429, b"", "Retry-After: 2"), answer(200, b'{"a": 1}'))
    clock = FakeClock()
    with Wire(*acts) as wire, client(wire.url, clock=clock) as calls:
        assert calls.call("GET", "/flows").data == {"a": 1}
    assert clock.slept == [0.125, 0.25, 2.25]


def test_pauses_are_drawn_from_all_of_the_time():
    for chance, expected in ((0.0, 0.0), (1.0, 0.25)):
        clock = FakeClock()
        with Wire(answer(500), answer()) as wire:
            calls = client(wire.url, clock=clock, chance=lambda chance=chance: chance)
            calls.call("GET", "/flows")
        assert clock.slept == [expected]


def test_a_post_that_only_reads_is_repeated():
    with Wire(answer(500), answer()) as wire, client(wire.url) as calls:
        calls.call("POST", "/search", json={"q": 1}, reads=True)
        assert wire.calls == ["POST /search"] * 2
        assert wire.asked[1].body == b'{"q": 1}'


def test_who_asks_to_wait_for_hours_is_not_waited_for():
    clock = FakeClock()
    with (
        Wire(answer(429, b"", "Retry-After: 7200")) as wire,
        client(wire.url, clock=clock) as calls,
    ):
        with pytest.raises(TargetBusyError) as caught:
            calls.call("GET", "/flows")
        assert len(wire.asked) == 1
    assert caught.value.retry_after == 7200
    assert clock.slept == []


def test_who_asks_to_come_back_at_once_is_given_a_pause():
    clock = FakeClock()
    with Wire(answer(429, b"", "Retry-After: 0"), answer()) as wire:
        client(wire.url, clock=clock).call("GET", "/flows")
    assert clock.slept == [0.125]
