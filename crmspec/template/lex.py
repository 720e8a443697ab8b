"""Cut a template into tokens with Jinja2's own lexer, and find out where each one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jinja2 import Environment, TemplateSyntaxError

from crmspec.diagnostics.sentence import text
from crmspec.template.literal import number, unescaped
from crmspec.template.mask import masked
from crmspec.template.token import OPERATORS, Tag, Token, Value

if TYPE_CHECKING:
    from crmspec.diagnostics.sentence import Text
    from crmspec.template.problem import Problems
    from crmspec.template.token import Table

_LEXER: Final = Environment(keep_trailing_newline=True, autoescape=True).lexer
_UNSEEN: Final = frozenset(
    ["whitespace", "comment_begin", "comment", "comment_end", "raw_begin", "raw_end"]
)
MOST_TOKENS: Final = 20_000
"""Words and signs in the tags of a template, and the texts between them (templates 14.1)."""
NO_NUL: Final = (
    text("the character NUL is in this text, and systems cut a text off there"),
    text("delete it"),
)
_CLOSING: Final = {"variable_begin": "}}", "block_begin": "%}"}


def tokenize(table: Table, problems: Problems) -> bool:
    """Fill the table with the tokens of its text; say whether its tags can be relied on.

    An output that cannot be cut is left out, anything else that cannot ends the template.
    """
    lexing = _Lexing(table, problems)
    while not lexing.run():
        if not lexing.skip_output():
            return False
    return lexing.tags()


class _Lexing:
    def __init__(self, table: Table, problems: Problems) -> None:
        self.table = table
        self.problems = problems
        self.hidden = masked(table.text)
        self.at = 0
        self.begun = 0
        """The token at which the last tag began."""
        self.too_many = False
        self.last = ("data", 0)
        """The kind and the place of the last token, seen or not."""

    def run(self) -> bool:
        """Cut from here on; say whether the end was reached."""
        try:
            for _, kind, value in _LEXER.tokeniter(self.hidden[self.at :], None):
                start = self.at if kind == "data" else self.hidden.find(value, self.at)
                self.at = start + len(value)
                self.last = (kind, start)
                if len(self.table.tokens) == MOST_TOKENS:
                    self.too_long()
                    return False
                if kind not in _UNSEEN:
                    self.add(
                        kind, start, start + len(value.rstrip()) if kind[-4:] == "_end" else self.at
                    )
        except TemplateSyntaxError:
            self.tell()
            return False
        return True

    def add(self, kind: str, start: int, end: int) -> None:
        """Add a token with what it stands for."""
        if kind in _CLOSING:
            self.begun = len(self.table.tokens)
        written = self.table.text[start:end]
        if kind == "operator":
            kind = OPERATORS[written]
        self.table.tokens.append(Token(kind, self.value(kind, written, start), start, end))

    def value(self, kind: str, written: str, start: int) -> Value:
        """Return the value of a token; what cannot be one is a problem."""
        end = start + len(written)
        if kind == "string":
            letters = unescaped(written)
            if letters is None:
                self.problems.characters(start, end, text("this text holds half a character"))
            elif "\0" in letters:
                self.problems.characters(start, end, *NO_NUL)
            return letters or ""
        if kind not in {"integer", "float"}:
            return written
        value = number(written)
        if value is None:
            self.problems.characters(
                start,
                end,
                text("`{number}` is not a number as templates write it", number=written[:20]),
                text("write digits, at most 15, with a point for decimals"),
            )
        return value or 0

    def too_long(self) -> None:
        """Report that there are too many tokens."""
        self.too_many = True
        message = text("a template with more than 20,000 words and signs in tags is not read")
        self.problems.characters(self.at - 1, self.at, message, text("split it into blocks"))

    def tell(self) -> None:
        """Report what could not be cut."""
        kind, start = self.last
        found = self.table.text[self.at : self.at + 1]
        end = self.at
        if kind == "comment_begin":
            message, hint = text("a comment is not closed"), text("close it with `#}}`")
        elif kind == "raw_begin":
            message = text("`{{% raw %}}` is not closed")
            hint = text("close it with `{{% endraw %}}`")
        elif self.unclosed():
            begin = self.table.tokens[self.begun]
            start, end = begin.start, begin.end
            message, hint = _not_closed(begin)
        else:
            start, end = self.at, self.at + 1
            message, hint = _does_not_belong(found)
        self.problems.characters(start, end, message, hint)

    def unclosed(self) -> bool:
        """Say whether the tag that cannot be cut runs into the next one."""
        begin = self.table.tokens[self.begun]
        closed = self.table.text.find(_CLOSING[begin.kind], self.at)
        inside = self.table.text[begin.end : closed if closed >= 0 else None]
        return closed < 0 or "{{" in inside or "{%" in inside

    def skip_output(self) -> bool:
        """Leave out the output that cannot be cut, if it is one; say whether it is."""
        kind, _ = self.last
        if kind in _UNSEEN - {"whitespace"} or self.too_many or self.problems.enough:
            return False
        begin = self.table.tokens[self.begun]
        closed = self.table.text.find("}}", self.at)
        if begin.kind != "variable_begin" or closed < 0 or self.unclosed():
            return False
        del self.table.tokens[self.begun :]
        self.at = closed + 2
        return True

    def tags(self) -> bool:
        """Note where each tag begins and ends; say whether all of them do."""
        first = -1
        for index, token in enumerate(self.table.tokens):
            if token.kind in _CLOSING:
                first = index
            elif token.kind in {"variable_end", "block_end"}:
                named = token.kind == "block_end" and self.table.tokens[first + 1]
                self.table.add_tag(Tag(first, index, str(named.value) if named else ""))
                first = -1
        if first >= 0:
            message, hint = _not_closed(self.table.tokens[first])
            self.problems.tokens(first, first, message, hint)
        return first < 0


def _not_closed(begin: Token) -> tuple[Text, Text]:
    """Return the words for a tag without an end."""
    return (
        text("`{opening}` is not closed", opening=str(begin.value)[:2]),
        text("close it with `{closing}`", closing=_CLOSING[begin.kind]),
    )


def _does_not_belong(sign: str) -> tuple[Text, Text]:
    """Return the words for a sign that no token begins with."""
    if sign in {"'", '"'}:
        hint = text("close it with the same quote, `{quote}`", quote=sign)
        return text("a quote is not closed"), hint
    message = text("`{character}` does not belong here", character=sign)
    return message, _SIGNS.get(sign, _TEXT)


_TEXT: Final = text("text with signs goes into quotes; a `{{{{` that is text, into `{{% raw %}}`")
_SIGNS: Final = {"&": text("write `and`"), "!": text("write `not`")}
