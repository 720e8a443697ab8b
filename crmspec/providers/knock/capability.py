"""What Knock can express; sources are pages of docs.knock.app, and paths of its OpenAPI file."""

from __future__ import annotations

from crmspec.diagnostics import text
from crmspec.lower.capability import (
    Budget,
    Capabilities,
    Limits,
    Row,
    Support,
    lowered,
    unwritten,
)
from crmspec.providers.rest.table import native, whole

_WORKFLOWS = "docs.knock.app/designing-workflows"
_SCHEMAS = "knock-mapi.openapi.yml#/components/schemas"
_AUDIENCES = "docs.knock.app/concepts/audiences"

_UNDEPLOYED = {
    "consent": text("Knock keeps preferences of its own, set by customers and by your application"),
    "channel_group": text("channel groups of Knock are not written yet"),
    "list": text("members of static audiences come from your data, not from a project"),
    "feed": text("Knock has no feeds; a `webhook` step fetches"),
    "coupon": text("Knock keeps no coupons"),
    "frequency": text("Knock has no frequency rules; `throttle` is one for each chain"),
    "goal": text("goals of Knock are not written yet"),
    "experiment": text("Knock measures no declared experiments"),
    "object": text("objects come from your data, not from a project"),
    "exclusive": text("Knock has no exclusive groups"),
    "broadcast": text("broadcasts of Knock are not written yet"),
}

CAPABILITIES = Capabilities(
    platform="knock",
    title="Knock",
    revision="v1",
    rows=whole(
        {
            "kind": native("knock-mapi.openapi.yml#/paths", "segment block layout chain")
            | lowered("fold", "attribute event channel message tag")
            | {kind: Row(Support.NONE, note=note) for kind, note in _UNDEPLOYED.items()},
            "trigger": native(f"{_WORKFLOWS}/overview", "api")
            | {
                "event": Row(
                    Support.DEVIATES,
                    note=text(
                        "a workflow is started by a call of your application, or by an event of a"
                        " source that is set up in the dashboard"
                    ),
                    source="docs.knock.app/send-notifications/triggering-workflows",
                ),
                "segment": Row(
                    Support.MANUAL,
                    note=text("the trigger step of a workflow, in the dashboard"),
                    source=f"{_AUDIENCES}#using-audiences-with-workflows",
                ),
            },
            "condition": native(
                "docs.knock.app/concepts/conditions", "all any not attribute trigger"
            )
            | native(f"{_WORKFLOWS}/step-conditions", "step message")
            | native(f"{_AUDIENCES}#audience-conditions", "segment")
            | lowered("nnf", "none")
            | {
                "event": Row(
                    Support.NATIVE,
                    note=text(
                        "only as what a `wait_for` waits for: Knock keeps no history of events"
                    ),
                    source=f"{_WORKFLOWS}/wait-for-event-function",
                )
            },
            "step": native(f"{_WORKFLOWS}/channel-step", "send")
            | native(f"{_WORKFLOWS}/delay-function", "wait")
            | native(f"{_WORKFLOWS}/branch-function", "branch switch exit")
            | native(f"{_WORKFLOWS}/wait-for-event-function", "wait_for")
            | native(f"{_WORKFLOWS}/experiment-function", "split")
            | native(f"{_WORKFLOWS}/update-user-function", "update")
            | native(f"{_WORKFLOWS}/fetch-function", "webhook")
            | native(f"{_WORKFLOWS}/throttle-function", "throttle")
            | native(f"{_WORKFLOWS}/trigger-workflow-function", "start_chain")
            | native("", "note")
            | lowered("jump", "jump")
            | lowered("experiment", "experiment")
            | unwritten(
                f"{_WORKFLOWS}/batch-function",
                batch=text("batches of Knock are not written yet"),
            )
            | unwritten(
                f"{_WORKFLOWS}/fetch-function",
                fetch=text("fetch functions of Knock are written for `webhook` alone yet"),
            ),
            "channel": native(f"{_SCHEMAS}/WorkflowStep", "email sms mobile_push")
            | unwritten(
                f"{_SCHEMAS}/WorkflowChatStep",
                whatsapp=text("chat channels of Knock are not written yet"),
            )
            | unwritten(
                f"{_SCHEMAS}/WorkflowInAppFeedStep",
                in_app=text("the in-app feed of Knock is not written yet"),
            ),
            "wait": native(f"{_SCHEMAS}/Duration", "for months")
            | unwritten(
                f"{_WORKFLOWS}/delay-function",
                date=text("delays of Knock until a moment in its data are not written yet"),
                property=text("delays of Knock until a moment in its data are not written yet"),
            ),
            "policy": native(f"{_SCHEMAS}/WorkflowRequest/properties/conditions", "audience")
            | native(f"{_SCHEMAS}/WorkflowRequest/properties/trigger_frequency", "reentry")
            | native(f"{_SCHEMAS}/SendWindow", "quiet_hours")
            | lowered("only", "only unless")
            | lowered("holdout", "holdout")
            | lowered("locales", "locales")
            | lowered("recheck", "recheck")
            | lowered("exit", "exit_if exit_audience exit_event")
            | {
                "consent": Row(
                    Support.DEVIATES,
                    note=text(
                        "it asks its own preferences, and for marketing whether the customer"
                        " unsubscribed, not the consents of the project (semantics 8.6)"
                    ),
                    source="docs.knock.app/preferences/overview",
                ),
                "topic": Row(
                    Support.DEVIATES,
                    note=text(
                        "it knows no topics; categories are set in the dashboard (semantics 8.6)"
                    ),
                    source="docs.knock.app/preferences/overview",
                ),
                "priority": Row(
                    Support.DEVIATES, note=text("no workflow goes before another (semantics 6.19)")
                ),
                "exclusive": Row(
                    Support.DEVIATES,
                    note=text("workflows do not keep each other out (semantics 6.26)"),
                ),
                "goal": Row(
                    Support.DEVIATES,
                    note=text("a goal is attached in the dashboard (semantics 4.8)"),
                    source=f"{_SCHEMAS}/GoalAttachment",
                ),
                "goal_exit": Row(
                    Support.DEVIATES, note=text("a goal ends nothing (semantics 4.9)")
                ),
            },
        }
    ),
    limits=Limits(name=255, branches=10, shortest_wait=60, longest_wait=365 * 86_400),
    budgets=(
        Budget(
            endpoint="*",
            calls=5,
            seconds=1,
            burst=5,
            source="docs.knock.app/api-reference/overview/rate-limits, tier 2: no limit is"
            " published for the management API",
        ),
    ),
    logic="dnf",
    inline="dnf",
    dialect="knock",
)

UNHEEDED = ("api_revision", "events_namespace", "region", "extensions")
"""Settings of a target that change nothing for Knock."""

DEEPEST = 5
"""How many branches may stand in each other (`branch-function` of the pages)."""
LONGEST_RACE = 30 * 86_400
"""How many seconds a wait for an event may last (`wait-for-event-function`)."""
LONGEST_DESCRIPTION = 280
"""How many characters a description may have (WorkflowRequest, PartialRequest)."""
