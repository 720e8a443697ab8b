"""The state of one customer while a timeline runs (semantics 1.2); mutable, owned by one run."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import field

from crmspec.source.record import Record

if TYPE_CHECKING:
    from crmspec.ir.value import Plain
    from crmspec.semantics.scenario import Customer, Moment


class Occurrence(Record, order=True):
    """An event in the log; `arrival` numbers them in the order in which they arrived."""

    moment: Moment
    arrival: int
    event: str
    properties: dict[str, Plain] = field(default_factory=dict)


class Sent(Record):
    """A committed message; `reactions` holds the moments of each kind of reaction."""

    moment: Moment
    message: str
    channel: str
    chain: str | None = None
    broadcast: str | None = None
    passage: int | None = None
    step: str | None = None
    reactions: dict[str, list[Moment]] = field(default_factory=lambda: defaultdict(list))
    links: list[tuple[Moment, str]] = field(default_factory=list)


class Outcome(Record):
    """What a step came to, and when it finished; `arrivals` is as in `Passage`."""

    moment: Moment
    outcome: str
    output: dict[str, Plain] = field(default_factory=dict)
    arrivals: int | None = None


class Passage(Record):
    """One run of the customer through one chain.

    `arrivals` is how many events the log had received at the entry: those of that minute that came
    later count as after the entry (semantics 3.4, 5.18); None: none of that minute do.
    """

    number: int
    chain: str
    entered: Moment
    properties: dict[str, Plain] = field(default_factory=dict)
    key: str | None = None
    variables: dict[str, Plain] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    ended: Moment | None = None
    reason: str | None = None
    reached: Moment | None = None
    held_out: bool = False
    arrivals: int | None = None

    @property
    def running(self) -> bool:
        """Say whether it has not ended."""
        return self.ended is None


class Permission(Record):
    """The state of a consent or of one of its topics, and since when."""

    status: str
    since: Moment | None = None
    method: str | None = None


class Log:
    """The events of a customer in order of their moments."""

    def __init__(self) -> None:
        self.by_event: dict[str, list[Occurrence]] = defaultdict(list)
        self._arrivals = 0

    @property
    def arrivals(self) -> int:
        """Return how many events have been received."""
        return self._arrivals

    def add(self, moment: Moment, event: str, properties: dict[str, Plain]) -> Occurrence:
        """Put an event in its place."""
        self._arrivals += 1
        found = Occurrence(moment, self._arrivals, event, properties)
        insort(self.by_event[event], found)
        return found

    def between(self, event: str, after: Moment | None, until: Moment) -> list[Occurrence]:
        """Return the occurrences with `after` < moment ≤ `until`; None: from the beginning."""
        found = self.by_event.get(event)
        if not found:
            return []
        first = 0 if after is None else bisect_right(found, after, key=_moment)
        return found[first : bisect_right(found, until, key=_moment)]


def _moment(one: Occurrence) -> Moment:
    return one.moment


class State(Record):
    """Everything that is known of the customer now.

    `changes` holds `(moment, old, new)` per attribute, oldest first; `lists` when each list was
    joined; `inside` since when the customer has been in each segment (absent: outside);
    `consent_changes` the moments at which a consent or `consent.topic` changed.
    """

    customer: Customer
    attributes: dict[str, Plain] = field(default_factory=dict)
    changes: dict[str, list[tuple[Moment, Plain, Plain]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    consents: dict[str, Permission] = field(default_factory=dict)
    consent_changes: dict[str, list[Moment]] = field(default_factory=lambda: defaultdict(list))
    reachable: set[str] = field(default_factory=set)
    suppressed: dict[str, str] = field(default_factory=dict)
    lists: dict[str, Moment] = field(default_factory=dict)
    inside: dict[str, Moment] = field(default_factory=dict)
    related: dict[str, list[dict[str, Plain]]] = field(default_factory=dict)
    variants: dict[str, str] = field(default_factory=dict)
    log: Log = field(default_factory=Log)
    sent: list[Sent] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
