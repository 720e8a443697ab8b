"""A stand-in for OneSignal, checked against the OpenAPI description of its Go SDK.

The description is put right where the documentation's own (11.6) and its examples say more.
"""

from __future__ import annotations

import json
from itertools import count
from uuid import UUID

from tests.contract.rest import CANARY, Case, StandIn

APP = "7d1f2c3b-0000-4000-8000-000000000001"

SHOP = """
events:
  cart_updated: {title: "Корзина изменена", properties: {total: {type: number}}}
  order_placed: {title: "Заказ оформлен"}
attributes:
  city: {title: "Город", type: enum, values: [moscow, kazan]}
  score: {title: "Балл", type: number}
  seen: {title: "Видел", type: boolean}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
  sms: {type: sms}
  push: {type: mobile_push}
segments:
  local: {title: "Свои", attribute: city, in: [moscow, kazan]}
  vip: {title: "VIP", description: "Лучшие", all: [{segment: local}, {attribute: score, gte: 80}]}
messages:
  cart_1:
    title: "Корзина 1"
    channel: email
    category: transactional
    subject: "Корзина ждёт"
    file: cart.html
  cart_sms: {title: "Корзина SMS", channel: sms, category: transactional, text: "Ваша корзина ждёт"}
  cart_push:
    {title: "Корзина Push", channel: push, category: transactional, heading: "Корзина",
     subtitle: "Ждёт", text: "Ваша корзина ждёт"}
chains:
  abandoned_cart:
    title: "Брошенная корзина"
    trigger: {event: cart_updated, where: {total: {gte: 1000}}}
    audience: {not: vip}
    recheck: entry
    reentry: {mode: after, after: 7d, concurrent: true}
    exit: [order_placed]
    steps:
      - {id: pause, wait: 1h}
      - {id: mail, send: cart_1}
      - {id: later, wait: 24h}
      - id: opened
        branch:
          if: {message: cart_1, opened: false}
          then: [{id: text, send: cart_sms}]
      - id: where
        branch:
          if: {attribute: city, eq: moscow}
          else: [{exit: other}]
      - id: halves
        split:
          arms:
            a: {weight: 50, steps: [{id: mark, update: {set: {seen: true}}}]}
            b: {weight: 50}
  thanks:
    title: "Спасибо"
    description: "После покупки"
    trigger: {segment: local, backfill: true}
    steps:
      - {id: push, send: cart_push}
      - id: back
        wait_for: {first_of: [{if: {event: order_placed}}], timeout: 1d, otherwise: [{exit: late}]}
      - {id: mail, send: cart_1}
"""
FILES = {"cart.html": "<p>Корзина ждёт вас</p>\n<p>{{ profile.city }}</p>\n"}

CASE = Case(
    source=SHOP,
    files=FILES,
    settings="on_unsupported: degrade\n",
    options={"app_id": APP},
    counts=9,
    imported=frozenset({"segment", "message"}),
    chains=frozenset({"abandoned_cart", "thanks"}),
    edit="segment.vip",
    edited="title: VIP (UI) on the target, VIP in the project",
    refused=('"VIP"', '"REFUSED"'),
    refused_at="vip",
    rehearses=False,
    reads=3 + 9,
    taken_back="replace",
    changes=[
        ("a wait", SHOP.replace("24h", "6h"), "chain.abandoned_cart"),
        ("a condition", SHOP.replace("gte: 80", "gte: 90"), "segment.vip"),
        ("a title", SHOP.replace('"Свои"', '"Наши"'), "segment.local"),
        ("a description", SHOP.replace("После покупки", "После заказа"), "chain.thanks"),
        ("no description", SHOP.replace('    description: "После покупки"\n', ""), "chain.thanks"),
        (
            "no description of a segment",
            SHOP.replace(' description: "Лучшие",', ""),
            "segment.vip",
        ),
        ("a subject", SHOP.replace('Корзина ждёт"', 'Ждём"'), "message.cart_1"),
        ("a heading", SHOP.replace('heading: "Корзина"', 'heading: "Ждём"'), "message.cart_push"),
        ("no subtitle", SHOP.replace(' subtitle: "Ждёт",', ""), "message.cart_push"),
        (
            "a step less",
            SHOP.replace("      - {id: pause, wait: 1h}\n", ""),
            "chain.abandoned_cart",
        ),
        ("a branch", SHOP.replace("eq: moscow", "eq: kazan"), "chain.abandoned_cart"),
        (
            "a share",
            SHOP.replace("a: {weight: 50", "a: {weight: 30").replace(
                "b: {weight: 50", "b: {weight: 70"
            ),
            "chain.abandoned_cart",
        ),
        ("an audience", SHOP.replace("{not: vip}", "{not: local}"), "chain.abandoned_cart"),
        ("no exit", SHOP.replace("    exit: [order_placed]\n", ""), "chain.abandoned_cart"),
        (
            "another event",
            SHOP.replace("exit: [order", "exit: [cart").replace("cart_placed", "cart_updated"),
            "chain.abandoned_cart",
        ),
        (
            "no entering again",
            SHOP.replace("    reentry: {mode: after, after: 7d, concurrent: true}\n", ""),
            "chain.abandoned_cart",
        ),
        (
            "a trigger",
            SHOP.replace("{segment: local, backfill", "{segment: vip, backfill"),
            "chain.thanks",
        ),
    ],
)

