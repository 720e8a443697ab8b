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
    ScheduleTrigger,
    SegmentTrigger,
)

if TYPE_CHECKING:
    from crmspec.ir.program import Program
    from crmspec.ir.trigger import Trigger

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


def key(trigger: Trigger) -> Key | None:
    """Return what has to happen for a trigger; None if it starts one chain only."""
    match trigger:
        case EventTrigger(event=event):
            return ("event", event.id)
        case InactionTrigger(no_event=event, after=after):
            return ("no_event", event.id, after.id if after is not None else "")
        case SegmentTrigger(segment=segment, transition=transition):
            return ("segment", segment.id, transition)
        case ListTrigger(list=list_, transition=transition):
            return ("list", list_.id, transition)
        case AttributeTrigger(attribute=attribute):
            return ("attribute", attribute.id)
        case ApiTrigger(api=name):
            return ("api", name.id)
        case FormTrigger(form=message):
            return ("form", message.id)
        case InboundTrigger(inbound=channel):
            return ("inbound", channel.id)
        case ObjectTrigger(object=object_, change=change):
            return ("object", object_.id, change)
        case ProductTrigger(product=product, of=of):
            return ("product", product, of)
        case DateTrigger(date=date, offset=offset, at=at, recurs=recurs):
            away = f"{offset.months}mo{offset.seconds}s" if offset is not None else ""
            return ("date", date.id, away, str(at.minute) if at is not None else "", recurs)
        case ScheduleTrigger(schedule=schedule):
            at = schedule.at
            time = str(at.minute) if at is not None else ""
            return ("schedule", schedule.rrule or "", schedule.cron or "", time)
    return None


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
