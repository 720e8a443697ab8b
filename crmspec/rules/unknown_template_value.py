"""Templates that name values and blocks that do not exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import structs

from crmspec.diagnostics import Code, Edit, Fix, Safety, Severity, text
from crmspec.rules.doubt import diagnosed, doubts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.template.finding import Finding

CODE = Code(
    "CRM403",
    "unknown-template-value",
    text("a template names a value that does not exist"),
    Severity.ERROR,
)
KINDS: Final = frozenset({"unknown path", "unknown block", "missing input"})
_GUESS: Final = text("did you mean `{name}`?").template
_WORD: Final = re.compile(r"\w+")


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each name in a template that leads nowhere."""
    found = list(doubts(portfolio))
    missing = {one.finding.path for one in found if one.finding.kind == "missing input"}
    for doubt in found:
        follows = doubt.finding.kind == "unknown path" and _root(doubt.finding.path) in missing
        if doubt.finding.kind in KINDS and not doubt.is_unsupplied and not follows:
            fixes = tuple(_fixes(portfolio.wording, doubt.finding))
            yield structs.replace(diagnosed(doubt, CODE), fixes=fixes)


def _root(path: str) -> str:
    """Return the first name of a path."""
    found = _WORD.match(path)
    return found[0] if found is not None else ""


def _fixes(wording: Wording, finding: Finding) -> Iterator[Fix]:
    """Yield the rewriting to the name that was meant, if there is a guess."""
    if finding.help is None or finding.help.template != _GUESS:
        return
    name = str(finding.help.arguments["name"])
    written = wording.written(finding.span)
    wrong = _wrong(finding, written)
    if wrong is not None:
        start, end = wrong
        span = structs.replace(
            finding.span, start=finding.span.start + start, end=finding.span.start + end
        )
        title = text("write `{name}`", name=name)
        yield Fix(title, (Edit(span, name),), Safety.UNSAFE)


def _wrong(finding: Finding, written: str) -> tuple[int, int] | None:
    """Return where in a path, as it is written, the name stands that is wrong."""
    if finding.kind == "unknown path" and written == finding.path:  # its first name
        found = _WORD.match(written)
    elif finding.kind == "unknown path" and written.startswith(f"{finding.path}."):
        found = _WORD.match(written, len(finding.path) + 1)
    else:
        return None
    return None if found is None else found.span()
