"""Messages in an app: templates of push, e-mail and SMS."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.providers.http import route
from crmspec.providers.onesignal.collection import Collection, Json
from crmspec.providers.onesignal.template import FIELDS, LANGUAGE, normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Address, Remote
    from crmspec.providers.rest import Item

_PAGE = 50
_MAPS = ("headings", "subtitle")


class Templates(Collection):
    """The templates of an app; they are called by path, and the app by parameter."""

    kind, name = "message", "templates"

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make a template."""
        head = {"app_id": self._app, "name": self._named(address, body)}
        return self._written("POST", None, head | _native(body), address)

    def _rows(self) -> Iterable[Json]:
        return self._offset(_PAGE, {})

    def _path(self, id_: str | None) -> str:
        return "/templates" if id_ is None else route("/templates/{id}", id=id_)

    def _query(self, method: str, id_: str | None) -> Mapping[str, str]:  # noqa: ARG002 - for all
        return {} if method == "POST" else {"app_id": self._app}

    def _read(self, id_: str) -> Item | None:
        data = self._call("GET", id_).data
        if not isinstance(data, dict) or not isinstance(data.get("id"), str):
            raise self._foreign(f"GET {self._path(id_)}")
        return self._told(data)

    def _changed(self, change: Change, remote: Remote, body: Body) -> Body:
        """Return all texts: those that are no more are emptied, since what is left out stays."""
        gone = {name: {LANGUAGE: ""} for name in _MAPS if name in remote.body}
        return {"name": self._named(change.address, body)} | gone | _native(body)

    def _made(self, data: Json, sent: Body, address: Address) -> Item:  # noqa: ARG002 - told whole
        return self._told(data)

    def _told(self, data: Json) -> Item:
        content = cast("Json", data.get("content") if isinstance(data.get("content"), dict) else {})
        return self._item(data, normalised(content))


def _native(body: Body) -> Body:
    made = {name: body[name] for name in FIELDS if name in body}
    if made.get("isEmail"):
        # One description of the API asks for `contents` of every template; e-mail has no use of it.
        made["contents"] = {LANGUAGE: made.get("email_subject", "")}
    return made
