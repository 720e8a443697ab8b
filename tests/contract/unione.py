"""A stand-in for UniOne's Web API, checked against schemas written from its reference.

The reference is docs.unione.io/en/web-api-ref, sections template-set, template-get, template-list,
template-delete, system-info, and the response schemas of the vendor's own SDK (unione-ruby,
config/response_schema/template.yml and system.yml).
"""

from __future__ import annotations

from copy import deepcopy
from uuid import UUID

from tests.contract.rest import CANARY, Case, StandIn
from tests.contract.schema import (
    ANYTHING,
    FLAG,
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
  first_name: {title: "Имя", type: string}
channels:
  email:
    type: email
    from: {name: Shop, email: hello@shop.example}
    reply_to: help@shop.example
blocks:
  line: {title: "Строка", template: "<li>{{ profile.city }}</li>"}
layouts:
  frame: {title: "Рамка", channel: email, template: "<html><body>{{ slots.content }}</body></html>"}
messages:
  receipt:
    title: "Чек"
    channel: email
    category: transactional
    subject: "Ваш чек"
    layout: frame
    file: receipt.html
  welcome:
    title: "Привет"
    channel: email
    category: transactional
    subject: "Привет, {{ profile.first_name | default('друг') }}"
    body: "<p>Рады вам</p>"
    text: "Рады вам, {{ profile.city }}"
    headers: {X-Kind: welcome}
"""
FILES = {"receipt.html": "<p>Спасибо!</p>\n<ul>{% include 'line' %}</ul>\n"}

CASE = Case(
    source=SHOP,
    files=FILES,
    counts=2,
    edit="message.welcome",
    edited="title: [shop] Привет (UI) on the target, [shop] Привет in the project",
    refused=('"Чек"', '"REFUSED"'),
    naming="[{project}] {title}",
    refused_at="receipt",
    rehearses=False,
    live=False,
    changes=[
        ("a subject", SHOP.replace("Ваш чек", "Чек"), "message.receipt"),
        ("a title", SHOP.replace('"Чек"', '"Квитанция"'), "message.receipt"),
        ("a body", SHOP.replace("<p>Рады", "<p>Очень рады"), "message.welcome"),
        ("a text", SHOP.replace('text: "Рады', 'text: "Мы рады'), "message.welcome"),
        ("a header less", SHOP.replace("    headers: {X-Kind: welcome}\n", ""), "message.welcome"),
        ("a layout", SHOP.replace("<html>", "<html lang='ru'>"), "message.receipt"),
        ("a block", SHOP.replace("<li>", "<li class='x'>"), "message.receipt"),
        ("a sender", SHOP.replace("name: Shop", "name: Магазин"), "message.receipt"),
        (
            "no answers",
            SHOP.replace("    reply_to: help@shop.example\n", ""),
            "message.welcome",
        ),
    ],
)

_UUID = {"type": "string", "format": "uuid"}
_MAIL = {"type": "string", "format": "email"}
_HEADERS = {
    "type": "object",
    "propertyNames": {"pattern": "^[Xx]-"},
    "additionalProperties": TEXT,
    "maxProperties": 50,
}
_METADATA = {
    "type": "object",
    "propertyNames": {"maxLength": 64},
    "additionalProperties": {"type": "string", "maxLength": 1024},
    "maxProperties": 10,
}
_FILE = record("type name content", type=WORDS, name=WORDS, content=WORDS)
_ENGINE = one_of("simple", "velocity", "liquid", "none")
_SENT = {
    "id": _UUID,
    "name": WORDS,
    "editor_type": one_of("html", "visual"),
    "template_engine": _ENGINE,
    "global_substitutions": {"type": "object"},
    "global_metadata": _METADATA,
    "body": record(html=TEXT, plaintext=TEXT, amp=TEXT),
    "subject": TEXT,
    "from_email": _MAIL,
    "from_name": TEXT,
    "reply_to": TEXT,
    "reply_to_name": TEXT,
    "track_links": FLAG,
    "track_read": FLAG,
    "headers": _HEADERS,
    "attachments": listed(_FILE),
    "inline_attachments": listed(_FILE),
}
_TOLD = {
    **_SENT,
    "body": record(
        "html plaintext amp", html=nullable(TEXT), plaintext=nullable(TEXT), amp=nullable(TEXT)
    ),
    "headers": {"anyOf": [_HEADERS, {"type": "array", "maxItems": 0}]},
    "global_metadata": {"anyOf": [_METADATA, {"type": "array", "maxItems": 0}]},
    "options": ANYTHING,
    "created": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"},
    "user_id": NUMBER,
    "project_id": TEXT,
    "project_name": TEXT,
}
_TEMPLATE = record(
    "id name editor_type subject from_name body headers attachments inline_attachments created"
    " user_id",
    **_TOLD,
)
_DONE = one_of("success")
_BY_ID = record("id", id=_UUID)
_BASE = "/transactional/api/v1"
SCHEMAS = {
    f"{_BASE}/system/info.json": (
        record(),
        record(
            "status user_id email",
            status=_DONE,
            user_id=NUMBER,
            email=_MAIL,
            project_id=TEXT,
            project_name=TEXT,
        ),
    ),
    f"{_BASE}/template/set.json": (
        record("template", template=record("name from_email", **_SENT)),
        record("status template", status=_DONE, template=_TEMPLATE),
    ),
    f"{_BASE}/template/get.json": (
        _BY_ID,
        record("status template", status=_DONE, template=_TEMPLATE),
    ),
    f"{_BASE}/template/list.json": (
        record(limit=NUMBER, offset=NUMBER),
        record("status templates", status=_DONE, templates=listed(_TEMPLATE)),
    ),
    f"{_BASE}/template/delete.json": (_BY_ID, record("status", status=_DONE)),
}


class UniOneStandIn(StandIn):
    """UniOne as far as we call it, with its habits: all POST, defaults, nulls, empty lists."""

    platform = "unione"
    schemas = SCHEMAS
    case = CASE

    def __init__(self, folder=None):
        super().__init__(folder)
        self.kept, self.clock = {}, 0

    def authorised(self, exchange):
        return exchange.headers.get("x-api-key") == CANARY

    def lists(self, exchange):
        return exchange.path.endswith("/list.json")

    def refusal(self, status, words):
        return status, {"status": "error", "code": 150, "message": words}

    def handle(self, exchange):
        asked = exchange.body
        match exchange.path.removeprefix(_BASE):
            case "/system/info.json":
                return _done(user_id=11344, email="hello@shop.example")
            case "/template/list.json":
                size = asked.get("limit", 50)
                start = asked.get("offset", 0)
                return _done(templates=list(self.kept.values())[start : start + size])
            case "/template/set.json":
                return self._set(asked["template"])
            case "/template/get.json" if asked["id"] in self.kept:
                return _done(template=self.kept[asked["id"]])
            case "/template/delete.json" if asked["id"] in self.kept:
                del self.kept[asked["id"]]
                return _done()
        return _refused(601, "Template not found")

    def _set(self, asked):
        id_ = asked.get("id")
        if id_ is not None and id_ not in self.kept:
            return _refused(601, "Template not found")
        if "REFUSED" in asked["name"]:
            return _refused(602, "Template name is missing")
        if any(one["name"] == asked["name"] and key != id_ for key, one in self.kept.items()):
            return _refused(603, "Template name already belongs to another template")
        self.clock += 1
        id_ = id_ or str(UUID(int=self.clock))
        self.kept[id_] = _made(asked, id_, f"2026-03-01 10:00:{self.clock % 60:02d}")
        return _done(template=self.kept[id_])

    def objects(self):
        """Return `(id, object)` of everything in the account."""
        return [(key, deepcopy(one)) for key, one in self.kept.items()]

    def hand_edit(self):
        """Edit what the case says, as a person would."""
        with self.guard:
            one = next(one for one in self.kept.values() if one["name"] == "[shop] Привет")
            one["name"] = "[shop] Привет (UI)"


def _made(asked, id_, moment):
    """Return a template as UniOne keeps it: what was not said has its default."""
    return {
        "editor_type": "html",
        "template_engine": "simple",
        "global_metadata": [],
        "subject": "",
        "from_name": "",
        "track_links": 1,
        "track_read": 1,
        "headers": [],
        "attachments": [],
        "inline_attachments": [],
        "options": {"unsubscribe_url": ""},
        **asked,
        "body": {"html": None, "plaintext": None, "amp": None, **asked.get("body", {})},
        "id": id_,
        "created": moment,
        "user_id": 11344,
    }


def _done(**more):
    return 200, {"status": "success", **more}


def _refused(code, words):
    return 400, {"status": "error", "code": code, "message": words}
