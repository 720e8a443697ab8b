"""What OneSignal can express; sources are pages of its documentation and paths of its API files."""

from __future__ import annotations

from crmspec.diagnostics import text
from crmspec.lower.capability import Budget, Capabilities, Limits, Row, Support, lowered
from crmspec.providers.rest.table import native, whole

_DOCS = "documentation.onesignal.com/docs/en"
_REFERENCE = "documentation.onesignal.com/reference"
_SCHEMAS = "onesignal-go-sdk-openapi.yaml#/components/schemas"
_NODE = f"{_SCHEMAS}/JourneyNode"

_UNDEPLOYED = {
    "consent": text("consent is kept with each subscription, set by customers and by your app"),
    "channel_group": text("OneSignal has no groups of channels"),
    "list": text("lists are uploaded in the dashboard (Audience > Segments)"),
    "feed": text("data feeds are set up in the dashboard"),
    "coupon": text("OneSignal keeps no coupons"),
    "frequency": text("the frequency cap is one for the app, in its settings"),
    "goal": text("goals of journeys are an alpha of the dashboard"),
    "experiment": text("OneSignal measures no declared experiments"),
    "object": text("OneSignal keeps no objects"),
    "exclusive": text("OneSignal has no exclusive groups"),
}

_ALL_PUSH = text("a push goes to all push subscriptions of a customer, of apps and of browsers")

