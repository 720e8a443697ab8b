"""Consents: what the customer has permitted, topic by topic (semantics 1.11-1.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.semantics import clock
from crmspec.semantics.state import Permission

if TYPE_CHECKING:
    from crmspec.ir.condition import ConsentStatus
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.view import View

PERMITTED = frozenset({"subscribed", "opted_in"})
WITHDRAWN = frozenset({"unsubscribed", "suppressed"})


def status(consent: str, topic: str | None, view: View) -> ConsentStatus:
    """Return the state of a consent, or of one of its topics, now (semantics 1.12, 1.13)."""
    _, found = permission(consent, topic, view)
    over = expiry(consent, found, view)
    if over is not None and over <= view.now:
        return "never_subscribed"
    return cast("ConsentStatus", found.status)


def is_permitted(consent: str, topic: str | None, view: View) -> bool:
    """Say whether messages under this consent, and topic if any, may be sent (semantics 8.6)."""
    return status(consent, topic, view) in PERMITTED


def permission(consent: str, topic: str | None, view: View) -> tuple[str, Permission]:
    """Return what decides about a consent or topic, and its key in the state (semantics 1.16).

    A topic on which nothing is known follows the consent as a whole, and withdrawing the whole
    holds for every topic (semantics 1.14).
    """
    consents = view.state.consents
    whole = consents.get(consent)
    if topic is not None:
        key = f"{consent}.{topic}"
        own = consents.get(key)
        if own is not None and not (whole is not None and _withdrawn_since(whole, own)):
            return key, own
    return consent, whole or Permission(_default(consent, view))


def _withdrawn_since(whole: Permission, own: Permission) -> bool:
    if whole.status not in WITHDRAWN or whole.since is None:
        return False
    return own.since is None or own.since <= whole.since


def _default(consent: str, view: View) -> str:
    declared = view.program.consents.get(consent)
    return "never_subscribed" if declared is None else declared.default


def expiry(consent: str, found: Permission, view: View) -> Moment | None:
    """Return the moment at which a given consent expires, None if it never does."""
    declared = view.program.consents.get(consent)
    if declared is None or declared.expires is None or found.since is None:
        return None
    if found.status not in PERMITTED:
        return None
    return clock.add(found.since, declared.expires, view.zone)


def last_change(consent: str, topic: str | None, view: View) -> Moment | None:
    """Return when the state last changed, expiry included; None if it never did."""
    key, found = permission(consent, topic, view)
    over = expiry(consent, found, view)
    if over is not None and over <= view.now:
        return over
    changes = view.state.consent_changes.get(key)
    return changes[-1] if changes else found.since
