"""What has to happen so that a trigger fires at a moment and the customer is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.condition import AttributeIs, EventMissing, InSegment
from crmspec.ir.condition import InList as OnList
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
    SegmentTrigger,
)
from crmspec.logic.wish import Deed, Frame, Wish
from crmspec.semantics import clock

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.program import Program
    from crmspec.ir.trigger import Trigger
    from crmspec.ir.value import Plain
    from crmspec.semantics.scenario import Moment

DAY = 24 * 60


class Staged(NamedTuple):
    """Deeds and wishes that bring a customer into a chain; a date is a fixed attribute value.

    `needs` is a chain trigger or message trigger, which only another passage can fire.
    """

    deeds: tuple[Deed, ...] = ()
    wishes: tuple[Wish, ...] = ()
    attributes: tuple[tuple[str, Plain], ...] = ()
    created: Moment | None = None
    needs: ChainTrigger | MessageTrigger | None = None


def stage(  # noqa: PLR0913 - the parts of an entrance
    program: Program,
    trigger: Trigger,
    chain: Chain,
    moment: Moment,
    zone: ZoneInfo,
    *,
    known: bool = False,
) -> Staged:
    """Return what makes a trigger of a chain fire at a moment; the audience is not part of it.

    A silence begins with the profile, or, if the customer is `known`, with the latest event.
    """
    match trigger:
        case InactionTrigger():
            return _silence(trigger, moment, zone, known=known)
        case SegmentTrigger() | ListTrigger():
            return _membership(trigger, moment)
        case AttributeTrigger():
            return _change(program, trigger, moment)
        case DateTrigger():
            return _date(program, trigger, chain, moment, zone)
        case ChainTrigger() | MessageTrigger():
            return Staged(needs=trigger)
        case _:
            deed = _call(trigger, chain, moment)
            return Staged(() if deed is None else (deed,))


def _silence(trigger: InactionTrigger, moment: Moment, zone: ZoneInfo, *, known: bool) -> Staged:
    """Return the event after which nothing happened for as long as the trigger asks."""
    then = clock.subtract(moment, trigger.for_, zone)
    frame = Frame(moment)
    quiet = EventMissing(not_event=trigger.no_event, where=trigger.where, within=trigger.for_)
    wishes = [Wish(frame, quiet)]
    if trigger.after is None:
        if known:
            return Staged((Deed(then, "event", trigger.no_event.id, trigger.where),), tuple(wishes))
        return Staged(wishes=tuple(wishes), created=then)
    wishes.append(Wish(frame, EventMissing(not_event=trigger.after, within=trigger.for_)))
    return Staged((Deed(then, "event", trigger.after.id),), tuple(wishes))


def _membership(trigger: SegmentTrigger | ListTrigger, moment: Moment) -> Staged:
    """Return the change into or out of a set: one answer before the moment, the other at it."""
    entered = trigger.transition == "entered"
    inside: Condition
    deeds: tuple[Deed, ...] = ()
    if isinstance(trigger, SegmentTrigger):
        inside = InSegment(segment=trigger.segment)
    else:
        inside, deeds = OnList(list=trigger.list), (Deed(moment, "list", trigger.list.id),)
    before, now = Wish(Frame(moment - 1), inside, not entered), Wish(Frame(moment), inside, entered)
    return Staged(deeds, (before, now))


def _change(program: Program, trigger: AttributeTrigger, moment: Moment) -> Staged:
    """Return a change of an attribute; one that is computed changes with an event."""
    id_ = trigger.attribute.id
    declared = program.attributes.get(id_)
    asked = [(trigger.from_, moment - 1, True), (trigger.to, moment, True)]
    if declared is not None and declared.computed is not None:
        computed = declared.computed
        deed = Deed(moment, "event", computed.event.id, computed.where)
        asked.append((trigger.to, moment - 1, False))
    else:
        deed = Deed(moment, "attribute", id_, (), trigger.from_, trigger.to)
    wishes = [
        Wish(Frame(then), AttributeIs(attribute=trigger.attribute, tests=tests), truth)
        for tests, then, truth in asked
        if tests
    ]
    return Staged((deed,), tuple(wishes))


def _date(
    program: Program, trigger: DateTrigger, chain: Chain, moment: Moment, zone: ZoneInfo
) -> Staged:
    """Return the date that makes the trigger fire at the moment or, with `at`, on its day."""
    place = clock.named(chain.timezone) if _is_named(chain) else zone
    day = moment if trigger.offset is None else clock.subtract(moment, trigger.offset, place)
    declared = program.attributes.get(trigger.date.id)
    text = clock.iso(day, place)
    if trigger.at is not None or (declared is not None and declared.type == "date"):
        text = text[:10]
    if trigger.recurs == "yearly":
        text = f"{int(text[:4]) - 30}{text[4:]}"
    return Staged(attributes=((trigger.date.id, text),))


def _is_named(chain: Chain) -> bool:
    return chain.timezone not in (None, "profile", "account")


def _call(trigger: Trigger, chain: Chain, moment: Moment) -> Deed | None:
    """Return the event, call, form, record, product or word that the trigger waits for."""
    made: Deed | None = None
    match trigger:
        case EventTrigger():
            made = Deed(moment, "event", trigger.event.id, trigger.where)
        case ManualTrigger():
            made = Deed(moment, "manual", chain.id)
        case ApiTrigger():
            made = Deed(moment, "api", trigger.api.id)
        case FormTrigger():
            made = Deed(moment, "form", trigger.form.id)
        case InboundTrigger():
            word = trigger.keyword[0] if trigger.keyword else "hello"
            made = Deed(moment, "inbound", trigger.inbound.id, data=(("text", word),))
        case ObjectTrigger():
            data = (("change", trigger.change),)
            made = Deed(moment, "object", trigger.object.id, trigger.where, data=data)
        case ProductTrigger():
            drop = trigger.at_least.value if trigger.at_least is not None else 10
            of: tuple[tuple[str, Plain], ...] = (("of", trigger.of), ("drop", drop))
            made = Deed(moment, "product", trigger.product, data=of)
    return made


def merged(deeds: list[Deed]) -> tuple[list[Deed], list[int]]:
    """Return deeds without repetitions, and for each given one its new number.

    One event of a minute starts every chain that it fits, so equal events become one whose
    properties meet all filters.
    """
    kept: list[Deed] = []
    numbers: list[int] = []
    for deed in deeds:
        same = (number for number, one in enumerate(kept) if _may_be_one(one, deed))
        number = next(same, len(kept))
        if number == len(kept):
            kept.append(deed)
        elif deed.where != kept[number].where:
            kept[number] = kept[number]._replace(where=(*kept[number].where, *deed.where))
        numbers.append(number)
    return kept, numbers


def _may_be_one(one: Deed, other: Deed) -> bool:
    if (one.moment, one.kind, one.subject) != (other.moment, other.kind, other.subject):
        return False
    return one.kind == "event" or one == other