CAPABILITIES = Capabilities(
    platform="onesignal",
    title="OneSignal",
    revision="5.12.0",
    rows=whole(
        {
            "kind": native(f"{_SCHEMAS}/Segment", "segment")
            | native(f"{_SCHEMAS}/CreateTemplateRequest", "message")
            | {
                "chain": Row(
                    Support.NATIVE,
                    note=text("the Journeys API is in beta"),
                    source=f"{_SCHEMAS}/CreateJourneyRequest",
                ),
                "broadcast": Row(
                    Support.MANUAL,
                    note=text("Messages > New Message: the API sends at once or at a set time"),
                    source="onesignal-go-sdk-openapi.yaml#/paths/~1notifications",
                ),
            }
            | lowered("fold", "attribute event channel tag layout block")
            | {kind: Row(Support.NONE, note=note) for kind, note in _UNDEPLOYED.items()},
            "trigger": native(f"{_SCHEMAS}/JourneyAudience", "event")
            | {
                "api": Row(
                    Support.NATIVE,
                    note=text("your application sends a custom event of that name"),
                    source=f"{_SCHEMAS}/CustomEvent",
                ),
                "segment": Row(
                    Support.NATIVE,
                    note=text("entering, not leaving"),
                    source=f"{_SCHEMAS}/JourneyAudience",
                ),
            },
            "condition": native(f"{_REFERENCE}/create-segments", "all any not")
            | {
                "attribute": Row(
                    Support.NATIVE,
                    note=text("tags, which are texts, and the language"),
                    source=f"{_REFERENCE}/create-segments",
                ),
                "segment": Row(
                    Support.NATIVE,
                    note=text("in segments, the other segment's filters are written out"),
                    source=f"{_SCHEMAS}/JourneyCondition",
                ),
                "message": Row(
                    Support.NATIVE,
                    note=text("only of a message that the same chain has sent"),
                    source=f"{_SCHEMAS}/JourneyCondition",
                ),
                "event": Row(
                    Support.NATIVE,
                    note=text("as what a `wait_for` waits for; elsewhere by marks, which deviates"),
                    source=f"{_SCHEMAS}/JourneyCondition",
                ),
            }
            | lowered("nnf", "none")
            | lowered("gate", "consent reachable")
            | {
                "not_event": Row(
                    Support.DEVIATES,
                    "marks",
                    text(
                        "a journey of its own marks who has the event, from when it goes live on"
                        " (semantics 5.14)"
                    ),
                    f"{_SCHEMAS}/JourneyAudience",
                )
            },
            "step": native(_NODE, "send wait branch split update")
            | {
                "exit": Row(
                    Support.NATIVE,
                    note=text("a way that ends; what follows is put into the others"),
                    source=f"{_SCHEMAS}/JourneyBranch",
                ),
                "wait_for": Row(
                    Support.NATIVE,
                    note=text("at the timeout the customer leaves, or goes on as in time"),
                    source=f"{_SCHEMAS}/JourneyWaitUntilExpiration",
                ),
                "switch": Row(
                    Support.NONE,
                    note=text("journeys branch by segments: write the cases as a `branch`"),
                    source=f"{_SCHEMAS}/JourneyCondition",
                ),
                "webhook": Row(
                    Support.NONE,
                    note=text("journeys call webhooks that are set up in the dashboard"),
                    source=f"{_DOCS}/journeys-webhook",
                ),
            }
            | native("", "note")
            | lowered("jump", "jump")
            | lowered("experiment", "experiment"),
            "channel": native(f"{_SCHEMAS}/CreateTemplateRequest", "email sms")
            | {
                name: Row(
                    Support.DEVIATES, note=_ALL_PUSH, source=f"{_SCHEMAS}/CreateTemplateRequest"
                )
                for name in ("mobile_push", "web_push")
            },
            "wait": native(_NODE, "for")
            | {
                name: Row(
                    Support.DEVIATES,
                    note=text(
                        "customers go on within a quarter of an hour from then, and who comes in"
                        " that quarter does at once (semantics 7.7)"
                    ),
                    source=f"{_SCHEMAS}/JourneyTimeWindow",
                )
                for name in ("at", "weekday")
            },
            "policy": native(f"{_SCHEMAS}/JourneyEarlyExit", "exit_event exit_if")
            | {
                "audience": Row(
                    Support.NATIVE,
                    note=text("asked in the first step"),
                    source=f"{_SCHEMAS}/JourneyCondition",
                ),
                "reentry": Row(
                    Support.NATIVE,
                    note=text("after 10 minutes at the earliest"),
                    source=f"{_SCHEMAS}/JourneyReentryRules",
                ),
                "quiet_hours": Row(
                    Support.DEVIATES,
                    note=text(
                        "who comes outside the window goes on at a random moment of the next one"
                        " (semantics 8.9)"
                    ),
                    source=f"{_DOCS}/journeys-actions",
                ),
                "consent": Row(
                    Support.DEVIATES,
                    note=text(
                        "it sends to subscriptions that are opted in, and knows no consents of the"
                        " project (semantics 8.6)"
                    ),
                    source=f"{_DOCS}/segmentation",
                ),
                "topic": Row(Support.DEVIATES, note=text("it knows no topics (semantics 8.6)")),
                "priority": Row(
                    Support.DEVIATES, note=text("no journey goes before another (semantics 6.19)")
                ),
                "exclusive": Row(
                    Support.DEVIATES,
                    note=text("journeys do not keep each other out (semantics 6.26)"),
                ),
                "goal": Row(
                    Support.DEVIATES,
                    note=text("a goal is set in the dashboard, as an alpha (semantics 4.8)"),
                    source=f"{_DOCS}/journeys-settings",
                ),
                "goal_exit": Row(
                    Support.DEVIATES, note=text("a goal ends nothing (semantics 4.9)")
                ),
            }
            | lowered("only", "only unless")
            | lowered("holdout", "holdout")
            | lowered("locales", "locales")
            | lowered("recheck", "recheck"),
        }
    ),
    limits=Limits(name=128, shortest_wait=60, longest_wait=31_556_952),
    budgets=(
        Budget(
            endpoint="GET templates",
            calls=1,
            seconds=1,
            burst=10,
            source=f"{_REFERENCE}/rate-limits",
        ),
        Budget(
            endpoint="*",
            calls=5,
            seconds=1,
            burst=5,
            source=f"{_REFERENCE}/rate-limits: no limit is published for segments and journeys",
        ),
    ),
    logic="dnf",
    inline="single",
    dialect="onesignal",
)

UNHEEDED = ("api_revision", "events_namespace", "region", "extensions")
"""Settings of a target that change nothing for OneSignal."""

LONGEST_NAME = 128
"""How many characters the name of a segment or template may have, marker and all."""
LONGEST_DESCRIPTION = {"segment": 255, "chain": 1024}
"""How many characters a description may have, by kind (`UpdateSegmentRequest`, `Journey`)."""
MOST_FILTERS = 200
"""How many entries a segment may have, each `OR` counted (`UpdateSegmentRequest`)."""
MOST_ARMS = {"split": 20, "wait_for": 10}
"""How many branches a node may have (`JourneyNode`)."""
SHORTEST_REENTRY = 600
"""How many seconds must pass before a customer enters again (`JourneyReentryRules`)."""
SHORTEST_WAIT, LONGEST_WAIT = 60, 31_556_952
"""How many seconds a wait or its expiration may last (`JourneyNode`)."""
