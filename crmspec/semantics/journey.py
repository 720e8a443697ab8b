"""Journey tests: their timeline, and what of it is not as expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.ir.trial import Persona, TestCustomer
from crmspec.ir.value import Day, Duration, Located
from crmspec.semantics.clock import add, iso, minutes, named, read
from crmspec.semantics.scenario import Customer, Happening, Reaction, Scenario
from crmspec.semantics.trace import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from crmspec.ir.program import Program
    from crmspec.ir.trial import Expectation, Test, TestEvent
    from crmspec.ir.value import Plain
    from crmspec.semantics.scenario import HappeningKind, Moment
    from crmspec.semantics.trace import Trace

AFTERWARDS = 60 * 1440
"""How many minutes a test goes on after the last thing it names."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as a test expects.

    `kind` is `missing` (a send that did not come), `time` (it came at another moment), `order`,
    `unexpected` (a send that is not listed), `sent` (one that must not come), `not_suppressed`,
    `not_left` or `reason` (a chain left for another reason). `subject` is the message or chain;
    `expected` and `found` are local moments or reasons; `entry` the line that shows it; `node` the
    part of the test that says otherwise.
    """

    kind: str
    subject: str
    expected: str | None = None
    found: str | None = None
    entry: Entry | None = None
    node: Located | None = None


def scenario(program: Program, test: Test) -> Scenario:
    """Return the timeline of a test.

    Without `until` it goes on for 60 days after the last thing the test names.
    """
    customer = _customer(program, test)
    place = named(customer.timezone or program.project.timezone)
    start = read(test.start.iso, place) or 0
    happenings = tuple(_happenings(test, start, place))
    last = max([start, *(one.moment for one in happenings), *_expected(test, start, place)])
    until = last + AFTERWARDS if test.until is None else _at(test.until, start, place)
    return Scenario(
        customer=customer,
        start=start,
        until=until,
        happenings=happenings,
        reactions=tuple(_reactions(test)),
        chains=frozenset(ref.id for ref in test.chains) if test.chains else None,
        arms=test.arms,
        waits={path: tuple(map(minutes, waits)) for path, waits in test.waits.items()},
        answers=test.answers,
        holdouts=test.holdouts,
    )


def _at(when: Day | Duration, start: Moment, place: ZoneInfo) -> Moment:
    if isinstance(when, Duration):
        return add(start, when, place)
    moment = read(when.iso, place)
    return start if moment is None else moment


def _expected(test: Test, start: Moment, place: ZoneInfo) -> Iterator[Moment]:
    for send in test.expect.sends:
        if send.at is not None:
            yield _at(send.at, start, place)


def _reactions(test: Test) -> Iterator[Reaction]:
    for one in test.reactions:
        yield Reaction(
            message=one.message.id,
            reaction=one.reaction,
            after=minutes(one.after),
            link=one.link,
        )


def _customer(program: Program, test: Test) -> Customer:
    """Return the persona with what the test says of the customer put over it."""
    persona = None if test.persona is None else program.personas.get(test.persona.id)
    base, over = persona or Persona(id="nobody"), test.customer or TestCustomer()
    inside = {ref.id: True for ref in (*base.segments, *over.segments)}
    place = named(over.timezone or base.timezone or program.project.timezone)
    return Customer(
        id=over.id or ("customer" if persona is None else base.id),
        timezone=over.timezone or base.timezone,
        locale=over.locale or base.locale,
        created=None if over.created is None else read(over.created.iso, place),
        attributes={**base.attributes, **over.attributes},
        consents={**base.consents, **over.consents},
        reachable=frozenset(ref.id for ref in (*base.reachable, *over.reachable)),
        suppressed=over.suppressed,
        lists=frozenset(ref.id for ref in over.lists),
        segments={**inside, **{ref.id: False for ref in over.outside}},
        devices=over.devices,
        place=over.location,
        related=over.related,
        variants=over.variants,
    )


def _happenings(test: Test, start: Moment, place: ZoneInfo) -> Iterator[Happening]:
    for one in test.events:
        moment = _at(one.at, start, place)
        for kind, subject, data in _subjects(one):
            yield Happening(moment=moment, kind=kind, subject=subject, data=data)


def _subjects(one: TestEvent) -> Iterator[tuple[HappeningKind, str, dict[str, Plain]]]:
    """Yield what happens: a kind of happening, its subject and data."""
    for id_, value in one.set.items():
        yield "attribute", id_, {"value": value}
    if one.event is not None:
        yield "event", one.event.id, one.properties
    if one.consent is not None:
        topic = None if one.topic is None else one.topic.id
        yield "consent", one.consent.id, {"status": one.status or "subscribed", "topic": topic}
    if one.reachable is not None:
        yield "reachable", one.reachable.id, {"value": one.value}
    if one.list is not None:
        yield "list", one.list.id, {"change": one.change or "entered"}
    yield from _calls(one)


def _calls(one: TestEvent) -> Iterator[tuple[HappeningKind, str, dict[str, Plain]]]:
    held = one.properties
    if one.start is not None:
        yield "manual", one.start.id, held
    if one.api is not None:
        yield "api", one.api.id, held
    if one.form is not None:
        yield "form", one.form.id, held
    if one.inbound is not None:
        yield "inbound", one.inbound.id, {**held, "text": one.text}
    if one.object is not None:
        yield "object", one.object.id, {**held, "change": one.change or "updated"}
    if one.product is not None:
        drop = None if one.drop is None else one.drop.value
        yield "product", one.product, {**held, "of": one.of, "drop": drop}


def judge(test: Test, trace: Trace) -> tuple[Difference, ...]:
    """Return what of a timeline is not as the test expects, in the order of the test."""
    place = named(trace.timezone)
    start = read(test.start.iso, place) or 0
    expect = test.expect
    return (
        *_judge_sends(expect, trace, start, place),
        *_judge_absences(expect, trace),
        *_judge_exits(expect, trace),
    )


def _judge_sends(
    expect: Expectation, trace: Trace, start: Moment, place: ZoneInfo
) -> Iterator[Difference]:
    """Match each expected send with the next one of its message (in order, at its time)."""
    sends = list(trace.sends())
    position = 0
    for wanted in expect.sends:
        message = wanted.message.id
        places = [n for n, one in enumerate(sends) if one.message == message]
        if not places:
            yield Difference(kind="missing", subject=message, node=wanted)
            continue
        later = [n for n in places if n >= position]
        found = sends.pop(later[0] if later else places[0])
        if not later:
            yield Difference(kind="order", subject=message, entry=found, node=wanted)
        position = later[0] if later else position
        moment = None if wanted.at is None else _at(wanted.at, start, place)
        if moment is not None and found.moment != moment:
            yield Difference(
                kind="time",
                subject=message,
                expected=iso(moment, place),
                found=iso(found.moment, place),
                entry=found,
                node=wanted,
            )
    if expect.only:
        for one in sends:
            yield Difference(kind="unexpected", subject=one.message or "", entry=one, node=expect)


def _judge_absences(expect: Expectation, trace: Trace) -> Iterator[Difference]:
    """Look for messages that must not come, or must be held back for good.

    A message that the test also expects may come at one time and be held back at another.
    """
    sent = {one.message: one for one in trace.sends()}
    awaited = {one.message.id for one in expect.sends}
    for ref in expect.not_sent:
        if ref.id in sent:
            yield Difference(kind="sent", subject=ref.id, entry=sent[ref.id], node=ref)
    for wanted in expect.suppressed:
        id_, reason = wanted.message.id, wanted.reason
        held = trace.of("skip") if id_ in awaited else trace.of("skip", "defer")
        reasons = [one.reason or "" for one in held if one.message == id_]
        if id_ in sent and id_ not in awaited:
            yield Difference(kind="sent", subject=id_, entry=sent[id_], node=wanted)
        elif not reasons or (reason is not None and reason not in reasons):
            yield Difference(
                kind="not_suppressed",
                subject=id_,
                expected=reason,
                found=", ".join(dict.fromkeys(reasons)) or None,
                node=wanted,
            )


def _judge_exits(expect: Expectation, trace: Trace) -> Iterator[Difference]:
    for wanted in expect.exits:
        chain = wanted.chain.id
        left = [one for one in trace.of("exit") if one.chain == chain]
        reasons = [one.reason for one in left]
        if not left:
            yield Difference(kind="not_left", subject=chain, expected=wanted.reason, node=wanted)
        elif wanted.reason is not None and wanted.reason not in reasons:
            yield Difference(
                kind="reason",
                subject=chain,
                expected=wanted.reason,
                found=reasons[-1],
                entry=left[-1],
                node=wanted,
            )
