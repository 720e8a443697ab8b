"""What happens outside and starts chains: one occurrence opens every chain behind its door."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from crmspec.ir.trigger import (
    ApiTrigger,
    AttributeTrigger,
    ChainTrigger,
    DateTrigger,
    EventTrigger,
    FormTrigger,
    InactionTrigger,
    InboundTrigger,
    ListTrigger,
    ManualTrigger,
    MessageTrigger,
    ObjectTrigger,
    ProductTrigger,
    Schedule,
    ScheduleTrigger,
    SegmentTrigger,
)
from crmspec.ir.value import Duration, Name, Ref, TimeOfDay

if TYPE_CHECKING:
    from crmspec.ir.program import Program
    from crmspec.ir.trigger import Trigger
    from crmspec.ir.value import Located

Key: TypeAlias = tuple[str, ...]

EASIEST = (
    EventTrigger,
    ApiTrigger,
    ManualTrigger,
    FormTrigger,
    ListTrigger,
    InboundTrigger,
    AttributeTrigger,
    ObjectTrigger,
    ProductTrigger,
    SegmentTrigger,
    DateTrigger,
    InactionTrigger,
    ScheduleTrigger,
    MessageTrigger,
    ChainTrigger,
)
"""Triggers in the order in which examples prefer them."""


class Door(NamedTuple):
    """A chain and the number of the trigger by which it is entered."""

    chain: str
    trigger: int


FIELDS: dict[type[Located], tuple[str, ...]] = {
    EventTrigger: ("event",),
    InactionTrigger: ("no_event", "for_", "after"),
    SegmentTrigger: ("segment", "transition"),
    ListTrigger: ("list", "transition"),
    AttributeTrigger: ("attribute",),
    ApiTrigger: ("api",),
    FormTrigger: ("form",),
    InboundTrigger: ("inbound",),
    ObjectTrigger: ("object", "change"),
    ProductTrigger: ("product", "of"),
    DateTrigger: ("date", "offset", "at", "recurs"),
    ScheduleTrigger: ("schedule",),
}
"""Triggers that may start several chains at once, and the fields that must be equal for it."""


def key(trigger: Trigger) -> Key | None:
    """Return what has to happen for a trigger; None if it starts one chain only."""
    fields = FIELDS.get(type(trigger))
    if fields is None:
        return None
    return (type(trigger).subject, *(_word(getattr(trigger, field)) for field in fields))


def _word(value: object) -> str:
    match value:
        case Ref() | Name():
            return value.id
        case Duration():
            return f"{value.months} {value.seconds}"
        case TimeOfDay():
            return str(value.minute)
        case Schedule():
            return " ".join((value.rrule or "", value.cron or "", _word(value.at)))
    return "" if value is None else str(value)


def easiest(program: Program, chain: str) -> Door:
    """Return the door through which an example brings a customer into a chain."""
    triggers = program.chains[chain].trigger
    ranks = [EASIEST.index(type(trigger)) for trigger in triggers]
    return Door(chain, ranks.index(min(ranks)) if ranks else 0)


def doors(program: Program) -> dict[Key, tuple[Door, ...]]:
    """Return the live chains that one occurrence can start, by what has to happen."""
    found: dict[Key, dict[str, Door]] = defaultdict(dict)
    for chain in program.chains.values():
        if chain.status != "live":
            continue
        for number, trigger in enumerate(chain.trigger):
            opened = key(trigger)
            if opened is not None:
                found[opened].setdefault(chain.id, Door(chain.id, number))
    return {opened: tuple(chains.values()) for opened, chains in sorted(found.items())}
