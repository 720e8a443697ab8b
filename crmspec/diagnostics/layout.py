"""Write out the indentation of edits that were made without a look at the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.diagnostics.model import Diagnostic, Edit, Fix
    from crmspec.source import Source


def laid_out(finding: Diagnostic, sources: Mapping[str, Source]) -> Diagnostic:
    """Return the finding with the lines of its aligned edits in their column."""
    if not any(edit.aligned for fix in finding.fixes for edit in fix.edits):
        return finding
    return replace(finding, fixes=tuple(_fix(fix, sources) for fix in finding.fixes))


def _fix(fix: Fix, sources: Mapping[str, Source]) -> Fix:
    return replace(fix, edits=tuple(_edit(edit, sources) for edit in fix.edits))


def _edit(edit: Edit, sources: Mapping[str, Source]) -> Edit:
    source = sources.get(edit.span.path)
    if not edit.aligned or source is None:
        return edit
    margin = " " * (source.position(edit.span.start).column - 1)
    return replace(edit, replacement=edit.replacement.replace("\n", f"\n{margin}"), aligned=False)
