"""Channel steps back to messages and channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.content.mjml import unpaged
from crmspec.engine.resource import Address
from crmspec.engine.survey import slug
from crmspec.engine.way_back import WordlessError
from crmspec.providers.knock.channel import DAYS, TYPES
from crmspec.providers.rest.liquid import LIQUID
from crmspec.providers.rest.values import authored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.engine.body import Body
    from crmspec.providers.knock.shape import Channel, Template

_DIALECT = "knock"
_TYPES = {theirs: ours for ours, theirs in TYPES.items()}


def channel_of(step: Channel) -> Address:
    """Return the channel that a step goes through: called by the project, or by its key."""
    return Address("channel", step.channel or slug(step.channel_key) or step.channel_type)


def decode_channel(step: Channel) -> Body:
    """Return a channel as an author writes it."""
    made: Body = {"type": _TYPES[step.channel_type]}
    if step.names:
        made["names"] = dict(step.names)
    found = step.channel_overrides
    if found is None:
        return made
    if step.channel_type != "email" or not found.from_address:
        raise WordlessError
    made["from"] = {"name": found.from_name, "email": found.from_address}
    return made | ({"reply_to": found.reply_to_address} if found.reply_to_address else {})


def decode_message(step: Channel) -> Body:
    """Return what a step sends as an author writes it.

    Raises:
        WordlessError: its template has more than values, or fields that messages have not.
    """
    made: Body = {"channel": channel_of(step).id}
    match step.channel_type:
        case "email":
            return made | _email(step.template)
        case "push":
            return made | _push(step.template)
    return made | _texts(step.template, text="text_body")


def _email(template: Template) -> Body:
    if template.settings:
        raise WordlessError
    return _texts(template, subject="subject", source="html_body", text="text_body")


def _push(template: Template) -> Body:
    made = _texts(template, heading="title", text="text_body")
    type_ = template.settings.get("delivery_type")
    if template.settings.keys() != {"delivery_type"} or type_ not in {"silent", "content"}:
        raise WordlessError
    return made | ({"silent": True} if type_ == "silent" else {})


def _texts(template: Template, **names: str) -> Body:
    """Return fields of a template by our names; the others must be empty."""
    made: Body = {}
    for name in template.__struct_fields__:
        value = getattr(template, name)
        ours = next((mine for mine, theirs in names.items() if theirs == name), None)
        if name == "settings" or not value:
            continue
        page = name == "html_body"
        said = authored(unpaged(value) if page else value, LIQUID, _DIALECT, page=page)
        if ours is None or said is None:
            raise WordlessError
        made[ours] = said
    return made


def decode_hours(steps: Sequence[Channel]) -> Body:
    """Return the hours of a chain from the windows of its sends; nothing if there are none."""
    found = [step.send_windows for step in steps if step.send_windows]
    if not found:
        return {}
    first = found[0][0]
    days = [one.day for one in found[0]]
    other = any((one.from_, one.until) != (first.from_, first.until) for one in found[0])
    if days != [*DAYS] or other or any(one != found[0] for one in found):
        raise WordlessError
    return {"quiet_hours": {"from": first.until, "to": first.from_, "timezone": "profile"}}


def category(step: Channel, *, sells: bool, hours: bool) -> str:
    """Return what a message is sent as: in a chain that `sells`, marketing, and in its `hours`."""
    if step.send_windows:
        return "marketing" if sells else "service"
    return "marketing" if sells and not hours else "transactional"
