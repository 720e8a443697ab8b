"""A provider out of collections: reads, finds and applies; what is pure comes from the vendor."""

from __future__ import annotations

from collections import ChainMap
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

from msgspec import structs

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.engine.attempt import gone
from crmspec.engine.change import REMOVALS, STATUS, Cost
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.resource import Address, Remote, references
from crmspec.engine.survey import Seen
from crmspec.engine.way_back import WordlessError
from crmspec.lower.name import tidy, title
from crmspec.lower.outcome import Key
from crmspec.providers.last import Last
from crmspec.providers.rest import compile as compiling
from crmspec.providers.rest.hand import Asked, absent
from crmspec.providers.rest.head import FIELDS, decoded
from crmspec.providers.rest.link import linked, unlinked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change, Kind
    from crmspec.engine.resource import Desired, Resource
    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.providers.rest.collection import Collection, Item
    from crmspec.providers.rest.hand import Present
    from crmspec.providers.rest.vendor import Vendor


Closer: TypeAlias = "Mapping[str, Callable[[str], Item | None]]"
"""Kind → what reads an object by its id with all that takes a call for each."""


class AccountProvider:
    """One account of a vendor, for one project; implements `engine.port.Provider`."""

    def __init__(  # noqa: PLR0913 - what an account has
        self,
        project: str,
        target: Target,
        vendor: Vendor,
        collections: Sequence[Collection],
        whoami: Callable[[], str],
        *,
        present: Present | None = None,
        closer: Closer | None = None,
        people: Callable[[str], int | None] | None = None,
    ) -> None:
        self._project, self._target, self._vendor = project, target, vendor
        self._collections = {one.kind: one for one in collections}
        self._present, self._closer, self._people = present or {}, closer or {}, people
        self._addresses: dict[tuple[str, str], Address] = {}
        self._last = Last(partial(compiling.compiled, target=target, vendor=vendor))
        self.width, self.version, self.whoami = vendor.width, vendor.version, whoami
        self.budgets = vendor.capabilities.budgets

    def audit(self, program: Program) -> Iterator[Diagnostic]:
        """Yield what the vendor cannot express."""
        return compiling.audited(self._last.of(program), self._target, self._vendor)

    def compile(self, program: Program) -> Desired:
        """Return what the project wants on the target."""
        return compiling.desired(self._last.of(program), self._target, self._vendor)

    def normalise(self, address: Address, body: Body) -> Body:
        """Return the body as the vendor would give it back."""
        top = {key: value for key, value in body.items() if key in FIELDS}
        rest = {key: value for key, value in body.items() if key not in FIELDS}
        top["title"] = tidy(str(body["title"]))
        if address.kind not in self._vendor.activated or self._target.activate == "manual":
            top.pop(STATUS, None)
        return top | self._vendor.normalise(address, rest)

    def decode(self, address: Address, body: Body) -> Body:
        """Return as much of a body as authors can write, in their words.

        Raises:
            WordlessError: nothing but the title and its like can be said, and why.
        """
        rest = {key: value for key, value in body.items() if key not in FIELDS}
        top = decoded(address, body, self._target, self._project)
        try:
            return top | self._vendor.decode(address, self._recalled(address, rest))
        except WordlessError as error:
            raise WordlessError(error.reason, top) from None

    def _recalled(self, address: Address, body: Body) -> Body:
        """Return a body in which what the project knows has the names that it has there."""
        if self._last.made is None:
            return body
        return self._vendor.recalled(address, body, self._last.made.survey, self._target)

    def parts(self, address: Address, body: Body) -> dict[Address, Body]:
        """Return what is folded into a body, such as the channel of a message."""
        return self._vendor.parts(address, self._recalled(address, body))

    def keeps(self, address: Address, field: str, body: Body) -> tuple[str, ...]:
        """Return in which fields of a body the vendor keeps a field of the language."""
        told = self._vendor.keeps.get(address.kind, {})
        if field in told:
            return told[field]
        return (field,) if field in FIELDS or field in body else ()

    def survey(self) -> Iterator[Seen]:
        """Yield all objects of the account, of the kinds that the vendor has collections for.

        Raises:
            TargetError: the target does not answer.
        """
        for kind, collection in self._collections.items():
            for item in collection.list():
                title = str(item.body.get("title", item.id))
                seen = Seen(kind=kind, title=title, id=item.id, project=item.project)
                yield seen if item.address is None else _owned(seen, self._project, item.address)

    def people(self, address: Address, id_: str) -> int | None:  # noqa: ARG002 - of chains only
        """Return how many are on their way in a chain, None if the vendor does not tell."""
        return None if self._people is None else self._people(id_)

    def kind(self, change: Change) -> Kind:
        """Return how a change is carried out."""
        return self._of(change).manner(change)

    def cost(self, change: Change) -> Cost:
        """Return the calls that a change takes."""
        if not change.writes:
            return Cost()
        calls = dict(self._of(change).calls(change))
        return Cost(calls, sum(calls.values()) * self._vendor.seconds)

    def _of(self, change: Change) -> Collection:
        return self._collections[change.address.kind]

    def read(self, known: Mapping[Address, str]) -> dict[Address, Remote]:
        """Return the project's objects.

        Raises:
            TargetError: the target does not answer, or holds two objects with one marker.
        """
        by_id = {(address.kind, id_): address for address, id_ in known.items()}
        found: dict[Address, Item] = {}
        for kind, collection in self._collections.items():
            for item in collection.list():
                address = by_id.get((kind, item.id)) or item.address
                told = item if address is None or item.whole else collection.get(item.id)
                if address is not None and told is not None:
                    _put(found, address, told)
        self._addresses = {(a.kind, item.id): a for a, item in found.items()}
        return {address: self._remote(address, item) for address, item in found.items()}

    def closely(self, remotes: Mapping[Address, Remote]) -> dict[Address, Remote]:
        """Return what kinds have of which a part is read one by one: all of it."""
        found: dict[Address, Remote] = {}
        for address, remote in remotes.items():
            look = self._closer.get(address.kind)
            item = None if look is None else look(remote.id)
            if item is not None:
                found[address] = self._remote(address, item)
        return found

    def find(self, address: Address, id_: str | None) -> Remote | None:
        """Return one object afresh."""
        collection = self._collections[address.kind]
        if id_ is not None:
            item = collection.get(id_)
            return None if item is None else self._remote(address, item)
        found: dict[Address, Item] = {}
        for item in collection.lookup(address):
            _put(found, address, item)
        return self._remote(address, found[address]) if found else None

    def apply(self, change: Change, ids: Mapping[Address, str]) -> Remote | None:
        """Make the calls of a change."""
        self._addresses.update(((one.kind, id_), one) for one, id_ in ids.items())
        collection, remote = self._of(change), change.remote
        if change.desired is None or change.kind in REMOVALS:
            if remote is not None:
                collection.remove(change, remote)
            return None
        body = linked(change.desired.body, ids)
        if remote is None:
            return self._remote(change.address, collection.create(change.address, body, change.key))
        try:
            return self._remote(change.address, collection.update(change, remote, body))
        except TargetRejectedError as error:
            missing = error.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
            raise (gone(change) if missing else error) from None

    def rehearse(
        self, changes: Sequence[Change], ids: Mapping[Address, str]
    ) -> Iterator[Diagnostic]:
        """Yield what the vendor would refuse, each at the resource that wants it."""
        known = dict(ids)
        for change in changes:
            foreseen = self._of(change).foreseen(change.address)
            if foreseen is not None:
                known.setdefault(change.address, foreseen)
        for change in changes:
            resource = change.desired
            if resource is None or not references(resource.body) <= known.keys():
                continue
            try:
                body = linked(resource.body, known)
                self._of(change).rehearse(change.address, change.remote, body)
            except TargetRejectedError as error:
                if error.fatal:
                    raise
                yield _refused(resource, error)

    def missing(self, addresses: Sequence[Address]) -> Iterator[Diagnostic]:
        """Yield which resources that people made by hand are not there under their names."""
        made = self._last.made
        wanted = {} if made is None else made.survey.wanted
        found = ((one, wanted.get(Key(one.kind, one.id))) for one in addresses)
        asked = (
            Asked(one.kind, title(self._target, self._project, node), node)
            for one, node in found
            if node is not None
        )
        return absent(asked, self._present, self._vendor.capabilities.title)

    def _remote(self, address: Address, item: Item) -> Remote:
        collection = self._collections[address.kind]
        known = ChainMap({(address.kind, item.id): address}, self._addresses)
        body = self.normalise(address, unlinked(item.body, collection.points, known))
        return Remote(
            id=item.id,
            revision=item.revision,
            body=body,
            depends=tuple(sorted(references(body))),
            changed_at=item.changed_at,
            changed_by=item.changed_by,
            unmarked=not item.marked,
            project=item.project if item.project != self._project else None,
        )


def _owned(seen: Seen, project: str, address: Address) -> Seen:
    """Return an object that the vendor knows by a name of the project."""
    return structs.replace(seen, project=project, mark=address.id)


def _refused(resource: Resource, error: TargetRejectedError) -> Diagnostic:
    said = text("{target}: {error}", target=str(resource.address), error=error.message)
    return Diagnostic(code=error.code, message=said, label=Label(resource.origin), help=error.help)


def _put(found: dict[Address, Item], address: Address, item: Item) -> None:
    if address in found:
        raise TargetRejectedError(
            text(
                "the target holds two objects for `{address}`: {one} and {other}",
                address=str(address),
                one=found[address].id,
                other=item.id,
            ),
            text("delete the one that is not in use"),
            status=409,
            fatal=True,
        )
    found[address] = item
