"""Consent and frequency rules of broadcasts, asked by a segment that is left out (8.33, 8.36)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.ir import Ref
from crmspec.ir.condition import All, Not
from crmspec.lower import flow, guard
from crmspec.lower.capability import Support
from crmspec.lower.counter import Counters
from crmspec.lower.element import elements
from crmspec.lower.logic import standing_for
from crmspec.lower.outcome import Key
from crmspec.lower.rewrite import changed
from crmspec.lower.survey import managed_kinds
from crmspec.semantics import clock
from crmspec.semantics.scope import Source, over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir import Program, Resource
    from crmspec.ir.audience import Broadcast
    from crmspec.ir.chain import QuietHours
    from crmspec.ir.condition import Condition
    from crmspec.ir.frequency import Frequency
    from crmspec.lower.outcome import Outcome
    from crmspec.lower.scene import Scene

_LOCAL = "profile"
_ASKED = text("who may not be sent it is in a segment that the broadcast leaves out")
_LATER = text(
    "who is over a limit when a broadcast begins is left out, also if it waits at the gate"
    " (semantics 8.1, 8.21)"
)


def apply_mailings(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Leave out of each broadcast whoever the gate would not let it reach."""
    made: list[tuple[str, Resource]] = []
    outcomes: list[Outcome] = []
    if not (scene.asks("consent") or scene.asks("frequency")):
        return program, outcomes
    counters = Counters(program, scene)
    for kind, one in scene.resources(program):
        if kind == "broadcast":
            mailing = Mailing(program, scene, counters, one)  # type: ignore[arg-type]
            made += mailing.made()
            outcomes += mailing.outcomes
    return changed(program, made), outcomes


class Mailing:
    """One broadcast: what it asks, and what becomes of its consent and its frequency rules."""

    def __init__(
        self, program: Program, scene: Scene, counters: Counters, broadcast: Broadcast
    ) -> None:
        self._program, self._scene, self._counters = program, scene, counters
        self._broadcast, self._key = broadcast, Key("broadcast", broadcast.id)
        self.outcomes: list[Outcome] = []
        self._held = over(program, Source(broadcast.message.id, None, broadcast.id))
        rules = {one.id: one for one in (*self._held.pauses, *self._held.limits)}
        self._delays = any(one.exceed == "delay" for one in rules.values())
        self.refused = {id_: why for id_, one in rules.items() if (why := self._refusal(one))}
        self._rules = rules.keys() - self.refused.keys()

    def made(self) -> list[tuple[str, Resource]]:
        """Return the segment of those who may not be sent it, and the broadcast without them."""
        asked = tuple(self._asked())
        if not asked:
            return []
        place = self._broadcast.place
        free = asked[0] if len(asked) == 1 else All(all=asked, place=place)
        segment = standing_for(Not(not_=free, place=place))
        ref = Ref(kind="segment", id=segment.id, place=place)
        audience = self._broadcast.audience
        fewer = replace(audience, exclude=(*audience.exclude, ref))
        return [("segment", segment), ("broadcast", replace(self._broadcast, audience=fewer))]

    def _asked(self) -> Iterator[Condition]:
        """Yield what must hold for whoever is sent it."""
        if self._scene.asks("consent"):
            yield from self._consent()
        if self._scene.asks("frequency") and self._program.frequency:
            yield from self._frequency()

    def _apart(self) -> Text | None:
        """Say why no segment can be left out, None if one can."""
        if "segment" in managed_kinds(self._scene.capabilities, self._scene.target):
            return None
        return text("no segments are deployed there")

    def _consent(self) -> Iterator[Condition]:
        found = elements(self._program, self._broadcast)
        if not any((one.family, one.name) == ("policy", "consent") for one in found):
            return
        why = self._apart()
        if why is not None:
            self._stuck("consent", why, "message")
            return
        message = self._program.messages[self._broadcast.message.id]
        asked = guard.permitted(self._program, message, self._broadcast)
        done = flow.done(self._key, "consent", self._broadcast, _ASKED, "message")
        self.outcomes.append(done)
        yield from (asked,) if asked is not None else ()

    def _frequency(self) -> Iterator[Condition]:
        """Yield what the rules over the broadcast ask, as far as a condition can."""
        named = {ref.id for ref in self._broadcast.frequency}
        lost = {id_: why for id_, why in self.refused.items() if id_ in named}
        for id_, why in lost.items():
            self._stuck("frequency", text("`{rule}`: {why}", rule=id_, why=why))
        if self._rules or (named and not lost):
            done = flow.done(self._key, "frequency", self._broadcast, _ASKED)
            later = replace(done, support=Support.DEVIATES, reason=_LATER)
            self.outcomes.append(later if self._delays or self._may_be_held() else done)
        for ask, rules in (
            (self._counters.pause, self._held.pauses),
            (self._counters.cap, self._held.limits),
        ):
            yield from (ask(one) for one in rules if one.id in self._rules)

    def _refusal(self, rule: Frequency) -> Text | None:
        if rule.exceed in {"delay", "yield"}:
            return text("an audience is asked once, and `exceed` is `{exceed}`", exceed=rule.exceed)
        return self._apart() or self._counters.refusal(rule)

    def _may_be_held(self) -> bool:
        """Say whether quiet hours may hold the message (8.8)."""
        message = self._program.messages[self._broadcast.message.id]
        channel = self._program.channels.get(message.channel.id)
        defaults = self._program.project.defaults
        usual = defaults.chain if defaults is not None else None
        found = [one.quiet_hours for one in (channel, usual) if one is not None]
        return any(one is not None and not _outside(self._broadcast, one) for one in found)

    def _stuck(self, name: str, why: Text, field: str | None = None) -> None:
        self.outcomes.append(flow.stuck(self._key, name, self._broadcast, why, field))


def _outside(broadcast: Broadcast, hours: QuietHours) -> bool:
    """Say whether a broadcast begins outside quiet hours for everybody, once and for all.

    A local time that is skipped when clocks go forward comes up to an hour later (2.7).
    """
    spread = broadcast.throttle or broadcast.optimize_send_time or broadcast.resend
    same = (broadcast.timezone or _LOCAL) == (hours.timezone or _LOCAL)
    at = broadcast.at.iso if broadcast.at is not None else ""
    if spread or not same or broadcast.if_past != "skip" or not clock.has_time(at):
        return False
    minute = clock.local(clock.moment(at, clock.named("UTC")), clock.named("UTC"))
    begins = minute.hour * 60 + minute.minute
    first, last = hours.from_.minute, hours.to.minute
    return not any(clock.in_period(one, first, last) for one in (begins, (begins + 60) % clock.DAY))
