"""What Klaviyo can express; sources are paths of its OpenAPI file, and pages of its help."""

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

_PATHS = "klaviyo-stable.json#/paths/~1api~1"
_SCHEMAS = "klaviyo-stable.json#/components/schemas"
_FILTERS = "help.klaviyo.com/hc/en-us/articles/115002779051"
_DELAYS = "help.klaviyo.com/hc/en-us/articles/115003885212"
_DAY = 86_400

_CALENDAR = text(
    "it counts calendar days until a time of day, and one at least: the wait may end up to a day"
    " earlier or later (semantics 7.7)"
)
_UNDEPLOYED = {
    "consent": text("Klaviyo keeps the consents of profiles itself, for each channel"),
    "channel_group": text("Klaviyo has no channel groups; `send` of several becomes branches"),
    "feed": text("web feeds of Klaviyo are not written yet"),
    "coupon": text("coupons of Klaviyo are not written yet"),
    "frequency": text(
        "Klaviyo has one limit for the whole account, Smart Sending; flows ask before each send"
        " what it can count: e-mails of a channel, and events"
    ),
    "goal": text("Klaviyo has no goals"),
    "experiment": text("A/B tests of Klaviyo are not written yet"),
    "object": text("objects come from your data, not from a project"),
    "exclusive": text("Klaviyo has no exclusive groups"),
}


def _deviates(note_source: str, **notes: object) -> dict[str, Row]:
    return {
        name: Row(Support.DEVIATES, note=note, source=note_source)  # type: ignore[arg-type]
        for name, note in notes.items()
    }


def _budgets(endpoint: str, burst: int, steady: int, daily: int | None = None) -> list[Budget]:
    """Return what an endpoint stands in a second, a minute and a day."""
    method, path = endpoint.split()
    source = f"{_PATHS}{path}/{method.lower()}/x-klaviyo-ratelimit"
    made = [
        Budget(endpoint=endpoint, calls=burst, seconds=1, burst=burst, source=source),
        Budget(endpoint=endpoint, calls=steady, seconds=60, burst=steady, source=source),
    ]
    if daily is not None:
        made.append(Budget(endpoint=endpoint, calls=daily, seconds=_DAY, source=source))
    return made


_BUDGETS = (
    *_budgets("GET flows", 3, 60),
    *_budgets("POST flows", 1, 15, 100),
    *_budgets("PATCH flows", 3, 60),
    *_budgets("DELETE flows", 3, 60),
    *_budgets("PATCH flow-actions", 3, 60),
    *_budgets("GET flow-messages", 3, 60),
    *_budgets("GET segments", 75, 750),
    *_budgets("POST segments", 1, 15, 100),
    *_budgets("PATCH segments", 1, 15, 100),
    *_budgets("DELETE segments", 3, 60),
    *_budgets("GET lists", 75, 750),
    *_budgets("POST lists", 10, 150, 150),
    *_budgets("PATCH lists", 10, 150),
    *_budgets("DELETE lists", 10, 150),
    *(
        one
        for path in ("templates", "template-universal-content")
        for method in ("GET", "POST", "PATCH", "DELETE")
        for one in _budgets(f"{method} {path}", 75, 750)
    ),
    *(
        one
        for endpoint in (
            "GET campaigns",
            "POST campaigns",
            "PATCH campaigns",
            "DELETE campaigns",
            "GET campaign-messages",
            "PATCH campaign-messages",
            "POST campaign-message-assign-template",
            "POST campaign-send-jobs",
            "PATCH campaign-send-jobs",
        )
        for one in _budgets(endpoint, 10, 150)
    ),
    *_budgets("GET metrics", 10, 150),
    *_budgets("GET accounts", 1, 15),
)

