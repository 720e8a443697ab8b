"""A stand-in for Klaviyo's API, checked against its OpenAPI description."""

from __future__ import annotations

import copy
import re

from tests.contract.rest import CANARY, Case, StandIn

SHOP = """
events:
  cart_updated: {title: "Корзина изменена", properties: {total: {type: number}}}
  order_placed: {title: "Заказ оформлен"}
  never_seen: {title: "Ещё не было"}
attributes:
  tier: {title: "Уровень", type: enum, values: [gold, silver]}
  score: {title: "Балл", type: number}
  seen: {title: "Видел", type: boolean}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
  sms: {type: sms}
lists:
  news: {title: "Новости", opt_in: double}
segments:
  buyers: {title: "Покупатели", event: order_placed, within: 90d}
  vip: {title: "VIP", all: [{segment: buyers}, {attribute: score, gte: 80}]}
blocks:
  line: {title: "Строка", template: "<p>Спасибо</p>"}
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
    trigger: {event: cart_updated, where: {total: {gte: 10}}}
    audience: {not: vip}
    exit: [order_placed]
    reentry: {mode: after, after: 30d, concurrent: true}
    steps:
      - {id: pause, wait: 1h}
      - {id: mail, send: cart_1}
      - id: back
        wait_for: {first_of: [{if: {event: order_placed}, then: [{exit: bought}]}], timeout: 1d}
      - {id: later, wait: 24h}
      - branch:
          if: {attribute: tier, eq: gold}
          then: [{id: text, send: cart_sms}]
          else: [{exit: other}]
      - id: halves
        split:
          arms:
            a: {weight: 50, steps: [{update: {set: {seen: true}}}]}
            b: {weight: 50}
      - branch: {if: {trigger: total, gt: 100}, then: [{list: {add: news}}]}
      - {id: call, webhook: {url: "https://shop.example/hook", method: POST, body: {kind: cart}}}
  thanks:
    title: "Спасибо"
    trigger: {segment: vip}
    steps:
      - {id: mail, send: cart_1}
broadcasts:
  spring:
    title: "Весна"
    audience: {include: [buyers], exclude: [vip]}
    message: cart_1
    at: "2027-04-01T10:00"
    timezone: Europe/Moscow
"""
_ZONE = "timezone: Europe/Moscow"
LANGUAGES = SHOP.replace(
    '"Ваша корзина ждёт"}', '"Ваша корзина ждёт", locales: {en: {text: "Your cart"}}}'
).replace(
    "attributes:\n",
    'attributes:\n  language: {title: "Язык", type: enum, values: [ru, en]}\n',
)
RESTS = (
    SHOP.replace("sms, category: transactional", "sms, category: service")
    + """
frequency:
  rest: {title: "Покой", after: {event: order_placed}, block: {channels: [sms]}, for: 7d}
"""
)
FILES = {"cart.html": "<p>Корзина ждёт вас</p>\n<p>{{ profile.tier }}</p>\n"}

