"""What Tryton 8.0 can express; sources are pages of docs.tryton.org, and files of its modules."""

from __future__ import annotations

from crmspec.diagnostics import text
from crmspec.lower.capability import Capabilities, Row, Support, lowered
from crmspec.providers.rest.table import native, whole

_DOCS = "docs.tryton.org/8.0/modules-marketing-automation"
_ACTIVITY = f"{_DOCS}/design.html#activity"
_SCENARIO = f"{_DOCS}/design.html#scenario"
_PYSON = "docs.tryton.org/8.0/server/ref/pyson.html"
_DOMAIN = "docs.tryton.org/8.0/server/topics/domain.html"
_MODULE = "trytond_marketing_automation 8.0.1, marketing_automation.py"

_UNDEPLOYED = {
    "event": text("Tryton has no events of your own: scenarios look at its records"),
    "consent": text("Tryton knows who unsubscribed from a scenario, and no consents"),
    "channel_group": text("Tryton sends e-mail alone"),
    "list": text("members of mailing lists come from your data, not from a project"),
    "feed": text("Tryton has no feeds"),
    "coupon": text("Tryton keeps no coupons"),
    "frequency": text("Tryton has no frequency rules"),
    "goal": text("Tryton measures no goals"),
    "experiment": text("Tryton has no experiments"),
    "object": text("models of Tryton are Python, not configuration"),
    "exclusive": text("Tryton has no exclusive groups"),
    "broadcast": text("mailings of Tryton go to mailing lists, and at once; none is written"),
}

CAPABILITIES = Capabilities(
    platform="tryton",
    title="Tryton",
    revision="8.0",
    rows=whole(
        {
            "kind": native(_SCENARIO, "chain")
            | lowered("fold", "attribute channel segment message block layout tag")
            | {kind: Row(Support.NONE, note=note) for kind, note in _UNDEPLOYED.items()},
            "trigger": {
                "segment": Row(
                    Support.NATIVE,
                    note=text(
                        "with `backfill: true`; Tryton always takes in who is in the segment, and"
                        " looks when its scheduled task runs"
                    ),
                    source=_SCENARIO,
                )
            },
            "condition": native(f"{_PYSON}, {_DOMAIN}", "all any none not segment attribute")
            | {
                "message": Row(
                    Support.NATIVE,
                    note=text("only as what a `wait_for` right after the send waits for"),
                    source=_ACTIVITY,
                )
            },
            "step": native(_ACTIVITY, "send wait branch switch exit")
            | native("", "note")
            | lowered("jump", "jump")
            | {
                "wait_for": Row(
                    Support.NATIVE,
                    note=text("one arm, a reaction to the message that was just sent"),
                    source=f"{_MODULE}, Activity.event",
                )
            },
            "channel": native(_ACTIVITY, "email"),
            "wait": native(f"{_MODULE}, Activity.delay", "for") | lowered("months", "months"),
            "policy": native(_SCENARIO, "audience")
            | native(f"{_MODULE}, Record: one for each scenario and party", "reentry")
            | lowered("only", "only unless")
            | lowered("recheck", "recheck")
            | lowered("locales", "locales")
            | lowered("exit", "exit_if exit_audience")
            | {
                "consent": Row(
                    Support.DEVIATES,
                    note=text(
                        "it asks whether the customer unsubscribed from the scenario, not the"
                        " consents of the project (semantics 8.6)"
                    ),
                    source=f"{_MODULE}, Record.block",
                ),
                "priority": Row(
                    Support.DEVIATES, note=text("no scenario goes before another (semantics 6.19)")
                ),
                "exclusive": Row(
                    Support.DEVIATES,
                    note=text("scenarios do not keep each other out (semantics 6.26)"),
                ),
                "goal": Row(
                    Support.DEVIATES,
                    note=text("Tryton measures no goals (semantics 4.8)"),
                ),
                "goal_exit": Row(
                    Support.DEVIATES, note=text("a goal ends nothing (semantics 4.9)")
                ),
            },
        }
    ),
    shape="tree",
    dialect="tryton",
)

UNHEEDED = ("api_revision", "events_namespace", "region", "extensions")
"""Settings of a target that change nothing for Tryton."""
