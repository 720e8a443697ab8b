"""What the project calls what stands in a workflow: the messages of its sends, channels, events."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from crmspec.engine.survey import slug
from crmspec.ir.chain import Chain
from crmspec.lower.outcome import Key
from crmspec.providers.knock.workflow import sent_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource
    from crmspec.lower.survey import Survey


def recalled(address: Address, body: Body, survey: Survey, target: Target) -> Body:
    """Return a workflow with the project's names: messages and channels in its sends, events.

    A step sends the message that the step of its ref sends in the project.
    """
    if address.kind != "chain":
        return body
    chain, program = survey.wanted.get(Key("chain", address.id)), survey.program
    known = _Names(
        sent_by(chain) if isinstance(chain, Chain) else {},
        _called(program.channels.values(), target),
        _called(program.events.values(), target),
        target.id,
    )
    return cast("Body", _recalled(body, known))


class _Names(NamedTuple):
    """Messages by refs of steps, channels and events by what the target calls them."""

    messages: dict[str, str]
    channels: dict[str, str]
    events: dict[str, str]
    target: str


def _called(resources: Iterable[Resource], target: Target) -> dict[str, str]:
    return {one.names.get(target.id, one.id): one.id for one in resources}


def _recalled(value: object, known: _Names) -> object:
    if isinstance(value, list):
        return [_recalled(one, known) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: _recalled(one, known) for key, one in value.items()}
    if made.get("type") == "channel":
        return made | _sent(made, known)
    if made.get("event_type") == "integration_source":
        key = str(made.get("event_key"))
        return made | {"event_key": known.events.get(key, key)}
    return made


def _sent(step: Body, known: _Names) -> Body:
    key, message = str(step.get("channel_key", "")), known.messages.get(str(step.get("ref")))
    channel = known.channels.get(key) or slug(key)
    named: Body = {} if channel == key else {"names": {known.target: key}}
    return {"channel": channel, **named, **({} if message is None else {"message": message})}
