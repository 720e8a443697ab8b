"""Fields, lists, templates and drafts: each method is a path, each argument a field of a form.

Fields and lists are known by their names, templates by the mark in their descriptions, drafts by
list and subject if there is one such letter. What is not in a list is not there: no page says what
the error for a missing object is called.
"""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.engine.body import fingerprint
from crmspec.engine.change import REMOVALS, Kind
from crmspec.engine.error import TargetRejectedError, TargetUncertainError, TargetUnusableError
from crmspec.providers.http import Page, by_offset
from crmspec.providers.rest import Item, Point
from crmspec.providers.unisender.ledger import TEXT, Mark, marked, parted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Address, Remote
    from crmspec.providers.http import Client
    from crmspec.providers.unisender.ledger import Ledger

Row = dict[str, object]
Rows = list[Row]
PAGE = 100


class UnisenderCollection:
    """The objects of one kind; a subclass says what its methods and rows are called."""

    kind = ""
    listing = creating = updating = removing = ""
    made = named = "id"
    dropped = ""
    kept = False

    def __init__(self, client: Client, project: str, ledger: Ledger) -> None:
        self._client, self._project, self._ledger = client, project, ledger

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:  # noqa: ARG002 - as the port has it
        """Yield nothing: only drafts point to lists."""
        return iter(())

    def list(self) -> Iterator[Item]:
        """Yield all objects of the account."""
        for row in self.rows():
            yield self.item(row)

    def get(self, id_: str) -> Item | None:
        """Return an object by its id."""
        return next((one for one in self.list() if one.id == id_), None)

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the objects that bear the name or marker of a resource."""
        return (one for one in self.list() if one.address == address)

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make an object."""
        found = self.call(self.creating, self.native(address, body))
        id_ = found.get(self.made) if isinstance(found, dict) else None
        if not isinstance(id_, int | str):
            error = self.foreign(self.creating)
            raise TargetUncertainError(error.message, *error.help)
        return self.written(address, str(id_), body)

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Bring an object to a body in place, or make it anew."""
        if change.kind is Kind.REPLACE:
            self._removed(remote.id)
            return self.create(change.address, body, change.key)
        native = self.changed(change.address, body)
        try:
            self.call(self.updating, {**native, self.named: remote.id})
        except TargetRejectedError as error:
            raise self._judged(error, remote.id) from None
        return self.written(change.address, remote.id, body)

    def remove(self, change: Change, remote: Remote) -> None:  # noqa: ARG002 - as the port has it
        """Delete an object, unless things of its kind are kept."""
        if not self.kept:
            self._removed(remote.id)

    def _removed(self, id_: str) -> None:
        try:
            self.call(self.removing, {self.dropped or self.named: id_})
        except TargetRejectedError as error:
            judged = self._judged(error, id_)
            if judged.status != HTTPStatus.NOT_FOUND:
                raise judged from None

    def _judged(self, error: TargetRejectedError, id_: str) -> TargetRejectedError:
        """Return that an object is gone, if it is, in place of what was said of it."""
        if error.fatal or self.get(id_) is not None:
            return error
        return TargetRejectedError(error.message, *error.help, status=HTTPStatus.NOT_FOUND)

    def foreseen(self, address: Address) -> str | None:  # noqa: ARG002 - as the port has it
        """Return None: Unisender gives ids."""
        return None

    def rehearse(self, address: Address, remote: Remote | None, body: Body) -> None:
        """Do nothing: Unisender judges nothing without keeping it."""

    def manner(self, change: Change) -> Kind:
        """Return that what is kept is only put aside."""
        if self.kept and change.kind is Kind.DELETE and change.remote is not None:
            return Kind.ARCHIVE
        return change.kind

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change."""
        if change.kind in REMOVALS:
            return {f"POST {self.removing}": int(not self.kept)}
        if change.kind is Kind.REPLACE:
            return {f"POST {self.removing}": 1, f"POST {self.creating}": 1}
        return {f"POST {self.updating if change.remote is not None else self.creating}": 1}

    # -- words --------------------------------------------------------------------------------

    def native(self, address: Address, body: Body) -> dict[str, str]:
        """Return the arguments that make an object."""
        raise NotImplementedError

    def changed(self, address: Address, body: Body) -> dict[str, str]:
        """Return the arguments that change an object."""
        return self.native(address, body)

    def item(self, row: Row) -> Item:
        """Return an object as it was listed."""
        raise NotImplementedError

    def written(self, address: Address, id_: str, body: Body) -> Item:
        """Return an object as it was written: the answer has its id alone."""
        return Item(id=id_, revision=fingerprint(body), body=body, address=address)

    def rows(self) -> Iterator[Row]:
        """Yield what the listing method gives, which is all there is."""
        yield from self.objects(self.call(self.listing, {}, reads=True))

    def pages(self, asked: Mapping[str, str]) -> Iterator[Row]:
        """Yield what a listing method gives in pages."""

        def read(offset: int, limit: int) -> Page[int]:
            part = {"limit": str(limit), "offset": str(offset)}
            return Page(items=self.objects(self.call(self.listing, {**asked, **part}, reads=True)))

        yield from by_offset(read, f"POST /{self.listing}", lambda row: str(row["id"]), PAGE)

    def objects(self, found: object) -> Rows:
        """Return a list of objects, each with an id."""
        listed = found if isinstance(found, list) else [None]
        rows = [one for one in listed if isinstance(one, dict) and one.get("id")]
        if len(rows) < len(listed):
            raise self.foreign(self.listing)
        return rows

    def call(self, method: str, form: Mapping[str, str], *, reads: bool = False) -> object:
        """Make a call and return its `result`."""
        query = {"format": "json"}
        reply = self._client.call("POST", f"/{method}", query=query, form=form, reads=reads)
        return reply.data.get("result") if isinstance(reply.data, dict) else None

    def foreign(self, method: str) -> TargetUnusableError:
        """Return the error for an answer that cannot be understood."""
        return TargetUnusableError(
            text("POST /{method}: the answer is not what Unisender would say", method=method),
            text("see that `url` of the target is that of the API"),
        )


