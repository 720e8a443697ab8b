"""State behind the HTTP protocol with locks that Terraform speaks; GitLab keeps such states."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import msgspec

from crmspec import __version__
from crmspec.diagnostics import text
from crmspec.engine.error import (
    StateCorruptError,
    StateLockedError,
    StateMovedError,
    StoreDoubtfulError,
    StoreUnusableError,
)
from crmspec.engine.holder import Holder, locked
from crmspec.source.decode import UndecodableError, decoded
from crmspec.stores.call import Answer, Caller, Login, bare, content_md5
from crmspec.stores.document import ATTEMPTS, FIRST_PAUSE, Document, DocumentStore

if TYPE_CHECKING:
    from crmspec.stores.locking import Terms

_NOTHING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.NO_CONTENT})
_HELD = frozenset({HTTPStatus.CONFLICT, HTTPStatus.LOCKED})


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """Where to call, and how; what is not given is as with Terraform, but locks are a must."""

    address: str
    lock_address: str | None = None
    unlock_address: str | None = None
    update_method: str = "POST"
    lock_method: str = "LOCK"
    unlock_method: str = "UNLOCK"


class _Note(msgspec.Struct, frozen=True, rename="pascal"):
    """The lock information of the protocol; servers want every field."""

    id: str = msgspec.field(default="", name="ID")
    who: str = ""
    created: str = ""
    info: str = ""
    operation: str = "crmspec"
    version: str = __version__
    path: str = ""


class HttpStore(DocumentStore):
    """The state of one target as a document of a server that also keeps its lock."""

    def __init__(self, server: Server, login: Login, terms: Terms) -> None:
        super().__init__(terms, bare(server.address))
        self._server = server
        self._caller = Caller(login)
        self._held: Holder | None = None

    def close(self) -> None:
        """Close the connections."""
        self._caller.close()

    def holder(self) -> Holder | None:
        """Take the lock to see whether it is free, and let it go: there is no other way."""
        mine = self._signature()
        found = self._ask_for_lock(mine)
        if found is None:
            self._ask_to_unlock(mine)
        return found

    def unlock(self, id_: str) -> None:
        """Free a lock by its id."""
        self._ask_to_unlock(Holder(id=id_))

    def _acquire(self, holder: Holder) -> None:
        found = self._ask_for_lock(holder)
        if found is not None:
            raise locked(found, frees_itself=False)
        self._held = holder

    def _release(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            with suppress(StateLockedError):  # somebody freed it and took it meanwhile
                self._ask_to_unlock(held)

    def _ask_for_lock(self, mine: Holder) -> Holder | None:
        """Return None when the lock is ours, or else who has it."""
        url = self._server.lock_address or self._server.address
        answer = self._patiently(self._server.lock_method, url, self._note(mine))
        if answer.status in _HELD:
            found = _holder(answer.data)
            return None if found.id == mine.id else found  # an answer before it was lost
        self._expect(answer, self._server.lock_method, url)
        return None

    def _ask_to_unlock(self, holder: Holder) -> None:
        url = self._server.unlock_address or self._server.lock_address or self._server.address
        answer = self._patiently(self._server.unlock_method, url, self._note(holder))
        if answer.status in _HELD:
            raise locked(_holder(answer.data), frees_itself=False)
        if answer.status != HTTPStatus.NOT_FOUND:
            self._expect(answer, self._server.unlock_method, url)

    def _note(self, holder: Holder) -> bytes:
        info = f"process {holder.process}" if holder.process else ""
        path = urlsplit(self._server.address).path
        return msgspec.json.encode(
            _Note(id=holder.id, who=holder.who, created=holder.since, info=info, path=path)
        )

    def _get(self) -> Document | None:
        answer = self._patiently("GET", self._server.address)
        if answer.status in _NOTHING or not answer.data:
            return None
        self._expect(answer, "GET", self._server.address)
        if answer.digest is not None and answer.digest != content_md5(answer.data):
            raise StateCorruptError(
                text("`{name}` did not arrive whole: its digest does not match", name=self._name),
                text("try again; if it stays so, the server or something before it is broken"),
            )
        return Document(answer.data)

    def _put(self, data: bytes, before: Document | None) -> Document:  # noqa: ARG002 - the lock guards it
        url = self._server.address
        if self._held is not None:
            url += ("&" if urlsplit(url).query else "?") + urlencode({"ID": self._held.id})
        answer = self._caller.call(self._server.update_method, url, data)
        if answer.status in _HELD:
            raise StateMovedError(
                text("`{name}` is not locked by this run any more", name=self._name),
                text("somebody freed its lock; plan again: what was done is found by its marker"),
            )
        self._expect(answer, self._server.update_method, self._server.address)
        return Document(data)

    def _patiently(self, method: str, url: str, body: bytes | None = None) -> Answer:
        """Make a call that does no harm when it is made twice."""
        for number in count(1):
            try:
                return self._caller.call(method, url, body)
            except StoreDoubtfulError:
                if number == ATTEMPTS:
                    raise
            self._clock.sleep(FIRST_PAUSE * 2 ** (number - 1))
        raise AssertionError

    def _expect(self, answer: Answer, method: str, url: str) -> None:
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            call = f"{method} {bare(url)}"
            raise StoreUnusableError(
                text("{call}: the store answers {status}", call=call, status=answer.status),
                text("see the addresses and methods of `state`; a store must know locks"),
            )


def _holder(data: bytes) -> Holder:
    """Return whom the server names as the holder, as far as it does."""
    try:
        note = decoded(data, _Note)
    except UndecodableError:
        return Holder()
    process = note.info.removeprefix("process ")
    return Holder(note.id, note.who, int(process) if process.isdecimal() else 0, note.created)
