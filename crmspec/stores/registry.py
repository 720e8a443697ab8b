"""All stores by name; a store's code is imported when it is asked for."""

from __future__ import annotations

from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.error import StoreUnusableError
from crmspec.ir.storage import NEEDED, Storage
from crmspec.secret.source import ALONE, secrets
from crmspec.stores.file import FileStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from crmspec.engine.port import StateStore
    from crmspec.ir.project import Project
    from crmspec.ir.target import Target
    from crmspec.secret.source import Place
    from crmspec.stores.locking import Terms

FOLDER = ".crmspec"
"""Where the file store keeps states, from the project's folder."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a store is made of: its settings, the project's folder, and the secret they name.

    `secret` is never written anywhere.
    """

    storage: Storage
    root: Path
    secret: str | None = field(default=None, repr=False)


def storage_of(project: Project, target: Target, folder: Path | None = None) -> Storage:
    """Return where the state of a target is kept; `folder` is asked for on the command line."""
    found = target.state or project.state or Storage()
    if folder is None or found.store != "file":
        return found
    return msgspec.structs.replace(found, folder=str(folder.absolute()))


def whereabouts(storage: Storage, root: Path, terms: Terms) -> tuple[str, ...]:
    """Return where a state is kept, the same for all spellings of one place; nothing is asked."""
    filled = _filled(storage, terms)
    place: tuple[str, ...]
    match storage.store:
        case "postgres":
            place = (filled.url or "", filled.schema)
        case "http":
            place = (filled.address or "",)
        case "s3":
            place = ((filled.endpoint or "").rstrip("/"), filled.bucket or "", filled.key)
        case _:
            place = (str(_path(filled, root, terms).resolve()),)
    return (storage.store, *place)


def called(storage: Storage, root: Path, terms: Terms) -> str:
    """Return what to call the place of a state, without what may be secret in it."""
    filled = _filled(storage, terms)
    match storage.store:
        case "postgres":
            return f"postgres {filled.schema}"
        case "http":
            parts = urlsplit(filled.address or "")
            return f"http {parts.netloc.rpartition('@')[2]}{parts.path}"
        case "s3":
            return f"s3 {filled.bucket}/{filled.key}"
        case _:
            return f"file {_path(filled, root, terms)}"


@contextmanager
def opened(storage: Storage, place: Place, terms: Terms) -> Iterator[StateStore]:
    """Open the store; nothing is contacted before the first call.

    Raises:
        MissingCredentialError: a named secret is absent.
        StoreUnusableError: a setting is missing.
    """
    needed = NEEDED.get(storage.store)
    if needed is not None and getattr(storage, needed) is None:
        raise StoreUnusableError(
            text("the store `{store}` needs the setting `{key}`", store=storage.store, key=needed)
        )
    filled = _filled(storage, terms)
    setting = Setting(storage=filled, root=place.root, secret=_secret(storage, place))
    with STORES[storage.store](setting, terms) as store:
        yield store


def _filled(storage: Storage, terms: Terms) -> Storage:
    """Write the names of project and target where their placeholders stand."""

    def fill(pattern: str | None) -> str | None:
        if pattern is None:
            return None
        return pattern.replace("{project}", terms.project).replace("{target}", terms.target)

    return msgspec.structs.replace(
        storage,
        address=fill(storage.address),
        lock_address=fill(storage.lock_address),
        unlock_address=fill(storage.unlock_address),
        key=fill(storage.key),
    )


def _secret(storage: Storage, place: Place) -> str | None:
    """Return the secret that is named, or None if none is."""
    found = secrets(storage.credentials, text("the store of the state"), place)
    return found[ALONE].value if found else None


def _file(setting: Setting, terms: Terms) -> AbstractContextManager[StateStore]:
    return nullcontext(
        FileStore(
            _path(setting.storage, setting.root, terms),
            project=terms.project,
            target=terms.target,
            clock=terms.clock,
            wait=terms.wait,
            waiting=terms.waiting,
        )
    )


def _path(storage: Storage, root: Path, terms: Terms) -> Path:
    return root / (storage.folder or FOLDER) / f"{terms.target}.state.json"


def _postgres(setting: Setting, terms: Terms) -> AbstractContextManager[StateStore]:
    from crmspec.stores.postgres import Database, PostgresStore

    storage = setting.storage
    place = Database(
        url=storage.url or "",
        schema=storage.schema,
        username=storage.username,
        secret=setting.secret,
    )
    return closing(PostgresStore(place, terms))


def _http(setting: Setting, terms: Terms) -> AbstractContextManager[StateStore]:
    from crmspec.stores.call import Login
    from crmspec.stores.http import HttpStore, Server

    storage = setting.storage
    server = Server(
        address=storage.address or "",
        lock_address=storage.lock_address,
        unlock_address=storage.unlock_address,
        update_method=storage.update_method,
        lock_method=storage.lock_method,
        unlock_method=storage.unlock_method,
    )
    return closing(HttpStore(server, Login(storage.username, setting.secret), terms))


def _s3(setting: Setting, terms: Terms) -> AbstractContextManager[StateStore]:
    from crmspec.stores.s3 import Bucket, S3Store

    storage = setting.storage
    place = Bucket(
        bucket=storage.bucket or "",
        key=storage.key,
        region=storage.region,
        endpoint=storage.endpoint,
        path_style=storage.path_style,
        access_key=storage.access_key,
        secret=setting.secret,
    )
    return closing(S3Store(place, terms))


STORES: dict[str, Callable[[Setting, Terms], AbstractContextManager[StateStore]]] = {
    "file": _file,
    "postgres": _postgres,
    "http": _http,
    "s3": _s3,
}
"""Name → what opens a store."""
