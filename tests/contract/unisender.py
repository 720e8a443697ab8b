"""A stand-in for Unisender's API, checked against schemas written from its pages.

Arguments are those of unisender.com/ru/support/api: inputs/createfield, inputs/updatefield,
contacts/createlist, contacts/deletelist, templates/createemailtemplate,
templates/updateemailtemplate, templates/gettemplates, messages/createemailmessage,
messages/updateemailmessage, statistics/getmessages, partners/getuserinfo, common/api-errors. The
pages of getLists, updateList, getFields, deleteField, deleteTemplate, getMessage and listMessages
could not be had: for these, arguments and answers are those that public clients send and expect
(alexeyco/unisender, theYahia/unisender-mcp and others agree in them).
"""

from __future__ import annotations

from tests.contract.rest import CANARY, Case, StandIn
from tests.contract.schema import (
    DIGITS,
    NUMBER,
    TEXT,
    WORDS,
    listed,
    nullable,
    one_of,
    record,
)

SHOP = """
attributes:
  city: {title: "Город", type: string}
  age: {title: "Возраст", type: integer}
  first_name: {title: "Имя", type: string}
  mail: {title: "Почта", type: string, standard: email}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
lists:
  news: {title: "Новости"}
segments:
  readers: {title: "Читатели", list: news}
messages:
  spring:
    title: "Весна"
    channel: email
    subject: "Весна, {{ profile.first_name | default('друг') }}"
    file: spring.html
  welcome:
    title: "Привет"
    description: "После подписки"
    channel: email
    category: service
    subject: "Привет"
    body: "<p>Рады вам</p>"
    text: "Рады вам, {{ profile.city }}"
broadcasts:
  spring:
    title: "Весенняя"
    audience: {include: [readers]}
    message: spring
    at: "2026-04-01T10:00"
"""
FILES = {"spring.html": "<p>Весна!</p>\n<p><a href='{{ links.unsubscribe }}'>Отписаться</a></p>\n"}

CASE = Case(
    source=SHOP,
    files=FILES,
    settings="on_unsupported: degrade\n",
    counts=7,
    kept=frozenset({"attribute"}),
    unmarked=frozenset({"attribute"}),
    edit="list.news",
    edited="title: [shop] Новости (UI) on the target, [shop] Новости in the project",
    refused=('"Привет"\n    description', '"REFUSED"\n    description'),
    refused_at="welcome",
    naming="[{project}] {title}",
    rehearses=False,
    reads=5,
    live=False,
    changes=[
        ("a subject", SHOP.replace('subject: "Привет"', 'subject: "Ура"'), "message.welcome"),
        ("a title", SHOP.replace("Новости", "Вести"), "list.news"),
        ("a body", SHOP.replace("<p>Рады", "<p>Очень рады"), "message.welcome"),
        ("a text", SHOP.replace('text: "Рады', 'text: "Мы рады'), "message.welcome"),
        (
            "no text any more",
            SHOP.replace('    text: "Рады вам, {{ profile.city }}"\n', ""),
            "message.welcome",
        ),
        ("a description", SHOP.replace("После", "Сразу после"), "message.welcome"),
        ("a type", SHOP.replace("integer", "boolean"), "attribute.age"),
        ("a letter", SHOP.replace('"Весна, {{', '"Май, {{'), "broadcast.spring"),
        ("a sender", SHOP.replace("name: Shop", "name: Магазин"), "broadcast.spring"),
    ],
)

_ID = {"anyOf": [DIGITS, NUMBER]}
_MADE = record("id", id=_ID)
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"}
_KEY = {"api_key": WORDS}
_NAME = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]*$"}
_TYPE = one_of("string", "text", "number", "date", "bool")
_LANGUAGE = one_of("ru", "en", "ua", "it", "da", "de", "es", "fr", "nl", "pl", "pt", "tr")
_PAGE = {"limit": {"type": "string", "pattern": "^([1-9][0-9]?|100)$"}, "offset": DIGITS}
_MINUTE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d$"}
_TEMPLATE_SENT = {
    "title": WORDS,
    "subject": WORDS,
    "body": WORDS,
    "description": TEXT,
    "text_body": TEXT,
    "lang": _LANGUAGE,
}
_TEMPLATE = record(
    "id title subject body lang_code",
    id=_ID,
    sub_user_login=TEXT,
    title=TEXT,
    description=TEXT,
    lang_code=TEXT,
    subject=TEXT,
    attachments=TEXT,
    screenshot_url=TEXT,
    fullsize_screenshot_url=TEXT,
    created=_MOMENT,
    updated=_MOMENT,
    message_format=one_of("block", "raw_html", "text"),
    type=one_of("user", "system"),
    body=TEXT,
    raw_body=nullable(TEXT),
)
_LETTER_SENT = {
    "sender_name": WORDS,
    "sender_email": {"type": "string", "format": "email"},
    "subject": WORDS,
    "body": WORDS,
    "list_id": DIGITS,
    "text_body": TEXT,
    "lang": _LANGUAGE,
}
_LETTER_TOLD = {
    "id": _ID,
    "sub_user_login": TEXT,
    "list_id": _ID,
    "service_type": one_of("email", "sms"),
    "lang_code": TEXT,
    "message_format": TEXT,
    "created": _MOMENT,
    "sender_email": TEXT,
    "sender_name": TEXT,
    "subject": TEXT,
}


