"""What Braze can express; sources are pages of www.braze.com/docs, and paths of its OpenAPI file.

What the dashboard has and the API has not is by hand: `note` says where in the dashboard.
"""

from __future__ import annotations

from crmspec.diagnostics import text
from crmspec.lower.capability import Budget, Capabilities, Limits, Row, Support, lowered
from crmspec.providers.rest.table import by_hand, native, whole

_API = "braze-openapi.clean.yml#/paths"
_GUIDE = "www.braze.com/docs/user_guide"
_CANVAS = f"{_GUIDE}/engagement_tools/canvas"
_FILTERS = f"{_GUIDE}/engagement_tools/segments/segmentation_filters"

_NONE = {
    "consent": text(
        "subscription groups are made under Audience → Subscription Group Management; a template"
        " belongs to none: choose that of its consent and topic where it is sent"
    ),
    "channel": text("senders are set up under Settings → Email Preferences and in each campaign"),
    "channel_group": text("a Canvas chooses channels by its Audience Paths"),
    "list": text("Braze has segments only; people are imported under Audience → Import Users"),
    "feed": text("feeds are Connected Content in a message, which is not written"),
    "goal": text("conversion events are chosen in each Canvas and campaign"),
    "experiment": text("experiments are a step of a Canvas or a part of a campaign"),
    "exclusive": text("Braze has no exclusive groups"),
}

_AUDIENCE = text("Audience → Segments → Create Segment")
_JOURNEY = text("Messaging → Canvas → Create Canvas")
_STEP = text("a step of the Canvas builder")
_FILTER = text("a filter of a segment, or of a step of the Canvas")
_CAMPAIGN = text("Messaging → Campaigns → Create Campaign")
_CONTENT = text("the message of a campaign or of a step of a Canvas")
_SETTINGS = text("the settings of the Canvas or campaign")

CAPABILITIES = Capabilities(
    platform="braze",
    title="Braze",
    revision="2024-10",
    rows=whole(
        {
            "kind": native(f"{_API}/~1templates~1email~1create", "message")
            | native(f"{_API}/~1content_blocks~1create", "block layout")
            | lowered("fold", "tag")
            | {
                "object": Row(
                    Support.DEVIATES,
                    note=text(
                        "a catalog holds rows that belong to no customer; no condition asks for"
                        " them"
                    ),
                    source=f"{_API}/~1catalogs",
                )
            }
            | by_hand(_AUDIENCE, f"{_API}/~1segments~1list, which only reads", "segment")
            | by_hand(_JOURNEY, f"{_API}/~1canvas~1list, which only reads", "chain")
            | by_hand(_CAMPAIGN, f"{_API}/~1campaigns~1list, which only reads", "broadcast")
            | by_hand(
                text("Data Settings → Custom Attributes"),
                "www.braze.com/docs/api/endpoints/export/custom_attributes, which only reads",
                "attribute",
            )
            | by_hand(
                text("Data Settings → Custom Events"),
                f"{_API}/~1events~1list, which only reads",
                "event",
            )
            | by_hand(
                text("Data Settings → Promotion Codes"),
                f"{_GUIDE}/personalization_and_dynamic_content/promotion_codes",
                "coupon",
            )
            | by_hand(
                text("Settings → Frequency Capping"),
                f"{_GUIDE}/engagement_tools/campaigns/building_campaigns/rate-limiting",
                "frequency",
            )
            | {kind: Row(Support.NONE, note=note) for kind, note in _NONE.items()},
            "trigger": by_hand(
                text("the entry schedule of the Canvas: action-based, API-triggered or scheduled"),
                f"{_CANVAS}/create_a_canvas/create_a_canvas",
                "event segment attribute date schedule api message chain",
            ),
            "condition": by_hand(
                _FILTER,
                _FILTERS,
                "all any none not attribute event not_event first_event last_event segment"
                " consent reachable message channel in_chain geo device random",
            )
            | by_hand(
                text("Decision Splits and Action Paths of the Canvas"),
                f"{_CANVAS}/canvas_components",
                "trigger step",
            ),
            "step": by_hand(
                _STEP,
                f"{_CANVAS}/canvas_components",
                "send wait wait_for branch switch split experiment update consent emit webhook"
                " fetch audience_sync start_chain exit note",
            ),
            "channel": native(f"{_API}/~1templates~1email~1create", "email")
            | by_hand(
                _CONTENT,
                f"{_GUIDE}/message_building_by_channel",
                "sms mobile_push web_push whatsapp in_app webhook",
            ),
            "wait": by_hand(
                text("the Delay step of the Canvas"),
                f"{_CANVAS}/canvas_components/delay_step",
                "for months at weekday date property day",
            ),
            "policy": by_hand(
                _SETTINGS,
                f"{_CANVAS}/create_a_canvas/create_a_canvas",
                "audience reentry goal quiet_hours frequency holdout rate_limit goal_exit"
                " exit_event exit_if exit_audience step_end only unless consent repeat throttle"
                " optimize_send_time experiment",
            )
            | by_hand(
                text("the delivery validations of each message step"),
                f"{_CANVAS}/canvas_components/message_step",
                "recheck",
            )
            | by_hand(
                text("versions by language, in the message of a campaign or Canvas"),
                f"{_GUIDE}/engagement_tools/campaigns",
                "locales",
            )
            | by_hand(
                text("Liquid that aborts the message, in the campaign or Canvas"),
                f"{_GUIDE}/personalization_and_dynamic_content/liquid/aborting_messages",
                "fallback",
            )
            | {
                "topic": Row(
                    Support.NATIVE,
                    note=text(
                        "only where a template is sent: there, people choose its subscription group"
                    ),
                    source=f"{_API}/~1subscription~1status~1set",
                )
            },
        }
    ),
    limits=Limits(name=249),
    budgets=(
        Budget(
            endpoint="*",
            calls=250_000,
            seconds=3600,
            burst=50,
            source="www.braze.com/docs/api/api_limits",
        ),
        Budget(
            endpoint="catalogs",
            calls=50,
            seconds=60,
            burst=10,
            source="www.braze.com/docs/api/api_limits, all synchronous catalog endpoints",
        ),
        Budget(
            endpoint="catalogs/fields",
            calls=50,
            seconds=60,
            burst=10,
            source="www.braze.com/docs/api/endpoints/catalogs/catalog_fields",
        ),
    ),
    dialect="braze",
)

UNHEEDED = ("api_revision", "events_namespace", "region", "extensions")
"""Settings of a target that change nothing for Braze."""

LARGEST_BLOCK = 50_000
"""How many bytes a content block may have (`Content must be smaller than 50kb`)."""
LONGEST_NAME = 99
"""How many characters the name of a content block may have (`content_blocks/create`)."""
MOST_FIELDS = 30
"""How many fields a new catalog may have, its `id` among them (`too-many-fields`)."""
