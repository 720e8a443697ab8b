"""A stand-in for Knock's management API, checked against its OpenAPI description."""

from __future__ import annotations

import json
from hashlib import sha256

from tests.contract.rest import Case, StandIn

SHOP = """
events:
  cart_updated: {title: "Корзина изменена", properties: {total: {type: number}}}
  order_placed: {title: "Заказ оформлен"}
attributes:
  city: {title: "Город", type: enum, values: [moscow, kazan]}
  score: {title: "Балл", type: number}
  seen: {title: "Видел", type: boolean}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}, names: {main: postmark}}
  sms: {type: sms}
segments:
  local: {title: "Свои", attribute: city, in: [moscow, kazan]}
  vip: {title: "VIP", all: [{segment: local}, {attribute: score, gte: 80}]}
blocks:
  line: {title: "Строка", template: "<li>{{ what }}</li>", inputs: {what: string}}
layouts:
  frame: {title: "Рамка", channel: email, template: "<html><body>{{ slots.content }}</body></html>"}
messages:
  cart_1:
    title: "Корзина 1"
    channel: email
    category: transactional
    subject: "Корзина ждёт"
    file: cart.html
  cart_sms: {title: "Корзина SMS", channel: sms, category: transactional, text: "Ваша корзина ждёт"}
chains:
  abandoned_cart:
    title: "Брошенная корзина"
    trigger: {api: cart}
    audience: {not: vip}
    recheck: entry
    reentry: {mode: always, concurrent: true}
    steps:
      - {id: pause, wait: 1h}
      - {id: mail, send: cart_1}
      - id: back
        wait_for: {first_of: [{if: {event: order_placed}, then: [{exit: bought}]}], timeout: 1d}
      - {id: later, wait: 24h}
      - branch:
          if: {attribute: city, eq: moscow}
          then: [{id: text, send: cart_sms}]
          else: [{exit: other}]
      - id: halves
        split:
          arms:
            a: {weight: 50, steps: [{update: {set: {seen: true}}}]}
            b: {weight: 50}
      - {id: call, webhook: {url: "https://shop.example/hook", method: POST, body: {kind: cart}}}
  thanks:
    title: "Спасибо"
    description: "После покупки"
    trigger: {api: thanks}
    steps:
      - {id: mail, send: cart_1}
      - {id: next, start_chain: abandoned_cart}
"""
FILES = {"cart.html": "<p>Корзина ждёт вас</p>\n<p>{{ profile.city }}</p>\n"}

CASE = Case(
    marked=False,
    source=SHOP,
    files=FILES,
    settings="on_unsupported: degrade\n",
    options={"source": "shop_events"},
    counts=6,
    kept=frozenset({"block", "layout", "chain"}),
    imported=frozenset({"segment", "chain", "layout", "block"}),
    chains=frozenset({"abandoned_cart", "thanks"}),
    edit="segment.vip",
    edited="title: VIP (UI) on the target, VIP in the project",
    refused=('"VIP"', '"REFUSED"'),
    refused_at="vip",
    changes=[
        ("a wait", SHOP.replace("24h", "6h"), "chain.abandoned_cart"),
        ("a condition", SHOP.replace("gte: 80", "gte: 90"), "segment.vip"),
        ("a title", SHOP.replace('"Свои"', '"Наши"'), "segment.local"),
        ("a description", SHOP.replace("После покупки", "После заказа"), "chain.thanks"),
        ("a subject", SHOP.replace('Корзина ждёт"', 'Ждём"'), "chain.thanks"),
        (
            "a step less",
            SHOP.replace("      - {id: pause, wait: 1h}\n", ""),
            "chain.abandoned_cart",
        ),
        ("a branch", SHOP.replace("eq: moscow", "eq: kazan"), "chain.abandoned_cart"),
        (
            "a share",
            SHOP.replace("weight: 50", "weight: 50.0")
            .replace("a: {weight: 50.0", "a: {weight: 30")
            .replace("b: {weight: 50.0", "b: {weight: 70"),
            "chain.abandoned_cart",
        ),
        ("an audience", SHOP.replace("{not: vip}", "vip"), "chain.abandoned_cart"),
        (
            "a frequency",
            SHOP.replace("    reentry: {mode: always, concurrent: true}\n", ""),
            "chain.abandoned_cart",
        ),
        ("a layout", SHOP.replace("<html>", "<html lang='ru'>"), "layout.frame"),
        ("a block", SHOP.replace("<li>", "<li class='x'>"), "block.line"),
    ],
)

_WRAPPED = {
    "workflows": "workflow",
    "audiences": "audience",
    "email_layouts": "email_layout",
    "partials": "partial",
}
_MOMENT = "2026-03-01T10:00:{:02d}.000000Z"


