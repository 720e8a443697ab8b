"""The marker of an object that has nowhere to keep one but its name: `VIP [shop/vip]`."""

from __future__ import annotations

import re

_MARKED = re.compile(r"(?P<title>.*?) ?\[(?P<project>[^\[\]/]+)/(?P<id>[^\[\]/]+)\]", re.DOTALL)


def suffix(project: str, id_: str) -> str:
    """Return what stands behind the title of a resource."""
    return f" [{project}/{id_}]"


def split(name: str, project: str) -> tuple[str, str | None]:
    """Return the title in a name, and the id of the project's resource that it is, if of one."""
    found = _MARKED.fullmatch(name)
    if found is None or found["project"] != project:
        return name, None
    return found["title"], found["id"]
