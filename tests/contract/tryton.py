"""A stand-in for the REST interface of Tryton 8.0, written after what the real one answers.

`tests/live` runs the same things on the real one. Requests are checked against schemas made by
hand from the models of the module.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from contextlib import contextmanager
from xml.etree import ElementTree as ET

from jsonschema import Draft202012Validator

from tests.contract.rest import StandIn
from tests.contract.tryton_shop import CASE

SCENARIO = "marketing.automation.scenario"
ACTIVITY = "marketing.automation.activity"
WAITING = "marketing.automation.record.activity"

_TEXT = {"type": ["string", "null"]}
_DELAY = {
    "type": ["object", "null"],
    "required": ["__class__", "seconds"],
    "properties": {
        "__class__": {"const": "timedelta"},
        "seconds": {"type": "number", "minimum": 0},
    },
    "additionalProperties": False,
}
_ORDER = {
    "oneOf": [
        {
            "prefixItems": [
                {"const": "create"},
                {"type": "array", "items": {"$ref": "#/$defs/new"}},
            ],
            "minItems": 2,
            "maxItems": 2,
        },
        {
            "prefixItems": [
                {"const": "write"},
                {"type": "array", "items": {"type": "integer"}},
                {"$ref": "#/$defs/activity"},
            ],
            "minItems": 3,
            "maxItems": 3,
        },
        {
            "prefixItems": [
                {"enum": ["delete", "add"]},
                {"type": "array", "items": {"type": "integer"}},
            ],
            "minItems": 2,
            "maxItems": 2,
        },
    ]
}
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "model": {"const": "party.party"},
        "domain": {"type": "string"},
        "unsubscribable": {"type": "boolean"},
        "activities": {"type": "array", "items": {"$ref": "#/$defs/order"}},
    },
    "$defs": {
        "order": _ORDER,
        "new": {"allOf": [{"$ref": "#/$defs/activity"}, {"required": ["name"]}]},
        "activity": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "parent": {"type": "string"},
                "event": {"enum": [None, "email_opened", "email_clicked"]},
                "negative": {"type": "boolean"},
                "condition": _TEXT,
                "delay": _DELAY,
                "action": {"enum": [None, "send_email"]},
                "email_from": _TEXT,
                "email_title": _TEXT,
                "email_template": _TEXT,
                "children": {"type": "array", "items": {"$ref": "#/$defs/order"}},
            },
        },
    },
}
SCHEMAS = {"written": (_SCHEMA, {})}
"""What is asked → what its body must be, and what its answer is."""
_STATES = {
    ("draft", "run"): "running",
    ("running", "stop"): "stopped",
    ("stopped", "draft"): "draft",
}


class RefusedError(Exception):
    """What Tryton answers with 400 and some words."""


class TrytonStandIn(StandIn):
    """Scenarios and activities, with Tryton's habits: 0 and 1, floats, orphans, no markers."""

    platform = "tryton"
    schemas = SCHEMAS
    case = CASE

    def __init__(self, folder=None):
        super().__init__(folder)
        self.kept = {SCENARIO: {}, ACTIVITY: {}, WAITING: {}}
        self.clock = 0

    def refusal(self, status, words):
        return status, {"status": status, "message": words, "description": ""}

    def handle(self, exchange):
        database, rest, word, model, *more = exchange.path.strip("/").split("/")
        assert (database, rest, word) == ("crm", "rest", "model")
        if model == "ir.module":
            return 200, [{"id": 7, "__name__": "ir.module", "name": "marketing_automation"}]
        try:
            with self.whole():
                return self._model(exchange, model, more)
        except RefusedError as error:
            return self.refusal(400, str(error))

    @contextmanager
    def whole(self):
        """Do all of something, or nothing."""
        before = json.dumps(self.kept)
        try:
            yield
        except Exception:
            self.kept = {
                name: {int(id_): row for id_, row in rows.items()}
                for name, rows in json.loads(before).items()
            }
            raise

    def conform(self, exchange):
        """Make sure that scenarios are written as the module's models have them."""
        last = exchange.path.rpartition("/")[2]
        if exchange.status >= 400 or exchange.method not in {"POST", "PUT"} or last.isalpha():
            return
        asked, _ = self.schemas["written"]
        Draft202012Validator(asked).validate(exchange.body)

    def _model(self, exchange, model, more):
        if not more and exchange.method == "GET":
            query = exchange.query
            domain = _decoded(query["d"]) if "d" in query else []
            assert _decoded(query["o"]) == [["id", "ASC"]]
            return 200, self.found(model, domain, int(query.get("p", 0)), int(query["s"]))
        if not more:
            return 200, self._told(model, self.make(model, exchange.body))
        id_ = int(more[0])
        if id_ not in self.kept[model]:
            return 404, None
        match exchange.method, more[1:]:
            case "PUT", []:
                self.write(model, id_, exchange.body)
            case "DELETE", []:
                self.delete(model, id_)
                return 204, None
            case "POST", [button]:
                self.press(id_, button)
        return 200, self._told(model, id_)

    # -- reading ------------------------------------------------------------------------------

    def found(self, model, domain, start, count):
        """Return some of the records that fit a domain."""
        rows = [self._told(model, id_) for id_ in sorted(self.kept[model])]
        rows = [row for row in rows if all(_fits(row, *clause) for clause in domain)]
        return rows[start : start + count]

    def _told(self, model, id_):
        row = self.kept[model][id_]
        told = {"id": id_, "__name__": model, **row}
        for name, value in row.items():
            if isinstance(value, bool):
                told[name] = int(value)
        if row.get("delay") is not None:
            told["delay"] = {"__class__": "timedelta", "seconds": float(row["delay"]["seconds"])}
        return told

    # -- writing ------------------------------------------------------------------------------

    def make(self, model, data):
        """Make a record and what is below it; return its id."""
        self.clock += 1
        id_ = self.clock
        moment = {"year": 2026, "month": 3, "day": 1, "hour": 10, "minute": 0, "second": 0}
        base = {"create_date": {"__class__": "datetime", **moment}, "write_date": None}
        base |= {"write_uid": None}
        if model == SCENARIO:
            base |= {"name": None, "domain": "[]", "unsubscribable": False, "state": "draft"}
        else:
            names = ("event", "condition", "delay", "action")
            base |= dict.fromkeys((*names, "email_from", "email_title", "email_template"))
            base |= {"negative": False}
        self.kept[model][id_] = base
        self.write(model, id_, data)
        return id_

    def write(self, model, id_, data):
        """Change a record and what is below it."""
        row = self.kept[model][id_]
        moment = {"year": 2026, "month": 3, "day": 2, "hour": 10, "minute": 0, "second": 0}
        row["write_date"] = {"__class__": "datetime", **moment}
        row["write_uid"] = {"id": 1, "name": "Administrator"}
        for name, value in data.items():
            if name not in {"activities", "children"}:
                row[name] = value.strip() if isinstance(value, str) else value
        for order in (*data.get("activities", ()), *data.get("children", ())):
            self._do(f"{model},{id_}", *order)
        self._judge(model, row)

    def _do(self, parent, order, what, values=None):
        for one in what:
            if order == "create":
                self.make(ACTIVITY, {**one, "parent": parent})
            elif order == "add":
                self.kept[ACTIVITY][one]["parent"] = parent
            elif order == "write":
                self.write(ACTIVITY, one, values)
            else:
                del self.kept[ACTIVITY][one]

    def _judge(self, model, row):
        """Refuse what the models of Tryton refuse."""
        if "REFUSED" in (row["name"] or ""):
            raise RefusedError("REFUSED is not nice")
        if model == SCENARIO and not isinstance(json.loads(row["domain"]), list):
            raise RefusedError("Invalid domain")
        if model == SCENARIO:
            return
        if row["negative"] and row["delay"] is None:
            raise RefusedError('A value is required for field "Delay"')
        if row["action"] and not (row["email_title"] and row["email_template"]):
            raise RefusedError('A value is required for field "Email Title"')
        if row["event"]:
            kind, _, id_ = row["parent"].partition(",")
            if kind != ACTIVITY or self.kept[ACTIVITY][int(id_)]["action"] != "send_email":
                raise RefusedError('The value for field "Event" is not valid')
        if row["email_template"]:
            try:
                ET.fromstring(row["email_template"])
            except ET.ParseError as error:
                raise RefusedError(f"Invalid email template: {error}") from error

    def delete(self, model, id_):
        """Delete a record, and leave what is below it behind."""
        del self.kept[model][id_]
        for row in self.kept[ACTIVITY].values():
            if row["parent"] == f"{model},{id_}":
                row["parent"] = None

    def press(self, id_, button):
        """Bring a scenario to another state."""
        row = self.kept[SCENARIO][id_]
        state = _STATES.get((row["state"], button))
        if state is None:
            raise RefusedError(f'You can not call "{button}"')
        row["state"] = state

    # -- for tests ----------------------------------------------------------------------------

    def objects(self):
        """Return `(name, object)` of the scenarios, and of activities that belong to none."""
        known = {f"{model},{id_}" for model, rows in self.kept.items() for id_ in rows}
        orphans = [row for row in self.kept[ACTIVITY].values() if row["parent"] not in known]
        rows = [*self.kept[SCENARIO].values(), *orphans]
        return [(row["name"], dict(row)) for row in rows]

    def hand_edit(self):
        """Edit what the case says, as a person would."""
        with self.guard:
            for row in self.kept[SCENARIO].values():
                row["name"] = row["name"].replace("Покупателям [", "Покупателям (UI) [")


def _decoded(text):
    return json.loads(urlsafe_b64decode(text))


def _fits(row, name, operator, value):
    found = row[name]
    match operator:
        case "=":
            return found == value
        case "in":
            return found in value
        case "like":
            return re.fullmatch(_pattern(value), found or "") is not None


def _pattern(like):
    """Return a pattern of SQL, where nothing takes the meaning of `_` and `%` away."""
    return "".join({"%": ".*", "_": "."}.get(one, re.escape(one)) for one in like)