class KnockStandIn(StandIn):
    """Knock as far as we call it, with its habits: nulls, decimals as texts, no deletion."""

    platform = "knock"
    spec = "knock/knock-mapi.openapi.yml"
    base = "https://control.knock.app"
    case = CASE

    def __init__(self, folder=None):
        super().__init__(folder)
        self.kept = {name: {} for name in _WRAPPED}
        self.clock = 0

    def handle(self, exchange):  # noqa: PLR0911 - a table of calls
        parts = exchange.path.strip("/").split("/")[1:]
        if parts == ["whoami"]:
            return 200, {
                "account_name": "Shop",
                "account_slug": "shop",
                "account_features": {},
                "type": "service_token",
            }
        if exchange.query.get("environment") is None:
            return _refusal(422, "environment", "is required")
        match exchange.method, parts:
            case "GET", [name] if name in self.kept:
                return self._listed(name, exchange)
            case "GET", [name, key] if key in self.kept.get(name, {}):
                return 200, self.kept[name][key]
            case "PUT", [name, key] if name in self.kept:
                return self._put(name, key, exchange)
            case "PUT", [name, key, "validate"] if name in self.kept:
                return self._put(name, key, exchange, kept=False)
            case "PUT", ["workflows", key, "activate"] if key in self.kept["workflows"]:
                self.kept["workflows"][key]["active"] = exchange.body["status"]
                return 200, {"workflow": self.kept["workflows"][key]}
            case "DELETE", ["audiences", key] if key in self.kept["audiences"]:
                del self.kept["audiences"][key]
                return 200, {"result": "success"}
        return 404, {
            "code": "resource_missing",
            "message": "The resource you requested does not exist",
            "status": 404,
            "type": "invalid_request_error",
        }

    def _listed(self, name, exchange):
        found = [one for key, one in sorted(self.kept[name].items())]
        size = min(int(exchange.query.get("limit", 25)), self.largest_page)
        after = exchange.query.get("after", "")
        rest = [one for one in found if one["key"] > after]
        page = rest[:size]
        info = {"page_size": size, "before": None, "after": None}
        if len(rest) > size:
            info["after"] = page[-1]["key"]
        return 200, {"entries": page, "page_info": info}

    def _put(self, name, key, exchange, *, kept=True):
        if exchange.query["environment"] != "development":
            return _refusal(403, "environment", "is read-only")
        body = exchange.body[_WRAPPED[name]]
        if "REFUSED" in body["name"]:
            return _refusal(422, "name", "is not nice")
        self.clock += 1
        known = self.kept[name].get(key, {})
        made = self._made(name, key, known, body)
        if kept:
            self.kept[name][key] = made
        return 200, {_WRAPPED[name]: made}

    def _made(self, name, key, known, body):
        moment = _MOMENT.format(self.clock % 60)
        text = json.dumps(body, sort_keys=True)
        made = {**body, "key": key, "environment": "development", "updated_at": moment}
        if name == "partials":
            return {**made, "inserted_at": moment, "valid": True, "visual_block_enabled": False}
        made |= {"sha": sha256(text.encode()).hexdigest(), "created_at": moment}
        if name == "workflows":
            made["steps"] = [_told(step) for step in body["steps"]]
            made |= {"active": known.get("active", False), "valid": True, "categories": []}
        if name == "email_layouts":
            made.setdefault("is_mjml", False)
        return made

    def objects(self):
        """Return `(kind and key, object)` of everything in the account."""
        return [
            (f"{name}/{key}", dict(one))
            for name, found in self.kept.items()
            for key, one in found.items()
        ]

    def hand_edit(self):
        """Edit what the case says, as a person would."""
        with self.guard:
            one = self.kept["audiences"]["shop-vip"]
            one |= {"name": "VIP (UI)", "sha": "edited", "updated_at": "2026-03-02T10:00:00Z"}


def _told(step):
    """Return a step as Knock gives it back: what is not set is null, branches know they go on."""
    made = {"name": None, "description": None, **step}
    for field in ("branches", "cohort_branches"):
        if field in step:
            made[field] = [
                {"terminates": False, **way, "steps": [_told(one) for one in way["steps"]]}
                for way in step[field]
            ]
            del made["description"]
    if step["type"] == "channel":
        made |= {"channel_group_key": None, "send_windows": step.get("send_windows")}
    return made


def _refusal(status, field, message):
    return status, {
        "code": "invalid_params",
        "message": "The params you supplied were not valid",
        "errors": [{"field": field, "message": message, "type": "required"}],
        "status": status,
        "type": "invalid_request_error",
    }
