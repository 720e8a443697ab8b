"""Merge tags of Mailchimp and Mandrill: `*|FNAME|*`, blocks of one comparison, no loops.

Sources: https://mailchimp.com/help/all-the-merge-tags-cheat-sheet/ ,
https://mailchimp.com/help/use-conditional-merge-tag-blocks/ and
https://mailchimp.com/developer/transactional/docs/templates-dynamic-content/ .
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from crmspec.diagnostics import text
from crmspec.dialect.dialect import Dialect
from crmspec.dialect.handlebars import Handlebars
from crmspec.dialect.loss import Lost
from crmspec.dialect.printer import Printer
from crmspec.template.tree import (
    Comparison,
    Constant,
    Context,
    Expression,
    Filter,
    For,
    Node,
    Operator,
    Path,
)

if TYPE_CHECKING:
    from crmspec.dialect.handlebars_condition import Test
    from crmspec.dialect.lowering_cases import Cases

_HARD: Final = re.compile(r"[*|:=<>!\r\n\"'&]")


class Nested(Handlebars):
    """Prints a language whose blocks ask one thing and that has no loops and no nested data.

    `booleans` says that fields are texts, so that yes is the text `true`; elsewhere it is not
    published how a condition sees it.
    """

    zeros: ClassVar[bool] = False
    booleans: ClassVar[bool] = True
    hard: ClassVar[re.Pattern[str]] = _HARD

    def unbroken(self, printed: str) -> str:
        """Return a text as it is: line breaks around tags stay."""
        return printed

    def loop(self, loop: For) -> str:
        """Lose a loop."""
        return Printer.loop(self, loop)

    def path(self, path: Path) -> str:
        """Return a name; there are neither loops nor lists."""
        if self.kinds.of(path) in ("list", "object"):
            raise self.no_parts(path)
        return Printer.path(self, path)

    def reach(self, start: str, keys: tuple[str | int, ...], node: Node) -> str:
        """Return a name; names have no keys."""
        if keys:
            raise self.no_parts(node)
        return start

    def no_parts(self, node: Node) -> Lost:
        """Return that values are flat."""
        return Lost(
            node,
            text("{title} has no values inside values", title=self.title),
            text("keep it as an attribute of its own"),
        )

    def quoted(self, constant: Constant) -> str:
        """Return a literal; the language has no escapes."""
        if isinstance(constant.value, bool):
            return "true" if constant.value else "false"
        words = str(constant.value)
        if self.hard.search(words) or words != words.strip():
            raise Lost(
                constant,
                text("{title} cannot compare with this text", title=self.title),
                text("use letters, digits and spaces inside"),
            )
        return words

    def asking_for(self, value: Expression) -> Comparison:
        """Return that a boolean holds: a stored `false` is no empty field."""
        yes = Constant(value=True, span=value.span)
        return Comparison(operator="==", left=value, right=yes, span=value.span)

    def decided(self, condition: Expression, then: str, otherwise: str) -> str:
        """Return `then` or `otherwise`; a bare boolean is compared with `true`."""
        if isinstance(condition, Path) and self.kinds.of(condition) == "boolean":
            condition = self.asking_for(condition)
        return super().decided(condition, then, otherwise)

    def comparing(self, operator: Operator, left: Expression, right: Constant) -> Test:
        """Return the block of a comparison."""
        if isinstance(right.value, bool) and not self.booleans:
            raise Lost(
                left,
                text("{title} does not say how it keeps true and false", title=self.title),
                text("keep it as a text, such as `yes`, and compare with that"),
            )
        return super().comparing(operator, left, right)


class MergeTag(Nested):
    """Prints merge tags."""

    helpers: ClassVar[dict[Operator, tuple[str, str]]] = {
        "==": ("*|IF:{}={}|*", "*|END:IF|*"),
        "!=": ("*|IF:{}!={}|*", "*|END:IF|*"),
        "<": ("*|IF:{}<{}|*", "*|END:IF|*"),
        "<=": ("*|IF:{}<={}|*", "*|END:IF|*"),
        ">": ("*|IF:{}>{}|*", "*|END:IF|*"),
        ">=": ("*|IF:{}>={}|*", "*|END:IF|*"),
    }
    other: ClassVar[str] = "*|ELSE:|*"
    asking: ClassVar[tuple[str, str, str]] = ("*|IF:{}|*", "*|END:IF|*", "*|IFNOT:{}|*")
    ends: ClassVar[re.Pattern[str]] = re.compile(r"\*\||\*\Z|\A\|\*")
    filters: ClassVar[dict[str, str]] = {"upper": "UPPER:{0}", "lower": "LOWER:{0}"}

    def output(self, value: Expression, context: Context) -> str:
        """Return `*|FNAME|*`; in a part of a URL `*|URL:FNAME|*`."""
        if context != "url":
            return f"*|{self._single(value)}|*"
        if isinstance(value, Filter):
            raise self.too_much(value)
        return f"*|URL:{self.value(value)}|*"

    def _single(self, value: Expression) -> str:
        """Return a value with at most one filter."""
        if isinstance(value, Filter) and isinstance(value.of, Filter):
            raise self.too_much(value)
        return self.value(value)

    def split(self, value: Filter) -> Cases | None:
        """Return filters with a condition in them as cases; those of texts keep nothing empty."""
        return None if value.name in self.filters else super().split(value)


class Mandrill(MergeTag):
    """Prints Mandrill's merge tags; their values come with the call, of any kind."""

    booleans: ClassVar[bool] = False


_PAGE: Final = "https://mailchimp.com/help/use-conditional-merge-tag-blocks/"
DIALECTS: Final = (
    Dialect(id="mailchimp", title="Mailchimp", level=1, printer=MergeTag, page=_PAGE),
    Dialect(
        id="mandrill",
        title="Mandrill",
        level=1,
        printer=Mandrill,
        page="https://mailchimp.com/developer/transactional/docs/templates-dynamic-content/",
    ),
)
