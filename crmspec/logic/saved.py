"""A scenario as a journey test, in plain YAML data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.semantics import clock
from crmspec.semantics.scenario import Customer

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.semantics.scenario import Happening, Reaction, Scenario
    from crmspec.semantics.trace import Trace

NOBODY = Customer()


def journey_test(scenario: Scenario, trace: Trace, profile: str) -> dict[str, object]:
    """Return the body of a test that expects exactly what the trace shows.

    It has the keys of `crmspec.ir.trial.Test`; the caller gives it an id.
    """
    zone = clock.named(trace.timezone)
    made: dict[str, object] = {
        "profile": None if profile == "reference" else profile,
        "customer": _customer(scenario.customer, zone),
        "start": clock.iso(scenario.start, zone),
        "until": clock.iso(scenario.until, zone),
        "events": [_event(one, zone) for one in scenario.happenings],
        "reactions": [_reaction(one) for one in scenario.reactions],
        "arms": dict(scenario.arms),
        "waits": {path: _lengths(minutes) for path, minutes in scenario.waits.items()},
        "answers": dict(scenario.answers),
        "holdouts": any(one.reason == "holdout" for one in trace.entries) or None,
        "expect": expected(trace),
    }
    return {key: value for key, value in made.items() if value not in (None, [], {})}


def _lengths(minutes: tuple[int, ...]) -> str | list[str]:
    """Return lengths of time as a test writes them, a single one by itself."""
    written = [f"{one}m" for one in minutes]
    return written[0] if len(written) == 1 else written


def _customer(customer: Customer, zone: ZoneInfo) -> dict[str, object]:
    made: dict[str, object] = {
        "id": None if customer.id == NOBODY.id else customer.id,
        "locale": customer.locale,
        "timezone": customer.timezone,
        "created": None if customer.created is None else clock.iso(customer.created, zone),
        "attributes": dict(customer.attributes),
        "consents": dict(customer.consents),
        "reachable": sorted(customer.reachable),
        "suppressed": dict(customer.suppressed),
        "lists": sorted(customer.lists),
        "segments": [id_ for id_, inside in customer.segments.items() if inside],
        "outside": [id_ for id_, inside in customer.segments.items() if not inside],
        "devices": [dict(device) for device in customer.devices],
        "location": dict(customer.place),
        "related": {id_: [dict(one) for one in found] for id_, found in customer.related.items()},
        "variants": dict(customer.variants),
    }
    return {key: value for key, value in made.items() if value not in (None, [], {})}


def _event(one: Happening, zone: ZoneInfo) -> dict[str, object]:
    """Return a happening in the words of a test event."""
    data = dict(one.data)
    made: dict[str, object] = {"at": clock.iso(one.moment, zone)}
    match one.kind:
        case "event":
            made["event"] = one.subject
        case "attribute":
            made["set"] = {one.subject: data.pop("value", None)}
        case "consent" | "reachable" | "list" | "object" | "product" | "inbound":
            made[one.kind] = one.subject
            for key in ("status", "topic", "value", "change", "text", "of", "drop"):
                if key in data:
                    made[key] = data.pop(key)
        case "manual":
            made["start"] = one.subject
        case _:
            made[one.kind] = one.subject
    if data:
        made["properties"] = data
    return made


def _reaction(one: Reaction) -> dict[str, object]:
    made: dict[str, object] = {
        "message": one.message,
        "reaction": one.reaction,
        "after": f"{one.after}m",
    }
    return made if one.link is None else made | {"link": one.link}


def expected(trace: Trace) -> dict[str, object]:
    """Return all messages that were sent, in order, and those that were held back for good."""
    zone = clock.named(trace.timezone)
    sends = [{"message": one.message, "at": clock.iso(one.moment, zone)} for one in trace.sends()]
    sent = {one.message for one in trace.sends()}
    lost: dict[str, dict[str, str]] = {}
    for one in trace.of("skip"):
        if one.message is not None and one.message not in sent and one.reason is not None:
            lost.setdefault(one.message, {"message": one.message, "reason": one.reason})
    return {"sends": sends, "only": True} | ({"suppressed": list(lost.values())} if lost else {})
