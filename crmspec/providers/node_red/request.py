"""Webhooks: a node that sets what is sent, and one that sends it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from crmspec.diagnostics import text
from crmspec.providers.node_red.wiring import VARIABLE

if TYPE_CHECKING:
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
    rules: list[Body] = [{"t": "delete", "p": "headers", "pt": "msg"}]
    if call.body is None:
        rules.append({"t": "delete", "p": "payload", "pt": "msg"})
    else:
        body = json.dumps(call.body, ensure_ascii=False, sort_keys=True)
        rules.append({"t": "set", "p": "payload", "pt": "msg", "to": body, "tot": "json"})
    ends = wiring.add(ends, f"{id_}.body", "change", {"rules": rules})
    query = urlencode([(name, one.source) for name, one in call.query.items()])
    sign = "&" if "?" in call.url.source else "?"
    fields: Body = {
        "method": call.method,
        "url": call.url.source + (f"{sign}{query}" if query else ""),
        "headers": [
            {"keyType": "other", "keyValue": name, "valueType": "other", "valueValue": one.source}
            for name, one in call.headers.items()
        ],
    }
    return wiring.add(ends, id_, "http request", fields)