CASE = Case(
    source=SHOP,
    files=FILES,
    settings="on_unsupported: degrade\n",
    counts=8,
    edit="segment.vip",
    edited="title: VIP (UI) on the target, VIP in the project",
    refused=("event: order_placed, within", "event: never_seen, within"),
    refused_at="buyers",
    reads=7 + 2,
    changes=[
        ("a wait", SHOP.replace("24h", "6h"), "chain.abandoned_cart"),
        ("a condition", SHOP.replace("gte: 80", "gte: 90"), "segment.vip"),
        ("a title", SHOP.replace('"Покупатели"', '"Клиенты"'), "segment.buyers"),
        (
            "a title of a flow",
            SHOP.replace('"Спасибо"\n    trigger', '"Благодарим"\n    trigger'),
            "chain.thanks",
        ),
        ("a subject", SHOP.replace('Корзина ждёт"', 'Ждём"'), "chain.thanks"),
        ("words in an SMS", SHOP.replace("Ваша корзина", "Корзина"), "chain.abandoned_cart"),
        (
            "a step less",
            SHOP.replace("      - {id: pause, wait: 1h}\n", ""),
            "chain.abandoned_cart",
        ),
        ("a branch", SHOP.replace("eq: gold", "eq: silver"), "chain.abandoned_cart"),
        ("an audience", SHOP.replace("{not: vip}", "vip"), "chain.abandoned_cart"),
        ("a trigger", SHOP.replace("{gte: 10}", "{gte: 20}"), "chain.abandoned_cart"),
        (
            "a frequency",
            SHOP.replace("after: 30d", "after: 14d"),
            "chain.abandoned_cart",
        ),
        ("a language", LANGUAGES, "chain.abandoned_cart"),
        ("a rest after an order", RESTS, "chain.abandoned_cart"),
        ("a way into a list", SHOP.replace("opt_in: double", "opt_in: single"), "list.news"),
        ("a moment", SHOP.replace("T10:00", "T12:00"), "broadcast.spring"),
        (
            "a share every hour",
            SHOP.replace(_ZONE, f"{_ZONE}\n    throttle: 20%/h"),
            "broadcast.spring",
        ),
        ("the best hour", SHOP.replace(_ZONE, "optimize_send_time: true"), "broadcast.spring"),
        ("an exclusion", SHOP.replace(", exclude: [vip]", ""), "broadcast.spring"),
        ("a letter", SHOP.replace('title: "Корзина 1"', 'title: "Корзина"'), "broadcast.spring"),
        ("a block", SHOP.replace("<p>Спасибо", "<p class='x'>Спасибо"), "block.line"),
    ],
)

_MOMENT = "2026-03-01T10:{:02d}:{:02d}+00:00"
_TYPES = {
    "lists": "list",
    "segments": "segment",
    "templates": "template",
    "template-universal-content": "template-universal-content",
    "flows": "flow",
    "campaigns": "campaign",
}
_PAGES = {
    "lists": 10,
    "segments": 10,
    "templates": 10,
    "template-universal-content": 100,
    "flows": 50,
    "campaigns": 100,
}
_DELAY = {
    "secondary_value": None,
    "timezone": "profile",
    "delay_until_time": None,
    "delay_until_weekdays": None,
}
_MESSAGE = {
    "send-email": {
        "cc_email": None,
        "bcc_email": None,
        "preview_text": None,
        "smart_sending_enabled": True,
        "transactional": False,
        "add_tracking_params": False,
        "custom_tracking_params": None,
        "additional_filters": None,
    },
    "send-sms": {
        "image_id": None,
        "shorten_links": True,
        "include_contact_card": False,
        "add_opt_out_language": False,
        "transactional": False,
        "add_tracking_params": False,
    },
    "send-webhook": {"name": None},
}


