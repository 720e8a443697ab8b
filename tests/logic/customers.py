"""A small program, random conditions over it, and random customers to ask them about."""

import random
from zoneinfo import ZoneInfo

import yaml

from crmspec.document import read
from crmspec.ir import build
from crmspec.semantics.scenario import Customer
from crmspec.semantics.state import Permission, Sent, State
from crmspec.semantics.view import View

ZONE = ZoneInfo("Europe/Moscow")
NOW = 30_049_920  # 2027-02-19 at 03:00 in the zone
DECLARED = """\
project: sample
timezone: Europe/Moscow
channels:
  email: {type: email}
consents:
  news: {channel: email, topics: [tips]}
events:
  order: {properties: {total: {type: number}, city: {type: string}, gift: boolean}}
  visit: {title: Visit}
lists: {archive: {title: Archive}}
objects: {pet: {properties: {kind: {type: enum, values: [cat, dog]}, age: integer}}}
experiments: {offer: {variants: {a: {weight: 50}, b: {weight: 50}}}}
messages: {hello: {channel: email, subject: Hello, body: Hi}}
chains: {welcome: {trigger: visit, steps: [{send: hello}]}}
attributes:
  score: {type: number}
  age: {type: integer, minimum: 0, maximum: 120}
  level: {type: integer, default: 2}
  plan: {type: enum, values: [free, plus, pro]}
  city: {type: string}
  tone: {type: string, missing_as: calm}
  member: {type: boolean}
  born: {type: date}
  seen: {type: datetime}
  likes: {type: array, items: string}
  spent: {type: number, computed: {event: order, aggregate: sum, of: total}}
  orders: {type: integer, computed: {event: order, aggregate: count, within: 30d}}
"""
NUMBERS = (-1, 0, 1, 2, 2.5, 3, 10)
WINDOWS = ("1d", "7d", "28d", "1mo", "30d", "31d", "2mo")
WORDS = ("Moscow", "moscow", "Kazan", "Kaz", "omsk")
DATES = ("2027-02-18", "2027-02-11", "2027-01-01", "2026-02-18", "2027-03-01")


def _number(chance):
    kind = chance.choice(["eq", "neq", "gt", "gte", "lt", "lte", "between", "in", "not_in"])
    if kind == "between":
        return {kind: sorted(chance.sample(NUMBERS, 2))}
    if kind in ("in", "not_in"):
        return {kind: chance.sample(NUMBERS, 2)}
    return {kind: chance.choice(NUMBERS)}


def _presence(chance):
    return {chance.choice(["missing", "exists"]): True}


def _text(chance):
    kind = chance.choice(
        ["eq", "neq", "in", "not_in", "starts_with", "contains", "not_contains", "ends_with"]
    )
    many = kind in ("in", "not_in")
    return {kind: chance.sample(WORDS, 2) if many else chance.choice(WORDS)}


def _date(chance):
    kind = chance.choice(
        [
            "before",
            "after",
            "on_day",
            "within_last",
            "older_than",
            "within_next",
            "month",
            "weekday",
        ]
    )
    if kind in ("within_last", "older_than", "within_next"):
        return {kind: chance.choice(WINDOWS)}
    if kind == "month":
        return {kind: chance.choice([1, 2])}
    if kind == "weekday":
        return {kind: chance.choice(["mon", "thu"])}
    return {kind: chance.choice(DATES)}


def _list(chance):
    kind = chance.choice(["contains", "contains_any", "contains_all", "contains_none", "length"])
    if kind == "length":
        return {kind: chance.choice([1, {"gte": 2}])}
    many = kind != "contains"
    return {kind: chance.sample(WORDS, 2) if many else chance.choice(WORDS)}


_TESTS = {
    "score": _number,
    "age": _number,
    "level": _number,
    "spent": _number,
    "orders": _number,
    "plan": lambda chance: {chance.choice(["eq", "neq"]): chance.choice(["free", "plus", "pro"])},
    "city": _text,
    "tone": lambda chance: {chance.choice(["eq", "neq"]): chance.choice(["calm", "loud"])},
    "member": lambda chance: {"is": chance.choice([True, False])},
    "born": _date,
    "seen": _date,
    "likes": _list,
}


def _attribute(chance):
    id_ = chance.choice(list(_TESTS))
    tests = _presence(chance) if chance.random() < 0.15 else _TESTS[id_](chance)
    if chance.random() < 0.1:
        tests = {**tests, "missing_as": chance.choice([True, False])}
    return {"attribute": id_, **tests}


def _window(chance):
    kind = chance.choice(["ever", "within", "within", "between_ago", "since"])
    return {
        "ever": {},
        "within": {"within": chance.choice(WINDOWS)},
        "between_ago": {"between_ago": chance.choice([["1d", "7d"], ["7d", "30d"]])},
        "since": {"since": chance.choice(["2027-02-11", "2027-01-01"])},
    }[kind]


def _where(chance):
    return chance.choice(
        [
            {},
            {},
            {"where": {"total": {"gte": chance.choice([2, 3])}}},
            {"where": {"total": {"gt": 2}, "city": "moscow"}},
            {"where": {"gift": True}},
        ]
    )


