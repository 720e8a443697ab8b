"""Tell in the author's words why a file is not YAML, and where exactly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Diagnostic, Edit, Fix, Label, text
from crmspec.document import codes, problem
from crmspec.document.decode import unseen
from crmspec.document.quote import line_end, line_start, quote_fix, rest_of_line
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import yaml

    from crmspec.diagnostics import Code, Text

MAX_TAG_DIRECTIVES: Final = 100
_TAG_DIRECTIVE: Final = re.compile(r"^%TAG\b", re.MULTILINE)
_WORD: Final = re.compile(r"[^\s,\[\]{}:#]+|\S")
_INDENT: Final = re.compile(r"[ \t]*")
_TEMPLATE: Final = re.compile(r"(?:^|[:,\[-])[ \t]*(\{[{%].*)")
_TEMPLATE_END: Final = re.compile(r"[}%]\}")
_ESCAPE: Final = re.compile(r"\\(?:[xuU][0-9a-fA-F]*|.)")
_KEYED: Final = re.compile(
    r"""[ \t]*(?:- +)*(?:[^\s"'#:\[\]{}][^:#]*|"[^"]*"|'[^']*'):[ \t]+(?=\S)"""
)


def tag_directives(path: str, source: str) -> Diagnostic | None:
    """Refuse a flood of `%TAG` lines, over which libyaml takes quadratic time."""
    if "%TAG" not in source:
        return None
    places = [found.span() for found in _TAG_DIRECTIVE.finditer(source)]
    if len(places) <= MAX_TAG_DIRECTIVES:
        return None
    return problem.tag(Span(path, *places[0]), source)


def explain(
    path: str, source: str, error: yaml.YAMLError, findings: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """Return the finding for a parser's error after the findings made before it.

    Earlier findings on the template that caused the error are replaced by it.
    """
    found = unseen(path, source)
    if found is None:
        found = _Fault(path, source, error).finding()
    if found.code is not codes.UNQUOTED_TEMPLATE:
        return (*findings, found)
    start = found.label.span.start
    return (*(one for one in findings if one.label.span.start != start), found)


class _Fault:
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

    def finding(self) -> Diagnostic:
        """Return the finding of the first explanation that fits."""
        template = self.template()
        if template is not None:
            return problem.unquoted_template(template, self.source)
        tab = self.tab()
        if tab is not None:
            return _tab(tab)
        for words, explanation in _EXPLANATIONS:
            if words in self.problem or words in self.context:
                return explanation(self)
        return self.say(self.word(), text("this is not YAML: {problem}", problem=self.problem))

    def template(self) -> Span | None:
        """Return the place of a template without quotes on the line of the error."""
        for offset in (self.begin, self.at):
            start = line_start(self.source, offset)
            for found in _TEMPLATE.finditer(self.source, start, line_end(self.source, offset)):
                return self._template_span(start, found.start(1))
        return None

    def _template_span(self, start: int, opening: int) -> Span:
        """Return the template alone when it stands in brackets, else to the line's end."""
        before = self.source[start:opening]
        whole = rest_of_line(self.source, self.path, opening)
        if "[" in before or "{" in before:
            end = _TEMPLATE_END.search(self.source, opening, whole.end)
            return Span(self.path, opening, end.end() if end else whole.end)
        return whole

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
        code: Code = codes.SYNTAX,
    ) -> Diagnostic:
        """Return a finding on this fault."""
        return Diagnostic(
            code=code, message=message, label=Label(span), related=related, help=hints, fixes=fixes
        )

    def first_on_line(self, offset: int) -> bool:
        """Say whether only blanks and dashes stand before the offset on its line."""
        return not self.source[line_start(self.source, offset) : offset].strip(" -")

    def rest(self, offset: int) -> Span:
        """Return the place from an offset to the end of its line."""
        return rest_of_line(self.source, self.path, offset)


def _tab(span: Span) -> Diagnostic:
    return Diagnostic(
        code=codes.TAB,
        message=text("a line is indented with a tab"),
        label=Label(span),
        help=(text("indent with spaces; two a level are usual"),),
    )


def _colon_in_value(fault: _Fault) -> Diagnostic:
    start = line_start(fault.source, fault.at)
    key = _KEYED.match(fault.source, start, fault.at)
    if key is None:
        return _misplaced(fault)
    value = fault.rest(key.end())
    return fault.say(
        value,
        text("a value that contains `: ` must be in quotes"),
        text("without quotes, YAML takes the second colon for the end of a key"),
        fixes=(quote_fix(fault.source, value),),
    )


def _misplaced(fault: _Fault) -> Diagnostic:
    first = _first(fault.source, line_start(fault.source, fault.at))
    above = _line_above(fault.source, fault.at)
    if above is not None and _indent(fault.source, above) >= _indent(fault.source, first):
        fault.begin = above
        return _no_colon(fault)
    return fault.say(
        fault.word(first),
        text("this line is indented deeper than the one above allows"),
        text("align it with the keys it belongs to; quote a text that contains `: `"),
    )


def _first(source: str, start: int) -> int:
    """Return where the first visible character of a line stands."""
    found = _INDENT.match(source, start)
    return found.end() if found else start


def _indent(source: str, first: int) -> int:
    return first - line_start(source, first)


def _line_above(source: str, offset: int) -> int | None:
    """Return where the text of the nearest line above begins that is not blank."""
    above = source[: line_start(source, offset)].rstrip()
    return _first(source, line_start(source, len(above))) if above else None


def _block(fault: _Fault) -> Diagnostic:
    before = fault.source[line_start(fault.source, fault.at) : fault.at].rstrip()
    if before.endswith(('"', "'")):
        return fault.say(
            fault.rest(fault.at),
            text("text follows the closing quote"),
            text("put the whole value in one pair of quotes; in `'…'` write `''` for one quote"),
        )
    character = fault.source[fault.at : fault.at + 1]
    if character in {"]", "}"}:
        return fault.say(fault.word(), text("`{bracket}` closes nothing", bracket=character))
    if character == ":":
        return fault.say(fault.word(), text("a key is missing before `:`"))
    if fault.first_on_line(fault.at):
        return fault.say(
            fault.word(),
            text("this line is indented unlike the lines it belongs to"),
            text("indent all keys, or all `-` items, of one block alike"),
            related=(Label(fault.word(fault.begin), text("the block begins here")),),
        )
    return fault.say(fault.word(), text("this cannot stand here"), text("put the value in quotes"))


def _no_colon(fault: _Fault) -> Diagnostic:
    return fault.say(
        fault.rest(fault.begin),
        text("this line has no `:` and continues no value"),
        text("write `key: value`; begin a text of several lines with `|` after the colon"),
    )


def _open_quote(fault: _Fault) -> Diagnostic:
    span = Span(fault.path, fault.begin, fault.begin + 1)
    return fault.say(
        span, text("a quote is opened here and never closed"), text("close it where the text ends")
    )


def _escape(fault: _Fault) -> Diagnostic:
    at = fault.source.rfind("\\", 0, fault.at + 1)
    found = _ESCAPE.match(fault.source, at)
    escape = found[0] if found else "\\"
    double = Fix(text("double the backslash"), (Edit(Span(fault.path, at, at), "\\"),))
    return fault.say(
        Span(fault.path, at, at + len(escape)),
        text("`{escape}` means nothing in double quotes", escape=escape),
        text("double the backslash, or use single quotes"),
        fixes=(double,),
    )


def _open_bracket(fault: _Fault) -> Diagnostic:
    bracket = fault.source[fault.begin : fault.begin + 1]
    closing = "]" if bracket == "[" else "}"
    return fault.say(
        Span(fault.path, fault.begin, fault.begin + 1),
        text("`{bracket}` is opened here and not closed as it should be", bracket=bracket),
        text("close it with `{closing}`, or put a `,` between two items", closing=closing),
        related=(Label(fault.word(), text("here an item or the end was expected")),),
    )


def _reserved(fault: _Fault) -> Diagnostic:
    character = fault.source[fault.at : fault.at + 1]
    before = fault.source[line_start(fault.source, fault.at) : fault.at]
    fix = quote_fix(fault.source, fault.rest(fault.at))
    return fault.say(
        fault.word(),
        text("a value cannot begin with `{character}` unless it is in quotes", character=character),
        text("put the value in quotes"),
        fixes=() if "[" in before or "{" in before else (fix,),
    )


def _bad_name(fault: _Fault) -> Diagnostic:
    fault.at = fault.begin
    return _reserved(fault)


def _tagged(fault: _Fault) -> Diagnostic:
    return problem.tag(fault.rest(fault.begin), fault.source)


def _dash(fault: _Fault) -> Diagnostic:
    return fault.say(
        fault.word(),
        text("a list with `-` cannot begin on the line of its key"),
        text("put it on the next line, or write `[a, b]`"),
    )


def _absent(fault: _Fault) -> Diagnostic:
    word = fault.word()
    if word.start == word.end:
        return fault.say(
            word,
            text("the file ends where a value is expected"),
            text("close every bracket that is opened"),
        )
    return fault.say(
        word,
        text("a value is missing before `{word}`", word=fault.source[word.start : word.end]),
        text("write one, or remove the comma; put brackets that belong to a text in quotes"),
    )


def _outside(fault: _Fault) -> Diagnostic:
    return fault.say(
        fault.word(),
        text("this does not continue what stands above"),
        text("indent it like the lines it belongs to, and close brackets and quotes above it"),
    )


def _block_header(fault: _Fault) -> Diagnostic:
    return fault.say(
        fault.rest(fault.at),
        text("text must begin on the line after `|` or `>`"),
        text("move it to the next line, and indent it"),
    )


def _directive(fault: _Fault) -> Diagnostic:
    return fault.say(
        fault.rest(line_start(fault.source, fault.at)),
        text("a line must not begin with `%`"),
        text("indent it if it belongs to a text, or delete it"),
    )


_EXPLANATIONS: Final[tuple[tuple[str, Callable[[_Fault], Diagnostic]], ...]] = (
    ("tag", _tagged),
    ("%TAG", _tagged),
    ("directive", _directive),
    ("YAML document", _directive),
    ("%YAML", _directive),
    ("mapping values are not allowed", _colon_in_value),
    ("found unexpected end of stream", _open_quote),
    ("found unexpected document", _open_quote),
    ("escape", _escape),
    ("expected hexdec", _escape),
    ("found invalid Unicode", _escape),
    ("expected ',' or", _open_bracket),
    ("cannot start any token", _reserved),
    ("expected alphabetic or numeric", _bad_name),
    ("could not find expected ':'", _no_colon),
    ("expected comment or line break", _block_header),
    ("expected a comment or a line break", _block_header),
    ("sequence entries are not allowed", _dash),
    ("expected node content", _absent),
    ("expected the node content", _absent),
    ("document start>", _outside),
    ("expected key", _block),
    ("expected '-'", _block),
    ("block end>", _block),
)
