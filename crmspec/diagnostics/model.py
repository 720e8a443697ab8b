"""What a finding is: a code, a message, places, help and fixes. No text is rendered here."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crmspec.diagnostics.evidence import Evidence
from crmspec.diagnostics.sentence import Text, text
from crmspec.source import Span  # read at run time: these types are decoded by their annotations

__all__ = ["Code", "Diagnostic", "Edit", "Fix", "Label", "Safety", "Severity", "Text", "text"]


class Severity(StrEnum):
    """How much a finding matters; `error` alone makes `crmspec check` exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Code(msgspec.Struct, frozen=True):
    """The stable identity of a kind of finding; numbers are never reused.

    `id` is `CRM` and three digits, `slug` is its name in kebab-case, `title` one line for lists.
    """

    id: str
    slug: str
    title: Text
    severity: Severity = Severity.ERROR


class Label(msgspec.Struct, frozen=True):
    """A place and what is to be said about it; the text may be absent."""

    span: Span
    text: Text | None = None


class Edit(msgspec.Struct, frozen=True):
    """Replace the text at `span` with `replacement`; an empty span inserts.

    The lines of an `aligned` replacement go on in the column in which `span` begins; a report
    writes the spaces out (`diagnostics.layout`).
    """

    span: Span
    replacement: str
    aligned: bool = False


class Safety(StrEnum):
    """Whether a fix keeps the author's meaning (`safe`) or changes it (`unsafe`)."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class Fix(msgspec.Struct, frozen=True):
    """A change that removes the finding: edits that do not overlap, applied together."""

    title: Text
    edits: tuple[Edit, ...]
    safety: Safety = Safety.SAFE


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """One finding: the primary place is `label`, further ones are `related`.

    `evidence` is what a finding about scenarios stands on: its verdict, a customer, a timeline.
    """

    code: Code
    message: Text
    label: Label
    related: tuple[Label, ...] = ()
    help: tuple[Text, ...] = ()
    fixes: tuple[Fix, ...] = ()
    severity: Severity | None = None
    evidence: Evidence | None = None

    @property
    def level(self) -> Severity:
        """Return the severity in force: the finding's own or else its code's."""
        return self.severity or self.code.severity
