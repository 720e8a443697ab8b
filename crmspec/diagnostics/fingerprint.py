"""Names of findings that survive edits elsewhere in the file: no line number goes into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crmspec.diagnostics.model import Diagnostic
    from crmspec.source import Source, Span

_LENGTH = 16
_LONGEST_TEXT = 400


class _Outline:
    """The keys above each line of a source, found by indentation alone."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._keys: list[str] = []
        self._parents: list[int] = []
        open_lines: list[tuple[int, int]] = []
        for index, line in enumerate(source.text.split("\n")):
            stripped = line.strip()
            self._keys.append(_key(stripped))
            if not stripped or stripped.startswith("#"):
                self._parents.append(open_lines[-1][1] if open_lines else -1)
                continue
            depth = _depth(line, stripped)
            while open_lines and open_lines[-1][0] >= depth:
                open_lines.pop()
            self._parents.append(open_lines[-1][1] if open_lines else -1)
            open_lines.append((depth, index))

    def keys(self, offset: int) -> tuple[str, ...]:
        """Return the keys from the line at `offset` up to the top of the file."""
        index = self._source.position(offset).line - 1
        found: list[str] = []
        while index >= 0:
            found.append(self._keys[index])
            index = self._parents[index]
        return tuple(found)


def _key(stripped: str) -> str:
    return "" if stripped.startswith("#") else stripped.partition(":")[0]


def _depth(line: str, stripped: str) -> int:
    # An item may stand in the same column as the key of its list, yet it is below that key.
    return 2 * (len(line) - len(line.lstrip())) + stripped.startswith("- ")


class _Contexts:
    """The text and the keys around places, with one outline per source."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._outlines: dict[str, _Outline] = {}

    def describe(self, span: Span) -> tuple[object, ...]:
        source = self._sources.get(span.path)
        if source is None:
            return (span.path,)
        outline = self._outlines.get(span.path)
        if outline is None:
            outline = self._outlines[span.path] = _Outline(source)
        words = source.text[span.start : min(span.end, span.start + _LONGEST_TEXT)].split()
        return span.path, outline.keys(span.start), " ".join(words)


def fingerprints(findings: Iterable[Diagnostic], sources: Mapping[str, Source]) -> list[str]:
    """Return a name for each finding: its code, its places in words, and an ordinal among equals.

    A place in words is its path, the keys above it and the labelled text, so the name stays when
    lines are added above or the file is re-ordered, and changes when the labelled text does.
    """
    contexts = _Contexts(sources)
    seen: dict[str, int] = {}
    names: list[str] = []
    for finding in findings:
        basis = _basis(finding, contexts)
        ordinal = seen[basis] = seen.get(basis, -1) + 1
        names.append(_digest(f"{basis}#{ordinal}" if ordinal else basis))
    return names


def _basis(finding: Diagnostic, contexts: _Contexts) -> str:
    spans = [finding.label.span, *(label.span for label in finding.related)]
    return repr((finding.code.id, [contexts.describe(span) for span in spans]))


def _digest(basis: str) -> str:
    from hashlib import sha256

    return sha256(basis.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
