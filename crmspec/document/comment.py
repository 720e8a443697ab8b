"""Find `# crmspec: ignore[CRM301] until 2027-01-01 reason` comments and what they cover.

At the end of a line it covers the findings on that line; on a line of its own, the next entry or
item with all it holds; as `ignore-file`, the whole file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.diagnostics.directive import Directive
from crmspec.diagnostics.suggestion import nearest
from crmspec.document.codes import MALFORMED_DIRECTIVE, MISSING_REASON
from crmspec.document.node import Mapping, Node, Scalar, Sequence
from crmspec.document.quote import line_end, line_start
from crmspec.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.diagnostics import Text

_COMMENT: Final = re.compile(r"(?<!\S)#[ \t]*crmspec:[ \t]*(.*)")
_VERB: Final = re.compile(r"[\w-]*")
_IGNORE: Final = re.compile(
    r"(?P<verb>ignore(?:-file)?)[ \t]*\[(?P<codes>[^\]]*)\](?:[ \t]*until[ \t]+(?P<until>\S+))?"
    r"[ \t:]*(?P<reason>.*)"
)
_CODE: Final = re.compile(r"CRM[0-9]{1,3}")
_LATE_UNTIL: Final = re.compile(r"\buntil[ \t]+[0-9]{4}-")

Found = tuple[tuple[Directive, ...], list[Diagnostic]]


def directives(source: Source, roots: Iterable[Node]) -> Found:
    """Return the ignores in a file's comments, and findings on those that are not understood."""
    if "crmspec:" not in source.text:
        return (), []
    layout = _Layout(source, roots)
    found: list[Directive] = []
    findings: list[Diagnostic] = []
    for comment in _COMMENT.finditer(source.text):
        if not layout.in_scalar(comment.start()):
            _read(comment, layout, found, findings)
    return tuple(found), findings


def _read(
    comment: re.Match[str], layout: _Layout, found: list[Directive], findings: list[Diagnostic]
) -> None:
    path = layout.source.path
    span = Span(path, comment.start(), comment.end() - len(comment[1]) + len(comment[1].rstrip()))
    ignore = _IGNORE.fullmatch(comment[1].rstrip())
    fault = _unknown(comment[1]) if ignore is None else _fault(ignore)
    if ignore is None or fault is not None:
        findings.append(_malformed(span, fault))
        return
    if not ignore["reason"]:
        findings.append(_unexplained(span))
    scope, start, end = layout.cover(span, ignore["verb"])
    found.append(
        Directive(span, _codes(ignore), ignore["reason"], ignore["until"], scope, start, end)
    )


def _codes(ignore: re.Match[str]) -> tuple[str, ...]:
    return tuple(code.strip() for code in ignore["codes"].split(","))


def _unknown(words: str) -> Text:
    found = _VERB.match(words)
    verb = found[0] if found else ""
    if verb in {"ignore", "ignore-file"}:
        return text("name the codes to ignore in brackets: `{verb}[CRM301] reason`", verb=verb)
    near = nearest(verb, ("ignore", "ignore-file"))
    if near:
        return text("did you mean `{name}`?", name=near)
    return text("write `ignore[CRM301] reason` or `ignore-file[CRM301] reason`")


def _fault(ignore: re.Match[str]) -> Text | None:
    for code in _codes(ignore):
        if not _CODE.fullmatch(code):
            return text("`{code}` is not a code such as `CRM301` or a family such as `CRM3`",
                        code=code)  # fmt: skip
    if ignore["until"] is not None and not _is_date(ignore["until"]):
        return text("`{date}` is not a date such as `2027-01-31`", date=ignore["until"])
    if _LATE_UNTIL.search(ignore["reason"]):
        return text("`until` and its date stand before the reason, right after the codes")
    return None


def _is_date(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


def _malformed(span: Span, hint: Text | None) -> Diagnostic:
    return Diagnostic(
        code=MALFORMED_DIRECTIVE,
        message=text("this `crmspec:` comment is not understood and has no effect"),
        label=Label(span),
        help=(hint,) if hint is not None else (),
    )


def _unexplained(span: Span) -> Diagnostic:
    return Diagnostic(
        code=MISSING_REASON,
        message=text("an ignore must say why"),
        label=Label(span),
        help=(text("write the reason after the codes: `ignore[CRM301] agreed with legal`"),),
    )


class _Layout:
    """Where the scalars and the entries of a file stand."""

    def __init__(self, source: Source, roots: Iterable[Node]) -> None:
        self.source = source
        scalars: list[tuple[int, int]] = []
        blocks: dict[int, int] = {}
        for kind, start, end in _parts(roots, source.text):
            if kind == "scalar":
                scalars.append((start, end))
            else:
                blocks[start] = max(end, blocks.get(start, 0))
        self._scalars = sorted(scalars)
        self._blocks = sorted(blocks.items())

    def in_scalar(self, offset: int) -> bool:
        """Say whether a text holds the offset."""
        at = bisect_left(self._scalars, (offset + 1,)) - 1
        return at >= 0 and offset < self._scalars[at][1]

    def cover(self, span: Span, verb: str) -> tuple[Literal["line", "node", "file"], int, int]:
        """Return the kind of place an ignore covers and the offsets of that place."""
        written = self.source.text
        if verb == "ignore-file":
            return "file", 0, len(written)
        start = line_start(written, span.start)
        if written[start : span.start].strip():
            return "line", start, line_end(written, start)
        at = bisect_left(self._blocks, (span.end,))
        begin, end = self._blocks[at] if at < len(self._blocks) else (span.end, span.end)
        return "node", begin, end


def _parts(roots: Iterable[Node], written: str) -> Iterator[tuple[str, int, int]]:
    """Yield every scalar, key, entry and item with its offsets; nothing twice through aliases."""
    waiting = list(roots)
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar):
            yield "scalar", _content(node, written), node.end
        elif isinstance(node, Sequence) and id(node.items) not in seen:
            seen.add(id(node.items))
            waiting += node.items
            yield from (("block", item.start, item.end) for item in node.items)
        elif isinstance(node, Mapping) and id(node.entries) not in seen:
            seen.add(id(node.entries))
            for entry in node:
                waiting.append(entry.value)
                yield "scalar", entry.key_start, entry.key_end
                yield "block", entry.key_start, max(entry.key_end, entry.value.end)


def _content(node: Scalar, written: str) -> int:
    """Return where a text begins: after `|` or `>` and the rest of that line, comments allowed."""
    block = node.style in {"|", ">"}
    return min(line_end(written, node.start), node.end) if block else node.start
