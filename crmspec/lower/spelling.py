"""Elements that have another spelling: `not_event`, months, experiments as splits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.ir import walk
from crmspec.ir.condition import EventHappened, EventMissing, InExperiment, InOrder
from crmspec.ir.step import ExperimentStep, Split, SplitArms, Wait
from crmspec.ir.value import Duration, Test
from crmspec.lower.capability import Support
from crmspec.lower.outcome import Key, Outcome
from crmspec.lower.rewrite import changed, rewrite

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.ir import Located, Program, Resource
    from crmspec.lower.scene import Scene

_DAY = 86_400
_MONTH = 30


def apply_spellings(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Write elements that the target lacks in words that it has."""
    work = _Spelling(program, scene)
    if not work.wanted:
        return program, []
    made = [(kind, work.resource(kind, one)) for kind, one in scene.resources(program)]
    return changed(program, made), work.outcomes


class _Spelling:
    """The elements of one program that are to be written otherwise."""

    def __init__(self, program: Program, scene: Scene) -> None:
        self.wanted = {name for name in ("not_event", "months", "experiment") if scene.asks(name)}
        self.outcomes: list[Outcome] = []
        self._program = program
        self._key = Key("", "")

    def resource(self, kind: str, resource: Resource) -> Resource:
        """Return a resource in the words that the target has."""
        self._key = Key(kind, resource.id)
        return rewrite(resource, self._change)

    def _change(self, node: Located) -> Located | None:
        match node:
            case InOrder():
                return node
            case EventMissing() if "not_event" in self.wanted:
                said = text("written as a count of 0")
                self._tell("condition", "not_event", node, Support.LOWERED, said)
                return _counted(node)
            case Wait() if "months" in self.wanted and node.wait.for_ and node.wait.for_.months:
                said = text("a month becomes 30 days (semantics 2.3)")
                self._tell("wait", "months", node, Support.DEVIATES, said)
                return replace(node, wait=replace(node.wait, for_=_days(node.wait.for_)))
            case ExperimentStep() if "experiment" in self.wanted:
                return self._experiment(node)
        return None

    def _experiment(self, step: ExperimentStep) -> Split | None:
        """Return a split that gives each customer the same arm (semantics 7.33)."""
        name = step.experiment.id.id
        declared = self._program.experiments.get(name)
        why = None
        if declared is not None and declared.unit == "send":
            why = text("it draws anew for each send")
        elif any(name == one for one in _asked(self._program)):
            why = text("a condition asks for the variant")
        if why is not None:
            said = text("`experiment` cannot become a split: {why}", why=why)
            self._tell("step", "experiment", step, Support.NONE, said)
            return None
        said = text("written as a split; its result is not measured there")
        self._tell("step", "experiment", step, Support.LOWERED, said)
        salt = declared.salt if declared is not None and declared.salt is not None else name
        inner = rewrite(step, self._change)
        arms = SplitArms(arms=inner.experiment.arms, salt=salt, place=step.experiment.place)
        kept = {
            field: getattr(inner, field) for field in ("id", "title", "only", "unless", "place")
        }
        return Split(split=arms, **kept)

    def _tell(
        self, family: str, element: str, node: Located, support: Support, reason: Text
    ) -> None:
        span = node.place.key("wait" if family == "wait" else element)
        node_ = node if support is Support.NONE else None
        self.outcomes.append(Outcome(self._key, family, element, support, span, reason, node_))


def _counted(leaf: EventMissing) -> EventHappened:
    return EventHappened(
        event=leaf.not_event,
        count=(Test(operator="eq", operand=0, place=leaf.place),),
        where=leaf.where,
        within=leaf.within,
        between_ago=leaf.between_ago,
        since=leaf.since,
        place=leaf.place,
    )


def _days(duration: Duration) -> Duration:
    seconds = duration.seconds + duration.months * _MONTH * _DAY
    return Duration(seconds=seconds, text=f"{seconds}s", place=duration.place)


def _asked(program: Program) -> list[str]:
    """Return the experiments whose variants conditions ask for."""
    return [
        node.experiment.id
        for _, resource in program.resources()
        for node in walk(resource)
        if isinstance(node, InExperiment)
    ]
