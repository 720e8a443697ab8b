"""Diagnostics: the words in which crmspec talks to authors."""

from crmspec.diagnostics.evidence import Evidence, Line, Verdict
from crmspec.diagnostics.model import (
    Code,
    Diagnostic,
    Edit,
    Fix,
    Label,
    Safety,
    Severity,
    Text,
    text,
)
from crmspec.diagnostics.sentence import amount

__all__ = [
    "Code",
    "Diagnostic",
    "Edit",
    "Evidence",
    "Fix",
    "Label",
    "Line",
    "Safety",
    "Severity",
    "Text",
    "Verdict",
    "amount",
    "text",
]
