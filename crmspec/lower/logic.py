"""Conditions in the form that a target takes; what does not fit goes into auxiliary segments."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from crmspec.diagnostics import Text, text
from crmspec.ir import Located, Ref, plain
from crmspec.ir.audience import Segment
from crmspec.ir.chain import Chain
from crmspec.ir.condition import CONDITIONS, All, Any, InSegment, Not
from crmspec.ir.message import Message
from crmspec.ir.step import WaitForEvent
from crmspec.lower.capability import Support
from crmspec.lower.form import BOUND, Form, TooManyError
from crmspec.lower.movable import movable, salted
from crmspec.lower.negation import nnf
from crmspec.lower.outcome import Key, Outcome
from crmspec.lower.rewrite import changed, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.ir import Program, Resource
    from crmspec.ir.condition import Condition
    from crmspec.lower.capability import Logic
    from crmspec.lower.movable import Scene as Place
    from crmspec.lower.scene import Scene

PREFIX = "crmspec__"
"""What the ids of auxiliary segments begin with; a hash of their condition follows."""


def apply_logic(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Bring every condition of what is meant for the target into its form."""
    wanted = scene.capabilities
    if (wanted.logic, wanted.inline) == ("any", "any") and not scene.asks("nnf"):
        return program, []
    work = _Work(program, scene)
    made = [(kind, work.resource(one, Key(kind, one.id))) for kind, one in scene.resources(program)]
    helpers = [("segment", one) for one in work.segments.values()]
    return changed(program, [*helpers, *made]), work.outcomes


class _Work:
    """The conditions of one program, the segments made for them, and what was done."""

    def __init__(self, program: Program, scene: Scene) -> None:
        self.segments: dict[str, Segment] = {}
        self.outcomes: list[Outcome] = []
        self._table = scene.capabilities
        self._bound = self._table.limits.terms or BOUND
        native = self._table.row("condition", "not").support is Support.NATIVE
        self._attributes = None if native else program.attributes

    def resource(self, resource: Resource, key: Key) -> Resource:
        """Return a resource with its conditions in form."""
        match resource:
            case Segment():
                return rewrite(resource, self._change(key, "apart", self._table.logic))
            case Chain():
                return self._chain(resource, key)
            case Message():
                return rewrite(resource, self._change(key, "steps", self._table.inline))
        return rewrite(resource, self._change(key, "apart", self._table.inline))

    def _chain(self, chain: Chain, key: Key) -> Chain:
        logic = self._table.inline
        body = Chain(id=chain.id, trigger=(), steps=chain.steps)
        steps = rewrite(body, self._change(key, "steps", logic)).steps
        return replace(
            rewrite(replace(chain, steps=()), self._change(key, "chain", logic)), steps=steps
        )

    def _change(self, key: Key, place: Place, logic: Logic) -> Callable[[Located], Located | None]:
        def change(node: Located) -> Located | None:
            if isinstance(node, CONDITIONS):
                return self._reformed(cast("Condition", node), key, place, logic)
            if isinstance(node, WaitForEvent):
                return self._race(node, key, logic)
            return None

        return change

    def _race(self, race: WaitForEvent, key: Key, logic: Logic) -> WaitForEvent:
        steps = self._change(key, "steps", logic)
        arms = [
            replace(
                rewrite(arm, lambda node: node if isinstance(node, CONDITIONS) else steps(node)),
                if_=self._reformed(arm.if_, key, "race", logic),
            )
            for arm in race.first_of
        ]
        return replace(rewrite(replace(race, first_of=()), steps), first_of=tuple(arms))

    def _reformed(self, condition: Condition, key: Key, place: Place, logic: Logic) -> Condition:
        salt = condition if key.kind == "message" else salted(condition, f"{key.kind} {key.id}")
        try:
            made = self._formed(salt, key, place, logic)
        except TooManyError:
            self.outcomes.append(_too_many(key, condition, self._table.title, self._bound))
            return condition
        if made not in (salt, All(all=(salt,)), Any(any=(salt,))):
            self.outcomes.append(_written(key, condition, logic))
        return made

    def _formed(self, condition: Condition, key: Key, place: Place, logic: Logic) -> Condition:
        """Return a condition in a form; raises `TooManyError`."""
        leaved = nnf(condition, self._attributes)
        form = Form(
            lambda part: self._aside(part, key), lambda part: movable(part, place), self._bound
        )
        match logic:
            case "cnf":
                return form.cnf(leaved)
            case "dnf":
                return form.dnf(leaved)
            case "all":
                return form.flat(leaved)
            case "segments" | "single" if not self._stands(leaved, place, logic):
                return form.whole(leaved)
        return leaved

    def _stands(self, condition: Condition, place: Place, logic: Logic) -> bool:
        """Say whether a condition may stand where there is room for one alone."""
        if isinstance(condition, InSegment):
            return condition.joined is None
        row = self._table.row("condition", condition.subject)
        leaf = not isinstance(condition, (All, Any, Not)) and row.support is Support.NATIVE
        return leaf and logic == "single" and not movable(condition, place)

    def _aside(self, condition: Condition, key: Key) -> InSegment:
        """Return membership of an auxiliary segment with a condition; raises `TooManyError`."""
        if self._table.logic == "all" and isinstance(condition, Any):
            raise TooManyError
        made = standing_for(condition)
        if made.id not in self.segments:
            formed = self._formed(condition, key, "apart", self._table.logic)
            self.segments[made.id] = replace(made, condition=formed)
        self.outcomes.append(_put_aside(key, condition, made.id))
        ref = Ref(kind="segment", id=made.id, place=condition.place)
        return InSegment(segment=ref, place=condition.place)


def standing_for(condition: Condition) -> Segment:
    """Return the auxiliary segment that stands for a condition, named after what it asks."""
    data = json.dumps(plain(condition), sort_keys=True, ensure_ascii=False, default=str)
    digest = sha256(f"{condition.subject} {data}".encode()).hexdigest()[:12]
    return Segment(id=f"{PREFIX}{digest}", condition=condition, place=condition.place)


def _written(key: Key, condition: Condition, logic: Logic) -> Outcome:
    reason = text("written as {form}", form=_FORMS[logic])
    return Outcome(key, "logic", logic, Support.LOWERED, condition.place.span, reason)


def _put_aside(key: Key, condition: Condition, id_: str) -> Outcome:
    reason = text("the segment `{id}` stands for a part of it", id=id_)
    return Outcome(key, "logic", "segment", Support.LOWERED, condition.place.span, reason)


def _too_many(key: Key, condition: Condition, target: str, bound: int) -> Outcome:
    reason = text(
        "{target} cannot take this condition: it does not fit into {limit} simple ones, or no"
        " segment can stand for it, since it asks about this very passage",
        target=target,
        limit=bound,
    )
    return Outcome(key, "logic", "terms", Support.NONE, condition.place.span, reason)


_FORMS: dict[str, Text] = {
    "any": text("simple conditions and their opposites"),
    "cnf": text("`all` of `any`"),
    "dnf": text("`any` of `all`"),
    "all": text("one `all`"),
    "segments": text("one segment"),
    "single": text("one segment, or one question"),
}
