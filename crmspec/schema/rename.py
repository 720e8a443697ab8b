"""Suggestions of a better key or value, and the fixes that write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Edit, Fix, Safety, Text, text
from crmspec.diagnostics.suggestion import distance, nearest
from crmspec.document import Scalar

if TYPE_CHECKING:
    from collections.abc import Collection

    from crmspec.document import Node
    from crmspec.source import Span


def guess(name: str, candidates: Collection[str]) -> tuple[str | None, bool]:
    """Return the name the author probably meant, and whether no other is as close."""
    best = nearest(name, candidates)
    if best is None:
        return None, False
    second = nearest(name, [one for one in candidates if one != best])
    return best, second is None or _far(name, second) > _far(name, best)


def _far(name: str, candidate: str) -> int:
    return distance(name.lower(), candidate.lower(), len(name))


def did_you_mean(best: str) -> Text:
    """Say which name is probably meant."""
    return text("did you mean `{name}`?", name=best)


def rename(span: Span, new: str, safety: Safety = Safety.SAFE) -> Fix:
    """Write another key or plain value."""
    return Fix(text("write `{name}`", name=new), (Edit(span, new),), safety)


def rewrite(node: Node, new: str, safety: Safety = Safety.SAFE) -> Fix:
    """Write another text value, quoted as the old one was."""
    style = node.style if isinstance(node, Scalar) and node.style in ("'", '"') else ""
    return Fix(text("write `{name}`", name=new), (Edit(node.span, f"{style}{new}{style}"),), safety)


def quote(node: Node) -> Fix:
    """Put a plain value in quotes, which makes it text."""
    span = node.span
    before = Edit(type(span)(span.path, span.start, span.start), '"')
    after = Edit(type(span)(span.path, span.end, span.end), '"')
    return Fix(text("put it in quotes"), (before, after))
