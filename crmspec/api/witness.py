"""`check --save-witness`: counterexamples as journey tests that `crmspec test` replays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmspec.api.simulate import id_of, written
from crmspec.diagnostics import text
from crmspec.diagnostics.format.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.api.check import CheckResult
    from crmspec.diagnostics import Diagnostic

_MEANING = text(
    "It expects what goes wrong now; once that is mended it fails: then say here what should come."
)


class Saved(NamedTuple):
    """Files that say what was found, and those that say something else and were left alone."""

    written: list[Path]
    kept: list[Path]


def save(result: CheckResult, folder: Path, lang: str = "en") -> Saved:
    """Write a file `CRM302-7f3a.test.yaml` for each finding that was replayed.

    A file that is there is never written over, and a test that the project has under the same id in
    another file is not written twice: somebody may have edited it.

    Raises:
        OSError: a file cannot be read or written.
    """
    saved = Saved([], [])
    for name, content in _files(result, lang):
        path = folder / f"{name}.test.yaml"
        there = _known(result, name) or path
        if there.resolve() == path.resolve() and _is_written(path, content):
            saved.written.append(path)
        else:
            saved.kept.append(there)
    return saved


def _known(result: CheckResult, name: str) -> Path | None:
    """Return the file in which the project has the test already."""
    test = result.program.tests.get(id_of(name))
    path = None if test is None else result.workspace.root / test.place.name.path
    return Path(os.path.relpath(path)) if path is not None and path.exists() else None


def _is_written(path: Path, content: bytes) -> bool:
    """Write a file unless there is one; say whether it has the content now."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return path.read_bytes() == content


def _files(result: CheckResult, lang: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each witness, each name once."""
    seen: set[str] = set()
    for finding in result.report.findings:
        evidence = finding.evidence
        if evidence is None or evidence.test is None or evidence.replay in (None, *seen):
            continue
        name = evidence.replay or ""
        seen.add(name)
        comment = f"# {finding.code.id}: {say(finding.message, lang)}\n# {say(_MEANING, lang)}\n"
        yield name, written(name, _titled(finding, lang), comment).encode()


def _titled(finding: Diagnostic, lang: str) -> dict[str, object]:
    test = finding.evidence.test if finding.evidence is not None else None
    return {"title": say(finding.message, lang), **(test or {})}
