"""`fix`: apply the fixes of findings to the files."""

from __future__ import annotations

import codecs
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.api.check import check_workspace
from crmspec.api.workspace import load
from crmspec.diagnostics.fix import Choice, repair
from crmspec.source import with_breaks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crmspec.diagnostics import Diagnostic
    from crmspec.source import Source


@dataclass(frozen=True)
class Change:
    """One file before and after."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Fixed:
    """The changed files, how many fixes they hold, and how many more need `--unsafe`."""

    changes: tuple[Change, ...]
    applied: int
    held: int


def fix(paths: Iterable[Path], codes: tuple[str, ...], *, unsafe: bool, keep: bool) -> Fixed:
    """Apply fixes until none is left; write the files unless `keep`.

    Only safe fixes unless `unsafe`; only those of `codes` (or families) if any are given.

    Raises:
        FileNotFoundError: a path does not exist.
    """
    workspace = load(paths)
    result = check_workspace(workspace)
    chosen = result.program.project.paths
    folder = "templates/" if chosen is None else f"{chosen.templates}/"

    def check(sources: Mapping[str, Source]) -> Iterable[Diagnostic]:
        files, templates = dict(workspace.files), dict(workspace.templates)
        for path, source in sources.items():
            if path in files:
                files[path] = source.text.encode()
            else:
                templates[path.removeprefix(folder)] = source.text
        return check_workspace(replace(workspace, files=files, templates=templates)).report.findings

    sources = result.report.sources
    outcome = repair(check, sources, Choice(unsafe=unsafe, codes=codes))
    changes = tuple(Change(p, sources[p].text, text) for p, text in outcome.texts.items())
    if not keep:
        for change in changes:
            write(workspace.root / change.path, change.after)
    held = sum(skipped.why == "unsafe" for skipped in outcome.skipped)
    return Fixed(changes, len(outcome.applied), held)


def write(path: Path, text: str) -> None:
    """Replace the file in one move, in the encoding and with the mode it had."""
    before = path.read_bytes()
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(encode(before, text))
        Path(name).chmod(path.stat().st_mode)
        Path(name).replace(path)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename, error.filename2 = str(path), None
        raise


_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"", "utf-8"),
)


def encode(before: bytes, text: str) -> bytes:
    """Return the text in the encoding that the file had, and with its ends of lines.

    A text that has ends of lines as on Windows keeps those that it has.
    """
    mark, encoding = next(one for one in _ENCODINGS if before.startswith(one[0]))
    if "\r\n" not in text:  # a template is worked on without them
        text = with_breaks_of(before[len(mark) :].decode(encoding, "replace"), text)
    return mark + text.encode(encoding)
