"""All rules. To add one, write its module, put it here, and write its page in docs/codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.rules import (
    blocked_without_consent,
    late_message,
    marketing_without_consent,
    missing_exit_on_goal,
    missing_fallback,
    quiet_hours_trap,
    race,
    trigger_loop,
)

if TYPE_CHECKING:
    from crmspec.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    trigger_loop,
    missing_exit_on_goal,
    blocked_without_consent,
    missing_fallback,
    race,
    quiet_hours_trap,
    late_message,
    marketing_without_consent,
)
