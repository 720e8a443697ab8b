"""How the execution systems behave that public documentation describes (semantics 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.semantics.behaviour import REFERENCE, Behaviour
from crmspec.semantics.clock import minutes

if TYPE_CHECKING:
    from crmspec.ir.program import Program
    from crmspec.ir.target import Profile

BASES: dict[str, Behaviour] = {
    "reference": REFERENCE,
    "braze": Behaviour(
        name="braze",
        exits="step_end",
        caps="calendar",
        calendar_weeks=False,
        cap_timezone="profile",
        over_cap="skip",
        by_priority=False,
    ),
    "customer_io": Behaviour(name="customer_io", caps="rolling", over_cap="skip"),
    "klaviyo": Behaviour(
        name="klaviyo",
        exits="at_send",
        caps="rolling",
        over_cap="skip",
        by_priority=False,
        may_delay=False,
    ),
    "salesforce": Behaviour(name="salesforce", exits="wait_end"),
    "iterable": Behaviour(
        name="iterable",
        caps="calendar",
        cap_timezone="account",
        over_cap="skip",
        week_starts="sun",
        by_priority=False,
        strictest=False,
    ),
}
"""The table under semantics 9.8 as far as 9.10 says; the rest is the reference."""

_FIELDS = (
    "exits",
    "caps",
    "cap_timezone",
    "over_cap",
    "unknown_timezone",
    "week_starts",
)


def behaviour(program: Program, profile_id: str | None) -> Behaviour:
    """Return the behaviour of a declared profile or built-in base; unknown ids are the reference.

    A declared profile comes before a base of the same name (semantics 9.1).
    """
    if profile_id is None:
        return REFERENCE
    declared = program.profiles.get(profile_id)
    if declared is None:
        return BASES.get(profile_id, REFERENCE)
    return _of(declared)


def of_target(program: Program, target_id: str) -> Behaviour:
    """Return the behaviour of a target: its profile, else that of its platform (semantics 9.2)."""
    target = program.targets.get(target_id)
    if target is None:
        return REFERENCE
    return behaviour(program, target.platform if target.profile is None else target.profile.id)


def _of(profile: Profile) -> Behaviour:
    """Return the base with what the profile says put over it."""
    said = {name: value for name in _FIELDS if (value := getattr(profile, name)) is not None}
    if profile.counter_lag is not None:
        said["counter_lag"] = minutes(profile.counter_lag)
    return msgspec.structs.replace(BASES[profile.base], name=profile.id, **said)
