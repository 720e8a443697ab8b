"""What the project calls what stands in a scenario: messages, channels, attributes, the segment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from crmspec.ir import walk
from crmspec.ir.chain import Chain
from crmspec.ir.step import Send
from crmspec.ir.trigger import SegmentTrigger
from crmspec.lower.outcome import Key
from crmspec.providers.tryton.condition import field_of, names_of

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address
    from crmspec.ir.target import Target
    from crmspec.lower.survey import Survey

PROJECT = "project"
"""The key of a body that is to be decoded under which its project's names are."""
_AGAIN = re.compile(r"_[1-9][0-9]*")


class Recalled(msgspec.Struct, frozen=True):
    """Names of the project.

    `steps` are messages by ids of the steps that send them, `sent` all messages of the chain,
    `channels` are by message, `fields` are attributes by the fields of the party that they are.
    """

    steps: dict[str, str] = {}
    sent: frozenset[str] = frozenset()
    channels: dict[str, str] = {}
    fields: dict[str, str] = {}
    segment: str | None = None

    def message(self, activity: str) -> str | None:
        """Return the message that an activity of a name sends in the project, if it is known."""
        plain = _AGAIN.sub("", activity) if activity not in self.sent else activity
        return self.steps.get(activity) or (plain if plain in self.sent else None)


def recalled(address: Address, body: Body, survey: Survey, target: Target) -> Body:
    """Return a scenario with the names that the project has for what is in it."""
    attributes = survey.program.attributes
    names = names_of(attributes, target)
    found = {id_: field_of(names, id_) for id_ in attributes}
    known = Recalled(fields={one.text: id_ for id_, one in found.items() if one is not None})
    chain = survey.wanted.get(Key("chain", address.id))
    return {**body, PROJECT: _of(chain, known, survey) if isinstance(chain, Chain) else known}


def _of(chain: Chain, known: Recalled, survey: Survey) -> Recalled:
    sends = [one for one in walk(chain) if isinstance(one, Send)]
    sent = [one.send.message.id for one in sends if one.send.message is not None]
    steps = {one.id: one.send.message.id for one in sends if one.id and one.send.message}
    messages = survey.program.messages
    channels = {one: messages[one].channel.id for one in sent if one in messages}
    only = chain.trigger[0] if len(chain.trigger) == 1 and chain.audience is None else None
    segment = only.segment.id if isinstance(only, SegmentTrigger) else None
    return msgspec.structs.replace(
        known, steps=steps, sent=frozenset(sent), channels=channels, segment=segment
    )