def _call(answer, required="", **arguments):
    return (
        record(f"api_key {required}", **_KEY, **arguments),
        record("result", result=answer),
    )


_EMPTY = {"anyOf": [record(), {"type": "array", "maxItems": 0}]}
SCHEMAS = {
    "/getUserInfo": _call(record("login", login=TEXT, email=TEXT, timezone=TEXT), login=TEXT),
    "/getFields": _call(
        listed(record("id name", id=_ID, name=TEXT, type=_TYPE, is_visible=NUMBER, view_pos=NUMBER))
    ),
    "/createField": _call(_MADE, "name type", name=_NAME, type=_TYPE, public_name=WORDS),
    "/updateField": _call(_MADE, "id name", id=DIGITS, name=_NAME, public_name=WORDS),
    "/deleteField": _call(_EMPTY, "id", id=DIGITS),
    "/getLists": _call(listed(record("id title", id=_ID, title=TEXT))),
    "/createList": _call(_MADE, "title", title=WORDS),
    "/updateList": _call(_EMPTY, "list_id", list_id=DIGITS, title=WORDS),
    "/deleteList": _call(_EMPTY, "list_id", list_id=DIGITS),
    "/getTemplates": _call(listed(_TEMPLATE), type=one_of("user", "system"), **_PAGE),
    "/createEmailTemplate": _call(
        record("template_id", template_id=NUMBER), "title subject body", **_TEMPLATE_SENT
    ),
    "/updateEmailTemplate": _call(_EMPTY, "template_id", template_id=DIGITS, **_TEMPLATE_SENT),
    "/deleteTemplate": _call(_EMPTY, "template_id", template_id=DIGITS),
    "/listMessages": _call(
        listed(record("id", updated=_MOMENT, segment_id=nullable(_ID), **_LETTER_TOLD)),
        "date_from date_to",
        date_from=_MINUTE,
        date_to=_MINUTE,
        **_PAGE,
    ),
    "/getMessage": _call(
        record(
            "id",
            last_update=_MOMENT,
            body=TEXT,
            text_body=TEXT,
            active_version_id=nullable(_ID),
            wrap_type=TEXT,
            images_behavior=TEXT,
            **_LETTER_TOLD,
        ),
        "id",
        id=DIGITS,
    ),
    "/createEmailMessage": _call(
        record("message_id", message_id=NUMBER),
        "sender_name sender_email subject body list_id",
        **_LETTER_SENT,
    ),
    "/updateEmailMessage": _call(
        record("message_id", message_id=NUMBER), "id", id=DIGITS, **_LETTER_SENT
    ),
    "/deleteMessage": _call(_EMPTY, "message_id", message_id=DIGITS),
    "/getCampaigns": _call(
        listed(record("id message_id", id=_ID, message_id=_ID, status=TEXT)), limit=DIGITS
    ),
}
_CODES = {401: "invalid_api_key", 429: "api_call_limit_exceeded_for_api_key"}


