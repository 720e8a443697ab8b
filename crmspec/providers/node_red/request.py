"""Webhooks: a node that sets what is sent, and one that sends it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from crmspec.diagnostics import text
from crmspec.providers.node_red.wiring import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.engine.body import Body
    from crmspec.ir.action import Webhook
    from crmspec.providers.node_red.wiring import End, Wiring
    from crmspec.providers.rest import Untold


def request(wiring: Wiring, untold: Untold, step: Webhook, id_: str, ends: list[End]) -> list[End]:
    """Add a fixed request behind open ends; what is answered is not kept."""
    call = step.webhook
    texts = [call.url, *call.headers.values(), *call.query.values()]
    written = [one.source for one in texts] + [json.dumps(call.body)]
    templates = any("{{" in one or "{%" in one or VARIABLE.fullmatch(one) for one in written)
    if templates or call.auth or call.save or call.retries or call.timeout:
        said = text(
            "Node-RED gets fixed requests only, without `auth`, `save`, `retries` and `timeout`"
        )
        untold.lack("step", "webhook", step, said)
    ends = wiring.add(ends, f"{id_}.body", "change", {"rules": before(call.body)})
    query = urlencode([(name, one.source) for name, one in call.query.items()])
    sign = "&" if "?" in call.url.source else "?"
    fields: Body = {
        "method": call.method,
        "url": call.url.source + (f"{sign}{query}" if query else ""),
        "headers": headers({name: one.source for name, one in call.headers.items()}),
    }
    return wiring.add(ends, id_, "http request", fields)


def before(body: object) -> list[Body]:
    """Return the rules that set what is sent."""
    rules: list[Body] = [{"t": "delete", "p": "headers", "pt": "msg"}]
    if body is None:
        return [*rules, {"t": "delete", "p": "payload", "pt": "msg"}]
    told = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return [*rules, {"t": "set", "p": "payload", "pt": "msg", "to": told, "tot": "json"}]


def headers(values: Mapping[str, str]) -> list[Body]:
    """Return headers as the node has them."""
    return [
        {"keyType": "other", "keyValue": name, "valueType": "other", "valueValue": one}
        for name, one in values.items()
    ]
