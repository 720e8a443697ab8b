"""Nodes that do one thing and go on: send, wait, tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE
from crmspec.ir.action import Update
from crmspec.ir.step import Send, Wait
from crmspec.logic.delay import outlasts
from crmspec.providers.onesignal.condition import plain, tag

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain, QuietHours
    from crmspec.ir.message import Message
    from crmspec.ir.value import Duration
    from crmspec.providers.rest import Brief, Untold

_KINDS = {
    "email": "send_email",
    "sms": "send_sms",
    "mobile_push": "send_push",
    "web_push": "send_push",
}
_TAG = "user.tags."
_DAY = 1_440
"""Minutes from midnight at which a day ends, which no point of time has."""


def seconds(duration: Duration) -> int:
    """Return a duration in seconds, a month counted as 30 days."""
    return duration.minutes * 60


class Deeds:
    """The nodes of one journey that do something and go on."""

    def __init__(self, brief: Brief, untold: Untold, chain: Chain) -> None:
        self._brief, self._untold, self._chain = brief, untold, chain

    def nodes(self, step: Step) -> list[Body] | None:
        """Return what a step does, its own node last; None if it is none of these."""
        match step:
            case Send():
                return self._send(step)
            case Wait():
                wait = step.wait.for_
                return [{"kind": "wait", "duration_seconds": seconds(wait)}] if wait else []
            case Update():
                return self._update(step)
        return None

    def message(self, step: Send) -> Message | None:
        """Return the message of a send, if it is one."""
        chosen = step.send.message
        return None if chosen is None else self._brief.written.messages[chosen.id]

    def _send(self, step: Send) -> list[Body]:
        message = self.message(step)
        if message is None:
            said = text("OneSignal chooses no message")
            self._untold.lack("policy", "choice", step, said, at="send")
            return []
        channel = self._brief.written.channels[message.channel.id]
        made: Body = {
            "kind": _KINDS.get(channel.type, channel.type),
            "template_id": {REFERENCE: f"message.{message.id}"},
        }
        if channel.quiet_hours is not None:
            said = text("OneSignal has no quiet hours of a channel")
            self._untold.lack("policy", "quiet_hours", channel, said)
        hours = self._chain.quiet_hours
        if hours is None or message.category == "transactional":
            return [made]
        return [*self._window(hours), made]

    def _window(self, hours: QuietHours) -> list[Body]:
        """Return the node that lets nobody on in quiet hours."""
        if _odd(hours):
            said = text(
                "OneSignal has time windows of each day, over midnight, and sends in the next one"
            )
            self._untold.lack("policy", "quiet_hours", self._chain, said)
            return []
        zone = self._brief.written.project.timezone
        fixed = hours.timezone not in {None, "profile"}
        return [
            {
                "kind": "time_window",
                "relative_to": "schedule_in_timezone",
                "windows": [{"start": _point(hours.to.minute), "end": _point(hours.from_.minute)}],
                "time_zone": hours.timezone if fixed else zone,
                "use_user_time_zone": not fixed,
            }
        ]

    def _update(self, step: Update) -> list[Body]:
        change = step.update
        told = {name: value for name, value in change.set.items() if not _is_template(value)}
        values = {name: plain(value) for name, value in told.items()}
        values |= {one.id: "" for one in change.unset}
        named = {tag(self._brief, name): value for name, value in values.items()}
        fits = all(name.startswith(_TAG) for name in named)
        if len(told) < len(change.set) or change.increment or change.append or not fits:
            said = text("OneSignal sets tags to fixed values only")
            self._untold.lack("step", "update", step, said)
        assigned = {name.removeprefix(_TAG): value for name, value in named.items()}
        return [{"kind": "tag", "assignments": assigned}]


def _odd(hours: QuietHours) -> bool:
    other = hours.fallback != "next_allowed" or not outlasts(hours) or bool(hours.weekdays)
    return other or hours.from_.minute <= hours.to.minute or hours.from_.minute >= _DAY


def _point(minute: int) -> Body:
    return {"hour": minute // 60, "minute": minute % 60}


def _is_template(value: object) -> bool:
    return value == "now" or "{{" in str(value) or "{%" in str(value)
