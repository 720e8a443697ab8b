"""Lower a program for a target: the passes that its table asks for, then the survey."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from crmspec.ir import Ref, walk
from crmspec.lower.choice import apply_choice
from crmspec.lower.guard import apply_guards
from crmspec.lower.holdout import apply_holdout
from crmspec.lower.leaving import apply_exits
from crmspec.lower.logic import PREFIX, apply_logic
from crmspec.lower.only import apply_only
from crmspec.lower.race import apply_races
from crmspec.lower.salt import apply_salts
from crmspec.lower.scene import Scene
from crmspec.lower.spelling import apply_spellings
from crmspec.lower.survey import Survey
from crmspec.lower.tree import apply_shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.lower.capability import Capabilities
    from crmspec.lower.outcome import Outcome

    Pass = Callable[[Program, Scene], tuple[Program, list[Outcome]]]


class Lowered(NamedTuple):
    """A program in what the target has, and what became of its resources."""

    program: Program
    survey: Survey

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Return how every element of what is for the target fares."""
        return tuple(one for found in self.survey.outcomes.values() for one in found)


PASSES: tuple[Pass, ...] = (
    apply_salts,
    apply_spellings,
    apply_holdout,
    apply_only,
    apply_choice,
    apply_races,
    apply_exits,
    apply_guards,
    apply_shape,
    apply_logic,
)
"""All passes, in the order in which they run; each says itself whether there is work for it."""


def lower(program: Program, capabilities: Capabilities, target: Target) -> Lowered:
    """Return the program in what the target has; it means the same wherever an outcome says so."""
    scene, found = Scene(capabilities, target), []
    for one in PASSES:
        program, outcomes = one(program, scene)
        found += outcomes
    survey = Survey(program, capabilities, target, found)
    unused = _unused(survey)
    while unused:
        segments = {id_: one for id_, one in program.segments.items() if id_ not in unused}
        program = replace(program, segments=segments)
        survey = Survey(program, capabilities, target, found)
        unused = _unused(survey)
    return Lowered(program, survey)


def _unused(survey: Survey) -> set[str]:
    """Return the auxiliary segments that nothing deployed refers to."""
    used = {
        node.id
        for key, resource in survey.wanted.items()
        if key not in survey.absent
        for node in walk(resource)
        if isinstance(node, Ref) and node.kind == "segment"
    }
    return {key.id for key in survey.wanted if key.kind == "segment" and _extra(key.id, used)}


def _extra(id_: str, used: set[str]) -> bool:
    return id_.startswith(PREFIX) and id_ not in used
