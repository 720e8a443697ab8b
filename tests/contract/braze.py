"""A stand-in for Braze's REST API, checked against its OpenAPI description."""

from __future__ import annotations

import re

from tests.contract.rest import Case, StandIn

SHOP = """
events:
  order_placed: {title: "Заказ оформлен"}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
blocks:
  line: {title: "Строка", channel: email, template: "<li>{{ what }}</li>", inputs: {what: string}}
layouts:
  frame: {title: "Рамка", channel: email, template: "<html><body>{{ slots.content }}</body></html>"}
messages:
  cart_1:
    title: "Корзина 1"
    channel: email
    category: transactional
    layout: frame
    subject: "Корзина ждёт"
    file: cart.html
  thanks: {title: "Спасибо", channel: email, subject: "Спасибо", body: "<p>{{ profile.city }}</p>"}
objects:
  shops:
    title: "Магазины"
    properties: {city: {type: string}, area: {type: number}, opened: {type: date}}
"""
FILES = {"cart.html": "<p>Корзина ждёт вас</p>\n<p>{{ profile.city }}</p>\n"}

CASE = Case(
    source=SHOP,
    files=FILES,
    settings="on_unsupported: degrade\n",
    options={"workspace": "shop"},
    counts=5,
    kept=frozenset({"block", "layout", "message"}),
    edit="message.cart_1",
    edited="title: Корзина 1 (UI) on the target, Корзина 1 in the project",
    refused=('"Корзина 1"', '"REFUSED"'),
    refused_at="cart_1",
    manages=("blocks", "layouts", "messages", "objects"),
    rehearses=False,
    live=False,
    reads=8,
    changes=[
        ("a subject", SHOP.replace('Корзина ждёт"', 'Ждём"'), "message.cart_1"),
        ("a title", SHOP.replace('"Спасибо"', '"Благодарим"', 1), "message.thanks"),
        ("a layout of its own", SHOP.replace("<html>", "<html dir='ltr'>"), "layout.frame"),
        ("a layout", SHOP.replace("<html>", "<html lang='ru'>"), "message.cart_1"),
        ("a block", SHOP.replace("<li>", "<li class='x'>"), "block.line"),
        ("a title of a block", SHOP.replace('"Строка"', '"Ряд"'), "block.line"),
        ("a field more", SHOP.replace("{city:", "{street: {type: string}, city:"), "object.shops"),
        ("a field less", SHOP.replace("area: {type: number}, ", ""), "object.shops"),
        ("another type", SHOP.replace("type: number", "type: boolean"), "object.shops"),
        ("a title of a catalog", SHOP.replace('"Магазины"', '"Точки"'), "object.shops"),
    ],
)

_MOMENT = "2026-03-01T10:00:{:02d}.000Z"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,99}")
_TYPES = {"string", "number", "boolean", "time", "object", "array"}
_IDS = {"content_blocks": "content_block_id", "templates/email": "email_template_id"}
_LISTED = {"content_blocks": "content_blocks", "templates/email": "templates"}


