"""The plan: what to do so that the target matches the project, worked out three ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from crmspec.diagnostics import Text, text
from crmspec.engine.change import GONE, LIVE, STATUS, Change, Cost, Kind, one_call
from crmspec.engine.compare import Case, changes, with_body
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.move import carried
from crmspec.engine.order import closure, ordered, prerequisites
from crmspec.engine.pace import Pace, Quota
from crmspec.engine.resource import Address, Desired, Remark, Remote, Resource, Undeployed
from crmspec.engine.state import Entry, State, entry_renamed
from crmspec.engine.state import with_body as entry_with_body
from crmspec.engine.task import Task, tasks
from crmspec.engine.wording import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from crmspec.engine.body import Body
    from crmspec.engine.difference import Difference, Differences
    from crmspec.engine.reach import Reach
    from crmspec.engine.wording import Words
    from crmspec.source import Span

    T = TypeVar("T")
    Normalise = Callable[[Address, Body], Body]
    Where = Callable[[Span], str]
    Locate = Callable[[Resource, Difference], Span | None]
    Manner = Callable[[Change], Kind]
    Price = Callable[[Change], Cost]
    Reached = Callable[[Address], Reach]


_UNBOUNDED = Pace()


class Left(msgspec.Struct, frozen=True):
    """A remark with its place as `file:line`; `stays` if the object is on the target meanwhile.

    The effects are those of remarks and `unknown`: an object with the project's marker that
    neither the project nor the state knows.
    """

    address: Address
    effect: str
    reason: Text
    source: str
    stays: bool = False
    reference: tuple[Text, ...] = ()


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Changes in the order of their calls; `ids` are the remote ids of all that exists.

    `unchanged` counts what is as wanted, also where the state is still to catch up with it;
    `objects` counts what the project has on the target; `max_deletions` is the share of them
    that may go at once. Of a narrowed plan, `also` are the changes that others cannot do
    without, and `left_out` counts those, and what else stays on the target, that are not in
    it. `wanted` and `actual` are all bodies that were compared. `tasks` are what people have
    still to do by hand; `pace` is what the target stands.
    """

    state: State
    changes: tuple[Change, ...]
    remarks: tuple[Left, ...]
    unchanged: int
    ids: dict[Address, str]
    undeployed: tuple[Undeployed, ...] = ()
    tasks: tuple[Task, ...] = ()
    objects: int = 0
    max_deletions: float = 1.0
    also: tuple[Address, ...] = ()
    left_out: int = 0
    wanted: dict[Address, Resource] = {}
    actual: dict[Address, Remote] = {}
    pace: Pace = Pace()

    @property
    def cost(self) -> Cost:
        """Return what all changes cost together."""
        return sum((change.cost for change in self.changes), Cost())

    @property
    def calls(self) -> int:
        """Return the number of calls."""
        return self.cost.total

    @property
    def seconds(self) -> float:
        """Return how long the calls may take, by all budgets of the target."""
        return self.pace.seconds(self.cost)

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """Return what is needed of the target's quotas."""
        return tuple(self.pace.quotas(self.cost))

    @property
    def removals(self) -> list[Change]:
        """Return what takes objects away."""
        return [c for c in self.changes if c.kind in GONE and c.remote is not None]

    @property
    def empty(self) -> bool:
        """Say whether there is nothing to do."""
        return all(change.only_noted for change in self.changes)

    @property
    def idle(self) -> bool:
        """Say whether there is nothing to do, neither here nor by hand."""
        return self.empty and not self.tasks

    @property
    def matches(self) -> bool:
        """Say whether the target holds nothing but what the plan is about."""
        stays = any(remark.stays for remark in self.remarks)
        return self.empty and not self.left_out and not stays and not self.tasks


def known(state: State) -> dict[Address, str]:
    """Return the remote ids that the state knows, for `Provider.read`."""
    entries = state.entries.items()
    return {Address.parse(address): entry.id for address, entry in entries if entry.deployed}


def _unchanged(_: Address, body: Body) -> Body:
    return body


def _anywhere(span: Span) -> str:
    return span.path


def _nowhere(*_: object) -> None:
    return None


def _as_it_is(change: Change) -> Kind:
    return change.kind


def _untold(_: Address) -> Reach:
    return {}


