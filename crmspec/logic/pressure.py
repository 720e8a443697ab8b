"""Whether customers can be due more messages than a frequency rule lets through."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, islice
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics.evidence import Verdict
from crmspec.logic import delay, door
from crmspec.logic.bound import bound
from crmspec.logic.rush import Rush, densest, rush
from crmspec.logic.witness import Entrance, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.ir.frequency import Frequency
    from crmspec.ir.value import Located
    from crmspec.logic.curve import Curve
    from crmspec.logic.load import Class
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.track import Node
    from crmspec.logic.witness import Witness
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.trace import Entry, Trace

TRIES = 20
"""Timelines that are tried for one limit and number of actions before it is left undecided."""
WIDE = 12
"""Pairs and threes are made of so many chains, those with the most messages."""
SHOWN = 3
MOST_ACTIONS = 3
"""Three things that happen to one customer are looked for only where two are not too many."""
LOST = frozenset({"cap", "gap", "yield", "ttl", "frequency"})


class Ceiling(NamedTuple):
    """A limit as a window: at most `most` messages in `window` minutes; `written` in `text`."""

    most: int
    window: int
    text: str
    node: Located
    is_gap: bool = False


class Overload(NamedTuple):
    """A replayed timeline in which a rule makes a message get lost.

    `lost` is the entry of the trace that says so, `counted` the messages sent in the window before
    it, `due` how many were due by then, `chains` those that sent or lost them, `order` the chains
    as they were entered.
    """

    rule: str
    ceiling: Ceiling
    witness: Witness
    lost: Entry
    counted: tuple[Entry, ...]
    due: int
    chains: tuple[str, ...]
    order: tuple[str, ...]
    actions: int


@dataclass(frozen=True)
class Pressure:
    """What is known of one limit: `bound` messages are due at most, None if there is no bound."""

    rule: str
    ceiling: Ceiling
    bound: int | None
    verdict: Verdict
    overloads: tuple[Overload, ...] = ()
    left: int = 0


def ceilings(rule: Frequency) -> tuple[Ceiling, ...]:
    """Return the limits of a rule; a `min_gap` is a limit of one message (semantics 8.18)."""
    found = [
        Ceiling(limit.max, delay.length(limit.per).least, limit.per.text, limit)
        for limit in rule.limits
    ]
    if rule.min_gap is not None:
        gap = rule.min_gap
        found.append(Ceiling(1, delay.length(gap).least, gap.text, gap, is_gap=True))
    return tuple(found)


class Pressures:
    """The pressure on every limit of a portfolio."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio

    @cached_property
    def all(self) -> dict[str, tuple[Pressure, ...]]:
        """Return the pressure on the limits of every live rule that has some."""
        return {
            rule.id: tuple(self._of_rule(rule))
            for rule in self.portfolio.program.frequency.values()
            if rule.status == "live" and (rule.limits or rule.min_gap is not None)
        }

    def _of_rule(self, rule: Frequency) -> Iterator[Pressure]:
        """Yield the pressure on each limit; after an overload of one, no others are looked for."""
        is_open = True
        for ceiling in ceilings(rule):
            pressure = self._of(rule, ceiling, look=is_open)
            is_open = is_open and not pressure.overloads
            yield pressure

    def _of(self, rule: Frequency, ceiling: Ceiling, *, look: bool) -> Pressure:
        curves = self.portfolio.loads.of_rule(rule.id)
        most = bound(self.portfolio, curves, ceiling.window)
        if most is not None and most <= ceiling.most:
            return Pressure(rule.id, ceiling, most, Verdict.PROVED)
        if not look:
            return Pressure(rule.id, ceiling, most, Verdict.UNDECIDED)
        search = Search(self.portfolio, rule, ceiling, curves)
        found = search.overloads()
        verdict = Verdict.VIOLATED if found else search.verdict
        return Pressure(rule.id, ceiling, most, verdict, found, search.left)


