"""A server made of sockets that says just the bytes it is told to, and notes what it was asked."""

from __future__ import annotations

import json
import socket
from base64 import b64encode, urlsafe_b64encode
from contextlib import suppress
from threading import Event, Lock, Thread
from urllib.parse import quote, quote_plus

import msgspec

from crmspec.providers import http
from tests.engine.fake import FakeClock

SENT = "canary-7f3a"


def answer(status=200, body=b"{}", *headers, type_="application/json"):
    """Return a whole answer as bytes."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers]
    if type_:
        lines.append(f"Content-Type: {type_}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Asked(msgspec.Struct):
    method: str
    path: str
    headers: dict
    body: bytes


class Wire:
    """Plays one act per request; the last one again and again. An act is bytes or a function of
    the connection, which returns bytes or None for no answer."""

    def __init__(self, *acts):
        self.acts, self.asked = list(acts), []
        self.over = Event()
        self._lock = Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    @property
    def calls(self):
        return [f"{one.method} {one.path}" for one in self.asked]

    def _serve(self):
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with connection, suppress(OSError), connection.makefile("rb") as lines:
            while (request := _read(lines)) is not None:
                with self._lock:
                    self.asked.append(request)
                    act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
                said = act if isinstance(act, bytes) else act(connection)
                if said is None:
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                connection.sendall(said)


def _read(lines):
    first = lines.readline().decode()
    if not first:
        return None
    method, path, _ = first.split(" ", 2)
    headers = {}
    while (line := lines.readline().decode("latin-1").strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = lines.read(int(headers.get("content-length", 0)))
    return Asked(method, path, headers, body)


def client(url, *, login=None, clock=None, chance=lambda: 0.5, **manner):
    return http.Client(
        url,
        login or http.bearer(SENT),
        http.Manner(**manner),
        clock or FakeClock(),
        chance,
    )


def forms(secret):
    """Return how a secret may be written."""
    data = secret.encode("utf-8", "surrogatepass")
    return {
        secret,
        quote(data),
        quote(data, safe=""),
        quote_plus(data),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        b64encode(data).decode(),
        urlsafe_b64encode(data).decode(),
    }


def shown_in(secret, *texts):
    everything = "\n".join(texts)
    return [form for form in forms(secret) if form in everything]
