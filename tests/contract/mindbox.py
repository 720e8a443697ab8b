"""A stand-in for Mindbox's v3 API; each request is checked against schemas made from its pages.

developers.mindbox.ru/docs: v3, error_processing, import-field-values,
bulk-import-promocode-pools-v3, get-project-segments-list.
"""

from __future__ import annotations

import csv
import io

from tests.contract.rest import CANARY, Case, StandIn
from tests.contract.schema import conform

SHOP = """
attributes:
  tier: {title: "Уровень", type: enum, values: [gold, silver]}
  city: {title: "Город", type: enum, directory: cities, names: {main: CustomerCity}}
directories:
  cities: {values: {moscow: {title: "Москва; столица"}, kazan: {}}}
coupons:
  spring: {title: "Весна", pool: "mindbox:SpringPool"}
  autumn: {title: "Осень", pool: "own"}
"""

CASE = Case(
    source=SHOP,
    settings="on_unsupported: degrade\n",
    options={"endpoint": "shop.Website", "segmentations": "GetSegmentations", "folder": "shop"},
    counts=4,
    edit="",
    edited="",
    refused=('"Весна"', '"REFUSED"'),
    refused_at="spring",
    rehearses=False,
    marked=False,
    live=False,
    readable=False,
    changes=[
        ("a name", SHOP.replace('"Осень"', '"Зима"'), "coupon.autumn"),
        ("a value more", SHOP.replace("silver]", "silver, bronze]"), "attribute.tier"),
        ("a value less", SHOP.replace(", silver]", "]"), "attribute.tier"),
        ("what a value is called", SHOP.replace("Москва", "Moscow"), "attribute.city"),
    ],
)

_GUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_BULK = {
    "endpointId": {"type": "string", "minLength": 1},
    "operation": {"type": "string"},
    "csvCodePage": {"const": "65001"},
    "csvColumnDelimiter": {"const": ";"},
    "csvTextQualifier": {"const": '"'},
    "transactionId": {"type": "string", "pattern": _GUID},
}


def _query(**more):
    return {
        "type": "object",
        "properties": _BULK | more,
        "required": [*_BULK, *more],
        "additionalProperties": False,
    }


def _lines(*names):
    return {
        "type": "array",
        "prefixItems": [{"const": list(names)}],
        "minItems": 2,
        "items": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "minItems": len(names),
            "maxItems": len(names),
        },
    }


_FIELDS, _POOLS = "DirectCrm.CustomFieldEnumValues.Import", "DirectCrm.PromoCodeTypes.Import"
_TEXT = {"type": "string", "minLength": 1}
SCHEMAS = {
    _FIELDS: (
        _query(
            customFieldKindSystemName=_TEXT,
            customFieldKindEntityType={
                "enum": ["HC", "ProductInfo", "AR", "DC", "CA", "RO", "RP", "RLP", "POC"]
            },
        ),
        _lines("ExternalId", "Value"),
    ),
    _POOLS: (_query(folderSystemName=_TEXT), _lines("ExternalId", "Name")),
    "GetSegmentations": (
        {
            "type": "object",
            "properties": {"endpointId": _TEXT, "operation": _TEXT},
            "required": ["endpointId", "operation"],
            "additionalProperties": False,
        },
        {"type": "object", "maxProperties": 0},
    ),
}
"""Operation → what its query and its body look like."""


class MindboxStandIn(StandIn):
    """Mindbox as far as we call it, with its habits: queued imports, errors with a 200."""

    platform = "mindbox"
    schemas = SCHEMAS
    case = CASE

    def __init__(self, folder=None):
        super().__init__(folder)
        self.fields, self.pools, self.done = {}, {}, set()
        self.segmentations = []

    def authorised(self, exchange):
        return exchange.headers.get("authorization") == f"SecretKey {CANARY}"

    def refusal(self, status, words):
        kind = "InternalServerError" if status >= 500 else "ProtocolError"
        return status, {"status": kind, "errorMessage": words, "httpStatusCode": status}

    def handle(self, exchange):
        operation = exchange.query.get("operation")
        way = "sync" if operation == "GetSegmentations" else "bulk"
        if exchange.method != "POST" or exchange.path != f"/v3/operations/{way}":
            return 404, None
        if way == "sync":
            return 200, {"status": "Success", "segmentations": self.segmentations}
        return self._queued(operation, exchange.query, _rows(exchange.data)[1:])

    def lists(self, exchange):
        return exchange.path.endswith("/sync")

    def conform(self, exchange):
        query, body = self.schemas[exchange.query["operation"]]
        conform(query, exchange.query)
        if exchange.path.endswith("/sync"):
            conform(body, exchange.body)
        else:
            assert exchange.headers["content-type"] == "text/csv;charset=utf-8"
            conform(body, _rows(exchange.data))

    def _queued(self, operation, query, rows):
        if query["transactionId"] in self.done:
            return 200, {"status": "TransactionAlreadyProcessed"}
        if any("REFUSED" in cell for row in rows for cell in row):
            said = {"message": "не является корректным названием", "location": "/Name"}
            return 200, {"status": "ValidationError", "validationMessages": [said]}
        self.done.add(query["transactionId"])
        if operation == _POOLS:
            self.pools |= dict(rows)
        else:
            self.fields.setdefault(query["customFieldKindSystemName"], {}).update(rows)
        return 200, {"status": "Success"}

    def objects(self):
        """Return `(name, object)` of every field with values and every pool."""
        return [*self.fields.items(), *self.pools.items()]


def _rows(data):
    return list(csv.reader(io.StringIO(data.decode()), delimiter=";"))
