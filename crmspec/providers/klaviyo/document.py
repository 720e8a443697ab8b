"""Documents of JSON:API: an object or a page of objects, and the link to the next page."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.diagnostics import text
from crmspec.engine.error import TargetUnusableError
from crmspec.providers.http import Page, by_mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.providers.http import Client
    from crmspec.providers.http.pages import Json

MEDIA_TYPE = "application/vnd.api+json"
INCLUDED = "included"
"""What a document holds besides its objects; here it is put into each of them."""


def listed(client: Client, path: str, **query: str | int) -> Iterator[Json]:
    """Yield all objects of a list, each with what its page included; `page[size]` is in the query.

    Raises:
        TargetError: as `http.Client.call`, or the answer is no page.
    """
    call, endpoint = f"GET /api/{path}", f"GET {path}"

    def read(link: str | None) -> Page[str]:
        if link is None:
            return _page(call, client.call("GET", f"/{path}", query=query).data)
        return _page(call, client.follow(link, endpoint=endpoint).data)

    return by_mark(read, call, lambda item: str(item.get("id")))


def single(data: object, call: str) -> Json:
    """Return the object of a document.

    Raises:
        TargetUnusableError: it holds none.
    """
    found = data.get("data") if isinstance(data, dict) else None
    if not _is_object(found):
        raise foreign(call)
    return {**cast("Json", found), INCLUDED: cast("Json", data).get(INCLUDED)}


def attributes(item: Json) -> Json:
    """Return the attributes of an object."""
    return cast("Json", item.get("attributes") or {})


def related(item: Json, name: str) -> Json | None:
    """Return the first object that an object is related to, if the document includes it."""
    link = cast("Json", cast("Json", item.get("relationships") or {}).get(name) or {})
    rows = cast("list[Json]", link.get("data") or [])
    ids = {str(one.get("id")) for one in rows}
    included = cast("list[Json]", item.get(INCLUDED) or [])
    return next((one for one in included if _is_object(one) and one["id"] in ids), None)


def written(type_: str, fields: Json, id_: str | None = None) -> Json:
    """Return a document with one object."""
    made: Json = {"type": type_, "attributes": fields}
    return {"data": made if id_ is None else made | {"id": id_}}


def foreign(call: str) -> TargetUnusableError:
    """Return the error for what is no answer of Klaviyo's."""
    return TargetUnusableError(
        text("{call}: the answer is not what Klaviyo would say", call=call),
        text("see that `url` of the target is that of its API"),
    )


def _page(call: str, data: object) -> Page[str]:
    found = data.get("data") if isinstance(data, dict) else None
    if not isinstance(found, list) or not all(map(_is_object, found)):
        raise foreign(call)
    links = cast("Json", data).get("links")
    after = links.get("next") if isinstance(links, dict) else None
    more = {INCLUDED: cast("Json", data).get(INCLUDED)}
    items = [{**cast("Json", one), **more} for one in found]
    return Page(items=items, next=after if isinstance(after, str) else None)


def _is_object(value: object) -> bool:
    named = isinstance(value, dict) and isinstance(value.get("id"), str)
    return named and isinstance(cast("Json", value).get("attributes"), dict)