@dataclass
class Attempt:
    """Chains to be entered so that their messages meet: a rush each, and who enters when.

    `offsets` are the minutes of their messages after the first entrance, as far as is known.
    """

    entrances: tuple[Entrance, ...]
    wanted: tuple[str, ...]
    chains: frozenset[str] = field(default_factory=frozenset)
    actions: int = 1
    offsets: tuple[int, ...] = ()


class Crowd:
    """Ways to bring more than a number of messages that count into one window, smallest first."""

    def __init__(
        self, portfolio: Portfolio, ceiling: Ceiling, counted: Class, curves: dict[str, Curve]
    ) -> None:
        self.portfolio = portfolio
        self.ceiling = ceiling
        self.counted = counted
        self.curves = curves

    def attempts(self) -> Iterator[Attempt]:
        """Yield what may pass the limit: one action first, then two, then three."""
        singles = self._singles()
        yield from (
            attempt((one,), self.portfolio)
            for one in singles
            if len(one.offsets) > self.ceiling.most
        )
        yield from self._behind_one_door()
        yield from self._twice(singles)
        yield from self._several(singles, 2)
        yield from self._several(singles, 3)

    def _singles(self) -> list[Rush]:
        """Return the densest rush of the chains with the most messages in the window."""
        window = self.ceiling.window
        chains = [one for one in self.curves.values() if one.source in self.portfolio.tracks]
        chains.sort(key=lambda one: (-_number(one.passage(window)), one.source))
        return [self._rush(one.source, window) for one in chains[:WIDE]]

    def _rush(self, chain: str, window: int) -> Rush:
        return rush(self.portfolio.tracks[chain], self._count(chain), window)

    def _count(self, chain: str) -> Callable[[Node], int]:
        def count(node: Node) -> int:
            hits = [self.counted.counts(message, chain) for message in node.messages]
            return sum(hits) if node.every else int(any(hits))

        return count

    def _behind_one_door(self) -> Iterator[Attempt]:
        """Yield the chains that one occurrence starts, as few as pass the limit together."""
        for doors in self.portfolio.doors.values():
            open_ = [one for one in doors if one.chain in self.curves]
            if len(open_) > 1:
                yield from self._together(open_[:WIDE])

    def _together(self, doors: list[door.Door]) -> Iterator[Attempt]:
        rushes = {one: self._rush(one.chain, 1 << 40) for one in doors}
        started = self.portfolio.loads.started
        shown = [(r.offsets, r.steps, one.chain in started) for one, r in rushes.items()]
        yield from self.portfolio.of_chains(
            f"crowd {self.ceiling[:2]} {doors} {shown}",
            tuple(one.chain for one in doors),
            lambda: tuple(self._fewest(doors, rushes)),
        )

    def _fewest(self, doors: list[door.Door], rushes: dict[door.Door, Rush]) -> Iterator[Attempt]:
        most = sorted((len(one.offsets) for one in rushes.values()), reverse=True)
        for size in range(2, len(doors) + 1):
            found = False
            some_of = combinations(doors, size) if sum(most[:size]) > self.ceiling.most else ()
            for some in islice(some_of, TRIES * WIDE):
                offsets = [at for one in some for at in rushes[one].offsets]
                if densest(offsets, self.ceiling.window) > self.ceiling.most and self._meet(some):
                    found = True
                    yield _behind(some, [rushes[one] for one in some])
            if found:
                return

    def _meet(self, doors: tuple[door.Door, ...]) -> bool:
        """Say whether one customer may come through all of these doors."""
        meets = self.portfolio.lifetimes.may_meet
        return all(meets(one.chain, other.chain) for one, other in combinations(doors, 2))

    def _twice(self, singles: list[Rush]) -> Iterator[Attempt]:
        """Yield chains that a customer comes into twice within the window."""
        for one in singles:
            curve = self.curves[one.source]
            most = curve.most(self.ceiling.window)
            if curve.repeat.limit == 1 or (most is not None and most <= self.ceiling.most):
                continue
            again = self._again(one, curve)
            entrance = door.easiest(self.portfolio.program, one.source)
            yield Attempt(
                (Entrance(*entrance, 0), Entrance(*entrance, again)),
                one.steps,
                frozenset({one.source}),
                2,
                tuple(sorted((*one.offsets, *(again + at for at in one.offsets)))),
            )

    def _again(self, one: Rush, curve: Curve) -> int:
        life = self.portfolio.tracks[one.source].lifetime.least
        if curve.repeat.concurrent:
            return max(curve.repeat.gap, 1)
        return max(curve.repeat.gap, life + max(curve.repeat.rest, 1))

    def _several(self, singles: list[Rush], size: int) -> Iterator[Attempt]:
        """Yield so many chains that pass the limit together; of three, no two may do so."""
        found = [some for some in combinations(singles, size) if self._passes(some)]
        if size > 2:  # noqa: PLR2004 - pairs come before
            found = [some for some in found if not any(map(self._passes, combinations(some, 2)))]
        found.sort(key=_weight, reverse=True)
        yield from (
            attempt(some, self.portfolio)
            for some in found
            if all(map(self._can_meet, combinations(some, 2)))
        )

    def _passes(self, some: tuple[Rush, ...]) -> bool:
        return _weight(some) > self.ceiling.most

    def _can_meet(self, pair: tuple[Rush, Rush]) -> bool:
        """Say whether one customer may get the messages of both, aligned as `attempt` does.

        Of chains in one exclusive group the first must have sent its own when the other begins.
        """
        one, other = sorted(pair, key=lambda rush: -rush.offsets[0])
        lifetimes = self.portfolio.lifetimes
        if lifetimes.group(one.source, other.source) is not None and other.offsets[0]:
            return False
        return lifetimes.may_meet(one.source, other.source)


