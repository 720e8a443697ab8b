from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

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
from crmspec.providers.sandbox.client import Client
from tests.engine.fake import FakeClock

OBJECT = b'{"id": "seg_1", "name": "VIP", "revision": 1, "definition": {"a": 1}}'


@contextmanager
def serving(status, body=b"{}", headers=()):
    """A server that always gives the same answer, and the requests it got."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append((self.command, self.path, dict(self.headers)))
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 - names the base class calls

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


def client(url, clock=None):
    return Client(url, "s3cret-token", clock or FakeClock())


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        pytest.param(400, b"{}", TargetRejectedError, id="bad request"),
        pytest.param(401, b"no", TargetRejectedError, id="unauthorized"),
        pytest.param(409, b"{}", TargetRejectedError, id="in use"),
        pytest.param(412, b"{}", RevisionConflictError, id="revision"),
        pytest.param(422, b"{}", TargetRejectedError, id="invalid"),
        pytest.param(429, b"{}", TargetBusyError, id="too many"),
        pytest.param(503, b"{}", TargetUncertainError, id="unavailable, and no word since when"),
        pytest.param(500, b"{}", TargetUncertainError, id="server error"),
        pytest.param(502, b"<html>", TargetUncertainError, id="gateway"),
        pytest.param(302, b"", TargetUnusableError, id="redirect"),
        pytest.param(200, b"<html>", TargetUncertainError, id="no JSON"),
        pytest.param(200, b"[1]", TargetUncertainError, id="another shape"),
        pytest.param(200, b"{}", TargetUncertainError, id="an object without fields"),
        pytest.param(507, b"{}", TargetUnusableError, id="disk full"),
    ],
)
def test_answers_become_typed_errors_and_writes_are_not_repeated(status, body, error):
    with serving(status, body) as (url, seen), pytest.raises(error) as caught:
        client(url).create("segments", {}, "k")
    assert type(caught.value) is error
    assert len(seen) == 1
    assert seen[0][2]["Idempotency-Key"] == "k"


def test_retry_after_is_read():
    with (
        serving(429, headers=[("Retry-After", "7")]) as (url, _),
        pytest.raises(TargetBusyError) as e,
    ):
        client(url).create("segments", {}, "k")
    assert e.value.retry_after == 7


def test_reads_are_repeated():
    clock = FakeClock()
    with serving(500) as (url, seen), pytest.raises(TargetUncertainError):
        client(url, clock).get("segments", "x")
    assert len(seen) == ATTEMPTS


def test_a_redirect_is_not_followed():
    with serving(200) as (elsewhere, seen):
        redirect = serving(307, headers=[("Location", elsewhere)])
        with redirect as (url, _), pytest.raises(TargetUnusableError):
            client(url).create("segments", {}, "k")
        assert seen == []


def test_the_token_is_hidden_in_errors():
    body = b'{"error": {"code": "bad", "problems": [{"field": "a", "message": "s3cret-token"}]}}'
    with serving(422, body) as (url, _), pytest.raises(TargetRejectedError) as caught:
        client(url).create("segments", {}, "k")
    assert "s3cret" not in str(caught.value)
    assert str(caught.value) == "POST /v1/segments → 422 bad; a: ***"


def test_a_netrc_or_proxy_of_the_user_changes_nothing(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serving(200, OBJECT) as (url, seen):
        client(url).get("segments", "x")
    assert seen[0][2]["Authorization"] == "Bearer s3cret-token"


def test_no_server_is_no_connection():
    with serving(200) as (url, _):
        pass
    with pytest.raises(TargetUnreachableError):
        client(url).create("segments", {}, "k")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{}", id="nothing"),
        pytest.param(b'{"data": null, "next": null}', id="no list"),
        pytest.param(b'{"data": [1], "next": null}', id="no objects"),
        pytest.param(b'{"data": [{"id": 1}], "next": null}', id="objects without fields"),
        pytest.param(b'{"data": [], "next": 5}', id="a cursor that is no text"),
        pytest.param(b'{"data": [], "next": "7"}', id="a cursor that repeats"),
    ],
)
def test_pages_that_make_no_sense_end_at_once_with_advice(body):
    clock = FakeClock()
    with serving(200, body) as (url, seen), pytest.raises(TargetUnusableError) as caught:
        list(client(url, clock).list("segments"))
    assert caught.value.help
    assert len(seen) <= 2
    assert clock.slept == []


def test_pages_that_make_sense_are_read():
    with serving(200, b'{"data": [' + OBJECT + b'], "next": null}') as (url, _):
        assert [one["id"] for one in client(url).list("segments")] == ["seg_1"]


@pytest.mark.parametrize("url", ["foo", "ftp://x", "http://", "https://127.0.0.1:{port}"])
def test_what_cannot_be_called_is_not_called_again(url):
    clock = FakeClock()
    with serving(200) as (running, _), pytest.raises(TargetUnusableError) as caught:
        client(url.format(port=running.rpartition(":")[2]), clock).get("segments", "x")
    assert caught.value.help
    assert clock.slept == []


@pytest.mark.parametrize(
    ("status", "body", "count"),
    [
        pytest.param(200, b'{"people": 14}', 14, id="some"),
        pytest.param(200, b'{"people": null}', None, id="no number"),
        pytest.param(404, b'{"error": {"code": "x", "problems": []}}', None, id="an older one"),
    ],
)
def test_how_many_are_on_their_way(status, body, count):
    with serving(status, body) as (url, seen):
        assert client(url).people("chains", "ch_1") == count
        assert seen[0][1] == "/v1/chains/ch_1/people"


def test_people_are_not_counted_where_the_secret_is_refused():
    body = b'{"error": {"code": "unauthorized", "problems": []}}'
    with serving(401, body) as (url, _), pytest.raises(TargetRejectedError):
        client(url).people("chains", "ch_1")
