"""The marker of an object that has nowhere to keep one but its name: `VIP [shop/vip]`."""

from __future__ import annotations

import re
from typing import NamedTuple

_MARKED = re.compile(r"(?P<title>.*?) ?\[(?P<project>[^\[\]/]+)/(?P<id>[^\[\]/]+)\]", re.DOTALL)


def suffix(project: str, id_: str) -> str:
    """Return what stands behind the title of a resource."""
    return f" [{project}/{id_}]"


class Mark(NamedTuple):
    """What a name says: the title, and the project and id of the resource that it is."""

    title: str
    project: str | None = None
    id: str | None = None


def split(name: str) -> Mark:
    """Return what a name says; one without a marker is all title."""
    found = _MARKED.fullmatch(name)
    return Mark(name) if found is None else Mark(**found.groupdict())
