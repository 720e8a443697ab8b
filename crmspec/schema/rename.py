"""Suggestions of a better key or value, and the fixes that write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Edit, Fix, Safety, Text, text
from crmspec.diagnostics.suggestion import distance, nearest
from crmspec.document import Scalar
from crmspec.schema import alias

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


class Suggestion(NamedTuple):
    """The key an author probably meant; `clear` when no other is as close."""

    best: str | None
    clear: bool
    safety: Safety = Safety.SAFE


def suggest(key: str, candidates: Collection[str], *, deciding: bool = False) -> Suggestion:
    """Return the key that is probably meant.

    Writing it is unsafe where a wrong guess would turn the meaning round: for comparisons, groups
    and (`deciding`) all keys of a condition, and where only a prefix such as `not_` differs.
    """
    known = alias.key_for(key, candidates)
    if known is not None:
        return Suggestion(known, clear=True, safety=Safety.UNSAFE)
    best, clear = guess(key, candidates)
    if best is None:
        return Suggestion(None, clear=False)
    risky = (deciding and not alias.harmless(best)) or alias.decides(best)
    risky = risky or key.endswith(best) or best.endswith(key)
    return Suggestion(best, clear, Safety.UNSAFE if risky else Safety.SAFE)


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
    return Fix(text("put it in quotes"), _around(node.span, '"', '"'))


def bracket(node: Node) -> Fix:
    """Put a single value in brackets, which makes it a list."""
    return Fix(text("put it in brackets"), _around(node.span, "[", "]"))


def _around(span: Span, left: str, right: str) -> tuple[Edit, Edit]:
    before = Edit(type(span)(span.path, span.start, span.start), left)
    return before, Edit(type(span)(span.path, span.end, span.end), right)
