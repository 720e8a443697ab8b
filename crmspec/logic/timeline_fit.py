"""Values over time: attributes, consents, channels and lists that are what wishes ask for.

A course is the value at first and, if one value cannot meet all wishes, one later change.
"""

from __future__ import annotations

from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.condition import AttributeIs, ConsentIs, Reachable, Suppressed
from crmspec.ir.condition import InList as OnList
from crmspec.logic.candidate import candidates
from crmspec.logic.wish import Draft
from crmspec.semantics import clock
from crmspec.semantics.condition import holds
from crmspec.semantics.scenario import Customer, Happening
from crmspec.semantics.state import Permission, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.ir.value import Duration, Plain, Test
    from crmspec.logic.wish import Deed, Setting, Wish
    from crmspec.semantics.scenario import HappeningKind, Moment

TRIED = 400
"""So many courses are tried for one value."""
STATUSES = (
    "subscribed",
    "unsubscribed",
    "never_subscribed",
    "pending",
    "opted_in",
    "suppressed",
)
USUAL = frozenset({"subscribed", "unsubscribed"})
REASONS = ("hard_bounce", "complaint", "invalid", "manual")
DAY = 24 * 60
HALF_HOUR = 30


class Course(NamedTuple):
    """A value, and at a moment maybe another one."""

    first: Plain
    moment: Moment | None = None
    second: Plain = None

    def at(self, moment: Moment) -> Plain:
        """Return the value at a moment."""
        return self.first if self.moment is None or moment < self.moment else self.second


if TYPE_CHECKING:
    Put = Callable[[State, Course, Moment], None]
    Asked = tuple[Wish, Moment | None]


class CourseFit:
    """Finds a course of one value; each of `puts` writes a course up to a moment into a state.

    A value that is told `once` does not change any more then (semantics 1.9).
    """

    def __init__(
        self, setting: Setting, wishes: list[Wish], *puts: Put, once: bool = False
    ) -> None:
        self.setting = setting
        self.wishes = wishes
        self.puts = puts
        self.once = once
        self.known: dict[tuple[int, int], bool] = {}

    def find(self, values: list[Plain], moments: list[Moment], deeds: list[Deed]) -> Course | None:
        """Return the first course that meets all wishes; a deed is a change at its moment."""
        wishes = _distinct(self.wishes)
        if len(deeds) > 1 or wishes is None:
            return None
        asked = [(wish, _untold(self.setting, wish)) for wish in wishes]
        fixed = [deed.moment for deed in deeds]
        courses = self._courses(values, fixed or moments, changing=bool(deeds))
        return next((one for one in islice(courses, TRIED) if self._meets(one, asked)), None)

    def _courses(
        self, values: list[Plain], moments: list[Moment], *, changing: bool
    ) -> Iterator[Course]:
        if not changing:
            yield from (Course(value) for value in values)
        for moment in moments:
            for first in (one for one in values if one is None or changing or not self.once):
                for second in values:
                    if repr(first) != repr(second):
                        yield Course(first, moment, second)

    def _meets(self, course: Course, asked: list[Asked]) -> bool:
        """Say whether all wishes come true; the one that does not is asked first the next time."""
        for position, one in enumerate(asked):
            if not self._holds(course, one):
                asked.insert(0, asked.pop(position))
                return False
        return True

    def _holds(self, course: Course, asked: Asked) -> bool:
        """Answer from what is known of the same value, where it does not matter when it came."""
        wish, untold = asked
        if untold is None or (course.moment is not None and course.moment <= untold):
            return self._judge(wish, course)
        key = id(wish), id(course.at(wish.frame.moment))
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._judge(wish, course)
        return found

    def _judge(self, wish: Wish, course: Course) -> bool:
        return all(self._is_met(wish, course, put) for put in self.puts)

    def _is_met(self, wish: Wish, course: Course, put: Put) -> bool:
        state = State(customer=Customer())
        put(state, course, wish.frame.moment)
        return holds(wish.condition, self.setting.view(wish, state)) == wish.truth


