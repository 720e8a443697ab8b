"""Chains with more steps than a target takes, cut before waits and joined again (3.9, 7.39)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from crmspec.diagnostics import Text, text
from crmspec.ir import Ref, walk
from crmspec.ir.action import Emit
from crmspec.ir.chain import Reentry
from crmspec.ir.condition import CONDITIONS
from crmspec.ir.data import Event
from crmspec.ir.frequency import Scope
from crmspec.ir.step import STEPS, ChainStart, StartChain, Wait
from crmspec.ir.trigger import ApiTrigger, EventTrigger, ManualTrigger
from crmspec.ir.value import Name
from crmspec.lower import apart, guard
from crmspec.lower.capability import Support
from crmspec.lower.movable import salted
from crmspec.lower.outcome import Key, Outcome
from crmspec.lower.rewrite import changed, rewrite
from crmspec.lower.tree import size

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.ir import Located, Program
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain
    from crmspec.ir.step import Steps
    from crmspec.ir.trigger import Trigger
    from crmspec.lower.capability import Capabilities
    from crmspec.lower.scene import Scene


class Join(NamedTuple):
    """How a target goes on in another chain: the step that does it, and what starts that chain."""

    step: str
    trigger: str


JOINS = (Join("start_chain", "manual"), Join("start_chain", "api"), Join("emit", "event"))
"""The ways to join chains, best first: only the first leave no gap within the minute."""


def apply_cuts(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Cut each chain that has too many steps into several that follow one another."""
    outcomes: list[Outcome] = []
    table = scene.capabilities
    join = None if table.limits.steps is None else _join(table)
    if join is None:
        return program, outcomes
    for chain in scene.chains(program):
        knife = _Knife(program, table, chain, join)
        if not knife.needed:
            continue
        found = knife.parts()
        if not isinstance(found, Text):
            program = _replaced(program, chain, found, join)
        elif _written(chain.steps) <= (table.limits.steps or 0):
            continue  # it is the copies that are too many, which the pass of shapes tells
        outcomes.append(_outcome(program, table, chain, found))
    return program, outcomes


def _join(table: Capabilities) -> Join | None:
    for join in JOINS:
        rows = (table.row("step", join.step), table.row("trigger", join.trigger))
        if all(row.support is Support.NATIVE for row in rows):
            return join
    return None


def _counter(table: Capabilities) -> Callable[[Steps], int]:
    return (lambda steps: size(steps, 0)) if table.shape == "tree" else _written


def _written(steps: Steps) -> int:
    """Return how many steps there are, those inside others included."""
    return sum(isinstance(node, STEPS) for one in steps for node in walk(one))


class _Knife:
    """One chain that has too many steps."""

    def __init__(self, program: Program, table: Capabilities, chain: Chain, join: Join) -> None:
        self._program, self._chain, self._join = program, chain, join
        self._whole = guard.asking(chain) if guard.rechecks(chain) else chain
        self._limit, self._count = table.limits.steps or 0, _counter(table)

    @property
    def needed(self) -> bool:
        """Say whether it has too many."""
        return self._count(self._chain.steps) > self._limit

    def parts(self) -> list[Steps] | Text:
        """Return the steps of each part, or why there are none."""
        why = apart.refusal(self._program, self._chain)
        if why is None and self._join.step == "emit":
            why = apart.emitted(self._program, self._chain)
        if why is not None:
            return why
        found: list[Steps] = []
        rest = self._whole.steps
        while self._count(rest) > self._limit:
            place = self._place(rest)
            if isinstance(place, Text):
                return place
            found.append(rest[:place])
            rest = rest[place:]
        return [*found, rest]

    def _place(self, steps: Steps) -> int | Text:
        """Return the number of the latest wait before which steps can be cut."""
        why = text("there is no wait to cut it before")
        for number in range(len(steps) - 1, 0, -1):
            joined = (*steps[:number], _joint(self._chain, self._join, "x"))
            if not _waits(steps[number]) or self._count(joined) > self._limit:
                continue
            done = self._whole.steps[: len(self._whole.steps) - len(steps) + number]
            needed = apart.needs(self._program, self._chain, done, steps[number:])
            if needed is None:
                return number
            why = needed
        return why


