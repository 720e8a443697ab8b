"""The sandbox's HTTP server on the loopback interface, with faults that can be switched on."""

from __future__ import annotations

import json
import secrets
import sqlite3
import sys
import time
from collections import deque
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Literal, Self, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.error import TargetUnusableError
from crmspec.providers.sandbox.database import Database
from crmspec.providers.sandbox.service import Answer, Request, Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from crmspec.diagnostics import Text

Phase: TypeAlias = Literal["received", "answered"]
Observer: TypeAlias = "Callable[[Phase, str, str], None]"

_LARGEST_BODY = 10_000_000
_FORBIDDEN = ("readonly", "unable to open", "authoriz", "permission")
_PERMISSION = text("see that you may write it, and the folder that it is in")


class Faults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes wrong, every so many requests (0: never); `latency` and `retry_after` in seconds.

    `error_every` answers 500 and does nothing, `busy_every` answers 429, `drop_every` does its
    work and cuts the connection, `late_error_every` does its work and answers 502.
    """

    latency: float = 0.0
    error_every: int = 0
    busy_every: int = 0
    retry_after: float = 0.0
    drop_every: int = 0
    late_error_every: int = 0


class SandboxServer:
    """The server as a context manager: starts on entering, stops on leaving, both idempotent.

    Port 0 means any free port; without a token a random one is made. `account` is what the account
    of a new file is called: another for each without it. `observer` is told of
    every request `(phase, method, path)`, before it is handled and before it is answered.
    """

    def __init__(  # noqa: PLR0913 - settings of a server
        self,
        database: Path,
        *,
        port: int = 0,
        token: str | None = None,
        page_size: int = 50,
        account: str | None = None,
        faults: Faults | None = None,
        observer: Observer | None = None,
    ) -> None:
        self.token = token or secrets.token_urlsafe(16)
        self.faults = faults or Faults()
        self.observer = observer
        self.log: deque[dict[str, object]] = deque(maxlen=10_000)
        self._path, self._port, self._page_size = database, port, page_size
        self.account = account
        self._count, self._guard = 0, Lock()
        self._http: _Http | None = None
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """Return the address to call; the server must be running."""
        if self._http is None:
            raise RuntimeError("the sandbox is not running")
        return f"http://127.0.0.1:{self._http.server_port}"

    def start(self) -> None:
        """Begin to listen, in a thread of its own."""
        if self._http is None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise self._unusable((error.strerror or "").lower(), _PERMISSION) from None
            self._http = self._listening()
            self._thread = Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
            self._thread.start()

    def _listening(self) -> _Http:
        try:
            database = Database(str(self._path), self.account)
        except sqlite3.Error as error:
            raise self._unusable(str(error), self._advice(str(error))) from None
        try:
            return _Http(self, database, self._port, self._page_size)
        except OSError:
            database.close()
            raise

    def _unusable(self, problem: str, advice: Text) -> TargetUnusableError:
        said = text(
            "the sandbox's file `{path}` cannot be used: {problem}",
            path=str(self._path),
            problem=problem,
        )
        return TargetUnusableError(said, advice)

    def _advice(self, problem: str) -> Text:
        """Return what to do about a file that SQLite does not open."""
        if "disk" in problem and "malformed" not in problem:
            return text("see that there is room on the disk")
        if any(sign in problem for sign in _FORBIDDEN) and not self._path.is_dir():
            return _PERMISSION
        return text(
            "move it away, and the state of its target: the sandbox begins anew, and its"
            " objects are made again"
        )

    def stop(self) -> None:
        """Stop listening and close the file."""
        http, thread, self._http, self._thread = self._http, self._thread, None, None
        if http is not None and thread is not None:
            http.shutdown()
            thread.join()
            http.server_close()
            http.database.close()

    def wait(self) -> None:
        """Block until the server is stopped."""
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def next_number(self) -> int:
        """Count a request."""
        with self._guard:
            self._count += 1
            return self._count


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, owner: SandboxServer, database: Database, port: int, page_size: int) -> None:
        self.owner = owner
        self.database = database
        self.service = Service(database, page_size, database.account)
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Report a fault of the server; a client that hangs up is none."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names the base class calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        """Say nothing: requests are in the log that clients can read."""

    def _serve(self) -> None:
        owner, path = self.server.owner, urlsplit(self.path).path
        self._tell("received", path)
        try:
            request = self._request()
        except (ValueError, RecursionError):
            self._answer(Answer(HTTPStatus.BAD_REQUEST, _error("bad_body")), {})
            return
        if request.headers.get("authorization") != f"Bearer {owner.token}":
            self._answer(Answer(HTTPStatus.UNAUTHORIZED, _error("unauthorized")), {})
        elif path.startswith("/_"):
            self._answer(self._controlled(request), {})
        else:
            self._faulty(request, owner.faults, owner.next_number())

    def _faulty(self, request: Request, faults: Faults, number: int) -> None:
        time.sleep(faults.latency)
        if _due(number, faults.busy_every):
            headers = {"Retry-After": f"{faults.retry_after:g}"}
            self._answer(Answer(HTTPStatus.TOO_MANY_REQUESTS, _error("busy")), headers)
            return
        if _due(number, faults.error_every):
            self._answer(Answer(HTTPStatus.INTERNAL_SERVER_ERROR, _error("fault")), {})
            return
        answer = self._handled(request)
        self._tell("answered", request.path)
        if _due(number, faults.drop_every):
            self.close_connection = True
        elif _due(number, faults.late_error_every):
            self._answer(Answer(HTTPStatus.BAD_GATEWAY, _error("late_fault")), {})
        else:
            self._answer(answer, {})

    def _handled(self, request: Request) -> Answer:
        try:
            return self.server.service.handle(request)
        except sqlite3.Error as error:
            problems = [{"field": "storage", "message": str(error)}]
            body = {"error": {"code": "storage", "problems": problems}}
            return Answer(HTTPStatus.INSUFFICIENT_STORAGE, body)

    def _tell(self, phase: Phase, path: str) -> None:
        if self.server.owner.observer is not None:
            self.server.owner.observer(phase, self.command, path)

    def _request(self) -> Request:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST_BODY:
            self.close_connection = True
            raise ValueError("too large")
        data = self.rfile.read(length)
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = json.loads(data) if data else None
        return Request(self.command, url.path, dict(parse_qsl(url.query)), headers, body)

    def _controlled(self, request: Request) -> Answer:
        try:
            return self._control(request)
        except msgspec.ValidationError as error:
            return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, _error(str(error)))

    def _control(self, request: Request) -> Answer:
        owner = self.server.owner
        match request.method, request.path:
            case "GET", "/_log":
                return Answer(HTTPStatus.OK, list(owner.log))
            case "POST", "/_faults":
                owner.faults = msgspec.convert(request.body or {}, Faults)
                return Answer(HTTPStatus.OK, msgspec.to_builtins(owner.faults))
            case "POST", "/_people":
                counts = msgspec.convert(request.body, dict[str, int])
                self.server.database.populate(counts)
                return Answer(HTTPStatus.OK, counts)
        return Answer(HTTPStatus.NOT_FOUND, _error("no_such_resource"))

    def _answer(self, answer: Answer, headers: dict[str, str]) -> None:
        entry = {"method": self.command, "path": self.path, "status": int(answer.status)}
        self.server.owner.log.append(entry)
        data = b"" if answer.body is None else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        if data:
            self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(data)


def _due(number: int, every: int) -> bool:
    return every > 0 and number % every == 0


def _error(code: str) -> dict[str, object]:
    return {"error": {"code": code, "problems": []}}
