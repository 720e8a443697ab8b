"""Which triggers fire on a change, and the offering of customers to chains (section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.semantics import entry
from crmspec.semantics.condition import meets, where
from crmspec.semantics.property import of_event, of_object
from crmspec.semantics.run import Firing
from crmspec.semantics.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from crmspec.ir.trigger import (
        AttributeTrigger,
        ChainTrigger,
        EventTrigger,
        InboundTrigger,
        ListTrigger,
        MessageTrigger,
        ObjectTrigger,
        ProductTrigger,
        SegmentTrigger,
    )
    from crmspec.ir.value import Plain
    from crmspec.semantics.index import Start
    from crmspec.semantics.membership import Turn
    from crmspec.semantics.run import Run, Signal

    Fits = Callable[[Run, Signal, Any], bool]


def enter_all(run: Run, signal: Signal, turns: Sequence[Turn]) -> None:
    """Offer the customer to every chain whose trigger fires, in the order of 6.19."""
    fired = [*signal.fired, *_by_signal(run, signal), *_by_turns(run, turns)]
    offered: set[str] = set()
    for firing in sorted(fired, key=_precedence):
        chain = firing.route.chain
        if chain.id not in offered and entry.alive(run, chain):
            offered.add(chain.id)
            entry.offer(run, firing)


def _precedence(firing: Firing) -> tuple[int, str]:
    return -firing.route.chain.priority, firing.route.chain.id


def fire(run: Run, start: Start, properties: dict[str, Plain]) -> Firing:
    """Return the firing of a trigger."""
    return Firing(run.index.route(start.chain), start.trigger, properties)


def _by_signal(run: Run, signal: Signal) -> Iterable[Firing]:
    kind, living = signal.kind, run.scenario.chains
    fits = _FITS.get(kind)
    for start in run.index.waiting(f"{kind}:{signal.subject}"):
        if living is not None and start.chain not in living:
            continue
        if fits is None or fits(run, signal, start.trigger):
            yield fire(run, start, signal.properties)


def _by_turns(run: Run, turns: Sequence[Turn]) -> Iterable[Firing]:
    for id_, change in turns:
        for start in run.index.waiting(f"segment:{id_}"):
            if cast("SegmentTrigger", start.trigger).transition == change:
                yield fire(run, start, {})


def _event(run: Run, signal: Signal, trigger: EventTrigger) -> bool:
    """Fire at each event that meets `where` (semantics 6.2)."""
    view = run.apart("")
    return where(trigger.where, signal.properties, view, of_event(trigger.event.id, view))


def _list(_: Run, signal: Signal, trigger: ListTrigger) -> bool:
    return trigger.transition == signal.change


def _attribute(run: Run, signal: Signal, trigger: AttributeTrigger) -> bool:
    """Fire if the value goes from one that meets `from` to one that meets `to` (semantics 6.7)."""
    view = run.apart("")
    declared = run.program.attributes.get(trigger.attribute.id)
    return meets(trigger.from_, signal.old, view, declared) and meets(
        trigger.to, signal.new, view, declared
    )


def _reaction(_: Run, signal: Signal, trigger: MessageTrigger) -> bool:
    """Fire at the first reaction of that kind to a send (semantics 6.13)."""
    if trigger.reaction not in signal.change.split():
        return False
    return trigger.link is None or trigger.link == signal.new


def _object(run: Run, signal: Signal, trigger: ObjectTrigger) -> bool:
    view = run.apart("")
    return trigger.change == signal.change and where(
        trigger.where, signal.properties, view, of_object(trigger.object.id, view)
    )


def _product(_: Run, signal: Signal, trigger: ProductTrigger) -> bool:
    """Fire if the product is one of the customer's and fell by enough (semantics 6.15)."""
    if trigger.of != signal.change:
        return False
    if trigger.at_least is None:
        return True
    drop = signal.new
    return isinstance(drop, int | float) and drop >= trigger.at_least.value


def _inbound(_: Run, signal: Signal, trigger: InboundTrigger) -> bool:
    """Fire if the trimmed text is one of the keywords, case ignored (semantics 6.16)."""
    if not trigger.keyword:
        return True
    written = fold(str(signal.new or "").strip())
    return any(fold(word.strip()) == written for word in trigger.keyword)


def _chain(_: Run, signal: Signal, trigger: ChainTrigger) -> bool:
    return trigger.state == signal.change


_FITS: dict[str, Fits] = {
    "event": _event,
    "list": _list,
    "attribute": _attribute,
    "reaction": _reaction,
    "object": _object,
    "product": _product,
    "inbound": _inbound,
    "chain": _chain,
}
