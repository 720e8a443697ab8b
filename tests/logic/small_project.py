"""Random small projects that use much of the language, and random customers who live in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from crmspec.ir.step import Wait
from crmspec.resolve.outline import Outline
from crmspec.semantics.scenario import Customer, Happening, Reaction, Scenario
from tests.mutation.base import BODY

SETTINGS = {"project": "small", "timezone": "Europe/Moscow", "currency": "RUB"}
DURATIONS = ["30m", "1h", "3h", "9h", "1d", "26h", "2d", "5d"]
EVENTS = ("act_0", "act_1", "act_2", "order")
START = 30_060_000
"""A Monday in February 2027, in minutes since 1970."""
DAYS = 16
ZONES = (None, "Europe/Moscow", "Asia/Vladivostok", "America/New_York")


def resources(chance):
    """Return a project as plain data; sometimes `check` would object to it."""
    chains = {f"chain_{n}": _chain(chance, n) for n in range(chance.randrange(2, 6))}
    return {
        "events": {one: _event() for one in EVENTS} | {"order": _late()},
        "attributes": {
            "tier": {"type": "enum", "values": ["a", "b", "c"], "mutability": "frozen"},
            "kind": {
                "type": "enum",
                "values": ["a", "b"],
                "mutability": "immutable",
                **_default(chance),
            },
            "level": {"type": "integer", "minimum": 0, "maximum": 20},
            "flag": {"type": "boolean", "default": False},
        },
        "consents": {
            "letters": {"title": "Letters", "channel": "email", "purpose": "marketing"},
            "pushes": {"title": "Pushes", "channel": "push", "purpose": "marketing"},
        },
        "channels": _channels(chance),
        "goals": {"won": {"title": "Won", "event": "order"}},
        "segments": {f"segment_{n}": {"title": "S", **_condition(chance)} for n in range(2)},
        "messages": {**{f"m{n}": _letter() for n in range(4)}, **{f"p{n}": _push() for n in "01"}},
        "frequency": _frequency(chance),
        "exclusive": _groups(chance, list(chains)),
        "broadcasts": _broadcasts(chance),
        "chains": chains,
    }


def files(chance):
    """Return a project as files."""
    made = {key: one for key, one in resources(chance).items() if one}
    return {
        "crmspec.yaml": json.dumps(SETTINGS).encode(),
        "campaigns/all.yaml": json.dumps(made).encode(),
    }


def _event():
    amount = {"type": "number", "minimum": 0, "required": True}
    return {"title": "Event", "properties": {"amount": amount}, "example": {"amount": 5}}


def _late():
    """Return an event that may be told long after it happened."""
    made = _event()
    return {
        **made,
        "occurred_at": "ts",
        "properties": {**made["properties"], "ts": {"type": "datetime"}},
    }


def _default(chance):
    return {"default": "a"} if chance.random() < 0.5 else {}


def _letter():
    content = {"subject": "News", "preheader": "What is new", "body": BODY}
    return {"title": "Letter", "channel": "email", **content}


def _push():
    opened = {"url": "https://shop.example/"}
    return {"title": "Push", "channel": "push", "heading": "News", "text": "News", "open": opened}


def _channels(chance):
    sender = {"name": "Shop", "email": "hello@shop.example"}
    email = {"type": "email", "title": "E-mail", "from": sender, "consent": "letters"}
    push = {"type": "mobile_push", "title": "Push", "apps": ["ios"], "consent": "pushes"}
    if chance.random() < 0.3:
        push["quiet_hours"] = _quiet(chance)
    return {"email": email, "push": push}


def _quiet(chance):
    start, end = chance.choice([("22:00", "09:00"), ("20:00", "11:00"), ("13:00", "15:00")])
    made = {"from": start, "to": end, "timezone": "profile"}
    if chance.random() < 0.3:
        made["ttl"] = chance.choice(["2h", "10h", "20h"])
    return made


def _frequency(chance):
    """Return rules that count but never stop anything, and maybe one that delays."""
    found = {
        "everything": {"title": "All", "applies_to": {}, "limits": ["900 per 1d"]},
        "letters": {"title": "L", "applies_to": {"channels": ["email"]}, "limits": ["900 per 7d"]},
        "some": {
            "title": "S",
            "applies_to": {"messages": ["m0", "m1", "p0"]},
            "limits": ["900 per 1h"],
        },
    }
    if chance.random() < 0.25:
        delay = {"min_gap": chance.choice(["2h", "6h"]), "exceed": "delay", "ttl": "12h"}
        found["gap"] = {"title": "G", "applies_to": {"channels": ["email"]}, **delay}
    return found


def _groups(chance, chains):
    if chance.random() < 0.5:
        return {}
    members = chance.sample(chains, 2)
    conflict = chance.choice(["priority", "first", "newest"])
    return {"group": {"title": "One at a time", "chains": members, "on_conflict": conflict}}


def _broadcasts(chance):
    if chance.random() < 0.6:
        return {}
    days = chance.choice(["TU", "TU,FR", "MO,TU,WE"])
    made = {
        "title": "Mailing",
        "audience": {"include": ["segment_0"], "exclude": ["segment_1"]},
        "message": "m3",
        "repeat": {"rrule": f"FREQ=WEEKLY;BYDAY={days}", "at": "12:00"},
    }
    if chance.random() < 0.4:
        made["resend"] = {"after": "1d", "to": {"message": "m3", "opened": False}}
    return {"mailing": made}


def _chain(chance, n):
    made = {
        "title": f"Chain {n}",
        "trigger": _trigger(chance, n),
        "steps": _steps(chance, n, 2),
        "priority": chance.choice([20, 50, 50, 80]),
    }
    if chance.random() < 0.7:
        made["audience"] = _condition(chance)
        made["recheck"] = chance.choice(["entry", "each_step", "each_send"])
    if chance.random() < 0.7:
        made["reentry"] = _reentry(chance)
    if chance.random() < 0.4:
        exits = ["order", {"if": {"attribute": "level", "gte": 15}}, {"no_longer": "audience"}]
        made["exit"] = [chance.choice(exits[: 3 if "audience" in made else 2])]
    if chance.random() < 0.3:
        made["goal"] = {"goal": "won", "within": "5d", "exits": chance.random() < 0.5}
    if chance.random() < 0.4:
        made["quiet_hours"] = _quiet(chance)
    if chance.random() < 0.15:
        made["holdout"] = {"percent": chance.choice(["10%", "50%"])}
    return made


def _reentry(chance):
    mode = chance.choice(["never", "always", "after", "after_exit"])
    made = {"mode": mode}
    if mode.startswith("after"):
        made["after"] = chance.choice(["1h", "1d", "3d"])
    if mode in ("always", "after") and chance.random() < 0.4:
        made["concurrent"] = True
    if chance.random() < 0.2:
        made["limit"] = chance.choice([1, 2, 3])
    return made


def _trigger(chance, n):
    kinds = [
        {"event": chance.choice(EVENTS[:3])},
        {"event": chance.choice(EVENTS[:3])},
        {"event": "act_1", "where": {"amount": {"gte": 3}}},
        {"no_event": "order", "for": "2d", "after": "act_0"},
        {"segment": "segment_0", "transition": chance.choice(["entered", "left"])},
        {"attribute": "flag", "to": {"eq": True}},
        {"schedule": {"rrule": "FREQ=WEEKLY;BYDAY=WE", "at": "11:00"}},
        {"message": "m0", "reaction": "clicked"},
    ]
    if n:
        kinds.append({"chain": f"chain_{n - 1}", "state": "completed"})
    chosen = chance.choice(kinds)
    return [chosen, chance.choice(kinds[:3])] if chance.random() < 0.15 else chosen


def _condition(chance):
    within = chance.choice(["1d", "7d", "30d"])
    event = chance.choice(EVENTS)
    leaves = [
        {"attribute": "tier", "eq": chance.choice("abc")},
        {"attribute": "tier", "in": ["a", "b"]},
        {"attribute": "kind", "eq": chance.choice("ab")},
        {"attribute": "kind", "neq": "b"},
        {"attribute": "level", "gte": chance.choice([3, 8])},
        {"attribute": "level", "lt": chance.choice([5, 12])},
        {"attribute": "flag", "eq": chance.choice([True, False])},
        {"event": event, "count": {"gte": chance.choice([1, 2])}, "within": within},
        {"not_event": event, "within": within},
        {"last_event": event, "older_than": "1d"},
        {"consent": "letters"},
        {"reachable": "push"},
        {"message": "any", "opened": True, "within": "7d"},
    ]
    some = chance.sample(leaves, chance.choice([1, 2, 2, 3]))
    return {chance.choice(["all", "all", "any"]): some}


def _steps(chance, n, depth):
    return [_step(chance, n, depth) for _ in range(chance.randrange(1, 4 if depth < 2 else 6))]


def _step(chance, n, depth):
    kind = chance.random()
    if kind < 0.35:
        return _send(chance)
    if kind < 0.65:
        return {"wait": _wait(chance)}
    if kind < 0.75:
        return _action(chance, n)
    return _fork(chance, n, depth - 1) if depth else _send(chance)


def _send(chance):
    choice = chance.choice(["m0", "m1", "m2", "p0", "p1", ["m0", "p0"], ["p1", "m2"]])
    if chance.random() < 0.1:
        choice = {"messages": ["m1", "p1"], "choose": "all"}
    step = {"send": choice}
    if chance.random() < 0.2:
        step[chance.choice(["only", "unless"])] = _condition(chance)
    return step


def _wait(chance):
    if chance.random() < 0.7:
        return chance.choice(DURATIONS)
    if chance.random() < 0.3:
        return {"between": {"min": "1h", "max": "9h"}}
    until = {"at": chance.choice(["10:00", "12:30", "23:00"])}
    if chance.random() < 0.5:
        until["weekday"] = chance.choice([["tue"], ["mon", "thu"], ["sat", "sun"]])
    return {"until": until}


def _action(chance, n):
    if n < 2 and chance.random() < 0.5:
        return {"start_chain": f"chain_{n + 1}"}
    return chance.choice(
        [
            {"update": {"set": {"flag": True}}},
            {"update": {"increment": {"level": 1}}},
            {"emit": "order", "properties": {"amount": 1}},
            {"note": "nothing"},
        ]
    )


def _fork(chance, n, depth):
    one, other = _steps(chance, n, depth), _steps(chance, n, depth)
    return chance.choice(
        [
            {"branch": {"if": _condition(chance), "then": one, "else": other}},
            {"branch": {"if": _condition(chance), "then": one}},
            {"switch": {"value": {"attribute": "tier"}, "cases": {"a": one, "b": other}}},
            {
                "split": {
                    "arms": {"x": {"weight": 40, "steps": one}, "y": {"weight": 60, "steps": other}}
                }
            },
            {
                "wait_for": {
                    "if": {"event": chance.choice(EVENTS)},
                    "then": one,
                    "timeout": chance.choice(DURATIONS),
                    "otherwise": other,
                }
            },
        ]
    )


def scenario(chance, program):
    """Return a random life of sixteen days; what is promised not to change does not."""
    lively = chance.choice([6, 20, 60])
    moments = sorted(chance.randrange(-5, DAYS * 24 * 4) * 15 for _ in range(lively))
    customer = _customer(chance)
    told = [_told(chance, id_) for id_ in ("tier", "kind") if id_ not in customer.attributes]
    lived = [_happening(chance, START + at) for at in moments]
    happenings = tuple(sorted((*lived, *told), key=lambda one: one.moment))
    return Scenario(
        customer=customer,
        start=START,
        until=START + (DAYS + 20) * 1440,
        happenings=happenings,
        reactions=tuple(_reactions(chance, program)),
        waits=dict(_waits(chance, program)),
        holdouts=True,
    )


def _waits(chance, program):
    """Yield random waits that last another time whenever the customer comes to them."""
    for chain in program.chains.values():
        for placed in Outline(chain).steps:
            if isinstance(placed.step, Wait) and placed.step.wait.between is not None:
                path = f"{chain.id}.steps.{'.'.join(map(str, placed.path))}"
                yield path, tuple(chance.randrange(60, 541) for _ in range(8))


def _customer(chance):
    attributes = {"level": chance.randrange(20), "flag": chance.random() < 0.3}
    if chance.random() < 0.7:
        attributes["tier"] = chance.choice("abc")
    if chance.random() < 0.4:
        attributes["kind"] = chance.choice("ab")
    status = {True: "subscribed", False: "unsubscribed"}
    return Customer(
        id=f"customer {chance.randrange(1000)}",
        timezone=chance.choice(ZONES),
        attributes=attributes,
        consents={one: status[chance.random() < 0.9] for one in ("letters", "pushes")},
        reachable=frozenset(one for one in ("email", "push") if chance.random() < 0.9),
    )


def _told(chance, id_):
    """Return when a missing value becomes known, once and for all (semantics 1.9)."""
    moment = START + chance.randrange(DAYS * 24 * 60)
    return Happening(
        moment=moment, kind="attribute", subject=id_, data={"value": chance.choice("ab")}
    )


def _happening(chance, moment):
    kind = chance.random()
    if kind < 0.85:
        event = chance.choice(EVENTS)
        data = {"amount": chance.randrange(8)}
        if event == "order" and chance.random() < 0.3:
            happened = datetime.fromtimestamp((moment - chance.randrange(4 * 1440)) * 60, UTC)
            data["ts"] = happened.isoformat()
        return Happening(moment=moment, subject=event, data=data)
    if kind < 0.95:
        name, value = chance.choice(
            [("level", chance.randrange(20)), ("flag", chance.random() < 0.5)]
        )
        return Happening(moment=moment, kind="attribute", subject=name, data={"value": value})
    status = chance.choice(["subscribed", "unsubscribed"])
    return Happening(moment=moment, kind="consent", subject="letters", data={"status": status})


def _reactions(chance, program):
    for message in sorted(program.messages):
        if chance.random() < 0.4:
            kind = chance.choice(["opened", "clicked"])
            yield Reaction(message=message, reaction=kind, after=chance.choice([1, 30, 600]))
