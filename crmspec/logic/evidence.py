"""The evidence of a witness: who the customer is, what happens, and how to repeat it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Text, amount, text
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.ir.trait import RandomShare
from crmspec.logic.asked import asked, leaves
from crmspec.logic.length import written
from crmspec.logic.saved import journey_test
from crmspec.semantics import clock
from crmspec.semantics.bucket import bucket
from crmspec.semantics.scenario import Customer
from crmspec.semantics.timeline import lines, word

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from crmspec.diagnostics.evidence import Line
    from crmspec.ir.value import Plain
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.semantics.scenario import Happening, Scenario
    from crmspec.semantics.trace import Entry

CAUSES = dict.fromkeys(("cap", "gap", "yield", "frequency"), "send") | {"exclusive": "enter"}
"""What another chain may have done before, by the reason that an entry gives."""
SALTS = 3
"""So many draws of chance are named, not more."""


def evidence(  # noqa: PLR0913 - the parts of an evidence that the rule decides
    portfolio: Portfolio,
    witness: Witness,
    *,
    code: str = "",
    verdict: Verdict = Verdict.VIOLATED,
    counted: Callable[[Entry], bool] | None = None,
    assumptions: tuple[Text, ...] = (),
    harm: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> Evidence:
    """Return the evidence of a witness.

    `counted` says which entries of the trace the finding is about: they are marked, and the
    timeline ends with the last of them. `code` goes into the name of the replay.
    """
    name = f"{code}-{fingerprint(witness.scenario)}".removeprefix("-")
    return Evidence(
        verdict=verdict,
        profile=portfolio.behaviour.name,
        timezone=witness.trace.timezone,
        who=tuple(who(portfolio, witness.scenario)),
        timeline=tuple(timeline(witness, counted)),
        assumptions=assumptions,
        chains=witness.chains,
        replay=name,
        test=journey_test(witness.scenario, witness.trace, portfolio.behaviour.name),
        harm=harm,
    )


def fingerprint(scenario: Scenario) -> str:
    """Return four hexadecimal digits that stay the same as long as the scenario does."""
    plain = msgspec.structs.replace(scenario, holdouts=False)
    return sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest()[:4]


def timeline(witness: Witness, counted: Callable[[Entry], bool] | None) -> Iterator[Line]:
    """Yield the lines of a trace of the chains that matter, until the last one that counts."""
    marked = {n for n, one in enumerate(witness.trace.entries) if counted and counted(one)}
    end = max(marked, default=len(witness.trace.entries))
    for number, one in _told(witness, marked, end):
        for line in lines(msgspec.structs.replace(witness.trace, entries=(one,))):
            yield msgspec.structs.replace(line, counted=number in marked)


def _told(witness: Witness, marked: set[int], end: int) -> Iterator[tuple[int, Entry]]:
    """Yield what the finding is about, and of other chains only what that is the result of."""
    told, causes = [], set()
    for number, one in reversed([*enumerate(witness.trace.entries)][: end + 1]):
        if number in marked or _matters(one, witness.chains):
            causes.add(CAUSES.get(one.reason or ""))
            told.append((number, one))
        elif one.kind in causes:
            told.append((number, one))
    yield from reversed(told)


def _matters(entry: Entry, chains: Collection[str]) -> bool:
    owner = entry.chain or entry.broadcast
    return owner is None or owner in chains


def who(portfolio: Portfolio, scenario: Scenario) -> Iterator[Text]:
    """Yield the facts about the customer that the timeline needs; everything else is open."""
    zone = clock.zone(None, portfolio.program, scenario.customer)
    history = [one for one in scenario.happenings if one.moment < scenario.start]
    yield from _known(_grown(scenario.customer, history))
    yield from _drawn(portfolio, scenario.customer)
    events: dict[str, list[Happening]] = {}
    for one in history:
        if one.kind == "event":
            events.setdefault(one.subject, []).append(one)
    for event, found in events.items():
        day = clock.iso(found[-1].moment, zone)[:10]
        if len(found) == 1:
            yield text("`{event}` on {day}", event=event, day=day)
        else:
            yield text(
                "`{event}` {times}, last on {day}",
                event=event,
                times=amount("{count} time", "{count} times", len(found)),
                day=day,
            )
    for arm, name in scenario.arms.items():
        yield text("in the arm `{name}` of `{arm}`", name=name, arm=arm)
    for step, lengths in scenario.waits.items():
        yield _waited(step, ", ".join(map(written, lengths)), len(lengths))


def _waited(step: str, lengths: str, count: int) -> Text:
    """Say how long a random wait lasts, each time that the customer comes to it (7.41)."""
    if count == 1:
        return text("waits {length} at `{step}`", length=lengths, step=step)
    return text("waits {lengths} at `{step}`, in this order", lengths=lengths, step=step)


def _drawn(portfolio: Portfolio, customer: Customer) -> Iterator[Text]:
    """Yield where chance puts a customer whose id was chosen for it (semantics 7.30)."""
    if customer.id == Customer().id:
        return
    yield text("has the id `{id}`", id=customer.id)
    found = ((leaf, one.owner) for one in asked(portfolio.program) for leaf in leaves(one.root))
    salts = {leaf.salt or owner for leaf, owner in found if isinstance(leaf, RandomShare)}
    for salt in sorted(salts)[:SALTS]:
        place = bucket(salt, customer.id)
        yield text("falls into bucket {place} of 10,000 for `{salt}`", place=place, salt=salt)


def _grown(customer: Customer, history: list[Happening]) -> Customer:
    """Return the customer with the attributes that history has left."""
    values = dict(customer.attributes)
    for one in history:
        if one.kind == "attribute":
            values[one.subject] = one.data.get("value")
    known = {name: value for name, value in values.items() if value is not None}
    return msgspec.structs.replace(customer, attributes=known)


def _known(customer: Customer) -> Iterator[Text]:
    for name, value in customer.attributes.items():
        yield text("`{attribute}` is {value}", attribute=name, value=_shown(value))
    yield from _reached(customer)
    for name in sorted(customer.lists):
        yield text("on the list `{list}`", list=name)
    for name, inside in customer.segments.items():
        if inside:
            yield text("in the segment `{segment}`", segment=name)
        else:
            yield text("not in the segment `{segment}`", segment=name)
    for name, value in customer.place.items():
        yield text("{part} {value}", part=name, value=_shown(value))
    for device in customer.devices:
        shown = ", ".join(f"{name} {_shown(value)}" for name, value in device.items())
        yield text("has a device: {device}", device=shown)
    for name, variant in customer.variants.items():
        yield text("in the variant `{variant}` of `{experiment}`", variant=variant, experiment=name)
    for name, objects in customer.related.items():
        yield text("has {count} of `{object}`", count=len(objects), object=name)


def _reached(customer: Customer) -> Iterator[Text]:
    """Yield consents and addresses; a topic is named only if it differs from its consent."""
    for name, status in customer.consents.items():
        whole = name.partition(".")[0]
        if whole == name or customer.consents.get(whole) != status:
            yield text("`{consent}` is {status}", consent=name, status=word(status))
    for name, reason in customer.suppressed.items():
        yield text("`{channel}` is suppressed: {reason}", channel=name, reason=reason)
    if customer.reachable:
        yield text("can be reached by {channels}", channels=_all(sorted(customer.reachable)))


def _all(names: list[str]) -> Text:
    """Return names as one phrase, so that it ends where the next fact begins."""
    *some, last = (f"`{name}`" for name in names)
    if some:
        return text("{some} and {last}", some=", ".join(some), last=last)
    return text("{last}", last=last)


def _shown(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)