def _distinct(wishes: list[Wish]) -> list[Wish] | None:
    """Return wishes that differ, None if two of them contradict each other."""
    kept: list[Wish] = []
    for wish in wishes:
        moment, leaf = wish.frame.moment, wish.condition
        same = (one for one in kept if one.frame.moment == moment and one.condition == leaf)
        found = next(same, None)
        if found is None:
            kept.append(wish)
        elif found.truth != wish.truth:
            return None
    return kept


def _untold(setting: Setting, wish: Wish) -> Moment | None:
    """Return a moment after which a value may have come whenever it will for all a wish asks."""
    leaf = wish.condition
    if isinstance(leaf, ConsentIs) and leaf.changed is None:
        declared = setting.program.consents.get(leaf.consent.id)
        if declared is None or declared.expires is None:
            return 0
        return clock.subtract(wish.frame.moment, declared.expires, setting.zone)
    is_plain = (
        isinstance(leaf, Reachable | Suppressed)
        or (isinstance(leaf, OnList) and leaf.joined is None)
        or (isinstance(leaf, AttributeIs) and leaf.has_been is None and leaf.changed is None)
    )
    return 0 if is_plain else None


def fit_attribute(
    setting: Setting, id_: str, wishes: list[Wish], deeds: list[Deed]
) -> Draft | None:
    """Return the attribute's value, and its change if it needs one."""
    declared = setting.program.attributes.get(id_)
    tests = [test for wish in wishes for test in _tests(wish)]
    tests += [test for deed in deeds for test in (*deed.before, *deed.after)]
    now = min([wish.frame.moment for wish in wishes] + [deed.moment for deed in deeds])
    values = candidates(setting.program, declared, tests, now, setting.zone)
    values += _anniversaries(setting, wishes)
    rigid = declared is not None and declared.mutability in ("immutable", "frozen")
    moments = _moments(setting, wishes, _spans(wishes))
    fit = CourseFit(setting, wishes, _attribute_in(id_), once=rigid)
    found = fit.find(values, moments, deeds)
    if found is None:
        return None
    made = Draft(attributes={} if found.first is None else {id_: found.first})
    if found.moment is not None:
        data = {"value": found.second}
        made.happenings.append(_happening(found.moment, "attribute", id_, data))
    return made


def _attribute_in(id_: str) -> Put:
    def put(state: State, course: Course, moment: Moment) -> None:
        value = course.at(moment)
        if value is not None:
            state.attributes[id_] = value
        if course.moment is not None and course.moment <= moment:
            state.changes[id_] = [(course.moment, course.first, course.second)]

    return put


def _tests(wish: Wish) -> Iterator[Test]:
    leaf = wish.condition
    if isinstance(leaf, AttributeIs):
        yield from leaf.tests
        if leaf.has_been is not None:
            yield from leaf.has_been.tests
        if leaf.changed is not None:
            yield from (*leaf.changed.from_, *leaf.changed.to)


def _anniversaries(setting: Setting, wishes: list[Wish]) -> list[Plain]:
    """Return dates of another year around the day of each wish about an anniversary."""
    made: list[Plain] = []
    for wish in wishes:
        leaf = wish.condition
        if isinstance(leaf, AttributeIs) and leaf.anniversary is not None:
            for days in (0, 1, -1, 3, -3, 100):
                day = clock.iso(wish.frame.moment + days * DAY, setting.zone)[4:10]
                made.append("1990" + day if day != "-02-29" else "1992-02-29")
    return made


def _spans(wishes: list[Wish]) -> list[Duration]:
    """Return the durations that conditions about change speak of."""
    spans: list[Duration | None] = []
    for wish in wishes:
        match wish.condition:
            case AttributeIs(has_been=been, changed=changed):
                spans.append(been.for_ if been is not None else None)
                spans.append(changed.within if changed is not None else None)
            case ConsentIs(changed=joined) | OnList(joined=joined) if joined is not None:
                spans += [joined.within, joined.older_than]
    return [span for span in spans if span is not None]


