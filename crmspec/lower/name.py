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