class Search:
    """Looks for timelines in which a limit makes a message get lost, smallest first."""

    def __init__(
        self, portfolio: Portfolio, rule: Frequency, ceiling: Ceiling, curves: dict[str, Curve]
    ) -> None:
        self.portfolio = portfolio
        self.rule = rule
        self.ceiling = ceiling
        self.crowd = Crowd(portfolio, ceiling, portfolio.loads.counted(rule.id), curves)
        self.left = 0
        self.verdict = Verdict.POSSIBLE

    def overloads(self) -> tuple[Overload, ...]:
        """Return the first few overloads, none with a superset of the chains of another."""
        found: list[Overload] = []
        tries: Counter[int] = Counter()
        for attempt in self.crowd.attempts():
            if any(attempt.chains >= set(one.chains) for one in found) or not self._could(attempt):
                continue
            if len(found) == SHOWN or (found and attempt.actions == MOST_ACTIONS):
                self.left, self.verdict = self.left + 1, Verdict.UNDECIDED
                break
            if tries[attempt.actions] == TRIES:
                self.left, self.verdict = self.left + 1, Verdict.UNDECIDED
                continue
            tries[attempt.actions] += 1
            overload = self._enacted(attempt)
            if overload is not None and not any(
                set(overload.chains) >= set(one.chains) for one in found
            ):
                found.append(overload)
        return tuple(found)

    def _could(self, attempt: Attempt) -> bool:
        """Say whether there are messages enough to fill the limit anew for as long as one waits."""
        ttl, window = delay.of_rule(self.rule), self.ceiling.window
        if not ttl:
            return True
        again = ttl // (window if window >= delay.DAY else window + delay.DAY // 2)
        curves = self.crowd.curves
        sent = [
            curves[entrance.chain].passage(ttl + 2 * window)
            for entrance in attempt.entrances
            if entrance.chain in curves
        ]
        return None in sent or sum(filter(None, sent)) > self.ceiling.most * (1 + again)

    def _enacted(self, attempt: Attempt) -> Overload | None:
        stage = Stage(
            entrances=attempt.entrances,
            aim=lambda trace: loss(trace, self.rule.id, self.ceiling) is not None,
            wanted=attempt.wanted,
        )
        words = f"loss {self.rule.id} {self.ceiling[:3]}"
        tries = 1 + (attempt.actions < MOST_ACTIONS) + (attempt.actions == 1)
        witness = self.portfolio.rehearsals.enact(stage, tries, words)
        if witness is None:
            return None
        return overload(witness, self.rule.id, self.ceiling, self.crowd.counted, attempt.actions)


