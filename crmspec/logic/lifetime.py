"""Whether one customer can be in two chains at once, or get messages of both within a while.

The states at an entry are carried forward through the chain's lifetime: what cannot change stays,
counts of events that end the chain do not grow, everything else becomes free (a sound image).
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeAlias

from crmspec.diagnostics.evidence import Verdict
from crmspec.diagnostics.sentence import Text, text
from crmspec.ir.trigger import EventTrigger
from crmspec.logic import holdout
from crmspec.logic.cell import bits
from crmspec.logic.formula import AllOf, atoms
from crmspec.logic.region import Region
from crmspec.logic.variable import AttributeValue, Bucket, EventCount
from crmspec.source.record import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.ir.chain import Chain, Exit
    from crmspec.logic.formula import Formula
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.variable import Variable

FROZEN = 30 * 1440
"""Minutes for which a frozen attribute keeps its value (semantics 1.9)."""
Masks: TypeAlias = dict["Variable", int]


class Together(Value, frozen=True):
    """Whether one customer can be in both chains at one moment.

    `verdict` is PROVED if not, and then `reasons` say why for each order of entry; else POSSIBLE.
    `orders` are the pairs (first in, then in) that could not be ruled out.
    """

    verdict: Verdict
    reasons: tuple[Text, ...] = ()
    orders: tuple[tuple[str, str], ...] = ()


def together(portfolio: Portfolio, one: str, other: str) -> Together:
    """Say whether one customer can be in both chains at one moment."""
    started = portfolio.loads.started
    kind = f"together {one in started} {other in started}"
    return portfolio.of_chains(kind, (one, other), partial(_together, portfolio, one, other))


def _together(portfolio: Portfolio, one: str, other: str) -> Together:
    known = portfolio.lifetimes
    group = known.group(one, other)
    if group is not None:
        return Together(Verdict.PROVED, (_one_at_a_time(portfolio, group, one, other),))
    found = {pair: known.keeps_out(*pair) for pair in ((one, other), (other, one))}
    open_ = tuple(pair for pair, reason in found.items() if reason is None)
    if open_:
        return Together(Verdict.POSSIBLE, orders=open_)
    first, second = (reason for reason in found.values() if reason is not None)
    return Together(Verdict.PROVED, (first,) if first == second else (first, second))


def _one_at_a_time(portfolio: Portfolio, group: str, one: str, other: str) -> Text:
    """Say what a group does; those whom a holdout puts aside take no place in it (6.28)."""
    if next(holdout.shares(portfolio.program, (one, other), 0), None) is None:
        return text("`{group}` lets a customer be in one of its chains at a time", group=group)
    return text(
        "`{group}` lets a customer be in one of its chains at a time; those whom a holdout puts"
        " aside, and who get nothing of a chain, are not counted",
        group=group,
    )


class Lifetimes:
    """What holds of customers while they are in the chains of a portfolio."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio
        self.fellows: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._fixed: dict[tuple[str, bool], tuple[Masks, ...]] = {}
        self._entries: dict[str, tuple[Masks, ...]] = {}
        self._plain: dict[tuple[str, bool], tuple[Masks, ...]] = {}
        self._lasting: dict[tuple[Formula, ...], tuple[Masks, ...]] = {}
        self._meets: dict[tuple[str, str, int], bool] = {}

    @cached_property
    def groups(self) -> dict[str, frozenset[str]]:
        """Return the exclusive groups of each chain that is in some (semantics 6.26)."""
        program = self.portfolio.program
        found: dict[str, set[str]] = {}
        for group in program.exclusive.values():
            for chain in group.chains if group.status == "live" else ():
                found.setdefault(chain.id, set()).add(group.id)
        for own in program.chains.values():
            declared = None if own.exclusive is None else program.exclusive.get(own.exclusive.id)
            if own.exclusive is not None and (declared is None or declared.status == "live"):
                found.setdefault(own.id, set()).add(own.exclusive.id)
        return {id_: frozenset(groups) for id_, groups in found.items()}

    def group(self, one: str, other: str) -> str | None:
        """Return an exclusive group that both chains are in."""
        shared = self.groups.get(one, frozenset()) & self.groups.get(other, frozenset())
        return min(shared) if shared and one != other else None

    def entry(self, chain: str) -> tuple[Masks, ...]:
        """Return the boxes of customers who enter a chain."""
        if chain not in self._entries:
            declared = self.portfolio.program.chains[chain]
            self._entries[chain] = tuple(
                dict(box.items()) for region in self._regions(declared) for box in region.boxes
            )
        return self._entries[chain]

    def _regions(self, chain: Chain) -> tuple[Region, ...]:
        """Return who enters: on a trigger, or because a step of another chain says so (7.39)."""
        regions = self.portfolio.space.entry(chain)
        if chain.id not in self.portfolio.loads.started:
            return regions
        return (*regions, self.portfolio.space.region(chain.audience, owner=f"chain {chain.id}"))

    def plain(self, chain: str, within: int) -> tuple[Masks, ...]:
        """Return what `fixed` gives, but only from what the audience asks of nothing else.

        It is quick to find, and holds of more customers.
        """
        key = (chain, within <= FROZEN)
        if key not in self._plain:
            kind = f"plain {within <= FROZEN} {chain in self.portfolio.loads.started}"
            self._plain[key] = self.portfolio.of_chain(
                kind, chain, lambda: tuple(self._plainly(*key))
            )
        return self._plain[key]

    def _plainly(self, chain: str, has_frozen: bool) -> Iterator[Masks]:  # noqa: FBT001
        for region in self._regions(self.portfolio.program.chains[chain]):
            parts = tuple(part for part in _conjuncts(region.formula) if _is_lasting(part))
            if parts not in self._lasting:
                boxes = Region(self.portfolio.space, AllOf(parts)).boxes
                self._lasting[parts] = tuple(dict(box.items()) for box in boxes)
            for box in self._lasting[parts]:
                yield dict(self._kept(box, has_frozen=has_frozen))

    def fixed(self, chain: str, within: int) -> tuple[Masks, ...]:
        """Return what holds at the entry and does not change for `within` minutes after it."""
        has_frozen = within <= FROZEN
        key = (chain, has_frozen)
        if key not in self._fixed:
            boxes = self.entry(chain)
            self._fixed[key] = tuple(dict(self._kept(box, has_frozen=has_frozen)) for box in boxes)
        return self._fixed[key]

    def _kept(self, box: Masks, *, has_frozen: bool) -> Iterator[tuple[Variable, int]]:
        """Yield what of a box does not change; what is not known yet may become so (1.9)."""
        for variable, mask in box.items():
            if isinstance(variable, Bucket):
                yield variable, mask
            elif isinstance(variable, AttributeValue):
                promise = variable.mutability
                lasts = promise == "immutable" or (has_frozen and promise == "frozen")
                if lasts and not mask & self.portfolio.space.untold(variable):
                    yield variable, mask

    def may_meet(self, one: str, other: str, window: int = 0) -> bool:
        """Say whether one customer may get messages of both within `window` minutes."""
        key = (one, other, window) if one < other else (other, one, window)
        if key not in self._meets:
            self._meets[key] = self._may_meet(*key)
        return self._meets[key]

    def _may_meet(self, one: str, other: str, window: int) -> bool:
        chains = self.portfolio.program.chains
        if one not in chains or other not in chains:
            return True
        span = self._span(one, other, window)
        if not self._plainly_meet(one, other, span):
            return False
        return _overlap(self.fixed(one, span), self.fixed(other, span))

    def _plainly_meet(self, one: str, other: str, span: int) -> bool:
        return _overlap(self.plain(one, span), self.plain(other, span))

    def _span(self, one: str, other: str, window: int) -> int:
        """Return the most minutes between entries whose messages lie in one window."""
        lives = [self.portfolio.tracks[id_].lifetime.most for id_ in (one, other)]
        known = [life for life in lives if life is not None]
        return FROZEN + 1 if len(known) < len(lives) else max(known) + window

    def keeps_out(self, one: str, other: str) -> Text | None:
        """Say why nobody in the first chain can come into the other; None if somebody may."""
        program = self.portfolio.program
        chain, entered = program.chains[one], program.chains[other]
        ends = set(_exits(self.portfolio, chain))
        starts = self._starts(entered)
        if starts and starts <= ends and not self._come_at_once(chain, entered):
            return text("the event that starts `{other}` ends `{one}`", one=one, other=other)
        if not self.may_meet(one, other):
            first, second = sorted((one, other))
            return text(
                "`{one}` and `{other}` ask for different values of what does not change",
                one=first,
                other=second,
            )
        if not _overlap(self._image(chain, ends), self.entry(other)):
            return text(
                "what `{other}` asks for cannot come true while a customer is in `{one}`",
                one=one,
                other=other,
            )
        return self._invariant(chain, entered)

    def _image(self, chain: Chain, ends: set[str]) -> tuple[Masks, ...]:
        life = self.portfolio.tracks[chain.id].lifetime.most
        has_frozen = life is not None and life <= FROZEN
        return tuple(
            dict(self._kept(box, has_frozen=has_frozen)) | dict(_counts(box, ends))
            for box in self.entry(chain.id)
        )

    def _invariant(self, chain: Chain, entered: Chain) -> Text | None:
        """Say which exit that is looked at in every minute keeps customers apart."""
        if self.portfolio.behaviour.exits != "continuous":
            return None
        for exit_ in chain.exit:
            inside = self._inside(chain, exit_) if exit_.when == "immediate" else None
            if inside is None or self._is_open(inside, entered):
                continue
            if exit_.if_ is None or not self._come_at_once(chain, entered):
                return text(
                    "customers who come into `{other}` leave `{one}` in that minute",
                    one=chain.id,
                    other=entered.id,
                )
        return None

    def _inside(self, chain: Chain, exit_: Exit) -> Region | None:
        """Return those whom an exit lets stay, None if it does not ask about a state."""
        space = self.portfolio.space
        if exit_.if_ is not None:
            return ~space.region(exit_.if_, chain=chain, in_steps=False)
        if exit_.no_longer is None:
            return None
        return space.region(chain.audience, chain=chain, in_steps=False)

    def _is_open(self, inside: Region, entered: Chain) -> bool:
        return not all((inside & region).is_empty for region in self._regions(entered))

    def _starts(self, chain: Chain) -> set[str] | None:
        """Return the events that start a chain, None if something else may start it too."""
        events = [one.event.id for one in chain.trigger if isinstance(one, EventTrigger)]
        is_all = len(events) == len(chain.trigger) and chain.id not in self.portfolio.loads.started
        return set(events) if is_all else None

    def _come_at_once(self, one: Chain, other: Chain) -> bool:
        """Say whether one thing may start both: exits are looked at before entries (3.6, 3.7)."""
        mine, theirs = self._starts(one), self._starts(other)
        if mine is not None and theirs is not None and not mine & theirs:
            return False
        region = self.portfolio.space.region(one.audience, chain=one, in_steps=False)
        return self._is_open(region, other)

    def heaviest(self, amounts: Mapping[str, int], window: int) -> int:
        """Return the largest sum of amounts of sources that one customer may meet.

        For each thing that does not change, every customer has one value of it: the sum over the
        sources open to one value is a bound, and the least of these bounds is one as well.
        """
        best = sum(amounts.values())
        if not self._has_fixed:
            return best
        sums: dict[Variable, dict[int, int]] = {}
        bound: dict[Variable, int] = {}
        for source, amount in amounts.items():
            for variable, mask in self._ties(source, window).items():
                cells = sums.setdefault(variable, {})
                bound[variable] = bound.get(variable, 0) + amount
                for cell in bits(mask):
                    cells[cell] = cells.get(cell, 0) + amount
        total = best
        for variable, cells in sums.items():
            best = min(best, total - bound[variable] + max(cells.values(), default=0))
        return best

    @cached_property
    def _has_fixed(self) -> bool:
        """Say whether anything about customers is declared not to change."""
        attributes = self.portfolio.program.attributes.values()
        return any(one.mutability in ("immutable", "frozen") for one in attributes)

    def _ties(self, source: str, window: int) -> Masks:
        """Return the unchanging variables that all customers of a source are bound by."""
        if source not in self.portfolio.program.chains:
            return {}
        life = self.portfolio.tracks[source].lifetime.most
        boxes = self.plain(source, FROZEN + 1 if life is None else 2 * life + window)
        if not boxes:
            return {}
        shared = set(boxes[0]).intersection(*boxes[1:])
        return {variable: _union(box[variable] for box in boxes) for variable in shared}


