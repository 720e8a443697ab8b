"""All rules. To add one, write its module, put it here, and write its page in docs/codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.rules import (
    blocked_without_consent,
    cap_leak,
    channel_collision,
    concurrent_chains,
    contradictory_messages,
    dead_branch,
    duplicate_segments,
    empty_segment,
    frequency_overload,
    late_message,
    marketing_without_consent,
    missing_exit_on_goal,
    missing_fallback,
    priority_inversion,
    quiet_hours_trap,
    race,
    redundant_condition,
    reentry_overlap,
    starvation,
    trigger_loop,
    universal_segment,
)

if TYPE_CHECKING:
    from crmspec.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    concurrent_chains,
    frequency_overload,
    cap_leak,
    channel_collision,
    trigger_loop,
    missing_exit_on_goal,
    dead_branch,
    empty_segment,
    universal_segment,
    duplicate_segments,
    redundant_condition,
    starvation,
    blocked_without_consent,
    missing_fallback,
    reentry_overlap,
    race,
    quiet_hours_trap,
    late_message,
    contradictory_messages,
    priority_inversion,
    marketing_without_consent,
)
