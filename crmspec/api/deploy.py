"""`plan` and `apply`: the project, a provider, a store, and the engine between them."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec import __version__
from crmspec.api.audit import AuditLog
from crmspec.api.blame import Trusted, at, blamed, chosen, trusted
from crmspec.api.check import check_path
from crmspec.api.environment import settled_on, targets_in, values_in
from crmspec.api.revision import Revision, head
from crmspec.diagnostics import text
from crmspec.diagnostics.report import Report
from crmspec.engine import apply as applying
from crmspec.engine import handover, saved
from crmspec.engine import plan as planning
from crmspec.engine.body import fingerprint
from crmspec.engine.error import StoreUnusableError
from crmspec.engine.gate import as_it_was
from crmspec.engine.holder import told as holding
from crmspec.engine.locate import Locator
from crmspec.engine.pace import Pace
from crmspec.engine.policy import governed
from crmspec.engine.reach import Reaches
from crmspec.engine.resource import Address
from crmspec.engine.select import narrowed
from crmspec.engine.sheet import Sheets, with_sheets
from crmspec.engine.state import Run
from crmspec.engine.task import tasks
from crmspec.engine.wording import in_words
from crmspec.ir import KINDS
from crmspec.ir.program import KEYS
from crmspec.ir.project import Paths
from crmspec.providers import registry
from crmspec.providers.clock import SystemClock
from crmspec.providers.thread import ThreadExecutor
from crmspec.secret.source import Place, unheard
from crmspec.stores import registry as stores
from crmspec.stores.disk import usable
from crmspec.stores.locking import Terms, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from crmspec.api.check import CheckResult
    from crmspec.diagnostics import Text
    from crmspec.engine.apply import Outcome
    from crmspec.engine.change import Change
    from crmspec.engine.error import StateLockedError
    from crmspec.engine.plan import Plan
    from crmspec.engine.port import Clock, Provider, Reporter, StateStore
    from crmspec.engine.resource import Desired, Remote
    from crmspec.engine.state import State
    from crmspec.engine.task import Task
    from crmspec.ir.target import Target
    from crmspec.source import Source, Span


class BrokenProjectError(Exception):
    """The project has errors, or the target cannot express it; nothing was contacted."""

    def __init__(self, report: Report) -> None:
        super().__init__("the project has errors")
        self.report = report


@dataclass(frozen=True)
class Patience:
    """How long to wait for the lock of the state, in seconds, and whom to tell of the wait.

    `remark` is told what is not as it should be and stops nothing, such as a secret in a file that
    everybody can read.
    """

    seconds: float = 0.0
    waiting: Callable[[StateLockedError], None] = silent
    remark: Callable[[Text], None] = unheard


@dataclass(frozen=True)
class Back:
    """The earlier commit that the project is taken from, and how to undo later moves.

    `live` are the addresses of what was live after the last apply of the commit.
    """

    commit: str
    moves: dict[Address, Address]
    live: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Deployment:
    """A target that is open, with what is wanted of it."""

    project: str
    settings: Target
    provider: Provider
    store: StateStore
    clock: Clock
    result: CheckResult
    folder: Path
    back: Back | None = None

    @property
    def sources(self) -> Mapping[str, Source]:
        """Return the project's files by path."""
        return self.result.report.sources

    @property
    def target(self) -> str:
        """Return the name of the target, in an environment as `staging.klaviyo`."""
        return name_of(self.result.environment, self.settings.id)

    @property
    def log(self) -> Path:
        """Return the path of the audit log."""
        return self.folder / f"{self.target}.audit.jsonl"

    @cached_property
    def sheets(self) -> Sheets:
        """Return what people do by hand on the target."""
        return Sheets(self.result.program, self.settings, self.sources)

    @cached_property
    def wanted(self) -> Desired:
        """Return what the project wants on the target, and of people."""
        program = self.result.program
        wanted = governed(
            self.provider.compile(program), program, self.settings, self.provider.keeps
        )
        if self.back is not None:
            wanted = replace(wanted, moves=self.back.moves | wanted.moves)
        return with_sheets(wanted, self.sheets)

    @cached_property
    def reaches(self) -> Reaches:
        """Return what says who gets something by a resource."""
        return Reaches(self.result.program, {one.address for one in self.wanted.resources})

    def busy(self) -> Text | None:
        """Return who works on the state meanwhile, as far as the store tells without waiting."""
        with suppress(StoreUnusableError):  # who may only read it plans all the same
            holder = self.store.glimpse()
            return None if holder is None else holding(holder)
        return None

    def tasks(self) -> tuple[Task, ...]:
        """Return what is left to people; nothing is contacted."""
        reasons = {one.address: one.reason for one in self.wanted.remarks if one.effect == "manual"}
        return tuple(tasks(self.wanted, self.store.load(), reasons, self.where))

    def plan(
        self, select: Sequence[str] = (), exclude: Sequence[str] = (), *, closely: bool = False
    ) -> Plan:
        """Compare project, state and target; with a selection, only a part of them.

        What takes a call for each object is only looked at where something would be written,
        or, `closely`, everywhere.

        Raises:
            SelectionError: a term selects nothing, or what is needed is excluded.
            WrongAccountError: the target is another account than that of the state.
            PlanRefusedError: `ids` of the target hand over what cannot be taken over.
        """
        state, wanted, ids = self.store.load(), self.wanted, named_ids(self.settings)
        self._refuse(handover.shared(ids))
        if state.account:  # all differences are false against another account
            applying.of_account(state, self.provider.whoami())
        actual = self.provider.read(ids | planning.known(state))
        whole, shown = self._planned(state, actual), (*wanted.resources, *wanted.sheets)
        self._refuse(handover.unfit(ids, whole))
        plan = narrowed(whole, shown, select, exclude)
        told = self.provider.closely(actual if closely else planning.at_stake(plan, actual))
        if told:
            plan = narrowed(self._planned(state, actual | told), shown, select, exclude)
        return replace(plan, changes=tuple(map(self._peopled, plan.changes)))

    def _refuse(self, unfit: Iterable[handover.Unfit]) -> None:
        """Raise the first error about an id that the settings give, with its place."""
        for address, error in unfit:
            place = self.settings.place.value("ids", KEYS[address.kind], address.id)
            error.at = self.where(place)
            raise error

    def _planned(self, state: State, actual: Mapping[Address, Remote]) -> Plan:
        plan = planning.make(
            self.wanted,
            state,
            actual,
            where=self.where,
            locate=self.locate,
            normalise=self.provider.normalise,
            kind=self.provider.kind,
            cost=self.provider.cost,
            words=partial(in_words, self.provider),
            pace=Pace(budgets=self.provider.budgets, width=self.provider.width),
            reach=self.reaches.of,
        )
        return plan if self.back is None else as_it_was(plan, self.back.live)

    def _peopled(self, change: Change) -> Change:
        """Return the change of a live chain with how many are on their way in it."""
        remote = change.remote
        if remote is None or not change.live or change.address.kind != "chain":
            return change
        return replace(change, people=self.provider.people(change.address, remote.id))

    def rehearse(self, plan: Plan) -> None:
        """Have the target judge the changes of a plan; it keeps nothing of them.

        What people say they made by hand is looked for as well, where the target lists it.

        Raises:
            BrokenProjectError: it would refuse some, or has not got what was made by hand.
        """
        left = {task.address for task in self.tasks()}
        done = [one.address for one in self.wanted.sheets if one.address not in left]
        found = (
            *self.provider.rehearse(plan.changes, plan.ids),
            *self.provider.missing(done),
        )
        report = Report.of(found, self.result.report.sources)
        if report.failed:
            raise BrokenProjectError(report)

    def apply(self, plan: Plan, reporter: Reporter) -> Outcome:
        """Make the plan's changes; whether they are allowed is for `gate.admit` to say."""
        revision, at = self.revision, self.clock.now().isoformat(timespec="seconds")
        run = Run(at, revision.commit, revision.dirty, rollback=self.back is not None)
        log = AuditLog(self.log, self.target, run, self.clock)
        ports = self.provider, self.store, self.clock, Trusted(self.settings, reporter)
        with ThreadExecutor(self.provider.width) as executor:
            return applying.run(plan, *ports, executor, run, log)

    def save(self, plan: Plan, select: Sequence[str] = (), exclude: Sequence[str] = ()) -> bytes:
        """Return the plan as a file that `confirm` accepts while nothing moves."""
        context = self._context(select, exclude)
        now = self.clock.now()
        return saved.dump(saved.summarise(plan, version=__version__, now=now, context=context))

    def confirmed(self, data: bytes) -> Plan:
        """Return the plan that was saved, if it is still the one to apply.

        Raises:
            BadPlanFileError: the data is no plan, or was changed.
            StalePlanError: something moved since; the message says what.
        """
        known, now = saved.load(data), self.clock.now()
        plan = self.plan(known.context.select, known.context.exclude)
        context = self._context(known.context.select, known.context.exclude)
        saved.verify(known, plan, version=__version__, now=now, context=context)
        return plan

    def _context(self, select: Sequence[str], exclude: Sequence[str]) -> saved.Context:
        program, revision = self.result.program, self.revision
        values = values_in(program, self.result.environment)
        return saved.Context(
            commit=revision.commit,
            dirty=revision.dirty,
            provider=self.provider.version,
            variables={name: fingerprint(value) for name, value in sorted(values.items())},
            select=tuple(select),
            exclude=tuple(exclude),
            rollback=self.back is not None,
        )

    @property
    def revision(self) -> Revision:
        """Return the commit that the project is at."""
        if self.back is not None:
            return Revision(self.back.commit, dirty=False)
        workspace = self.result.workspace
        paths = self.result.program.project.paths or Paths()
        texts = {f"{paths.templates}/{name}" for name in workspace.templates}
        return head(workspace.root, workspace.files.keys() | texts)

    @cached_property
    def locate(self) -> Locator:
        """Return what finds the lines of the project that differences come from."""
        program = self.result.program
        return Locator(program, self.sources, (program.project.paths or Paths()).templates)

    def where(self, span: Span) -> str:
        """Return a place as `file:line`."""
        return at(span, self.sources)


