"""All rules. To add one, write its module, put it here, and write its page in docs/codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.rules import marketing_without_consent, missing_exit_on_goal

if TYPE_CHECKING:
    from crmspec.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    missing_exit_on_goal,
    marketing_without_consent,
)
