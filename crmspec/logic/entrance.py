"""What a trigger says of a customer in the moment in which it starts a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir import trigger as ir
from crmspec.logic import holdout
from crmspec.logic import variable as v
from crmspec.logic.formula import ALWAYS, Atom, NotOf, every, holds
from crmspec.logic.law import has_link, is_inside
from crmspec.logic.reader import Reader
from crmspec.logic.value import tested

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.value import Where
    from crmspec.logic.formula import Formula
    from crmspec.logic.space import Space


def constants(space: Space, chain: Chain) -> Iterator[Formula]:
    """Yield formulas that name the variables and constants of triggers, exits and so on."""
    wheres = space.translator.wheres
    for trigger in chain.trigger:
        match trigger:
            case ir.EventTrigger():
                yield wheres.started(chain, trigger)
                yield _ever(space, trigger.event.id, trigger.where)
            case ir.InactionTrigger():
                yield _ever(space, trigger.no_event.id, trigger.where)
                if trigger.after is not None:
                    yield _ever(space, trigger.after.id, ())
            case ir.AttributeTrigger():
                yield _to(space, trigger)
            case ir.ObjectTrigger():
                yield _object(space, chain, trigger)
    for exit_ in chain.exit:
        if exit_.event is not None:
            yield _ever(space, exit_.event.id, exit_.where)
    share = holdout.of_chain(chain)
    if share is not None:
        yield holdout.formula(share)


def _ever(space: Space, event: str, where: Where) -> Formula:
    text = space.translator.wheres.keep("event", event, where)
    space.translator.wheres.keep("event", event, ())
    both = (v.EventCount(event), v.EventCount(event, text))
    return every(Atom(count, "gte", 1) for count in both)


def fact(space: Space, chain: Chain, trigger: ir.Trigger) -> Formula:
    """Return what holds of a customer whom a trigger has just fired for."""
    find = _FACTS.get(type(trigger))
    return find(space, chain, trigger) if find is not None else ALWAYS


def _event(space: Space, chain: Chain, trigger: ir.EventTrigger) -> Formula:
    seen = space.translator.wheres.started(chain, trigger)
    return every((seen, *_happened(space, trigger)))


def _segment(space: Space, _: Chain, trigger: ir.SegmentTrigger) -> Formula:
    inside = space.translator.segment(trigger.segment.id)
    return inside if trigger.transition == "entered" else NotOf(inside)


def _list(_: Space, __: Chain, trigger: ir.ListTrigger) -> Formula:
    inside = holds(v.InList(trigger.list.id))
    return inside if trigger.transition == "entered" else NotOf(inside)


def _date(space: Space, _: Chain, trigger: ir.DateTrigger) -> Formula:
    return NotOf(Atom(space.translator.subject(trigger.date.id).base, "missing", None))


def _chain(_: Space, __: Chain, trigger: ir.ChainTrigger) -> Formula:
    if trigger.state == "entered":
        return ALWAYS
    return holds(v.InChainState(trigger.chain.id, trigger.state))


def _object(space: Space, _: Chain, trigger: ir.ObjectTrigger) -> Formula:
    if trigger.change == "deleted":
        return ALWAYS
    text = space.translator.wheres.keep("object", trigger.object.id, trigger.where)
    return Atom(v.RelatedCount(trigger.object.id, text), "gte", 1)


def _happened(space: Space, trigger: ir.EventTrigger) -> Iterator[Formula]:
    """Yield that every count which the event belongs to is at least 1."""
    event = trigger.event.id
    mine = space.translator.wheres.keep("event", event, trigger.where)
    declared = space.program.events.get(event)
    # What is told late lies in no window for sure (semantics 3.1, 3.3).
    may_be_late = declared is not None and declared.occurred_at is not None
    for count in space.counts(event):
        if count.start or count.since is not None or (may_be_late and count.window is not None):
            continue
        if is_inside(space, ("event", event), mine, count.where):
            yield Atom(count, "gte", 1)


def _silence(space: Space, trigger: ir.InactionTrigger) -> Iterator[Formula]:
    """Yield what a silence means: no such event, and no new `after`, for that long."""
    length, months = trigger.for_, trigger.for_.months
    window = -(-(months * 2_592_000 + length.seconds) // 60)
    silent = v.EventCount(trigger.no_event.id, "", window, months=months)
    text = space.translator.wheres.keep("event", trigger.no_event.id, trigger.where)
    for count in space.counts(trigger.no_event.id):
        if has_link(count, silent) and is_inside(
            space, ("event", trigger.no_event.id), count.where, text
        ):
            yield NotOf(Atom(count, "gte", 1))
    if trigger.after is not None:
        quiet = v.EventCount(trigger.after.id, "", window, months=months)
        for count in space.counts(trigger.after.id):
            if has_link(count, quiet):
                yield NotOf(Atom(count, "gte", 1))
        yield Atom(v.EventCount(trigger.after.id), "gte", 1)


def _to(space: Space, trigger: ir.AttributeTrigger) -> Formula:
    subject = Reader(space.translator, None, "").subject(trigger.attribute.id)
    return tested(subject, trigger.to)


def _reacted(space: Space, trigger: ir.MessageTrigger) -> Iterator[Formula]:
    """Yield that the counts of this reaction to this message are at least 1."""
    message = space.program.messages.get(trigger.message.id)
    tags = {f"tag:{tag.id}" for tag in message.tags} if message is not None else set()
    targets = {f"message:{trigger.message.id}", *tags, ""}
    channel = message.channel.id if message is not None else None
    reactions = {"clicked", "opened"} if trigger.reaction == "clicked" else {trigger.reaction}
    for count in space.reactions:
        same = count.target in targets and count.channel in (None, channel)
        link = count.link is None or count.link == trigger.link
        if same and link and count.reaction in reactions and count.since is None:
            yield Atom(count, "gte", 1)


_FACTS: dict[type[object], Callable[..., Formula]] = {
    ir.EventTrigger: _event,
    ir.InactionTrigger: lambda space, _, trigger: every(_silence(space, trigger)),
    ir.SegmentTrigger: _segment,
    ir.ListTrigger: _list,
    ir.AttributeTrigger: lambda space, _, trigger: _to(space, trigger),
    ir.DateTrigger: _date,
    ir.MessageTrigger: lambda space, _, trigger: every(_reacted(space, trigger)),
    ir.ChainTrigger: _chain,
    ir.ObjectTrigger: _object,
}
