"""Paths: ids are quoted, and nothing in a path leads out of it."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from crmspec.diagnostics import text
from crmspec.engine.error import TargetUnusableError

_PLAIN = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)+")
_DOTS = frozenset({".", ".."})
_PORTS = {"http": 80, "https": 443}


def route(pattern: str, **ids: object) -> str:
    """Return a path such as `/flows/{id}` with its ids quoted.

    Raises:
        TargetUnusableError: an id is empty or no name of its own (`..`).
    """
    return pattern.format(**{name: _segment(str(id_)) for name, id_ in ids.items()})


def _segment(id_: str) -> str:
    if not id_ or id_ in _DOTS or not id_.isprintable():
        raise TargetUnusableError(text("an id of the target cannot stand in an address"))
    return quote(id_, safe="")


def is_plain(path: str) -> bool:
    """Say whether a path is one: no host, no query, no way up."""
    plain = _PLAIN.fullmatch(path) is not None and not path.startswith("//")
    return plain and not _DOTS & {unquote(part) for part in path.split("/")}


def same_origin(url: str, base: str) -> bool:
    """Say whether an address is of the same server, in no less safe a way than the base."""
    try:
        found, wanted = urlsplit(url), urlsplit(base)
        ports = (found.port or _PORTS.get(found.scheme), wanted.port or _PORTS.get(wanted.scheme))
    except ValueError:
        return False
    if found.username is not None or found.hostname != wanted.hostname:
        return False
    if found.scheme == wanted.scheme:
        return ports[0] == ports[1]
    return (wanted.scheme, found.scheme) == ("http", "https") and ports == (443, 80)
