"""What is doubtful about a template, given what it sees: plain data for the rules."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from crmspec.diagnostics.sentence import Text
from crmspec.source import Span

FindingKind: TypeAlias = Literal[
    "unknown path",
    "wrong type",
    "number as condition",
    "unprintable",
    "incomparable",
    "unknown value",
    "no fallback",
    "missing input",
    "unknown block",
]
"""`unknown path`: there is no such value. `wrong type`: a filter, loop or `in` that such a value
cannot have. `number as condition`: 0 counts as true. `unprintable`: a boolean, list or object in
`{{ }}`. `incomparable`: values of two kinds, or an order where there is none. `unknown value`: a
word that the value never is. `no fallback`: it prints nothing for some customers. `missing input`
and `unknown block`: about `include`."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A doubt about a value, which `path` names as written; `declared` is what it clashes with."""

    kind: FindingKind
    span: Span
    path: str
    message: Text
    help: Text | None = None
    declared: Span | None = None
