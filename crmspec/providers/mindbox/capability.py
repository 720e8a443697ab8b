"""What Mindbox can express; sources are pages of developers.mindbox.ru and help.mindbox.ru.

Nearly all is made in its interface: `note` says where, in the words that stand there.
"""

from __future__ import annotations

from crmspec.diagnostics import text
from crmspec.lower.capability import Budget, Capabilities, Limits, Row, Support, lowered
from crmspec.providers.rest.table import by_hand, whole

_HELP = "help.mindbox.ru/docs"
_API = "developers.mindbox.ru/docs"

VALUES = "DirectCrm.CustomFieldEnumValues.Import"
"""The import of the values that a field of a customer may have."""
POOLS = "DirectCrm.PromoCodeTypes.Import"
"""The import of pools of promo codes."""

_NONE = {
    "consent": text("subscriptions to channels and topics are there already"),
    "channel": text("senders are set up in the settings of each channel"),
    "channel_group": text("a cascade of channels is built in each scenario"),
    "feed": text("products come from the catalogue of Mindbox"),
    "goal": text("Mindbox has no goals; what is reached is a report"),
    "experiment": text("tests are a block of a scenario or a part of a mailing"),
    "object": text("orders and products are of Mindbox's own"),
    "exclusive": text("Mindbox has no exclusive groups"),
}

FIELDS = text("Настройки → Системные → Дополнительные поля")
CODES = text("Кампании → Создать кампанию → Лояльность → Пул промокодов")
_SEGMENTS = text("Данные → Сегменты → Добавить")
_SCENARIO = text("Кампании → Создать кампанию → Автоматизация → Сценарий")
_MAILING = text("Кампании → Создать кампанию → Рассылка")
_BLOCK = text("a block of the scenario")
_START = text("the first block of the scenario, «Настройки запуска»")
_FILTER = text("a filter of the segment, or of the block «Условие»")
_SETTINGS = text("the settings of the scenario, of its folder or of the mailing")

CAPABILITIES = Capabilities(
    platform="mindbox",
    title="Mindbox",
    revision="v3",
    rows=whole(
        {
            "kind": {
                "attribute": Row(
                    Support.DEVIATES,
                    note=text(
                        "the field has to be there; its values are imported, which can neither be"
                        " read back nor taken away"
                    ),
                    source=f"{_API}/import-field-values",
                ),
                "coupon": Row(
                    Support.DEVIATES,
                    note=text(
                        "the pool is imported, without codes, discount and terms, and cannot be"
                        " read back; people fill and start it"
                    ),
                    source=f"{_API}/bulk-import-promocode-pools-v3",
                ),
            }
            | lowered("fold", "block layout tag")
            | by_hand(
                text("Кампании → Список кампаний → Операции"), f"{_API}/v3#operation", "event"
            )
            | by_hand(_SEGMENTS, f"{_HELP}/segment-client-static", "segment list")
            | by_hand(_MAILING, f"{_HELP}/mailings", "message broadcast")
            | by_hand(_SCENARIO, f"{_HELP}/what-is-workflow", "chain")
            | by_hand(
                text("Настройки → Оптимизация коммуникаций → Контроль частоты рассылок"),
                f"{_HELP}/frequency-policy",
                "frequency",
            )
            | {kind: Row(Support.NONE, note=note) for kind, note in _NONE.items()},
            "trigger": by_hand(_START, f"{_HELP}/workflow-events", "event segment")
            | by_hand(_START, f"{_HELP}/workflow-schedule", "schedule date"),
            "condition": by_hand(
                _FILTER,
                f"{_HELP}/workflow-conditions",
                "all any none not attribute event not_event first_event last_event segment list"
                " consent reachable message channel trigger rfm",
            ),
            "step": by_hand(
                _BLOCK,
                f"{_HELP}/workflow-steps",
                "send update list consent emit webhook",
            )
            | by_hand(_BLOCK, f"{_HELP}/what-is-workflow", "branch switch exit note")
            | by_hand(_BLOCK, f"{_HELP}/workflow-delay", "wait")
            | by_hand(_BLOCK, f"{_HELP}/workflow-flow-splitter", "split")
            | by_hand(_BLOCK, f"{_HELP}/workflow-ab-tests", "experiment")
            | by_hand(_BLOCK, f"{_HELP}/workflow-limit", "throttle"),
            "channel": by_hand(
                _MAILING,
                f"{_HELP}/mailings",
                "email sms viber mobile_push web_push telegram whatsapp",
            ),
            "wait": by_hand(
                text("the block «Ожидание»"),
                f"{_HELP}/workflow-delay",
                "for at weekday date property",
            ),
            "policy": by_hand(
                _SETTINGS,
                f"{_HELP}/what-is-workflow",
                "audience recheck reentry quiet_hours running only unless choice consent topic"
                " throttle experiment frequency holdout",
            ),
        }
    ),
    limits=Limits(steps=150),
    budgets=(
        Budget(
            endpoint="sync",
            calls=8_000,
            seconds=60,
            burst=20,
            source=f"{_API}/api-restrictions, for one operation",
        ),
        *(
            Budget(
                endpoint=name,
                calls=60,
                seconds=3600,
                burst=60,
                source=f"{_API}/import-field-values, for each kind of import",
            )
            for name in (VALUES, POOLS)
        ),
    ),
    dialect="mindbox",
)

UNHEEDED = ("api_revision", "events_namespace", "region", "extensions")
"""Settings of a target that change nothing for Mindbox."""
