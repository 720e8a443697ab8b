"""`state`: look at what was last applied, fetch it, put it back, free its lock, move it."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.api.blame import blamed, chosen
from crmspec.api.check import check_files, check_path
from crmspec.api.deploy import BrokenProjectError, Patience, name_of, settled
from crmspec.api.environment import targets_in
from crmspec.api.examine import READ_ONLY
from crmspec.api.workspace import PROJECT_NAMES
from crmspec.diagnostics import text
from crmspec.diagnostics.report import Report
from crmspec.diagnostics.suggestion import nearest
from crmspec.engine import ledger
from crmspec.engine.error import (
    ForeignStateError,
    StateCorruptError,
    StateMovedError,
    UnknownTargetError,
)
from crmspec.providers import registry as providers
from crmspec.providers.clock import SystemClock
from crmspec.resolve.codes import WRONG_STORE_SETTING
from crmspec.resolve.finding import finding
from crmspec.secret.source import Place
from crmspec.source import Source
from crmspec.stores import registry as stores
from crmspec.stores.locking import Terms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crmspec.api.check import CheckResult
    from crmspec.diagnostics import Diagnostic, Text
    from crmspec.engine.port import StateStore
    from crmspec.engine.state import Entry, State
    from crmspec.ir.storage import Storage


_TO = "--to"
_WRITTEN_ANEW = text("write it anew with `crmspec state pull`")


@dataclass(frozen=True)
class Keeping:
    """The state of one target, in the store that the project names."""

    place: Place
    terms: Terms
    storage: Storage
    store: StateStore

    @property
    def where(self) -> str:
        """Return what to call the place of the state."""
        return stores.called(self.storage, self.place.root, self.terms)

    def entry(self, address: str) -> Entry:
        """Return what was last applied of an object.

        Raises:
            UnknownTargetError: the state has no such address.
        """
        entries = self.store.load().entries
        if address in entries:
            return entries[address]
        close = nearest(address, entries)
        known = text("`crmspec state list` prints them all")
        raise UnknownTargetError(
            text("the state has no `{address}`", address=address),
            text("did you mean `{name}`?", name=close) if close else known,
        )

    def pull(self) -> bytes:
        """Return the state as a document that `push` takes."""
        return ledger.dump_state(self.store.load())

    def push(self, data: bytes, name: str, *, force: bool = False) -> State | None:
        """Write a document into the store; `force` goes back to an older one, or another lineage.

        Returns None if the state there is the same already: nothing is written.

        Raises:
            StateCorruptError: it is damaged, or of another project or target.
            StateMovedError: it is of another lineage than the state there, or older.
        """
        state = self._own(ledger.load_state(data, name, _WRITTEN_ANEW, kept=False), name)
        with self.store.lock():
            there = self._there(force=force)
            if there is None:
                return self.store.save(state)
            if state == there:
                return None
            if not force:
                _successor(state, there, name)
            elif there.serial >= state.serial:
                state = structs.replace(state, serial=there.serial + 1)
            return self.store.save(state)

    def _there(self, *, force: bool) -> State | None:
        """Return the state that is to be replaced, None if it cannot be read and may be lost."""
        try:
            return self.store.load()
        except ForeignStateError:
            raise
        except StateCorruptError:
            if not force:
                raise
            return None

    def migrate(self, settings: str) -> State:
        """Copy the state into another store and read it back; the one here stays as it is.

        `settings` are those of `state:`, as YAML such as `{store: s3, bucket: shop}`.

        Raises:
            BrokenProjectError: the settings are wrong, or those of the store that it is in.
            StateMovedError: the other store holds another state, or a newer one.
        """
        storage, report = _parsed(settings)
        here, there = (
            stores.whereabouts(one, self.place.root, self.terms) for one in (self.storage, storage)
        )
        if here == there:
            raise BrokenProjectError(_of_option(_the_same(storage, report), _TO))
        with self.store.lock(), self._opened(storage) as other, other.lock():
            state = self.store.load()
            _successor(state, other.load(), storage.store)
            if state.lineage:
                other.save(state)
        with self._opened(storage) as other:
            if other.load() != state:
                raise StateMovedError(
                    text("the copy differs from the state"),
                    text("go on with the store there is; nothing in it was changed"),
                )
        return state

    @contextmanager
    def _opened(self, storage: Storage) -> Iterator[StateStore]:
        with stores.opened(storage, self.place, self.terms) as store:
            yield store

    def _own(self, state: State, name: str) -> State:
        """Return the state as that of this target; it may be from before the environments."""
        known = (self.terms.target, self.terms.target.rpartition(".")[2])
        if state.project == self.terms.project and state.target in known:
            return structs.replace(state, target=self.terms.target)
        raise StateCorruptError(
            text(
                "`{name}` is the state of project `{project}` and target `{target}`",
                name=name,
                project=state.project,
                target=state.target,
            ),
            text("a state goes back only to the project and target that it was taken from"),
        )


@contextmanager
def keeping(
    path: Path | None,
    target_id: str | None,
    state_folder: Path | None = None,
    patience: Patience | None = None,
) -> Iterator[Keeping]:
    """Open the store of a target's state; chains and messages may have errors.

    Raises:
        BrokenProjectError: the settings of project or state cannot be relied on.
        EngineError: the target is unknown, a secret is missing, the store cannot be used.
    """
    result = check_path(path, READ_ONLY)
    environment, sources = settled(result), result.report.sources
    reliable(result, target_id)
    targets = targets_in(result.program, environment)
    with chosen(targets.values(), sources):
        target = providers.target(targets, target_id)
    patience = patience or Patience()
    terms = Terms(
        result.program.project.project,
        name_of(environment, target.id),
        SystemClock(),
        patience.seconds,
        patience.waiting,
    )
    storage = stores.storage_of(result.program.project, target, state_folder)
    place = Place(result.workspace.root, os.environ, patience.remark)
    with ExitStack() as stack:
        with blamed(storage, sources):
            store = stack.enter_context(stores.opened(storage, place, terms))
        yield Keeping(place, terms, storage, store)


def reliable(result: CheckResult, target_id: str | None) -> None:
    """Make sure that no error hides a setting that would lead to another store or target.

    Raises:
        BrokenProjectError: one does.
    """
    lost = [one for one in result.lost if target_id is None or _of_project(one)]
    wrong = [one for one in result.report.findings if one.code is WRONG_STORE_SETTING]
    if lost or wrong:
        raise BrokenProjectError(Report.of([*lost, *wrong], result.report.sources))


def _of_project(finding: Diagnostic) -> bool:
    return finding.label.span.path in PROJECT_NAMES


def _parsed(settings: str) -> tuple[Storage, Report]:
    file = f"state: {settings}\nproject: project\n"
    result = check_files({PROJECT_NAMES[0]: file.encode()})
    storage = result.program.project.state
    if result.failed or storage is None:
        raise BrokenProjectError(_of_option(result.report, _TO))
    return storage, result.report


def _the_same(storage: Storage, report: Report) -> Report:
    found = finding(
        WRONG_STORE_SETTING,
        storage.place.span,
        text("the state is there already"),
        text("name another store, or another place in it"),
    )
    return Report.of([found], report.sources)


def _of_option(report: Report, option: str) -> Report:
    """Return findings of settings as being of the option that gave them."""
    found = (
        structs.replace(
            one,
            label=structs.replace(one.label, span=structs.replace(one.label.span, path=option)),
        )
        for one in report.findings
    )
    (source,) = (it for path, it in report.sources.items() if path == PROJECT_NAMES[0])
    return Report.of(found, {option: Source(option, source.text)})


def _successor(state: State, there: State, name: str) -> None:
    """Make sure that a state goes on from the one that is there."""
    if not there.lineage or state == there:
        return
    if state.lineage != there.lineage:
        raise _refused(text("`{name}` and the state there have different beginnings", name=name))
    if state.serial <= there.serial:
        raise _refused(
            text(
                "`{name}` has serial {mine} and the state there {theirs}: it is no later one",
                name=name,
                mine=state.serial,
                theirs=there.serial,
            )
        )


def _refused(message: Text) -> StateMovedError:
    return StateMovedError(
        message, text("to go back on purpose: `crmspec state push FILE --force`")
    )
