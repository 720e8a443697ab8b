"""What Node-RED can express; sources are pages of nodered.org and modules of its own packages."""

from __future__ import annotations

from crmspec.diagnostics import text
from crmspec.lower.capability import Budget, Capabilities, Row, Support, lowered
from crmspec.providers.rest.table import native, whole

_NODES = "nodered.org/docs/user-guide/nodes"
_CORE = "@node-red/nodes/core"
_MAIL = "flows.nodered.org/node/node-red-node-email"

_UNDEPLOYED = {
    "consent": text("Node-RED knows no customers, and asks nobody for consent"),
    "channel_group": text("Node-RED knows no customers, and chooses no channel"),
    "list": text("Node-RED knows no customers, so it has no lists"),
    "segment": text("Node-RED knows no customers, so it has no segments"),
    "feed": text("Node-RED has no feeds; a `webhook` step calls"),
    "coupon": text("Node-RED keeps no coupons"),
    "frequency": text("Node-RED does not count what a customer was sent"),
    "goal": text("Node-RED measures no goals"),
    "experiment": text("Node-RED measures no declared experiments"),
    "object": text("Node-RED keeps no objects"),
    "exclusive": text("Node-RED has no exclusive groups"),
    "broadcast": text("Node-RED knows no customers to send a broadcast to"),
}

CAPABILITIES = Capabilities(
    platform="node_red",
    title="Node-RED",
    revision="v2",
    rows=whole(
        {
            "kind": native("nodered.org/docs/api/admin/methods/post/flow", "chain")
            | lowered("fold", "attribute event channel message block layout tag")
            | {kind: Row(Support.NONE, note=note) for kind, note in _UNDEPLOYED.items()},
            "trigger": native(f"{_CORE}/network/21-httpin.js", "api")
            | {
                "event": Row(
                    Support.DEVIATES,
                    note=text(
                        "your application posts the event to the address of each chain that it"
                        " starts, and repeated ones are taken too (semantics 3.2)"
                    ),
                    source=f"{_CORE}/network/21-httpin.js",
                ),
            },
            "condition": native("docs.jsonata.org/boolean-operators", "all any not none trigger"),
            "step": native(_MAIL, "send")
            | native(f"{_NODES}#delay", "wait")
            | native(f"{_NODES}#switch", "branch switch exit")
            | native(f"{_CORE}/network/21-httprequest.js", "webhook")
            | native("", "note")
            | lowered("jump", "jump")
            | lowered("experiment", "experiment")
            | {
                "split": Row(
                    Support.DEVIATES,
                    note=text("it draws anew at each passage (semantics 7.32)"),
                    source="docs.jsonata.org/numeric-functions#random",
                ),
            },
            "channel": native(_MAIL, "email"),
            "wait": {
                "for": Row(
                    Support.DEVIATES,
                    note=text(
                        "waits are kept in memory: who waits drops out when the chain is changed or"
                        " the server stops (semantics 10.4)"
                    ),
                    source=f"{_CORE}/function/89-delay.js",
                ),
            }
            | lowered("months", "months"),
            "policy": native(f"{_CORE}/network/21-httpin.js", "reentry")
            | lowered("only", "only unless")
            | lowered("holdout", "holdout")
            | {
                "priority": Row(
                    Support.DEVIATES, note=text("no chain goes before another (semantics 6.19)")
                ),
                "exclusive": Row(
                    Support.DEVIATES,
                    note=text("chains do not keep each other out (semantics 6.26)"),
                ),
                "goal": Row(
                    Support.DEVIATES,
                    note=text("nobody notes that a goal is reached (semantics 4.8)"),
                ),
                "goal_exit": Row(
                    Support.DEVIATES, note=text("a goal ends nothing (semantics 4.9)")
                ),
            },
        }
    ),
    budgets=(
        Budget(
            endpoint="*",
            calls=10,
            seconds=1,
            burst=10,
            source="our own choice: none is published, and the server makes one change at a time",
        ),
    ),
    dialect="node_red",
)

UNHEEDED = ("api_revision", "events_namespace", "region", "extensions")
"""Settings of a target that change nothing for Node-RED."""

LONGEST_DELAY = 24 * 86_400
"""How many seconds one delay node may last: timers of Node.js go off at once after 2³¹ ms."""
