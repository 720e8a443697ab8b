"""One account: each call is a POST that names an action; lists come in parts, reads in batches.

Whether a call reads is for the caller to say. An answer may be `REDIRECT`: the call was not made,
and is repeated under that path of the same server; nothing else is followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.error import TargetUncertainError, TargetUnusableError
from crmspec.providers.http import route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmspec.engine.body import Body
    from crmspec.engine.error import TargetError
    from crmspec.providers.http import Client

PART = 50
"""How many objects to ask for at once: what the lists give by themselves."""
MOST_REDIRECTS = 10
_MOST_PARTS = 100_000
_ROUNDS = 3


class Account:
    """The calls of one account; `name` is its code, which is the main login too."""

    def __init__(self, client: Client, name: str) -> None:
        self._client, self.name = client, name
        self._path = route("/general/api/v100/json/{account}", account=name)

    def read(self, action: str, fields: Mapping[str, object]) -> Body:
        """Return what an action says that only reads: it is tried again where that may help."""
        return self._called(action, fields, reads=True)

    def write(self, action: str, fields: Mapping[str, object]) -> Body:
        """Return what an action says that changes something: it is tried once."""
        return self._called(action, fields, reads=False)

    def put(self, action: str, fields: Mapping[str, object]) -> None:
        """Bring something to a state; the same however often it is done, so it is tried again."""
        self._called(action, fields, reads=True)

    def _called(self, action: str, fields: Mapping[str, object], *, reads: bool) -> Body:
        for _ in range(MOST_REDIRECTS):
            reply = self._client.call(
                "POST",
                self._path,
                json={"action": action, **fields},
                endpoint=action,
                reads=reads,
            )
            if not isinstance(reply.data, dict):
                raise strange(action, reads=reads)
            elsewhere = reply.data.get("REDIRECT")
            if elsewhere is None:
                return reply.data
            self._path = _inside(action, elsewhere)
        raise TargetUnusableError(
            text("{action}: Sendsay sends us round in a circle", action=action)
        )

    def listed(self, action: str) -> list[Body]:
        """Return a list that is read by `skip` and `first`.

        Raises:
            TargetUnusableError: it changes again and again, or does not end.
        """
        for _ in range(_ROUNDS):
            found = self._round(action)
            if found is not None:
                return found
        raise TargetUnusableError(
            text("{call}: the list changes while it is read", call=action),
            text("try again when nobody is at work there"),
        )

    def _round(self, action: str) -> list[Body] | None:
        """Return the list, each part beginning where the one before ended; None if it moved."""
        found: list[Body] = []
        for _ in range(_MOST_PARTS):
            data = self.read(action, {"skip": max(len(found) - 1, 0), "first": PART})
            part = entries(action, data)
            if _ids(part) == _ids(found):  # the list is given whole, whatever we skip
                return found
            if found and (not part or part[0]["id"] != found[-1]["id"]):
                return None
            fresh = part[1:] if found else part
            found += fresh
            if _is_set(data.get("last_page")) or not fresh:
                return found
        raise TargetUnusableError(text("{call}: the pages do not end", call=action))

    def gathered(self, action: str, ids: Sequence[str]) -> Iterator[Body | None]:
        """Yield what a read says of each id, many in one call; None where it is refused."""
        for start in range(0, len(ids), PART):
            part = ids[start : start + PART]
            calls = [{"action": action, "id": id_} for id_ in part]
            data = self.read("batch", {"do": calls, "stop_on_error": 0})
            results = data.get("result")
            if not isinstance(results, list) or len(results) != len(part):
                raise strange("batch", reads=True)
            for one in results:
                yield one if isinstance(one, dict) and not one.get("errors") else None


def entries(action: str, data: Body) -> list[Body]:
    """Return the objects of a list, each of which has an id.

    Raises:
        TargetUnusableError: it is no list of objects.
    """
    found = data.get("list")
    if not isinstance(found, list):
        raise strange(action, reads=True)
    for one in found:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str | int):
            raise strange(action, reads=True)
    return [{**one, "id": str(one["id"])} for one in found]


def strange(action: str, *, reads: bool) -> TargetError:
    """Return the error for an answer that is not what Sendsay would say."""
    said = text("{action}: the answer is not what Sendsay would say", action=action)
    advice = text("see that `url` of the target is that of the API")
    return TargetUnusableError(said, advice) if reads else TargetUncertainError(said, advice)


def _inside(action: str, path: object) -> str:
    """Return the path that an answer sends us to.

    Raises:
        TargetUnusableError: it is none of this server.
    """
    if not isinstance(path, str) or not path.startswith("/") or path.startswith("//"):
        raise TargetUnusableError(
            text("{call}: the target sends us elsewhere, which is not followed", call=action),
            text("see that `url` of the target is that of its API"),
        )
    return path


def _ids(part: Sequence[Body]) -> list[object]:
    return [one["id"] for one in part]


def _is_set(flag: object) -> bool:
    return flag not in {None, 0, "0", ""}
