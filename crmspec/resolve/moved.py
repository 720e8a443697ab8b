"""Moves: each leads from a name that is gone to one that is there, and none goes in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from crmspec.diagnostics import Severity, text
from crmspec.diagnostics.suggestion import nearest
from crmspec.ir.move import destinations
from crmspec.ir.program import KEYS
from crmspec.resolve.codes import WRONG_MOVE
from crmspec.resolve.finding import finding, misspelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from crmspec.diagnostics import Diagnostic, Text
    from crmspec.ir.project import Moved
    from crmspec.resolve.scope import Scope


class _Problem(NamedTuple):
    key: str
    message: Text
    help: Text


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM235 for each move that cannot be made."""
    moves = scope.program.project.moved
    if not moves:
        return
    known = {f"{kind}.{id_}" for kind in KEYS for id_ in scope.ids(kind)}
    last, seen, taken = destinations(moves), set[str](), set[str]()
    for move in moves:
        problem = _problem(move, known, seen) or _taken(move, taken) or _circle(move, last)
        seen.add(move.from_)
        taken.add(move.to)
        if problem is not None:
            at = move.place.value(problem.key)
            yield finding(WRONG_MOVE, at, problem.message, problem.help)
        elif move.to not in known and move.to not in last:
            yield _unknown(move, known)


def _unknown(move: Moved, known: AbstractSet[str]) -> Diagnostic:
    """Return a warning: the new name is a slip, or what had it was deleted since.

    A new name of no kind that there is was never right.
    """
    kind, _, id_ = move.to.partition(".")
    ids = {one.partition(".")[2] for one in known if one.startswith(f"{kind}.")}
    like = known if kind not in KEYS or nearest(id_, ids) is not None else frozenset[str]()
    message = text("there is no `{address}`", address=move.to)
    made = misspelled(WRONG_MOVE, move.place.value("to"), message, (move.to, like))
    if kind not in KEYS:
        return made
    help_ = text("delete the move if `{address}` was deleted since", address=move.to)
    return replace(made, help=(*made.help, help_), severity=Severity.WARNING)


def _problem(move: Moved, known: AbstractSet[str], seen: AbstractSet[str]) -> _Problem | None:
    if move.from_.partition(".")[0] != move.to.partition(".")[0]:
        message = text("a resource cannot become one of another kind")
        return _Problem("to", message, text("delete the move"))
    if move.from_ in seen:
        message = text("`{address}` was moved before", address=move.from_)
        return _Problem("from", message, text("delete one of the two"))
    if move.from_ in known and move.from_ != move.to:
        message = text("`{address}` is still there", address=move.from_)
        return _Problem("from", message, text("delete the move, or what has the old name"))
    return None


def _taken(move: Moved, taken: AbstractSet[str]) -> _Problem | None:
    if move.to not in taken:
        return None
    message = text("another resource was moved to `{address}`", address=move.to)
    return _Problem("to", message, text("delete one of the two"))


def _circle(move: Moved, last: Mapping[str, str | None]) -> _Problem | None:
    if last[move.from_] is not None:
        return None
    message = text("these moves lead from `{address}` back to it", address=move.from_)
    return _Problem("to", message, text("delete one of them"))
