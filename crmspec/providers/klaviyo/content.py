"""Messages as templates, blocks as universal content; texts without HTML go into the flows.

Templates have layouts and blocks composed into them, as the preview shows them: universal content
is for what people build in Klaviyo themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.content.context import placed
from crmspec.diagnostics import text
from crmspec.dialect.registry import DIALECTS
from crmspec.ir.message import Block, Message
from crmspec.lower.capability import Support
from crmspec.lower.outcome import Outcome
from crmspec.providers.rest import Encoded, Untold

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

_UNSAID = ("attachments", "headers", "open", "ttl", "data", "content.image", "content.buttons")


def encode_message(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return the template of an e-mail; what other channels send is folded into flows."""
    assert isinstance(node, Message)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    for name in _UNSAID:
        owner, field = (node.content, name[8:]) if "." in name else (node, name)
        if getattr(owner, field):
            reason = text("`{field}` does not reach Klaviyo", field=field)
            untold.lack("message", field, owner, reason)
    letter = brief.letter(brief.written.messages.get(node.id, node))
    untold.gaps += [
        Outcome(key, "template", node.id, Support.NONE, one.span, one.message)
        for one in letter.losses
    ]
    email = brief.written.channels[node.channel.id].type == "email"
    return Encoded(template(letter.fields), tuple(untold.gaps), folded=not email)


def template(fields: dict[str, str]) -> Body:
    """Return the template of an e-mail."""
    made: Body = {"html": fields.get("html", "")}
    return made | ({"text": fields["text"]} if fields.get("text") else {})


def encode_block(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return universal content of HTML; a block that is given something goes into messages only."""
    assert isinstance(node, Block)  # noqa: S101 - encoders are by kind
    channel = None if node.channel is None else brief.written.channels[node.channel.id]
    if node.inputs or (channel is not None and channel.type != "email"):
        return Encoded({}, folded=True)
    library = brief.messages.library
    others = {
        id_: library.of(one).body for id_, one in brief.written.blocks.items() if id_ != node.id
    }
    printed = DIALECTS["klaviyo"].print(placed(library.of(node).body), others, brief.names)
    gaps = tuple(
        Outcome(key, "template", node.id, Support.NONE, one.span, one.message)
        for one in printed.losses
    )
    brief.notes += printed.notes
    data = {"content": printed.text, "display_options": {}}
    return Encoded({"definition": {"content_type": "block", "type": "html", "data": data}}, gaps)
