"""Read one file: decode, parse, compose; findings instead of exceptions, whatever the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import yaml

from crmspec.diagnostics import Diagnostic, Severity
from crmspec.document import problem
from crmspec.document.comment import directives
from crmspec.document.compose import Composer, Unreadable
from crmspec.document.decode import INVISIBLE, decode, unseen
from crmspec.document.node import Mapping, Node, Scalar, Sequence
from crmspec.document.stream import events
from crmspec.document.syntax import explain, tag_directives
from crmspec.document.trim import without_resources
from crmspec.source import Source, Span
from crmspec.source.record import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.diagnostics.directive import Directive

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_VALUES: Final = 1_000_000
_SEPARATORS: Final = (",", "\n", "\r", "[", "{", ": ", ":\t", "- ", "-\t", "? ", "?\t")


class ReadResult(Value, frozen=True):
    """One file as far as it could be read.

    Of a file that is not YAML, no document is left; of a document with lesser faults, all but the
    resources in which they are. `lists` are the documents that are lists, which only files of
    events may be.
    """

    source: Source
    documents: tuple[Mapping, ...] = ()
    directives: tuple[Directive, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    lists: tuple[Sequence, ...] = ()


def read(path: str, data: bytes) -> ReadResult:
    """Read the file `path`, a project-relative POSIX path, from its bytes."""
    if len(data) > MAX_BYTES:
        finding = problem.too_large(Span(path, 0, 0), f"{MAX_BYTES >> 20} MiB")
        return ReadResult(Source(path, ""), diagnostics=(finding,))
    text, broken = decode(path, data)
    source = Source(path, text)
    broken = broken or _refusal(path, text)
    if broken is not None:
        return ReadResult(source, diagnostics=(broken,))
    return _compose(source)


def _refusal(path: str, text: str) -> Diagnostic | None:
    """Find what must not reach the parser: it would misplace it, or be very slow."""
    if not text.isascii() and any(character in text for character in INVISIBLE):
        return unseen(path, text)
    if len(text) > MAX_VALUES and sum(map(text.count, _SEPARATORS)) > MAX_VALUES:
        return problem.too_many_values(Span(path, 0, 0), MAX_VALUES)
    return tag_directives(path, text)


def _compose(source: Source) -> ReadResult:
    composer = Composer(source.path, source.text)
    try:
        roots = composer.documents(events(source.text))
    except yaml.YAMLError as error:
        findings = explain(source.path, source.text, error, composer.findings)
        return ReadResult(source, diagnostics=findings)
    except Unreadable as error:
        return ReadResult(source, diagnostics=(*composer.findings, error.finding))
    return _result(source, roots, composer)


def _result(source: Source, roots: list[Node], composer: Composer) -> ReadResult:
    documents = [root for root in roots if isinstance(root, Mapping)]
    ignores, faults = directives(source, [*roots, *composer.lost])
    findings = [*composer.findings, *_unfit(source, roots, composer.findings), *faults]
    errors = [f for f in composer.findings if f.level is Severity.ERROR]
    kept = without_resources(documents, errors) if errors else documents
    lists = tuple(root for root in roots if isinstance(root, Sequence))
    return ReadResult(source, tuple(kept), ignores, tuple(findings), lists)


def _unfit(source: Source, roots: list[Node], known: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Find the documents that are not made of sections."""
    filled = [root for root in roots if not _is_empty(root)]
    if not filled:
        return [problem.empty_file(Span(source.path, 0, 0))]
    told = [finding.label.span for finding in known]
    return [
        problem.not_a_mapping(_opening(source, root))
        for root in filled
        if not isinstance(root, Mapping) and not any(_holds(root, span) for span in told)
    ]


def _is_empty(root: Node) -> bool:
    return isinstance(root, Scalar) and root.start == root.end


def _holds(node: Node, span: Span) -> bool:
    return node.start <= span.start and span.end <= node.end


def _opening(source: Source, root: Node) -> Span:
    """Return the first line of a document's content."""
    first = source.text[root.start : root.end].split("\n", 1)[0].rstrip()
    return Span(source.path, root.start, root.start + len(first))