def make(  # noqa: PLR0913 - what a provider says of bodies and changes
    desired: Desired,
    state: State,
    actual: Mapping[Address, Remote],
    *,
    where: Where = _anywhere,
    locate: Locate = _nowhere,
    normalise: Normalise = _unchanged,
    kind: Manner = _as_it_is,
    cost: Price = one_call,
    words: Words = _nowhere,
    pace: Pace = _UNBOUNDED,
    reach: Reached = _untold,
) -> Plan:
    """Compare what is wanted, what was applied and what is there.

    `locate` finds what in the project a difference comes from, `where` calls it `file:line`;
    `words` says a body as an author does, None if the language has no words for it; `reach` tells
    who gets something by a resource.

    Raises:
        DependencyCycleError: the changes cannot be ordered.
        TargetRejectedError: what is needed, but not managed, is not on the target.
    """
    moves = _moves(desired, state, actual)
    actual = carried(actual, moves) if moves else actual
    wanted = {r.address: with_body(r, normalise(r.address, r.body)) for r in desired.resources}
    entries = _entries(state, moves, normalise)
    manual = {remark.address for remark in desired.remarks if remark.effect == "manual"}
    pending = {moves.get(at, at): it for at, it in _addressed(state.pending)}
    # What only its marker shows may be another state's: it is never deleted.
    ours = _of(desired, entries.keys() | (actual.keys() & pending.keys()))
    _complete(desired, wanted, actual)
    was = {new: old for old, new in moves.items()}
    found = [
        change
        for address in wanted.keys() | (ours - manual)
        for change in changes(
            Case(
                address=address,
                desired=wanted.get(address),
                entry=entries.get(address),
                remote=actual.get(address),
                intent=pending.get(address),
                was=was.get(address),
            )
        )
    ]
    sequence = _in_order(_reaching(found, wanted, actual, reach), wanted, actual)
    touched = {change.address for change in found if not change.only_noted}
    remarks = _once(_left(remark, entries, actual, where) for remark in desired.remarks)
    by_hand = {sheet.address for sheet in desired.sheets}
    reasons = {remark.address: remark.reason for remark in remarks if remark.effect == "manual"}
    return Plan(
        state=state,
        changes=tuple(
            _priced(_placed(_keyed(one, state), where, locate, words), kind, cost)
            for one in sequence
        ),
        remarks=(
            *(one for one in remarks if one.effect != "manual" or one.address not in by_hand),
            *_unknown(_of(desired, actual.keys() - wanted.keys() - ours - manual)),
        ),
        unchanged=len(wanted.keys() - touched),
        ids={address: remote.id for address, remote in actual.items()},
        undeployed=desired.undeployed,
        tasks=tuple(tasks(desired, state, reasons, where)),
        objects=len(ours & actual.keys()),
        max_deletions=desired.max_deletions,
        wanted=wanted,
        actual=dict(actual),
        pace=pace,
    )


def _reaching(
    found: Iterable[Change],
    wanted: Mapping[Address, Resource],
    actual: Mapping[Address, Remote],
    reach: Reached,
) -> Iterator[Change]:
    """Add who gets something by the changes, and whether something live needs them."""
    live = (one for one, remote in actual.items() if remote.body.get(STATUS) == LIVE)
    stays = (one for one in live if one in wanted and wanted[one].body.get(STATUS) == LIVE)
    used = {needed for one in stays for needed in closure(one, wanted) - {one}}
    for change in found:
        reached = {} if change.desired is None else reach(change.address)
        yield msgspec.structs.replace(change, reach=reached, used=change.address in used)


def at_stake(plan: Plan, actual: Mapping[Address, Remote]) -> dict[Address, Remote]:
    """Return what a plan would write or take away, by its addresses in `actual`."""
    about = (change.was or change.address for change in plan.changes if change.writes)
    return {address: actual[address] for address in about if address in actual}


def _moves(
    desired: Desired, state: State, actual: Mapping[Address, Remote]
) -> dict[Address, Address]:
    """Return the moves that are still to be made; of two to one address, the first counts."""
    here = known(state).keys() | actual.keys()
    made: dict[Address, Address] = {}
    for old, new in sorted(desired.moves.items()):
        if old in here and new not in here and new not in made.values():
            made[old] = new
    return made


def _entries(
    state: State, moves: Mapping[Address, Address], normalise: Normalise
) -> dict[Address, Entry]:
    names = {str(old): str(new) for old, new in moves.items()}
    return {
        new: entry_with_body(kept, normalise(new, kept.body))
        for address, entry in _addressed(state.entries)
        if entry.deployed
        for new, kept in ((moves.get(address, address), entry_renamed(entry, names)),)
    }


