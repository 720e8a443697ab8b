"""What UniOne and Unisender Go can express; sources are sections of their Web API reference.

Both are one service: docs.unione.io/en/web-api-ref and godocs.unisender.ru/web-api-ref are the same
text in two languages.
"""

from __future__ import annotations

from crmspec.diagnostics import text
from crmspec.lower.capability import Budget, Capabilities, Row, Support, lowered
from crmspec.providers.rest.table import native, whole

_REFERENCE = "docs.unione.io/en/web-api-ref"

_UNDEPLOYED = {
    "consent": text("UniOne keeps suppression lists; consents are your application's"),
    "channel_group": text("UniOne sends e-mail alone"),
    "list": text("UniOne keeps no lists of customers"),
    "segment": text("UniOne keeps no customers; your application chooses whom to send"),
    "feed": text("UniOne fetches nothing; your application passes values with each send"),
    "coupon": text("UniOne keeps no coupons; a code for all stands in the text"),
    "chain": text("UniOne has no chains; your application sends by the id of a template"),
    "broadcast": text("UniOne has no broadcasts; your application sends by the id of a template"),
    "frequency": text("UniOne has no frequency rules"),
    "goal": text("UniOne has no goals"),
    "experiment": text("UniOne has no experiments"),
    "object": text("UniOne keeps no objects; your application passes values with each send"),
    "exclusive": text("UniOne has no exclusive groups"),
}

CAPABILITIES = Capabilities(
    platform="unione",
    title="UniOne",
    revision="v1",
    rows=whole(
        {
            "kind": native(f"{_REFERENCE}#template-set", "message")
            | lowered("fold", "attribute event channel block layout tag")
            | {kind: Row(Support.NONE, note=note) for kind, note in _UNDEPLOYED.items()},
            "channel": native(f"{_REFERENCE}#email-send", "email"),
            "policy": {
                "topic": Row(
                    Support.NATIVE,
                    note=text(
                        "a template says nothing of it: your application asks before it sends"
                    ),
                    source=f"{_REFERENCE}#email-send",
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
            source=f"{_REFERENCE}#errors: 429 is documented, no number is published",
        ),
    ),
    dialect="unione",
)

UNHEEDED = ("api_revision", "events_namespace", "extensions")
"""Settings of a target that change nothing for UniOne."""
