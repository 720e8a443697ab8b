"""A collection: the objects of one kind in a vendor's account, and the calls about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from crmspec.engine.body import Body
from crmspec.engine.resource import Address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.change import Change, Kind
    from crmspec.engine.resource import Remote


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An object as the vendor has it: `body` as `Encoder` makes it, but with bare ids.

    `address` is the one that its marker or natural key names, if it names one of this project;
    `marked` is False for a vendor that has markers and has lost the one of this object. It is not
    `whole` where a list does not tell all of an object: the frame gets those of the project.
    `project` is whose it is, where markers of all projects can be read.
    """

    id: str
    revision: str
    body: Body
    address: Address | None = None
    marked: bool = True
    changed_at: str | None = None
    changed_by: str | None = None
    whole: bool = True
    project: str | None = None


class Point(msgspec.Struct, frozen=True):
    """A field that points to an object, or to several in a list: its `key`, and their kind."""

    key: str
    kind: str


class Collection(Protocol):
    """All calls about one kind; bodies that go in and out have bare ids.

    Calls raise what `http.Client.call` raises. What they cost is counted by endpoint.
    """

    @property
    def kind(self) -> str:
        """Return the kind of resource, such as `segment`."""
        ...

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:
        """Yield which fields of one mapping in a body point to other objects; pure."""
        ...

    def list(self) -> Iterator[Item]:
        """Yield all objects; at most one call for 100 of them where the API has lists."""
        ...

    def get(self, id_: str) -> Item | None:
        """Return one object afresh, None if there is none."""
        ...

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the objects that bear the marker or natural key of a resource."""
        ...

    def create(self, address: Address, body: Body, key: str) -> Item:
        """Make an object; `key` is for targets that know idempotency keys."""
        ...

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Bring an object to a body: in place, as a new version or replaced, as `change` says."""
        ...

    def remove(self, change: Change, remote: Remote) -> None:
        """Delete or archive an object; one that is gone already is no error."""
        ...

    def foreseen(self, address: Address) -> str | None:
        """Return the id that an object will have, None if the vendor gives ids; pure."""
        ...

    def rehearse(self, address: Address, remote: Remote | None, body: Body) -> None:
        """Have the vendor judge a body without keeping it; does nothing where it cannot.

        Raises:
            TargetRejectedError: it would refuse the body.
        """
        ...

    def manner(self, change: Change) -> Kind:
        """Return what a change really is here: an update may be a new version; pure."""
        ...

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls that a change takes, by endpoint; pure."""
        ...
