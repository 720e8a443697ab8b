"""The marker of an object: Klaviyo has no field for it but the name, so it ends the name.

`VIP [shop/vip]` is `vip` of the project `shop`. What cannot be changed later is told apart by a
stamp of what it was made of: `Cart [shop/cart 3f2a91bc]`. Messages in flows say in the same way
which template they were made of: `Cart 1 (cart_1@3f2a91bc)`.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from crmspec.engine.body import canonical
from crmspec.ir.value import Ref
from crmspec.lower.name import tidy

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir import Program
    from crmspec.ir.condition import MessageReaction

_MARK = re.compile(
    r"(?P<title>.*) \[(?P<project>[a-z][a-z0-9_-]*)/(?P<id>[a-z][a-z0-9_]*)"
    r"(?: (?P<stamp>[0-9a-f]{8}))?\]",
    re.DOTALL,
)
_SOURCE = re.compile(r".* \((?P<id>[a-z][a-z0-9_]*)@(?P<stamp>[0-9a-f]{8})\)", re.DOTALL)


class Mark(NamedTuple):
    """What a name says: the title, and whose object it is (empty: nobody's)."""

    title: str
    project: str = ""
    id: str = ""
    stamp: str = ""


def name(mark: Mark) -> str:
    """Return the name of an object."""
    rest = f" {mark.stamp}" if mark.stamp else ""
    return f"{mark.title} [{mark.project}/{mark.id}{rest}]"


def read(found: str) -> Mark:
    """Return what a name says."""
    said = _MARK.fullmatch(tidy(found))
    if said is None:
        return Mark(tidy(found))
    return Mark(said["title"], said["project"], said["id"], said["stamp"] or "")


def stamp(value: object) -> str:
    """Return a short digest of plain data."""
    return sha256(canonical(value)).hexdigest()[:8]


def sourced(title: str, id_: str, value: object) -> str:
    """Return the name of a message in a flow: its title, its id and a stamp of its texts."""
    return f"{tidy(title)} ({id_}@{stamp(value)})"


def source(found: str) -> str | None:
    """Return the id of the message that the name of a message in a flow tells."""
    said = _SOURCE.fullmatch(found)
    return None if said is None else said["id"]


def stamp_of(found: str) -> str | None:
    """Return the stamp that the name of a message tells."""
    said = _SOURCE.fullmatch(found)
    return None if said is None else said["stamp"]


def letters(leaf: MessageReaction, program: Program) -> list[str]:
    """Return the e-mails that a test of reactions is about; of a tag, what else has it is not.

    None, if one of them is sent by a campaign: its events have the name of the campaign.
    """
    wanted = leaf.message
    found = [
        one.id
        for one in program.messages.values()
        if program.channels[one.channel.id].type == "email"
        and (
            one.id == wanted.id
            if isinstance(wanted, Ref)
            else wanted is not None and wanted.tag.id in {tag.id for tag in one.tags}
        )
    ]
    sent = {one.message.id for one in program.broadcasts.values()}
    return [] if sent & set(found) else found


def copies_of(id_: str) -> Body:
    """Return the filter of events for copies of a message, by their name."""
    asked = {"type": "string", "operator": "contains", "value": f"({id_}@"}
    return {"metric_filters": [{"property": "Campaign Name", "filter": asked}]}