def _waits(step: Step) -> bool:
    """Say whether a step lasts longer than this minute, whoever comes to it."""
    if not isinstance(step, Wait) or step.only is not None or step.unless is not None:
        return False
    until, between = step.wait.until, step.wait.between
    if until is not None:
        moment = until.date or until.property or until.day or until.if_inside == "pass"
        return not moment
    length = step.wait.for_ or (None if between is None else between.min)
    return length is not None and length.minutes > 0


def _replaced(program: Program, chain: Chain, parts: list[Steps], join: Join) -> Program:
    """Return a program with the parts in place of a chain; rules over it are over all of them."""
    names = [chain.id, *(f"{chain.id}__{number}" for number in range(2, len(parts) + 1))]
    first, *others = parts
    made = [replace(chain, steps=first, recheck="entry")]
    made += [_later(chain, join, id_, one) for id_, one in zip(names[1:], others, strict=True)]
    for number, id_ in enumerate(names[1:]):
        steps = (*made[number].steps, _joint(chain, join, id_))
        made[number] = replace(made[number], steps=steps)
    if join.step == "emit":
        events = [Event(id=one, title=one, place=chain.place) for one in names[1:]]
        program = changed(program, [("event", one) for one in events])
    program = changed(program, [("chain", one) for one in made])
    return _widened(program, chain.id, names[1:])


def _joint(chain: Chain, join: Join, to: str) -> StartChain | Emit:
    """Return the step that goes on in another chain."""
    if join.step == "emit":
        return Emit(emit=Ref(kind="event", id=to, place=chain.place), place=chain.place)
    ref = Ref(kind="chain", id=to, place=chain.place)
    return StartChain(start_chain=ChainStart(chain=ref, place=chain.place), place=chain.place)


def _trigger(chain: Chain, join: Join, id_: str) -> Trigger:
    match join.trigger:
        case "event":
            ref = Ref(kind="event", id=id_, place=chain.place)
            return EventTrigger(event=ref, place=chain.place)
        case "api":
            return ApiTrigger(api=Name(id=id_, place=chain.place), place=chain.place)
    return ManualTrigger(manual=True, place=chain.place)


def _later(chain: Chain, join: Join, id_: str, steps: Steps) -> Chain:
    """Return a later part: whoever comes enters; all that ends the passage ends it there too."""
    part = replace(
        chain,
        steps=steps,
        id=id_,
        title=f"{chain.title or chain.id} ({id_.removeprefix(f'{chain.id}__')})",
        names={},
        trigger=(_trigger(chain, join, id_),),
        audience=None,
        recheck="entry",
        reentry=Reentry(mode="always", concurrent=True, place=chain.place),
        goal=tuple(one for one in chain.goal if one.within is None),
        holdout=None,
        running=None,
    )

    def salt(node: Located) -> Located | None:
        return salted(node, f"chain {chain.id}") if isinstance(node, CONDITIONS) else None  # type: ignore[arg-type]

    return rewrite(part, salt)


def _widened(program: Program, chain: str, more: list[str]) -> Program:
    """Return a program in which what is said of sends of a chain is said of its parts too."""

    def widen(node: Located) -> Located | None:
        if not isinstance(node, Scope):
            return None
        refs = [one for one in node.chains if one.id == chain]
        added = tuple(replace(ref, id=one) for ref in refs for one in more)
        return replace(node, chains=(*node.chains, *added)) if added else node

    return changed(program, [(kind, rewrite(one, widen)) for kind, one in program.resources()])


def _outcome(
    program: Program, table: Capabilities, chain: Chain, found: list[Steps] | Text
) -> Outcome:
    key, span = Key("chain", chain.id), chain.place.key("steps")
    if isinstance(found, Text):
        reason = text(
            "{target} takes {limit} steps; this chain has {count}, and cannot be cut: {why}",
            target=table.title,
            limit=table.limits.steps or 0,
            count=_written(chain.steps),
            why=found,
        )
        return Outcome(key, "limit", "steps", Support.NONE, span, reason)
    reason = text("cut into {count} chains that follow one another", count=len(found))
    done = Outcome(key, "limit", "steps", Support.LOWERED, span, reason)
    return guard.once(program, chain, done) if guard.rechecks(chain) else done
