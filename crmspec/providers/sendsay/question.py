"""Attributes as questions of the questionnaire `custom`, where Sendsay keeps one's own data.

A question is known by its code, which is the attribute's id: so templates find it. It is shared by
all projects, and deleting it would take people's answers along: so it is never deleted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.dialect.names import load
from crmspec.engine.change import REMOVALS, Kind
from crmspec.engine.resource import Address
from crmspec.ir.data import Attribute
from crmspec.providers.rest import Encoded, Untold
from crmspec.providers.sendsay.account import strange
from crmspec.providers.sendsay.collection import Objects, item
from crmspec.template.tree import Path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Remote
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief, Item
    from crmspec.providers.sendsay.account import Account

CUSTOM = "custom"
"""The questionnaire of one's own data; the other one, `base`, cannot be changed."""
WIDTH = 255
_PATH = re.compile(r"anketa\.(?P<aid>\w+)\.(?:(?P<qid>\w+)|item\('(?P<odd>\w+)'\))")
_FREE: Body = {"type": "free", "width": WIDTH}
_TYPES: dict[str, Body] = {
    "string": _FREE,
    "enum": _FREE,
    "number": _FREE,
    "integer": {"type": "int"},
    "boolean": {"type": "int"},
    "date": {"type": "dt", "dtsubtype": "yd"},
    "datetime": {"type": "dt", "dtsubtype": "ys"},
}
_BACK = {"int": "integer", "yd": "date", "ys": "datetime", "free": "string"}
_FIELDS = ("type", "width", "dtsubtype")


class Spot(NamedTuple):
    """Where the answers of an attribute are: questionnaire and question."""

    aid: str
    qid: str


def spot(attribute: Attribute, target: Target) -> Spot | None:
    """Return where the answers are, as templates have it; None where no template finds them."""
    renamed = _renamed(attribute, target)
    names = structs.replace(
        load("sendsay"),
        renamed={} if renamed is None else {f"profile.{attribute.id}": renamed},
        standard={attribute.id: attribute.standard} if attribute.standard else {},
    )
    found = names.find(Path(root="profile", keys=(attribute.id,)))
    path = None if found is None else _PATH.fullmatch(found.text)
    return None if path is None else Spot(path["aid"], path["qid"] or path["odd"])


def _renamed(attribute: Attribute, target: Target) -> str | None:
    return attribute.names.get(target.id, attribute.names.get("sendsay"))


def is_own(attribute: Attribute, target: Target) -> bool:
    """Say whether the project makes the question: Sendsay has the others, or somebody made them."""
    made = (CUSTOM, attribute.id)
    return _renamed(attribute, target) is None and spot(attribute, target) == made


def encode_attribute(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a question, unless Sendsay has it of itself; see `providers.rest.Encoder`."""
    assert isinstance(node, Attribute)  # noqa: S101 - encoders are by kind
    if not is_own(node, brief.target):
        return Encoded({}, there=True)
    untold = Untold(key)
    if node.type not in _TYPES:
        said = text("a question of Sendsay has no answers of type `{type}`", type=node.type)
        untold.lack("kind", "attribute", node, said, at="type")
    if node.computed is not None:
        said = text("Sendsay computes no attribute: your application has to write it")
        untold.otherwise("kind", "attribute", node, said, at="computed")
    return Encoded(dict(_TYPES.get(node.type, _FREE)), tuple(untold.gaps))


def decode_attribute(body: Body) -> Body:
    """Return the type of an attribute."""
    found = _BACK.get(str(body.get("dtsubtype", body.get("type"))))
    return {} if found is None else {"type": found}


class QuestionCollection(Objects):
    """The questions of `custom`; `wanted` are the ids of the project's attributes."""

    def __init__(self, account: Account, project: str) -> None:
        super().__init__("attribute", account, project)
        self.wanted: frozenset[str] = frozenset()

    def list(self) -> Iterator[Item]:
        """Yield all questions, those of the project's attributes with their addresses."""
        data = self.account.read("anketa.get", {"id": CUSTOM}).get("obj")
        quests = data.get("quests") if isinstance(data, dict) else None
        if isinstance(quests, list):  # as a list, each has its code
            quests = {one.get("id"): one for one in quests if isinstance(one, dict)}
        if not isinstance(quests, dict):
            raise strange("anketa.get", reads=True)
        for qid, quest in quests.items():
            if not isinstance(qid, str) or not isinstance(quest, dict):
                raise strange("anketa.get", reads=True)
            address = Address(self.kind, qid) if qid in self.wanted else None
            body: Body = {"title": quest.get("name", "")}
            body |= {field: quest[field] for field in _FIELDS if quest.get(field) is not None}
            yield item(qid, body, address)

    def get(self, id_: str) -> Item | None:
        """Return a question by its code."""
        return next((one for one in self.list() if one.id == id_), None)

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the question that has the id of an attribute as its code."""
        self.wanted |= {address.id}
        found = self.get(address.id)
        if found is not None:
            yield found

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Add a question."""
        return self._put("anketa.quest.add", address.id, body)

    def update(self, change: Change, remote: Remote, body: Body) -> Item:  # noqa: ARG002 - the port's
        """Change a question."""
        return self._put("anketa.quest.set", remote.id, body)

    def _put(self, action: str, qid: str, body: Body) -> Item:
        quest = {"id": qid, "name": body["title"]}
        quest |= {field: body[field] for field in _FIELDS if field in body}
        self.account.write(action, {"anketa.id": CUSTOM, "obj": [quest]})
        found = self.get(qid)
        if found is None:
            raise strange(action, reads=False)
        return found

    def remove(self, change: Change, remote: Remote) -> None:
        """Leave the question and its answers where they are."""

    def foreseen(self, address: Address) -> str | None:
        """Return the code that a question will have."""
        return address.id

    def manner(self, change: Change) -> Kind:
        """Return that nothing is deleted here."""
        if change.kind is Kind.DELETE and change.remote is not None:
            return Kind.ARCHIVE
        return change.kind

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change; what was written is read back."""
        if change.kind in REMOVALS:
            return {}
        action = "anketa.quest.add" if change.remote is None else "anketa.quest.set"
        return {action: 1, "anketa.get": 1}
