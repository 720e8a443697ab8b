"""Whether customers can be due more messages than a frequency rule lets through."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics.evidence import Verdict
from crmspec.logic import changeover, delay
from crmspec.logic.bound import bound
from crmspec.logic.ceiling import ceilings
from crmspec.logic.crowd import TRIES, Crowd
from crmspec.source.record import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.frequency import Frequency
    from crmspec.logic.ceiling import Ceiling
    from crmspec.logic.crowd import Attempt
    from crmspec.logic.curve import Curve
    from crmspec.logic.load import Class
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.trace import Entry, Trace

SHOWN = 3
MOST_ACTIONS = 3
"""Three things that happen to one customer are looked for only where two are not too many."""
LOST = frozenset({"cap", "gap", "yield", "ttl", "frequency"})


class Overload(NamedTuple):
    """A replayed timeline in which a rule makes a message get lost.

    `lost` is the entry of the trace that says so, `counted` the messages sent in the window before
    it, `missed` those that the rule made get lost by its end, `due` how many both are, `chains`
    those that sent or lost them, `order` the chains as they were entered.
    """

    rule: str
    ceiling: Ceiling
    witness: Witness
    lost: Entry
    counted: tuple[Entry, ...]
    missed: tuple[Entry, ...]
    due: int
    chains: tuple[str, ...]
    order: tuple[str, ...]
    actions: int


class Pressure(Value, frozen=True):
    """What is known of one limit: `bound` messages are due at most, None if there is no bound."""

    rule: str
    ceiling: Ceiling
    bound: int | None
    verdict: Verdict
    overloads: tuple[Overload, ...] = ()
    left: int = 0


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
        for ceiling in ceilings(self.portfolio, rule):
            pressure = self._of(rule, ceiling, look=is_open)
            is_open = is_open and not pressure.overloads
            yield pressure

    def _of(self, rule: Frequency, ceiling: Ceiling, *, look: bool) -> Pressure:
        curves = self.portfolio.loads.of_rule(rule.id)
        most = bound(self.portfolio, curves, ceiling.widest)
        if most is not None and most <= ceiling.most:
            return Pressure(rule.id, ceiling, most, Verdict.PROVED)
        if not look:
            return Pressure(rule.id, ceiling, most, Verdict.UNDECIDED)
        search = Search(self.portfolio, rule, ceiling, curves)
        found = search.overloads()
        verdict = Verdict.VIOLATED if found else search.verdict
        return Pressure(rule.id, ceiling, most, verdict, found, search.left)


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
        tries: Counter[tuple[int, bool]] = Counter()
        for attempt in self._attempts():
            if any(attempt.sources >= set(one.chains) for one in found) or not self._could(attempt):
                continue
            if len(found) == SHOWN or (found and attempt.actions == MOST_ACTIONS):
                self.left, self.verdict = self.left + 1, Verdict.UNDECIDED
                break
            kind = (attempt.actions, bool(attempt.occasions))
            if tries[kind] == TRIES:
                self.left, self.verdict = self.left + 1, Verdict.UNDECIDED
                continue
            tries[kind] += 1
            overload = self._enacted(attempt)
            if overload is not None and not any(
                set(overload.chains) >= set(one.chains) for one in found
            ):
                found.append(overload)
        return tuple(found)

    def _attempts(self) -> Iterator[Attempt]:
        """Yield what may pass the limit on any day, then on those on which clocks are changed."""
        yield from self.crowd.attempts()
        start = changeover.start(self.portfolio, self.rule, self.ceiling)
        if start is not None:
            yield from self.crowd.on(start)

    def _could(self, attempt: Attempt) -> bool:
        """Say whether there are messages enough to fill the limit anew for as long as one waits."""
        ttl, window = delay.of_rule(self.rule, self.portfolio.behaviour), self.ceiling.window
        if not ttl:
            return True
        again = ttl // (window if window >= delay.DAY else window + delay.DAY // 2)
        curves = self.crowd.curves
        sent = [
            curves[entrance.chain].passage(ttl + 2 * window)
            for entrance in attempt.entrances
            if entrance.chain in curves
        ]
        mailed = {one.broadcast for one in attempt.occasions}
        sent += [curves[id_].most(ttl + 2 * window) for id_ in sorted(mailed)]
        return None in sent or sum(filter(None, sent)) > self.ceiling.most * (1 + again)

    def _enacted(self, attempt: Attempt) -> Overload | None:
        stage = attempt.stage(
            lambda trace: (
                not trace.is_stopped and loss(trace, self.rule.id, self.ceiling) is not None
            )
        )
        words = f"loss {self.rule.id} {self.ceiling[:3]}"
        tries = 1 + (attempt.actions < MOST_ACTIONS) + (attempt.actions == 1)
        tries -= bool(attempt.occasions)
        witness = self.portfolio.rehearsals.enact(stage, tries, words)
        if witness is None:
            return None
        return overload(witness, self.rule.id, self.ceiling, self.crowd.counted, attempt.actions)


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
    sent, window = in_window(trace, counted, lost.moment, ceiling.window), ceiling.window
    if len(sent) < ceiling.most:
        sent, window = in_window(trace, counted, lost.moment, ceiling.widest), ceiling.widest
    last = sent[0].moment + window if sent else lost.moment + 1
    missed = tuple(
        entry
        for entry in trace.of("skip", "exit")
        if entry.rule == rule and lost.moment <= entry.moment < min(last, lost.moment + window)
    )
    due = len(sent) + len(missed)
    sources = dict.fromkeys(entry.chain or entry.broadcast or "" for entry in (*sent, lost))
    order = tuple(one for one in entered(trace) if one in sources)
    chains = tuple(sorted(sources))
    return Overload(rule, ceiling, witness, lost, sent, missed, due, chains, order, actions)


def entered(trace: Trace) -> tuple[str, ...]:
    """Return the chains as they were entered, and the broadcasts as they went out."""
    found = (
        one.chain if one.kind == "enter" else one.broadcast for one in trace.of("enter", "offer")
    )
    return tuple(dict.fromkeys(filter(None, found)))


def in_window(trace: Trace, counted: Class, until: Moment, window: int) -> tuple[Entry, ...]:
    """Return the counted messages sent in the window that ends at a moment, that one included."""
    return tuple(
        entry
        for entry in trace.sends()
        if until - window < entry.moment <= until
        and counted.counts(entry.message or "", entry.chain or entry.broadcast or "")
    )