class BrazeStandIn(StandIn):
    """Braze as far as we call it, with its habits: names in lists, messages, nothing deleted."""

    platform = "braze"
    spec = "braze/braze-openapi.clean.yml"
    base = "https://rest.iad-01.braze.com"
    case = CASE

    def __init__(self, folder=None):
        super().__init__(folder)
        self.kept = {"content_blocks": {}, "templates/email": {}, "catalogs": {}}
        self.named = {"segments": [], "canvases": [], "campaigns": []}
        self.clock = 0

    def refusal(self, status, words):
        return status, {"message": words}

    def _check(self, exchange):
        if "/fields" not in exchange.path:  # which the description does not know yet
            super()._check(exchange)

    def handle(self, exchange):  # noqa: PLR0911 - a table of calls
        path = exchange.path.strip("/")
        name, _, verb = path.rpartition("/")
        if name in _IDS:
            return self._texts(name, verb, exchange)
        match exchange.method, path.split("/"):
            case "GET", ["segments" | "canvas" | "campaigns" as name, "list"]:
                start = int(exchange.query.get("page", 0)) * 100
                field = {"canvas": "canvases"}.get(name, name)
                page = self.named[field][start : start + 100]
                return 200, {field: page, "message": "success"}
            case "GET", ["catalogs"]:
                return 200, {"catalogs": list(self.kept["catalogs"].values()), "message": "success"}
            case "POST", ["catalogs"]:
                return self._catalog(exchange.body)
            case "DELETE", ["catalogs", name] if self.kept["catalogs"].pop(name, None):
                return 200, {"message": "success"}
            case _, ["catalogs", name, "fields", *field] if name in self.kept["catalogs"]:
                return self._fields(self.kept["catalogs"][name], exchange, field)
        return _invalid("catalog-not-found", "Could not find catalog")

    # -- templates and content blocks ---------------------------------------------------------

    def _texts(self, name, verb, exchange):
        kept, key = self.kept[name], _IDS[name]
        match exchange.method, verb:
            case "GET", "list":
                return self._listed(name, exchange.query)
            case "GET", "info":
                id_ = exchange.query[key]
                if id_ not in kept:
                    return 200, {"message": f"No object with id '{id_}' found"}
                return 200, {**kept[id_], "message": "success"}
            case "POST", "create":
                return self._write(name, f"id-{len(kept) + 1}", {}, exchange.body)
            case "POST", "update" if exchange.body.get(key) in kept:
                id_ = exchange.body[key]
                return self._write(name, id_, kept[id_], exchange.body)
        return self.refusal(400, f"{key} is invalid for this App Group")

    def _listed(self, name, query):
        found = list(self.kept[name].values())
        start, size = int(query.get("offset", 0)), int(query.get("limit", 100))
        assert "offset" not in query or start > 0, "Offset must be greater than 0"
        hidden = {"content", "description", "subject", "body", "plaintext_body", "preheader"}
        page = [
            {field: value for field, value in one.items() if field not in hidden}
            for one in found[start : start + size]
        ]
        return 200, {"count": len(page), _LISTED[name]: page, "message": "success"}

    def _write(self, name, id_, known, body):
        problem = self._problem(name, id_, known, body)
        if problem:
            return 400, {"message": problem}
        self.clock += 1
        moment = _MOMENT.format(self.clock % 60)
        made = {**_blank(name, moment), **known, **body, _IDS[name]: id_}
        made["last_edited" if name == "content_blocks" else "updated_at"] = moment
        self.kept[name][id_] = made
        answer = {_IDS[name]: id_, "message": "success"}
        return (200 if known else 201), answer if known else {**answer, "created_at": moment}

    def _problem(self, name, id_, known, body):
        if name == "templates/email":
            title = {**known, **body}.get("template_name")
            return "Template name is invalid" if not title or "REFUSED" in title else None
        others = {one["name"] for key, one in self.kept[name].items() if key != id_}
        if not known and not _NAME.fullmatch(body["name"]):
            return "Content Block name can only contain alphanumeric characters"
        if body.get("name") in others:
            return "Content Block with this name already exists"
        if known and "name" in body:
            return "Content Block name cannot be updated for active Content Blocks"
        if not body["content"] or len(body.get("description") or "x") > 249:
            return "Content cannot be blank"
        return None

    # -- catalogs -----------------------------------------------------------------------------

    def _catalog(self, body):
        (atom,) = body["catalogs"]
        if atom["name"] in self.kept["catalogs"]:
            return _invalid("catalog-name-already-exists", "A catalog with that name exists", 400)
        first = atom["fields"][0]
        if first != {"name": "id", "type": "string"} or len(atom["fields"]) > 30:
            return _invalid("id-not-first-column", "The id must be first", 400)
        if not _valid(atom["fields"]) or not atom["description"]:
            return _invalid("invalid-fields", "Fields are not valid", 400)
        self.clock += 1
        made = {**atom, "num_items": 0, "updated_at": _MOMENT.format(self.clock % 60)}
        self.kept["catalogs"][atom["name"]] = made
        return 201, {"catalogs": [made], "message": "success"}

    def _fields(self, catalog, exchange, field):
        names = {one["name"] for one in catalog["fields"]}
        if exchange.method == "DELETE":
            if field[0] not in names or field == ["id"]:
                return _invalid("invalid-field-name", "No such field")
            catalog["fields"] = [one for one in catalog["fields"] if one["name"] != field[0]]
            return 202, {"message": "success"}
        assert exchange.body.keys() == {"fields"}
        added = exchange.body["fields"]
        if not _valid(added) or names & {one["name"] for one in added}:
            return _invalid("invalid-fields", "Fields are not valid", 400)
        catalog["fields"] += added
        return 202, {"message": "success"}

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
            found = self.kept["templates/email"].values()
            one = next(one for one in found if one["subject"] == "Корзина ждёт")
            one |= {
                "template_name": one["template_name"].replace("Корзина 1", "Корзина 1 (UI)"),
                "updated_at": "2026-03-02T10:00:00Z",
            }


def _blank(name, moment):
    """Return what an object has that nobody spoke of."""
    if name == "content_blocks":
        return {
            "description": None,
            "content_type": "html",
            "tags": [],
            "inclusion_count": 0,
            "created_at": moment,
        }
    return {
        "description": "",
        "preheader": None,
        "plaintext_body": None,
        "should_inline_css": True,
        "tags": [],
        "created_at": moment,
    }


def _valid(fields):
    return all(
        one.keys() == {"name", "type"} and one["type"] in _TYPES and _NAME.fullmatch(one["name"])
        for one in fields
    )


def _invalid(id_, words, status=404):
    return status, {"errors": [{"id": id_, "message": words}], "message": "Invalid Request"}
