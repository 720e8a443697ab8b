"""What the project wants, as far as Unisender cannot say it: names of lists and fields, texts.

Lists and fields bear no marker, only names, each of which is once in an account. Templates give no
text part back: their marker has its digest, and the text is looked up here when one is written.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from crmspec.engine.body import REFERENCE
from crmspec.engine.resource import Address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.engine.body import Body
    from crmspec.engine.resource import Resource

TEXT = "text_body"
_KEYS = {"attribute": "name", "list": "title"}
_MARK = re.compile(
    r"crmspec:(?P<project>[^/\s]+)/(?P<kind>[^/\s]+)/(?P<id>\S+)(?: (?P<text>sha256:[0-9a-f]+))?"
)


class Mark(msgspec.Struct, frozen=True):
    """The last line of a description: what a template is in a project, and the digest of its text.

    It is `crmspec:shop/message/cart_1`, and ` sha256:…` if the template has a text part.
    """

    project: str
    address: Address
    text: str | None = None

    def __str__(self) -> str:
        known = f" {self.text}" if self.text else ""
        return f"crmspec:{self.project}/{self.address.kind}/{self.address.id}{known}"


def marked(description: str, mark: Mark) -> str:
    """Return a description with a mark below it."""
    return f"{description}\n{mark}".strip()


def parted(description: str) -> tuple[str, Mark | None]:
    """Return a description without its mark, and the mark."""
    rest, _, last = description.strip().rpartition("\n")
    found = _MARK.fullmatch(last.strip())
    if found is None:
        return description.strip(), None
    address = Address(found["kind"], found["id"])
    return rest.strip(), Mark(found["project"], address, found["text"])


class Ledger:
    """The names and texts of what was compiled last."""

    def __init__(self) -> None:
        self._named: dict[tuple[str, str], Address] = {}
        self._titles: dict[Address, str] = {}
        self._texts: dict[str, str] = {}
        self._lists: dict[str, Address] = {}

    def noted(self, resources: Iterable[Resource]) -> tuple[Resource, ...]:
        """Take down what is wanted, and return it with digests in place of texts of templates."""
        return tuple(self._noted(resources))

    def _noted(self, resources: Iterable[Resource]) -> Iterator[Resource]:
        self._named.clear()
        for one in resources:
            kind, body = one.address.kind, one.body
            self._titles[one.address] = str(body["title"])
            name = f"{body.get('list_id')} {body.get('subject')}" if kind == "broadcast" else None
            name = str(body[_KEYS[kind]]) if kind in _KEYS else name
            if name is not None:
                self._named[kind, name] = one.address
            if kind == "message" and TEXT in body:
                yield msgspec.structs.replace(one, body={**body, TEXT: self._kept(str(body[TEXT]))})
            else:
                yield one

    def _kept(self, words: str) -> str:
        digest = f"sha256:{sha256(words.encode()).hexdigest()[:16]}"
        self._texts[digest] = words
        return digest

    def address(self, kind: str, name: str) -> Address | None:
        """Return what the project calls an object of a name, None if it wants none."""
        return self._named.get((kind, name))

    def listed(self, id_: str, address: Address) -> None:
        """Take down which list is the one of a resource."""
        self._lists[id_] = address

    def letter(self, list_: str, subject: str) -> Address | None:
        """Return the broadcast that a letter to a list may be, by its subject."""
        known = {REFERENCE: str(self._lists[list_])} if list_ in self._lists else None
        return self.address("broadcast", f"{known} {subject}")

    def title(self, address: Address, other: str) -> str:
        """Return the title of a resource, another one if it is not wanted."""
        return self._titles.get(address, other)

    def text(self, body: Body) -> str | None:
        """Return the text part of a template, None if it has none."""
        return self._texts.get(str(body.get(TEXT)))
