"""Steps that do one thing: send, wait, set attributes, call, limit, start another workflow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE
from crmspec.ir.action import Update, Webhook
from crmspec.ir.step import Send, StartChain, Throttle, Wait
from crmspec.providers.knock.channel import Channels

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain
    from crmspec.ir.value import Duration
    from crmspec.providers.rest import Brief, Untold

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class Deeds:
    """The steps of one chain that do something and go on."""

    def __init__(self, brief: Brief, untold: Untold, chain: Chain) -> None:
        self._untold = untold
        self._channels = Channels(brief, untold, chain)

    def body(self, step: Step) -> Body | None:
        """Return a step without its ref; None if it is none of these."""
        match step:
            case Send():
                return self._channels.step(step)
            case Wait():
                return self._wait(step)
            case Update():
                return self._update(step)
            case Webhook():
                return self._webhook(step)
        return self._limit(step)

    def _limit(self, step: Step) -> Body | None:
        match step:
            case Throttle():
                return self._throttle(step)
            case StartChain():
                return self._start(step)
        return None

    def _wait(self, step: Wait) -> Body:
        wait = step.wait
        made: Body = {}
        if wait.for_ is not None:
            made["delay_for"] = length(self._untold, wait.for_, step, "wait")
        return {"type": "delay", "settings": made}

    def _update(self, step: Update) -> Body:
        change = step.update
        plain = {name: value for name, value in change.set.items() if not is_template(value)}
        if len(plain) < len(change.set) or change.unset or change.increment or change.append:
            said = text("Knock sets attributes to fixed values only")
            self._untold.lack("step", "update", step, said)
        return {
            "type": "update_user",
            "settings": {"recipient_mode": "current", "update_properties": as_json(plain)},
        }

    def _webhook(self, step: Webhook) -> Body:
        call = step.webhook
        texts = [call.url, *call.headers.values(), *call.query.values()]
        templates = any("{{" in one.source or "{%" in one.source for one in texts)
        if templates or call.auth or call.save or is_template(call.body):
            said = text("Knock gets fixed requests only, without `auth` and `save`")
            self._untold.lack("step", "webhook", step, said)
        made: Body = {"method": call.method.lower(), "url": call.url.source}
        for name, pairs in (("headers", call.headers), ("query_params", call.query)):
            if pairs:
                made[name] = [{"key": key, "value": one.source} for key, one in pairs.items()]
        if call.body is not None:
            made["body"] = as_json(call.body)
        return {"type": "http_fetch", "settings": made}

    def _throttle(self, step: Throttle) -> Body:
        limit = step.throttle
        settings: Body = {
            "throttle_limit": limit.limit,
            "throttle_window": length(self._untold, limit.per, step, "throttle"),
        }
        if limit.key is not None:
            settings["throttle_key"] = f"data.{limit.key}"
        return {"type": "throttle", "settings": settings}

    def _start(self, step: StartChain) -> Body:
        start = step.start_chain
        if any(map(is_template, start.pass_.values())):
            said = text("Knock is given fixed values only")
            self._untold.lack("step", "start_chain", step, said)
        settings: Body = {
            "workflow_key": {REFERENCE: f"chain.{start.chain.id}"},
            "recipients": "{{ recipient.id }}",
        }
        return {
            "type": "trigger_workflow",
            "settings": settings | ({"data": as_json(start.pass_)} if start.pass_ else {}),
        }


def length(untold: Untold, duration: Duration, step: Step, at: str) -> Body:
    """Return a duration; seconds are rounded up to minutes (2.1)."""
    if duration.months and duration.seconds:
        said = text("Knock waits for months or for an exact time, not for both")
        untold.lack("wait", "months", step, said, at=at)
    if duration.months:
        return {"unit": "months", "value": duration.months}
    for unit, size in (("days", _DAY), ("hours", _HOUR)):
        if duration.seconds % size == 0:
            return {"unit": unit, "value": duration.seconds // size}
    return {"unit": "minutes", "value": -(-duration.seconds // _MINUTE)}


def is_template(value: object) -> bool:
    """Say whether a value is not the same for everybody."""
    return value == "now" or "{{" in str(value) or "{%" in str(value)


def as_json(value: object) -> str:
    """Return a value as Knock is given it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
