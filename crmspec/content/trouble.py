"""What keeps a message from being what its author meant."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from crmspec.diagnostics.sentence import Text
from crmspec.source import Span

Kind: TypeAlias = Literal["template", "mjml", "markup", "file", "include", "size"]
"""`template`: not in the template language. `mjml`: elements and attributes that MJML does not
have. `markup`: a value or tag where it cannot stand. `file`: a file that is not in the project,
`include`: one that a letter itself names. `size`: more than any message holds."""


class Trouble(msgspec.Struct, frozen=True):
    """Something wrong with a message: where, what, and what to write instead."""

    kind: Kind
    span: Span
    message: Text
    help: Text | None = None