def named_ids(target: Target) -> dict[Address, str]:
    """Return the ids of the objects that a target's settings hand over to the project."""
    return {
        Address(KINDS[key][0], name): id_
        for key, ids in target.ids.items()
        for name, id_ in ids.items()
    }


def name_of(environment: str | None, target: str) -> str:
    """Return the name under which a target's state is kept: `target`, or `environment.target`."""
    return target if environment is None else f"{environment}.{target}"


def planned(data: bytes) -> tuple[str | None, str, str | None]:
    """Return the environment and target of a saved plan, and the commit if it goes back to one.

    Raises:
        BadPlanFileError: the data is no plan, or was changed.
    """
    plan = saved.load(data)
    environment, _, target = plan.target.rpartition(".")
    return environment or None, target, plan.context.commit if plan.context.rollback else None


@contextmanager
def deployment(
    path: Path | None,
    target_id: str | None,
    state_folder: Path | None = None,
    patience: Patience | None = None,
) -> Iterator[Deployment]:
    """Open a target for the project at a path.

    Raises:
        BrokenProjectError: the project has errors, or the target cannot express it.
        EngineError: the target is unknown, a secret is missing, the state is damaged.
    """
    result = check_path(path)
    settled(result)
    whole(result)
    with opened(result, target_id, state_folder, patience) as found:
        fit(found)
        yield found