def _weight(some: tuple[Rush, ...]) -> int:
    return sum(len(one.offsets) for one in some)


def _number(count: int | None) -> int:
    return 1 << 40 if count is None else count


def attempt(rushes: tuple[Rush, ...], portfolio: Portfolio) -> Attempt:
    """Let the first messages of all rushes fall into one minute."""
    latest = max(one.offsets[0] for one in rushes)
    entrances = [
        Entrance(*door.easiest(portfolio.program, one.source), latest - one.offsets[0])
        for one in rushes
    ]
    entrances.sort(key=lambda one: (one.at, one.chain))
    return Attempt(
        tuple(entrances),
        tuple(step for one in rushes for step in one.steps),
        frozenset(one.source for one in rushes),
        len(rushes),
        tuple(sorted(latest - one.offsets[0] + at for one in rushes for at in one.offsets)),
    )


def _behind(doors: tuple[door.Door, ...], rushes: list[Rush]) -> Attempt:
    return Attempt(
        tuple(Entrance(*one, 0) for one in doors),
        tuple(step for one in rushes for step in one.steps),
        frozenset(one.chain for one in doors),
        offsets=tuple(sorted(at for one in rushes for at in one.offsets)),
    )


def loss(trace: Trace, rule: str, ceiling: Ceiling) -> Entry | None:
    """Return the first message that a limit of a rule makes get lost, None if none does."""
    reasons = {"gap", "ttl", "frequency"} if ceiling.is_gap else LOST - {"gap"}
    for entry in trace.of("skip", "exit"):
        if entry.rule == rule and entry.reason in reasons and _is_of(entry, ceiling):
            return entry
    return None


def _is_of(entry: Entry, ceiling: Ceiling) -> bool:
    """Say whether a loss is due to this limit of its rule, as far as the trace tells."""
    return ceiling.is_gap or entry.limit is None or entry.limit == ceiling.most


def overload(
    witness: Witness, rule: str, ceiling: Ceiling, counted: Class, actions: int
) -> Overload | None:
    """Describe the first loss in a timeline."""
    trace = witness.trace
    lost = loss(trace, rule, ceiling)
    if lost is None:
        return None
    sent = in_window(trace, counted, lost.moment, ceiling.window)
    missed = [
        entry
        for entry in trace.of("skip", "exit")
        if entry.rule == rule and lost.moment <= entry.moment < lost.moment + ceiling.window
    ]
    last = sent[0].moment + ceiling.window if sent else lost.moment + 1
    due = len(sent) + sum(1 for entry in missed if entry.moment < last)
    sources = dict.fromkeys(entry.chain or entry.broadcast or "" for entry in (*sent, lost))
    entered = [entry.chain for entry in trace.of("enter") if entry.chain in sources]
    order = tuple(dict.fromkeys(chain for chain in entered if chain is not None))
    return Overload(rule, ceiling, witness, lost, sent, due, tuple(sorted(sources)), order, actions)


def in_window(trace: Trace, counted: Class, until: Moment, window: int) -> tuple[Entry, ...]:
    """Return the counted messages sent in the window that ends at a moment, that one included."""
    return tuple(
        entry
        for entry in trace.sends()
        if until - window < entry.moment <= until
        and counted.counts(entry.message or "", entry.chain or entry.broadcast or "")
    )
