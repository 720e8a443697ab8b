"""Lower a program for a target: the passes that its table asks for, then the survey."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir import Ref
from crmspec.lower.absent import apply_absences
from crmspec.lower.cap import apply_caps
from crmspec.lower.choice import apply_choice
from crmspec.lower.cut import apply_cuts
from crmspec.lower.gate import apply_gate
from crmspec.lower.guard import apply_guards
from crmspec.lower.holdout import apply_holdout
from crmspec.lower.jump import apply_jumps
from crmspec.lower.leaving import apply_exits
from crmspec.lower.logic import PREFIX, apply_logic
from crmspec.lower.mailing import apply_mailings
from crmspec.lower.marked import apply_marks
from crmspec.lower.only import apply_only
from crmspec.lower.race import apply_races
from crmspec.lower.salt import apply_salts
from crmspec.lower.scene import Scene
from crmspec.lower.sequence import apply_sequences
from crmspec.lower.spelling import apply_spellings
from crmspec.lower.survey import Survey
from crmspec.lower.tree import apply_shape
from crmspec.lower.version import apply_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.lower.capability import Capabilities
    from crmspec.lower.outcome import Key, Outcome

    Pass = Callable[[Program, Scene], tuple[Program, list[Outcome]]]


class Lowered(NamedTuple):
    """A program in what the target has, and what became of its resources."""

    program: Program
    survey: Survey

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Return how everything that is not native fares."""
        return tuple(one for found in self.survey.outcomes.values() for one in found)


PASSES: tuple[Pass, ...] = (
    apply_absences,
    apply_gate,
    apply_salts,
    apply_sequences,
    apply_marks,
    apply_spellings,
    apply_holdout,
    apply_only,
    apply_jumps,
    apply_choice,
    apply_versions,
    apply_races,
    apply_exits,
    apply_guards,
    apply_caps,
    apply_mailings,
    apply_cuts,
    apply_shape,
    apply_logic,
)
"""All passes, in the order in which they run; each says itself whether there is work for it."""


def lower(
    program: Program,
    capabilities: Capabilities,
    target: Target,
    known: Iterable[Outcome] = (),
    lacking: frozenset[str] = frozenset(),
) -> Lowered:
    """Return the program in what the target has; it means the same wherever an outcome says so.

    `known` are outcomes of what no table speaks of, such as losses of texts, and `lacking` the
    messages that the target is known not to take.
    """
    scene, found = Scene(capabilities, target, lacking), list(known)
    for one in PASSES:
        program, outcomes = one(program, scene)
        found += outcomes
    survey = Survey(program, capabilities, target, found)
    trim(survey)
    return Lowered(program, survey)


def trim(survey: Survey) -> None:
    """Forget the auxiliary segments and chains that nothing deployed has a use for."""
    while unused := _unused(survey):
        survey.forget(unused)
        survey.tell(())  # what is not wanted any more is lacked by others


def _unused(survey: Survey) -> set[Key]:
    """Return what is auxiliary and nothing deployed refers to; a chain is for its mark."""
    kinds = {"segment", "chain"}
    extra = {key for key in survey.wanted if key.kind in kinds and key.id.startswith(PREFIX)}
    if not extra:
        return extra
    present = [(key, nodes) for key, nodes in survey.nodes.items() if key not in survey.absent]
    used = {
        one.id
        for key, nodes in present
        for one in nodes
        if isinstance(one, Ref) and one.id != key.id
    }
    return {key for key in extra if key.id not in used}
