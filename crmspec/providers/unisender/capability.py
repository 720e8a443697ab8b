"""What Unisender can express; sources are pages of unisender.com/ru/support.

There is no method for segments and automations: they are set up by hand, in the account, as far as
its editors go. What those have was not looked up element by element.
"""

from __future__ import annotations

from crmspec.diagnostics import text
from crmspec.lower.capability import Budget, Capabilities, Row, Support, lowered
from crmspec.lower.element import FAMILIES
from crmspec.providers.rest.table import by_hand, native, whole

_API = "unisender.com/ru/support/api"
_AUTOMATION = "unisender.com/ru/support/automation/automation_glossary"
_EDITOR = "unisender.com/ru/support/how-to-start/how-to-set-automatic-email"
_SEGMENTS = "unisender.com/en/support/contact-lists/useful-functions/maintain-contacts"

_IN_EDITOR = text("in the account, as far as the editor of chains (Автоматизация) has it")
_IN_SEGMENT = text("in the account, as far as Контакты → a list → Сегментация has it; save it")
_IN_CAMPAIGN = text("in the account, as far as its forms of chains and campaigns have it")
_OF_MESSAGES = frozenset({"locales", "fallback", "topic", "consent"})

_UNDEPLOYED = {
    "event": text("the API of Unisender has no method for events"),
    "consent": text("Unisender keeps subscriptions to lists in place of consents"),
    "channel_group": text("the API of Unisender has no method for groups of channels"),
    "feed": text("the API of Unisender has no method for feeds"),
    "coupon": text("the API of Unisender has no method for coupons; a code for all is in the text"),
    "frequency": text("the API of Unisender has no method for frequency rules"),
    "goal": text("the API of Unisender has no method for goals"),
    "experiment": text("the API of Unisender has no method for experiments"),
    "object": text("the API of Unisender knows contacts alone"),
    "exclusive": text("the API of Unisender has no method for exclusive groups"),
}

CAPABILITIES = Capabilities(
    platform="unisender",
    title="Unisender",
    revision="ru/api",
    rows=whole(
        {
            "kind": native(f"{_API}/inputs/createfield", "attribute")
            | native(f"{_API}/contacts/createlist", "list")
            | native(f"{_API}/templates/createemailtemplate", "message")
            | lowered("fold", "channel block layout tag")
            | {
                "segment": Row(
                    Support.NATIVE,
                    note=text("only one that is a list, and is that list; others by hand"),
                    source=_SEGMENTS,
                ),
                "chain": Row(
                    Support.MANUAL,
                    note=text("in the account: Автоматизация, the editor of chains"),
                    source=_AUTOMATION,
                ),
                "broadcast": Row(
                    Support.DEVIATES,
                    note=text(
                        "it becomes a draft of a letter to a list, which a person sends at the time"
                        " that is written (semantics 8.33)"
                    ),
                    source=f"{_API}/messages/createemailmessage",
                ),
            }
            | {kind: Row(Support.NONE, note=note) for kind, note in _UNDEPLOYED.items()},
            "condition": native(f"{_API}/messages/createemailmessage", "list")
            | by_hand(_IN_SEGMENT, _SEGMENTS, " ".join({*FAMILIES["condition"]} - {"list"})),
            **{
                family: by_hand(_IN_EDITOR, _EDITOR, " ".join(FAMILIES[family]))
                for family in ("trigger", "step", "wait")
            },
            "channel": native(f"{_API}/templates/createemailtemplate", "email")
            | by_hand(
                text("in the account: a campaign of SMS; the API makes no templates of them"),
                f"{_API}/messages/createsmsmessage",
                "sms",
            ),
            "policy": by_hand(_IN_CAMPAIGN, _EDITOR, " ".join({*FAMILIES["policy"]} - _OF_MESSAGES))
            | {
                "consent": Row(
                    Support.DEVIATES,
                    note=text("a letter goes to who is subscribed to the list (semantics 8.6)"),
                    source=f"{_API}/contacts/subscribe",
                ),
                "topic": Row(
                    Support.NATIVE,
                    note=text(
                        "a template says nothing of it: who sends it asks; not so a broadcast"
                    ),
                    source=f"{_API}/templates/createemailtemplate",
                ),
            },
        }
    ),
    budgets=(
        Budget(
            endpoint="*",
            calls=1200,
            seconds=60,
            burst=20,
            source=f"{_API}/common/api-errors: 1200 calls a minute for a key, and for an address",
        ),
    ),
    dialect="unisender",
)

UNHEEDED = ("api_revision", "events_namespace", "region", "extensions")
"""Settings of a target that change nothing for Unisender."""
