"""A parser's error as places in the source: of the word, the line, the template or tab at fault."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Diagnostic, Fix, Label
from crmspec.document.codes import SYNTAX
from crmspec.document.quote import line_end, line_start, rest_of_line
from crmspec.source import Span

if TYPE_CHECKING:
    import yaml

    from crmspec.diagnostics import Text

_WORD: Final = re.compile(r"[^\s,\[\]{}:#]+|\S")
_TEMPLATE: Final = re.compile(r"(?:^|[:,\[-])[ \t]*(\{[{%].*)", re.MULTILINE)
_QUOTED: Final = re.compile(r""""[^"]*"|'[^']*'""")
_OPEN_QUOTE: Final = re.compile(r"""(?:^|[\s\[{,:])["']""")
_TEMPLATE_END: Final = re.compile(r"[}%]\}")
_VARIABLE: Final = re.compile(r"\$\{[^{}\n]*\}")
_INDENT: Final = re.compile(r"[ \t]*")


class Fault:
    """A parser's error: its words, where it arose, and where the construct at fault began."""

    def __init__(self, path: str, source: str, error: yaml.YAMLError) -> None:
        self.path = path
        self.source = source
        self.context = getattr(error, "context", None) or ""
        self.problem = getattr(error, "problem", None) or str(error)
        self.at = self._clamp(getattr(error, "problem_mark", None))
        context = getattr(error, "context_mark", None)
        self.begin = self._clamp(context) if context is not None else self.at

    def _clamp(self, mark: object) -> int:
        index: int = getattr(mark, "index", 0)
        return min(index, len(self.source.rstrip()))

    def template(self) -> Span | None:
        """Return the place of a template without quotes on the line of the error."""
        for offset in (self.begin, self.at):
            start = line_start(self.source, offset)
            for found in _TEMPLATE.finditer(self.source, start, line_end(self.source, offset)):
                if self.at < found.start(1) and "mapping values" in self.problem:
                    continue  # the text before the template is at fault
                before = _QUOTED.sub("", self.source[start : found.start(1)])
                if not _OPEN_QUOTE.search(before):
                    return self._template_span(start, found.start(1))
        return None

    def _template_span(self, start: int, opening: int) -> Span:
        """Return the template alone when it stands in brackets, else to the line's end."""
        before = self.source[start:opening]
        whole = rest_of_line(self.source, self.path, opening)
        if "[" in before or "{" in before:
            end = _TEMPLATE_END.search(self.source, opening, whole.end)
            return Span(self.path, opening, end.end() if end else whole.end)
        comma = self.source[whole.end - 1] == ","
        return Span(self.path, opening, whole.end - comma)

    def variable(self) -> Span | None:
        """Return the place of a `${…}` without quotes whose brace the parser stumbled over."""
        found = _VARIABLE.match(self.source, max(self.at - 1, 0))
        return Span(self.path, *found.span()) if found else None

    def tab(self) -> Span | None:
        """Return the place of a tab that stands where only spaces may."""
        start = line_start(self.source, self.at)
        indent = _INDENT.match(self.source, start)
        blank = indent[0] if indent else ""
        if "\t" in blank:
            first = start + blank.index("\t")
            return Span(self.path, first, start + len(blank))
        if self.source.startswith("\t", self.at):
            return Span(self.path, self.at, self.at + 1)
        return None

    def word(self, offset: int | None = None) -> Span:
        """Return the place of the word at an offset, by default that of the error."""
        offset = self.at if offset is None else offset
        found = _WORD.match(self.source, offset)
        return Span(self.path, offset, found.end() if found else offset)

    def say(
        self,
        span: Span,
        message: Text,
        *hints: Text,
        related: tuple[Label, ...] = (),
        fixes: tuple[Fix, ...] = (),
    ) -> Diagnostic:
        """Return a finding on this fault."""
        return Diagnostic(
            code=SYNTAX,
            message=message,
            label=Label(span),
            related=related,
            help=hints,
            fixes=fixes,
        )

    def first_on_line(self, offset: int) -> bool:
        """Say whether only blanks and dashes stand before the offset on its line."""
        return not self.source[line_start(self.source, offset) : offset].strip(" -")

    def rest(self, offset: int) -> Span:
        """Return the place from an offset to the end of its line."""
        return rest_of_line(self.source, self.path, offset)
