"""The store of the state: settings that belong to it, addresses without secrets, one per target."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crmspec.diagnostics import text
from crmspec.diagnostics.suggestion import nearest
from crmspec.document import Mapping
from crmspec.ir.project import Project
from crmspec.ir.storage import NEEDED, OWN, Storage
from crmspec.resolve.codes import WRONG_STORE_SETTING
from crmspec.resolve.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic, Text
    from crmspec.ir.program import Program
    from crmspec.resolve.scope import Scope

PLACEHOLDERS = frozenset({"project", "target"})
_BRACED = re.compile(r"\{([^{}]*)\}")
_ADDRESSES = {
    "url": ("postgresql", "postgres"),
    "address": ("https", "http"),
    "lock_address": ("https", "http"),
    "unlock_address": ("https", "http"),
    "endpoint": ("https", "http"),
}
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PATTERNS = ("address", "lock_address", "unlock_address", "key")


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM240."""
    for storage, owner in scope.every(Storage):
        yield from _foreign(storage)
        yield from _missing(storage)
        yield from _addresses(storage)
        yield from _placeholders(storage)
        if isinstance(owner, Project):
            yield from _shared(storage, scope.program)


def _written(storage: Storage) -> list[str]:
    node = storage.place.node
    keys = node.entries if isinstance(node, Mapping) else {}
    return [key for key in keys if not key.startswith("x-")]


def _foreign(storage: Storage) -> Iterator[Diagnostic]:
    for key in _written(storage):
        if key != "store" and key not in OWN[storage.store]:
            others = ", ".join(f"`{name}`" for name, keys in OWN.items() if key in keys)
            yield finding(
                WRONG_STORE_SETTING,
                storage.place.key(key),
                text("the store `{store}` has no setting `{key}`", store=storage.store, key=key),
                text("it is a setting of {others}", others=others),
            )


def _missing(storage: Storage) -> Iterator[Diagnostic]:
    key = NEEDED.get(storage.store)
    if key is not None and getattr(storage, key) is None:
        yield finding(
            WRONG_STORE_SETTING,
            storage.place.value("store"),
            text("the store `{store}` needs the setting `{key}`", store=storage.store, key=key),
        )
    if storage.access_key is not None and not storage.credentials:
        yield finding(
            WRONG_STORE_SETTING,
            storage.place.key("access_key"),
            text("`access_key` needs `credentials` beside it"),
            text("name its secret: `credentials: {{env: NAME}}`"),
        )


def _addresses(storage: Storage) -> Iterator[Diagnostic]:
    for key, schemes in _ADDRESSES.items():
        address: str | None = getattr(storage, key)
        problem = None if address is None else _problem(address, schemes)
        if problem is None and address is not None and storage.store == "http":
            problem = _open(address, storage)
        if problem is not None:
            yield finding(
                WRONG_STORE_SETTING,
                storage.place.value(key),
                text("`{key}` {problem}", key=key, problem=problem),
                text("a secret is named, never written: `credentials: {{env: NAME}}`"),
            )


def _problem(address: str, schemes: tuple[str, ...]) -> Text | None:
    """Say what is wrong with an address; it is not repeated, for it may hold a secret."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return text("is no address")
    if parts.scheme not in schemes or (not host and schemes[0] != "postgresql"):
        return text("must begin with `{scheme}://` and a host", scheme=schemes[0])
    if parts.password is not None or (parts.username and schemes[0] == "https"):
        return text("must not hold a password")
    if re.search(r"(?i)(password|passwd|token|secret)=", parts.query):
        return text("must not hold a secret")
    return None


def _open(address: str, storage: Storage) -> Text | None:
    parts = urlsplit(address)
    if parts.scheme == "https" or not storage.credentials or parts.hostname in _LOOPBACK:
        return None
    return text("must begin with `https://`: others could read the secret on its way")


def _placeholders(storage: Storage) -> Iterator[Diagnostic]:
    for key in _PATTERNS:
        for name in _BRACED.findall(getattr(storage, key) or ""):
            if name not in PLACEHOLDERS:
                near = nearest(name, PLACEHOLDERS)
                hint = text("did you mean `{{{name}}}`?", name=near or "")
                yield finding(
                    WRONG_STORE_SETTING,
                    storage.place.value(key),
                    text("unknown placeholder `{{{name}}}` in `{key}`", name=name, key=key),
                    hint if near else text("there are `{{project}}` and `{{target}}`"),
                )


def _shared(storage: Storage, program: Program) -> Iterator[Diagnostic]:
    """Find a place that several targets would write over each other."""
    count = sum(target.state is None for target in program.targets.values())
    count *= max(1, len(program.environments))
    key = {"http": "address", "s3": "key"}.get(storage.store)
    if key is None or count < 2:  # noqa: PLR2004 - two meet
        return
    if "{target}" not in (getattr(storage, key) or "{target}"):
        yield finding(
            WRONG_STORE_SETTING,
            storage.place.value(key),
            text("{count} targets would share one state", count=count),
            text("write `{{target}}` into `{key}`, or give each target a `state`", key=key),
        )
