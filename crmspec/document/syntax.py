"""Tell in the author's words why a file is not YAML, and where exactly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Diagnostic, Edit, Fix, Label, text
from crmspec.document import codes, problem
from crmspec.document.decode import unseen
from crmspec.document.fault import Fault
from crmspec.document.quote import line_start, quote_fix
from crmspec.document.whole import column_of, ends_here
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import yaml


MAX_TAG_DIRECTIVES: Final = 100
_TAG_DIRECTIVE: Final = re.compile(r"^%TAG\b", re.MULTILINE)
_INDENT: Final = re.compile(r"[ \t]*")
_OPENINGS: Final = frozenset("[{\"'&*!|>")
"""The characters with which values begin that are not plain text."""
_ANCHOR: Final = re.compile(r"&[\w.-]+(?=\s|\Z)|\*[\w.-]+(?=[ \t]*(?:[\r\n,\]}]|\Z|(?<=\s)#))")
"""What is meant as an anchor, or as an alias: that is all of its value."""
_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
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
        found = _explained(Fault(path, source, error))
    if found.code is not codes.UNQUOTED_TEMPLATE:
        return (*findings, found)
    start = found.label.span.start
    return (*(one for one in findings if one.label.span.start != start), found)


def _explained(fault: Fault) -> Diagnostic:
    """Return the finding of the first explanation that fits."""
    variable = fault.variable()
    if variable is not None:
        return problem.unquoted_variable(variable, fault.source)
    template = fault.template()
    if template is not None:
        return problem.unquoted_template(template, fault.source)
    tab = fault.tab()
    if tab is not None:
        return _tab(tab)
    for words, explanation in _EXPLANATIONS:
        if words in fault.problem or words in fault.context:
            return explanation(fault)
    return fault.say(fault.word(), text("this is not YAML: {problem}", problem=fault.problem))


def _tab(span: Span) -> Diagnostic:
    return Diagnostic(
        code=codes.TAB,
        message=text("a line is indented with a tab"),
        label=Label(span),
        help=(text("indent with spaces; two a level are usual"),),
    )


def _colon_in_value(fault: Fault) -> Diagnostic:
    start = line_start(fault.source, fault.at)
    key = _KEYED.match(fault.source, start, fault.at)
    if key is None:
        return _misplaced(fault)
    value = fault.rest(key.end())
    if fault.source[value.start] in _OPENINGS:
        return fault.say(
            Span(fault.path, fault.at, fault.at + 1),
            text("a `:` cannot stand here"),
            text("put a text that contains `: ` in quotes"),
        )
    return fault.say(
        value,
        text("a value that contains `: ` must be in quotes"),
        text("without quotes, YAML takes the second colon for the end of a key"),
        fixes=(quote_fix(fault.source, value),) if _alone(fault, value) else (),
    )


def _alone(fault: Fault, value: Span) -> bool:
    """Say whether the text from a key or dash to the end of the line is certainly one value."""
    column = column_of(fault.source, value.start)
    return column is not None and ends_here(fault.source, value, column)


def _misplaced(fault: Fault) -> Diagnostic:
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


def _undashed(fault: Fault) -> int | None:
    """Return where the keys begin that stand before a list's first `-`, or None."""
    source = fault.source
    if not source.startswith(("- ", "-\n"), fault.at) or not fault.first_on_line(fault.at):
        return None
    column = _indent(source, fault.at)
    first: int | None = None
    end = line_start(source, fault.at)
    while end > 0:
        start = line_start(source, end - 1)
        visible = _first(source, start)
        blank = visible >= end - 1 or source[visible] in "#\r"
        if not blank and _indent(source, visible) < column:
            return None if first is None or source[first] == "-" else first
        first = first if blank else visible
        end = start
    return None


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


def _block(fault: Fault) -> Diagnostic:
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
    undashed = _undashed(fault)
    if undashed is not None:
        return fault.say(
            fault.word(undashed),
            text("keys stand here and `-` items below, in one block"),
            text("if this is the first item of the list, begin it with `- ` too"),
            related=(Label(fault.word(), text("here the `-` items begin")),),
        )
    if fault.first_on_line(fault.at):
        return fault.say(
            fault.word(),
            text("this line is indented unlike the lines it belongs to"),
            text("indent all keys, or all `-` items, of one block alike"),
            related=(Label(fault.word(fault.begin), text("the block begins here")),),
        )
    return fault.say(fault.word(), text("this cannot stand here"), text("put the value in quotes"))


def _no_colon(fault: Fault) -> Diagnostic:
    return fault.say(
        fault.rest(fault.begin),
        text("this line has no `:` and continues no value"),
        text("write `key: value`; begin a text of several lines with `|` after the colon"),
    )


def _open_quote(fault: Fault) -> Diagnostic:
    span = Span(fault.path, fault.begin, fault.begin + 1)
    return fault.say(
        span, text("a quote is opened here and never closed"), text("close it where the text ends")
    )


def _escape(fault: Fault) -> Diagnostic:
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


def _open_bracket(fault: Fault) -> Diagnostic:
    bracket = fault.source[fault.begin : fault.begin + 1]
    closing = "]" if bracket == "[" else "}"
    return fault.say(
        Span(fault.path, fault.begin, fault.begin + 1),
        text("`{bracket}` is opened here and not closed as it should be", bracket=bracket),
        text("close it with `{closing}`, or put a `,` between two items", closing=closing),
        related=(Label(fault.word(), text("here an item or the end was expected")),),
    )


def _reserved(fault: Fault) -> Diagnostic:
    character = fault.source[fault.at : fault.at + 1]
    value = fault.rest(fault.at)
    sure = fault.source[value.end - 1] not in ",]}" and _alone(fault, value)
    return fault.say(
        fault.word(),
        text("a value cannot begin with `{character}` unless it is in quotes", character=character),
        text("put the value in quotes"),
        fixes=(quote_fix(fault.source, value),) if sure else (),
    )


def _bad_name(fault: Fault) -> Diagnostic:
    fault.at = fault.begin
    found = _ANCHOR.match(fault.source, fault.at)
    if found is None or _NAME.fullmatch(found[0][1:]):
        return _reserved(fault)
    return fault.say(
        Span(fault.path, *found.span()),
        text("`{name}` cannot be the name of an anchor", name=found[0][1:]),
        text("write such names with Latin letters, digits, `_` and `-`, after `&` and after `*`"),
        text("put the value in quotes if it is a text"),
    )


def _tagged(fault: Fault) -> Diagnostic:
    return problem.tag(fault.rest(fault.begin), fault.source)


def _dash(fault: Fault) -> Diagnostic:
    return fault.say(
        fault.word(),
        text("a list with `-` cannot begin on the line of its key"),
        text("put it on the next line, or write `[a, b]`"),
    )


def _absent(fault: Fault) -> Diagnostic:
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


def _outside(fault: Fault) -> Diagnostic:
    return fault.say(
        fault.word(),
        text("this does not continue what stands above"),
        text("indent it like the lines it belongs to, and close brackets and quotes above it"),
    )


def _block_header(fault: Fault) -> Diagnostic:
    return fault.say(
        fault.rest(fault.at),
        text("text must begin on the line after `|` or `>`"),
        text("move it to the next line, and indent it"),
    )


def _directive(fault: Fault) -> Diagnostic:
    return fault.say(
        fault.rest(line_start(fault.source, fault.at)),
        text("a line must not begin with `%`"),
        text("indent it if it belongs to a text, or delete it"),
    )


_EXPLANATIONS: Final[tuple[tuple[str, Callable[[Fault], Diagnostic]], ...]] = (
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
