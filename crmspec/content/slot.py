"""Which element of a layout a slot stands in, and what its content must be to fit there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.content.mjml import MJML
from crmspec.content.tag import tags
from crmspec.content.token import Tokens, arms
from crmspec.template import tree

if TYPE_CHECKING:
    from collections.abc import Mapping

_INSIDE: Final = {
    "mj-body": ("mj-section", "mj-column", "mj-text"),
    "mj-wrapper": ("mj-section", "mj-column", "mj-text"),
    "mj-section": ("mj-column", "mj-text"),
    "mj-group": ("mj-column", "mj-text"),
    "mj-column": ("mj-text",),
    "mj-hero": ("mj-text",),
}
"""The elements that text needs around it, by the element it is put into."""


def is_mjml(body: tree.Body) -> bool:
    """Say whether a tree is MJML, from any of its texts."""
    return any(
        MJML.search(piece.text)
        if isinstance(piece, tree.Text)
        else any(is_mjml(arm) for arm in arms(piece))
        for piece in body
    )


def parents(layout: tree.Body) -> dict[str, str]:
    """Return the element around each slot of a layout, by the slot's name."""
    tokens = Tokens(layout)
    found: dict[str, str] = {}
    for number, mark in enumerate(tokens.marks):
        name = slot_of(mark.piece)
        if name is not None:
            found[name] = _around(tokens.text, tokens.text.index(tokens.token(number)))
    return found


def slot_of(piece: tree.Piece) -> str | None:
    """Return the name of a slot that a piece prints."""
    if isinstance(piece, tree.Output) and isinstance(piece.expression, tree.Path):
        path = piece.expression
        if path.root == "slots" and len(path.keys) == 1:
            return str(path.keys[0])
    return None


def fitted(slots: Mapping[str, tree.Body], around: Mapping[str, str]) -> dict[str, tree.Body]:
    """Return the content of slots, plain text with the elements that MJML wants around it."""
    return {name: _wrapped(body, around.get(name, "")) for name, body in slots.items()}


def _wrapped(body: tree.Body, parent: str) -> tree.Body:
    wanted = _INSIDE.get(parent, ())
    if not wanted or not body or is_mjml(body):
        return body
    opening = "".join(f"<{name}>" for name in wanted)
    closing = "".join(f"</{name}>" for name in reversed(wanted))
    return (tree.Text(text=opening), *body, tree.Text(text=closing))


def _around(written: str, at: int) -> str:
    """Return the name of the element that is open at a place."""
    stack = [""]
    for tag in tags(written):
        if tag.start > at:
            break
        if tag.closing:
            del stack[_last(stack, tag.name) :]
        elif not tag.empty:
            stack.append(tag.name)
    return stack[-1]


def _last(stack: list[str], name: str) -> int:
    """Return where an element was opened last; the end of the stack if it was not."""
    return next((at for at in reversed(range(len(stack))) if stack[at] == name), len(stack))