class KlaviyoStandIn(StandIn):
    """Klaviyo as far as we call it: JSON:API, ids of its own, copies of templates, defaults."""

    platform = "klaviyo"
    spec = "klaviyo/klaviyo-stable.json"
    base = "https://a.klaviyo.com"
    case = CASE
    media_type = "application/vnd.api+json"

    def __init__(self, folder=None):
        super().__init__(folder)
        self.kept = {name: {} for name in _TYPES}
        self.copies = {}
        self.clock = 0
        self.metrics = list(METRICS)

    def knows(self, events):
        """Have the example's events in the account, and those that Klaviyo makes itself."""
        known = {name for _, name, _ in self.metrics}
        new = [(name, "API") for name in events if name not in known]
        new += [(name, "Klaviyo") for name in ("Received Email", "Clicked Email")]
        self.metrics += [(f"Xb{n}", *one) for n, one in enumerate(new)]

    def authorised(self, exchange):
        return exchange.headers.get("authorization") == f"Klaviyo-API-Key {CANARY}"

    def refusal(self, status, words):
        return _refusal(status, words)

    def handle(self, exchange):  # noqa: C901, PLR0911 - a table of calls
        parts = exchange.path.strip("/").split("/")[1:]
        if exchange.headers.get("revision") != "2026-07-15":
            return _refusal(400, "A revision header is required", "revision")
        if parts[-1] == "template":
            return self._copy(*parts[:2])
        if parts[0].startswith("campaign-"):
            return self._mailed(exchange, parts)
        match exchange.method, parts:
            case "GET", ["accounts"]:
                return 200, {"data": [_ACCOUNT], "links": {"self": self.url}}
            case "GET", ["metrics"]:
                return 200, {
                    "data": [_metric(self.url, *one) for one in self.metrics],
                    "links": {"self": self.url},
                }
            case "GET", [name] if name in self.kept:
                return self._listed(name, exchange)
            case "GET", [name, id_] if id_ in self.kept.get(name, {}):
                whole = "definition" in str(exchange.query)
                return 200, self._with(name, {"data": self._told(name, id_, whole=whole)})
            case "POST", [name] if name in self.kept:
                return self._created(name, exchange.body["data"])
            case "PATCH", ["flow-actions", id_]:
                return self._action(id_, exchange.body["data"])
            case "PATCH", [name, id_] if id_ in self.kept.get(name, {}):
                return self._patched(name, id_, exchange.body["data"])
            case "DELETE", [name, id_] if id_ in self.kept.get(name, {}):
                del self.kept[name][id_]
                return 204, None
        return _refusal(404, "A resource with that id does not exist")

    def _copy(self, kind, id_):
        """Return the copy of a template that a message of a flow or campaign has."""
        if kind == "campaign-messages":
            held, copy = id_, self._campaign(id_).get("copy")
        else:
            messages = [
                one["data"]["message"]
                for flow in self.kept["flows"].values()
                for one in flow["definition"]["actions"]
                if one["type"] == "send-email"
            ]
            copy = next((one["template_id"] for one in messages if one["id"] == id_), None)
            held = copy
        if held is None:
            return _refusal(404, "A flow message with that id does not exist")
        if copy is None:
            return 200, {"data": None, "links": {"self": f"{self.url}{kind}"}}
        links = {"self": f"{self.url}/api/templates/{copy}/"}
        made = data_of("template", copy, copy_of(self.copies[copy]), links)
        return 200, {"data": made, "links": {"self": f"{self.url}/api/{kind}/{id_}/template/"}}

    def edit_copies(self, html):
        """Edit all copies of templates, as people would."""
        with self.guard:
            for one in self.copies.values():
                one["html"] = html

    def _mailed(self, exchange, parts):
        match exchange.method, parts:
            case "POST", ["campaign-send-jobs"]:
                return self._sent(exchange.body["data"]["id"])
            case "PATCH", ["campaign-send-jobs", id_]:
                self.kept["campaigns"][id_]["status"] = "Draft"
                return 204, None
            case "POST", ["campaign-message-assign-template"]:
                return self._assigned(exchange.body["data"])
        return self._message(parts[1], exchange.body["data"]["attributes"]["definition"])

    def _sent(self, id_):
        self.kept["campaigns"][id_]["status"] = "Scheduled"
        made = {"type": "campaign-send-job", "id": id_, "attributes": {"status": "queued"}}
        return 202, {
            "data": made | {"links": {"self": f"{self.url}/api/campaign-send-jobs/{id_}/"}}
        }

    def _campaign(self, message):
        return next(one for one in self.kept["campaigns"].values() if one["message"] == message)

    def _assigned(self, data):
        source = data["relationships"]["template"]["data"]["id"]
        one = self._campaign(data["id"])
        one["copy"] = self._id("C")
        self.copies[one["copy"]] = dict(self.kept["templates"][source])
        assert one["status"] == "Draft"
        content = copy.deepcopy(one["definition"]["content"])
        made = {"label": one["definition"]["label"] or "", "channel": "email", "content": content}
        links = {"self": f"{self.url}/api/campaign-messages/{data['id']}/"}
        return 200, {"data": data_of("campaign-message", data["id"], made, links)}

    def _message(self, id_, definition):
        one = self._campaign(id_)
        one["definition"] = _letter(definition)
        one["updated_at"] = self._now()
        return 200, {"data": self._letter_of(id_)}

    def _letter_of(self, id_):
        links = {"self": f"{self.url}/api/campaign-messages/{id_}/"}
        made = {"definition": copy.deepcopy(self._campaign(id_)["definition"])}
        return data_of("campaign-message", id_, made, links)

    def _now(self):
        self.clock += 1
        return _MOMENT.format(self.clock // 60 % 60, self.clock % 60)

    def _id(self, prefix):
        return f"{prefix}{self._now()[14:19].replace(':', '')}{self.clock:03d}"

    def _listed(self, name, exchange):
        filter_ = exchange.query.get("filter", "")
        if name == "campaigns" and filter_ != "equals(messages.channel,'email')":
            return _refusal(400, "A channel filter is required to list campaigns", "filter")
        asked = re.fullmatch(r'contains\(name,"(.*)"\)', filter_)
        part = asked[1] if asked else ""
        found = [id_ for id_, one in sorted(self.kept[name].items()) if part in one["name"]]
        size = min(int(exchange.query.get("page[size]", 10)), _PAGES[name], self.largest_page)
        rest = [id_ for id_ in found if id_ > exchange.query.get("page[cursor]", "")]
        page, links = rest[:size], {"self": f"{self.url}{exchange.path}"}
        if len(rest) > size:
            links["next"] = (
                f"{self.url}{exchange.path}?page%5Bcursor%5D={page[-1]}&page%5Bsize%5D={size}"
            )
            if exchange.query.get("filter"):
                links["next"] += f"&filter={exchange.query['filter']}"
        return 200, self._with(
            name, {"data": [self._told(name, id_) for id_ in page], "links": links}
        )

    def _told(self, name, id_, *, whole=False):
        held = copy.deepcopy(self.kept[name][id_])
        if name == "flows" and not whole:
            del held["definition"]
        links = {"self": f"{self.url}/api/{name}/{id_}/"}
        if name != "campaigns":
            return data_of(_TYPES[name], id_, held, links)
        del held["definition"]
        held.pop("copy", None)
        message = {"type": "campaign-message", "id": held.pop("message")}
        made = data_of(_TYPES[name], id_, held, links)
        return made | {"relationships": {"campaign-messages": {"data": [message]}}}

    def _with(self, name, answer):
        """Return an answer with the messages of its campaigns."""
        if name != "campaigns":
            return answer
        rows = answer["data"] if isinstance(answer["data"], list) else [answer["data"]]
        ids = [one["relationships"]["campaign-messages"]["data"][0]["id"] for one in rows]
        return answer | {"included": [self._letter_of(id_) for id_ in ids]}

    def _created(self, name, data):
        fields, moment = dict(data["attributes"]), self._now()
        wrong = self._wrong(fields)
        if wrong:
            return wrong
        id_ = self._id(name[0].upper())
        made = {"name": fields["name"], "created": moment, "updated": moment}
        if name == "campaigns":
            made = {"name": fields["name"], "created_at": moment, "updated_at": moment}
        self.kept[name][id_] = made | getattr(self, f"_new_{name.replace('-', '_')}")(fields)
        return 201, {"data": self._told(name, id_, whole=True)}

    def _wrong(self, fields):
        asked = str(fields.get("definition", ""))
        ids = set(re.findall(r"'(?:metric_id|trigger_id)': '([^']*)'", asked))
        if not ids <= {one[0] for one in self.metrics}:
            return _refusal(400, "The metric does not exist", pointer="/data/attributes/definition")
        groups = set(re.findall(r"'group_ids': \['([^']*)'", asked))
        if not groups <= {*self.kept["lists"], *self.kept["segments"]}:
            return _refusal(400, "The group does not exist", pointer="/data/attributes/definition")
        templates = set(re.findall(r"'template_id': '([^']*)'", asked))
        if not templates <= {*self.kept["templates"], *self.copies}:
            return _refusal(
                400, "The template does not exist", pointer="/data/attributes/definition"
            )
        return None

    def _new_lists(self, fields):
        return {"opt_in_process": fields.get("opt_in_process") or "double_opt_in"}

    def _new_segments(self, fields):
        held = {"is_active": True, "is_processing": True, "is_starred": False}
        return {"definition": _with_nulls(fields["definition"]), **held}

    def _new_templates(self, fields):
        return {name: fields.get(name) for name in ("editor_type", "html", "text", "amp")}

    def _new_template_universal_content(self, fields):
        definition = copy.deepcopy(fields["definition"])
        definition["data"]["display_options"] |= {"show_on": "all", "visible_check": None}
        shot = {"screenshot_status": "never_generated", "screenshot_url": ""}
        return {"definition": definition, **shot}

    def _new_flows(self, fields):
        definition = copy.deepcopy(fields["definition"])
        ids = {one["temporary_id"]: self._id("") for one in definition["actions"]}
        definition["entry_action_id"] = ids.get(definition["entry_action_id"])
        definition["actions"] = [self._made(one, ids) for one in definition["actions"]][::-1]
        definition = _with_nulls(definition)
        kinds = {"metric": "Metric", "list": "Added to List", "segment": "Added to List"}
        return {
            "status": "draft",
            "archived": False,
            "trigger_type": kinds[definition["triggers"][0]["type"]],
            "definition": definition,
        }

    def _new_campaigns(self, fields):
        (message,) = fields["campaign-messages"]["data"]
        return {
            "status": "Draft",
            "archived": False,
            "audiences": {"excluded": [], **fields["audiences"]},
            "send_options": fields["send_options"],
            "tracking_options": {"is_tracking_opens": True, "is_tracking_clicks": True},
            "send_strategy": _strategy(fields["send_strategy"]),
            "scheduled_at": None,
            "send_time": None,
            "message": self._id("M"),
            "definition": _letter(message["attributes"]["definition"]),
        }

    def _made(self, action, ids):
        links = {name: ids.get(to) for name, to in action["links"].items()}
        made = {"id": ids[action["temporary_id"]], "type": action["type"], "links": links}
        return made | {"data": self._acts(action["type"], action["data"])}

    def _acts(self, type_, data):
        """Return what an action does as Klaviyo keeps it: with defaults, a template copied."""
        made = copy.deepcopy(data)
        if type_ not in {"time-delay", "conditional-split", "trigger-split"}:
            made.setdefault("status", "draft")
        if type_ == "time-delay":
            made = _DELAY | made
        if type_ in _MESSAGE:
            made["message"] = _MESSAGE[type_] | made["message"]
            made["message"].setdefault("id", self._id("M"))
        if type_ == "send-email":
            source = made["message"]["template_id"]
            copied = self._id("C")
            self.copies[copied] = self.copies.get(source) or dict(self.kept["templates"][source])
            made["message"]["template_id"] = copied
        return made

    def _patched(self, name, id_, data):
        assert data["id"] == id_
        one, fields = self.kept[name][id_], dict(data["attributes"])
        wrong = self._wrong(fields)
        if wrong:
            return wrong
        if name == "flows":
            one["status"] = fields["status"]
            for action in one["definition"]["actions"]:
                if "status" in action["data"]:
                    action["data"]["status"] = fields["status"]
        elif name == "campaigns":
            assert one["status"] == "Draft"
            if "send_strategy" in fields:
                fields["send_strategy"] = _strategy(fields["send_strategy"])
            one |= fields | {"updated_at": self._now()}
            return 200, {"data": self._told(name, id_)}
        elif name in {"segments", "template-universal-content"}:
            one |= getattr(self, f"_new_{name.replace('-', '_')}")(fields) | {
                "name": fields["name"]
            }
        else:
            one |= fields
        one["updated"] = self._now()
        return 200, {"data": self._told(name, id_)}

    def _action(self, id_, data):
        for flow in self.kept["flows"].values():
            for action in flow["definition"]["actions"]:
                if action["id"] == id_:
                    asked = data["attributes"]["definition"]
                    assert asked["links"] == action["links"]
                    action["data"] = self._acts(action["type"], asked["data"])
                    flow["updated"] = self._now()
                    made = {"definition": copy.deepcopy(action)}
                    links = {"self": f"{self.url}/api/flow-actions/{id_}/"}
                    return 200, {
                        "data": {
                            "type": "flow-action",
                            "id": id_,
                            "attributes": made,
                            "links": links,
                        }
                    }
        return _refusal(404, "A flow action with that id does not exist")

    def objects(self):
        """Return `(kind and id, object)` of everything in the account."""
        return [
            (f"{name}/{id_}", copy.deepcopy(one))
            for name, found in self.kept.items()
            for id_, one in found.items()
        ]

    def hand_edit(self):
        """Edit what the case says, as a person would."""
        with self.guard:
            found = next(
                one for one in self.kept["segments"].values() if "[shop/vip]" in one["name"]
            )
            found |= {"name": "VIP (UI) [shop/vip]", "updated": "2026-03-02T10:00:00+00:00"}


METRICS = (
    ("Xa1", "order_placed", "API"),
    ("Xa2", "cart_updated", "API"),
    ("Xa3", "cart_updated", "Shopify"),
    ("Xa4", "Opened Email", "Klaviyo"),
)

_ACCOUNT = {
    "type": "account",
    "id": "AbC123",
    "attributes": {
        "test_account": True,
        "contact_information": {
            "default_sender_name": "Shop",
            "default_sender_email": "hello@shop.example",
            "organization_name": "Shop",
            "street_address": {},
        },
        "timezone": "UTC",
        "preferred_currency": "EUR",
        "public_api_key": "AbC123",
        "locale": "en-US",
    },
    "links": {"self": "https://a.klaviyo.com/api/accounts/AbC123/"},
}


def data_of(type_, id_, attributes, links):
    """Return an object of JSON:API."""
    return {"type": type_, "id": id_, "attributes": attributes, "links": links}


def copy_of(template):
    """Return the fields of a copy."""
    return {name: template.get(name) for name in ("name", "editor_type", "html", "text", "amp")}


def _letter(definition):
    """Return the message of a campaign as it is given back."""
    content = {"preview_text": None, "cc_email": None, "bcc_email": None, **definition["content"]}
    return {"channel": "email", "label": definition.get("label"), "content": content}


def _strategy(asked):
    """Return when a campaign is sent as it is given back."""
    return {"options": {"is_local": False}, **asked} if asked["method"] == "static" else asked


def _metric(url, id_, name, integration):
    return {
        "type": "metric",
        "id": id_,
        "attributes": {"name": name, "integration": {"name": integration}},
        "links": {"self": f"{url}/api/metrics/{id_}/"},
    }


def _with_nulls(value):
    """Return a definition as it is given back: what was not said of metrics is null."""
    if isinstance(value, list):
        return [_with_nulls(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: _with_nulls(one) for key, one in value.items()}
    if made.get("type") == "profile-metric":
        made.setdefault("metric_filters", None)
    if made.get("type") == "metric" and "id" in made:
        made.setdefault("trigger_filter", None)
    return made


def _refusal(status, detail, parameter=None, pointer=None):
    error = {
        "id": "1",
        "status": status,
        "code": "invalid",
        "title": "Invalid input.",
        "detail": detail,
        "source": {"pointer": pointer or "/data"}
        if parameter is None
        else {"parameter": parameter},
    }
    return status, {"errors": [error]}
