"""Pages of a project's own in place of the links that a target makes: unsubscribe and others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.content.address import page_address
from crmspec.content.library import Library
from crmspec.template.namespace import LINKS
from crmspec.template.tree import Output, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.program import Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import Template
    from crmspec.template.tree import Body


def given(target: Target) -> Iterator[tuple[str, Template]]:
    """Yield the addresses that a target is given, by the names of the links."""
    for name in LINKS if target.links is not None else ():
        template = getattr(target.links, name)
        if template is not None:
            yield name, template


def own_links(program: Program, target: Target) -> dict[str, Body]:
    """Return the addresses by the names of the links, with their values as parts of a URL.

    What is more than text and values is left out; `check` reports it.
    """
    library = Library(program)
    found = {name: library.inline(template).body for name, template in given(target)}
    return {name: page_address(body, {}) for name, body in found.items() if is_address(body)}


def is_address(body: Body) -> bool:
    """Say whether a template is text and values alone."""
    return bool(body) and all(isinstance(piece, Text | Output) for piece in body)
