"""What Sendsay can express; sources are pages of its knowledge base and API, and public clients.

Its API reference is one long page, sendsay.ru/api/api.html, of which little could be read; what is
native is backed by public code that calls it. `docs/targets/sendsay.md` says which.
"""

from __future__ import annotations

from crmspec.diagnostics import text
from crmspec.lower.capability import Budget, Capabilities, Row, Support, lowered
from crmspec.providers.rest.table import by_hand, native, whole

_API = "sendsay.ru/api/api.html"
_SPLIT = "docs-api.vasyadev.com (a copy of the API reference by sections)"
_HELP = "docs.sendsay.ru"
_BLOCKS = f"{_HELP}/automations/automation-with-workflows/workflow-blocks"
_ISSUE = text(
    "with the issue or scenario that sends it: Campaigns → Create an issue (Рассылки → Создать"
    " выпуск), of this type"
)
_SCENARIO = text("Automations → Scenarios (Автоматизации → Сценарии)")

_UNDEPLOYED = {
    "event": text("Sendsay keeps no definitions of events: your application calls it"),
    "consent": text("Sendsay keeps stop-lists and confirmations of its own"),
    "channel_group": text("Sendsay has no groups of channels"),
    "feed": text("Sendsay takes catalogues in its section Sales, which are not written yet"),
    "coupon": text("Sendsay keeps no coupons"),
    "frequency": text("frequency rules of Sendsay are not in its API"),
    "goal": text("Sendsay has no goals"),
    "experiment": text("A/B tests of Sendsay belong to one issue, and are not written yet"),
    "object": text("objects come from your data, not from a project"),
    "exclusive": text("Sendsay has no exclusive groups"),
}

CAPABILITIES = Capabilities(
    platform="sendsay",
    title="Sendsay",
    revision="v100",
    rows=whole(
        {
            "kind": native(f"{_API} anketa.*, {_HELP}/subscribers/subscriber-data", "attribute")
            | native(f"{_API} group.*; {_SPLIT}: gruppy-adresov", "segment list")
            | native(f"{_API} issue.draft.*", "message")
            | lowered("fold", "channel block layout tag")
            | by_hand(
                text(
                    "Automations → Scenarios (Автоматизации → Сценарии): what the API wants of a"
                    " step is not published where it could be read"
                ),
                f"{_SPLIT}: sobytiynye-deystviya",
                "chain",
            )
            | by_hand(
                text("Campaigns → Issues → Create (Рассылки → Выпуски → Создать выпуск)"),
                f"{_HELP}/email-campaigns/create-your-campaign/how-to-send-email-campaign",
                "broadcast",
            )
            | {kind: Row(Support.NONE, note=note) for kind, note in _UNDEPLOYED.items()},
            "trigger": by_hand(_SCENARIO, _BLOCKS, "segment list attribute message form")
            | by_hand(_SCENARIO, f"{_HELP}/sendsay-api/workflow-members-management", "api manual"),
            "condition": native(f"{_SPLIT}: filtr-otbora-v-gruppe-avo", "all any segment list raw")
            | lowered("nnf", "not none")
            | {
                "attribute": Row(
                    Support.NATIVE,
                    note=text("whole numbers, yes or no, dates; of other types whether one is set"),
                    source=f"{_SPLIT}: filtr-otbora-v-gruppe-avo",
                ),
            },
            "step": by_hand(
                _SCENARIO,
                _BLOCKS,
                "send wait wait_for branch switch split update list webhook start_chain exit",
            )
            | native("", "note"),
            "channel": native(f"{_HELP}/sendsay-api/how-to-send-campaign-with-api", "email")
            | by_hand(_ISSUE, f"{_HELP}/other-channels", "sms mobile_push web_push telegram vk")
            | by_hand(_ISSUE, f"{_SPLIT}: shablony-informatsionnyh-pisem", "viber max"),
            "wait": by_hand(_SCENARIO, _BLOCKS, "for at date"),
            "policy": {
                "topic": Row(
                    Support.DEVIATES,
                    note=text("drafts have no topics; a sender or an issue has (semantics 8.6)"),
                    source=f"{_HELP}/email-campaigns/create-your-campaign/topic-subscription",
                ),
            },
        }
    ),
    budgets=(
        Budget(
            endpoint="*",
            calls=5,
            seconds=1,
            burst=5,
            source="our own choice: no limit is published",
        ),
    ),
    dialect="sendsay",
)

UNHEEDED = ("api_revision", "events_namespace", "region", "extensions")
"""Settings of a target that change nothing for Sendsay."""
