"""The codes of what a template language of a target cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text

if TYPE_CHECKING:
    from crmspec.dialect.loss import Loss

NOT_IN_DIALECT: Final = Code(
    "CRM602", "not-in-dialect", text("the template language of a target cannot say this")
)
NO_SUCH_VALUE: Final = Code(
    "CRM603", "value-not-at-target", text("a target's templates cannot reach a value")
)
NO_SUCH_FILTER: Final = Code(
    "CRM604", "filter-not-in-dialect", text("a target's template language has no such filter")
)
LINK_LEFT_OUT: Final = Code(
    "CRM605",
    "link-left-out",
    text("a target lacks a link, and letters go without it"),
    Severity.INFO,
)

CODES: Final = (NOT_IN_DIALECT, NO_SUCH_VALUE, NO_SUCH_FILTER, LINK_LEFT_OUT)

_KINDS: Final = {"path": NO_SUCH_VALUE, "key": NO_SUCH_VALUE, "name": NO_SUCH_FILTER}
"""The codes of losses by what their sentences name: a value by its path or key, or a filter."""


def noted(note: Loss) -> Diagnostic:
    """Return the finding of a link that the target lacks and that nobody misses."""
    return Diagnostic(
        code=LINK_LEFT_OUT,
        message=note.message,
        label=Label(note.span),
        help=(note.rewrite,) if note.rewrite is not None else (),
    )


def code_of(loss: Loss) -> Code:
    """Return the code of a loss."""
    found = (_KINDS[name] for name in loss.message.arguments if name in _KINDS)
    return next(found, NOT_IN_DIALECT)
