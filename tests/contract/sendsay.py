"""A stand-in for Sendsay's API, checked against schemas of ours: the vendor publishes none."""

from __future__ import annotations

import json
from itertools import count

from jsonschema import Draft202012Validator

from tests.contract.rest import CANARY, Case, StandIn

SHOP = """
attributes:
  town: {title: "Город", type: string}
  score: {title: "Балл", type: integer}
  seen: {title: "Видел", type: boolean}
  born: {title: "Родился", type: date}
  name: {title: "Имя", type: string, standard: first_name}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}, reply_to: hello@shop.example}
lists:
  news: {title: "Новости"}
segments:
  local: {title: "Свои", all: [{attribute: town, exists: true}, {attribute: name, exists: true}]}
  vip: {title: "VIP", all: [{segment: local}, {list: news}, {attribute: score, gte: 80}]}
  young:
    title: "Юные"
    any: [{attribute: born, after: "2000-01-01"}, {attribute: seen, eq: false}]
blocks:
  line: {title: "Строка", template: "<li>{{ what }}</li>", inputs: {what: string}}
messages:
  cart_1:
    title: "Корзина 1"
    channel: email
    category: transactional
    subject: "Корзина ждёт"
    file: cart.html
  thanks:
    title: "Спасибо"
    channel: email
    category: transactional
    subject: "Спасибо"
    body: "<p>Да</p>"
"""
FILES = {"cart.html": "<p>Корзина ждёт вас</p>\n<p>{{ profile.town | default('') }}</p>\n"}

CASE = Case(
    source=SHOP,
    files=FILES,
    options={"account": "shop"},
    counts=10,
    imported=frozenset({"attribute", "list", "segment", "message"}),
    rehearses=False,
    reads=6,
    live=False,
    edit="segment.vip",
    edited="title: VIP (UI) on the target, VIP in the project",
    refused=('"VIP"', '"REFUSED"'),
    refused_at="vip",
    changes=[
        ("a condition", SHOP.replace("gte: 80", "gte: 90"), "segment.vip"),
        ("a title", SHOP.replace('"Свои"', '"Наши"'), "segment.local"),
        (
            "a title and a condition",
            SHOP.replace('"Юные"\n    any', '"Молодые"\n    all'),
            "segment.young",
        ),
        ("a member less", SHOP.replace("{segment: local}, ", ""), "segment.vip"),
        ("a day", SHOP.replace("2000-01-01", "2004-02-29"), "segment.young"),
        ("the title of a list", SHOP.replace('"Новости"', '"Вести"'), "list.news"),
        ("the title of an attribute", SHOP.replace('"Балл"', '"Баллы"'), "attribute.score"),
        (
            "the type of an attribute",
            SHOP.replace('Город", type: string', 'Город", type: integer'),
            "attribute.town",
        ),
        ("a subject", SHOP.replace('Корзина ждёт"', 'Ждём"'), "message.cart_1"),
        ("a body", SHOP.replace("<p>Да</p>", "<p>Да!</p>"), "message.thanks"),
        ("a sender", SHOP.replace("name: Shop,", "name: Лавка,"), "message.thanks"),
    ],
)

_TEXT = {"type": "string", "minLength": 1}
_FLAG = {"enum": [0, 1]}


def _object(required, optional=None):
    return {
        "type": "object",
        "required": sorted(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


# A filter of the old form: docs-api.vasyadev.com/filtr-otbora-v-gruppe-avo says what fields an
# element has; the words of `which` are those of a public client.
_FILTER = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["which"],
        "oneOf": [
            _object({"which": {"enum": ["AND", "OR"]}}),
            _object({"which": {"const": "group"}, "group": {"$ref": "#/$defs/filter"}}),
            _object({"which": {"const": "PRF"}, "pid": _TEXT, "resp": {"const": "1"}}),
            _object({"which": {"enum": ["ge", "le"]}, "aid": _TEXT, "qid": _TEXT, "resp": _TEXT}),
            _object({"which": {"enum": ["emptyS", "dirtyS"]}, "aid": _TEXT, "qid": _TEXT}),
        ],
    },
}
_QUEST = {
    "type": "array",
    "items": {
        **_object(
            {"id": _TEXT, "name": _TEXT, "type": {"enum": ["free", "dt", "1m", "nm", "int"]}},
            {
                "width": {"type": "integer", "minimum": 1},
                "dtsubtype": {"enum": ["yd", "yh", "ym", "ys"]},
            },
        ),
        "allOf": [
            {
                "if": {"properties": {"type": {"const": kind}}},
                "then": {"required": [field]},
                "else": {"not": {"required": [field]}},
            }
            for kind, field in (("free", "width"), ("dt", "dtsubtype"))
        ],
    },
}
_LETTER = _object(
    {"subject": {"type": "string"}, "message": _object({}, {"html": _TEXT, "text": _TEXT})},
    {"from.name": _TEXT, "from.email": _TEXT, "reply.email": _TEXT},
)
_PARTLY = _object({"first": {"type": "integer"}, "skip": {"type": "integer"}})
_ID = _object({"id": _TEXT})
_DO = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/call"}}

