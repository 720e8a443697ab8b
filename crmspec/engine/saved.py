"""Saved plans: what was reviewed, bound to project, state and target by digests."""

from __future__ import annotations

import shlex
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.body import canonical, digest, fingerprint
from crmspec.engine.change import Kind, Risk
from crmspec.engine.difference import Differences
from crmspec.engine.error import BadPlanFileError, StalePlanError
from crmspec.engine.gate import NOTHING, refusals
from crmspec.engine.pace import Quota
from crmspec.engine.task import Deed
from crmspec.source.decode import UndecodableError, decoded

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.engine.change import Change
    from crmspec.engine.plan import Left, Plan
    from crmspec.engine.task import Task

FORMAT = "crmspec-plan"
VERSION = 1
LIFETIME = timedelta(hours=24)


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan was made of: the commit of the project, and whether its files differ from it.

    `variables` are digests of the project's variables by name; `provider` names the provider
    and its version; `select` and `exclude` are what the plan was narrowed to. `rollback` says
    that it brings back the project of an earlier commit.
    """

    commit: str | None = None
    dirty: bool = False
    provider: str = ""
    variables: dict[str, str] = {}
    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    rollback: bool = False


class SavedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change by digests, and what a reviewer reads.

    `wanted` and `found` are digests of bodies; `calls` counts calls by endpoint. `live` says that
    what is live is written to; `people` are on their way in it, null if the target does not tell.
    `reaches` are the keys under which what is live may reach others than before. `protected` says
    whether it must not be deleted from now on, or may be again; null if that stays as it is.
    """

    address: str
    kind: Kind
    risk: Risk
    source: str
    wanted: str | None
    found: str | None
    revision: str | None
    was: str | None = None
    fields: Differences = ()
    drift: Differences = ()
    conflicts: Differences = ()
    after: tuple[str, ...] = ()
    calls: dict[str, int] = {}
    live: bool = False
    people: int | None = None
    reaches: tuple[str, ...] = ()
    protected: bool | None = None


class SavedRemark(msgspec.Struct, frozen=True, kw_only=True):
    """What is left as it is, and why."""

    address: str
    effect: str
    reason: str
    source: str
    reference: tuple[str, ...] = ()


class SavedTask(msgspec.Struct, frozen=True, kw_only=True):
    """A build sheet that is to be done by hand, and what changed since it was done last."""

    address: str
    deed: Deed
    reason: str
    source: str
    wanted: str | None
    fields: Differences = ()


