"""A page on this machine that shows all messages and follows every change of the files."""

from __future__ import annotations

from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from crmspec.api.examine import READ_ONLY
from crmspec.api.preview.studio import Studio
from crmspec.api.session import Session
from crmspec.api.unknown import UnknownNameError
from crmspec.api.workspace import NothingToReadError
from crmspec.render.preview.card import card
from crmspec.render.preview.page import listing, page

if TYPE_CHECKING:
    from pathlib import Path

    from crmspec.content.parts import Parts
    from crmspec.render.preview.page import Choice

HOST: Final = "127.0.0.1"


class Gallery:
    """The pages of a project as it is now; files are read again when they changed."""

    def __init__(self, session: Session, lang: str) -> None:
        self._session = session
        self._lang = lang
        self._lock = Lock()
        self._stamps = session.stamps()
        self.studio = Studio(session.check())

    @classmethod
    def at(cls, path: Path | None, lang: str) -> Gallery:
        """Open the project at or around a path; raises `NothingToReadError`."""
        return cls(Session.at(() if path is None else (path,), wanted=READ_ONLY), lang)

    def version(self) -> str:
        """Return a mark that changes with the files, and read them if they did."""
        with self._lock:
            now = self._session.stamps()
            if now != self._stamps:
                try:
                    self.studio = Studio(self._session.reread())
                    self._stamps = now
                except (NothingToReadError, FileNotFoundError):
                    pass  # gone for a moment: the pages stay as they were
            return sha256(repr(sorted(self._stamps.items())).encode()).hexdigest()[:16]

    def answer(self, address: str) -> str | None:
        """Return the page of an address, None if there is none."""
        version = self.version()
        try:
            found = urlsplit(address)
        except ValueError:
            return None
        if found.path == "/":
            return self._listing(version)
        if found.path == "/version":
            return version
        kind, _, name = found.path.removeprefix("/").partition("/")
        if kind != "message":
            return None
        try:
            return self._page(unquote(name), dict(parse_qsl(found.query)), version)
        except UnknownNameError:
            return None

    def _listing(self, version: str) -> str:
        groups: dict[str, list[tuple[str, str, str]]] = {}
        for id_, one in self.studio.program.messages.items():
            entry = (f"/message/{quote(id_)}", one.title or id_, id_)
            groups.setdefault(one.channel.id, []).append(entry)
        return listing(groups, self._lang, version)

    def _page(self, name: str, asked: dict[str, str], version: str) -> str:
        studio = self.studio
        parts = studio.parts(studio.message(name), asked.get("locale"))
        names = (asked["persona"],) if "persona" in asked else ()
        customers = studio.customers(parts, names)
        cards = [card(studio.program, one) for one in studio.seen(parts, customers)]
        choosing = self._choices(parts, customers[0].id)
        return page(cards, self._lang, studio.sources, live=version, choosing=choosing)

    def _choices(self, parts: Parts, chosen: str) -> list[list[Choice]]:
        people = [
            (_address(parts, one.id, parts.locale), one.title, one.id == chosen)
            for one in self.studio.everybody(parts)
        ]
        languages = [
            (_address(parts, chosen, locale), locale, locale == parts.locale)
            for locale in parts.message.locales
        ]
        return [people, languages] if languages else [people]


def _address(parts: Parts, persona: str, locale: str | None) -> str:
    asked = {"persona": persona} | ({"locale": locale} if locale else {})
    return f"/message/{quote(parts.message.id)}?{urlencode(asked)}"


def serve(gallery: Gallery, port: int) -> ThreadingHTTPServer:
    """Return a server that answers on this machine only; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """

    class Handler(_Handler):
        pages = gallery

    return ThreadingHTTPServer((HOST, port), Handler)


class _Handler(BaseHTTPRequestHandler):
    """Answers for pages; a name of another machine in `Host` is refused (DNS rebinding)."""

    pages: Gallery
    server_version = "crmspec"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer."""
        port = self.connection.getsockname()[1]
        if self.headers.get("Host") not in {f"{HOST}:{port}", f"localhost:{port}"}:
            self._send(403, "this page is for this machine only")
            return
        found = self.pages.answer(self.path)
        if found is None:
            self._send(404, "there is no such page")
        else:
            self._send(200, found, "text/plain" if self.path == "/version" else "text/html")

    def _send(self, status: int, body: str, media: str = "text/plain") -> None:
        data = body.encode("utf-8", "replace")
        self.send_response(status)
        self.send_header("Content-Type", f"{media}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Frame-Options", "DENY")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Say nothing."""