def settled(result: CheckResult) -> str | None:
    """Return the environment to deploy to; raises as `settled_on` does, with a place."""
    with chosen(result.program.environments.values(), result.report.sources):
        return settled_on(result.program, result.environment)


def whole(result: CheckResult) -> CheckResult:
    """Return the result of a project that may be deployed.

    Raises:
        BrokenProjectError: it has errors.
    """
    if result.failed:
        raise BrokenProjectError(result.report)
    if result.lost:  # silenced, but a target must not lose what could not be read
        raise BrokenProjectError(Report.of(result.lost, result.report.sources))
    return result


@contextmanager
def opened(
    result: CheckResult,
    target_id: str | None,
    state_folder: Path | None = None,
    patience: Patience | None = None,
) -> Iterator[Deployment]:
    """Open a target for a project as far as it could be read; nothing is contacted yet.

    Raises:
        EngineError: the target is unknown, a secret is missing, the state is damaged.
    """
    program, sources, clock = result.program, result.report.sources, SystemClock()
    environment = settled(result)
    targets = targets_in(program, environment)
    with chosen(targets.values(), sources):
        target = registry.target(targets, target_id)
    folder = state_folder or result.workspace.root / stores.FOLDER
    with usable(folder):
        folder.mkdir(parents=True, exist_ok=True)
    patience = patience or Patience()
    if not targets and target_id is None:
        patience.remark(text("no target is declared: this is the embedded sandbox"))
    place = Place(result.workspace.root, os.environ, patience.remark)
    own = folder / environment if environment is not None else folder
    project, name = program.project.project, name_of(environment, target.id)
    terms = Terms(project, name, clock, patience.seconds, patience.waiting)
    storage = stores.storage_of(program.project, target, state_folder)
    with ExitStack() as stack:
        with blamed(target, sources):
            connection = registry.connection(project, target, own, place, environment)
            provider = stack.enter_context(registry.connect(connection, clock))
        with blamed(storage, sources):
            store = stack.enter_context(stores.opened(storage, place, terms))
        with trusted(target, sources):
            yield Deployment(project, target, provider, store, clock, result, folder)


def fit(deployment: Deployment) -> None:
    """Make sure that the target can express the project.

    Raises:
        BrokenProjectError: it cannot.
    """
    result = deployment.result
    findings = tuple(deployment.provider.audit(result.program))
    report = Report.of(findings, result.report.sources)
    if report.failed:
        raise BrokenProjectError(report)
