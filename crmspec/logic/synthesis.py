"""From wishes to a customer: takes conditions apart and lets each kind of fact be found by itself.

A tableau: what has one way only is taken first, then of each choice the cheapest way that does not
contradict the rest. The interpreter's own conditions judge every part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.condition import All, Any, EventHappened, InOrder, InSegment, Not, Nothing
from crmspec.ir.trait import RfmIs
from crmspec.logic.fact_fit import Facts, Key, price
from crmspec.logic.wish import Draft, Frame, Wish
from crmspec.semantics import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.condition import Condition
    from crmspec.ir.program import Program
    from crmspec.ir.value import Ref
    from crmspec.logic.wish import Setting
    from crmspec.semantics.scenario import Happening, Moment

SOLVES = 300
"""Work units: so often the facts of one kind are looked for."""
EXPANSIONS = 4000
IMPOSSIBLE = 1000


def synthesise(setting: Setting, wishes: list[Wish], solves: int = SOLVES) -> Draft | None:
    """Return the facts that make all wishes true, or None if none were found within the budget."""
    return Tableau(setting, wishes, solves).solve()


class Tableau:
    """One search; `groups` holds the leaves chosen so far, `drafts` the facts found for them."""

    def __init__(self, setting: Setting, wishes: list[Wish], solves: int) -> None:
        self.setting = setting
        self.wishes = wishes
        self.solves = solves
        self.expansions = EXPANSIONS
        self.created: list[Moment] = []
        self.groups: dict[Key, list[Wish]] = {}
        self.drafts: dict[Key, Draft] = {}
        self.costs: dict[tuple[int, bool], int] = {}
        self.known: dict[tuple[object, ...], tuple[tuple[Wish, ...], Draft | None]] = {}
        found = leaves(setting.program, wishes)
        in_order = any(isinstance(leaf, InOrder) for leaf in found)
        self.facts = Facts(setting, whole_log=in_order)

    def solve(self) -> Draft | None:
        """Return what was found for all groups together."""
        for number in range(len(self.setting.deeds)):
            self.groups.setdefault(self.facts.key_of_deed(number), [])
        if not all(self._refresh(key) for key in self.groups) or not self._search(self.wishes):
            return None
        self._precede()
        made = Draft(created=self.created)
        for draft in self.drafts.values():
            made.take(draft)
        return made

    def _search(self, pending: list[Wish]) -> bool:
        """Take apart what has one way; then try the ways of the first choice, cheapest first."""
        choices: list[list[Wish]] = []
        queue, taken = list(pending), list[Key]()
        for wish in queue:
            self.expansions -= 1
            joined, parts = self._parts(wish)
            if self.expansions <= 0:
                return self._undo(taken)
            if parts is None:
                taken.append(self._take(wish))
                queue.extend(_implied(wish))
            elif joined or len(parts) == 1:
                queue.extend(parts)
            else:
                choices.append(parts)
        fits = all(map(self._refresh, dict.fromkeys(taken)))
        return (fits and self._choose(choices)) or self._undo(taken)

    def _choose(self, choices: list[list[Wish]]) -> bool:
        if not choices:
            return True
        first = min(choices, key=len)
        rest = [_either(parts) for parts in choices if parts is not first]
        for part in sorted(first, key=self._cost):
            if self._search([part, *rest]):
                return True
            if self.solves <= 0:
                break
        return False

    def _undo(self, taken: list[Key]) -> bool:
        """Forget leaves; facts found for more leaves than are left still meet those."""
        for key in reversed(taken):
            self.groups[key].pop()
        return False

    def _take(self, wish: Wish) -> Key:
        key = self.facts.key(wish)
        self.groups.setdefault(key, []).append(wish)
        return key

    def _refresh(self, key: Key) -> bool:
        """Look for the facts of a group anew, unless the same group was met on another way."""
        group = self.groups[key]
        asked = (key, *((id(wish.condition), wish.truth, wish.frame) for wish in group))
        if asked not in self.known:
            self.solves -= 1
            found = self.facts.find(key, group) if self.solves >= 0 else None
            self.known[asked] = (tuple(group), found)
        found = self.known[asked][1]
        if found is not None:
            self.drafts[key] = found
        return found is not None

    def _parts(self, wish: Wish) -> tuple[bool, list[Wish] | None]:
        """Return whether all parts must be met or one, and the parts; None for a leaf."""
        frame, condition, truth, owner = wish
        match condition:
            case All(all=items):
                return truth, [Wish(frame, item, truth, owner) for item in items]
            case Any(any=items):
                return not truth, [Wish(frame, item, truth, owner) for item in items]
            case Nothing(none=items):
                return truth, [Wish(frame, item, not truth, owner) for item in items]
            case Not(not_=inner):
                return True, [Wish(frame, inner, not truth, owner)]
            case InSegment():
                return True, self._membership(wish, condition)
        return True, None

    def _membership(self, wish: Wish, leaf: InSegment) -> list[Wish] | None:
        """Return what a segment asks; having joined some time ago is asked at both ends."""
        segment = self.setting.program.segments.get(leaf.segment.id)
        if segment is None:
            return None
        frame, truth, owner = wish.frame, wish.truth, f"segment {leaf.segment.id}"
        made = [Wish(frame, segment.condition, truth, owner)]
        if leaf.joined is not None and truth:
            for since, inside in ((leaf.joined.within, False), (leaf.joined.older_than, True)):
                if since is not None:
                    then = clock.subtract(frame.moment, since, self.setting.zone)
                    made.append(Wish(Frame(then), segment.condition, inside, owner))
                    self.created.append(then - clock.DAY)
        return made

    def _cost(self, wish: Wish) -> int:
        """Return about how many facts a wish asks for."""
        known = (id(wish.condition), wish.truth)
        found = self.costs.get(known)
        if found is None:
            self.costs[known] = 0  # a segment that leads back to itself costs nothing more
            joined, parts = self._parts(wish)
            if parts is None:
                found = price(wish)
            elif joined:
                found = sum(self._cost(part) for part in parts)
            else:
                found = min((self._cost(part) for part in parts), default=IMPOSSIBLE)
            self.costs[known] = found
        return found

    def _precede(self) -> None:
        """Let events happen that declared assumptions put before others, where nothing forbids."""
        done: set[str] = set()
        waiting = [one for draft in self.drafts.values() for one in draft.happenings]
        while waiting and self.solves > 0:
            one = min(waiting, key=lambda one: one.moment)
            waiting.remove(one)
            assumed = self._assumed(one)
            if assumed is None or one.subject in done:
                continue
            done.add(one.subject)
            key = self._take(Wish(Frame(one.moment - 1), EventHappened(event=assumed)))
            if self._refresh(key):
                waiting.extend(self.drafts[key].happenings)
            else:
                self.groups[key].pop()

    def _assumed(self, one: Happening) -> Ref | None:
        event = self.setting.program.events.get(one.subject) if one.kind == "event" else None
        return event.assume.preceded_by if event is not None and event.assume else None


def _implied(wish: Wish) -> tuple[Wish, ...]:
    """Return what must be true besides a leaf: whoever is in an RFM cell has had the event."""
    leaf = wish.condition
    if not isinstance(leaf, RfmIs) or leaf.rfm.event is None or not wish.truth:
        return ()
    happened = EventHappened(event=leaf.rfm.event, within=leaf.rfm.over)
    return (Wish(wish.frame, happened, owner=wish.owner),)


def _either(parts: list[Wish]) -> Wish:
    """Return a choice as one wish; its parts have one frame and owner."""
    frame, _, _, owner = parts[0]
    items = tuple(w.condition if w.truth else Not(not_=w.condition) for w in parts)
    return Wish(frame, Any(any=items), True, owner)  # noqa: FBT003 - the truth of a wish


def leaves(program: Program, wishes: list[Wish]) -> Iterator[Condition]:
    """Yield the leaves of the conditions and of the segments that they lead to, each once."""
    queue: list[Condition] = [wish.condition for wish in wishes]
    seen: set[str] = set()
    for condition in queue:
        match condition:
            case All(all=items) | Any(any=items) | Nothing(none=items):
                queue.extend(items)
            case Not(not_=inner):
                queue.append(inner)
            case InSegment(segment=segment):
                found = program.segments.get(segment.id)
                if found is not None and segment.id not in seen:
                    seen.add(segment.id)
                    queue.append(found.condition)
            case _:
                yield condition