def _addressed(items: Mapping[str, T]) -> Iterable[tuple[Address, T]]:
    return ((Address.parse(name), item) for name, item in items.items())


def _of(desired: Desired, addresses: AbstractSet[Address]) -> AbstractSet[Address]:
    """Return those of the kinds that the target manages."""
    kinds = desired.kinds
    return {address for address in addresses if kinds is None or address.kind in kinds}


def _complete(
    desired: Desired, wanted: Mapping[Address, Resource], actual: Mapping[Address, Remote]
) -> None:
    """Make sure that what is not deployed, but needed, is on the target already.

    Raises:
        TargetRejectedError: it is not.
    """
    kinds = desired.kinds
    for address, resource in sorted(wanted.items()):
        for lacks in resource.depends if kinds is not None else ():
            if lacks not in wanted and lacks not in actual:
                raise TargetRejectedError(
                    text(
                        "`{address}` needs `{lacks}`, which is not on the target",
                        address=str(address),
                        lacks=str(lacks),
                    ),
                    text("make it there first, or add its kind to `manages` of the target"),
                    status=422,
                )


def _left(
    remark: Remark,
    entries: Mapping[Address, Entry],
    actual: Mapping[Address, Remote],
    where: Where,
) -> Left:
    reason, stays = remark.reason, remark.effect == "manual" and remark.address in actual
    if stays and remark.address in entries:
        reason = text("{reason}; still on the target as last applied", reason=reason)
    elif stays:
        reason = text("{reason}; still on the target", reason=reason)
    return Left(
        remark.address, remark.effect, reason, where(remark.origin), stays, remark.reference
    )


def _once(remarks: Iterable[Left]) -> list[Left]:
    """Return the remarks, each once: what is lowered to several copies is at one place."""
    told: dict[tuple[Address, str, str, str], Left] = {}
    for one in remarks:
        told.setdefault((one.address, one.effect, one.reason.english(), one.source), one)
    return list(told.values())


def _unknown(addresses: AbstractSet[Address]) -> Iterator[Left]:
    reason = text("on the target with this project's marker, but not in this state: left alone")
    for address in sorted(addresses):
        yield Left(address, "unknown", reason, "", stays=True)


def _in_order(
    found: Iterable[Change],
    wanted: Mapping[Address, Resource],
    actual: Mapping[Address, Remote],
) -> Iterator[Change]:
    """Yield the changes in the order of their calls; what goes live does so after all else."""
    setup: dict[Address, Change] = {}
    launch: dict[Address, Change] = {}
    for change in found:
        (launch if change.kind is Kind.ACTIVATE else setup)[change.address] = change
    needs = prerequisites(wanted, actual, setup.keys())
    for address in ordered(needs):
        yield _after(setup[address], needs[address])
    for address in ordered(prerequisites(wanted, actual, launch.keys())):
        needed = closure(address, wanted)
        before = (needed & setup.keys()) | ((needed - {address}) & launch.keys())
        yield _after(launch[address], before)


def _after(change: Change, needs: AbstractSet[Address]) -> Change:
    return msgspec.structs.replace(change, after=tuple(sorted(needs)))


def _keyed(change: Change, state: State) -> Change:
    """Add the key: a call that was cut off keeps its own."""
    pending = state.pending.get(str(change.address))
    key = pending.key if pending and pending.kind == change.kind else ""
    return msgspec.structs.replace(change, key=key)


def _placed(change: Change, where: Where, locate: Locate, words: Words) -> Change:
    """Say what changes in the author's words, and where the project says it."""
    said, wanted = told(change, words), change.desired
    if wanted is None:
        was = change.entry.source if change.entry is not None else ""
        return msgspec.structs.replace(change, source=was, words=said)
    head = where(wanted.origin)
    shown = with_body(wanted, wanted.body | (said.body or {}))

    def placed(found: Differences) -> Differences:
        spans = [locate(shown, one) for one in found]
        lines = ["" if span is None else where(span) for span in spans]
        pairs = zip(found, ("" if line == head else line for line in lines), strict=True)
        return tuple(msgspec.structs.replace(one, source=line) for one, line in pairs)

    said = msgspec.structs.replace(
        said, fields=placed(said.fields), conflicts=placed(said.conflicts)
    )
    return msgspec.structs.replace(change, source=head, words=said)


def _priced(change: Change, kind: Manner, cost: Price) -> Change:
    change = msgspec.structs.replace(change, kind=kind(change))
    return msgspec.structs.replace(change, cost=cost(change))
