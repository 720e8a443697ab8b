"""`check --save-witness`: counterexamples as journey tests that `crmspec test` replays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.api.simulate import written
from crmspec.diagnostics import text
from crmspec.diagnostics.format.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from crmspec.diagnostics import Diagnostic
    from crmspec.diagnostics.report import Report

_MEANING = text(
    "It expects what goes wrong now; once that is mended it fails: then say here what should come."
)


def save(report: Report, folder: Path, lang: str = "en") -> tuple[Path, ...]:
    """Write a file `CRM302-7f3a.test.yaml` for each finding that was replayed; return the paths.

    Raises:
        OSError: a file cannot be written.
    """
    saved: list[Path] = []
    for finding in report.findings:
        evidence = finding.evidence
        if evidence is None or evidence.test is None or evidence.replay is None:
            continue
        path = folder / f"{evidence.replay}.test.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        comment = f"# {finding.code.id}: {say(finding.message, lang)}\n# {say(_MEANING, lang)}\n"
        path.write_text(written(evidence.replay, _titled(finding, lang), comment), encoding="utf-8")
        saved.append(path)
    return tuple(dict.fromkeys(saved))


def _titled(finding: Diagnostic, lang: str) -> dict[str, object]:
    test = finding.evidence.test if finding.evidence is not None else None
    return {"title": say(finding.message, lang), **(test or {})}