class Fields(UnisenderCollection):
    """Fields of contacts, named as letters name them; they hold values, and are never deleted.

    Their titles and visibility are not given back: a title is written with the field.
    """

    kind = "attribute"
    listing, creating, updating = "getFields", "createField", "updateField"
    removing = "deleteField"
    kept = True

    def manner(self, change: Change) -> Kind:
        """Return that another type is another field."""
        changed = {one.path for one in change.fields}
        if change.kind is Kind.UPDATE and "type" in changed:
            return Kind.REPLACE
        return super().manner(change)

    def native(self, address: Address, body: Body) -> dict[str, str]:
        """Return name, type and title."""
        title = self._ledger.title(address, str(body["name"]))
        return {"name": str(body["name"]), "type": str(body["type"]), "public_name": title}

    def changed(self, address: Address, body: Body) -> dict[str, str]:
        """Return name and title: the type of a field stays what it is."""
        made = self.native(address, body)
        return {name: one for name, one in made.items() if name != "type"}

    def item(self, row: Row) -> Item:
        """Return a field."""
        name = str(row.get("name", ""))
        body: Body = {"title": name, "name": name, "type": row.get("type") or "string"}
        address = self._ledger.address(self.kind, name)
        return Item(id=str(row["id"]), revision=fingerprint(body), body=body, address=address)


class Lists(UnisenderCollection):
    """Lists of contacts, each with a title of its own; pages before and after are people's."""

    kind = "list"
    listing, creating, updating, removing = "getLists", "createList", "updateList", "deleteList"
    named = "list_id"

    def native(self, address: Address, body: Body) -> dict[str, str]:  # noqa: ARG002 - as above
        """Return the title."""
        return {"title": str(body["title"])}

    def written(self, address: Address, id_: str, body: Body) -> Item:
        """Return a list as it was written; letters are known by it."""
        self._ledger.listed(id_, address)
        return super().written(address, id_, body)

    def item(self, row: Row) -> Item:
        """Return a list."""
        body: Body = {"title": str(row.get("title", ""))}
        address = self._ledger.address(self.kind, str(body["title"]))
        if address is not None:
            self._ledger.listed(str(row["id"]), address)
        return Item(id=str(row["id"]), revision=fingerprint(body), body=body, address=address)


class Templates(UnisenderCollection):
    """Templates that people or the API made; those of Unisender itself are not among them."""

    kind = "message"
    listing, creating, updating = "getTemplates", "createEmailTemplate", "updateEmailTemplate"
    removing = "deleteTemplate"
    made = named = "template_id"

    def rows(self) -> Iterator[Row]:
        """Yield the templates of the account, with their pages."""
        return self.pages({"type": "user"})

    def native(self, address: Address, body: Body) -> dict[str, str]:
        """Return all of a template."""
        known, words = body.get(TEXT), self._ledger.text(body)
        mark = Mark(self._project, address, None if known is None else str(known))
        return {
            "title": str(body["title"]),
            "description": marked(str(body.get("description", "")), mark),
            "subject": str(body.get("subject", "")),
            "body": str(body.get("body", "")),
            "lang": str(body["lang"]),
            **({} if words is None else {TEXT: words}),
        }

    def changed(self, address: Address, body: Body) -> dict[str, str]:
        """Return all of a template; an empty text part takes a former one away."""
        return ({} if TEXT in body else {TEXT: ""}) | self.native(address, body)

    def item(self, row: Row) -> Item:
        """Return a template."""
        description, mark = parted(str(row.get("description") or ""))
        ours = mark is not None and (mark.project, mark.address.kind) == (self._project, self.kind)
        body: Body = {
            "title": str(row.get("title", "")),
            "description": description,
            "subject": row.get("subject"),
            "body": row.get("body"),
            "lang": row.get("lang_code"),
            TEXT: mark.text if mark is not None else None,
        }
        changed = row.get("updated")
        return Item(
            id=str(row["id"]),
            revision=f"{changed or ''} {fingerprint(body)}".strip(),
            body={name: one for name, one in body.items() if one},
            address=mark.address if mark is not None and ours else None,
            marked=ours,
            project=None if mark is None else mark.project,
            changed_at=_moment(changed),
        )