# Where each comes from is told in docs/targets/sendsay.md.
ACTIONS = {
    "pong": _object({}),
    "batch": _object({"do": _DO, "stop_on_error": _FLAG}),
    "anketa.get": _ID,
    "anketa.quest.add": _object({"anketa.id": _TEXT, "obj": _QUEST}),
    "anketa.quest.set": _object({"anketa.id": _TEXT, "obj": _QUEST}),
    "group.list": _PARTLY,
    "group.get": _object(
        {"id": {"type": "array", "minItems": 1, "items": _TEXT}, "with_filter": _FLAG}
    ),
    "group.create": _object(
        {
            "id": {"type": "string", "pattern": "^[a-z0-9_]+$"},
            "name": _TEXT,
            "type": {"enum": ["list", "filter"]},
            "addr_type": {"enum": ["email", "msisdn"]},
        }
    ),
    "group.set": _object({"id": _TEXT, "name": _TEXT}),
    "group.filter.set": _object({"id": _TEXT, "filter": {"$ref": "#/$defs/filter"}}),
    "group.delete": _ID,
    "issue.draft.list": _PARTLY,
    "issue.draft.get": _ID,
    "issue.draft.set": _object(
        {"obj": _object({"name": _TEXT, "letter": _LETTER}), "return_fresh_obj": _FLAG},
        {"id": _TEXT},
    ),
    "issue.draft.delete": _ID,
}


def _named(action):
    """Return the schema of a call: the action and its fields."""
    fields = ACTIONS[action]
    return {
        **fields,
        "required": ["action", *fields["required"]],
        "properties": {"action": {"const": action}, **fields["properties"]},
    }


SCHEMA = {
    "$defs": {
        "filter": _FILTER,
        "call": {"oneOf": [_named(one) for one in ACTIONS if one != "batch"]},
    },
    "type": "object",
    "required": ["action"],
    "properties": {"action": {"enum": sorted(ACTIONS)}},
    "allOf": [
        {"if": {"properties": {"action": {"const": one}}}, "then": _named(one)} for one in ACTIONS
    ],
}


