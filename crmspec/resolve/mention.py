"""What templates mention: a quick scan for `profile.x`, `coupon.x`, `feed.x` and includes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.ir.action import Request
from crmspec.ir.message import Block, Content, Layout
from crmspec.ir.value import Template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.value import Located
    from crmspec.resolve.scope import Scope

INCLUDE = re.compile(r"""\{%-?\s*include\s+["']([^"']+)["']""")
_PATH = re.compile(r"\b(profile|coupons?|feeds?)\.([a-z][a-z0-9_]*)")
_KIND = {
    "profile": "attribute",
    "coupon": "coupon",
    "coupons": "coupon",
    "feed": "feed",
    "feeds": "feed",
}


def included(source: str) -> Iterator[str]:
    """Yield the names that a template includes."""
    if "include" in source:
        yield from INCLUDE.findall(source)


def mentioned(source: str) -> Iterator[tuple[str, str]]:
    """Yield `(kind, id)` of the resources that a template reads."""
    if "{" not in source:
        return
    for root, name in _PATH.findall(source):
        yield _KIND[root], name
    for name in included(source):
        yield "block", name


def texts(scope: Scope) -> Iterator[tuple[Located, str]]:
    """Yield `(owner, source)` of every template of the project, inline or in a file."""
    for template, owner in scope.every(Template):
        yield owner, template.source
    for request, owner in scope.every(Request):
        yield owner, str(request.body)
    yield from _files(scope)


def _files(scope: Scope) -> Iterator[tuple[Located, str]]:
    for content, owner in scope.every(Content):
        if content.file in scope.program.files:
            yield owner, scope.program.files[content.file]
    framed: list[tuple[Layout | Block, Located]] = [*scope.every(Layout), *scope.every(Block)]
    for resource, owner in framed:
        if resource.file in scope.program.files:
            yield owner, scope.program.files[resource.file]
