"""A server of Terraform's state protocol that is strict about it; `python -m` serves one for good.

It refuses writes without the lock, with another id, with a wrong Content-MD5, or with a serial that
is not higher than the last (as GitLab does), and lock notes that lack a field.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import msgspec


class _Serial(msgspec.Struct):
    serial: int


NOTE = {"ID", "Operation", "Info", "Who", "Version", "Created", "Path"}


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        """Say nothing of clients that were killed."""


class StateServer:
    """`gitlab` chooses its addresses and methods: POST and DELETE on `…/lock`."""

    def __init__(self, *, gitlab=False, authorization=None):
        self.gitlab, self.authorization = gitlab, authorization
        self.states, self.locks, self.serials, self.log = {}, {}, {}, []
        self.faults = []  # (method, status or "drop", before or after the work), used up one by one
        self.mutex = threading.RLock()
        self.observer = None  # told before and after the work of each request
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def _any(self):
                owner.handle(self)

        for method in ("GET", "POST", "PUT", "DELETE", "LOCK", "UNLOCK"):
            setattr(Handler, f"do_{method}", Handler._any)
        self.server = _Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def handle(self, handler):
        length = int(handler.headers.get("Content-Length") or 0)
        body = handler.rfile.read(length)
        parts = urlsplit(handler.path)
        self.log.append((handler.command, handler.path, dict(handler.headers)))
        fault = self._fault(handler.command)
        self._tell()
        if fault is None or fault[2] == "after":
            with self.mutex:
                answer = self._answer(handler, parts.path, parse_qs(parts.query), body)
        self._tell()
        if fault is not None and fault[1] == "drop":
            handler.close_connection = True
            handler.connection.close()
            return
        status, data = answer if fault is None else (fault[1], b"{}")
        handler.send_response(status)
        if handler.command == "GET" and status == 200:
            handler.send_header("Content-MD5", _md5(data))
        if status in (301, 302, 307):
            handler.send_header("Location", "http://elsewhere.example/")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def _tell(self):
        if self.observer is not None:
            self.observer()

    def _fault(self, method):
        for fault in self.faults:
            if fault[0] in (method, "any"):
                self.faults.remove(fault)
                return fault
        return None

    def _answer(self, handler, path, query, body):
        if self.authorization and handler.headers.get("Authorization") != self.authorization:
            return 401, b""
        method = handler.command
        if self.gitlab and path.endswith("/lock"):
            method = {"POST": "LOCK", "DELETE": "UNLOCK"}.get(method, "")
            path = path.removesuffix("/lock")
        elif self.gitlab and method in ("LOCK", "UNLOCK"):
            method = ""
        if body and handler.headers.get("Content-MD5") != _md5(body):
            return 400, b"Content-MD5"
        acts = {
            "GET": self._get,
            "POST": self._post,
            "LOCK": self._lock,
            "UNLOCK": self._unlock,
        }
        return acts[method](path, query, body) if method in acts else (405, b"")

    def _get(self, path, *_):
        return (200, self.states[path]) if path in self.states else (404, b"")

    def _post(self, path, query, body):
        held = self.locks.get(path)
        if held is None or query.get("ID") != [held["ID"]]:
            return (409 if self.gitlab else 423), json.dumps(held or {}).encode()
        serial = msgspec.json.decode(body, type=_Serial).serial
        if serial <= self.serials.get(path, -1):
            return 409, b"serial"
        self.states[path], self.serials[path] = body, serial
        return 200, b""

    def _lock(self, path, _, body):
        note = json.loads(body)
        if set(note) != NOTE or not all(isinstance(v, str) for v in note.values()):
            return 400, b"lock note"
        if path in self.locks:
            return (409 if self.gitlab else 423), json.dumps(self.locks[path]).encode()
        self.locks[path] = note
        return 200, body

    def _unlock(self, path, _, body):
        note = json.loads(body)
        held = self.locks.get(path)
        if held is None or note["ID"] != held["ID"]:
            return (409 if self.gitlab else 423), json.dumps(held or {}).encode()
        del self.locks[path]
        return 200, b""


def _md5(data):
    return base64.b64encode(hashlib.md5(data).digest()).decode()


if __name__ == "__main__":
    with StateServer() as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        sys.stdin.read()
