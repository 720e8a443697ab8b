"""Actions that do one thing and go on: send, wait, set properties, change lists, call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE
from crmspec.ir.action import ListStep, Update, Webhook
from crmspec.ir.step import Send
from crmspec.providers.klaviyo.condition import STANDARD
from crmspec.providers.klaviyo.content import template
from crmspec.providers.klaviyo.mark import sourced

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain
    from crmspec.ir.channel import Channel
    from crmspec.ir.message import Message
    from crmspec.providers.rest import Brief, Untold

_TYPES = {"email": "send-email", "sms": "send-sms", "mobile_push": "send-mobile-push"}


class Actions:
    """The actions of one chain that do something and go on."""

    def __init__(self, brief: Brief, untold: Untold, chain: Chain) -> None:
        self._brief, self._untold, self._chain = brief, untold, chain

    def bodies(self, step: Step) -> list[Body]:
        """Return the actions of a step, without ids and links; none if it is none of these."""
        match step:
            case Send():
                return self._send(step)
            case Update():
                return self._update(step)
            case ListStep():
                return self._lists(step)
            case Webhook():
                return self._webhook(step)
        return []

    # -- messages -----------------------------------------------------------------------------

    def _send(self, step: Send) -> list[Body]:
        program, ref = self._brief.written, step.send.message
        message = None if ref is None else program.messages[ref.id]
        channel = None if message is None else program.channels[message.channel.id]
        if message is None or channel is None or channel.type not in _TYPES:
            return []  # the pass of choices, or the table, says why
        if channel.quiet_hours is not None:
            said = text("Klaviyo has quiet hours of the account, none of a channel (semantics 8.8)")
            self._untold.otherwise("policy", "quiet_hours", channel, said)
        fields = self._brief.letter(message).fields
        made = {"email": _email, "sms": _sms, "mobile_push": _push}[channel.type]
        body = made(message, channel, fields)
        if channel.type == "sms" and message.category != "transactional":
            quiet = channel.quiet_hours or self._chain.quiet_hours
            body |= {"sms_quiet_hours_enabled": quiet is not None}
        return [{"type": _TYPES[channel.type], "data": {"message": body}}]

    # -- others -------------------------------------------------------------------------------

    def _update(self, step: Update) -> list[Body]:
        change, made = step.update, list["Body"]()
        for name, value in change.set.items():
            operation = _set(self._called(step, name), value)
            if operation is None or change.increment or change.append:
                said = text("Klaviyo sets properties to fixed texts, numbers and yes or no")
                self._untold.lack("step", "update", step, said)
            made += [] if operation is None else [operation]
        if not change.set and (change.increment or change.append):
            said = text("Klaviyo sets properties to fixed texts, numbers and yes or no")
            self._untold.lack("step", "update", step, said)
        made += [
            {"operator": "delete", "property_key": self._called(step, ref.id)}
            for ref in change.unset
        ]
        return [{"type": "update-profile", "data": {"profile_operations": made}}]

    def _called(self, step: Update, name: str) -> str:
        """Return the custom property of an attribute; others cannot be set."""
        attribute = self._brief.written.attributes[name]
        target = self._brief.target.id
        if target in attribute.names:
            return attribute.names[target]
        if (attribute.standard or name) in STANDARD:
            said = text("flows of Klaviyo set custom properties, not `{name}`", name=name)
            self._untold.lack("step", "update", step, said)
        return name

    def _lists(self, step: ListStep) -> list[Body]:
        changes = [(True, one) for one in step.list.add] + [
            (False, one) for one in step.list.remove
        ]
        return [
            {
                "type": "list-update",
                "data": {
                    "name": f"{'add to' if add else 'remove from'} {ref.id}",
                    "on_execution": add,
                    "list_id": {REFERENCE: f"list.{ref.id}"},
                },
            }
            for add, ref in changes
        ]

    def _webhook(self, step: Webhook) -> list[Body]:
        call = step.webhook
        texts = [call.url, *call.headers.values()]
        templates = any("{{" in one.source or "{%" in one.source for one in texts)
        odd = call.method != "POST" or call.query or call.auth or call.save
        if templates or odd or "{{" in str(call.body):
            said = text("flows of Klaviyo post fixed requests, without `auth`, `query` and `save`")
            self._untold.lack("step", "webhook", step, said)
        message: Body = {"url": call.url.source}
        if call.headers:
            message["headers"] = {name: one.source for name, one in call.headers.items()}
        if call.body is not None:
            message["body"] = json.dumps(call.body, ensure_ascii=False, sort_keys=True)
        return [{"type": "send-webhook", "data": {"message": message}}]


def _set(name: str, value: object) -> Body | None:
    """Return how a property is set to a fixed value, or to today; None if it cannot be."""
    made: Body = {"operator": "update", "property_key": name}
    if isinstance(value, bool):
        return made | {"property_type": "boolean", "property_value": value}
    if isinstance(value, int | float):
        return made | {"property_type": "numeric", "property_value": value}
    if isinstance(value, str) and "{{" not in value and "{%" not in value and value != "now":
        return made | {"property_type": "string", "property_value": value}
    return None


def _email(message: Message, channel: Channel, fields: dict[str, str]) -> Body:
    """Return an e-mail, which Klaviyo makes of a template; its name tells which and what of."""
    title = message.title or message.id
    made: Body = {
        "name": sourced(title, message.id, template(fields)),
        "subject_line": fields.get("subject", ""),
        "template_id": {REFERENCE: f"message.{message.id}"},
        "smart_sending_enabled": False,
        "transactional": message.category == "transactional",
    }
    if channel.from_ is not None:
        made |= {"from_email": channel.from_.email, "from_label": channel.from_.name}
    return made | ({"reply_to_email": channel.reply_to} if channel.reply_to else {})


def _sms(message: Message, _: Channel, fields: dict[str, str]) -> Body:
    """Return a text message without anything that Klaviyo would add by itself."""
    return {
        "name": message.title or message.id,
        "body": fields.get("text", ""),
        "smart_sending_enabled": False,
        "sms_quiet_hours_enabled": False,
        "shorten_links": False,
        "add_org_prefix": False,
        "add_info_link": False,
        "transactional": message.category == "transactional",
    }


def _push(message: Message, _: Channel, fields: dict[str, str]) -> Body:
    return {
        "name": message.title or message.id,
        "title": fields.get("heading", ""),
        "body": fields.get("text", ""),
        "smart_sending_enabled": False,
        "push_type": "silent" if message.silent else "standard",
    }
