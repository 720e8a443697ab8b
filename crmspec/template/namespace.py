"""The namespaces that templates see, typed from the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from crmspec.ir.action import CodeStep, Fetch, FetchSource, Webhook
from crmspec.ir.step import Batch, StartChain
from crmspec.ir.walk import walk
from crmspec.template.shape import (
    ANY,
    DATE,
    TEXT,
    Kind,
    Scope,
    Shape,
    either,
    listed,
    parted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.ir.chain import Chain
    from crmspec.ir.data import Attribute, DataType, Property
    from crmspec.ir.message import Coupon
    from crmspec.ir.program import Program
    from crmspec.resolve.catalog import Payload

KINDS: Final[dict[DataType, Kind]] = {
    "string": "text",
    "enum": "text",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "date",
    "array": "list",
    "object": "object",
    "geo": "object",
}
MESSAGE: Final = parted(
    {
        **dict.fromkeys(("id", "channel", "category", "locale", "subject"), TEXT),
        **dict.fromkeys(("title", "topic", "preheader"), TEXT.may_miss()),
    }
)
"""What `message` is: the message's own id, title, channel, category, topic, locale and lines."""
PROJECT: Final = parted(
    {
        **dict.fromkeys(("id", "timezone"), TEXT),
        **dict.fromkeys(("title", "version", "currency", "region"), TEXT.may_miss()),
    }
)
"""What `project` is: the settings of the project file that letters may name."""


def scope(
    program: Program, payloads: Sequence[Payload] | None = None, chain: Chain | None = None
) -> Scope:
    """Return what a template of the project sees.

    `payloads` are what the triggers carry (alternatives), None if that is not known; `chain` is the
    one that sends the message, None if it is not known.
    """
    names = {**common(program), **passage(program, payloads, chain)}
    return Scope(names=names, inputs=_inputs(program))


def common(program: Program) -> dict[str, Shape]:
    """Return what all templates of the project see."""
    return {
        "profile": profile_shape(program),
        "message": MESSAGE,
        "project": PROJECT,
        "links": parted(dict.fromkeys(LINKS, TEXT)),
        "feed": parted({id_: _feed(program, id_) for id_ in program.feeds}),
        "coupon": parted({id_: _coupon(one) for id_, one in program.coupons.items()}),
        "now": DATE,
    }


def passage(
    program: Program, payloads: Sequence[Payload] | None, chain: Chain | None
) -> dict[str, Shape]:
    """Return what a template sees of the passage through a chain; as for `scope`."""
    return {
        "event": event_shape(payloads),
        "chain": ANY if chain is None else chain_shape(program, chain, payloads),
    }


def _coupon(coupon: Coupon) -> Shape:
    """Return a code: one that is in the project is the same for everybody."""
    return replace(TEXT, values=(coupon.code,)) if coupon.code is not None else TEXT


LINKS: Final = ("unsubscribe", "preferences", "view_online")
"""The links that systems make for each customer; no target knows others."""


def profile_shape(program: Program) -> Shape:
    """Return the attributes of a customer, and the identifiers, as one object."""
    parts = {id_: _attribute(program, one) for id_, one in program.attributes.items()}
    identity = program.identity
    for identifier in identity.identifiers if identity else ():
        optional = identity is None or identifier.id != identity.primary
        parts.setdefault(identifier.id, TEXT.may_miss(optional))
    return parted(parts)


def event_shape(payloads: Sequence[Payload] | None) -> Shape:
    """Return what the event that started a chain carries; anything if that is not known."""
    if payloads is None:
        return ANY
    found = either([_payload(one) for one in payloads] or [parted({})])
    parts = {
        name: replace(part, lacking=True) if any(one.lacks(name) for one in payloads) else part
        for name, part in found.parts.items()
    }
    return replace(found, parts=parts) if len(payloads) > 1 else found


def chain_shape(program: Program, chain: Chain, payloads: Sequence[Payload] | None) -> Shape:
    """Return the variables of a chain; what steps keep may be missing when they fail."""
    parts = {"entered_at": DATE}
    for name, shape in _kept(program, chain, payloads):
        parts[name] = either([parts[name], shape]) if name in parts else shape.may_miss()
    return parted(parts)


def _kept(
    program: Program, chain: Chain, payloads: Sequence[Payload] | None
) -> Iterator[tuple[str, Shape]]:
    """Yield the variables that steps set, and those that other chains give."""
    for node in walk(chain):
        if isinstance(node, Fetch):
            yield node.fetch.as_, _fetched(program, node.fetch)
        elif isinstance(node, Webhook):
            yield from ((name, ANY) for name in node.webhook.save)
        elif isinstance(node, Batch):
            yield node.batch.as_, listed(event_shape(payloads))
        elif isinstance(node, CodeStep):
            yield from ((name, ANY) for name in node.code.saves)
    for other in program.chains.values():
        for node in walk(other):
            if isinstance(node, StartChain) and node.start_chain.chain.id == chain.id:
                yield from ((name, ANY) for name in node.start_chain.pass_)


def _fetched(program: Program, fetch: FetchSource) -> Shape:
    if fetch.coupon is not None:
        return TEXT
    return _feed(program, fetch.feed.id) if fetch.feed is not None else ANY


def _feed(program: Program, id_: str) -> Shape:
    feed = program.feeds.get(id_)
    if feed is None or not feed.items:
        return listed()
    declared = feed.place.name
    return listed(parted({name: Shape(optional=True, declared=declared) for name in feed.items}))


def _payload(payload: Payload) -> Shape:
    parts = {name: _property(one) for name, one in payload.properties.items()}
    return Shape(kind="object", parts=parts, closed=not payload.is_open, declared=payload.declared)


def _property(value: Property) -> Shape:
    return Shape(
        kind=KINDS[value.type],
        optional=not value.required and value.default is None,
        items=None if value.items is None else _property(value.items).may_miss(optional=False),
        parts={name: _property(one) for name, one in value.properties.items()},
        closed=bool(value.properties),
        values=value.values,
        format=value.format,
        whole=value.type == "integer",
        minimum=value.minimum,
        maximum=value.maximum,
        declared=value.place.name,
    )


def _attribute(program: Program, value: Attribute) -> Shape:
    directory = program.directories.get(value.directory.id) if value.directory else None
    return Shape(
        kind=KINDS[value.type],
        optional=value.nullable and value.default is None,
        items=None
        if value.items is None
        else Shape(kind=KINDS[value.items], whole=value.items == "integer"),
        values=(*value.values, *(directory.values if directory else ())),
        whole=value.type == "integer",
        minimum=value.minimum,
        maximum=value.maximum,
        declared=value.place.name,
    )


def _inputs(program: Program) -> dict[str, tuple[str, ...]]:
    return {
        id_: tuple(name for name, one in block.inputs.items() if one.required)
        for id_, block in program.blocks.items()
    }
