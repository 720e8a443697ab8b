"""The findings that composing a tree can make, in the words of the author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Edit, Fix, Label, Safety, text
from crmspec.document import codes
from crmspec.document.quote import quote_fix
from crmspec.document.whole import whole_value

if TYPE_CHECKING:
    from crmspec.diagnostics import Code, Text
    from crmspec.source import Span

LONGEST_QUOTE = 40


def shorten(value: str) -> str:
    """Return `value` short enough to stand in a sentence."""
    line = " ".join(value.split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"


def misread(code: Code, span: Span, source: str) -> Diagnostic:
    """Tell that a plain scalar is not the number it looks like."""
    number = shorten(source[span.start : span.end])
    if code is codes.LEADING_ZERO:
        return _leading_zero(number, span, source)
    message = text("`{number}` is out of the range of numbers", number=number)
    hint = text("write a smaller number, or put it in quotes if it is text")
    return Diagnostic(code=code, message=message, label=Label(span), help=(hint,))


def _leading_zero(number: str, span: Span, source: str) -> Diagnostic:
    sign = number[: number[0] in "+-"]
    plain = sign + (number.lstrip("+-0") or "0")
    if sign:
        hint = text("write `{plain}`, or put it in quotes if it is text", plain=plain)
        fix = Fix(text("write `{plain}`", plain=plain), (Edit(span, plain),), Safety.UNSAFE)
    else:
        hint = text(
            "put it in quotes if it is text, a code or a phone number; else write `{plain}`",
            plain=plain,
        )
        fix = quote_fix(source, span, Safety.UNSAFE)
    return Diagnostic(
        code=codes.LEADING_ZERO,
        message=text("`{number}` starts with a zero", number=number),
        label=Label(span),
        help=(hint,),
        fixes=(fix,),
    )


def decimal_comma(span: Span, source: str) -> Diagnostic:
    """Tell that in braces a comma ends a number."""
    number = source[span.start : span.end]
    whole, _, rest = number.partition(",")
    grouped = len(rest) == 3 and bool(whole.strip("+-0"))  # noqa: PLR2004 - thousands
    meant = whole + rest if grouped else f"{whole}.{rest}"
    fix = Fix(text("write `{number}`", number=shorten(meant)), (Edit(span, meant),), Safety.UNSAFE)
    return Diagnostic(
        code=codes.SYNTAX,
        message=text(
            "`{number}` is not one number: a comma in braces ends a value", number=shorten(number)
        ),
        label=Label(span),
        help=(text("write `{number}`", number=shorten(meant)),),
        fixes=(fix,),
    )


def duplicate_key(key: str, first: Span, second: Span) -> Diagnostic:
    """Tell that a key stands twice in one mapping."""
    return Diagnostic(
        code=codes.DUPLICATE_KEY,
        message=text("`{key}` is written twice here", key=shorten(key)),
        label=Label(second, text("again")),
        related=(Label(first, text("first written here")),),
        help=(text("keep one of them, or move the values of both under one"),),
    )


def key_not_text(span: Span) -> Diagnostic:
    """Tell that a list, a map, an alias or nothing stands where a key should."""
    return Diagnostic(
        code=codes.KEY_NOT_TEXT,
        message=text("a key must be a word or a text"),
        label=Label(span),
        help=(text("write `key: value`; put a key with special characters in quotes"),),
    )


def merge_key(span: Span) -> Diagnostic:
    """Tell that `<<` is not supported."""
    return Diagnostic(
        code=codes.MERGE_KEY,
        message=text("the merge key `<<` is not supported"),
        label=Label(span),
        help=(text("write the keys out, or use the project's `defaults`"),),
    )


def tag(span: Span, source: str) -> Diagnostic:
    """Tell that tags are not supported."""
    name = shorten(source[span.start : span.end])
    return Diagnostic(
        code=codes.TAG,
        message=text("the tag `{name}` is not supported", name=name),
        label=Label(span),
        help=(text("remove it; to keep a value as text or begin it with `!`, put it in quotes"),),
    )


def unknown_alias(name: str, span: Span) -> Diagnostic:
    """Tell that no anchor of this name comes before."""
    return Diagnostic(
        code=codes.UNKNOWN_ALIAS,
        message=text("`*{name}` refers to no anchor above it", name=shorten(name)),
        label=Label(span),
        help=(
            text("mark a value above with `&{name}`, or quote a text that begins with `*`",
                 name=shorten(name)),
        ),
    )  # fmt: skip


def recursive_alias(name: str, span: Span) -> Diagnostic:
    """Tell that an alias stands inside the value it repeats."""
    return Diagnostic(
        code=codes.ALIAS_EXPANSION,
        message=text("`*{name}` repeats the value it stands in", name=shorten(name)),
        label=Label(span),
        help=(text("write the value out"),),
    )


def too_many_aliases(span: Span, limit: int) -> Diagnostic:
    """Tell that aliases stand for too many values."""
    return Diagnostic(
        code=codes.ALIAS_EXPANSION,
        message=text("the aliases of this file repeat more than {limit} values", limit=limit),
        label=Label(span, text("here the limit is passed")),
        help=(text("split the file, or write the values out"),),
    )


def too_deep(span: Span, limit: int) -> Diagnostic:
    """Tell that collections are nested too deeply."""
    return Diagnostic(
        code=codes.TOO_DEEP,
        message=text("values are nested more than {limit} levels deep", limit=limit),
        label=Label(span),
        help=(text("move the inner part to a resource of its own and refer to its id"),),
    )


def unquoted_template(span: Span, source: str) -> Diagnostic:
    """Tell that a template in braces needs quotes."""
    hints, fixes = _quoting(span, source)
    return Diagnostic(
        code=codes.UNQUOTED_TEMPLATE,
        message=text("a value that begins with a template must be in quotes"),
        label=Label(span),
        help=hints,
        fixes=fixes,
    )


def unquoted_variable(span: Span, source: str) -> Diagnostic:
    """Tell that a variable inside a list or map in brackets needs quotes."""
    hints, fixes = _quoting(span, source)
    name = shorten(source[span.start : span.end])
    return Diagnostic(
        code=codes.SYNTAX,
        message=text("`{variable}` must be in quotes inside brackets", variable=name),
        label=Label(span),
        help=hints,
        fixes=fixes,
    )


def _quoting(span: Span, source: str) -> tuple[tuple[Text, ...], tuple[Fix, ...]]:
    """Return the advice to quote a value, and the fix if it is certain where the value ends."""
    why = text("without quotes, YAML reads `{open}` as the start of a map", open="{")
    value = whole_value(source, span.path, span.start)
    if value is None:
        return (
            why,
            text("put the whole value in quotes, from its first character to its last"),
        ), ()
    return (why,), (quote_fix(source, value),)


def not_a_mapping(span: Span) -> Diagnostic:
    """Tell that a document is a list or a single value."""
    return Diagnostic(
        code=codes.NOT_A_MAPPING,
        message=text("a file must consist of sections such as `segments:` or `chains:`"),
        label=Label(span),
        help=(text("write a section, below it the id of a resource, below that its keys"),),
    )


def empty_file(span: Span) -> Diagnostic:
    """Tell that a file holds nothing but blanks and comments."""
    return Diagnostic(
        code=codes.EMPTY_FILE,
        message=text("the file is empty"),
        label=Label(span),
        help=(text("describe a resource in it or delete it"),),
    )


def too_large(span: Span, limit: str) -> Diagnostic:
    """Tell that a file passes a size limit."""
    return Diagnostic(
        code=codes.TOO_LARGE,
        message=text("the file is larger than {limit}", limit=limit),
        label=Label(span),
        help=(text("split it: resources may be spread over any number of files"),),
    )


def too_many_values(span: Span, limit: int) -> Diagnostic:
    """Tell that a file holds too many values."""
    return Diagnostic(
        code=codes.TOO_LARGE,
        message=text("the file holds more than {limit} values", limit=limit),
        label=Label(span),
        help=(text("split it: resources may be spread over any number of files"),),
    )