class SavedUndeployed(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of resource that the target does not get, how many there are, and why."""

    kind: str
    count: int
    reason: str


class SavedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A reviewed plan; times are ISO 8601 UTC."""

    crmspec: str
    context: Context
    project: str
    target: str
    lineage: str
    serial: int
    created_at: str
    expires_at: str
    calls: int
    endpoints: dict[str, int]
    seconds: float
    unchanged: int
    objects: int
    refused: tuple[str, ...]
    changes: tuple[SavedChange, ...]
    remarks: tuple[SavedRemark, ...]
    tasks: tuple[SavedTask, ...]
    undeployed: tuple[SavedUndeployed, ...]
    quotas: tuple[Quota, ...] = ()


class _Envelope(msgspec.Struct, frozen=True, kw_only=True):
    format: str
    version: int
    digest: str
    plan: msgspec.Raw


def summarise(
    plan: Plan, *, version: str, now: datetime, context: Context | None = None
) -> SavedPlan:
    """Return what is saved of a plan; `version` is crmspec's own."""
    return SavedPlan(
        crmspec=version,
        context=context or Context(),
        project=plan.state.project,
        target=plan.state.target,
        lineage=plan.state.lineage,
        serial=plan.state.serial,
        created_at=now.isoformat(timespec="seconds"),
        expires_at=(now + LIFETIME).isoformat(timespec="seconds"),
        calls=plan.calls,
        endpoints=plan.cost.calls,
        seconds=round(plan.seconds, 3),
        quotas=plan.quotas,
        unchanged=plan.unchanged,
        objects=plan.objects,
        refused=tuple(one.message.english() for one in refusals(plan, NOTHING)),
        changes=tuple(map(_summary, plan.changes)),
        remarks=tuple(map(_remark, plan.remarks)),
        tasks=tuple(map(_task, plan.tasks)),
        undeployed=tuple(
            SavedUndeployed(kind=one.kind, count=one.count, reason=one.reason.english())
            for one in plan.undeployed
        ),
    )


def _summary(change: Change) -> SavedChange:
    return SavedChange(
        address=str(change.address),
        kind=change.kind,
        risk=change.risk,
        source=change.source,
        wanted=fingerprint(change.desired.body) if change.desired else None,
        found=change.remote.fingerprint if change.remote else None,
        revision=change.remote.revision if change.remote else None,
        was=str(change.was) if change.was else None,
        fields=change.told.fields,
        drift=change.told.drift,
        conflicts=change.told.conflicts,
        after=tuple(map(str, change.after)),
        calls=change.cost.calls,
        live=change.live,
        people=change.people,
        reaches=change.reaches,
        protected=change.protects,
    )


def _remark(remark: Left) -> SavedRemark:
    return SavedRemark(
        address=str(remark.address),
        effect=remark.effect,
        reason=remark.reason.english(),
        source=remark.source,
        reference=tuple(one.english() for one in remark.reference),
    )


def _task(task: Task) -> SavedTask:
    return SavedTask(
        address=str(task.address),
        deed=task.deed,
        reason=task.reason.english(),
        source=task.source,
        wanted=fingerprint(task.body) if task.body is not None else None,
        fields=task.fields,
    )


def dump(saved: SavedPlan) -> bytes:
    """Return the file's bytes: readable JSON with a digest over the plan."""
    body = {
        "format": FORMAT,
        "version": VERSION,
        "digest": digest(canonical(saved)),
        "plan": saved,
    }
    return msgspec.json.format(msgspec.json.encode(body), indent=2) + b"\n"


def load(data: bytes) -> SavedPlan:
    """Read a saved plan.

    Raises:
        BadPlanFileError: it is none, is damaged, or is of another version.
    """
    try:
        envelope = decoded(data, _Envelope)
    except UndecodableError:
        raise BadPlanFileError(text("this is no saved plan"), _again()) from None
    if envelope.format != FORMAT or envelope.version != VERSION:
        raise BadPlanFileError(text("this plan was saved by another version of crmspec"), _again())
    try:
        saved = decoded(envelope.plan, SavedPlan)
    except UndecodableError:
        raise BadPlanFileError(text("the saved plan is damaged"), _again()) from None
    if digest(canonical(saved)) != envelope.digest:
        raise BadPlanFileError(
            text("the saved plan was changed after it was made"), _again(saved.context)
        )
    return saved


def verify(
    saved: SavedPlan, plan: Plan, *, version: str, now: datetime, context: Context | None = None
) -> None:
    """Make sure that a fresh plan is the one that was reviewed.

    Raises:
        StalePlanError: something moved; the message says what.
    """
    fresh = summarise(plan, version=version, now=now, context=context)
    for name, message in _CONTEXT:
        if getattr(saved.context, name) != getattr(fresh.context, name):
            raise StalePlanError(message, _again(saved.context))
    for name, message in _BINDINGS:
        if getattr(saved, name) != getattr(fresh, name):
            raise StalePlanError(message, _again(saved.context))
    if now >= datetime.fromisoformat(saved.expires_at):
        raise StalePlanError(
            text("the saved plan expired at {time}", time=saved.expires_at), _again(saved.context)
        )
    old = {_slot(change): change for change in saved.changes}
    new = {_slot(change): change for change in fresh.changes}
    for slot in sorted(old.keys() | new.keys()):
        _verify_change(slot[0], old.get(slot), new.get(slot), _again(saved.context))


def _slot(change: SavedChange) -> tuple[str, bool]:
    return change.address, change.kind is Kind.ACTIVATE


def _verify_change(
    address: str, old: SavedChange | None, new: SavedChange | None, again: Text
) -> None:
    if old is None or new is None:
        what = text("`{address}` needs another change than the plan says", address=address)
    elif (old.found, old.revision) != (new.found, new.revision):
        what = text("`{address}` changed on the target since the plan was made", address=address)
    elif (old.wanted, old.kind, old.protected) != (new.wanted, new.kind, new.protected):
        what = text("`{address}` changed in the project since the plan was made", address=address)
    else:
        return
    raise StalePlanError(what, again)


_CONTEXT = (
    ("commit", text("the project is at another commit than the plan was made from")),
    ("provider", text("the plan was made by another version of the provider")),
    ("variables", text("the project's variables changed since the plan was made")),
)
_BINDINGS = (
    ("crmspec", text("the plan was made by another version of crmspec")),
    ("project", text("the plan is for another project")),
    ("target", text("the plan is for another target")),
    ("lineage", text("the plan was made with another state")),
    ("serial", text("something was applied since the plan was made")),
)


def _again(context: Context | None = None) -> Text:
    """Return how to plan the same anew: a rollback, or with the same selection."""
    made = context or Context()
    line = ["crmspec", "plan"]
    if made.rollback:
        line = ["crmspec", "rollback", "--to", str(made.commit)]
    for option, terms in (("--select", made.select), ("--exclude", made.exclude)):
        line += [word for term in terms for word in (option, term)]
    return text("make a new plan: `{command}`", command=shlex.join([*line, "-o", "plan.json"]))