_MOMENT = "2026-03-01T10:{:02d}:{:02d}.000Z"
_CONTENT = (
    *("isAndroid", "isIos", "isChromeWeb", "isEmail", "isSMS"),
    *("headings", "subtitle", "contents", "global_image", "url"),
    *("email_body", "email_subject", "email_preheader", "email_reply_to_address"),
    *("sms_from", "sms_media_urls", "disable_email_click_tracking"),
)
_FILTER = {"field", "relation", "key", "value"}


def amended(found):
    """Put the description right: it lacks what the documentation shows."""
    schemas = found["components"]["schemas"]
    text = {"type": "string", "maxLength": 255}
    schemas["Segment"]["properties"]["description"] = text
    schemas["SegmentData"]["properties"]["description"] = text | {"nullable": True}
    for name in ("limit", "offset", "total_count"):
        schemas["TemplatesListResponse"]["properties"][name] = {"type": "integer"}
    listed = found["paths"]["/apps/{app_id}/segments"]["get"]["responses"]
    listed["200"] = listed.pop("201")
    for path in found["paths"].values():
        for call in path.values():
            call.pop("security", None)  # it says Bearer where all pages say Key


class RefusedError(Exception):
    """The stand-in refuses a request, with a status."""


class OneSignalStandIn(StandIn):
    """OneSignal as far as we call it, with its habits: thin lists, nulls, ids of its own."""

    platform = "onesignal"
    spec = "onesignal/onesignal-go-sdk-openapi.yaml"
    base = "https://api.onesignal.com"
    case = CASE
    amend = staticmethod(amended)

    def __init__(self, folder=None):
        super().__init__(folder)
        self.numbers = count(1)
        self.clock = 0
        self.kept = {"segments": {}, "templates": {}, "journeys": {}}
        self.foreign = set()
        self._theirs()

    def _theirs(self):
        """Put objects of others there, which nobody is to touch."""
        filters = [{"field": "session_count", "relation": ">", "value": "1"}]
        made = [
            self._new_segment({"name": "Engaged Users", "filters": filters}),
            self._new_template({"name": "Theirs", "contents": {"en": "Hi"}}),
            self._new_journey(
                {"name": "Theirs [blog/c]", "audience": {"kind": "event_trigger", "name": "go"}}
            ),
        ]
        self.foreign = {one["id"] for one in made}

    def authorised(self, exchange):
        return exchange.headers.get("authorization") == f"Key {CANARY}"

    def refusal(self, status, words):
        return status, {"errors": [words]}

    def handle(self, exchange):
        parts = exchange.path.strip("/").split("/")
        try:
            if parts[0] == "apps":
                return self._in_app(exchange, parts[1:])
            asked = exchange.query if exchange.method != "POST" else exchange.body
            if parts[0] != "templates" or asked.get("app_id") != APP:
                return 400, {
                    "errors": ["Request is malformed: Failed to parse app_id from request"]
                }
            return self._templates(exchange, parts[1:])
        except RefusedError as error:
            status, words = error.args
            return status, {"errors": [words]}

    def _in_app(self, exchange, parts):
        if parts[0] != APP:
            return 404, {"errors": ["app not found"]}
        match parts[1:]:
            case []:
                return 200, {"id": APP, "name": "Shop"}
            case ["segments", *rest]:
                return self._segments(exchange, rest)
            case ["journeys", *rest]:
                return self._journeys(exchange, rest)
        return 404, {"errors": ["not found"]}

    def _tick(self):
        self.clock += 1
        return _MOMENT.format(self.clock // 60 % 60, self.clock % 60)

    def _id(self):
        return str(UUID(int=next(self.numbers) << 64))

    def _listed(self, name, exchange, most, fields):
        query = exchange.query
        size, start = int(query.get("limit", most)), int(query.get("offset", 0))
        if not 1 <= size <= most:
            raise RefusedError(400, f"Invalid limit, must be within 1 to {most}")
        rows = [{field: one[field] for field in fields} for one in self.kept[name].values()]
        page = rows[start : start + size]
        return 200, {"total_count": len(rows), "offset": start, "limit": size, name: page}

    # -- segments -----------------------------------------------------------------------------

    def _segments(self, exchange, parts):  # noqa: PLR0911 - a table of calls
        kept = self.kept["segments"]
        match exchange.method, parts:
            case "GET", []:
                fields = "id name description created_at updated_at app_id read_only is_active"
                return self._listed("segments", exchange, 300, fields.split())
            case "POST", []:
                return 201, {"success": True, "id": self._new_segment(exchange.body)["id"]}
            case "GET", [id_] if id_ in kept:
                one = kept[id_]
                payload = {name: one[name] for name in ("id", "name", "description")}
                payload |= {"created_at": 1772359200, "source": "custom"}
                payload["filters"] = _spelt(one["filters"])
                return 200, {"subscriber_count": 7, "payload": payload}
            case "PATCH", [id_] if id_ in kept:
                self._judged_segment(exchange.body, id_)
                body = exchange.body | {"updated_at": self._tick()}
                if body.get("description") == "":
                    body["description"] = None
                kept[id_] |= body
                return 200, {"success": True, "id": id_}
            case "DELETE", [id_] if id_ in kept:
                del kept[id_]
                return 200, {"success": True}
        if exchange.method == "DELETE":
            return 404, {"success": False}
        return 404, {"errors": ["segment not found"]}

    def _new_segment(self, body):
        self._judged_segment({"filters": [], **body}, None)
        made = {"id": self._id(), "description": None, **body, "app_id": APP}
        made |= {"created_at": self._tick(), "updated_at": self._tick()}
        made |= {"read_only": False, "is_active": True}
        self.kept["segments"][made["id"]] = made
        return made

    def _judged_segment(self, body, own):
        names = {one["name"] for id_, one in self.kept["segments"].items() if id_ != own}
        if body["name"] in names or "REFUSED" in body["name"]:
            raise RefusedError(400, "Segment name is already taken.")
        filters = body["filters"]
        fits = len(body["name"]) <= 128 and 1 <= len(filters) <= 200
        whole = all(one.keys() == {"operator"} or one.keys() <= _FILTER for one in filters)
        if not fits or not whole or "operator" in filters[-1] or "operator" in filters[0]:
            raise RefusedError(400, "Filters are malformed")

    # -- templates ----------------------------------------------------------------------------

    def _templates(self, exchange, parts):  # noqa: PLR0911 - a table of calls
        kept = self.kept["templates"]
        match exchange.method, parts:
            case "GET", []:
                fields = ["id", "name", "created_at", "updated_at"]
                return self._listed("templates", exchange, 50, fields)
            case "POST", []:
                return 200, self._new_template(exchange.body)
            case "GET", [id_] if id_ in kept:
                return 200, kept[id_]
            case "PATCH", [id_] if id_ in kept:
                kept[id_] = self._told(kept[id_], exchange.body)
                return 200, kept[id_]
            case "DELETE", [id_] if id_ in kept:
                used = [one for one in self.kept["journeys"].values() if one["state"] != "archived"]
                if id_ in json.dumps(used):
                    words = "Can not delete a template that has journeys using it."
                    return 400, {"success": False, "errors": [words]}
                del kept[id_]
                return 200, {"success": True}
        return 404, {"errors": ["template not found"]}

    def _new_template(self, body):
        content = dict.fromkeys(_CONTENT)
        head = {"id": self._id(), "created_at": self._tick(), "content": content}
        made = self._told(head, body)
        self.kept["templates"][made["id"]] = made
        return made

    def _told(self, known, body):
        content = known["content"] | {name: body[name] for name in body.keys() & set(_CONTENT)}
        if not (content["contents"] or {}).get("en"):
            raise RefusedError(
                400, "'message' Notifications must have Any/English language content"
            )
        if content["isEmail"] and not content["email_body"]:
            raise RefusedError(400, "'message' Email body can not be blank")
        if len(body["name"]) > 128:
            raise RefusedError(400, "name is too long")
        return known | {"name": body["name"], "updated_at": self._tick(), "content": content}

    # -- journeys -----------------------------------------------------------------------------

    def _journeys(self, exchange, parts):
        kept = self.kept["journeys"]
        match exchange.method, parts:
            case "GET", []:
                return self._page(exchange)
            case "POST", []:
                if "id" in _keys(exchange.body) or "state" in exchange.body:
                    raise RefusedError(400, "id is not allowed")
                return 201, self._new_journey(exchange.body)
            case "GET", [id_] if id_ in kept:
                return 200, kept[id_]
            case "PATCH", [id_] if id_ in kept:
                return 200, self._patched(kept[id_], exchange.body)
            case "DELETE", [id_] if id_ in kept:
                del kept[id_]
                return 200, {"success": True}
        return 404, {"errors": ["journey not found"]}

    def _page(self, exchange):
        rows = list(reversed(self.kept["journeys"].values()))
        start = int(exchange.query.get("cursor", "c0")[1:])
        size = min(int(exchange.query.get("limit", 50)), self.largest_page)
        dropped = {"description", "nodes", "early_exit", "concurrency_key"}
        page = [
            {name: value for name, value in one.items() if name not in dropped}
            | {"audience": None if one["audience"] is None else {"kind": one["audience"]["kind"]}}
            for one in rows[start : start + size]
        ]
        for one in page:
            if one["audience"] is None:
                del one["audience"]
        more = start + size < len(rows)
        following = {"next_cursor": f"c{start + size}"} if more else {}
        return 200, {"journeys": page, "has_more": more} | following

    def _new_journey(self, body):
        moment = self._tick()
        made = {"id": self._id(), "app_id": APP, "description": "", "state": "draft"}
        made |= {"created_at": moment, "started_at": None, "archived_at": None}
        made |= {"created_source": "public_api", "audience": None, "early_exit": None}
        made |= {"reentry_rules": None, "schedule": None, "nodes": []}
        made = self._settled(made, body)
        self.kept["journeys"][made["id"]] = made
        return made

    def _patched(self, known, body):
        if body.get("concurrency_key", known["concurrency_key"]) != known["concurrency_key"]:
            raise RefusedError(409, "the journey was changed")
        state = body.get("state", known["state"])
        if known["state"] == "archived" or (known["state"], state) == ("active", "draft"):
            raise RefusedError(422, "the state cannot change so")
        if known["state"] == "active" and "nodes" in body:
            self._locked(known, body)
        made = self._settled(known, body)
        if state == "active" and not made["started_at"]:
            made["started_at"] = self._tick()
        self.kept["journeys"][made["id"]] = made
        return made

    def _locked(self, known, body):
        if _splits(known) != _splits(body) or known["audience"]["kind"] != body["audience"]["kind"]:
            raise RefusedError(422, "cannot be edited while the journey is active")

    def _settled(self, known, body):
        merged = known | {name: one for name, one in body.items() if name != "concurrency_key"}
        merged |= {"description": merged["description"] or "", "updated_at": self._tick()}
        ids = {one["id"] for one in _nodes(known["nodes"])}
        nodes = [self._node(one, ids) for one in body.get("nodes", known["nodes"])]
        names = {one["client_node_id"]: one["id"] for one in _nodes(nodes)}
        if len(names) != len(list(_nodes(nodes))) or "REFUSED" in merged["name"]:
            raise RefusedError(400, "client_node_id must be unique")
        for condition in _conditions(nodes):
            if "client_node_id" in condition:
                condition["sending_node_id"] = names[condition.pop("client_node_id")]
        made = merged | {"nodes": nodes, "concurrency_key": f"k{self.clock}"}
        self._referred(made)
        return made

    def _node(self, node, ids):
        if "id" in node and node["id"] not in ids:
            raise RefusedError(400, "no such node")
        made = {"duration_seconds": None, "randomize_on_entry": None, "id": self._id()} | node
        if "branches" in node:
            made["branches"] = [
                {"id": self._id()} | one | {"nodes": [self._node(n, ids) for n in one["nodes"]]}
                for one in node["branches"]
            ]
        if node["kind"] == "wait_until":
            made.setdefault("expiration", None)
        _judge_node(made)
        return made

    def _referred(self, journey):
        known = self.kept["segments"].keys() | self.kept["templates"].keys()
        if not set(_references(journey)) <= known:
            raise RefusedError(400, "references an unknown segment or template")

    # -- what tests ask -----------------------------------------------------------------------

    def objects(self):
        """Return `(kind and id, object)` of all that is the projects' and not archived."""
        return [
            (f"{name}/{id_}", dict(one))
            for name, found in self.kept.items()
            for id_, one in found.items()
            if id_ not in self.foreign and one.get("state") != "archived"
        ]

    def hand_edit(self):
        """Edit what the case says, as a person would."""
        with self.guard:
            one = self.named("segments", "VIP [shop/vip]")
            one |= {"name": "VIP (UI) [shop/vip]", "updated_at": "2026-03-02T10:00:00Z"}

    def named(self, kind, name):
        """Return the object that has a name."""
        return next(one for one in self.kept[kind].values() if one["name"] == name)


def _spelt(filters):
    """Return filters with every `AND`, as OneSignal shows them."""
    made = []
    for one in filters:
        if made and "operator" not in one and "operator" not in made[-1]:
            made.append({"operator": "AND"})
        made.append(dict(one))
    return made


def _judge_node(node):
    kind, branches = node["kind"], node.get("branches", [])
    conditions = [one for one in branches if "condition" in one]
    fits = {
        "split_range": 2 <= len(branches) <= 20
        and sum(b.get("weight", 0) for b in branches) == 100,
        "yes_no": len(branches) == 2 and "condition" in branches[0] and len(conditions) == 1,
        "wait_until": 1 <= len(branches) <= 10 and len(conditions) == len(branches),
        "wait": 60 <= (node.get("duration_seconds") or 0) <= 31_556_952,
        "tag": bool(node.get("assignments")),
    }
    if not fits.get(kind, True):
        raise RefusedError(400, f"{kind} is malformed")


def _nodes(nodes):
    for node in nodes:
        yield node
        for branch in node.get("branches", []):
            yield from _nodes(branch["nodes"])


def _conditions(nodes):
    branches = (branch for node in _nodes(nodes) for branch in node.get("branches", []))
    return (branch["condition"] for branch in branches if "condition" in branch)


def _splits(journey):
    return [
        (node["client_node_id"], [branch["weight"] for branch in node["branches"]])
        for node in _nodes(journey["nodes"])
        if node["kind"] == "split_range"
    ]


def _references(value):
    """Yield the ids of segments and templates in a journey."""
    if isinstance(value, list):
        for one in value:
            yield from _references(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in {"included_segment_ids", "excluded_segment_ids"}:
                yield from one
            elif key == "template_id":
                yield one
            else:
                yield from _references(one)


def _keys(value):
    if isinstance(value, list):
        return {key for one in value for key in _keys(one)}
    if isinstance(value, dict):
        return set(value) | {key for one in value.values() for key in _keys(one)}
    return set()
