"""A short way to write a finding and the fixes that many passes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Edit, Fix, Label, Safety, text
from crmspec.diagnostics.suggestion import distance, nearest
from crmspec.resolve.name import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from crmspec.diagnostics import Code, Severity, Text
    from crmspec.source import Span


def finding(  # noqa: PLR0913 - the parts of a finding
    code: Code,
    span: Span,
    message: Text,
    *help_: Text,
    note: Text | None = None,
    related: Iterable[Label] = (),
    fixes: tuple[Fix, ...] = (),
    severity: Severity | None = None,
) -> Diagnostic:
    """Return a finding at `span`; `note` is what the excerpt says under the place."""
    return Diagnostic(
        code=code,
        message=message,
        label=Label(span, note),
        related=tuple(related),
        help=help_,
        fixes=fixes,
        severity=severity,
    )


def replace(span: Span, replacement: str, safety: Safety = Safety.SAFE) -> Fix:
    """Return the fix that writes `replacement` at `span`."""
    title = text("replace with `{replacement}`", replacement=replacement)
    return Fix(title, (Edit(span, replacement),), safety)


def misspelled(
    code: Code,
    span: Span,
    message: Text,
    names: tuple[str, Collection[str]],
    *help_: Text,
    safety: Safety | None = None,
) -> Diagnostic:
    """Return a finding about a wrong name; `names` is what is written and what there is.

    The nearest name is suggested; it is offered as a fix when no other is as near. Such a fix is
    safe only where the two differ in case and dashes: another name may be one yet to be declared.
    """
    written, candidates = names
    near = nearest(written, candidates)
    if near is None:
        return finding(code, span, message, *help_)
    hint = text("did you mean `{name}`?", name=near)
    same = Safety.SAFE if fold(written) == fold(near) else Safety.UNSAFE
    fixes = (replace(span, near, safety or same),) if _unique(written, near, candidates) else ()
    return finding(code, span, message, hint, fixes=fixes)


def _unique(written: str, near: str, candidates: Collection[str]) -> bool:
    second = nearest(written, [name for name in candidates if name != near])
    limit = len(written)
    return second is None or distance(written, near, limit) < distance(written, second, limit)
