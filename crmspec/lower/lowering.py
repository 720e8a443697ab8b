"""Lower a program for a target: the passes that its table asks for, then the survey."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.lower.choice import apply_choice
from crmspec.lower.guard import apply_guards
from crmspec.lower.holdout import apply_holdout
from crmspec.lower.leaving import apply_exits
from crmspec.lower.logic import apply_logic
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
    """A program in what the target has, and how its elements fared.

    `outcomes` has those that a pass lowered, and those that no pass looked at.
    """

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
    return Lowered(program, Survey(program, capabilities, target, found))
