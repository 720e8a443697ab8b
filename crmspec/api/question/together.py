"""Can one customer be in both of two chains, or of two segments?"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from crmspec.api.question.somebody import both, somebody
from crmspec.diagnostics import text
from crmspec.diagnostics.evidence import Verdict

if TYPE_CHECKING:
    from crmspec.api.question.answer import Answer, Project
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Trace

_LATER = (0, 30, 120, 720)
"""Minutes after the first entrance at which the second one is tried."""


def ask(project: Project, one: str, other: str) -> Answer:
    """Say whether one customer can be in two chains, or in two segments, at one moment.

    Raises:
        UnknownNameError: there is no such chain or segment.
    """
    segments = project.program.segments
    if one in segments and other in segments:
        return _segments(project, one, other)
    for id_ in (one, other):
        project.need("chain", id_)
    from crmspec.logic.lifetime import together

    found = together(project.portfolio, one, other)
    if found.verdict is Verdict.PROVED:
        words = text("no: one customer is never in `{a}` and `{b}` at once", a=one, b=other)
        return project.proved(words, *found.reasons, chains=(one, other))
    for order in found.orders:
        witness = _overlap(project, order)
        if witness is not None:
            words = text("yes: one customer can be in `{a}` and `{b}` at once", a=one, b=other)
            return project.shown(words, witness)
    return project.open(
        text("maybe: nothing keeps `{a}` and `{b}` apart, yet no example was found", a=one, b=other)
    )


def _overlap(project: Project, order: tuple[str, str]) -> Witness | None:
    from crmspec.logic.witness import Entrance, Stage, enact

    first, then = (project.program.chains[id_] for id_ in order)

    def aim(trace: Trace) -> bool:
        return _at_once(trace, first.id, then.id)

    ways = product(range(len(first.trigger)), range(len(then.trigger)), _LATER)
    for trigger, other, later in ways:
        entrances = (Entrance(first.id, trigger, 0), Entrance(then.id, other, later))
        found = enact(project.portfolio, Stage(entrances, aim))
        if found is not None:
            return found
    return None


def _at_once(trace: Trace, one: str, other: str) -> bool:
    """Say whether passages of both chains run at one moment."""
    inside: list[str] = []
    for entry in trace.of("enter", "exit", "complete"):
        if entry.chain is None:
            continue
        if entry.kind == "enter":
            inside.append(entry.chain)
        elif entry.chain in inside:
            inside.remove(entry.chain)
        if one in inside and other in inside and (one != other or inside.count(one) > 1):
            return True
    return False


def _segments(project: Project, one: str, other: str) -> Answer:
    space = project.portfolio.space
    if (space.segment(one) & space.segment(other)).is_empty:
        return project.proved(text("no: nobody is in `{a}` and `{b}` at once", a=one, b=other))
    return somebody(
        project,
        both(one, other),
        text("yes: one customer can be in `{a}` and `{b}`", a=one, b=other),
        text("maybe: no customer in `{a}` and `{b}` was found", a=one, b=other),
    )
