"""Jinja2's own parser, fed with tokens whose line numbers are their indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, TemplateSyntaxError, lexer, nodes
from jinja2.parser import Parser

from crmspec.diagnostics.sentence import text

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from crmspec.diagnostics.sentence import Text
    from crmspec.template.problem import Problems
    from crmspec.template.token import Table, Tag, Token

_ENVIRONMENT: Final = Environment(autoescape=True)
_MOST_MENDED: Final = 10
"""Tags of one template that are read as if they said nothing; each costs a reading of all."""
_END: Final = frozenset(["variable_end", "block_end"])


class _Parser(Parser):
    """Every node's `lineno` is the index of its token."""

    def __init__(self, tokens: list[lexer.Token]) -> None:
        super().__init__(_ENVIRONMENT, "")
        self.stream = lexer.TokenStream(iter(tokens), None, None)
        self.extensions = {"native": _native}


def _native(parser: Parser) -> nodes.Node:
    """Parse `{% native "dialect" %}…{% endnative %}`; the body is taken from the source."""
    place = next(parser.stream).lineno
    dialect = parser.stream.expect("string").value
    parser.parse_statements(("name:endnative",), drop_needle=True)
    return nodes.Keyword("native", nodes.Const(dialect), lineno=place)


def read(table: Table, problems: Problems, left_out: AbstractSet[int]) -> list[nodes.Node]:
    """Return the nodes of a template whose tags nest well, without those that are `left_out`.

    A tag that cannot be read is reported, and read as if it said nothing.
    """
    tokens = _tokens(table, left_out)
    mended: set[int] = set()
    while True:
        try:
            return _Parser(tokens).subparse()
        except TemplateSyntaxError as error:
            tag = table.tag(error.lineno)
            _tell(table, problems, tag, error.lineno)
            if tag.first in mended or len(mended) == _MOST_MENDED:
                return []
            mended.add(tag.first)
            tokens = _mended(tokens, tag)


def _tokens(table: Table, left_out: AbstractSet[int]) -> list[lexer.Token]:
    skipped = {
        at for tag in table.tags if tag.first in left_out for at in range(tag.first, tag.last + 1)
    }
    read: list[Any] = list(enumerate(table.tokens))
    return [lexer.Token(at, one.kind, one.value) for at, one in read if at not in skipped]


_MENDED: Final = {
    "if": (("name", "true"),),
    "elif": (("name", "true"),),
    "for": (("name", "x"), ("name", "in"), ("name", "x")),
    "native": (("string", "x"),),
}


def _mended(tokens: list[lexer.Token], tag: Tag) -> list[lexer.Token]:
    """Return the tokens with a tag that can be read, or without it if nothing hangs on it."""
    before = [one for one in tokens if one.lineno < tag.first]
    after = [one for one in tokens if one.lineno > tag.last]
    if tag.name in {"", "include"}:
        return before + after
    kept = [one for one in tokens if tag.first <= one.lineno <= tag.last]
    inside = [lexer.Token(tag.first + 1, *one) for one in _MENDED.get(tag.name, ())]
    return [*before, *kept[:2], *inside, kept[-1], *after]


def _tell(table: Table, problems: Problems, tag: Tag, at: int) -> None:
    """Report the token that the parser did not expect."""
    token = table.tokens[at]
    if token.kind in _END:
        hint = _INCOMPLETE.get(tag.name, text("a value is missing, such as `profile.name`"))
        problems.tokens(tag.first, tag.last, text("something is missing here"), hint)
        return
    message = text("`{written}` is not expected here", written=table.written(at, at)[:40])
    problems.tokens(at, at, message, _hint(table, token, at))


_INCOMPLETE: Final = {
    "for": text("write `{{% for item in items %}}`"),
    "with": text("write `{{% with name = value %}}`"),
    "include": text('write `{{% include "block" %}}`'),
    "native": text('write `{{% native "klaviyo" %}}…{{% endnative %}}`'),
    "if": text("a condition is missing, as in `{{% if event.total > 0 %}}`"),
}


def _hint(table: Table, token: Token, at: int) -> Text:
    if token.kind == "assign":
        return text("compare with `==`")
    if token.kind == "pipe" and table.tokens[at - 1].kind == "pipe":
        return text("write `or`")
    return text("values are joined by `and`, `or`, `==`, `|`; text goes into quotes")
