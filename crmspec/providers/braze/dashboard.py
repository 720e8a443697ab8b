"""What only the dashboard makes and the API lists by name: segments, Canvases, campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.providers.braze.collection import foreign
from crmspec.providers.http import Page, by_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.providers.http import Client

_PAGE = 100
"""How many the API gives at a time; it cannot be asked for more."""


class Listed(NamedTuple):
    """A list of names: its path, and the field that holds it."""

    path: str
    field: str


LISTS: dict[str, Listed] = {
    "segment": Listed("segments", "segments"),
    "chain": Listed("canvas", "canvases"),
    "broadcast": Listed("campaigns", "campaigns"),
}
"""Kind → what it is looked for in; drafts are in the lists, what is archived is not."""


def named(client: Client, listed: Listed) -> Iterator[str]:
    """Yield the names of all things of a list.

    Raises:
        TargetError: the target does not answer.
    """
    call = f"GET /{listed.path}/list"

    def read(page: int) -> Page[int]:
        reply = client.call(
            "GET", f"/{listed.path}/list", query={"page": page}, endpoint=f"GET {listed.path}/list"
        )
        found = reply.data.get(listed.field) if isinstance(reply.data, dict) else None
        if not isinstance(found, list):
            raise foreign(call)
        return Page(items=found)

    for one in by_number(read, call, lambda item: item.get("id"), _PAGE, first=0):
        yield str(one.get("name", ""))
