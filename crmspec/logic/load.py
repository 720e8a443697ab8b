"""The tracks of a portfolio's live chains and broadcasts, and their curves by what counts."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol

from crmspec.ir.step import Send, SendChoice, StartChain
from crmspec.logic import delay, repeat
from crmspec.logic.counted import Counted
from crmspec.logic.curve import Curve, Shape, shape
from crmspec.logic.delay import later, plus
from crmspec.logic.track import END, Node, Structure, Track, Way, track
from crmspec.semantics.behaviour import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.ir.audience import Broadcast
    from crmspec.ir.chain import Chain, QuietHours
    from crmspec.ir.program import Program
    from crmspec.semantics.behaviour import Behaviour


class Keep(Protocol):
    """Remembers what was made of a chain."""

    def __call__(self, kind: str, chain: str, make: Callable[[], Track], /) -> Track:
        """Return the track, made before or now."""
        ...


class Class(Protocol):
    """Messages that are counted together."""

    def counts(self, message: str, source: str, /) -> bool:
        """Say whether a message counts when a chain or broadcast sends it."""
        ...


class Loads:
    """What the live chains and broadcasts of a program can send when."""

    def __init__(
        self, program: Program, keep: Keep | None = None, behaviour: Behaviour = REFERENCE
    ) -> None:
        self.program = program
        self.behaviour = behaviour
        self._keep = keep or _fresh
        self._counted: dict[str, Counted] = {}
        self._curves: dict[str, dict[str, Curve]] = {}
        self._shapes: dict[tuple[Structure, tuple[int, ...]], Shape] = {}

    @cached_property
    def tracks(self) -> dict[str, Track]:
        """Return the track of every chain by its id, live or not."""
        holds = _Holds(self.program, self.behaviour)
        return {
            id_: self._keep("track", id_, partial(track, self.program, chain, holds.of(chain)))
            for id_, chain in self.program.chains.items()
        }

    @cached_property
    def broadcasts(self) -> dict[str, Track]:
        """Return the track of every broadcast by its id."""
        holds = _Holds(self.program, self.behaviour)
        return {id_: _mailing(one, holds) for id_, one in self.program.broadcasts.items()}

    @cached_property
    def repeats(self) -> dict[str, repeat.Repeat]:
        """Return how soon each live chain and broadcast may come again, by its id."""
        found = {
            id_: repeat.of_chain(self.program, chain, is_started=id_ in self.started)
            for id_, chain in self.program.chains.items()
            if chain.status == "live"
        }
        found |= {
            id_: repeat.of_broadcast(self.program, one)
            for id_, one in self.program.broadcasts.items()
            if one.status == "live"
        }
        return found

    def counted(self, rule: str) -> Counted:
        """Return the messages that a frequency rule counts."""
        if rule not in self._counted:
            self._counted[rule] = Counted(self.program, self.program.frequency[rule])
        return self._counted[rule]

    def of_rule(self, rule: str) -> dict[str, Curve]:
        """Return the curves of what a frequency rule counts, by chain or broadcast.

        Those that send nothing that counts are left out.
        """
        if rule not in self._curves:
            self._curves[rule] = self.of(self.counted(rule))
        return self._curves[rule]

    def of(self, counted: Class) -> dict[str, Curve]:
        """Return the curves of what counts, by chain or broadcast."""
        return {curve.source: curve for curve in self._made(counted)}

    @cached_property
    def started(self) -> frozenset[str]:
        """Return the chains that steps of other chains start."""
        return frozenset(
            node.step.start_chain.chain.id
            for made in self.tracks.values()
            for node in made.nodes
            if isinstance(node.step, StartChain)
        )

    def _made(self, counted: Class) -> Iterator[Curve]:
        for id_, again in self.repeats.items():
            made = self.tracks[id_] if id_ in self.program.chains else self.broadcasts[id_]
            fitting = {one for one in made.messages if counted.counts(one, id_)}
            if fitting:
                yield Curve(id_, self._shape(made, fitting), again)

    def _shape(self, made: Track, fitting: set[str]) -> Shape:
        """Return what a passage sends of some messages; many tracks have the same structure."""
        counts = tuple(_count(node, fitting) for node in made.nodes)
        key = made.structure, counts
        if key not in self._shapes:
            self._shapes[key] = shape(made, counts)
        return self._shapes[key]


def _fresh(_kind: str, _chain: str, make: Callable[[], Track]) -> Track:
    return make()


def _count(node: Node, fitting: set[str]) -> int:
    """Return how many messages count when a node sends, as far as it is reached."""
    if not node.messages or not node.reached:
        return 0
    hits = sum(message in fitting for message in node.messages)
    return hits if node.every else min(hits, 1)


class _Holds:
    """How long the gate may keep a message: quiet hours, rules that delay."""

    def __init__(self, program: Program, behaviour: Behaviour) -> None:
        self.program = program
        self.rules: int | None = 0
        for rule in program.frequency.values():
            self.rules = plus(self.rules, delay.of_rule(rule, behaviour))
        self._known: dict[tuple[int, str], int | None] = {}

    def of(self, source: Chain | None) -> _Hold:
        """Return the holds of messages of a chain, or of a broadcast."""
        return _Hold(self, source.quiet_hours if source is not None else None)

    def hold(self, quiet: QuietHours | None, channel: str) -> int | None:
        """Return the most minutes for which a message of a channel may be kept."""
        key = (id(quiet), channel)
        if key not in self._known:
            declared = self.program.channels.get(channel)
            own = declared.quiet_hours if declared is not None else None
            silent = delay.of_quiet_hours(quiet, own)
            # What a rule delays may then meet quiet hours again.
            self._known[key] = plus(plus(silent, self.rules), silent if self.rules else 0)
        return self._known[key]


class _Hold:
    """The holds of one chain by message id."""

    def __init__(self, holds: _Holds, quiet: QuietHours | None) -> None:
        self.holds = holds
        self.quiet = quiet

    def __call__(self, message: str) -> int | None:
        declared = self.holds.program.messages.get(message)
        if declared is None or declared.category == "transactional":
            return 0
        return self.holds.hold(self.quiet, declared.channel.id)


def _mailing(broadcast: Broadcast, holds: _Holds) -> Track:
    """Return a broadcast and its second try as a track that is entered when it is sent."""
    step = Send(place=broadcast.message.place, send=SendChoice(message=broadcast.message))
    hold = later(0, holds.of(None)(broadcast.message.id))
    first = Node(f"broadcast.{broadcast.id}", step, (broadcast.message.id,), hold=hold)
    first.ways = [Way(END, 0, hold)]
    if broadcast.resend is None:
        return Track(broadcast.id, [first])
    after = delay.length(broadcast.resend.after)
    second = Node(f"broadcast.{broadcast.id}.resend", step, (broadcast.message.id,), hold=hold)
    first.ways.append(Way(1, after.least, plus(after.most, hold)))
    second.ways = [Way(END, 0, hold)]
    return Track(broadcast.id, [first, second])
