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
from crmspec.ir.value import Ref
from crmspec.logic.wish import Deed, Frame, Wish
from crmspec.semantics import clock

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.chain import Chain
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


def stage(
    program: Program, trigger: Trigger, chain: Chain, moment: Moment, zone: ZoneInfo
) -> Staged:
    """Return what makes a trigger of a chain fire at a moment; the audience is not part of it."""
    match trigger:
        case EventTrigger():
            return Staged((Deed(moment, "event", trigger.event.id, trigger.where),))
        case InactionTrigger():
            return _silence(trigger, moment, zone)
        case SegmentTrigger():
            return _membership(trigger, moment)
        case ListTrigger():
            return _listing(trigger, moment)
        case AttributeTrigger():
            return _change(program, trigger, moment)
        case DateTrigger():
            return _date(program, trigger, chain, moment, zone)
        case ChainTrigger() | MessageTrigger():
            return Staged(needs=trigger)
        case _:
            return Staged(_call(trigger, chain, moment))


def _silence(trigger: InactionTrigger, moment: Moment, zone: ZoneInfo) -> Staged:
    """Return the event after which nothing happened for as long as the trigger asks."""
    then = clock.subtract(moment, trigger.for_, zone)
    frame = Frame(moment)
    quiet = EventMissing(not_event=trigger.no_event, where=trigger.where, within=trigger.for_)
    wishes = [Wish(frame, quiet)]
    if trigger.after is None:
        return Staged(wishes=tuple(wishes), created=then)
    wishes.append(Wish(frame, EventMissing(not_event=trigger.after, within=trigger.for_)))
    return Staged((Deed(then, "event", trigger.after.id),), tuple(wishes))


def _membership(trigger: SegmentTrigger, moment: Moment) -> Staged:
    """Return the change into or out of a segment: one answer before the moment, the other at it."""
    entered = trigger.transition == "entered"
    inside = InSegment(segment=trigger.segment)
    before, now = Wish(Frame(moment - 1), inside, not entered), Wish(Frame(moment), inside, entered)
    return Staged(wishes=(before, now))


def _listing(trigger: ListTrigger, moment: Moment) -> Staged:
    entered = trigger.transition == "entered"
    listed = OnList(list=trigger.list)
    deed = Deed(moment, "list", trigger.list.id)
    before, now = Wish(Frame(moment - 1), listed, not entered), Wish(Frame(moment), listed, entered)
    return Staged((deed,), (before, now))


def _change(program: Program, trigger: AttributeTrigger, moment: Moment) -> Staged:
    """Return a change of an attribute; one that is computed changes with its events."""
    id_ = trigger.attribute.id
    declared = program.attributes.get(id_)
    computed = declared is not None and declared.computed is not None
    deeds = () if computed else (Deed(moment, "attribute", id_, (), trigger.from_, trigger.to),)
    wishes = []
    for tests, then in ((trigger.from_, moment - 1), (trigger.to, moment)):
        if tests:
            asked = AttributeIs(attribute=trigger.attribute, tests=tests)
            wishes.append(Wish(Frame(then), asked))
    return Staged(deeds, tuple(wishes))


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


def _call(trigger: Trigger, chain: Chain, moment: Moment) -> tuple[Deed, ...]:
    """Return the call, form, record, product or word that the trigger waits for."""
    match trigger:
        case ManualTrigger():
            return (Deed(moment, "manual", chain.id),)
        case ApiTrigger():
            return (Deed(moment, "api", trigger.api.id),)
        case FormTrigger():
            return (Deed(moment, "form", trigger.form.id),)
        case InboundTrigger():
            word = trigger.keyword[0] if trigger.keyword else "hello"
            return (Deed(moment, "inbound", trigger.inbound.id, data=(("text", word),)),)
        case ObjectTrigger():
            data = (("change", trigger.change),)
            return (Deed(moment, "object", trigger.object.id, trigger.where, data=data),)
        case ProductTrigger():
            drop = trigger.at_least.value if trigger.at_least is not None else 10
            of: tuple[tuple[str, Plain], ...] = (("of", trigger.of), ("drop", drop))
            return (Deed(moment, "product", trigger.product, data=of),)
    return ()


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


def segment_of(id_: str) -> InSegment:
    """Return the condition of being in a segment."""
    return InSegment(segment=Ref(kind="segment", id=id_))
