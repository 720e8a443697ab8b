"""Imports: a file of lines is queued, and nothing tells what became of it.

Mindbox gives back neither fields nor pools. So the id of an object is the line that was imported,
which the state remembers: what people change there afterwards is not seen.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast
from uuid import NAMESPACE_URL, uuid5

import msgspec

from crmspec.engine.body import Body, canonical, fingerprint
from crmspec.engine.change import REMOVALS, Kind
from crmspec.providers.mindbox.capability import POOLS, VALUES
from crmspec.providers.rest import Item, Point

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.change import Change
    from crmspec.engine.resource import Address, Remote
    from crmspec.providers.http import Client

_CSV = {"csvCodePage": "65001", "csvColumnDelimiter": ";", "csvTextQualifier": '"'}
_HEADERS = {"Content-Type": "text/csv;charset=utf-8", "Accept": "application/json"}


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """How a kind is imported: the operation, what it is asked, and the lines of a body."""

    kind: str
    operation: str
    query: Callable[[Body], dict[str, str]]
    lines: Callable[[Body], Sequence[tuple[str, ...]]]


def _field(body: Body) -> dict[str, str]:
    return {
        "customFieldKindSystemName": str(body["field"]),
        "customFieldKindEntityType": "HC",  # a customer
    }


def _values(body: Body) -> list[tuple[str, ...]]:
    return [("ExternalId", "Value"), *cast("dict[str, str]", body["values"]).items()]


def imports(folder: str) -> tuple[Import, ...]:
    """Return the kinds that are imported; pools go to a folder, by its system name."""
    return (
        Import(kind="attribute", operation=VALUES, query=_field, lines=_values),
        Import(
            kind="coupon",
            operation=POOLS,
            query=lambda _: {"folderSystemName": folder} if folder else {},
            lines=lambda body: [("ExternalId", "Name"), (str(body["pool"]), str(body["title"]))],
        ),
    )


class ImportCollection:
    """The imports of one kind, through one endpoint; implements `rest.Collection`."""

    def __init__(self, form: Import, client: Client, endpoint: str) -> None:
        self.kind, self._form, self._client, self._endpoint = form.kind, form, client, endpoint

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:  # noqa: ARG002 - as it has it
        """Yield nothing: lines point to nothing."""
        return iter(())

    def list(self) -> Iterator[Item]:
        """Yield nothing: Mindbox lists neither fields nor pools."""
        return iter(())

    def get(self, id_: str) -> Item | None:
        """Return what was imported, as the state remembers it."""
        try:
            body: object = msgspec.json.decode(id_)
        except msgspec.DecodeError:
            return None
        return self._item(body) if isinstance(body, dict) else None

    def lookup(self, address: Address) -> Iterator[Item]:  # noqa: ARG002 - as the port has it
        """Yield nothing: an import is repeated under its key, and then done once."""
        return iter(())

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - as it has it
        """Import a body."""
        return self._imported(body, key)

    def update(self, change: Change, remote: Remote, body: Body) -> Item:  # noqa: ARG002 - as above
        """Import a body over what was imported before."""
        return self._imported(body, change.key)

    def remove(self, change: Change, remote: Remote) -> None:
        """Do nothing: no import takes anything away."""

    def foreseen(self, address: Address) -> str | None:  # noqa: ARG002 - as the port has it
        """Return nothing: the id is made of the body."""
        return None

    def rehearse(self, address: Address, remote: Remote | None, body: Body) -> None:
        """Do nothing: Mindbox judges imports when it carries them out."""

    def manner(self, change: Change) -> Kind:
        """Return that nothing is deleted."""
        return Kind.ARCHIVE if change.kind is Kind.DELETE else change.kind

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change: one import."""
        return {} if change.kind in REMOVALS else {self._form.operation: 1}

    def _imported(self, body: Body, key: str) -> Item:
        """Queue an import; a key that came before is not queued again."""
        form = self._form
        query = {
            "endpointId": self._endpoint,
            "operation": form.operation,
            **form.query(body),
            **_CSV,
            "transactionId": str(uuid5(NAMESPACE_URL, f"crmspec {self._endpoint} {key}")),
        }
        self._client.call(
            "POST",
            "/v3/operations/bulk",
            query=query,
            content=_file(form.lines(body)),
            headers=_HEADERS,
            endpoint=form.operation,
        )
        return self._item(body)

    def _item(self, body: Body) -> Item:
        return Item(id=canonical(body).decode(), revision=fingerprint(body), body=body)


def _file(lines: Sequence[tuple[str, ...]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=";", quotechar='"', lineterminator="\n").writerows(lines)
    return written.getvalue().encode()
