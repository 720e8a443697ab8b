"""Conditions as JSONata: the engine answers what the interpreter does, always yes or no."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from shutil import which

import yaml

from crmspec.ir.target import Target
from crmspec.lower.outcome import Key
from crmspec.providers.node_red.session import VENDOR
from crmspec.providers.rest.compile import compiled
from crmspec.semantics.machine import run
from crmspec.semantics.scenario import Customer, Happening, Scenario
from tests.contract.project import program
from tests.dialect.engine import FOLDER, absent
from tests.providers.node_red.journey import START

TYPES = {
    "total": {"type": "number"},
    "count": {"type": "integer"},
    "kind": {"type": "enum", "values": ["food", "Toys"]},
    "city": {"type": "string"},
    "gift": {"type": "boolean"},
}
VALUES = {
    "total": [-1, 0, 5, 5.5, 10, 1e9, None],
    "count": [0, 1, 5, None],
    "kind": ["food", "Toys", "", None],
    "city": ["Казань", "КАЗАНЬ", "kazan", "send msg now", 'say "hi"', "a\\b", "", " ", None],
    "gift": [True, False, None],
}
ORDERS = ("gt", "gte", "lt", "lte")
PARTS = ("contains", "not_contains", "starts_with", "not_starts_with", "ends_with", "not_ends_with")
PIECES = ("каз", "АНЬ", "kaz", "msg", "send msg now", '"', "\\", "z")


def asked(draw, name):
    """Return random comparisons of a property."""
    values = [one for one in VALUES[name] if one not in (None, "")]
    kinds = ["exists", "missing", "eq", "neq", "in", "not_in"]
    kinds += [*ORDERS, "between"] if name in {"total", "count"} else []
    kinds += PARTS if name == "city" else []
    operator = draw.choice(kinds)
    match operator:
        case "exists" | "missing":
            return {operator: draw.random() < 0.7}
        case "in" | "not_in":
            return {operator: draw.sample(values, 2)}
        case "between":
            return {operator: sorted(draw.sample(values, 2))}
    return {operator: draw.choice(PIECES if operator in PARTS else values)}


def condition(draw, depth=2):
    """Return a random condition as an author writes it."""
    kind = draw.choice(["all", "any", "not", "none", "leaf"]) if depth else "leaf"
    match kind:
        case "leaf":
            name = draw.choice(list(TYPES))
            return {"trigger": name, **asked(draw, name)}
        case "not":
            return {"not": condition(draw, depth - 1)}
    return {kind: [condition(draw, depth - 1) for _ in range(draw.randint(1, 3))]}


def project(conditions):
    chains = {
        f"c{number}": {
            "title": f"C{number}",
            "trigger": "order",
            "reentry": {"mode": "always", "concurrent": True},
            "steps": [{"id": "ask", "branch": {"if": one, "then": [{"send": "yes_"}]}}],
        }
        for number, one in enumerate(conditions)
    }
    message = {"channel": "email", "category": "transactional", "subject": "Hi", "body": "Hi"}
    written = {
        "events": {"order": {"properties": TYPES}},
        "channels": {
            "email": {"type": "email", "from": {"name": "Shop", "email": "hello@shop.example"}}
        },
        "messages": {"yes_": message},
        "chains": chains,
    }
    return program(yaml.safe_dump(written, allow_unicode=True), settings="timezone: UTC\n")


def predicted(made, event):
    """Return the chains whose condition holds for an event."""
    scenario = Scenario(
        customer=Customer(reachable=frozenset({"email"})),
        start=START,
        until=START,
        happenings=(Happening(moment=START, subject="order", data=event),),
    )
    return {entry.chain for entry in run(made, scenario).sends()}


def answers(expressions, events):
    """Return what JSONata says, by expression and event."""
    node = which("node")
    if node is None or not (FOLDER / "node_modules" / "jsonata").is_dir():
        absent("jsonata", "bash .ci/engines")
    lines = [
        json.dumps({"number": number, "expression": one, "events": events})
        for number, one in enumerate(expressions)
    ]
    program_ = Path(__file__).with_name("jsonata.cjs")
    done = subprocess.run(
        [node, program_, FOLDER], input="\n".join(lines), capture_output=True, text=True, check=True
    )
    found = dict(json.loads(line) for line in done.stdout.splitlines())
    return [found[number] for number in range(len(expressions))]


def test_jsonata_answers_what_the_interpreter_does():
    draw = random.Random(5)
    conditions = [condition(draw) for _ in range(150)]
    events = [
        {
            name: one
            for name, values in VALUES.items()
            if (one := draw.choice([*values, ...])) is not ...
        }
        for _ in range(30)
    ]
    made = project(conditions)
    found = compiled(made, Target(id="main", platform="node_red"), VENDOR)
    expressions = []
    for number in range(len(conditions)):
        nodes = found.payloads[Key("chain", f"c{number}")].body["nodes"]
        (ask,) = (node for node in nodes if node["id"] == "ask")
        expressions.append(ask["rules"][0]["v"])
    said = answers(expressions, events)
    yes = 0
    for place, event in enumerate(events):
        holds = predicted(made, event)
        for number, expression in enumerate(expressions):
            assert said[number][place] is (f"c{number}" in holds), (
                conditions[number],
                expression,
                event,
            )
            yes += said[number][place]
    assert 700 < yes < 4_000
