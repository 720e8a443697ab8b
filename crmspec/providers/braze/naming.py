"""Names in Braze that say which resource of which project an object is.

A content block and a catalog have the name `PROJECT-ID`, which cannot be changed once it is in use;
ids have no dash, so that `PROJECT-ID--layout` is never a block's. A template may be called
anything: its name is the title, then ` [PROJECT/ID]`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from crmspec.lower.name import tidy

if TYPE_CHECKING:
    from crmspec.engine.resource import Address

_ID = re.compile(r"[a-z][a-z0-9_]*")
_MARKED = re.compile(
    r"(?P<title>.*) \[(?P<project>[a-z][a-z0-9_]*)/(?P<id>[a-z][a-z0-9_]*)\]", re.DOTALL
)


LAYOUT = "--layout"
"""What the name of a layout's content block ends with."""


class Marked(NamedTuple):
    """A name, and the id of the resource that it is of, None if it is none of the project's.

    `project` is whose it is, where the name of another project can be told from any other.
    """

    title: str
    id: str | None
    project: str | None = None


def key(project: str, id_: str, suffix: str = "") -> str:
    """Return the name of a content block or catalog."""
    return f"{project}-{id_}{suffix}"


def id_of(project: str, name: str, suffix: str = "") -> str | None:
    """Return the id that such a name is made of, None if it is none of the project's."""
    rest = name.removeprefix(f"{project}-").removesuffix(suffix)
    return rest if name == key(project, rest, suffix) and _ID.fullmatch(rest) else None


def marked(title: str, project: str, address: Address) -> str:
    """Return the name of a template."""
    return f"{title} [{project}/{address.id}]"


def unmarked(project: str, name: str) -> Marked:
    """Return the title in the name of a template, and whose it is."""
    found = _MARKED.fullmatch(tidy(name))
    if found is None or found["project"] != project:
        return Marked(tidy(name), None, None if found is None else found["project"])
    return Marked(found["title"], found["id"], project)
