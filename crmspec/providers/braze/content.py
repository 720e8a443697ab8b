"""Messages as e-mail templates, blocks and layouts as content blocks, objects as catalogs.

A template holds its layout and blocks, as the preview shows them, so that it needs no content block
to be there. Content blocks are for what people build in Braze themselves; what is MJML, or has
several slots, goes into templates only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from crmspec.content.context import placed
from crmspec.content.slot import is_mjml
from crmspec.diagnostics import text
from crmspec.dialect.names import Entry
from crmspec.dialect.registry import DIALECTS
from crmspec.ir.data import Object
from crmspec.ir.message import Block, Layout, Message
from crmspec.lower.outcome import unsaid
from crmspec.providers.braze.capability import LARGEST_BLOCK, LONGEST_NAME, MOST_FIELDS
from crmspec.providers.braze.naming import LAYOUT, key
from crmspec.providers.rest import Encoded, Untold

if TYPE_CHECKING:
    from crmspec.dialect.names import Names
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

_UNSAID: Final = ("attachments", "headers")
_TYPES: Final = {
    "string": "string",
    "enum": "string",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "date": "time",
    "datetime": "time",
    "object": "object",
    "array": "array",
}


def encode_message(brief: Brief, name: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return an e-mail template; see `providers.rest.Encoder`."""
    assert isinstance(node, Message)  # noqa: S101 - encoders are by kind
    untold = Untold(name)
    for field in _UNSAID:
        if getattr(node, field):
            reason = text("a template of Braze has no `{field}`", field=field)
            untold.lack("message", field, node, reason)
    letter = brief.letter(brief.written.messages[node.id])
    untold.gaps += [unsaid(name, "braze", loss) for loss in letter.losses]
    fields = letter.fields
    return Encoded(
        {
            "subject": fields.get("subject", ""),
            "body": fields.get("html", ""),
            "plaintext_body": fields.get("text", ""),
        },
        tuple(untold.gaps),
    )


def encode_block(brief: Brief, name: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a content block; its inputs are variables of the same names."""
    assert isinstance(node, Block)  # noqa: S101 - encoders are by kind
    names = _with(brief.names, {name: Entry(plain=name) for name in node.inputs})
    return _content_block(brief, name, node, names)


def encode_layout(brief: Brief, name: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a content block; what stands in the layout is its variable `content`."""
    assert isinstance(node, Layout)  # noqa: S101 - encoders are by kind
    if node.slots != ("content",):
        return Encoded({}, folded=True)
    names = _with(brief.names, {"slots.content": Entry(tag="{{ content }}")})
    return _content_block(brief, name, node, names, LAYOUT)


def _content_block(
    brief: Brief, name: Key, node: Block | Layout, names: Names, suffix: str = ""
) -> Encoded:
    untold = Untold(name)
    if is_mjml(brief.messages.library.of(node).body):
        return Encoded({}, folded=True)
    _check_name(brief, untold, node, LONGEST_NAME, suffix)
    content = _printed(brief, untold, node, names)
    if len(content.encode()) >= LARGEST_BLOCK:
        reason = text("Braze takes content blocks of less than {limit} kB", limit=50)
        untold.lack("limit", "size", node, reason, at="file" if node.file else "template")
    return Encoded({"content": content}, tuple(untold.gaps))


def encode_object(brief: Brief, name: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return the types of the fields of a catalog, save `id`, which each row is known by."""
    assert isinstance(node, Object)  # noqa: S101 - encoders are by kind
    untold = Untold(name)
    _check_name(brief, untold, node, 250)
    fields: dict[str, str] = {}
    for id_, one in node.properties.items():
        type_ = _TYPES.get(one.type)
        if type_ is None or (id_ == "id" and type_ != "string"):
            reason = text("a catalog of Braze has no `{name}` of this type", name=id_)
            untold.lack("type", one.type, one, reason, at="type")
        elif id_ != "id":
            fields[id_] = type_
    if len(fields) >= MOST_FIELDS:
        reason = text("Braze takes catalogs of {limit} fields", limit=MOST_FIELDS)
        untold.lack("limit", "fields", node, reason, at="properties")
    return Encoded({"fields": fields}, tuple(untold.gaps))


def _check_name(
    brief: Brief, untold: Untold, node: Block | Layout | Object, limit: int, suffix: str = ""
) -> None:
    name = key(brief.program.project.project, node.id, suffix)
    if len(name) > limit:
        reason = text("`{name}` is too long for Braze, which takes {limit}", name=name, limit=limit)
        untold.lack("limit", "name", node, reason, at="title")


def _printed(brief: Brief, untold: Untold, node: Block | Layout, names: Names) -> str:
    library = brief.messages.library
    channel = None if node.channel is None else brief.written.channels[node.channel.id]
    body = library.of(node).body
    body = placed(body) if channel is None or channel.type == "email" else body
    blocks = {
        id_: library.of(one).body
        for id_, one in brief.written.blocks.items()
        if (untold.key.kind, id_) != ("block", node.id)
    }
    printed = DIALECTS["braze"].print(body, blocks, names)
    untold.gaps += [unsaid(untold.key, "braze", loss) for loss in printed.losses]
    brief.notes += printed.notes
    return printed.text


def _with(names: Names, paths: dict[str, Entry]) -> Names:
    table = structs.replace(names.table, paths={**names.table.paths, **paths})
    return structs.replace(names, table=table)
