"""`render`: write the maps."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from crmspec.api.check import check_path
from crmspec.diagnostics.suggestion import nearest
from crmspec.engine.file_name import inside
from crmspec.render.registry import RENDERERS, render_all


class UnknownRendererError(Exception):
    """There is no renderer of that name."""


@dataclass(frozen=True)
class Rendered:
    """How many files of each kind were written, and the errors in the project."""

    written: dict[str, int]
    errors: int


def render(path: Path | None, names: tuple[str, ...], output: Path, lang: str) -> Rendered:
    """Write the artifacts of the named renderers, or of all, below `output`.

    Raises:
        UnknownRendererError: a name is none of the renderers'.
    """
    for name in names:
        if name not in RENDERERS:
            close = nearest(name, RENDERERS)
            hint = f"did you mean {close}?" if close else f"there are {', '.join(RENDERERS)}"
            raise UnknownRendererError(f"there is no map {name}; {hint}")
    result = check_path(path)
    written: Counter[str] = Counter()
    root = Path(os.path.relpath(result.workspace.root, output)).as_posix()
    for artifact in render_all(result.program, lang, result.report.sources, names, root):
        target = output / inside(artifact.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        content = artifact.content
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        written[artifact.path.partition("/")[0].partition(".")[0]] += 1
    errors = sum(finding.level == "error" for finding in result.report.findings)
    return Rendered(dict(written), errors)
