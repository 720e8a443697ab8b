"""The ports: what the engine needs of the world, implemented by adapters above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from crmspec.diagnostics import Diagnostic
    from crmspec.engine.body import Body
    from crmspec.engine.change import Change, Cost, Kind
    from crmspec.engine.error import EngineError
    from crmspec.engine.holder import Holder
    from crmspec.engine.resource import Address, Desired, Remote
    from crmspec.engine.state import Record, State
    from crmspec.engine.survey import Seen
    from crmspec.ir import Program
    from crmspec.lower.capability import Budget

    Call = Callable[[], Remote | None]


class Provider(Protocol):
    """One target account. Bodies going in and out are in the project's terms (addresses).

    Calls raise the `TargetError`s of `engine.error` and retry nothing but reads. `apply` and
    `find` may be called by several threads at once, at most `width`.
    """

    @property
    def width(self) -> int:
        """Return how many calls at once the target stands."""
        ...

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """Return how many calls the target stands in a time, by endpoint."""
        ...

    @property
    def version(self) -> str:
        """Return the provider's name and version, such as `sandbox 1`."""
        ...

    def whoami(self) -> str:
        """Return what the target calls the account that the secret opens."""
        ...

    def audit(self, program: Program) -> Iterator[Diagnostic]:
        """Yield what the target cannot express; pure."""
        ...

    def compile(self, program: Program) -> Desired:
        """Return what the project wants on the target, bodies normalised; pure."""
        ...

    def decode(self, address: Address, body: Body) -> Body:
        """Return a body as an author writes it: bare ids, full forms; pure.

        The text of a template stands under `source`, wherever the project keeps it. Law: what is
        built of it compiles to the body again.

        Raises:
            WordlessError: a part of it cannot be said; the error knows the rest.
        """
        ...

    def parts(self, address: Address, body: Body) -> dict[Address, Body]:
        """Return what the target keeps within an object and the language apart from it; pure.

        Such as the channel and the layout of a message, each as an author writes it.
        """
        ...

    def keeps(self, address: Address, field: str, body: Body) -> tuple[str, ...]:
        """Return in which fields of a body the target keeps a field of the language; pure.

        None of them if it has no place of its own there, such as a letter's subject in a chain.
        """
        ...

    def survey(self) -> Iterator[Seen]:
        """Yield all objects of the account of the kinds that the target takes, marked or not.

        Reads only. `read` of their ids then gives their bodies, whoever made them.
        """
        ...

    def read(self, known: Mapping[Address, str]) -> dict[Address, Remote]:
        """Return the project's objects: those that carry its marker or have a known id."""
        ...

    def closely(self, remotes: Mapping[Address, Remote]) -> dict[Address, Remote]:
        """Return of some objects those that `read` does not tell in full, now with all of them.

        It is asked before they are written: what is in no list takes a call for each.
        """
        ...

    def find(self, address: Address, id_: str | None) -> Remote | None:
        """Return one object afresh, by id, or else by its marker."""
        ...

    def apply(self, change: Change, ids: Mapping[Address, str]) -> Remote | None:
        """Make one call; `ids` are the remote ids of all that the change refers to.

        `change.key` is to be given to the target where it understands idempotency keys.
        Returns the object as it is afterwards, or None when it was deleted.
        """
        ...

    def rehearse(
        self, changes: Sequence[Change], ids: Mapping[Address, str]
    ) -> Iterator[Diagnostic]:
        """Yield what the target would refuse of some changes, as far as it judges without keeping.

        Raises:
            TargetError: it does not answer.
        """
        ...

    def missing(self, addresses: Sequence[Address]) -> Iterator[Diagnostic]:
        """Yield which resources that people made by hand the target has not got, if it lists such.

        Raises:
            TargetError: it does not answer.
        """
        ...

    def people(self, address: Address, id_: str) -> int | None:
        """Return how many are on their way in a live chain, None if the target does not tell.

        Raises:
            TargetError: it does not answer.
        """
        ...

    def kind(self, change: Change) -> Kind:
        """Return how a change is carried out: an update may be a replacement; pure.

        A replacement or new version that was cut off is found half done by `read`, which then
        gives the newer object; `apply` goes on with it.
        """
        ...

    def cost(self, change: Change) -> Cost:
        """Return what a change costs; pure."""
        ...

    def normalise(self, address: Address, body: Body) -> Body:
        """Return the body as the target would give it back; pure and idempotent."""
        ...


class StateStore(Protocol):
    """The state of one target; every call may raise `StoreUnusableError`.

    Records may be appended from several threads; all else belongs to one.
    """

    def load(self) -> State:
        """Return the state with all journal records replayed; an empty one if there is none.

        Raises:
            StateCorruptError: it fails its digest.
        """
        ...

    def append(self, *records: Record) -> None:
        """Add records to the journal; when this returns, they will survive a crash.

        After a crash meanwhile the first of them may be there, and the last not.

        Raises:
            StateMovedError: another run wrote the state, though this one holds the lock.
        """
        ...

    def save(self, state: State) -> State:
        """Write the state in one piece and empty the journal; gives it a lineage if it has none.

        Raises:
            StateMovedError: as above; nothing was written.
        """
        ...

    def lock(self) -> AbstractContextManager[None]:
        """Hold the state alone; may be taken again by the same store.

        Raises:
            StateLockedError: another process holds it, and has not let go in the time to wait.
        """
        ...

    def holder(self) -> Holder | None:
        """Return who holds the lock now, or None."""
        ...

    def glimpse(self) -> Holder | None:
        """Return who holds the lock as far as that is told by looking, or None; never waits."""
        ...

    def unlock(self, id_: str) -> None:
        """Free the lock with this id, whose holder is gone.

        Raises:
            StateLockedError: another lock than that one holds the state.
        """
        ...


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """Return the current moment, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Reporter(Protocol):
    """Who is told how an apply goes."""

    def started(self, change: Change) -> None:
        """A change begins."""
        ...

    def waiting(self, change: Change, seconds: float, error: EngineError) -> None:
        """A call failed for now and is tried again after some seconds."""
        ...

    def done(self, change: Change) -> None:
        """A change is made and recorded."""
        ...

    def failed(self, change: Change, error: EngineError) -> None:
        """A change failed for good."""
        ...

    def skipped(self, change: Change, because: Address | None) -> None:
        """A change is not tried, because another one failed (None: because the run ended)."""
        ...


class Log(Protocol):
    """Where what was done is written down, as soon as it is known and before it is on record.

    A run that dies in between leaves a line too many, never one too few: the next run finds the
    change made and writes its line again, with the same key.
    """

    def made(self, change: Change, remote: Remote | None) -> None:
        """A call ended well, and left the object so (None: deleted)."""
        ...

    def failed(self, change: Change, error: EngineError) -> None:
        """A change failed for good."""
        ...


class Executor(Protocol):
    """Who makes the calls: a few at once, or one after another."""

    @property
    def room(self) -> int:
        """Return how many more calls may be handed over."""
        ...

    @property
    def busy(self) -> bool:
        """Say whether the end of a call is still to come."""
        ...

    def submit(self, number: int, call: Call) -> None:
        """Take a call; `number` is what to call it."""
        ...

    def ended(self) -> list[tuple[int, Call]]:
        """Wait until a call has ended; return all that have: each gives its result, or raises."""
        ...
