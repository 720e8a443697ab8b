"""Who enters a journey, again and again, and who leaves it early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE
from crmspec.ir.condition import InSegment
from crmspec.ir.trigger import ApiTrigger, EventTrigger, SegmentTrigger
from crmspec.providers.onesignal.capability import SHORTEST_REENTRY
from crmspec.providers.onesignal.condition import plain
from crmspec.providers.onesignal.node import seconds

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir import Located
    from crmspec.ir.chain import Chain, Exit, Reentry
    from crmspec.ir.trigger import Trigger
    from crmspec.ir.value import Test, Where
    from crmspec.providers.rest import Brief, Untold

_NUMBERS = {
    "eq": "equal",
    "is": "equal",
    "neq": "not_equal",
    "lt": "less",
    "lte": "less_or_equal",
    "gt": "greater",
    "gte": "greater_or_equal",
}
_TEXTS = {"eq": "is", "is": "is", "neq": "is_not"}


def reference(segment: str) -> Body:
    """Return a pointer to a segment."""
    return {REFERENCE: f"segment.{segment}"}


def event_name(brief: Brief, event: str) -> str:
    """Return what OneSignal is told that an event is called."""
    declared = brief.written.events[event]
    return declared.names.get(brief.target.id, event)


class Entry:
    """The settings of one journey."""

    def __init__(self, brief: Brief, untold: Untold, chain: Chain) -> None:
        self._brief, self._untold, self._chain = brief, untold, chain

    def body(self) -> Body:
        """Return audience, rules of entering again and of leaving."""
        found = {
            "audience": self._audience(),
            "reentry_rules": self._again(),
            "early_exit": self._leaving(),
        }
        return {name: one for name, one in found.items() if one is not None}

    # -- who enters ---------------------------------------------------------------------------

    def _audience(self) -> Body | None:
        chain = self._chain
        if len(chain.trigger) > 1:
            said = text("OneSignal starts a journey on one thing")
            self._untold.lack("trigger", "event", chain, said, at="trigger")
        again = chain.reentry is not None and chain.reentry.mode != "never"
        if chain.audience is not None and not again:
            said = text(
                "who is not in the audience has entered all the same, and never enters again"
                " (semantics 6.18)"
            )
            self._untold.otherwise("policy", "audience", chain, said)
        return self._started(chain.trigger[0])

    def _started(self, trigger: Trigger) -> Body | None:
        match trigger:
            case EventTrigger():
                name = event_name(self._brief, trigger.event.id)
                asked = self.attributes(trigger.where, trigger)
                return {"kind": "event_trigger", "name": name} | asked
            case ApiTrigger():
                return {"kind": "event_trigger", "name": trigger.api.id}
            case SegmentTrigger():
                return self._joined(trigger)
        return None

    def _joined(self, trigger: SegmentTrigger) -> Body:
        if trigger.transition != "entered" or trigger.volume_limit is not None:
            said = text("OneSignal starts a journey for all who enter a segment")
            self._untold.lack("trigger", "segment", trigger, said)
        if not trigger.backfill:
            said = text(
                "who is in the segment when the journey goes live never enters it, even if they"
                " come into the segment again (semantics 6.5)"
            )
            self._untold.otherwise("trigger", "segment", trigger, said)
        return {
            "kind": "segment",
            "included_segment_ids": [reference(trigger.segment.id)],
            "future_additions_only": not trigger.backfill,
        }

    def attributes(self, where: Where, node: Located) -> Body:
        """Return what is asked of an event: all of one group."""
        asked: list[Body] = []
        for one in where:
            for test in one.tests:
                found = _asked(one.property, test)
                if found is None:
                    said = text("OneSignal cannot ask this of `{property}`", property=one.property)
                    self._untold.lack("condition", "event", node, said, at="where")
                else:
                    asked.append(found)
        return {"attributes": [asked]} if asked else {}

    # -- who enters again ---------------------------------------------------------------------

    def _again(self) -> Body | None:
        again = self._chain.reentry
        if again is None or (again.mode == "never" and again.limit is None):
            return None
        if again.key is not None or again.limit is not None:
            said = text("OneSignal counts entries neither by a key nor to a limit")
            self._untold.lack("policy", "reentry", self._chain, said)
        least = 0 if again.after is None else seconds(again.after)
        if again.mode == "after_exit" or least < SHORTEST_REENTRY or _by_month(again):
            said = text("OneSignal counts seconds from the entry, 600 at least (semantics 6.22)")
            self._untold.otherwise("policy", "reentry", self._chain, said)
        elif not again.concurrent and not isinstance(self._chain.trigger[0], SegmentTrigger):
            said = text(
                "OneSignal lets a customer enter again while they are still in (semantics 6.23)"
            )
            self._untold.otherwise("policy", "reentry", self._chain, said)
        return {"duration_seconds": max(least, SHORTEST_REENTRY)}

    # -- who leaves ---------------------------------------------------------------------------

    def _leaving(self) -> Body | None:
        rules: Body = {}
        segments: list[object] = []
        for leave in self._chain.exit:
            if leave.event is not None and "on_event" not in rules and not leave.where:
                rules["on_event"] = {"name": event_name(self._brief, leave.event.id)}
            elif isinstance(leave.if_, InSegment) and leave.if_.joined is None:
                segments.append(reference(leave.if_.segment.id))
            elif leave.event is not None:
                self._unheard(leave)
        if segments:
            rules["on_segment"] = {"included_segment_ids": segments}
        return {"rules": rules} if rules else None

    def _unheard(self, leave: Exit) -> None:
        said = text("OneSignal ends a journey on one event, whatever it carries")
        self._untold.lack("policy", "exit_event", leave, said, at="exit")


def _by_month(again: Reentry) -> bool:
    return again.after is not None and again.after.months > 0


def _asked(name: str, test: Test) -> Body | None:
    operator, operand = test.operator, test.operand
    if operator in {"exists", "missing"}:
        there = (operator == "exists") is bool(operand)
        return {"key": name, "operator": "exists" if there else "not_exists"}
    number = isinstance(operand, (int, float)) and not isinstance(operand, bool)
    words = _NUMBERS if number else _TEXTS
    single = isinstance(operand, (str, int, float)) and "{{" not in str(operand)
    if not single or operator not in words:
        return None
    return {"key": name, "operator": words[operator], "value": plain(operand)}
