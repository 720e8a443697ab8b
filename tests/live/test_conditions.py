"""Conditions mean on a real Tryton what they mean here: as domains, which search, and as PYSON."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import yaml

from crmspec.providers.tryton.tree import SCENARIO
from crmspec.semantics.machine import run
from crmspec.semantics.scenario import Customer, Scenario
from tests.live.prediction import START
from tests.live.server import WAITING
from tests.live.shop import opened, wanted

EXACT = {"case": "sensitive"}
BOTH = [
    {"attribute": "name", "eq": "Anna", **EXACT},
    {"attribute": "name", "neq": "Anna", **EXACT},
    {"attribute": "name", "in": ["Anna", "Boris"], **EXACT},
    {"attribute": "name", "not_in": ["Anna", "Boris"], **EXACT},
    {"attribute": "name", "exists": True},
    {"attribute": "code", "missing": True},
    {"attribute": "code", "exists": False},
    {"attribute": "language", "eq": "ru"},
    {"attribute": "language", "neq": "ru"},
    {"attribute": "language", "not_in": ["ru", "fr"]},
    {"attribute": "language", "missing": True},
    {"attribute": "digits", "gt": 5},
    {"attribute": "digits", "gte": 5},
    {"attribute": "digits", "lt": 7},
    {"attribute": "digits", "eq": 5},
    {"attribute": "digits", "neq": 5},
    {"attribute": "digits", "gte": 4, "lte": 6},
    {"not": {"attribute": "digits", "gt": 5}},
    {"not": {"attribute": "digits", "gte": 4, "lte": 6}},
    {"none": [{"attribute": "language", "eq": "ru"}, {"attribute": "digits", "eq": 5}]},
    {"any": [{"attribute": "language", "eq": "ru"}, {"attribute": "digits", "eq": 5}]},
    {"not": {"any": [{"attribute": "name", "eq": "Anna", **EXACT}, {"segment": "fives"}]}},
    {"attribute": "email", "exists": True},
    {"not": {"attribute": "active", "eq": True}},
]
SEARCHED = [
    {"attribute": "groups", "contains": "Buyers"},
    {"attribute": "groups", "not_contains": "Buyers"},
    {"attribute": "groups", "contains_any": ["Buyers", "Guests"]},
    {"attribute": "groups", "contains_none": ["Buyers", "Guests"]},
]
"""Conditions about several records at once, for which PYSON has no words."""
NUMBERS = ("digits", "fives")
PEOPLE = [
    {"name": "Anna", "code": "5", "groups": ["Buyers"]},
    {"name": "anna", "code": "7", "language": "ru", "groups": ["Guests"]},
    {"name": "Boris", "code": "none", "language": "en", "groups": ["Buyers", "Guests"]},
    {"name": "Вера", "code": "40", "groups": []},
]


def both(server):
    """Return the conditions about one record that a server can be asked."""
    if server.has_numbers:
        return BOTH
    return [one for one in BOTH if not any(name in json.dumps(one) for name in NUMBERS)]


def source(server):
    """Return a project with a chain for each condition and way to say it."""
    found = both(server)
    asked = [("only", one) for one in found] + [("audience", one) for one in found + SEARCHED]
    messages, chains = {}, {}
    for number, (way, condition) in enumerate(asked):
        id_ = f"c{number}"
        messages[id_] = {
            "title": id_,
            "channel": "email",
            "category": "transactional",
            "subject": id_,
            "body": "<p>x</p>",
        }
        step = {"send": id_} | ({"only": condition} if way == "only" else {})
        chains[id_] = {
            "title": id_,
            "trigger": {"segment": "everybody", "backfill": True},
            **({"audience": condition, "recheck": "entry"} if way == "audience" else {}),
            "steps": [step],
        }
    return yaml.safe_dump(
        {
            "attributes": {
                "name": {"title": "Name", "type": "string"},
                "code": {"title": "Code", "type": "string"},
                "email": {"title": "E-mail", "type": "string"},
                "language": {"title": "Language", "type": "enum", "values": ["en", "ru", "fr"]},
                "digits": {"title": "Digits", "type": "integer", "names": {"tryton": "code_digit"}},
                "active": {"title": "Active", "type": "boolean", "names": {"tryton": "active"}},
                "groups": {
                    "title": "Groups",
                    "type": "array",
                    "items": "enum",
                    "names": {"tryton": "categories.name"},
                },
            },
            "channels": {"email": {"type": "email"}},
            "segments": {
                "everybody": {"title": "Everybody", "attribute": "name", "exists": True},
                "fives": {"title": "Fives", "attribute": "digits", "eq": 5},
            },
            "messages": messages,
            "chains": chains,
        },
        sort_keys=False,
    )


def meant(program, person):
    """Return which messages the interpreter sends to somebody."""
    attributes = {**person, "email": "x@example.com", "active": True}
    customer = Customer(attributes=attributes, reachable=frozenset({"email"}))
    scenario = Scenario(customer=customer, start=START, until=START + 1440)
    return {one.message for one in run(program, scenario).sends()}


def made(server, person, number):
    """Make somebody in Tryton."""
    groups = [server.find("party.category", [["name", "=", one]])[0] for one in person["groups"]]
    more = {}
    if "language" in person:
        (language,) = server.find("ir.lang", [["code", "=", person["language"]]])
        more["lang"] = language["id"]
    if "code" in person:
        more["code"] = person["code"]
    categories = [["add", [one["id"] for one in groups]]] if groups else []
    return server.party(person["name"], f"p{number}@example.com", categories=categories, **more)


def compiled(server, folder):
    """Return the domain of each chain, and the condition of those that have one."""
    world = opened(server, folder)
    program = wanted(world, source(server))
    with world.provider() as provider:
        desired = provider.compile(program)
    assert desired.remarks == ()
    domains, conditions = {}, {}
    for one in desired.resources:
        (activity,) = one.body["activities"]
        domains[one.address.id] = one.body["domain"]
        if "children" in activity:
            (child,) = activity["children"]
            conditions[one.address.id] = child["condition"]
    return program, domains, conditions


@pytest.fixture
def people(tryton):
    for name in ("Buyers", "Guests"):
        if not tryton.find("party.category", [["name", "=", name]]):
            tryton.category(name)
    found = {}
    for number, person in enumerate(PEOPLE):
        id_ = made(tryton, person, number)
        fields = ("code", "code_digit") if tryton.has_numbers else ("code",)
        (row,) = tryton.find("party.party", [["id", "=", id_]], fields)
        found[id_] = {**person, "code": row["code"], "digits": row.get("code_digit")}
    return found


def test_domains_find_whom_they_should(tryton, people, tmp_path):
    program, domains, conditions = compiled(tryton, tmp_path)
    searched = domains.keys() - conditions.keys()
    assert len(searched) == len(both(tryton)) + len(SEARCHED)
    for id_ in searched:
        found = {row["id"] for row in tryton.find("party.party", domains[id_])}
        assert found == {one for one, person in people.items() if id_ in meant(program, person)}, (
            domains[id_]
        )


def test_pyson_holds_of_whom_it_should(tryton, people, tmp_path):
    program, _, conditions = compiled(tryton, tmp_path)
    assert len(conditions) == len(both(tryton))
    asked = [
        {"name": id_, "condition": json.dumps(one), "children": [["create", [{"name": id_}]]]}
        for id_, one in conditions.items()
    ]
    gate = {"name": "gate", "children": [["create", asked]]}
    scenario = {"name": "x", "model": "party.party", "domain": "[]"}
    made = tryton.rest("POST", SCENARIO, {**scenario, "activities": [["create", [gate]]]})
    tryton.rest("POST", f"{SCENARIO}/{made['id']}/run", {})
    warp = tryton.begin()
    warp.run(timedelta(hours=1))
    fields = ("activity.name", "activity.condition", "record.record")
    held = {one: set() for one in people}
    for row in tryton.find(WAITING, (), fields):
        activity, party = row["activity"], row["record"]["record"]
        if activity["name"] != "gate" and not activity["condition"]:
            held[int(party.partition(",")[2])].add(activity["name"])
    for one, person in people.items():
        assert held[one] == meant(program, person) & conditions.keys(), person
