"""What the collections of Sendsay have in common: the API judges nothing and knows no versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.engine.body import fingerprint
from crmspec.providers.rest import Item

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change, Kind
    from crmspec.engine.resource import Address, Remote
    from crmspec.providers.rest import Point
    from crmspec.providers.sendsay.account import Account


class Objects:
    """The objects of one kind in one account; the base of what implements `rest.Collection`."""

    def __init__(self, kind: str, account: Account, project: str) -> None:
        self.kind, self.account, self.project = kind, account, project

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:  # noqa: ARG002 - the port's
        """Yield nothing: most bodies refer to nothing."""
        return iter(())

    def foreseen(self, address: Address) -> str | None:  # noqa: ARG002 - as above
        """Return None: Sendsay gives most ids."""
        return None

    def rehearse(self, address: Address, remote: Remote | None, body: Body) -> None:
        """Do nothing: no action judges without keeping."""

    def manner(self, change: Change) -> Kind:
        """Return that all is done as it is called."""
        return change.kind


def item(  # noqa: PLR0913 - what an object is
    id_: str,
    body: Body,
    address: Address | None,
    *,
    project: str | None = None,
    marked: bool = True,
    whole: bool = True,
) -> Item:
    """Return an object; its revision is its body, since the API has none."""
    return Item(
        id=id_,
        revision=fingerprint(body),
        body=body,
        address=address,
        marked=marked,
        whole=whole,
        project=project,
    )


def touched(change: Change) -> frozenset[str]:
    """Return the fields of a body that a change is about."""
    paths = (difference.path for difference in change.fields)
    return frozenset(path.partition(".")[0].partition("[")[0] for path in paths)
