"""What is done to one object: the kind of change, how grave it is, and what it costs."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from crmspec.engine.difference import Difference, Differences, differences
from crmspec.engine.reach import Reach, wider
from crmspec.engine.resource import Address, Remote, Resource
from crmspec.engine.send import sends_anew
from crmspec.engine.state import Entry
from crmspec.engine.wording import Told

if TYPE_CHECKING:
    from crmspec.engine.body import Body

STATUS = "status"
LIVE = "live"


class Kind(StrEnum):
    """What is done to an object; a note is only written into the state: it is (un)protected.

    A provider may say of an update that it is a replacement or a new version, and of a deletion
    that it only archives.
    """

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    VERSION = "new_version"
    MOVE = "move"
    ADOPT = "adopt"
    NOTE = "note"
    ACTIVATE = "activate"
    ARCHIVE = "archive"
    DELETE = "delete"


REMOVALS = frozenset({Kind.DELETE, Kind.ARCHIVE})
GONE = REMOVALS | {Kind.REPLACE}
"""What takes an object away, for good or to make it anew."""


class Risk(StrEnum):
    """How grave a change is: an irreversible one sends messages or drops people."""

    SAFE = "safe"
    DESTRUCTIVE = "destructive"
    IRREVERSIBLE = "irreversible"


class Cost(msgspec.Struct, frozen=True):
    """Calls by endpoint, such as `{"PUT chains": 1}`, and how many seconds they may take."""

    calls: dict[str, int] = {}
    seconds: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        calls = dict(self.calls)
        for endpoint, count in other.calls.items():
            calls[endpoint] = calls.get(endpoint, 0) + count
        return Cost(calls, self.seconds + other.seconds)

    @property
    def total(self) -> int:
        """Return the number of calls."""
        return sum(self.calls.values())


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One object to deal with.

    `fields` lead from the target's body to the wanted one, `drift` from the last applied body
    to the target's: edits by hand, `conflicts` are the fields in which it would undo such edits.
    `was` is the old address of a moved object. `after` are the changes to make before; `key`
    names the call for targets that know idempotency keys (empty until the call is announced,
    unless it was cut off before); `source` is `file:line`, of what goes away only the file that
    it was in when it was applied last. `people` is how many are on their way in a live chain, None
    if the target does not tell. `words` are fields, drift and conflicts as an author says them.
    `reach` is who gets something by it (`engine.reach`), and `used` says that something live, which
    stays live, needs it. `paused` says that people took the object back, and that it is set up
    without being switched on again.
    """

    kind: Kind
    address: Address
    desired: Resource | None = None
    remote: Remote | None = None
    entry: Entry | None = None
    fields: Differences = ()
    drift: Differences = ()
    conflicts: tuple[Difference, ...] = ()
    was: Address | None = None
    after: tuple[Address, ...] = ()
    key: str = ""
    source: str = ""
    cost: Cost = Cost()
    people: int | None = None
    words: Told | None = None
    reach: Reach = {}
    used: bool = False
    paused: bool = False

    @property
    def told(self) -> Told:
        """Return what people are to read of its fields, drift and conflicts."""
        return self.words or Told(self.fields, self.drift, self.conflicts)

    @property
    def start(self) -> Body:
        """Return the body that it goes on from: what goes live is as wanted but for its status."""
        there = self.remote.body if self.remote is not None else {}
        if self.kind is not Kind.ACTIVATE or self.desired is None:
            return there
        set_up = {key: value for key, value in self.desired.body.items() if key != STATUS}
        return set_up | {key: there[key] for key in (STATUS,) if key in there}

    @property
    def writes(self) -> bool:
        """Say whether it calls the target: otherwise only the state is written."""
        match self.kind:
            case Kind.ADOPT | Kind.MOVE:
                return bool(self.fields)
            case Kind.NOTE:
                return False
            case Kind.DELETE:
                return self.remote is not None
        return True

    @property
    def only_noted(self) -> bool:
        """Say whether all that happens is that the state catches up with what is there."""
        return self.kind is Kind.ADOPT and not self.fields and self.entry is not None

    @property
    def protects(self) -> bool | None:
        """Say whether it must not be deleted from now on, or may be again; None: as before."""
        if self.desired is None or self.kind is Kind.ACTIVATE:
            return None
        before = self.entry is not None and self.entry.protected
        return None if before == self.desired.protected else self.desired.protected

    @property
    def calls(self) -> int:
        """Return how many calls it takes."""
        return self.cost.total

    @property
    def risk(self) -> Risk:
        """Return how grave it is."""
        match self.kind:
            case Kind.ACTIVATE:
                return Risk.IRREVERSIBLE
            case Kind.DELETE | Kind.ARCHIVE | Kind.REPLACE if self.remote is not None:
                return Risk.IRREVERSIBLE if self.live else Risk.DESTRUCTIVE
        return Risk.IRREVERSIBLE if self.sends_anew or self.reaches else Risk.SAFE

    @property
    def live(self) -> bool:
        """Say whether the object is live on the target, and the change writes to it."""
        there = self.remote.body.get(STATUS) if self.remote is not None else None
        return there == LIVE and self.writes

    @property
    def sends_anew(self) -> bool:
        """Say whether it makes a live chain, that stays live, send something new."""
        wanted, remote = self.desired, self.remote
        if self.address.kind != "chain" or wanted is None or remote is None:
            return False
        return self._stays_live and sends_anew(remote.body, wanted.body)

    @property
    def relaunches(self) -> bool:
        """Say whether something new goes live in the place of what is live."""
        return self.kind is Kind.REPLACE and self._stays_live

    @property
    def reaches(self) -> tuple[str, ...]:
        """Return the keys under which it may make what is live reach others than before."""
        used = self.used and self.remote is not None and self.writes
        if self.kind in GONE or not (used or self._stays_live):
            return ()
        return wider(self.entry.reach if self.entry is not None else {}, self.reach)

    @property
    def _stays_live(self) -> bool:
        return self.live and self.desired is not None and self.desired.body.get(STATUS) == LIVE

    @property
    def puts_back(self) -> bool:
        """Say whether it only undoes edits by hand."""
        return self.kind is Kind.UPDATE and bool(self.drift) and self._unmoved

    @property
    def _unmoved(self) -> bool:
        wanted = self.desired.body if self.desired else None
        return self.entry is not None and not differences(self.entry.body, wanted)


def one_call(change: Change) -> Cost:
    """Return the cost of a change where nothing more is known: one call."""
    return Cost({"call": 1}) if change.writes else Cost()