def _moments(setting: Setting, wishes: list[Wish], spans: list[Duration]) -> list[Moment]:
    """Return moments at which a change may help: before each wish, and inside or before a span."""
    frames = sorted({wish.frame.moment for wish in wishes})
    found: dict[Moment, None] = {}
    for moment in frames:
        for span in spans:
            start = clock.subtract(moment, span, setting.zone)
            found[moment - (moment - start) // 2] = None
            found[start - DAY] = None
        found[moment - DAY] = None
    for earlier, later in pairwise(frames):
        found[max(earlier + 1, later - HALF_HOUR)] = None
        found[later] = None
    return list(found)


def fit_consent(setting: Setting, key: str, wishes: list[Wish], _deeds: list[Deed]) -> Draft | None:
    """Return the states of a consent or, with a key of `consent.topic`, of one of its topics."""
    moments = _moments(setting, wishes, _spans(wishes))
    found = CourseFit(setting, wishes, _consent_in(key)).find(_statuses(wishes), moments, [])
    if found is None:
        return None
    made, (id_, _, topic) = Draft(consents={key: str(found.first)}), key.partition(".")
    if found.moment is not None:
        data: dict[str, Plain] = {"status": found.second}
        data |= {"topic": topic} if topic else {}
        made.happenings.append(_happening(found.moment, "consent", id_, data))
    return made


def _statuses(wishes: list[Wish]) -> list[Plain]:
    """Return the statuses that wishes tell apart: those named, one given, and one refused."""
    named = {wish.condition.is_ for wish in wishes if isinstance(wish.condition, ConsentIs)}
    return [status for status in STATUSES if status in named or status in USUAL]


def _consent_in(key: str) -> Put:
    def put(state: State, course: Course, moment: Moment) -> None:
        since = course.moment if course.moment is not None and course.moment <= moment else None
        state.consents[key] = Permission(str(course.at(moment)), since)
        if since is not None:
            state.consent_changes[key] = [since]

    return put


def fit_channel(setting: Setting, id_: str, wishes: list[Wish], _deeds: list[Deed]) -> Draft | None:
    """Return whether a channel can be reached, and why it refuses the address if it does."""
    barred = any(isinstance(wish.condition, Suppressed) and wish.truth for wish in wishes)
    values: list[Plain] = list(REASONS) if barred else [True, False]
    moments = [] if barred else _moments(setting, wishes, [])
    found = CourseFit(setting, wishes, _channel_in(id_)).find(values, moments, [])
    if found is None:
        return None
    if isinstance(found.first, str):
        return Draft(suppressed={id_: found.first}, reachable={id_: False})
    made = Draft(reachable={id_: bool(found.first)})
    if found.moment is not None:
        data = {"value": found.second}
        made.happenings.append(_happening(found.moment, "reachable", id_, data))
    return made


def _channel_in(id_: str) -> Put:
    def put(state: State, course: Course, moment: Moment) -> None:
        value = course.at(moment)
        if isinstance(value, str):
            state.suppressed[id_] = value
        elif value:
            state.reachable.add(id_)

    return put


def fit_list(setting: Setting, id_: str, wishes: list[Wish], deeds: list[Deed]) -> Draft | None:
    """Return whether the customer is on a list, and since when."""
    moments = _moments(setting, wishes, _spans(wishes))
    puts = _list_in(id_, fresh=False), _list_in(id_, fresh=True)
    found = CourseFit(setting, wishes, *puts).find([False, True], moments, deeds)
    if found is None:
        return None
    made = Draft(lists={id_: bool(found.first)})
    if found.moment is not None:
        data: dict[str, Plain] = {"change": "entered" if found.second else "left"}
        made.happenings.append(_happening(found.moment, "list", id_, data))
    return made


def _list_in(id_: str, *, fresh: bool) -> Put:
    """Return what puts the customer on a list; since when is not known of the first value."""

    def put(state: State, course: Course, moment: Moment) -> None:
        if course.at(moment):
            since = moment if fresh else 0
            if course.moment is not None and course.moment <= moment:
                since = course.moment
            state.lists[id_] = since

    return put


def _happening(
    moment: Moment, kind: HappeningKind, subject: str, data: dict[str, Plain]
) -> Happening:
    return Happening(moment=moment, kind=kind, subject=subject, data=data)
