"""Languages that only put in values, with a fallback: what their printers share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from crmspec.diagnostics import text
from crmspec.dialect.loss import Lost
from crmspec.dialect.printer import Arm, Printer, escaped
from crmspec.template.tree import Constant, Context, Expression, Filter, Node, Path, With

if TYPE_CHECKING:
    from collections.abc import Callable


class Substitution(Printer):
    """Prints values; `tag` is the pattern of one, `fallback` of one with another text.

    `ends` is what the language would take for a tag, `hard` what a fallback cannot have.
    """

    pattern: ClassVar[str] = ""
    fallback: ClassVar[str | None] = None
    encoded: ClassVar[str | None] = None
    ends: ClassVar[re.Pattern[str]] = re.compile(r"\{\{|\{\Z|\A\}")
    hard: ClassVar[re.Pattern[str]] = re.compile(r"[|{}?\r\n]")

    def text(self, literal: str) -> str:
        """Return text; what looks like a tag is noted."""
        if self.ends.search(literal):
            self.losses.append(
                Lost(
                    Constant(value=literal),
                    text("{title} takes a part of this text for a tag", title=self.title),
                    text("put a space between the signs that begin or end a tag"),
                ).loss
            )
        return literal

    def shown(self, expression: Expression, context: Context) -> str:
        """Return the tag of a value."""
        tag = self.tag(expression)
        if tag is not None:
            return tag
        value, other = expression, ""
        if isinstance(expression, Filter) and expression.name == "default":
            value, other = expression.of, self.other(expression, context)
        if not isinstance(value, Path):
            raise self.only_values(expression)
        return self.written(self.path(value), other, context, expression)

    def other(self, value: Filter, context: Context) -> str:
        """Return the fallback of a value, escaped for where it stands."""
        first = value.arguments[0]
        if not isinstance(first, Constant) or not isinstance(first.value, str) or context == "url":
            raise self.only_values(value)
        words = escaped(first.value, context)
        if self.fallback is None or self.hard.search(words):
            raise self.only_values(value)
        return words

    def written(self, name: str, other: str, context: Context, node: Expression) -> str:
        """Return a tag with its fallback."""
        pattern = self.encoded if context == "url" else self.pattern
        if pattern is None:
            raise self.only_values(node)
        if other and self.fallback is not None:
            return self.fallback.format(name, other)
        return pattern.format(name)

    def choice(self, arms: list[Arm], otherwise: Callable[[], str] | None) -> str:
        """Lose every branch but the last one."""
        self.losses.append(self.only_values(arms[0].condition).loss)
        return otherwise() if otherwise is not None else ""

    def bound(self, binding: With) -> str:
        """Lose a binding, and what is inside."""
        raise self.only_values(binding)

    def reach(self, start: str, keys: tuple[str | int, ...], node: Node) -> str:
        """Return the field; fields have no keys."""
        if keys:
            raise self.only_values(node)
        return start

    def only_values(self, node: Node) -> Lost:
        """Return that there is nothing but values."""
        return Lost(
            node,
            text("{title} can only print fields, and a text if one is empty", title=self.title),
            text("make a message for each case and choose with a `switch` in the chain"),
        )