class SendsayStandIn(StandIn):
    """Sendsay as far as we call it, with its habits.

    Errors come with 200; the first call is sent to another path; filters come back with names in
    them, letters with more fields and other ends of lines, ids of drafts as numbers.
    """

    platform = "sendsay"
    spec = ""
    case = CASE
    sent_on = "/general/api/v100/json/shop/"

    def __init__(self, folder=None):
        super().__init__(folder)
        self.api = Draft202012Validator(SCHEMA)
        self.quests, self.groups = {}, {"masssending": _group("masssending", "list")}
        self.drafts = {7: {"id": 7, "name": "Пустой", "letter": {"message": {"html": ""}}}}
        self.numbers = count(100)

    def authorised(self, exchange):
        return exchange.headers.get("authorization") == f"sendsay apikey={CANARY}"

    def lists(self, exchange):
        return exchange.body["action"].endswith((".list", ".get"))

    def refusal(self, status, words):
        if status == 401:
            return 200, _error("error/auth/failed", "wrong_credentials")
        return status, {"request.id": "1", "explain": words}

    def _check(self, exchange):
        wrong = () if self.api is None else self.api.iter_errors(exchange.body)
        found = [f"{one.json_path}: {one.message}" for one in wrong]
        self.broken += found[:1]

    def handle(self, exchange):
        assert exchange.method == "POST"
        if exchange.path == "/general/api/v100/json/shop":
            return 200, {"REDIRECT": self.sent_on}
        assert exchange.path == self.sent_on, exchange.path
        return 200, {"request.id": "1", "duration": 0.01, **self._done(exchange.body)}

    def _done(self, call):
        return getattr(self, "_" + call["action"].replace(".", "_"))(call)

    def _pong(self, _):
        return {"ping": "2026-03-01 10:00:00"}

    def _batch(self, call):
        return {"result": [self._done(one) for one in call["do"]]}

    # -- questionnaires -----------------------------------------------------------------------

    def _anketa_get(self, call):
        if call["id"] != "custom":
            return _error("anketa_not_exists", call["id"])
        quests = {qid: {**quest, "require": 0} for qid, quest in self.quests.items()}
        order = list(quests)
        param = {"name": "Дополнительная", "system": 1}
        return {"obj": {"id": "custom", "param": param, "order": order, "quests": quests}}

    def _anketa_quest_add(self, call):
        for one in call["obj"]:
            if one["id"] in self.quests:
                return _error("quest_id_exists", one["id"])
        return self._quests(call)

    def _anketa_quest_set(self, call):
        for one in call["obj"]:
            if one["id"] not in self.quests:
                return _error("quest_id_not_exists", one["id"])
        return self._quests(call)

    def _quests(self, call):
        for one in call["obj"]:
            quest = {key: value for key, value in one.items() if key != "id"}
            self.quests[one["id"]] = {
                **quest,
                **({"width": str(quest["width"])} if "width" in quest else {}),
            }
        return {}

    # -- groups -------------------------------------------------------------------------------

    def _group_list(self, call):
        known = [_without(one, "filter") for _, one in sorted(self.groups.items())]
        return self._part(known, call)

    def _part(self, known, call):
        size = min(call["first"], self.largest_page)
        rest = known[call["skip"] :]
        return {"list": rest[:size], **({"last_page": 1} if len(rest) <= size else {})}

    def _group_get(self, call):
        missing = [one for one in call["id"] if one not in self.groups]
        if missing:
            return _error("group_id_not_exists", missing)
        return {"list": [self._told(self.groups[one]) for one in call["id"]]}

    def _told(self, group):
        return {**group, "filter": self._explained(group["filter"])} if "filter" in group else group

    def _explained(self, elements):
        """Return a filter with the names of what it is about."""
        return [self._with_names(dict(one)) for one in elements]

    def _with_names(self, one):
        if "pid" in one:
            one["pid.name"] = self.groups[one["pid"]]["name"]
            one["resp"] = int(one["resp"])
        if "qid" in one:
            one |= {"aid.name": "Дополнительная", "qid.name": "Вопрос", "qid.type": "int"}
        if "group" in one:
            one["group"] = self._explained(one["group"])
        return one

    def _group_create(self, call):
        if "REFUSED" in call["name"]:
            return _error("wrong_group_name", {"name": ["is not nice"]})
        if call["id"] in self.groups:
            return _error("group_id_exists", call["id"])
        self.groups[call["id"]] = _group(call["id"], call["type"], call["name"])
        return {"id": call["id"]}

    def _group_set(self, call):
        self.groups[call["id"]]["name"] = call["name"]
        return {}

    def _group_filter_set(self, call):
        for one in _flat(call["filter"]):
            known = (
                self.groups if "pid" in one else self.quests if one.get("aid") == "custom" else one
            )
            if one.get("pid", one.get("qid", "which")) not in known and one.get("aid") != "base":
                return _error("wrong_filter", one)
        self.groups[call["id"]]["filter"] = call["filter"]
        return {}

    def _group_delete(self, call):
        if call["id"] not in self.groups:
            return _error("group_id_not_exists", call["id"])
        del self.groups[call["id"]]
        return {}

    # -- drafts -------------------------------------------------------------------------------

    def _issue_draft_list(self, call):
        known = [_without(one, "letter") for _, one in sorted(self.drafts.items())]
        return self._part(known, call)

    def _issue_draft_get(self, call):
        found = self.drafts.get(int(call["id"]))
        return _error("wrong_id", call["id"]) if found is None else {"obj": _letters(found)}

    def _issue_draft_set(self, call):
        id_ = int(call.get("id", 0)) or next(self.numbers)
        if "id" in call and id_ not in self.drafts:
            return _error("wrong_id", id_)
        self.drafts[id_] = {"id": id_, **call["obj"]}
        return {"id": id_, "obj": _letters(self.drafts[id_])}

    def _issue_draft_delete(self, call):
        if self.drafts.pop(int(call["id"]), None) is None:
            return _error("wrong_id", call["id"])
        return {}

    # -- past the API -------------------------------------------------------------------------

    def objects(self):
        """Return `(kind and id, object)` of everything in the account that was made there."""
        made = [("quest", self.quests), ("group", self.groups), ("draft", self.drafts)]
        return [
            (f"{kind}/{id_}", json.loads(json.dumps(one)))
            for kind, known in made
            for id_, one in known.items()
            if id_ not in {"masssending", 7}
        ]

    def hand_edit(self):
        """Edit what the case says, as a person would."""
        with self.guard:
            self.groups["shop__segment__vip"]["name"] = "VIP (UI)"


def _group(id_, kind, name="Экспресс"):
    group = {"id": id_, "name": name, "type": kind, "addr_type": "email"}
    return group | ({"filter": []} if kind == "filter" else {})


def _flat(elements):
    for one in elements:
        yield from _flat(one["group"]) if "group" in one else [one]


def _letters(draft):
    letter = draft["letter"]
    parts = {name: part.replace("\n", "\r\n") for name, part in letter["message"].items()}
    more = {"to.name": "", "reply.name": None, "autotext": 0}
    return {**draft, "division": "", "letter": {**letter, **more, "message": {**parts, "amp": ""}}}


def _without(one, field):
    return {key: value for key, value in one.items() if key != field}


def _error(code, explain):
    return {"errors": [{"id": code, "explain": explain}]}
