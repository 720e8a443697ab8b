"""Who holds the lock of a state, and the words for it."""

from __future__ import annotations

import msgspec

from crmspec.diagnostics import Text, text
from crmspec.engine.error import StateLockedError


class Holder(msgspec.Struct, frozen=True):
    """One run with the lock; `who` is `user@host`, `since` ISO 8601 UTC, `id` made for this lock.

    `process` is 0 and the other fields are empty where a store does not tell.
    """

    id: str = ""
    who: str = ""
    process: int = 0
    since: str = ""


def locked(holder: Holder, *, frees_itself: bool) -> StateLockedError:
    """Return the error that says who holds the state, and what to do.

    `frees_itself` is for stores whose locks end with the process that took them.
    """
    if frees_itself:
        help_ = text("wait until it has ended; a lock of a dead process frees itself")
    elif holder.id:
        help_ = text("if that run is gone, free it: `crmspec state unlock {id}`", id=holder.id)
    else:
        help_ = text("wait until it has ended, or ask who runs the store to free it")
    wait = text("`--lock-timeout 300` waits up to 300 seconds for it")
    return StateLockedError(told(holder), help_, wait)


def told(holder: Holder) -> Text:
    """Say who holds the state, as far as the store tells."""
    if not holder.who:
        return text("another run holds the state")
    who, since = holder.who, holder.since
    if not holder.process:
        return text("`{who}` has held the state since {since}", who=who, since=since)
    return text(
        "`{who}` (process {pid}) has held the state since {since}",
        who=who,
        pid=holder.process,
        since=since,
    )