class Drafts(UnisenderCollection):
    """Letters to a list, which people send; one that was sent is never deleted.

    A letter bears no name. One that the state does not know is the project's if it alone has the
    subject and the list of a broadcast.
    """

    kind = "broadcast"
    listing, creating, updating = "listMessages", "createEmailMessage", "updateEmailMessage"
    removing = "deleteMessage"
    made = dropped = "message_id"

    def __init__(self, client: Client, project: str, ledger: Ledger) -> None:
        super().__init__(client, project, ledger)
        self._unsent: set[str] = set()

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:  # noqa: ARG002 - as above
        """Yield the list."""
        yield Point("list_id", "list")

    def rows(self) -> Iterator[Row]:
        """Yield the letters of all times, without their pages."""
        found = self.pages({"date_from": "2000-01-01 00:00", "date_to": "2100-01-01 00:00"})
        return (row for row in found if row.get("service_type") == "email")

    def list(self) -> Iterator[Item]:
        """Yield all letters; what only looks like one of the project's is nobody's."""
        rows = [*self.rows()]
        often = Counter(_likeness(row) for row in rows)
        for row in rows:
            item, alone = self.item(row), often[_likeness(row)] == 1
            yield structs.replace(item, address=item.address if alone else None, whole=False)

    def get(self, id_: str) -> Item | None:
        """Return a letter with its page."""
        try:
            found = self.call("getMessage", {"id": id_}, reads=True)
        except TargetRejectedError as error:
            if error.fatal or any(one.id == id_ for one in self.list()):
                raise
            return None
        (row,) = self.objects(found if isinstance(found, list) else [found])
        return self.item(row)

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the letter of a broadcast, with its page."""
        found = [one.id for one in self.list() if one.address == address]
        return (item for id_ in found if (item := self.get(id_)) is not None)

    def remove(self, change: Change, remote: Remote) -> None:
        """Delete a draft; what was sent stays, with its figures."""
        if remote.id not in self._unsent and self._sent(remote.id):
            return
        self._unsent.add(remote.id)
        super().remove(change, remote)

    def _sent(self, id_: str) -> bool:
        """Say whether there is a campaign of a letter; if there are too many to know, there is."""
        found = self.objects(self.call("getCampaigns", {"limit": str(_MOST)}, reads=True))
        return len(found) == _MOST or any(str(one.get("message_id")) == id_ for one in found)

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change: before a letter is deleted, its campaigns are asked for."""
        asked = {"POST getCampaigns": 1} if change.kind in REMOVALS else {}
        return {**super().calls(change), **asked}

    def native(self, address: Address, body: Body) -> dict[str, str]:  # noqa: ARG002 - as above
        """Return all of a letter."""
        return {name: str(body[name]) for name in _LETTER if name in body}

    def item(self, row: Row) -> Item:
        """Return a letter, without its page if it comes from a list."""
        subject, list_ = _likeness(row)
        told = {**row, "lang": row.get("lang_code"), "list_id": list_}
        body: Body = {name: told[name] for name in _LETTER if told.get(name)}
        changed = row.get("last_update") or row.get("updated")
        return Item(
            id=str(row["id"]),
            revision=fingerprint(body),
            body={"title": subject, **body},
            address=self._ledger.letter(list_, subject),
            changed_at=_moment(changed),
        )


_MOST = 10_000
_LETTER = ("list_id", "sender_name", "sender_email", "subject", "body", TEXT, "lang")


def _moment(told: object) -> str | None:
    """Return `2026-03-01 10:00:00` as ISO 8601 has it; no page says in which zone it is."""
    return told.replace(" ", "T", 1) if isinstance(told, str) else None


def _likeness(row: Row) -> tuple[str, str]:
    return str(row.get("subject") or ""), str(row.get("list_id") or "")
