"""A stand-in for a vendor's account: an HTTP server with faults, checked by its description."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest

from crmspec.providers.sandbox.server import Faults
from tests.contract.openapi import check, description
from tests.contract.schema import conform

CANARY = "canary-7f3a-secret"


@dataclass
class Exchange:
    """A request as it came, and what was answered."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    data: bytes
    status: int = 0
    answer: bytes = b""

    @property
    def body(self):
        return json.loads(self.data) if self.data else None

    @property
    def is_json(self):
        return self.headers.get("content-type", "").startswith("application/json")

    @property
    def form(self):
        return dict(parse_qsl(self.data.decode(), keep_blank_values=True))


@dataclass
class Case:
    """A project for one vendor, how it changes, and what a person edits there.

    `counts` is how many objects the project has there, `kept` are the kinds that the vendor never
    deletes; `edit` is the address that `StandIn.hand_edit` changes. `refused` is a replacement that
    makes the vendor refuse the resource with the id `refused_at`. `imported` are kinds of which an
    import into an empty folder reads something, `chains` those that come back where no defaults
    of the project say otherwise. `manages` are the kinds that the
    target has to do with. `rehearses` says that the vendor judges without keeping, `live` that it
    has what goes live, `readable` that what it has can be read back; `taken_back` is what becomes
    of what is live and shall be a draft again. `reads` is how many calls a plan takes, by default
    one for each kind. `naming` is for vendors that want each name once in an account; kinds that
    are `unmarked` are known by such names alone, and by nothing once the project does not want
    them. `marked` says that the marker of another project can be read there.
    """

    source: str
    changes: list[tuple[str, str, str]]
    counts: int
    edit: str
    edited: str
    refused: tuple[str, str]
    refused_at: str
    files: dict[str, str] = field(default_factory=dict)
    settings: str = ""
    options: dict[str, object] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()
    chains: frozenset[str] = frozenset()
    manages: tuple[str, ...] = ()
    rehearses: bool = True
    live: bool = True
    readable: bool = True
    marked: bool = True
    taken_back: str = "update"
    reads: int | None = None
    naming: str = "{title}"
    unmarked: frozenset[str] = frozenset()

    def needs(self, trait):
        """Skip what the vendor has not got."""
        if not getattr(self, trait):
            pytest.skip(f"this vendor has none of it: {trait}")


class StandIn:
    """Runs a server in a thread; `handle` is the vendor's own.

    What is said is checked by the description `spec`, or, where there is none, by `schemas`: path →
    (JSON Schema of the request, JSON Schema of the answer).
    """

    platform: ClassVar[str]
    spec: ClassVar[str] = ""
    base: ClassVar[str] = ""
    schemas: ClassVar[dict[str, tuple[object, object]]] = {}
    case: ClassVar[Case]
    traits: ClassVar[frozenset[str]] = frozenset({"secret", "faults"})
    media_type: ClassVar[str] = "application/json"
    amend: ClassVar[object] = None
    largest_page = 3

    def __init__(self, _folder=None):
        self._faults, self._count = Faults(), 0
        self.guard, self.log, self.broken = Lock(), [], []
        self.api = description(self.spec, type(self).amend) if self.spec else None
        handler = type("Handler", (_Handler,), {"owner": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self._http.block_on_close = False

    def __enter__(self):
        Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()
        assert not self.broken, "\n".join(self.broken)

    @property
    def url(self):
        return f"http://127.0.0.1:{self._http.server_port}"

    def faults(self, **kinds):
        self._faults = Faults(**kinds)

    def knows(self, events):
        """Have events in the account, where nothing can be written about others."""

    def handle(self, exchange):
        """Return a status and what to answer as JSON, None for nothing; one thread at a time."""
        raise NotImplementedError

    def authorised(self, exchange):
        """Say whether a request bears the secret, the way the vendor wants it."""
        return exchange.headers.get("authorization") == f"Bearer {CANARY}"

    def lists(self, exchange):
        """Say whether a request reads a list."""
        return exchange.method == "GET"

    def refusal(self, status, words):
        """Return an error as the vendor words it: a status and its JSON."""
        return status, {"message": words}

    def serve(self, exchange):
        """Answer a request; None cuts the connection."""
        with self.guard:
            self._count += 1
            number, faults = self._count, self._faults
            if not self.authorised(exchange):
                return self.refusal(401, "who are you")
            if _due(number, faults.busy_every):
                return self.refusal(429, "busy")
            if _due(number, faults.error_every):
                return self.refusal(500, "fault")
            exchange.status, answer = self.handle(exchange)
            exchange.answer = _payload(answer)
            self.log.append(exchange)
            self._check(exchange)
        if _due(number, faults.drop_every):
            return None
        if _due(number, faults.late_error_every):
            return self.refusal(502, "late fault")
        return exchange.status, answer

    def conform(self, exchange):
        """Make sure that a request and its answer are as documented; refusals are free."""
        asked, answered = self.schemas[exchange.path]
        answer = json.loads(exchange.answer)
        if exchange.status < 400 and "error" not in answer:
            conform(asked, exchange.body if exchange.is_json else exchange.form)
            conform(answered, answer)

    def _check(self, exchange):
        try:
            if self.api is not None:
                check(self.api, self.base, exchange, self.media_type)
            elif self.schemas:
                self.conform(exchange)
        except Exception as error:  # noqa: BLE001 - told when the test ends
            causes = getattr(error.__cause__, "schema_errors", [error.__cause__])
            said = "; ".join(str(one) for one in causes)[:2000]
            where = traceback.format_exception_only(error)[-1].strip()
            self.broken.append(f"{exchange.method} {exchange.path} {where}: {said}")


class _Handler(BaseHTTPRequestHandler):
    owner: StandIn
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self):
        url = urlsplit(self.path)
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        exchange = Exchange(self.command, url.path, dict(parse_qsl(url.query)), headers, data)
        answered = self.owner.serve(exchange)
        if answered is None:
            self.close_connection = True
            return
        status, answer = answered
        payload = _payload(answer)
        self.send_response(status)
        self.send_header("Content-Length", str(len(payload)))
        self.send_header("Content-Type", self.owner.media_type)
        self.end_headers()
        self.wfile.write(payload)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - as the base class has it

    def log_message(self, *_):
        pass


def _payload(answer):
    return b"" if answer is None else json.dumps(answer).encode()


def _due(number, every):
    return every > 0 and number % every == 0
