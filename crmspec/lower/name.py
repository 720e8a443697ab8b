"""What a resource is called on a target."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource
    from crmspec.source import Span

PLACEHOLDERS = ("{project}", "{id}", "{title}")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def title(target: Target, project: str, resource: Resource) -> str:
    """Return the name of a resource, without superfluous spaces."""
    named = target.naming.replace("{project}", project).replace("{id}", resource.id)
    named = named.replace("{title}", resource.title or resource.id)
    return tidy(resource.names.get(target.id, named))


def place(target: Target, resource: Resource) -> Span:
    """Return where the name of a resource comes from."""
    if target.id in resource.names:
        return resource.place.value("names", target.id)
    return resource.place.value("title") if resource.title else resource.place.name


def tidy(name: str) -> str:
    """Return a name without superfluous spaces."""
    return " ".join(name.split())


def unknown_placeholders(naming: str) -> list[str]:
    """Return what a naming pattern holds in braces that stands for nothing."""
    return [found for found in _PLACEHOLDER.findall(naming) if found not in PLACEHOLDERS]


def author_title(written: str, id_: str, target: Target, project: str) -> dict[str, object]:
    """Return the title of a resource, or the name on this target if no title makes it."""
    parts = {"project": re.escape(project), "id": re.escape(id_), "title": "(?P<title>.+)"}
    pattern = re.escape(target.naming)
    for name, part in parts.items():
        pattern = pattern.replace(re.escape(f"{{{name}}}"), part, 1)
    found = re.fullmatch(pattern, written)
    if found is not None and "title" in found.groupdict():
        return {"title": found["title"]}
    return {"title": written} if found is None else {}