def _event(chance):
    event = chance.choice(["order", "visit"])
    filters = _where(chance) if event == "order" else {}
    match chance.choice(["event", "count", "not_event", "last", "first", "sum"]):
        case "event":
            return {"event": event, **filters, **_window(chance)}
        case "count":
            count = {chance.choice(["gte", "eq", "lt", "neq"]): chance.choice([0, 1, 2])}
            return {"event": event, "count": count, **filters, **_window(chance)}
        case "not_event":
            return {"not_event": event, **filters, **_window(chance)}
        case "last" | "first" as which:
            age = chance.choice(["within", "older_than"])
            return {f"{which}_event": event, age: chance.choice(WINDOWS), **filters}
        case _:
            kind = chance.choice(["sum", "avg", "min", "max", "distinct"])
            return {
                "event": "order",
                kind: {"property": "total", **_number(chance)},
                **filters,
                **_window(chance),
            }


def _other(chance):
    return chance.choice(
        [
            {"consent": "news"},
            {"consent": "news", "is": "unsubscribed"},
            {"consent": "news", "topic": "tips"},
            {"reachable": "email"},
            {"suppressed": "email"},
            {"suppressed": "email", "reason": "complaint"},
            {"list": "archive"},
            {"list": "archive", "joined": {"within": "7d"}},
            {"list": "archive", "joined": {"older_than": "1mo"}},
            {"experiment": "offer", "variant": "a"},
            {"geo": {"city": ["Moscow"]}},
            {"related": "pet", "where": {"kind": "cat"}},
            {"related": "pet", "count": {"gte": 2}},
            {"channel": "email", "opened": {"gte": 1}, "within": "7d"},
            {"channel": "email", "received": {"gte": 2}},
            {"channel": "email", "clicked": {"eq": 0}, "opened": {"gte": 1}},
            {"random": "50%", "salt": "x"},
            {"now": {"weekday": ["thu", "fri"]}},
            {"now": {"time": {"from": "22:00", "to": "08:00"}}},
            {"now": {"date": {"from": "2027-01-01", "to": "2027-02-18"}}},
            {"in_chain": "welcome"},
        ]
    )


def condition(chance, depth=2):
    """Return the plain data of a random condition."""
    if depth and chance.random() < 0.6:
        kind = chance.choice(["all", "any", "none", "not"])
        if kind == "not":
            return {"not": condition(chance, depth - 1)}
        return {kind: [condition(chance, depth - 1) for _ in range(chance.randint(1, 3))]}
    return chance.choice([_attribute, _event, _event, _other])(chance)


def program(conditions):
    """Return a program with one segment per condition, `s0`, `s1` …"""
    segments = {f"s{n}": one for n, one in enumerate(conditions)}
    data = yaml.safe_dump({"segments": segments}, sort_keys=False)
    results = [read("a.yaml", DECLARED.encode()), read("b.yaml", data.encode())]
    assert not [one for result in results for one in result.diagnostics]
    return build(document for result in results for document in result.documents)


def customer(chance, made):
    """Return the view of a random customer of a program."""
    state = State(Customer(id=f"c{chance.randrange(50)}", place=_place(chance)))
    choices = {
        "score": NUMBERS,
        "age": (0, 1, 2, 3, 10, 50),
        "level": (0, 1, 2, 3),
        "plan": ("free", "plus", "pro"),
        "city": (*WORDS, "Tver"),
        "tone": ("calm", "loud", "other"),
        "member": (True, False),
        "born": DATES,
        "seen": (*DATES, "2027-02-18T14:30", "2027-02-20T01:00"),
        "likes": (["Moscow"], ["omsk", "Kazan"], [], ["x", "y", "moscow"]),
    }
    for id_, values in choices.items():
        if chance.random() < 0.75:
            state.attributes[id_] = chance.choice(values)
    for _ in range(chance.randrange(5)):
        ago = chance.choice([0, 1, 1439, 1440, 10_080, 40_319, 43_200, 44_640, 60_000, 100_000])
        properties = {"total": chance.choice([1, 2, 2.5, 3, 9]), "city": chance.choice(WORDS)}
        if chance.random() < 0.3:
            properties = {"gift": chance.choice([True, False])}
        state.log.add(NOW - ago, chance.choice(["order", "visit"]), properties)
    _reach(chance, state)
    return View(made, state, NOW, ZONE)


def _place(chance):
    return chance.choice([{}, {"city": "moscow"}, {"city": "Tver", "country": "RU"}])


def _reach(chance, state):
    for key in ("news", "news.tips"):
        if chance.random() < 0.6:
            status = chance.choice(["subscribed", "opted_in", "unsubscribed", "pending"])
            state.consents[key] = Permission(status, NOW - chance.randrange(10))
    if chance.random() < 0.6:
        state.reachable.add("email")
    if chance.random() < 0.3:
        state.suppressed["email"] = chance.choice(["complaint", "hard_bounce"])
    if chance.random() < 0.5:
        state.lists["archive"] = NOW - chance.choice([0, 10_079, 10_080, 44_640, 50_000])
    if chance.random() < 0.5:
        state.variants["offer"] = chance.choice(["a", "b"])
    state.related["pet"] = [
        {"kind": chance.choice(["cat", "dog"]), "age": 3} for _ in range(chance.randrange(3))
    ]
    for _ in range(chance.randrange(3)):
        sent = Sent(NOW - chance.choice([5, 10_080, 20_000]), "hello", "email")
        for kind in ("opened", "clicked"):
            if chance.random() < 0.4:
                sent.reactions[kind].append(NOW - chance.choice([1, 4]))
        state.sent.append(sent)


def chances(seed):
    return random.Random(seed)
