"""Do the tags of a template open, divide and close as they should, and how deep do they go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from crmspec.diagnostics.sentence import text
from crmspec.diagnostics.suggestion import nearest
from crmspec.template.word import FOREIGN_TAGS

if TYPE_CHECKING:
    from crmspec.diagnostics.sentence import Text
    from crmspec.template.problem import Problems
    from crmspec.template.token import Table, Tag, Token

DEEPEST: Final = 32
"""Levels of tags in tags, and of brackets in brackets."""
LONGEST: Final = 32
"""Filters, keys of a path, signs and `not`s in a row."""

PAIRED: Final = frozenset(["if", "for", "with", "native"])
_DIVIDES: Final = {"elif": ("if",), "else": ("if", "for")}
_TAGS: Final = (*sorted(PAIRED), "elif", "else", "include", *(f"end{one}" for one in PAIRED))
_OPENING: Final = {"lparen": "rparen", "lbracket": "rbracket", "lbrace": "rbrace"}
_CLOSING: Final = frozenset(_OPENING.values())
_PREFIXES: Final = frozenset(["sub", "add", "not"])
_LINKS: Final = frozenset(["pipe", "dot", "lbracket", "lparen", "pow", "is", "if"])


class _Open(NamedTuple):
    tag: Tag
    divided: bool = False


class Nesting(NamedTuple):
    """How the tags of a template belong together; a tag is named by its first token."""

    closers: dict[int, Tag]
    """The closing tag of each opening one."""
    left_out: frozenset[int]
    """The tags that mean nothing."""
    sound: bool
    """Whether the rest can be parsed."""


def nest(table: Table, problems: Problems) -> Nesting:
    """Match the tags of a template."""
    matching = _Matching(table, problems)
    for tag in table.tags:
        matching.visit(tag)
    matching.finish()
    return Nesting(matching.closers, frozenset(matching.left_out), matching.sound)


class _Matching:
    def __init__(self, table: Table, problems: Problems) -> None:
        self.table = table
        self.problems = problems
        self.open: list[_Open] = []
        self.closers: dict[int, Tag] = {}
        self.left_out: set[int] = set()
        self.sound = True

    def leave_out(self, tag: Tag, message: Text, hint: Text | None = None) -> None:
        """Report a tag that can be read over."""
        self.left_out.add(tag.first)
        self.problems.tokens(tag.first, tag.last, message, hint)

    def give_up(self, tag: Tag, message: Text, hint: Text) -> None:
        """Report a tag that spoils all others."""
        self.sound = False
        self.problems.tokens(tag.first, tag.last, message, hint)

    def visit(self, tag: Tag) -> None:
        if not _shallow(self.table, tag):
            self.too_deep(tag)
        elif not tag.name:
            return
        elif self.table.tokens[tag.first + 1].kind != "name":
            self.leave_out(tag, text("a tag begins with a word, such as `if`"))
        elif tag.name in PAIRED:
            self.enter(tag)
        elif tag.name in _DIVIDES:
            self.divide(tag)
        elif tag.name.startswith("end"):
            self.close(tag)
        elif tag.name != "include":
            self.unknown(tag)

    def too_deep(self, tag: Tag) -> None:
        self.give_up(tag, text("this nests too deep to be read or tested"), text("split it up"))

    def enter(self, tag: Tag) -> None:
        self.open.append(_Open(tag))
        if len(self.open) == DEEPEST + 1:
            self.too_deep(tag)

    def divide(self, tag: Tag) -> None:
        """Take an `elif` or `else`."""
        opened = self.open[-1] if self.open else None
        if opened is None or opened.tag.name not in _DIVIDES[tag.name]:
            self.leave_out(tag, text("`{{% {name} %}}` stands outside an `if`", name=tag.name))
        elif opened.divided:
            self.leave_out(tag, text("`{{% {name} %}}` comes after `{{% else %}}`", name=tag.name))
        elif tag.name == "else":
            self.open[-1] = opened._replace(divided=True)

    def close(self, tag: Tag) -> None:
        """Take an `end…`."""
        name = tag.name.removeprefix("end")
        if name in FOREIGN_TAGS:
            self.left_out.add(tag.first)
        elif name not in PAIRED:
            self.unknown(tag)
        elif not any(one.tag.name == name for one in self.open):
            self.leave_out(
                tag,
                text("`{{% {name} %}}` closes nothing", name=tag.name),
                text("leave it out, or open it with `{{% {name} … %}}`", name=name),
            )
        else:
            while (opened := self.open.pop()).tag.name != name:
                self.unclosed(opened.tag)
            self.closers[opened.tag.first] = tag

    def unclosed(self, tag: Tag) -> None:
        message = text("`{{% {name} %}}` is not closed", name=tag.name)
        hint = text("close it with `{{% end{name} %}}`", name=tag.name)
        if tag.name == "if" and tag.last == tag.first + 2:
            message = text("`{{% if %}}` has no condition, and is not closed")
            hint = text("write `{{% if event.total > 0 %}}…{{% endif %}}`")
        self.give_up(tag, message, hint)

    def finish(self) -> None:
        for opened in self.open:
            self.unclosed(opened.tag)

    def unknown(self, tag: Tag) -> None:
        near = nearest(tag.name, _TAGS)
        guess = text("did you mean `{name}`?", name=near) if near else None
        message = text("templates have no `{{% {name} %}}`", name=tag.name)
        self.leave_out(tag, message, FOREIGN_TAGS.get(tag.name, guess))


def _shallow(table: Table, tag: Tag) -> bool:
    """Say whether the parser can read a tag without going deeper than it should."""
    depth = signs = links = 0
    for token in table.tokens[tag.first + 2 : tag.last]:
        kind = _kind(token)
        depth += (kind in _OPENING) - (kind in _CLOSING)
        signs = signs + 1 if kind in _PREFIXES else 0
        links = 0 if kind in {"and", "or", "comma"} else links + (kind in _LINKS)
        if depth > DEEPEST or signs > LONGEST or links > LONGEST:
            return False
    return True


def _kind(token: Token) -> str:
    return str(token.value) if token.kind == "name" else token.kind
