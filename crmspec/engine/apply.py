"""Apply a plan: journal, call, record, one change after another, until none is left to try."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.attempt import attempt
from crmspec.engine.body import fingerprint
from crmspec.engine.change import REMOVALS, STATUS, Change, Kind
from crmspec.engine.error import (
    ApplyIncompleteError,
    EngineError,
    StalePlanError,
    TargetError,
    WrongAccountError,
)
from crmspec.engine.queue import Queue, Serial
from crmspec.engine.resource import Address, references
from crmspec.engine.state import (
    Began,
    Cancelled,
    Entry,
    Forgotten,
    Intended,
    Intent,
    Recorded,
    State,
    replay,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.engine.body import Body
    from crmspec.engine.plan import Plan
    from crmspec.engine.port import Call, Clock, Executor, Log, Provider, Reporter, StateStore
    from crmspec.engine.resource import Remote
    from crmspec.engine.state import Record, Run


class Failure(msgspec.Struct, frozen=True):
    """A change that could not be made."""

    change: Change
    error: EngineError


class Skip(msgspec.Struct, frozen=True):
    """A change that was not tried, because of another one, or because the run ended (None)."""

    change: Change
    because: Address | None


class Outcome(msgspec.Struct, frozen=True):
    """How an apply went."""

    done: tuple[Change, ...]
    failed: tuple[Failure, ...]
    skipped: tuple[Skip, ...]
    state: State

    @property
    def complete(self) -> bool:
        """Say whether every change was made."""
        return not self.failed and not self.skipped

    def problem(self) -> ApplyIncompleteError | None:
        """Return the error that sums it up, or None if all went well."""
        if self.complete:
            return None
        return ApplyIncompleteError(
            text(
                "{failed} failed, {skipped} not tried, {done} done",
                failed=len(self.failed),
                skipped=len(self.skipped),
                done=len(self.done),
            ),
            text("what is done is recorded: remove the cause and apply again"),
        )


def run(  # noqa: PLR0913, PLR0917 - the ports
    plan: Plan,
    provider: Provider,
    store: StateStore,
    clock: Clock,
    reporter: Reporter,
    executor: Executor | None = None,
    begun: Run | None = None,
    log: Log | None = None,
) -> Outcome:
    """Make every change of the plan that can be made; holds the lock meanwhile.

    Calls run as the executor has them, one after another without one; state and journal are
    only ever touched by the caller's own thread. `begun` is noted in the state, if there is
    something to do.

    Raises:
        StalePlanError: the state moved since the plan was made.
        WrongAccountError: the target is another account than that of the state.
        StateLockedError: another run holds it.
    """
    with store.lock():
        state = store.load()
        if (state.lineage, state.serial) != (plan.state.lineage, plan.state.serial):
            raise StalePlanError(
                text("something was applied since the plan was made"), text("make a new plan")
            )
        state = of_account(state, provider.whoami())
        if not state.lineage:
            state = store.save(state)
        if begun is not None and (not plan.empty or _commits(begun, state)):
            record = Began(begun)
            store.append(record)
            state = replay(state, record)
        job = _Job(plan, state, provider, store, clock=clock, reporter=reporter, log=log)
        job.run(executor or Serial())
        return Outcome(
            tuple(job.done), tuple(job.failed), tuple(job.skipped), store.save(job.state)
        )


def _commits(begun: Run, state: State) -> bool:
    """Say whether the commit is known now of what was applied before it was committed."""
    return bool(state.runs) and state.runs[-1].dirty and not begun.dirty


def _applied(change: Change, remote: Remote) -> Body:
    """Return the body that later edits are told from: a pause by people stays an edit of theirs."""
    if change.paused and change.entry is not None and STATUS in change.entry.body:
        return remote.body | {STATUS: change.entry.body[STATUS]}
    return remote.body


def of_account(state: State, account: str) -> State:
    """Return the state with its account noted.

    Raises:
        WrongAccountError: it is the state of another one.
    """
    if state.account not in {"", account}:
        raise WrongAccountError(
            text(
                "the target is `{account}` now, the state is about `{known}`",
                account=account,
                known=state.account,
            ),
            text(
                "or move the state away, to begin anew here: what has the project's marker is"
                " adopted, the rest is made or asked for"
            ),
        )
    return msgspec.structs.replace(state, account=account)


class _Job:
    """An apply under way."""

    def __init__(  # noqa: PLR0913 - the ports, each of them needed
        self,
        plan: Plan,
        state: State,
        provider: Provider,
        store: StateStore,
        *,
        clock: Clock,
        reporter: Reporter,
        log: Log | None,
    ) -> None:
        self.ids = dict(plan.ids)
        self.made: dict[Address, Remote] = {}
        self.state = state
        self.provider, self.store = provider, store
        self.clock, self.reporter, self.log = clock, reporter, log
        self.done: list[Change] = []
        self.failed: list[Failure] = []
        self.skipped: list[Skip] = []
        self.blocked: set[Address] = set()
        self.over = False
        self.queue = Queue(plan.changes)
        self._noted: list[Record] = []
        self._news: list[Callable[[], None]] = []

    def run(self, executor: Executor) -> None:
        """Make the changes, as many at once as the executor takes, each after what it needs.

        What has ended and what begins next is written in one go, before anybody is told of it and
        before the next calls are made.
        """
        try:
            while True:
                begun = self._begin(executor.room)
                self._write()
                for number in begun:
                    executor.submit(number, self._call(self.queue.changes[number]))
                if not executor.busy:
                    return
                for number, result in executor.ended():
                    self._end(number, result)
        finally:  # also what ended before an interruption is on record
            self._write()

    def _begin(self, room: int) -> list[int]:
        """Announce as many calls as there is room for; return their numbers."""
        begun: list[int] = []
        while len(begun) < room and (number := self.queue.take()) is not None:
            if self._announce(number):
                begun.append(number)
        return begun

    def _announce(self, number: int) -> bool:
        """Announce a call, or skip it if something it needs is missing; say if it is to be made."""
        change = self.queue.changes[number]
        needs = (*change.after, change.address) if change.kind is Kind.ACTIVATE else change.after
        because = next((address for address in needs if address in self.blocked), None)
        if self.over or because is not None:
            self._skip(change, None if self.over else because)
            self.queue.finish(number)
            return False
        self._tell(self.reporter.started, change)
        change = self._current(change)
        if change.writes:
            change = self._announced(change)
        self.queue.changes[number] = change
        return True

    def _call(self, change: Change) -> Call:
        """Return the call; it is given copies, since it may run elsewhere."""
        wanted = references(change.desired.body) if change.desired is not None else ()
        ids = {address: self.ids[address] for address in wanted if address in self.ids}
        if not change.writes:
            return lambda: change.remote
        return lambda: attempt(change, ids, self.provider, self.clock, self.reporter)

    def _end(self, number: int, result: Call) -> None:
        change = self.queue.changes[number]
        try:
            remote = result()
        except TargetError as error:
            self._fail(change, error)
        else:
            if self.log is not None:
                self.log.made(change, remote)
            self._record(change, remote)
            self.done.append(change)
            self._tell(self.reporter.done, change)
        self.queue.finish(number)

    def _record(self, change: Change, remote: Remote | None) -> None:
        name = str(change.address)
        if change.kind in REMOVALS or remote is None:
            self._append(Forgotten(name))
            self.ids.pop(change.address, None)
            return
        was = str(change.was) if change.was is not None else ""
        self._append(Recorded(name, self._entry(change, remote), was))
        self.ids[change.address] = remote.id
        self.made[change.address] = remote

    def _current(self, change: Change) -> Change:
        """Return the change with the object as this run has left it."""
        remote = self.made.get(change.address, change.remote)
        return msgspec.structs.replace(change, remote=remote)

    def _announced(self, change: Change) -> Change:
        """Note in the journal that a call is about to be made, under a key of its own."""
        name = str(change.address)
        fresh = fingerprint([self.state.lineage, self.state.serial, name, change.kind])
        key = change.key or fresh
        wanted = fingerprint(change.desired.body) if change.desired else ""
        self._append(Intended(name, Intent(change.kind, key, self._now(), wanted)))
        return msgspec.structs.replace(change, key=key)

    def _entry(self, change: Change, remote: Remote) -> Entry:
        protected = change.desired is not None and change.desired.protected
        if change.kind is Kind.NOTE and change.drift and change.entry is not None:
            return msgspec.structs.replace(change.entry, protected=protected)  # edits stay edits
        return Entry(
            remote.id,
            remote.revision,
            remote.fingerprint,
            _applied(change, remote),
            self._now(),
            protected=protected,
            unmarked=remote.unmarked,
            source=change.desired.origin.path if change.desired is not None else "",
            reach=change.reach,
        )

    def _fail(self, change: Change, error: TargetError) -> None:
        if self.log is not None:
            self.log.failed(change, error)
        if not getattr(error, "uncertain", False):
            self._append(Cancelled(str(change.address)))
        self.failed.append(Failure(change, error))
        self.blocked.add(change.address)
        self.over = self.over or error.fatal
        self._tell(self.reporter.failed, change, error)

    def _skip(self, change: Change, because: Address | None) -> None:
        self.skipped.append(Skip(change, because))
        self.blocked.add(change.address)
        self._tell(self.reporter.skipped, change, because)

    def _append(self, record: Record) -> None:
        self._noted.append(record)
        self.state = replay(self.state, record)

    def _tell(self, whom: Callable[..., None], *what: object) -> None:
        self._news.append(partial(whom, *what))

    def _write(self) -> None:
        """Bring what was noted to the store, then tell what is certain now."""
        noted, self._noted = self._noted, []
        news, self._news = self._news, []
        if noted:
            self.store.append(*noted)
        for one in news:
            one()

    def _now(self) -> str:
        return self.clock.now().isoformat(timespec="seconds")
