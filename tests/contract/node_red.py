"""A stand-in for Node-RED's admin API; its requests are checked by schemas made from its pages.

Sources: https://nodered.org/docs/api/admin/methods/ , https://nodered.org/docs/api/admin/types .
"""

from __future__ import annotations

from uuid import uuid4

from jsonschema import Draft202012Validator

from tests.contract.rest import Case, StandIn

SHOP = """
events:
  cart_updated:
    title: "Корзина изменена"
    properties:
      total: {type: number}
      kind: {type: enum, values: [food, toys]}
      name: {type: string}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}, reply_to: care@shop.example}
messages:
  cart_1:
    title: "Корзина 1"
    channel: email
    category: transactional
    subject: "Корзина ждёт, {{ event.name | default('друг') }}"
    file: cart.html
  cart_2: {channel: email, category: transactional, subject: Hi, body: "<p>Hi</p>"}
chains:
  abandoned_cart:
    title: "Брошенная корзина"
    description: "После корзины"
    trigger: {event: cart_updated, where: {total: {gte: 10}}}
    reentry: {mode: always, concurrent: true}
    steps:
      - {id: pause, wait: 1h}
      - {id: mail, send: cart_1}
      - {id: later, wait: 24h}
      - branch:
          if: {trigger: kind, eq: food}
          then: [{id: more, send: cart_2}]
          else: [{exit: other}]
      - id: halves
        split:
          arms:
            a: {weight: 50, steps: [{send: cart_1}]}
            b: {weight: 50}
  thanks:
    title: "Спасибо"
    trigger: {api: thanks}
    reentry: {mode: always, concurrent: true}
    steps:
      - {id: mail, send: cart_2}
      - {id: rest, wait: 1d}
      - {id: again, send: cart_1}
"""
FILES = {"cart.html": "<p>Корзина ждёт вас</p>\n<p>{{ event.total }}</p>\n"}

CASE = Case(
    source=SHOP,
    files=FILES,
    settings="on_unsupported: degrade\n",
    options={"smtp": {"server": "mail.shop.example", "login": {"user": "U", "password": "P"}}},
    counts=2,
    chains=frozenset({"abandoned_cart", "thanks"}),
    edit="chain.thanks",
    edited="title: Спасибо (UI) on the target, Спасибо in the project",
    taken_back="replace",
    refused=(
        "- {id: mail, send: cart_2}",
        '- {id: call, webhook: {url: "https://shop.example/hook"}}',
    ),
    refused_at="thanks",
    changes=[
        ("a wait", SHOP.replace("24h", "6h"), "chain.abandoned_cart"),
        ("a condition", SHOP.replace("eq: food", "eq: toys"), "chain.abandoned_cart"),
        ("what starts it", SHOP.replace("gte: 10", "gte: 20"), "chain.abandoned_cart"),
        ("a title", SHOP.replace('"Спасибо"', '"Благодарим"'), "chain.thanks"),
        ("a description", SHOP.replace("После корзины", "После"), "chain.abandoned_cart"),
        ("no description", SHOP.replace('"После корзины"', '""'), "chain.abandoned_cart"),
        ("a subject", SHOP.replace("subject: Hi", "subject: Hello"), "chain.thanks"),
        (
            "a share",
            SHOP.replace("a: {weight: 50", "a: {weight: 30").replace(
                "b: {weight: 50", "b: {weight: 70"
            ),
            "chain.abandoned_cart",
        ),
        (
            "a step less",
            SHOP.replace("      - {id: pause, wait: 1h}\n", ""),
            "chain.abandoned_cart",
        ),
        ("a sender", SHOP.replace("hello@", "hi@"), "chain.thanks"),
        ("an answer elsewhere", SHOP.replace("care@", "help@"), "chain.thanks"),
    ],
)

