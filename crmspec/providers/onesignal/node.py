"""Nodes that do one thing and go on: send, wait, tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE
from crmspec.ir.action import Update
from crmspec.ir.step import Send, Wait
from crmspec.providers.onesignal.condition import plain, tag
from crmspec.providers.onesignal.window import outside, until

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain, QuietHours
    from crmspec.ir.channel import Channel
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
                return self._wait(step)
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
        quiet = [one for one in (self._chain.quiet_hours, channel.quiet_hours) if one is not None]
        if not quiet or message.category == "transactional":
            return [made]
        return [*self._window(quiet, channel), made]

    def _window(self, quiet: list[QuietHours], channel: Channel) -> list[Body]:
        """Return the node that lets nobody on in quiet hours, those of the channel among them."""
        if channel.quiet_hours is not None:
            said = text(
                "who comes outside the window goes on at a random moment of the next one"
                " (semantics 8.9)"
            )
            self._untold.otherwise("policy", "quiet_hours", channel, said)
        found = outside(quiet, self._brief.written.project.timezone)
        if found is not None:
            return [found]
        said = text(
            "OneSignal has time windows of each day, over midnight, and sends in the next one"
        )
        owner = channel if self._chain.quiet_hours is None else self._chain
        self._untold.lack("policy", "quiet_hours", owner, said)
        return []

    def _wait(self, step: Wait) -> list[Body]:
        length = step.wait.for_
        if length is not None:
            return [{"kind": "wait", "duration_seconds": seconds(length)}]
        found = until(step, self._chain.timezone, self._brief.written.project.timezone)
        if found is not None:
            return [found]
        said = text("OneSignal waits for a length of time, or until a time of day")
        self._untold.lack("wait", "until", step, said, at="wait")
        return []

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


def _is_template(value: object) -> bool:
    return value == "now" or "{{" in str(value) or "{%" in str(value)
