"""A stand-in for Tryton 6.0, which has no REST: the same models over JSON-RPC, with a session.

It is written after what the real one answers; `tests/live` runs the same things there.
"""

from __future__ import annotations

from base64 import b64encode
from copy import deepcopy
from dataclasses import replace
from itertools import count
from typing import ClassVar

from jsonschema import Draft202012Validator

from tests.contract.rest import CANARY
from tests.contract.tryton import ACTIVITY, SCENARIO, SCHEMAS, RefusedError, TrytonStandIn
from tests.contract.tryton_shop import CASE

USER = "crmspec"
_STATED = {"name", "model", "domain", "state", "activities", "create_date", "write_date"}
_FIELDS = {
    SCENARIO: _STATED | {"write_uid.name", "_timestamp"},
    ACTIVITY: {
        *("name", "parent", "event", "negative", "condition", "delay", "action", "children"),
        *("email_from", "email_title", "email_template"),
        *("create_date", "write_date", "write_uid.name", "_timestamp"),
    },
}
_ENVELOPE = {
    "type": "object",
    "required": ["id", "method", "params"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer"},
        "method": {"type": "string"},
        "params": {"type": "array"},
    },
}


def _schema():
    """Return what scenarios of 6.0 are written as."""
    made = deepcopy(SCHEMAS["written"][0])
    del made["properties"]["unsubscribable"]
    return made


class ConcurrencyError(Exception):
    """A record was written since it was read."""


class TrytonRpcStandIn(TrytonStandIn):
    """The same records; errors come with a status of 200, and stamps are compared.

    `address` is where its database listens, `fields` are what its models have.
    """

    address: ClassVar = "/crm/"
    fields: ClassVar = _FIELDS

    schemas: ClassVar = {"envelope": (_ENVELOPE, {}), "written": (_schema(), {})}
    case = replace(
        CASE,
        options={"database": "crm", "user": USER},
        changes=[one for one in CASE.changes if one[0] != "what sells"],
    )

    def __init__(self, folder=None):
        super().__init__(folder)
        self.sessions, self.ticks = set(), count(1)

    # -- the session --------------------------------------------------------------------------

    def authorised(self, exchange):
        if exchange.path != self.address or exchange.body["method"] == "common.db.login":
            return True
        pairs = {b64encode(f"{USER}:1:{one}".encode()).decode() for one in self.sessions}
        return exchange.headers.get("authorization", "").removeprefix("Session ") in pairs

    def lists(self, exchange):
        return exchange.path == self.address and exchange.body["method"].endswith(".search_read")

    def _login(self, user, parameters):
        if (user, parameters) != (USER, {"password": CANARY}):
            return 401, None
        self.sessions.add(f"session-{next(self.ticks)}-{CANARY[::-1]}")
        return 200, [1, max(self.sessions)]

    # -- methods ------------------------------------------------------------------------------

    def handle(self, exchange):
        if exchange.path != self.address:
            return 405, None
        method, asked = exchange.body["method"], exchange.body["params"]
        if method == "common.db.login":
            status, result = self._login(*asked)
            return status, result and {"id": 1, "result": result}
        try:
            with self.whole():
                return 200, {"id": 1, "result": self._called(method, asked)}
        except RefusedError as error:
            return 200, {"id": 1, "error": ["UserError", [str(error), "", None]]}
        except ConcurrencyError:
            return 200, {"id": 1, "error": ["ConcurrencyException", "Records were modified"]}
        except KeyError as error:
            return 200, {"id": 1, "error": [str(error), "Traceback: ..."]}

    def _called(self, method, asked):
        if method == "common.db.logout":
            return self.sessions.clear()
        model, _, verb = method.removeprefix("model.").rpartition(".")
        known = self.fields.get(model, {"name", "_timestamp"})
        match verb, asked:
            case "fields_get", [names, _]:
                return {name: {"name": name} for name in names if name in known}
            case "search_read", [*what, fields, _]:
                _judged(known, fields)
                return [dict(_asked(one, ["id", *fields])) for one in self._searched(model, *what)]
            case "create", [[values], _]:
                return [self.make(model, _judged(known, values))]
        return self._done(model, verb, *asked)

    def _searched(self, model, domain, *span):
        if model == "ir.module":
            return [{"id": 7, "name": "marketing_automation"}]
        offset, limit, order = span
        assert order == [["id", "ASC"]]
        return self.found(model, domain, offset, limit)

    def _done(self, model, verb, ids, *more):
        (id_,), (*values, context) = ids, more
        if id_ not in self.kept[model]:
            if verb == "delete":
                return None
            raise RefusedError(f'You are trying to write to records "{id_}"')
        self._compared(model, id_, *values, seen=context.get("_timestamp", {}))
        if verb == "write":
            return self.write(model, id_, _judged(self.fields[model], *values))
        return self.delete(model, id_) if verb == "delete" else self._pressed(id_, verb)

    def _pressed(self, id_, button):
        self.press(id_, button)
        self.kept[SCENARIO][id_]["_timestamp"] = str(next(self.ticks))

    def _compared(self, model, id_, values=None, *, seen):
        """Refuse to write what was written since it was read."""
        written = {f"{model},{id_}"}
        for order, what, *_ in (values or {}).get("activities", ()):
            if order in {"write", "delete"}:
                written |= {f"{ACTIVITY},{one}" for one in what}
        for key in written & seen.keys():
            name, _, number = key.partition(",")
            if self.kept[name][int(number)]["_timestamp"] != seen[key]:
                raise ConcurrencyError

    def write(self, model, id_, data):
        super().write(model, id_, data)
        self.kept[model][id_]["_timestamp"] = str(next(self.ticks))

    def conform(self, exchange):
        """Make sure that calls are such, and scenarios written as the models of 6.0 have them."""
        if exchange.path != self.address:
            return
        Draft202012Validator(self.schemas["envelope"][0]).validate(exchange.body)
        method, asked = exchange.body["method"], exchange.body["params"]
        written = {"create": lambda: asked[0][0], "write": lambda: asked[1]}
        if method.rpartition(".")[2] in written and b'"error"' not in exchange.answer:
            values = written[method.rpartition(".")[2]]()
            Draft202012Validator(self.schemas["written"][0]).validate(values)


class NewTrytonRpcStandIn(TrytonRpcStandIn):
    """Tryton 8.0, which speaks JSON-RPC elsewhere and has one more field."""

    address = "/crm/rpc/"
    fields: ClassVar = {**_FIELDS, SCENARIO: _FIELDS[SCENARIO] | {"unsubscribable"}}
    schemas: ClassVar = {**TrytonRpcStandIn.schemas, **SCHEMAS}


def _judged(known, names):
    for name in names:
        if name not in known:
            raise KeyError(name)
    return names


def _asked(row, fields):
    """Yield the fields that are asked for, those of related records below one with a dot."""
    for name in fields:
        first, dot, second = name.partition(".")
        if not dot:
            yield name, row.get(name)
        elif row.get(first) is None:
            yield f"{first}.", None
        else:
            yield f"{first}.", {"id": row[first]["id"], second: row[first][second]}
