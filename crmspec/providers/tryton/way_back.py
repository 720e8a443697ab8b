"""Scenarios back as chains: what is built of the words compiles to the activities again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from crmspec.diagnostics import text
from crmspec.engine.resource import Address
from crmspec.engine.way_back import WordlessError, length, only
from crmspec.providers.rest.head import FIELDS
from crmspec.providers.tryton.asked import Fields, searched
from crmspec.providers.tryton.choice import Side, arms
from crmspec.providers.tryton.letter_back import LETTER, Letters
from crmspec.providers.tryton.recall import PROJECT, Recalled
from crmspec.providers.tryton.scenario import EVENTS, MODEL

if TYPE_CHECKING:
    from crmspec.engine.body import Body

    Steps = list[Body]

_KNOWN: Final = frozenset({"model", "domain", "unsubscribable", "activities"})
_HEAD: Final = (*FIELDS, PROJECT)
_ID: Final = re.compile(r"[a-z][a-z0-9_]*")
_SIDE: Final = re.compile(r"(?P<id>[a-z][a-z0-9_]*)\.(?P<place>[1-9][0-9]*)")
_LATE: Final = ".late"
_REACTIONS: Final = {theirs: ours for ours, theirs in EVENTS.items()}
_ENDED: Final = "end"


def decode_chain(address: Address, body: Body) -> Body:
    """Return a scenario as a chain.

    Raises:
        WordlessError: a part of it has no words.
    """
    return _Scenario(address, body).chain()


def parts(address: Address, body: Body) -> dict[Address, Body]:
    """Return the segment, attributes, messages and channels that are folded into a scenario."""
    work = _Scenario(address, body)
    try:
        work.chain()
    except WordlessError:
        return {}
    return work.folded()


class _Choice(NamedTuple):
    """The steps of a choice: who takes which way."""

    cases: Steps
    otherwise: Steps


class _Scenario:
    """One scenario on its way back."""

    def __init__(self, address: Address, body: Body) -> None:
        self._chain = address.id
        self._body = {name: one for name, one in body.items() if name not in _HEAD}
        self._known = cast("Recalled", body.get(PROJECT, Recalled()))
        self._fields = Fields(self._known.fields)
        self._letters = Letters(address.id, body.get("unsubscribable"), self._fields, self._known)
        self._ids: set[str] = set()
        self._who: Body = {}

    def chain(self) -> Body:
        """Return the fields of the chain."""
        body = only(self._body, _KNOWN)
        if body["model"] != MODEL:
            raise WordlessError(
                text("chains are about parties, and not `{it}`", it=str(body["model"]))
            )
        self._who = searched(body["domain"], self._fields)
        return {
            "trigger": [{"segment": self._segment, "backfill": True}],
            "reentry": {"mode": "never"},
            # Who has it there has accepted what it does otherwise.
            "on_unsupported": "degrade",
            "steps": self._after(cast("Steps", body["activities"]), None, first=True),
        }

    @property
    def _segment(self) -> str:
        return self._known.segment or f"{self._chain}_audience"

    def folded(self) -> dict[Address, Body]:
        """Return what is folded into the scenario, after `chain`."""
        made = {Address("segment", self._segment): self._who}
        made |= {Address("attribute", id_): one for id_, one in self._fields.attributes()}
        return made | self._letters.made

    # -- steps --------------------------------------------------------------------------------

    def _after(self, side: Steps, sent: str | None, *, first: bool = False) -> Steps:
        """Return the steps that activities side by side are; `sent` is the message before them."""
        if not side:
            return []
        if any("event" in one for one in side):
            return self._race(side, sent)
        if len(side) > 1 or "condition" in side[0]:
            if first:
                raise _odd(side[0], "asked" if "condition" in side[0] else "beside")
            return self._choice(side, None)
        only(side[0], {"name", "delay", "action", *LETTER, "children"})
        if "action" not in side[0] and first:
            return [*_wait(side[0]), *self._choice(_children(side[0]), self._id(side[0]))]
        return [*_wait(side[0]), *self._send(side[0])]

    def _send(self, one: Body) -> Steps:
        """Return a send, and what follows it."""
        if one.get("action") != "send_email":
            raise _odd(one, "idle")
        message = self._letters.named(one)
        send: Body = {"id": self._id(one), "send": {"message": message}}
        return [send, *self._after(_children(one), message)]

    def _id(self, one: Body) -> str:
        """Return the id of the step that an activity is."""
        name = str(one["name"])
        if not _ID.fullmatch(name) or name in self._ids:
            raise _odd(one, "name")
        self._ids.add(name)
        return name

    # -- choices ------------------------------------------------------------------------------

    def _choice(self, side: Steps, id_: str | None) -> Steps:
        """Return a choice; `id_` is that of the activity around it, where there is one."""
        delays = {one.get("delay", 0) for one in side}
        names = {found["id"] for one in side if (found := _place(one))} | ({id_} if id_ else set())
        if not side or any("condition" not in one for one in side):
            raise _odd(side[0] if side else {"name": id_}, "beside")
        if len(delays) > 1 or len(names) > 1 or (id_ and delays != {0}):
            raise _odd(side[0], "beside")
        made = self._arms(side)
        name = names.pop() if names else None
        if name is not None and id_ is None:
            self._id({"name": name})
        step: Body = {"branch": {"cases": made.cases}}
        if made.otherwise:
            step = {"branch": {"cases": made.cases, "else": made.otherwise}}
        return [*_wait(side[0]), {"id": name, **step} if name else step]

    def _arms(self, side: Steps) -> _Choice:
        places = [_place(one) for one in side]
        sides = [
            Side(one["condition"], int(place["place"]) if place else 0)
            for one, place in zip(side, places, strict=True)
        ]
        found = arms(sides, self._fields)
        if found is None:
            raise _odd(side[0], "beside")
        made = _Choice([], [])
        for asked, number in found:
            steps: Steps = [{"exit": _ENDED}] if number is None else self._arm(side[number])
            if asked is None:
                made.otherwise.extend(steps)
            else:
                made.cases.append({"if": asked, "then": steps})
        return made

    def _arm(self, one: Body) -> Steps:
        """Return the steps of one way."""
        if not _place(one):
            return self._send(one)
        only(one, {"name", "delay", "condition", "children"})
        steps = self._after(_children(one), None)
        if not steps or "send" in steps[0]:
            raise _odd(one, "idle")
        return steps

    # -- races --------------------------------------------------------------------------------

    def _race(self, side: Steps, sent: str | None) -> Steps:
        """Return a wait for what the customer does about the message just sent."""
        late = [one for one in side if one.get("negative")]
        done = [one for one in side if not one.get("negative")]
        reactions = {_REACTIONS.get(str(one.get("event"))) for one in side}
        if (
            sent is None
            or len(done) != 1
            or len(late) > 1
            or len(reactions) > 1
            or None in reactions
        ):
            raise _odd(side[0], "reaction")
        id_ = self._race_id(done[0], late)
        then = self._reacted(done[0], id_)
        asked: Body = {"message": sent, str(reactions.pop()): {"eq": True}}
        race: Body = {"first_of": [{"if": asked, **({"then": then} if then else {})}]}
        for one in late:
            race |= self._late(one)
        return [{**({"id": id_} if id_ else {}), "wait_for": race}]

    def _race_id(self, done: Body, late: Steps) -> str | None:
        names = [str(one["name"]) for one in late]
        if names and not names[0].endswith(_LATE):
            raise _odd(late[0], "late")
        if names:
            return self._id({"name": names[0].removesuffix(_LATE)})
        return None if "action" in done or _children(done) else self._id(done)

    def _reacted(self, one: Body, id_: str | None) -> Steps:
        """Return what is done after a reaction."""
        only(one, {"name", "event", "action", *LETTER, "children"})
        children = _children(one)
        if "action" in one:
            return self._send(one)
        if not children:
            if one["name"] != id_:
                raise _odd(one, "idle")
            return []
        name = self._id(one)
        if not any("delay" in child for child in children):
            return self._choice(children, name)
        wait, *rest = self._after(children, None)
        return [{"id": name, **wait}, *rest]

    def _late(self, one: Body) -> Body:
        """Return the time of a race, and what is done when it is over."""
        only(one, {"name", "event", "negative", "delay", "children"})
        otherwise = self._after(_children(one), None)
        timeout: Body = {"timeout": length(_seconds(one))}
        return timeout | ({"otherwise": otherwise} if otherwise else {})


def _children(one: Body) -> Steps:
    return cast("Steps", one.get("children", []))


def _wait(one: Body) -> Steps:
    seconds = _seconds(one)
    return [{"wait": {"for": length(seconds)}}] if seconds else []


def _seconds(one: Body) -> int:
    seconds = one.get("delay", 0)
    if not isinstance(seconds, int):
        raise _odd(one, "time")
    return seconds


def _place(one: Body) -> re.Match[str] | None:
    """Return which way of which choice an activity is that sends nothing."""
    return None if "action" in one else _SIDE.fullmatch(str(one["name"]))


_REASONS: Final = {
    "asked": text("an activity at the beginning is asked twice, which chains have no words for"),
    "beside": text("activities side by side are no choice of one of them"),
    "idle": text("an activity stands where no step of a chain would"),
    "late": text("an activity for who did nothing in time has another name than crmspec gives it"),
    "name": text("the name of an activity is that of another, or cannot be an id"),
    "time": text("the time of an activity is no whole number of seconds"),
    "reaction": text("an activity waits for something else than chains do"),
}


def _odd(one: Body, why: str) -> WordlessError:
    return WordlessError(text("`{name}`: {reason}", name=str(one["name"]), reason=_REASONS[why]))