CAPABILITIES = Capabilities(
    platform="klaviyo",
    title="Klaviyo",
    revision="2026-07-15",
    rows=whole(
        {
            "kind": native(f"{_PATHS}lists/post", "list")
            | native(f"{_PATHS}segments/post", "segment")
            | native(f"{_PATHS}template-universal-content/post", "block")
            | native(f"{_PATHS}templates/post", "message")
            | native(f"{_PATHS}flows/post", "chain")
            | native(f"{_PATHS}campaigns/post", "broadcast")
            | lowered("fold", "attribute event channel layout tag")
            | {kind: Row(Support.NONE, note=note) for kind, note in _UNDEPLOYED.items()},
            "trigger": native(f"{_SCHEMAS}/MetricTrigger", "event")
            | native(f"{_SCHEMAS}/SegmentTrigger", "segment")
            | native(f"{_SCHEMAS}/ListTrigger", "list")
            | unwritten(
                f"{_SCHEMAS}/ProfilePropertyDateTrigger",
                date=text("flows of Klaviyo that a date starts are not written yet"),
            )
            | unwritten(
                f"{_SCHEMAS}/PriceDropTrigger",
                product=text("flows of Klaviyo that a price or a stock starts are not written yet"),
            ),
            "condition": native(f"{_SCHEMAS}/ConditionGroup", "all any not")
            | native(f"{_SCHEMAS}/ProfilePropertyCondition", "attribute")
            | native(f"{_SCHEMAS}/SegmentsProfileMetricCondition", "event not_event channel")
            | native(f"{_SCHEMAS}/ProfileHasGroupMembershipCondition", "segment list")
            | native(f"{_SCHEMAS}/TriggerBranchAction", "trigger")
            | lowered("nnf", "none")
            | lowered("sequence", "sequence")
            | _deviates(
                f"{_SCHEMAS}/FlowsProfileMetricCondition",
                message=text(
                    "it counts what became of e-mails alone, by the names of their copies, in all"
                    " passages since the start of this one (semantics 5.29)"
                ),
            )
            | _deviates(
                f"{_SCHEMAS}/ProfileMarketingConsentCondition",
                consent=text("it asks for its own consents to marketing (semantics 5.25)"),
                reachable=text("it asks whether it may send marketing there (semantics 5.27)"),
            )
            | unwritten(
                f"{_SCHEMAS}/ProfilePostalCodeDistanceCondition",
                geo=text("conditions of Klaviyo on places are not written yet"),
            ),
            "step": native(f"{_SCHEMAS}/SendEmailAction", "send")
            | native(f"{_SCHEMAS}/TimeDelayAction", "wait")
            | native(f"{_SCHEMAS}/ConditionalBranchAction", "branch switch exit")
            | native(f"{_SCHEMAS}/UpdateProfileAction", "update")
            | native(f"{_SCHEMAS}/ListUpdateAction", "list")
            | native(f"{_SCHEMAS}/SendWebhookAction", "webhook")
            | native("", "note")
            | lowered("race", "wait_for")
            | lowered("jump", "jump")
            | lowered("experiment", "experiment")
            | _deviates(
                f"{_SCHEMAS}/ProfileRandomSampleCondition",
                split=text("it draws by itself, whatever the `salt` (semantics 7.29)"),
            )
            | unwritten(
                f"{_SCHEMAS}/SendInternalAlertAction",
                notify=text("internal alerts of Klaviyo are not written yet"),
            )
            | unwritten(
                f"{_SCHEMAS}/CodeAction",
                code=text("the API of Klaviyo does not say what a code action holds"),
            ),
            "channel": native(f"{_SCHEMAS}/FlowEmail", "email")
            | native(f"{_SCHEMAS}/FlowSms", "sms")
            | native(f"{_SCHEMAS}/FlowPushNotification", "mobile_push")
            | unwritten(
                f"{_SCHEMAS}/SendWhatsAppAction",
                whatsapp=text("WhatsApp messages of Klaviyo are not written yet"),
            ),
            "wait": native(f"{_SCHEMAS}/TimeDelayActionData", "for")
            | lowered("months", "months")
            | _deviates(_DELAYS, at=_CALENDAR, weekday=_CALENDAR),
            "policy": native(f"{_SCHEMAS}/FlowDefinition/properties/profile_filter", "audience")
            | native(_FILTERS, "recheck")
            | native(f"{_SCHEMAS}/ReentryCriteria", "reentry")
            | lowered("only", "only unless")
            | lowered("choice", "choice")
            | lowered("holdout", "holdout")
            | lowered("locales", "locales")
            | lowered("frequency", "frequency")
            | _deviates(
                _FILTERS,
                exit_event=text("it is looked at before each message, not at once (semantics 4.3)"),
                exit_if=text("it is looked at before each message, not at once (semantics 4.5)"),
                exit_audience=text(
                    "it is looked at before each message, not at once (semantics 4.6)"
                ),
                step_end=text("it is looked at before each message alone (semantics 4.4)"),
                priority=text("no flow goes before another (semantics 6.19)"),
                exclusive=text("flows do not keep each other out (semantics 6.26)"),
                goal=text("it counts conversions by itself (semantics 4.8)"),
                goal_exit=text("a goal ends nothing (semantics 4.9)"),
            )
            | _deviates(
                f"{_SCHEMAS}/FlowSms/properties/sms_quiet_hours_enabled",
                quiet_hours=text(
                    "text messages wait for the end of the quiet hours of the account; e-mails and"
                    " pushes go at any hour (semantics 8.8)"
                ),
            )
            | _deviates(
                f"{_SCHEMAS}/FlowEmail/properties/transactional",
                consent=text(
                    "it asks its own consent to marketing of the channel, not those of the project"
                    " (semantics 8.6)"
                ),
                topic=text("it knows no topics (semantics 8.6)"),
            )
            | _deviates(
                f"{_SCHEMAS}/ThrottledSendStrategy",
                throttle=text("it draws by itself who gets it when (semantics 8.35)"),
            )
            | _deviates(
                "help.klaviyo.com/hc/en-us/articles/360029794371",
                optimize_send_time=text(
                    "it picks one hour of the day for all, on everybody's own clock, also before"
                    " `at`, and wants 12,000 recipients (semantics 8.40)"
                ),
            )
            | unwritten(
                f"{_SCHEMAS}/AbTestAction",
                experiment=text("A/B tests of Klaviyo are not written yet"),
            ),
        }
    ),
    limits=Limits(shortest_wait=60),
    budgets=_BUDGETS,
    logic="cnf",
    inline="cnf",
    shape="tree",
    dialect="klaviyo",
)

UNHEEDED = ("events_namespace", "region", "extensions")
"""Settings of a target that change nothing for Klaviyo."""

SCOPES = {
    f"{method} {path}": f"{scope}:{'read' if method == 'GET' else 'write'}"
    for path, scope in (
        ("accounts", "accounts"),
        ("flows", "flows"),
        ("flow-actions", "flows"),
        ("flow-messages", "templates"),
        ("segments", "segments"),
        ("lists", "lists"),
        ("campaigns", "campaigns"),
        ("campaign-messages", "campaigns"),
        ("campaign-message-assign-template", "campaigns"),
        ("campaign-send-jobs", "campaigns"),
        ("templates", "templates"),
        ("template-universal-content", "templates"),
        ("metrics", "metrics"),
    )
    for method in ("GET", "POST", "PATCH", "DELETE")
}
"""What a key must be allowed to do, by endpoint (`x-klaviyo-scopes`)."""