def _union(masks: Iterator[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _conjuncts(formula: Formula) -> Iterator[Formula]:
    """Yield what must all hold for a formula to hold."""
    if not isinstance(formula, AllOf):
        yield formula
        return
    for part in formula.parts:
        yield from _conjuncts(part)


def _is_lasting(formula: Formula) -> bool:
    """Say whether a formula asks for nothing but what may be unchanging."""
    return all(
        isinstance(atom.variable, Bucket)
        or (
            isinstance(atom.variable, AttributeValue)
            and atom.variable.mutability in ("immutable", "frozen")
        )
        for atom in atoms(formula)
    )


def _counts(box: Masks, ends: set[str]) -> Iterator[tuple[Variable, int]]:
    """Yield what remains of the counts of events: those that end the chain may only fall."""
    for variable, mask in box.items():
        if not isinstance(variable, EventCount) or variable.since is not None or variable.start:
            continue
        ever = variable.window is None and not variable.months
        if variable.event in ends:
            yield variable, mask if ever else (1 << mask.bit_length()) - 1
        elif ever:
            yield variable, -(mask & -mask)


def _exits(portfolio: Portfolio, chain: Chain) -> Iterator[str]:
    """Yield the events that end a passage in the minute in which they happen (semantics 4.3)."""
    if portfolio.behaviour.exits != "continuous":
        return
    for exit_ in chain.exit:
        if exit_.event is not None and not exit_.where and exit_.when == "immediate":
            yield exit_.event.id
    for aim in chain.goal:
        goal = portfolio.program.goals.get(aim.goal.id)
        if goal is None or goal.event is None or goal.where or aim.within is not None:
            continue
        if aim.exits:
            yield goal.event.id


def _overlap(some: tuple[Masks, ...], others: tuple[Masks, ...]) -> bool:
    return any(_meet(one, other) for one in some for other in others)


def _meet(one: Masks, other: Masks) -> bool:
    return all(mask & other.get(variable, -1) for variable, mask in one.items())
