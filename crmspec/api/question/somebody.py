"""A customer for whom a condition holds, as the example of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.condition import All, InSegment, Not
from crmspec.ir.value import Ref

if TYPE_CHECKING:
    from crmspec.api.question.answer import Answer, Project
    from crmspec.diagnostics import Text
    from crmspec.ir.condition import Condition


def both(one: str, other: str, *, inside: bool = True) -> Condition:
    """Return the condition of being in one segment, and in another one or outside of it."""
    second: Condition = _within(other)
    return All(all=(_within(one), second if inside else Not(not_=second)))


def _within(segment: str) -> InSegment:
    return InSegment(segment=Ref(kind="segment", id=segment))


def somebody(project: Project, condition: Condition, found: Text, missed: Text) -> Answer:
    """Answer with a customer for whom the interpreter confirms the condition, if there is one."""
    from crmspec.logic.example import customer_of
    from crmspec.logic.witness import Witness, replay
    from crmspec.semantics.scenario import Scenario

    made = customer_of(project.portfolio, condition)
    if made is None:
        return project.open(missed)
    customer, history, now = made
    scenario = Scenario(
        customer=customer, start=now + 1, until=now + 1, happenings=history, chains=frozenset()
    )
    return project.shown(found, Witness(scenario, replay(project.portfolio, scenario), ()))
