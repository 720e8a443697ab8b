"""Is everybody of one segment in another?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.api.question.somebody import both, somebody
from crmspec.diagnostics import text

if TYPE_CHECKING:
    from crmspec.api.question.answer import Answer, Project
    from crmspec.diagnostics import Text


def ask(project: Project, one: str, other: str) -> Answer:
    """Say whether each customer of a segment is in another one, and the other way round.

    Raises:
        UnknownNameError: there is no such segment.
    """
    for id_ in (one, other):
        project.need("segment", id_)
    from crmspec.logic.space import UndecidedError

    space = project.portfolio.space
    a, b = space.segment(one), space.segment(other)
    try:
        if space.decide(a, b) is None:
            return _yes(project, one, other, same=_back(project, one, other))
    except UndecidedError:
        return project.open(
            text("undecided: `{a}` or `{b}` asks for more than can be compared", a=one, b=other),
            *_opaque(project, one, other),
            undecided=True,
        )
    return somebody(
        project,
        both(one, other, inside=False),
        text("no: there are customers in `{a}` who are not in `{b}`", a=one, b=other),
        text("maybe not: no customer in `{a}` and outside `{b}` was found", a=one, b=other),
    )


def _back(project: Project, one: str, other: str) -> bool:
    space = project.portfolio.space
    return space.implies(space.segment(other), space.segment(one)) is None


def _yes(project: Project, one: str, other: str, *, same: bool) -> Answer:
    if same:
        words = text("yes, and the other way round: `{a}` and `{b}` are the same", a=one, b=other)
    else:
        words = text("yes: everybody in `{a}` is in `{b}`", a=one, b=other)
    return project.proved(words)


def _opaque(project: Project, *segments: str) -> tuple[Text, ...]:
    """Say which conditions cannot be looked into."""
    space = project.portfolio.space
    found = dict.fromkeys(part for id_ in segments for part in space.segment(id_).widened)
    return tuple(text("it cannot be said when `{part}` holds", part=part) for part in found)
