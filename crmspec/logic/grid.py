"""The grid of every variable: its declaration, cut at the constants that a program names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmspec.logic import variable as v
from crmspec.logic.cell import SWITCH, ChoiceGrid, Limits, NumberGrid
from crmspec.logic.happened import FILLED
from crmspec.logic.value import is_number
from crmspec.semantics.spelling import fold
from crmspec.semantics.spelling import key as directory_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.ir.data import Attribute, Directory, Property
    from crmspec.ir.program import Program
    from crmspec.ir.value import Plain
    from crmspec.logic.cell import Grid, Number
    from crmspec.logic.formula import Atom
    from crmspec.logic.where import Wheres

STATUSES = ("never_subscribed", "pending", "subscribed", "opted_in", "unsubscribed", "suppressed")
OUTCOMES = ("sent", "skipped", "deferred", "failed", "matched", "timeout")
REASONS = ("hard_bounce", "complaint", "invalid", "manual")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_COUNT = Limits(whole=True, low=0, optional=False)
_AGE = Limits(whole=True)
_NUMBERS = {"age": _AGE, "age_months": Limits(), "length": Limits(whole=True, low=1)}
"""Views of a value that are numbers, with their limits."""
_VIEWS: dict[str, tuple[Plain, ...]] = {
    "month": tuple(range(1, 13)),
    "day_of_month": tuple(range(1, 32)),
    "weekday": WEEKDAYS,
}
"""Views of a value that are one of a few."""
_SCORES = {"tercile": 3, "quartile": 4, "quintile": 5}


def shared(variable: v.Variable) -> object:
    """Return what variables have in common whose values are compared with one another."""
    match variable:
        case v.EventCount():
            return "count", variable.event
        case v.EventValue():
            return "value", variable.aggregate, variable.property, variable.count.event
        case v.ReactionCount():
            return "reaction"
        case v.RelatedCount():
            return "related", variable.object
    return variable


def topic(variable: v.Variable) -> object:
    """Return what a variable is about; axioms bind only variables of one topic."""
    find = _TOPICS.get(type(variable))
    return find(variable) if find is not None else variable


_TOPICS: dict[type[v.Variable], Callable[..., object]] = {
    v.Aspect: lambda one: topic(one.of),
    v.EventCount: lambda one: ("event", one.event),
    v.EventOnDay: lambda one: ("event", one.event),
    v.EventValue: lambda one: ("event", one.count.event),
    v.RfmCell: lambda one: ("event", one.event),
    v.ReactionCount: lambda _: "reaction",
    v.RelatedCount: lambda one: ("related", one.object),
    v.DeviceIs: lambda _: "device",
    v.IsReachable: lambda one: ("channel", one.channel),
    v.SuppressedBy: lambda one: ("channel", one.channel),
}


class Grids:
    """Collects the constants of all atoms, then answers with the grid of a variable."""

    def __init__(self, program: Program, wheres: Wheres) -> None:
        self.program = program
        self.wheres = wheres
        self._constants: dict[object, dict[object, Plain]] = {}
        self._made: dict[object, Grid] = {}
        self._known: dict[v.Variable, Grid] = {}

    def note(self, atom: Atom) -> None:
        """Take the constants of an atom as cuts."""
        group = self._constants.setdefault(shared(atom.variable), {})
        for value in _values(atom.operand), _values(atom.missing_as):
            for one in value:
                group.setdefault((isinstance(one, bool), one), one)

    def constants(self, group: object) -> list[object]:
        """Return the constants of variables that share them, in the order of their mention."""
        return list(self._constants.get(group, ()))

    def __getitem__(self, variable: v.Variable) -> Grid:
        found = self._known.get(variable)
        if found is None:
            key = shared(variable)
            found = self._made.get(key)
            if found is None:
                constants = self._constants.get(key, {}).values()
                found = self._made[key] = self._make(variable, list(constants))
            self._known[variable] = found
        return found

    def _make(self, variable: v.Variable, constants: list[Plain]) -> Grid:
        numbers = [value for value in constants if is_number(value)]
        make = _MAKERS.get(type(variable))
        return make(self, variable, constants, numbers) if make is not None else SWITCH

    def count(self, _variable: v.Variable, _constants: list[Plain], numbers: list[Number]) -> Grid:
        """Return the grid of a count: whole numbers from 0."""
        return NumberGrid([0, 1, *numbers], _COUNT)

    def aggregate(self, variable: v.EventValue, _: list[Plain], numbers: list[Number]) -> Grid:
        """Return the grid of an aggregate (semantics 5.15)."""
        filled = variable.aggregate in FILLED
        if variable.aggregate in ("distinct", "count"):
            return NumberGrid([0, 1, *numbers], _COUNT)
        return NumberGrid([0, *numbers], Limits(optional=not filled))

    def attribute(
        self, variable: v.AttributeValue, constants: list[Plain], numbers: list[Number]
    ) -> Grid:
        """Return the grid of an attribute; one with a default is never missing."""
        declared = self.program.attributes.get(variable.id)
        if declared is None:
            return ChoiceGrid((), is_open=True)
        optional = declared.nullable and declared.default is None
        return self._typed(declared, constants, numbers, optional=optional)

    def property(
        self, variable: v.PropertyValue, constants: list[Plain], numbers: list[Number]
    ) -> Grid:
        """Return the grid of a property of an event or object."""
        declared = self._declared(variable)
        if declared is None:
            return ChoiceGrid((), is_open=True)
        return self._typed(declared, constants, numbers, optional=True)

    def _declared(self, variable: v.PropertyValue) -> Property | None:
        owners = self.program.events if variable.kind == "event" else self.program.objects
        owner = owners.get(variable.owner)
        return owner.properties.get(variable.path) if owner is not None else None

    def trigger(
        self, variable: v.TriggerProperty, constants: list[Plain], numbers: list[Number]
    ) -> Grid:
        """Return the grid of a property of the event that starts a chain."""
        chain = self.program.chains.get(variable.chain)
        declared = self.wheres.declared(chain, variable.name)
        if declared is None:
            return ChoiceGrid((), is_open=True)
        return self._typed(declared, constants, numbers, optional=True)

    def _typed(
        self,
        declared: Attribute | Property,
        constants: list[Plain],
        numbers: list[Number],
        *,
        optional: bool,
    ) -> Grid:
        low = declared.minimum if declared.minimum is not None else float("-inf")
        high = declared.maximum if declared.maximum is not None else float("inf")
        match declared.type:
            case "number" | "integer":
                whole = declared.type == "integer"
                return NumberGrid(numbers, Limits(whole, low, high, optional))
            case "date" | "datetime":
                return NumberGrid(numbers, Limits(whole=True, optional=optional))
            case "boolean":
                return ChoiceGrid((False, True), optional=optional)
            case "enum" | "string":
                return self._words(declared, constants, optional=optional)
        return ChoiceGrid((), is_open=True, optional=optional)

    def _words(
        self, declared: Attribute | Property, constants: list[Plain], *, optional: bool
    ) -> Grid:
        named = declared.directory
        directory = self.program.directories.get(named.id) if named is not None else None
        closed: list[Plain] = list(declared.values)
        if directory is not None:
            closed += list(directory.values)
        is_enum = declared.type == "enum"
        words = closed if is_enum and closed else [*closed, *constants]
        is_open = not (declared.values or (is_enum and closed))
        return ChoiceGrid(
            words, is_open=is_open, optional=optional, normal=_normal(directory, exact=is_enum)
        )

    def step(self, variable: v.StepResult, _: list[Plain], __: list[Number]) -> Grid:
        """Return the grid of the outcome of a step, or of whether it saved something."""
        return ChoiceGrid((), is_open=True) if variable.output else ChoiceGrid(OUTCOMES)

    def aspect(self, variable: v.Aspect, _: list[Plain], numbers: list[Number]) -> Grid:
        """Return the grid of one view of a value."""
        fixed = _VIEWS.get(variable.kind)
        if fixed is not None:
            return ChoiceGrid(fixed)
        limits = _NUMBERS.get(variable.kind)
        return NumberGrid([0, *numbers], limits) if limits is not None else SWITCH

    def joined(self, variable: v.JoinedAgo, _: list[Plain], numbers: list[Number]) -> Grid:
        """Return the grid of how long ago something began."""
        return NumberGrid([0, *numbers], Limits(whole=variable.scale == "age", low=0))

    def consent(self, _variable: v.Variable, _: list[Plain], __: list[Number]) -> Grid:
        """Return the grid of the states of a consent."""
        return ChoiceGrid(STATUSES, optional=False)

    def refusal(self, _variable: v.Variable, _: list[Plain], __: list[Number]) -> Grid:
        """Return the grid of why a channel refuses."""
        return ChoiceGrid(REASONS, is_open=True)

    def variant(self, variable: v.Variant, constants: list[Plain], _: list[Number]) -> Grid:
        """Return the grid of the variants of an experiment."""
        declared = self.program.experiments.get(variable.experiment)
        known = declared.variants if declared is not None else ()
        return ChoiceGrid([*known, *constants], is_open=not known)

    def bucket(self, _variable: v.Variable, _: list[Plain], numbers: list[Number]) -> Grid:
        """Return the grid of buckets."""
        return NumberGrid(numbers, Limits(whole=True, low=0, high=9999, optional=False))

    def geo(self, _variable: v.Variable, constants: list[Plain], _: list[Number]) -> Grid:
        """Return the grid of names of places."""
        return ChoiceGrid(constants, is_open=True, normal=_folded)

    def rfm(self, variable: v.RfmCell, constants: list[Plain], _: list[Number]) -> Grid:
        """Return the grid of scores."""
        scale = next((size for name, size in _SCORES.items() if f'"{name}"' in variable.key), 5)
        return ChoiceGrid([*range(1, scale + 1), *constants])

    def local(self, variable: v.LocalTime, _: list[Plain], numbers: list[Number]) -> Grid:
        """Return the grid of the weekday, the minute of the day, or the date."""
        if variable.part == "weekday":
            return ChoiceGrid(WEEKDAYS, optional=False)
        if variable.part == "time":
            return NumberGrid(numbers, Limits(whole=True, low=0, high=1439, optional=False))
        return NumberGrid(numbers, Limits(whole=True, optional=False))


def _values(operand: object) -> Iterator[Plain]:
    if isinstance(operand, tuple):
        yield from (one for one in operand if not isinstance(one, tuple))
    elif operand is not None:
        yield operand  # type: ignore[misc]


def _folded(value: Plain) -> Plain:
    return fold(value) if isinstance(value, str) else value


def _normal(directory: Directory | None, *, exact: bool) -> Callable[[Plain], Plain]:
    """Return how words of a value are compared (semantics 1.7, 5.6)."""
    return partial(_spelled, directory, exact)


def _spelled(directory: Directory | None, exact: bool, value: Plain) -> Plain:  # noqa: FBT001
    if not isinstance(value, str):
        return value
    found = directory_key(directory, value) if directory is not None else value
    return found if exact else fold(found)


_MAKERS: dict[type[v.Variable], Callable[..., Grid]] = {
    v.EventCount: Grids.count,
    v.EventValue: Grids.aggregate,
    v.ReactionCount: Grids.count,
    v.RelatedCount: Grids.count,
    v.AttributeValue: Grids.attribute,
    v.PropertyValue: Grids.property,
    v.TriggerProperty: Grids.trigger,
    v.StepResult: Grids.step,
    v.Aspect: Grids.aspect,
    v.JoinedAgo: Grids.joined,
    v.ConsentStatus: Grids.consent,
    v.SuppressedBy: Grids.refusal,
    v.Variant: Grids.variant,
    v.Bucket: Grids.bucket,
    v.GeoIs: Grids.geo,
    v.RfmCell: Grids.rfm,
    v.LocalTime: Grids.local,
}
