"""Layouts as email layouts, blocks as partials: for what people build in Knock themselves.

Messages need neither: they are sent with their layout and blocks composed into them, as the preview
shows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.content.context import placed
from crmspec.content.slot import is_mjml
from crmspec.diagnostics import text
from crmspec.dialect.names import Entry
from crmspec.dialect.registry import DIALECTS
from crmspec.engine.resource import Address
from crmspec.ir.message import Block, Layout
from crmspec.lower.capability import Support
from crmspec.lower.outcome import Outcome
from crmspec.providers.knock.capability import LONGEST_DESCRIPTION
from crmspec.providers.rest import Encoded, Untold
from crmspec.providers.rest.liquid import LIQUID, names_in
from crmspec.providers.rest.values import authored

if TYPE_CHECKING:
    from crmspec.dialect.names import Names
    from crmspec.engine.body import Body
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

_CONTENT = "{{ content }}"
_DIALECT = "knock"
TEXTS = Address("channel", "sms")
"""The channel that blocks of plain text are for."""
_SLOT = "{{ slots.content }}"


def encode_layout(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return an email layout; see `providers.rest.Encoder`."""
    assert isinstance(node, Layout)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    channel = None if node.channel is None else brief.written.channels[node.channel.id]
    if (channel is not None and channel.type != "email") or node.slots != ("content",):
        reason = text("Knock takes layouts of e-mail with the slot `content` alone")
        untold.lack("kind", "layout", node, reason, at="slots")
    read = brief.messages.library.of(node)
    names = _with(brief.names, {"slots.content": Entry(tag=_CONTENT)})
    body = {
        "html_layout": _printed(brief, untold, node, names),
        "text_layout": _CONTENT,
        **({"is_mjml": True} if is_mjml(read.body) else {}),
    }
    return Encoded(body, tuple(untold.gaps))


def encode_block(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a partial; its inputs are variables of the same names."""
    assert isinstance(node, Block)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    if len(node.description or "") > LONGEST_DESCRIPTION:
        said = text("Knock takes descriptions of {limit} characters", limit=LONGEST_DESCRIPTION)
        untold.lack("limit", "description", node, said)
    channel = None if node.channel is None else brief.written.channels[node.channel.id]
    html = channel is None or channel.type == "email"
    names = _with(brief.names, {name: Entry(plain=name) for name in node.inputs})
    content = _printed(brief, untold, node, names, html=html)
    return Encoded({"content": content, "type": "html" if html else "text"}, tuple(untold.gaps))


def _with(names: Names, paths: dict[str, Entry]) -> Names:
    table = structs.replace(names.table, paths={**names.table.paths, **paths})
    return structs.replace(names, table=table)


def _printed(
    brief: Brief, untold: Untold, node: Block | Layout, names: Names, *, html: bool = True
) -> str:
    library = brief.messages.library
    blocks = {
        id_: library.of(one).body for id_, one in brief.written.blocks.items() if id_ != node.id
    }
    body = library.of(node).body
    body = placed(body) if html else body
    printed = DIALECTS[_DIALECT].print(body, blocks, names)
    untold.gaps += [
        Outcome(untold.key, "template", node.id, Support.NONE, loss.span, loss.message)
        for loss in printed.losses
    ]
    brief.notes += printed.notes
    return printed.text


# -- the way back -----------------------------------------------------------------------------


def decode_layout(body: Body) -> Body:
    """Return the page of a layout as an author writes it; nothing if it has more than values."""
    pieces = str(body.get("html_layout", "")).split(_CONTENT)
    made = [authored(one, LIQUID, _DIALECT, page=True) for one in pieces]
    if None in made or len(made) == 1 or body.get("text_layout") != _CONTENT:
        return {}
    return {"source": _SLOT.join(one for one in made if one is not None)}


def decode_block(body: Body) -> Body:
    """Return a partial as an author writes it; its variables are texts that it is given."""
    content, html = str(body.get("content", "")), body.get("type") == "html"
    source = authored(content, LIQUID, _DIALECT, page=html, bare=True)
    if source is None or body.get("type") not in {"html", "text"}:
        return {}
    inputs: Body = {name: {"type": "string"} for name in names_in(content) if "." not in name}
    made: Body = {"template": source} | ({"inputs": inputs} if inputs else {})
    return made if html else {"channel": TEXTS.id, **made}


def channel_of_block(body: Body) -> dict[Address, Body]:
    """Return the channel of a partial of text: what is for none is a piece of a page."""
    return {TEXTS: {"type": TEXTS.id}} if body.get("type") == "text" else {}
