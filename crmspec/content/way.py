"""The ways through the blocks of a tree that is held as one text: what some or all readers get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.content.token import arms
from crmspec.template import tree
from crmspec.template.evaluate import value_of
from crmspec.template.reading import parts
from crmspec.template.value import true

if TYPE_CHECKING:
    from collections.abc import Collection

    from crmspec.content.token import Tokens

MOST: Final = 16
"""Readings of a text that are looked at."""


def taken(piece: tree.Piece) -> tuple[list[int], bool]:
    """Return which arms of a block can be taken, and whether one of them always is.

    A condition about the project or the message itself is settled, and so is one about a link.
    """
    if not isinstance(piece, tree.If):
        return list(range(len(arms(piece)))), not isinstance(piece, tree.For) or (
            piece.otherwise != ()
        )
    found: list[int] = []
    for at, branch in enumerate(piece.branches):
        known = _known(branch.condition)
        if known is not False:
            found.append(at)
        if known:
            return found, True
    return [*found, *([len(piece.branches)] if piece.otherwise else [])], piece.otherwise != ()


def _known(condition: tree.Expression) -> bool | None:
    if isinstance(condition, tree.Path):
        return True if condition.root == "links" else None
    return true(value_of(condition, {})) if _is_settled(condition) else None


def _is_settled(node: tree.Expression) -> bool:
    return not isinstance(node, tree.Path) and all(map(_is_settled, parts(node)))


def is_always(tokens: Tokens, wanted: Collection[int]) -> bool:
    """Say whether every reader meets one of some tokens, given by their numbers."""
    met = [[False]]
    for number, mark in enumerate(tokens.marks):
        if mark.role == "open":
            met.append([False])
        elif mark.role == "arm":
            met[-1].append(False)
        elif mark.role == "end":
            ways, inside = taken(mark.piece), met.pop()
            met[-1][-1] |= ways[1] and all(inside[at] for at in ways[0])
        elif number in wanted:
            met[-1][-1] = True
    return met[0][0]


def readings(tokens: Tokens, written: str, value: str) -> list[str]:
    """Return what some readers get of a part of the text, with a sign for each value in it.

    There are at most `MOST`; the part holds blocks as a whole.
    """
    met, done = [[[""]]], 0
    for found in tokens.pattern.finditer(written):
        _write(met, written[done : found.start()])
        done = found.end()
        mark = tokens.marks[int(found[1])]
        if mark.role == "open":
            met.append([[""]])
        elif mark.role == "arm" and len(met) > 1:
            met[-1].append([""])
        elif mark.role == "end" and len(met) > 1:
            inside, (ways, always) = met.pop(), taken(mark.piece)
            chosen = [one for at in ways if at < len(inside) for one in inside[at]]
            ends = chosen if always else [*chosen, ""]
            met[-1][-1] = [one + end for one in met[-1][-1] for end in ends][:MOST]
        elif mark.role == "value":
            _write(met, value)
    _write(met, written[done:])
    return list(dict.fromkeys(met[0][-1]))


def _write(met: list[list[list[str]]], written: str) -> None:
    met[-1][-1] = [one + written for one in met[-1][-1]]