_NODE = {
    "type": "object",
    "required": ["id", "type", "x", "y", "wires"],
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z0-9_-]+\\.[a-z0-9_]+\\."},
        "type": {"type": "string"},
        "name": {"type": "string"},
        "x": {"type": "integer", "minimum": 1},
        "y": {"type": "integer", "minimum": 1},
        "wires": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
    },
}
FLOW = Draft202012Validator(
    {
        "type": "object",
        "required": ["label", "info", "disabled", "nodes"],
        "additionalProperties": False,
        "properties": {
            "label": {"type": "string", "minLength": 1},
            "info": {"type": "string"},
            "disabled": {"type": "boolean"},
            "env": {"type": "array"},
            "nodes": {
                "type": "array",
                "items": {
                    "if": {"properties": {"type": {"enum": ["comment", "group"]}}},
                    "else": _NODE,
                },
            },
        },
    }
)
"""What `POST /flow` and `PUT /flow/ID` are sent; nodes without a place would be no part of it."""

SETS = [
    {"id": "node-red/httpin", "types": ["http in", "http response"], "enabled": True},
    {"id": "node-red/httprequest", "types": ["http request"], "enabled": False},
    {"id": "node-red/switch", "types": ["switch"], "enabled": True},
    {"id": "node-red/change", "types": ["change"], "enabled": True},
    {"id": "node-red/delay", "types": ["delay"], "enabled": True},
    {"id": "node-red/template", "types": ["template"], "enabled": True},
    {"id": "node-red-node-email/email", "types": ["e-mail", "e-mail in"], "enabled": True},
]


class NodeRedStandIn(StandIn):
    """Node-RED as far as we call it: one list of all nodes, and ids that it refuses."""

    platform = "node_red"
    spec = "node_red/admin.yaml"
    base = "http://127.0.0.1:1880"
    case = CASE

    def __init__(self, folder=None):
        super().__init__(folder)
        self.tabs, self.sets = {}, SETS

    def handle(self, exchange):
        parts = exchange.path.strip("/").split("/")
        match exchange.method, parts:
            case "GET", ["settings"]:
                return 200, {
                    "version": "4.1.8",
                    "user": {"username": "deployer", "permissions": "*"},
                }
            case "GET", ["nodes"] if exchange.headers.get("accept") == "application/json":
                return 200, self.sets
            case "GET", ["flows"] if exchange.headers.get("node-red-api-version") == "v2":
                return 200, {"rev": "1", "flows": list(self._all())}
            case "POST", ["flow"]:
                return self._post(exchange)
            case _, ["flow", id_] if id_ in self.tabs:
                return self._tab(id_, exchange)
        return 404, {"code": "not_found", "message": ""}

    def _all(self):
        for id_, one in self.tabs.items():
            yield {"type": "tab", "id": id_, **{k: v for k, v in one.items() if k != "nodes"}}
            yield from one["nodes"]
        yield {"id": "global.1", "type": "mqtt-broker", "name": "Broker"}

    def _post(self, exchange):
        flow = self._told(exchange)
        taken = {node["id"] for one in self.tabs.values() for node in one["nodes"]}
        if taken & {node["id"] for node in flow["nodes"]}:
            return 400, {"code": "unexpected_error", "message": "duplicate id"}
        id_ = uuid4().hex[:16]
        self.tabs[id_] = self._kept(id_, flow)
        return 200, {"id": id_}

    def _tab(self, id_, exchange):
        match exchange.method:
            case "GET":
                kept = self.tabs[id_]
                return 200, {"id": id_, **kept, "nodes": [dict(one) for one in kept["nodes"]]}
            case "PUT":
                self.tabs[id_] = self._kept(id_, self._told(exchange))
                return 200, {"id": id_}
        del self.tabs[id_]
        return 204, None

    def _told(self, exchange):
        flow = exchange.body
        self.broken += [
            f"{exchange.method} {exchange.path} {list(error.path)}: {error.message[:300]}"
            for error in FLOW.iter_errors(flow)
        ]
        return flow

    def _kept(self, id_, flow):
        nodes = [
            {key: value for key, value in {**node, "z": id_}.items() if key != "credentials"}
            for node in flow["nodes"]
        ]
        return {**flow, "nodes": nodes}

    def objects(self):
        """Return `(label, object)` of every tab."""
        return [(one["label"], {"id": id_, **one}) for id_, one in self.tabs.items()]

    def hand_edit(self):
        """Edit what the case says, as a person would: a new name, and nodes in other places."""
        with self.guard:
            (one,) = (one for one in self.tabs.values() if one["label"] == "Спасибо")
            one["label"] = "Спасибо (UI)"
            for node in one["nodes"]:
                node["x"] += 200
