"""Apply a plan: journal, call, record, one change after another, until none is left to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.attempt import attempt
from crmspec.engine.body import fingerprint
from crmspec.engine.change import REMOVALS, Change
from crmspec.engine.error import (
    ApplyIncompleteError,
    EngineError,
    StalePlanError,
    TargetError,
    WrongAccountError,
)
from crmspec.engine.resource import Address
from crmspec.engine.state import (
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
    from crmspec.engine.plan import Plan
    from crmspec.engine.port import Clock, Provider, Reporter, StateStore
    from crmspec.engine.resource import Remote
    from crmspec.engine.state import Record


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


def run(
    plan: Plan, provider: Provider, store: StateStore, clock: Clock, reporter: Reporter
) -> Outcome:
    """Make every change of the plan that can be made; holds the lock meanwhile.

    Raises:
        StalePlanError: the state moved since the plan was made.
        WrongAccountError: the secret is for another account than that of the state.
        StateLockedError: another run holds it.
    """
    with store.lock():
        state = store.load()
        if (state.lineage, state.serial) != (plan.state.lineage, plan.state.serial):
            raise StalePlanError(
                text("something was applied since the plan was made"), text("make a new plan")
            )
        state = _of_account(state, provider.whoami())
        if not state.lineage:
            state = store.save(state)
        job = _Job(plan, state, provider, store, clock=clock, reporter=reporter)
        for change in plan.changes:
            job.take(change)
        return Outcome(
            tuple(job.done), tuple(job.failed), tuple(job.skipped), store.save(job.state)
        )


def _of_account(state: State, account: str) -> State:
    """Return the state with its account noted.

    Raises:
        WrongAccountError: it is the state of another one.
    """
    if state.account not in {"", account}:
        raise WrongAccountError(
            text(
                "the secret is for `{account}`, not for `{known}`",
                account=account,
                known=state.account,
            ),
            text("see that the secret of this target is set, and not that of another"),
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
    ) -> None:
        self.ids = dict(plan.ids)
        self.made: dict[Address, Remote] = {}
        self.state = state
        self.provider, self.store = provider, store
        self.clock, self.reporter = clock, reporter
        self.done: list[Change] = []
        self.failed: list[Failure] = []
        self.skipped: list[Skip] = []
        self.blocked: set[Address] = set()
        self.over = False

    def take(self, change: Change) -> None:
        """Make the change, or skip it if something it needs is missing."""
        if self.over:
            self._skip(change, None)
            return
        because = next((a for a in change.after if a in self.blocked), None)
        if because is not None:
            self._skip(change, because)
            return
        self.reporter.started(change)
        try:
            made = self._make(change)
        except TargetError as error:
            self._fail(change, error)
        else:
            self.done.append(change)
            self.reporter.done(made)

    def _make(self, change: Change) -> Change:
        """Make the change, and return it as it was made."""
        change = self._current(change)
        remote = change.remote
        if change.writes:
            change = self._announced(change)
            remote = attempt(change, self.ids, self.provider, self.clock, self.reporter)
        name = str(change.address)
        if change.kind in REMOVALS or remote is None:
            self._append(Forgotten(name))
            self.ids.pop(change.address, None)
        else:
            was = str(change.was) if change.was is not None else ""
            self._append(Recorded(name, self._entry(change, remote), was))
            self.ids[change.address] = remote.id
            self.made[change.address] = remote
        return change

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
        return Entry(
            remote.id,
            remote.revision,
            remote.fingerprint,
            remote.body,
            self._now(),
            protected=change.desired is not None and change.desired.protected,
        )

    def _fail(self, change: Change, error: TargetError) -> None:
        if not getattr(error, "uncertain", False):
            self._append(Cancelled(str(change.address)))
        self.failed.append(Failure(change, error))
        self.blocked.add(change.address)
        self.over = error.fatal
        self.reporter.failed(change, error)

    def _skip(self, change: Change, because: Address | None) -> None:
        self.skipped.append(Skip(change, because))
        self.blocked.add(change.address)
        self.reporter.skipped(change, because)

    def _append(self, record: Record) -> None:
        self.store.append(record)
        self.state = replay(self.state, record)

    def _now(self) -> str:
        return self.clock.now().isoformat(timespec="seconds")
