"""One change, made exactly once: after a doubtful answer it looks before it leaps again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import same
from crmspec.engine.change import REMOVALS, Kind
from crmspec.engine.error import RetryableError, RevisionConflictError
from crmspec.engine.retry import pause

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.engine.change import Change
    from crmspec.engine.port import Clock, Provider, Reporter
    from crmspec.engine.resource import Address, Remote


def attempt(
    change: Change,
    ids: Mapping[Address, str],
    provider: Provider,
    clock: Clock,
    reporter: Reporter,
) -> Remote | None:
    """Make the change and return the object as it is then (None: deleted).

    Raises:
        TargetError: the target refused, or did not answer often enough.
    """
    number, doubtful = 0, False
    while True:
        number += 1
        try:
            if doubtful:
                found = provider.find(change.address, change.remote.id if change.remote else None)
                if _settled(change, found):
                    return found
            return provider.apply(change, ids)
        except RetryableError as error:
            doubtful = doubtful or error.uncertain
            seconds = pause(number, error, change.key)
            if seconds is None:
                raise
            reporter.waiting(change, seconds, error)
            clock.sleep(seconds)


def _settled(change: Change, found: Remote | None) -> bool:
    """Say whether the doubtful call did its work.

    Raises:
        RevisionConflictError: somebody else changed the object meanwhile.
    """
    if change.kind is Kind.CREATE:
        return found is not None
    if change.kind in REMOVALS and found is None:
        return True
    if change.kind is Kind.REPLACE and found is None:
        return False  # the old one went already: the provider knows what it has made anew
    if found is None or change.remote is None:
        raise gone(change)
    wanted = change.desired
    if wanted is not None and same(found.body, wanted.body) and not found.unmarked:
        return True
    if found.revision != change.remote.revision:
        raise conflict(change)
    return False


def conflict(change: Change) -> RevisionConflictError:
    """Return the error for an object that somebody else changed."""
    return RevisionConflictError(
        text("`{address}` was changed on the target meanwhile", address=str(change.address)),
        text("make a new plan to see what it looks like now"),
    )


def gone(change: Change) -> RevisionConflictError:
    """Return the error for an object that somebody else deleted."""
    return RevisionConflictError(
        text("`{address}` was deleted on the target meanwhile", address=str(change.address)),
        text("make a new plan to see what is there now"),
    )
