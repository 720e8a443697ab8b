"""Letters in which each arm of a condition opens an element that is closed after all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from crmspec.content.tag import signs
from crmspec.content.token import arms, with_arms
from crmspec.source import Span
from crmspec.template import tree

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST: Final = 100_000
"""Signs that arms may have together once they hold what follows them."""
_BLOCKS: Final = (tree.If, tree.For, tree.With)


def evened(body: tree.Body) -> tree.Body:
    """Return the body with what follows such a condition, up to the end tag, in each arm.

    All readers get the same, and each arm holds whole elements, as MJML and HTML parsers need it.
    """
    made: tree.Body = ()
    changed = False
    for piece in reversed(body):
        new = _inside(piece)
        opened = _left_open(new) if isinstance(new, tree.If) and new.otherwise else []
        ends = _ended(made, opened) if opened else None
        if ends is not None and _size(new, ends[0]) <= MOST:
            new = with_arms(new, [(*arm, *ends[0]) for arm in arms(new)])
            made = ends[1]
        changed = changed or new is not piece
        made = (new, *made)
    return made if changed else body


def _inside(piece: tree.Piece) -> tree.Piece:
    if not isinstance(piece, _BLOCKS):
        return piece
    old = arms(piece)
    new = [evened(arm) for arm in old]
    return piece if all(a is b for a, b in zip(new, old, strict=True)) else with_arms(piece, new)


def _left_open(piece: tree.If) -> list[str]:
    """Return the elements that all arms leave open; none if they do not agree."""
    found = [_opened(arm) for arm in arms(piece)]
    return found[0] or [] if all(one == found[0] for one in found) else []


def _opened(body: tree.Body) -> list[str] | None:
    """Return the elements that a body leaves open; None if it closes others or is not whole."""
    if not all(map(_is_whole, body)):
        return None
    stack: list[str] = []
    return stack if _follow(stack, _flat(body)) is not None else None


def _is_whole(piece: tree.Piece) -> bool:
    """Say whether a piece closes and opens no elements of others."""
    return not isinstance(piece, _BLOCKS) or all(_opened(arm) == [] for arm in arms(piece))


def _flat(body: Sequence[tree.Piece]) -> str:
    """Return a body as text, one sign for each piece that is none."""
    return "".join(one.text if isinstance(one, tree.Text) else "x" for one in body)


def _follow(stack: list[str], written: str, *, until_empty: bool = False) -> int | None:
    """Open and close elements; return where that ended, None if one is closed that is not open."""
    for sign in signs(written) if "<" in written else ():
        tag = sign.tag
        if tag is None or (tag.empty and not tag.closing):
            continue
        if not tag.closing:
            stack.append(tag.name)
        elif not stack or stack.pop() != tag.name:
            return None
        if until_empty and not stack:
            return tag.end
    return None if until_empty else len(written)


def _ended(body: tree.Body, opened: list[str]) -> tuple[tree.Body, tree.Body] | None:
    """Cut a body after the end tags of open elements; None if they do not stand there."""
    at = _follow(list(opened), _flat(body), until_empty=True)
    if at is None:
        return None
    for number, piece in enumerate(body):
        length = len(piece.text) if isinstance(piece, tree.Text) else 1
        if at <= length and isinstance(piece, tree.Text):
            first, rest = _cut(piece, at)
            inside = (*body[:number], first)
            return (inside, (*rest, *body[number + 1 :])) if all(map(_is_whole, inside)) else None
        at -= length
    return None


def _cut(piece: tree.Text, at: int) -> tuple[tree.Text, tree.Body]:
    """Return the first `at` signs of a text, and the rest if there is one."""
    span = piece.span
    exact = span.end - span.start == len(piece.text)
    middle = span.start + at
    first = Span(span.path, span.start, middle) if exact else span
    last = Span(span.path, middle, span.end) if exact else span
    rest = structs.replace(piece, text=piece.text[at:], span=last)
    return structs.replace(piece, text=piece.text[:at], span=first), (rest,) if rest.text else ()


def _size(piece: tree.Piece, more: tree.Body) -> int:
    return sum(_weight(arm) + _weight(more) for arm in arms(piece))


def _weight(body: tree.Body) -> int:
    return sum(
        len(one.text) if isinstance(one, tree.Text) else 1 + sum(map(_weight, arms(one)))
        for one in body
    )