class UnisenderStandIn(StandIn):
    """Unisender as far as we call it, with its habits: forms, ids alone, errors with status 200."""

    platform = "unisender"
    schemas = SCHEMAS
    case = CASE

    def __init__(self, folder=None):
        super().__init__(folder)
        self.fields, self.mailing, self.templates, self.letters = {}, {}, {}, {}
        self.campaigns, self.clock = {}, 100

    def authorised(self, exchange):
        return exchange.form.get("api_key") == CANARY

    def lists(self, exchange):
        return exchange.path.startswith(("/list", "/get"))

    def refusal(self, status, words):
        return 200, {"error": words, "code": _CODES.get(status, "retry_later")}

    def handle(self, exchange):  # noqa: C901, PLR0911, PLR0912 - a table of calls
        asked = exchange.form
        match exchange.path[1:]:
            case "getUserInfo":
                return _done({"login": "shop", "email": "hello@shop.example"})
            case "getFields":
                return _done(list(self.fields.values()))
            case "createField":
                return self._named(self.fields, "name", asked, _field)
            case "updateField" if asked["id"] in self.fields:
                self.fields[asked["id"]]["name"] = asked["name"]
                return _done({"id": int(asked["id"])})
            case "deleteField" if asked["id"] in self.fields:
                del self.fields[asked["id"]]
                return _done([])
            case "getLists":
                return _done(list(self.mailing.values()))
            case "createList":
                return self._named(self.mailing, "title", asked, _list)
            case "updateList" if asked["list_id"] in self.mailing:
                self.mailing[asked["list_id"]]["title"] = asked["title"]
                return _done([])
            case "deleteList" if asked["list_id"] in self.mailing:
                del self.mailing[asked["list_id"]]
                return _done([])
            case "getTemplates":
                return _done(_page([_told(one) for one in self.templates.values()], asked))
            case "createEmailTemplate":
                return self._written(self.templates, None, "template_id", asked)
            case "updateEmailTemplate" if asked["template_id"] in self.templates:
                return self._written(self.templates, asked["template_id"], "template_id", asked)
            case "deleteTemplate" if asked["template_id"] in self.templates:
                del self.templates[asked["template_id"]]
                return _done([])
            case "listMessages":
                return _done(_page([_listed(one) for one in self.letters.values()], asked))
            case "getMessage" if asked["id"] in self.letters:
                return _done(_letter(self.letters[asked["id"]]))
            case "createEmailMessage" if asked["list_id"] in self.mailing:
                return self._written(self.letters, None, "message_id", asked)
            case "updateEmailMessage" if asked["id"] in self.letters:
                return self._written(self.letters, asked["id"], "message_id", asked)
            case "deleteMessage" if asked["message_id"] in self.letters:
                del self.letters[asked["message_id"]]
                return _done([])
            case "getCampaigns":
                return _done(list(self.campaigns.values()))
        return _refused("no such object")

    def _named(self, kept, key, asked, made):
        if any(one[key] == asked[key] for one in kept.values()):
            return _refused(f"{key} is taken")
        self.clock += 1
        kept[str(self.clock)] = made(self.clock, asked)
        return _done({"id": self.clock})

    def _written(self, kept, id_, name, asked):
        if "REFUSED" in asked.get("title", ""):
            return _refused("this title is not nice")
        self.clock += 1
        own = id_ or str(self.clock)
        moment = f"2026-03-01 10:00:{self.clock % 60:02d}"
        sent = {key: one for key, one in asked.items() if key not in {"api_key", "id", name}}
        before = kept.get(own, {"created": moment})
        kept[own] = {"lang": "ru", **before, **sent, "id": int(own), "updated": moment}
        return _done([] if id_ and kept is self.templates else {name: int(own)})

    def objects(self):
        """Return `(id, object)` of everything in the account."""
        return [
            (key, dict(one))
            for kept in (self.fields, self.mailing, self.templates, self.letters)
            for key, one in kept.items()
        ]

    def hand_edit(self):
        """Edit what the case says, as a person would."""
        with self.guard:
            one = next(o for o in self.mailing.values() if o["title"] == "[shop] Новости")
            one["title"] = "[shop] Новости (UI)"


def _field(id_, asked):
    return {"id": id_, "name": asked["name"], "type": asked["type"], "is_visible": 1, "view_pos": 1}


def _list(id_, asked):
    return {"id": id_, "title": asked["title"]}


def _told(one):
    """Return a template as Unisender lists it: all but its text part."""
    kept = {key: one[key] for key in ("title", "subject", "body", "created", "updated")}
    return {
        **kept,
        "id": str(one["id"]),
        "description": one.get("description", ""),
        "lang_code": one["lang"],
        "message_format": "raw_html",
        "type": "user",
        "raw_body": None,
        "attachments": "",
    }


def _listed(one):
    kept = ("list_id", "sender_name", "sender_email", "subject", "created", "updated")
    return {
        **{key: one[key] for key in kept},
        "id": one["id"],
        "service_type": "email",
        "lang_code": one["lang"],
        "segment_id": None,
    }


def _letter(one):
    made = {
        key: value for key, value in _listed(one).items() if key not in {"updated", "segment_id"}
    }
    texts = {"body": one["body"], "text_body": one.get("text_body", "")}
    return {**made, **texts, "last_update": one["updated"], "active_version_id": None}


def _page(found, asked):
    start = int(asked.get("offset", 0))
    return found[start : start + int(asked.get("limit", 50))]


def _done(result):
    return 200, {"result": result}


def _refused(words):
    return 200, {"error": words, "code": "invalid_arg"}
