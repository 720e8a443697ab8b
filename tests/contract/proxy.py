"""A proxy before a stand-in that spoils some of the answers, whatever the vendor."""

from __future__ import annotations

import http.client
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

import msgspec

from tests.providers.http.wire import answer

SILENCE = 1.0
"""Seconds without a word; more than a client that is tested waits."""


class Fault(msgspec.Struct, frozen=True):
    """What goes wrong: `acted` says if the target did its work; `said` are the bytes that come.

    None cuts the connection, `half` gives half of the true answer, `late` is silent first.
    """

    acted: bool
    said: bytes | None = None
    half: bool = False
    late: bool = False


def _status(status, *headers, body=b'{"message": "fault"}'):
    return answer(status, body, *headers)


AN_HOUR_BEHIND = (
    "Date: Sun, 01 Mar 2026 10:00:00 GMT",
    "Retry-After: Sun, 01 Mar 2026 10:00:02 GMT",
)
FAULTS = {
    **{str(status): Fault(acted=False, said=_status(status)) for status in (
        400, 401, 403, 404, 409, 422, 429, 500, 502, 503)},
    **{f"{status} when it was done": Fault(acted=True, said=_status(status)) for status in (
        500, 502, 503, 504)},
    "429, by another clock": Fault(acted=False, said=_status(429, *AN_HOUR_BEHIND)),
    "no answer": Fault(acted=False, late=True),
    "no answer when it was done": Fault(acted=True, late=True),
    "cut": Fault(acted=False),
    "cut when it was done": Fault(acted=True),
    "half an answer": Fault(acted=True, half=True),
    "no JSON": Fault(acted=True, said=answer(200, b"{oops")),
    "an empty object": Fault(acted=True, said=answer(200, b"{}")),
    "a list": Fault(acted=True, said=answer(200, b"[]")),
    "nothing": Fault(acted=True, said=answer(200, b"", type_="")),
    "a web page": Fault(acted=True, said=answer(200, b"<html>hi</html>", type_="text/html")),
    "a web page instead": Fault(acted=False, said=answer(200, b"<html>", type_="text/html")),
    "a redirect": Fault(acted=False, said=answer(302, b"", "Location: https://other.example/")),
    "too much": Fault(acted=True, said=answer(200, b'"' + b"x" * 3_000_000 + b'"')),
}  # fmt: skip


class Proxy:
    """Passes all on, but for the requests that `fail` names; they are counted from one."""

    def __init__(self, url):
        self.upstream, self._guard = url, Lock()
        self.calm()
        handler = type("Handler", (_Handler,), {"owner": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self._http.block_on_close = False

    @property
    def url(self):
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self):
        Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()

    def fail(self, fault, number, *, for_good=False):
        """Spoil one request from now on, or all from it on."""
        self.fault, self.number, self.for_good, self.seen = fault, number, for_good, 0

    def calm(self):
        """Spoil nothing; `between` is called before each request, with its number."""
        self.fault, self.number, self.for_good, self.seen = None, 0, False, 0
        self.between = lambda _: None

    def due(self):
        with self._guard:
            self.seen += 1
            number = self.seen
        self.between(number)
        hit = number == self.number or (self.for_good and number > self.number)
        return self.fault if hit else None


class _Handler(BaseHTTPRequestHandler):
    owner: Proxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.owner.due()
        said = self._passed(data) if fault is None or fault.acted else b""
        if fault is not None:
            self.close_connection = True
            said = said[: len(said) // 2] if fault.half else fault.said
            if fault.late:
                time.sleep(SILENCE)
        if said is None:
            self.close_connection = True
        else:
            self.wfile.write(said)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - as the base class has it

    def _passed(self, data):
        """Return the target's whole answer as bytes; None if it cut the connection."""
        there = urlsplit(self.owner.upstream)
        connection = http.client.HTTPConnection(there.hostname, there.port, timeout=20)
        try:
            headers = {name: one for name, one in self.headers.items() if name != "Connection"}
            connection.request(self.command, self.path, data or None, headers)
            reply = connection.getresponse()
            body = reply.read().replace(self.owner.upstream.encode(), self.owner.url.encode())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        dropped = {"content-length", "connection", "transfer-encoding"}
        lines = [f"HTTP/1.1 {reply.status} {reply.reason}", f"Content-Length: {len(body)}"]
        lines += [
            f"{name}: {one}" for name, one in reply.getheaders() if name.lower() not in dropped
        ]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

    def log_message(self, *_):
        pass
