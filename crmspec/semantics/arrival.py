"""What comes from outside: happenings, reactions, and the state at the first moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.ir.trigger import ListTrigger
from crmspec.semantics import change
from crmspec.semantics.clock import read
from crmspec.semantics.condition import holds
from crmspec.semantics.firing import fire
from crmspec.semantics.run import Signal
from crmspec.semantics.state import Permission, State

if TYPE_CHECKING:
    from crmspec.ir.data import Event
    from crmspec.ir.trigger import SegmentTrigger
    from crmspec.ir.value import Plain
    from crmspec.semantics.run import Run
    from crmspec.semantics.scenario import Happening, Moment, Reaction, Scenario
    from crmspec.semantics.state import Sent


def state_of(scenario: Scenario, first: Moment) -> State:
    """Return the state of the customer before the first happening."""
    customer = scenario.customer
    since = first if customer.created is None else customer.created
    state = State(customer=customer)
    state.attributes.update(customer.attributes)
    for name, status in customer.consents.items():
        state.consents[name] = Permission(status, min(since, first))
    state.reachable.update(customer.reachable)
    state.suppressed.update(customer.suppressed)
    state.lists.update(dict.fromkeys(sorted(customer.lists), min(since, first)))
    state.related.update({id_: [dict(one) for one in of] for id_, of in customer.related.items()})
    state.variants.update(customer.variants)
    return state


def happen(run: Run, one: Happening) -> Signal | None:
    """Apply a happening; return what it signals, None if it changes nothing."""
    subject, data = one.subject, one.data
    run.note("happening", subject=f"{one.kind} {subject}", data=data)
    if one.kind == "event":
        return event(run, subject, data)
    if one.kind == "attribute":
        return change.set_attribute(run, subject, data.get("value"))
    if one.kind == "consent":
        topic, method = _word(data.get("topic")), _word(data.get("method"))
        return change.set_consent(run, subject, str(data.get("status")), topic, method)
    if one.kind == "reachable":
        return change.set_reachable(run, subject, reachable=bool(data.get("value", True)))
    if one.kind == "list":
        return change.set_list(run, subject, inside=data.get("change") != "left")
    return _called(run, one)


def _called(run: Run, one: Happening) -> Signal:
    """Return the signal of a happening that only starts chains, or changes a related object."""
    rest = {k: v for k, v in one.data.items() if k not in {"change", "of", "drop", "text"}}
    if one.kind == "object":
        changed = str(one.data.get("change", "updated"))
        return change.set_object(run, one.subject, changed, rest)
    if one.kind == "product":
        of = str(one.data.get("of", "subscribed"))
        return Signal("product", one.subject, rest, change=of, new=one.data.get("drop"))
    if one.kind == "inbound":
        return Signal("inbound", one.subject, dict(one.data), new=one.data.get("text"))
    return Signal(one.kind, one.subject, dict(one.data))


def _word(value: Plain) -> str | None:
    return None if value is None else str(value)


def event(run: Run, id_: str, properties: dict[str, Plain]) -> Signal | None:
    """Log an event of the customer unless it is a repetition (semantics 3.1-3.3)."""
    declared = run.program.events.get(id_)
    if declared is None:
        return change.log(run, id_, properties, run.now)
    if _is_repeated(run, declared, properties):
        return None
    moment = run.now
    if declared.occurred_at is not None:
        written = properties.get(declared.occurred_at.id)
        found = read(written, run.zone) if isinstance(written, str) else None
        moment = run.now if found is None else min(found, run.now)
    _assumed(run, declared, moment)
    return change.log(run, id_, properties, moment)


def _is_repeated(run: Run, declared: Event, properties: dict[str, Plain]) -> bool:
    """Say whether an event with this `dedupe_key` is in the log already (semantics 3.2)."""
    if declared.dedupe_key is None:
        return False
    value = properties.get(declared.dedupe_key.id)
    known = run.state.log.by_event.get(declared.id, ())
    return value is not None and any(
        one.properties.get(declared.dedupe_key.id) == value for one in known
    )


def _assumed(run: Run, declared: Event, moment: Moment) -> None:
    """Report an event that breaks what is assumed about it (semantics 3.15).

    Of a customer without a moment of creation not all history is known, so nothing is missing.
    """
    assume = declared.assume
    if assume is None:
        return
    log = run.state.log
    own = log.between(declared.id, None, moment)
    is_new = run.scenario.customer.created is not None
    before = assume.preceded_by
    if is_new and before is not None and not log.between(before.id, None, moment):
        _breach(run, declared, "preceded_by")
    if assume.min_gap is not None and own and moment < run.until(own[-1].moment, assume.min_gap):
        _breach(run, declared, "min_gap")
    if assume.requires_silence is not None and any(
        moment < run.until(one.moment, assume.requires_silence)
        for events in log.by_event.values()
        for one in events
        if one.moment <= moment
    ):
        _breach(run, declared, "requires_silence")


def _breach(run: Run, declared: Event, assumption: str) -> None:
    run.note("trouble", subject=f"event {declared.id}", reason=assumption, node=declared.assume)


def emitted(run: Run, signal: Signal) -> Signal | None:
    """Log an event that a step emitted (semantics 3.11, 7.23)."""
    run.note("happening", subject=f"event {signal.subject}", data=signal.properties)
    return event(run, signal.subject, signal.properties)


def react(run: Run, sent: Sent, reaction: Reaction) -> Signal:
    """Note a reaction to a send; a click counts as an open as well (semantics 3.14, 5.30)."""
    kind = reaction.reaction
    words = [kind, "opened"] if kind == "clicked" else [kind]
    first = [word for word in words if not _has_reacted(sent, word)]
    sent.reactions[kind].append(run.now)
    link = reaction.link
    is_new = link is not None and all(known != link for _, known in sent.links)
    if link is not None:
        sent.links.append((run.now, link))
        first = [*first, "clicked"] if is_new and "clicked" not in first else first
    run.note(
        "reaction",
        chain=sent.chain,
        broadcast=sent.broadcast,
        passage=sent.passage,
        step=sent.step,
        message=sent.message,
        channel=sent.channel,
        reason=kind,
        data={} if link is None else {"link": link},
    )
    run.touch("messages", f"message:{sent.message}")
    return Signal("reaction", sent.message, {}, change=" ".join(first), new=link, sent=sent)


def _has_reacted(sent: Sent, word: str) -> bool:
    if sent.reactions.get(word):
        return True
    return word == "opened" and bool(sent.reactions.get("clicked"))


def backfill(run: Run) -> None:
    """Let those inside a segment or list enter when the run begins (semantics 6.6)."""
    for start in run.index.backfills:
        trigger = start.trigger
        if isinstance(trigger, ListTrigger):
            inside = trigger.list.id in run.state.lists
            wanted = trigger.transition
        else:
            following = cast("SegmentTrigger", trigger)
            question = run.index.questions.get(following.segment.id)
            inside = question is not None and holds(question, run.apart(""))
            wanted = following.transition
        if inside is (wanted == "entered"):
            run.at(run.now, "backfill", fire(run, start, {}))
