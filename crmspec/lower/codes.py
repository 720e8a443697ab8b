"""The codes of what a target cannot express."""

from __future__ import annotations

from crmspec.diagnostics import Code, text

UNSUPPORTED = Code("CRM601", "unsupported-by-target", text("the target cannot express this"))

CODES: tuple[Code, ...] = (UNSUPPORTED,)
