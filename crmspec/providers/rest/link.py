"""References in bodies: addresses in the project's terms, bare ids in the vendor's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE, is_reference
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.resource import Address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.providers.rest.collection import Point

    Points = Callable[[Mapping[str, object]], Iterator[Point]]


def linked(body: Body, ids: Mapping[Address, str]) -> Body:
    """Return a body with ids in place of addresses.

    Raises:
        TargetRejectedError: a reference points to what is not on the target.
    """
    return {key: _linked(value, ids) for key, value in body.items()}


def _linked(value: object, ids: Mapping[Address, str]) -> object:
    if isinstance(value, dict):
        if is_reference(value):
            return _id(Address.parse(str(value[REFERENCE])), ids)
        return linked(value, ids)
    return [_linked(item, ids) for item in value] if isinstance(value, list) else value


def _id(address: Address, ids: Mapping[Address, str]) -> str:
    if address not in ids:
        raise TargetRejectedError(
            text("`{address}` is not on the target", address=str(address)), status=422
        )
    return ids[address]


def unlinked(body: Body, points: Points, addresses: Mapping[tuple[str, str], Address]) -> Body:
    """Return a body with addresses in place of ids; `addresses` are by kind and id.

    An id that is none of the project's stays as it is.
    """
    made: Body = {key: _unlinked(value, points, addresses) for key, value in body.items()}
    for point in points(body):
        if point.key in body:
            made[point.key] = _pointed(made[point.key], point.kind, addresses)
    return made


def _pointed(value: object, kind: str, addresses: Mapping[tuple[str, str], Address]) -> object:
    if isinstance(value, list):
        return [_pointed(one, kind, addresses) for one in value]
    address = addresses.get((kind, str(value)))
    return value if address is None else {REFERENCE: str(address)}


def _unlinked(
    value: object, points: Points, addresses: Mapping[tuple[str, str], Address]
) -> object:
    if isinstance(value, dict):
        return unlinked(value, points, addresses)
    if isinstance(value, list):
        return [_unlinked(item, points, addresses) for item in value]
    return value
