"""Messages as drafts; what marks a draft as the project's stands at the end of its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from crmspec.diagnostics import text
from crmspec.engine.change import REMOVALS
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.resource import Address
from crmspec.ir.message import Message
from crmspec.lower.outcome import unsaid
from crmspec.providers.rest import Encoded, Untold
from crmspec.providers.sendsay.account import strange
from crmspec.providers.sendsay.collection import Objects, item

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Remote
    from crmspec.ir.channel import Channel
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief, Item
    from crmspec.providers.sendsay.account import Account

_UNSAID = ("attachments", "headers", "ttl", "data", "locales", "fallback")
_FIELDS = ("subject", "from.name", "from.email", "reply.email", "message")
_PARTS = ("html", "text")
_NAME = "[a-z][a-z0-9_]*"
_MARK = re.compile(rf"(?P<title>.*?)\s*\[(?P<project>{_NAME})\.(?P<id>{_NAME})\]")


def encode_message(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a draft; see `providers.rest.Encoder`."""
    assert isinstance(node, Message)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    for name in _UNSAID:
        if getattr(node, name):
            said = text("`{field}` does not reach Sendsay", field=name)
            untold.lack("message", name, node, said)
    letter = brief.letter(node)
    gaps = [unsaid(key, brief.capabilities.dialect, loss) for loss in letter.losses]
    channel = brief.written.channels[node.channel.id]
    made: Body = {"subject": letter.fields.get("subject", ""), **_sender(channel)}
    made["message"] = {part: letter.fields[part] for part in _PARTS if letter.fields.get(part)}
    return Encoded({"letter": made}, (*untold.gaps, *gaps))


def _sender(channel: Channel) -> Body:
    sender = channel.from_
    made = {
        "from.name": getattr(sender, "name", None),
        "from.email": getattr(sender, "email", None),
        "reply.email": channel.reply_to,
    }
    return {key: value for key, value in made.items() if value}


def plain_letter(letter: object) -> Body:
    """Return what the project decides on of a letter, with lines that end alike."""
    known = cast("Body", letter) if isinstance(letter, dict) else {}
    made = {field: known[field] for field in _FIELDS if known.get(field)}
    parts = made.get("message")
    if isinstance(parts, dict):
        made["message"] = {
            part: str(parts[part]).replace("\r\n", "\n") for part in _PARTS if parts.get(part)
        }
    return made


class DraftCollection(Objects):
    """The drafts of an account; those that it came with are not ours to change."""

    def __init__(self, account: Account, project: str) -> None:
        super().__init__("message", account, project)

    def list(self) -> Iterator[Item]:
        """Yield all drafts; those of the project come with their letters."""
        rows = self.account.listed("issue.draft.list")
        ours = [str(row["id"]) for row in rows if self._address(row) is not None]
        told = {str(one["id"]): one for one in self._told(ours)}
        for row in rows:
            id_ = str(row["id"])
            yield self._item(id_, told.get(id_, row), whole=id_ in told)

    def _told(self, ids: Sequence[str]) -> Iterator[Body]:
        for id_, answer in zip(ids, self.account.gathered("issue.draft.get", ids), strict=True):
            found = None if answer is None else answer.get("obj")
            if isinstance(found, dict):
                yield {**found, "id": id_}

    def get(self, id_: str) -> Item | None:
        """Return a draft; what is refused may be gone: no page says how that is put."""
        try:
            found = self.account.read("issue.draft.get", {"id": id_}).get("obj")
        except TargetRejectedError as error:
            if error.fatal or self._listed(id_):
                raise
            return None
        if not isinstance(found, dict):
            raise strange("issue.draft.get", reads=True)
        return self._item(id_, found)

    def _listed(self, id_: str) -> bool:
        return any(row["id"] == id_ for row in self.account.listed("issue.draft.list"))

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the drafts whose names bear the mark of a message."""
        rows = self.account.listed("issue.draft.list")
        ours = [str(row["id"]) for row in rows if self._address(row) == address]
        for one in self._told(ours):
            yield self._item(str(one["id"]), one)

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make a draft."""
        return self._put({"obj": self._native(address, body)})

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Write a draft anew."""
        return self._put({"id": remote.id, "obj": self._native(change.address, body)})

    def _put(self, fields: Body) -> Item:
        answer = self.account.write("issue.draft.set", {**fields, "return_fresh_obj": 1})
        made = answer.get("obj")
        if not isinstance(made, dict) or not isinstance(made.get("id"), str | int):
            raise strange("issue.draft.set", reads=False)
        return self._item(str(made["id"]), made)

    def remove(self, change: Change, remote: Remote) -> None:  # noqa: ARG002 - as the port has it
        """Delete a draft."""
        try:
            self.account.write("issue.draft.delete", {"id": remote.id})
        except TargetRejectedError as error:
            if error.fatal or self._listed(remote.id):
                raise

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change."""
        return {"issue.draft.delete" if change.kind in REMOVALS else "issue.draft.set": 1}

    # -- words --------------------------------------------------------------------------------

    def _native(self, address: Address, body: Body) -> Body:
        name = f"{body['title']} [{self.project}.{address.id}]"
        return {"name": name, "letter": body["letter"]}

    def _address(self, data: Body) -> Address | None:
        found = _MARK.fullmatch(str(data.get("name", "")))
        ours = found is not None and found["project"] == self.project
        return Address(self.kind, found["id"]) if ours and found is not None else None

    def _item(self, id_: str, data: Body, *, whole: bool = True) -> Item:
        name, address = str(data.get("name", "")), self._address(data)
        found = _MARK.fullmatch(name)
        project = None if found is None else found["project"]
        body: Body = {"title": name if found is None or address is None else found["title"]}
        if whole:
            body["letter"] = data.get("letter")
        marked = address is not None
        return item(id_, body, address, project=project, marked=marked, whole=whole)
