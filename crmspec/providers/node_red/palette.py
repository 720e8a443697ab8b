"""The types of nodes that we use, and what a node is unless it says otherwise.

Sources: the `defaults` of each type in the .html files of @node-red/nodes and node-red-node-email.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from crmspec.engine.body import Body

PALETTE: Final[dict[str, Body]] = {
    "http in": {"url": "", "method": "get", "upload": False, "skipBodyParsing": False},
    "http response": {"statusCode": "", "headers": {}},
    "http request": {
        "method": "GET",
        "ret": "txt",
        "paytoqs": "ignore",
        "url": "",
        "tls": "",
        "persist": False,
        "proxy": "",
        "insecureHTTPParser": False,
        "authType": "",
        "senderr": False,
        "headers": [],
    },
    "change": {"rules": []},
    "switch": {
        "property": "payload",
        "propertyType": "msg",
        "rules": [],
        "checkall": "true",
        "repair": False,
        "outputs": 1,
    },
    "delay": {
        "pauseType": "delay",
        "timeout": "",
        "timeoutUnits": "",
        "rate": "1",
        "nbRateUnits": "1",
        "rateUnits": "second",
        "randomFirst": "1",
        "randomLast": "5",
        "randomUnits": "seconds",
        "drop": False,
        "allowrate": False,
        "outputs": 1,
    },
    "template": {
        "field": "payload",
        "fieldType": "msg",
        "format": "handlebars",
        "syntax": "mustache",
        "template": "",
        "output": "str",
    },
    "e-mail": {
        "server": "",
        "port": "",
        "authtype": "BASIC",
        "saslformat": True,
        "token": "oauth2Response.access_token",
        "secure": True,
        "tls": True,
        "dname": "",
    },
}
"""Type → its fields and what they are by default; what is `""` is always said."""

_NAMED: Final = frozenset({"http in", "e-mail"})
"""Types that show their address; the name of an `e-mail` node is whom it writes to."""
_COMMON: Final = ("id", "type", "name", "wires")
_ARRANGED: Final = frozenset({"x", "y", "z", "w", "h", "g", "l", "inputLabels", "outputLabels"})
"""Where a node stands and how it looks, which people may change as they like."""


def written(node: Body) -> Body:
    """Return a node with all that the editor would write of it, named after its step."""
    name = "" if node["type"] in _NAMED else node["id"]
    return {"name": name, **PALETTE[str(node["type"])], **node}


def meant(node: Body) -> Body:
    """Return a node without what it is anyway, and without how it looks."""
    usual = PALETTE.get(str(node.get("type")))
    if usual is None:  # somebody put it there: all of it counts
        return {key: value for key, value in node.items() if key not in _ARRANGED}
    made = {key: node[key] for key in _COMMON if node.get(key)}
    if made.get("name") == made["id"]:
        del made["name"]
    if node.get("d"):
        made["d"] = True
    fields = ((key, _as(node.get(key, value), value), value) for key, value in usual.items())
    return made | {key: value for key, value, other in fields if value != other}


def _as(value: object, usual: object) -> object:
    """Return a number as text where the editor writes one."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number and isinstance(usual, str) else value


def types(body: Body) -> set[str]:
    """Return the types of nodes that a body needs."""
    return {str(node["type"]) for node in cast("list[Body]", body["nodes"])}
