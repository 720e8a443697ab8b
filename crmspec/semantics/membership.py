"""Who is in which segment: followed where something depends on it, asked only on a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.semantics.condition import holds, next_change
from crmspec.semantics.fact import DEVICE, PLACE
from crmspec.semantics.state import State

if TYPE_CHECKING:
    from crmspec.semantics.index import Index
    from crmspec.semantics.run import Run
    from crmspec.semantics.scenario import Customer

Turn = tuple[str, str]
"""A segment, and `entered` or `left`."""


def of_customer(customer: Customer) -> set[str]:
    """Return the facts that are known of a customer from the beginning."""
    found = {f"attribute:{id_}" for id_ in customer.attributes}
    found.update(f"consent:{id_.partition('.')[0]}" for id_ in customer.consents)
    found.update(f"reachable:{id_}" for id_ in (*customer.reachable, *customer.suppressed))
    found.update(f"list:{id_}" for id_ in customer.lists)
    found.update(f"segment:{id_}" for id_ in customer.segments)
    found.update(f"related:{id_}" for id_ in customer.related)
    found.update(f"experiment:{id_}" for id_ in customer.variants)
    found.update([PLACE] if customer.place else ())
    found.update([DEVICE] if customer.devices else ())
    return found


def begin(run: Run) -> None:
    """Follow, from the first moment of the history, where somebody asks since when (5.24)."""
    run.known = of_customer(run.scenario.customer)
    run.watched = run.index.joined & run.index.reads.keys()
    for id_ in sorted(run.watched):
        _ask(run, id_)


def settle(run: Run, watched: frozenset[str]) -> None:
    """Find out where the customer is when the run begins; nothing fires by that.

    A customer created later is outside of everything until then (semantics 6.5).
    """
    run.watched = watched
    created = run.scenario.customer.created
    if created is not None and created >= run.now:
        run.members.update(dict.fromkeys(watched, False))
        run.at(created, "born")
        return
    readers = run.index.readers
    known = {id_ for fact in sorted(run.known) for id_ in readers.get(fact, ())}
    for id_ in sorted((known | {*run.index.timed}) & watched):
        _ask(run, id_)
    run.touched.clear()


def be_born(run: Run) -> None:
    """Look at all segments because the profile has just been created."""
    run.checks.update(dict.fromkeys(run.watched, run.now))


def turns(run: Run) -> list[Turn]:
    """Return the segments that the customer has just entered or left (semantics 6.5)."""
    if not (run.touched or run.checks):
        return []
    readers = run.index.readers
    asked = {id_ for fact in run.touched for id_ in readers.get(fact, ())} & run.watched
    asked.update(id_ for id_, moment in run.checks.items() if moment <= run.now)
    run.known |= run.touched
    run.touched.clear()
    found: list[Turn] = []
    for id_ in sorted(asked):
        before = run.members[id_] if id_ in run.members else blank(run.index, id_, run)
        after = _ask(run, id_)
        if before != after:
            found.append((id_, "entered" if after else "left"))
    return found


def _ask(run: Run, id_: str) -> bool:
    """Ask whether the customer is inside, and when that may change by time alone."""
    question = run.index.questions[id_]
    view = run.apart(f"segment {id_}")
    inside = holds(question, view)
    later = next_change(question, view)
    run.checks.pop(id_, None)
    if later is not None:
        run.checks[id_] = later
        run.wake(later)
    run.members[id_] = inside
    if inside:
        run.state.inside.setdefault(id_, run.now)
    else:
        run.state.inside.pop(id_, None)
    return inside


def blank(index: Index, id_: str, run: Run) -> bool:
    """Say whether a customer of whom nothing is known is in a segment; asked once."""
    found = index.blanks.get(id_)
    if found is None:
        view = run.look(None, f"segment {id_}")
        view.state = State(customer=index.nobody)
        found = index.blanks[id_] = holds(index.questions[id_], view)
    return found
