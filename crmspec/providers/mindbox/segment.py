"""Segments of the account, as far as an operation that people set up tells of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import text
from crmspec.engine.error import TargetUnusableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.providers.http import Client


class Segment(NamedTuple):
    """A segment or segmentation: its name, and its external id."""

    name: str
    id: str


def segments(client: Client, endpoint: str, operation: str) -> Iterator[Segment]:
    """Yield the customers' segmentations, each with its segments after it.

    Raises:
        TargetError: the target does not answer, or says something else.
    """
    query = {"endpointId": endpoint, "operation": operation}
    headers = {"Accept": "application/json"}
    reply = client.call(
        "POST",
        "/v3/operations/sync",
        query=query,
        json={},
        headers=headers,
        endpoint="sync",
        reads=True,
    )
    for one in _listed(reply.data, "segmentations"):
        yield _named(one)
        yield from map(_named, _listed(one, "segments"))


def _listed(data: object, field: str) -> list[object]:
    found = data.get(field, []) if isinstance(data, dict) else None
    if not isinstance(found, list):
        raise _foreign()
    return found


def _named(one: object) -> Segment:
    ids = one.get("ids") if isinstance(one, dict) else None
    if not isinstance(one, dict) or not isinstance(one.get("name"), str):
        raise _foreign()
    return Segment(one["name"], str(ids.get("externalId", "")) if isinstance(ids, dict) else "")


def _foreign() -> TargetUnusableError:
    return TargetUnusableError(
        text("POST /v3/operations/sync: the answer is no list of segmentations"),
        text("see that option `segmentations` names the operation that returns them"),
    )
