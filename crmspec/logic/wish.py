"""What a witness has to make true: conditions at moments, and things that happen exactly then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import field

from crmspec.semantics.condition import View
from crmspec.semantics.state import Passage, State
from crmspec.source.record import Record

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.condition import Condition
    from crmspec.ir.program import Program
    from crmspec.ir.value import Plain, Tests, Where
    from crmspec.semantics.scenario import Happening, HappeningKind, Moment, Reaction
    from crmspec.semantics.trace import Entry


class Frame(NamedTuple):
    """A moment at which conditions are asked; inside a chain, with its passage.

    `deed` numbers the deed that started the passage, None if nothing from outside did.
    """

    moment: Moment
    chain: str | None = None
    entered: Moment | None = None
    deed: int | None = None


class Wish(NamedTuple):
    """A condition that must be true, or false, at a frame; `owner` says where it stands."""

    frame: Frame
    condition: Condition
    truth: bool = True
    owner: str = ""


class Deed(NamedTuple):
    """Something that has to happen at a moment: its data is free but for these tests.

    For an attribute, `before` and `after` are tests of the old and the new value.
    """

    moment: Moment
    kind: HappeningKind
    subject: str
    where: Where = ()
    before: Tests = ()
    after: Tests = ()
    data: tuple[tuple[str, Plain], ...] = ()


class Need(NamedTuple):
    """What only the program itself can bring about: a passage or a reaction before a moment."""

    moment: Moment
    condition: Condition


class Draft(Record):
    """Parts of a scenario, found for one group of wishes or put together from all of them."""

    attributes: dict[str, Plain] = field(default_factory=dict)
    consents: dict[str, str] = field(default_factory=dict)
    reachable: dict[str, bool] = field(default_factory=dict)
    suppressed: dict[str, str] = field(default_factory=dict)
    lists: dict[str, bool] = field(default_factory=dict)
    segments: dict[str, bool] = field(default_factory=dict)
    devices: list[dict[str, Plain]] = field(default_factory=list)
    place: dict[str, Plain] = field(default_factory=dict)
    related: dict[str, tuple[dict[str, Plain], ...]] = field(default_factory=dict)
    variants: dict[str, str] = field(default_factory=dict)
    answers: dict[str, bool] = field(default_factory=dict)
    customer: list[str] = field(default_factory=list)
    created: list[Moment] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)

    def take(self, other: Draft) -> None:
        """Put in the parts of another group."""
        for name in self.__struct_fields__:
            theirs = getattr(other, name)
            if theirs:
                mine = getattr(self, name)
                (mine.update if isinstance(mine, dict) else mine.extend)(theirs)


class Setting(Record):
    """Where and when a witness plays: happenings from `start` on start chains.

    `sends` are messages that the last run sent, in order.
    """

    program: Program
    zone: ZoneInfo
    start: Moment
    deeds: tuple[Deed, ...] = ()
    sends: tuple[Entry, ...] = ()

    def view(
        self,
        wish: Wish,
        state: State,
        properties: dict[str, Plain] | None = None,
        answers: dict[str, bool] | None = None,
    ) -> View:
        """Return what the interpreter's conditions look at for this wish."""
        frame, passage = wish.frame, None
        if frame.chain is not None and frame.entered is not None:
            passage = Passage(1, frame.chain, frame.entered, properties or {})
        return View(
            self.program, state, frame.moment, self.zone, passage, wish.owner, answers or {}
        )
