"""What is known of a customer at each step of a chain: where they came from, and what lasts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.action import CodeStep, ConsentStep, Emit, ListStep, Update
from crmspec.ir.step import (
    Batch,
    Branch,
    ExperimentStep,
    Jump,
    Note,
    Split,
    StartChain,
    StopChain,
    Switch,
    Throttle,
    Wait,
    WaitFor,
)
from crmspec.ir.value import Test
from crmspec.logic.clash import Part, parts_of
from crmspec.logic.entrance import fact
from crmspec.logic.formula import NotOf, atoms, either, every
from crmspec.logic.region import Region
from crmspec.logic.value import tested
from crmspec.logic.variable import Aspect, AttributeValue
from crmspec.resolve.outline import ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.step import AnyStep, Steps
    from crmspec.ir.value import Located
    from crmspec.logic.box import Box
    from crmspec.logic.formula import Formula
    from crmspec.logic.space import Space
    from crmspec.logic.variable import Variable

_FROZEN = 30 * 1440
"""Minutes for which a frozen value stays what it is (semantics 1.9)."""
_QUIET = (Branch, Switch, Split, Note, Jump)
"""Steps that neither take time nor change anything but the way."""
_CHANGING = (ListStep, ConsentStep, Emit, StartChain, StopChain, ExperimentStep, CodeStep)


_Settled = tuple[tuple[int, ...], frozenset[str], tuple[str, ...]]
"""What is known, by identity, the attributes that were changed, and what lasts."""


class Choice(NamedTuple):
    """One way of a choice: what its condition asks, `None` for the way of all others.

    `number` counts the ways as resolve.outline does, `node` is where the condition is written.
    """

    number: int
    node: Located
    asks: Formula | None
    then: Steps


class Standing(NamedTuple):
    """A step, and what is known of whoever reaches it."""

    step: AnyStep
    known: tuple[Part, ...]
    region: Region


class Walk:
    """Walks through one chain and says what is known at each step."""

    def __init__(self, space: Space, chain: Chain) -> None:
        self.space = space
        self.chain = chain
        self.owner = f"chain {chain.id}"
        self.targets = {step.jump.to.id for step in _steps(chain.steps) if isinstance(step, Jump)}
        self._regions: dict[tuple[int, ...], tuple[tuple[Part, ...], Region]] = {}
        self._lasting: dict[_Settled, tuple[tuple[Part, ...], tuple[Part, ...]]] = {}
        self.start = tuple(self._entry())
        if len(chain.trigger) == 1:  # that region has been asked for before
            self._regions[_key(self.start)] = (self.start, space.entry(chain)[0])

    @cached_property
    def base(self) -> tuple[Part, ...]:
        """Return what is known of all passages at any time."""
        return self._settled(self.start, frozenset(), _FROZEN + 1)

    def standings(self) -> Iterator[Standing]:
        """Yield every step that somebody may reach, as far as is known, in reading order."""
        yield from self._walk(self.chain.steps, self.start, 0)

    def _region(self, known: tuple[Part, ...]) -> Region:
        key = _key(known)
        found = self._regions.get(key)
        if found is None:
            found = self._regions[key] = (known, Region(self.space, _all(known)))
        return found[1]

    def _entry(self) -> Iterator[Part]:
        facts = [fact(self.space, self.chain, trigger) for trigger in self.chain.trigger]
        node: Located = self.chain.trigger[0] if len(facts) == 1 else self.chain
        yield Part(node, either(facts), self.owner)
        yield from parts_of(self.space, self.chain.audience, None, self.owner)

    def _walk(self, steps: Steps, known: tuple[Part, ...], elapsed: int) -> Iterator[Standing]:
        for step in steps:
            if step.id is not None and step.id in self.targets:
                known = self.base
            yield Standing(step, known, self._region(known))
            ways = choices(self.space, self.chain, step)
            for way in ways:
                if way.then and self._is_open(step, ways, way, known):
                    inside = self._inside(step, ways, way, known, elapsed)
                    later = elapsed if isinstance(step, _QUIET) else elapsed + length(step)
                    yield from self._walk(way.then, inside, later)
            elapsed += length(step)
            known = self._after(step, known, elapsed)

    def _is_open(
        self, step: AnyStep, ways: list[Choice], way: Choice, known: tuple[Part, ...]
    ) -> bool:
        """Say whether somebody may take a way, as far as is known."""
        if not isinstance(step, Branch | Switch):
            return True
        taken = self.space.formula(_all(met(ways, way)))
        return self.space.overlap(self._region(known), taken) is not None

    def _inside(
        self,
        step: AnyStep,
        ways: list[Choice],
        way: Choice,
        known: tuple[Part, ...],
        elapsed: int,
    ) -> tuple[Part, ...]:
        if isinstance(step, WaitFor):
            return self._settled(known, frozenset(), elapsed + length(step))
        if not isinstance(step, Branch | Switch):
            return self._after(step, known, elapsed)
        return (*known, *met(ways, way))

    def _after(self, step: AnyStep, known: tuple[Part, ...], elapsed: int) -> tuple[Part, ...]:
        """Return what is still known after a step and all the steps inside it."""
        inside = [one for one in _steps((step,)) if not isinstance(one, _QUIET)]
        if not inside:
            return known
        changed = {
            id_
            for one in inside
            if isinstance(one, Update)
            for id_ in (
                *one.update.set,
                *one.update.increment,
                *one.update.append,
                *(ref.id for ref in one.update.unset),
            )
        }
        return self._settled(known, frozenset(changed), elapsed)

    def _settled(
        self, known: tuple[Part, ...], changed: frozenset[str], elapsed: int
    ) -> tuple[Part, ...]:
        """Return what lasts: immutable facts, and frozen ones for as long as they are."""
        lasting = ("immutable", "frozen") if elapsed <= _FROZEN else ("immutable",)
        key = (_key(known), changed, lasting)
        found = self._lasting.get(key)
        if found is None:
            found = self._lasting[key] = (known, self._kept(known, changed, lasting))
        return found[1]

    def _kept(
        self, known: tuple[Part, ...], changed: frozenset[str], lasting: tuple[str, ...]
    ) -> tuple[Part, ...]:
        def lasts(box: Box, variable: Variable) -> bool:
            of = variable.of if isinstance(variable, Aspect) else variable
            if isinstance(of, AttributeValue) and (of.id in changed or not self._told(box, of)):
                return False
            return variable.mutability in lasting

        kept = []
        for part in known:
            if not any(atom.variable.mutability in lasting for atom in atoms(part.formula)):
                continue
            formula = Region(self.space, part.formula).keep(lasts)
            if not Region(self.space, NotOf(formula)).is_empty:
                kept.append(part._replace(formula=formula))
        return tuple(kept)

    def _told(self, box: Box, attribute: AttributeValue) -> bool:
        """Say whether a value is surely known."""
        mask = box[attribute] if attribute in box else self.space.grid(attribute).domain
        return not mask & self.space.untold(attribute)


def _key(parts: tuple[Part, ...]) -> tuple[int, ...]:
    return tuple(id(part.formula) for part in parts)


def _all(parts: Iterable[Part]) -> Formula:
    return every(part.formula for part in parts)


def met(ways: list[Choice], choice: Choice) -> list[Part]:
    """Return what the taking of a way says: no way before it was taken, and this one is."""
    parts = []
    for way in ways:
        if way.number == choice.number:
            break
        if way.asks is not None:
            parts.append(Part(way.node, NotOf(way.asks)))
    if choice.asks is not None:
        parts.append(Part(choice.node, choice.asks))
    return parts


def choices(space: Space, chain: Chain, step: AnyStep) -> list[Choice]:
    """Return the ways of a step; those of a wait for something are all open."""
    match step:
        case Branch():
            return [
                *_arms(space, chain, step.branch.cases),
                Choice(len(step.branch.cases), step.branch, None, step.branch.else_),
            ]
        case WaitFor():
            arms = _arms(space, chain, step.wait_for.first_of)
            body = step.wait_for
            return [*arms, Choice(len(arms), body, None, body.otherwise)]
        case Switch():
            return _cases(space, chain, step)
        case Split():
            found = enumerate(step.split.arms.values())
            return [Choice(n, arm, None, arm.steps) for n, arm in found]
        case ExperimentStep():
            found = enumerate(step.experiment.arms.values())
            return [Choice(n, arm, None, arm.steps) for n, arm in found]
    return []


def _arms(space: Space, chain: Chain, arms: tuple[object, ...]) -> list[Choice]:
    return [
        Choice(n, arm.if_, space.region(arm.if_, chain=chain).formula, arm.then)  # type: ignore[attr-defined]
        for n, arm in enumerate(arms)
    ]


def _cases(space: Space, chain: Chain, step: Switch) -> list[Choice]:
    """Return the cases of a switch over an attribute or a trigger property (semantics 7.19)."""
    body, value = step.switch, step.switch.value
    if value.attribute is not None:
        subject = space.translator.subject(value.attribute.id)
    elif value.trigger is not None:
        subject = space.translator.wheres.trigger(chain, chain.id, value.trigger.id)
    else:
        subject = None
    found = []
    for n, (case, then) in enumerate(body.cases.items()):
        asks = None
        if subject is not None and subject.type in ("enum", "boolean"):
            wanted = case == "true" if subject.type == "boolean" else case
            asks = tested(subject, (Test(operator="eq", operand=wanted),))
        found.append(Choice(n, body, asks, then))
    return [*found, Choice(len(found), body, None, body.default)]


def _steps(steps: Steps) -> Iterator[AnyStep]:
    for step in steps:
        yield step
        for way in ways(step):
            yield from _steps(way)


def length(step: AnyStep) -> int:
    """Return the most minutes that a step may take, more than a month if that is not known."""
    inside = max((_total(way) for way in ways(step)), default=0)
    match step:
        case Wait():
            return _waited(step)
        case WaitFor():
            timeout = step.wait_for.timeout
            return inside + (timeout.minutes if timeout is not None else _FROZEN + 1)
        case Batch():
            return step.batch.for_.minutes if step.batch.window == "fixed" else _FROZEN + 1
        case Throttle() | Note() | Jump() | Branch() | Switch() | Split() | ExperimentStep():
            return inside
    # Sends may be held by quiet hours and caps, and requests be repeated (semantics 7.3, 8.19).
    return 3 * 1440


def _waited(step: Wait) -> int:
    wait, until = step.wait, step.wait.until
    if wait.for_ is not None:
        return wait.for_.minutes
    if wait.between is not None:
        return wait.between.max.minutes
    weekly = until is not None and not (until.date or until.property or until.day)
    return 8 * 1440 if weekly else _FROZEN + 1


def _total(steps: Steps) -> int:
    return sum(length(step) for step in steps)
