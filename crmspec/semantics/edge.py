"""When a value passes the edges that tests set against the clock (semantics 5.7-5.9, 2.13)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from crmspec.semantics import clock
from crmspec.semantics.comparison import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from crmspec.ir.value import Duration, Plain, Tests
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.view import View

_LASTING = frozenset({"within_last", "within_next", "older_than"})
_BAND = 4
"""Days around t - D in which a date may come within a duration of months."""


def tests_turns(tests: Tests, value: Plain, view: View) -> Iterator[Moment]:
    """Yield when a value passes the edges that tests set against the clock."""
    for test in tests:
        operands = test.operand if isinstance(test.operand, list) else [test.operand]
        if test.operator in _LASTING:
            yield from _lasting_turns(test.operator, value, str(test.operand), view)
        elif "now" in operands:
            yield from _day_of(value, view)
        if value == "now":
            yield clock.day_start(view.now, view.zone, 1)
            for operand in operands:
                yield from _day_of(operand, view)  # type: ignore[arg-type]


def _day_of(value: Plain, view: View) -> Iterator[Moment]:
    """Yield the edges of a moment and of its day."""
    found = moment_of(value, view)
    if found is not None:
        yield from (found, found + 1)
        yield clock.day_start(found, view.zone)
        yield clock.day_start(found, view.zone, 1)


def _lasting_turns(operator: str, value: Plain, written: str, view: View) -> Iterator[Moment]:
    found, lasting = moment_of(value, view), clock.length(written)
    if found is None or lasting is None:
        return
    if operator == "within_next":
        yield found + 1
        yield from approaches(found, lasting, view.zone)
    else:
        if operator == "within_last":
            yield found
        yield clock.add(found, lasting, view.zone)


def approaches(moment: Moment, lasting: Duration, zone: ZoneInfo) -> Iterator[Moment]:
    """Yield the moments t at which t + D passes a moment.

    With months t + D is not monotone over a change of clocks, so each stretch of a day without one
    is searched for itself.
    """
    if clock.duration_is_exact(lasting):
        yield moment - clock.minutes(lasting) + 1
        return
    middle = clock.subtract(moment, lasting, zone)
    edges = [clock.day_start(middle, zone, day) for day in range(-_BAND, _BAND + 1)]
    shifts = [shift for edge in edges if (shift := clock.next_shift(edge, zone)) is not None]
    edges = sorted({*edges, *shifts})
    yield from edges
    for start, end in pairwise(edges):
        yield _first_beyond(moment, lasting, zone, (start, end))


def _first_beyond(
    moment: Moment, lasting: Duration, zone: ZoneInfo, stretch: tuple[Moment, Moment]
) -> Moment:
    low, high = stretch
    while low < high:
        middle = (low + high) // 2
        if clock.add(middle, lasting, zone) > moment:
            high = middle
        else:
            low = middle + 1
    return low


def looks_at_clock(tests: Tests) -> bool:
    """Say whether tests of a value that stays the same may change their answer."""
    return any(
        test.operator in _LASTING
        or test.operand == "now"
        or (isinstance(test.operand, list) and "now" in test.operand)
        for test in tests
    )
