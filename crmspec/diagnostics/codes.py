"""The codes of findings about ignores themselves."""

from __future__ import annotations

from crmspec.diagnostics.model import Code, Severity, text

UNUSED_IGNORE = Code(
    "CRM019", "unused-ignore", text("an ignore that matches no finding"), Severity.WARNING
)
EXPIRED_IGNORE = Code(
    "CRM021", "expired-ignore", text("an ignore whose date has passed"), Severity.WARNING
)
MANDATORY_IGNORED = Code(
    "CRM023", "mandatory-ignored", text("an attempt to silence a mandatory code")
)

CODES: tuple[Code, ...] = (UNUSED_IGNORE, EXPIRED_IGNORE, MANDATORY_IGNORED)
