"""The sandbox as a provider: audit and compile are pure, read and apply go over HTTP."""

from __future__ import annotations

from collections import ChainMap
from functools import partial
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.attempt import gone
from crmspec.engine.change import Cost, Kind
from crmspec.engine.encode import ACTIVATED, kept
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.resource import Address, Remote, references
from crmspec.engine.survey import Seen, marked
from crmspec.lower.lowering import lower
from crmspec.providers.last import Last
from crmspec.providers.sandbox.audit import audit
from crmspec.providers.sandbox.capability import CAPABILITIES, COLLECTIONS
from crmspec.providers.sandbox.compile import compiled
from crmspec.providers.sandbox.convert import from_native, to_native
from crmspec.providers.sandbox.decode import decode, parts
from crmspec.providers.sandbox.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmspec.diagnostics import Diagnostic
    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Desired
    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.lower.capability import Budget
    from crmspec.providers.sandbox.client import Client, Json

_SECONDS = 0.01
"""How long a call takes, about."""


class SandboxProvider:
    """One sandbox account, for one project."""

    version = "sandbox 1"
    width = 8
    budgets: tuple[Budget, ...] = ()

    def __init__(self, project: str, target: Target, client: Client) -> None:
        self._project = project
        self._marker = f"crmspec:{project}/"
        self._target = target
        self._client = client
        self._addresses: dict[str, Address] = {}
        self._last = Last(partial(lower, capabilities=CAPABILITIES, target=target))

    def whoami(self) -> str:
        """Return the account's name.

        Raises:
            TargetError: the sandbox does not answer, or does not know the secret.
        """
        return self._client.account()

    def audit(self, program: Program) -> Iterator[Diagnostic]:
        """Yield what the sandbox cannot express."""
        return audit(self._last.of(program))

    def compile(self, program: Program) -> Desired:
        """Return what the project wants on the sandbox."""
        return compiled(self._last.of(program))

    def normalise(self, address: Address, body: Body) -> Body:
        """Return the body as the sandbox would give it back."""
        body = normalise(address, body)
        if address.kind not in ACTIVATED or self._target.activate == "manual":
            body.pop("status", None)
        return body

    def decode(self, address: Address, body: Body) -> Body:
        """Return a body as an author writes it."""
        return decode(address, body, self._target, self._project)

    def parts(self, address: Address, body: Body) -> dict[Address, Body]:
        """Return the channel and the layout of a message."""
        return parts(address, body)

    def rehearse(
        self,
        changes: Sequence[Change],  # noqa: ARG002 - as the port has it
        ids: Mapping[Address, str],  # noqa: ARG002
    ) -> Iterator[Diagnostic]:
        """Yield nothing: the sandbox judges only what it keeps."""
        return iter(())

    def missing(self, addresses: Sequence[Address]) -> Iterator[Diagnostic]:  # noqa: ARG002
        """Yield nothing: the sandbox lists nothing but what crmspec makes."""
        return iter(())

    def people(self, address: Address, id_: str) -> int | None:
        """Return how many the sandbox says are on their way in a chain.

        Raises:
            TargetError: the sandbox does not answer.
        """
        return self._client.people(COLLECTIONS[address.kind], id_)

    def kind(self, change: Change) -> Kind:
        """Return the kind as it is: the sandbox replaces and deletes in place."""
        return change.kind

    def cost(self, change: Change) -> Cost:
        """Return the one call that a change takes."""
        if not change.writes:
            return Cost()
        method = "DELETE" if change.kind is Kind.DELETE else "POST" if not change.remote else "PUT"
        return Cost({f"{method} {COLLECTIONS[change.address.kind]}": 1}, _SECONDS)

    def keeps(self, address: Address, field: str, body: Body) -> tuple[str, ...]:
        """Return where bodies of the language's own form keep a field."""
        return kept(address, field, body)

    def survey(self) -> Iterator[Seen]:
        """Yield all objects of the account.

        Raises:
            TargetError: the sandbox does not answer.
        """
        for kind, collection in COLLECTIONS.items():
            for native in self._client.list(collection):
                yield _seen(kind, native)

    def read(self, known: Mapping[Address, str]) -> dict[Address, Remote]:
        """Return the project's objects.

        Raises:
            TargetError: the sandbox does not answer, or holds two objects with one marker.
        """
        by_id = {(address.kind, id_): address for address, id_ in known.items()}
        found: dict[Address, Json] = {}
        for kind, collection in COLLECTIONS.items():
            for native in self._client.list(collection):
                address = by_id.get((kind, str(native["id"]))) or self._marked(kind, native)
                if address is not None:
                    self._put(found, address, native)
        self._addresses = {str(native["id"]): address for address, native in found.items()}
        return {address: self._remote(address, native) for address, native in found.items()}

    def closely(self, remotes: Mapping[Address, Remote]) -> dict[Address, Remote]:  # noqa: ARG002 - a port
        """Return nothing: `read` tells all."""
        return {}

    def find(self, address: Address, id_: str | None) -> Remote | None:
        """Return one object afresh."""
        collection = COLLECTIONS[address.kind]
        if id_ is not None:
            native = self._client.get(collection, id_)
            return self._remote(address, native) if native is not None else None
        found: dict[Address, Json] = {}
        for native in self._client.list(collection, external_key=self._key(address)):
            self._put(found, address, native)
        return self._remote(address, found[address]) if found else None

    def apply(self, change: Change, ids: Mapping[Address, str]) -> Remote | None:
        """Make one call."""
        self._addresses.update((id_, address) for address, id_ in ids.items())
        address, collection = change.address, COLLECTIONS[change.address.kind]
        if change.kind is Kind.DELETE or change.desired is None:
            self._delete(collection, change)
            return None
        native = to_native(change.desired.body, ids) | {"external_key": self._key(address)}
        if change.remote is None:
            return self._remote(address, self._client.create(collection, native, change.key))
        try:
            replaced = self._client.replace(
                collection, change.remote.id, change.remote.revision, native
            )
        except TargetRejectedError as error:
            raise (gone(change) if error.status == 404 else error) from None  # noqa: PLR2004
        return self._remote(address, replaced)

    def _delete(self, collection: str, change: Change) -> None:
        if change.remote is None:
            return
        try:
            self._client.delete(collection, change.remote.id, change.remote.revision)
        except TargetRejectedError as error:
            if error.status != 404:  # noqa: PLR2004
                raise

    def _key(self, address: Address) -> str:
        return f"{self._marker}{address.kind}/{address.id}"

    def _marked(self, kind: str, native: Json) -> Address | None:
        key = str(native.get("external_key") or "")
        prefix = f"{self._marker}{kind}/"
        return Address(kind, key.removeprefix(prefix)) if key.startswith(prefix) else None

    def _put(self, found: dict[Address, Json], address: Address, native: Json) -> None:
        if address in found:
            raise TargetRejectedError(
                text(
                    "the target holds two objects for `{address}`: {one} and {other}",
                    address=str(address),
                    one=str(found[address]["id"]),
                    other=str(native["id"]),
                ),
                text("delete the one that is not in use"),
                status=409,
                fatal=True,
            )
        found[address] = native

    def _remote(self, address: Address, native: Json) -> Remote:
        body = from_native(native, ChainMap({str(native["id"]): address}, self._addresses))
        whose = _seen(address.kind, native).project
        return Remote(
            id=str(native["id"]),
            revision=str(native["revision"]),
            body=self.normalise(address, body),
            depends=tuple(sorted(references(body))),
            changed_at=str(native.get("updated_at")),
            unmarked=native.get("external_key") != self._key(address),
            project=whose if whose != self._project else None,
        )


def _seen(kind: str, native: Json) -> Seen:
    key = native.get("external_key")
    seen = Seen(kind=kind, title=str(native["name"]), id=str(native["id"]))
    return marked(seen, str(key) if key else None)
