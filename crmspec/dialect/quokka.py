"""Quokka, Mindbox's language: `${Recipient.FirstName}`, `@{if x != null}`, without escapes.

Grammar: https://github.com/mindbox-cloud/Quokka/blob/master/Grammar/Quokka/Quokka.g4 . Decimals are
written as the project's culture has them, so numbers with decimals are lost. Texts are compared
with the variable on the left; loops have no index.
"""

from __future__ import annotations

from typing import ClassVar, Final

from crmspec.diagnostics import text
from crmspec.dialect.bracketed import RECKONED, TEXTUAL, Bracketed
from crmspec.dialect.dialect import Dialect
from crmspec.dialect.kind import NUMBERS
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_cases import ALWAYS, MISSING, Case, Cases, guarded, literal_text
from crmspec.dialect.lowering_loop import unlimited
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
    Present,
)

_TOKENS: Final = {"%d": "dd", "%m": "MM", "%Y": "yyyy", "%y": "yy", "%H": "HH", "%M": "mm"}
_SIGNS: Final = {"plus": "+", "minus": "-", "times": "*"}


class Quokka(Bracketed):
    """Prints Quokka."""

    tags: ClassVar[tuple[str, str, str, str]] = (
        *("@{if {}}", "@{else if {}}"),
        *("@{else}", "@{end if}"),
    )
    comparisons: ClassVar[dict[Operator, str]] = {"==": "="}
    guards: ClassVar[tuple[str, ...]] = (*RECKONED, *TEXTUAL, "add_days", "length")
    filters: ClassVar[dict[str, str]] = {
        "upper": "toUpper({0})",
        "lower": "toLower({0})",
        "capitalize": "capitalize({0})",
        "add_days": "addDays({0}, {1})",
    }
    reserved: ClassVar[tuple[str, ...]] = (
        *("if", "end", "else", "for", "in", "null", "and", "or", "not", "true", "false"),
    )

    # -- pieces -------------------------------------------------------------------------------

    def text(self, literal: str) -> str:
        """Return text with `${` and `@{` broken up."""
        for sign in "$@":
            literal = literal.replace(f"{sign}{{", f'${{"{sign}"}}\0')
        return literal.replace("\0", "{")

    def output(self, value: Expression, context: Context) -> str:
        """Return `${value}`; the engine escapes where the channel is HTML."""
        if context == "url":
            raise Lost(
                value,
                text("{title} cannot encode a part of a link", title=self.title),
                text("keep the encoded value as an attribute"),
            )
        return f"${{{self.value(value)}}}"

    def loop(self, loop: For) -> str:
        """Return `@{for}`."""
        of, limit = unlimited(loop.of)
        limits = [n for n in (loop.limit, limit) if n is not None]
        words = self.value(of)
        self.kinds.bind(loop.variable, of, item=True)
        take = f".Take({min(limits)})" if limits else ""
        body, otherwise = self.body(loop.body), self.body(loop.otherwise)
        tags = f"@{{for {loop.variable} in {words}{take}}}{body}@{{end for}}"
        if not otherwise:
            return f"@{{if {words} != null}}{tags}@{{end if}}"
        return (
            f"@{{if {words} != null and count({words}) > 0}}{tags}@{{else}}{otherwise}@{{end if}}"
        )

    def position(self, path: Path) -> str:
        """Lose a position: loops have no index."""
        raise Lost(
            path,
            text("loops of {title} do not count", title=self.title),
            text("put what separates items after each of them"),
        )

    # -- values -------------------------------------------------------------------------------

    def split(self, value: Filter) -> Cases | None:
        """Return filters with a condition in them as cases; three forms are Quokka's own.

        A date is of a type of its own there, and never `''`.
        """
        if value.name == "date" and isinstance(value.of, Path) and "%B" not in literal_text(value):
            there = Case(Present(of=value.of), value)
            return None if self.is_sure(value.of) else (there, Case(ALWAYS, MISSING))
        if value.name != "plural" or len(value.arguments) == 2:  # noqa: PLR2004
            return super().split(value)
        if self.kinds.of(value.of) != "integer":
            raise Lost(
                value,
                text("{title} has forms of words for whole numbers only", title=self.title),
                text("give the number the type `integer`"),
            )
        return guarded(value)

    def quoted(self, constant: Constant) -> str:
        """Return a literal; a text with both kinds of quotes is joined of pieces."""
        value = constant.value
        if not isinstance(value, str):
            if value is None or isinstance(value, bool):
                raise self.too_much(constant)
            return str(value) if value >= 0 else f"({value})"
        if "'" in value and '"' in value:
            return " & ".join(f"'{p}'" if '"' in p else f'"{p}"' for p in _pieces(value))
        return f"'{value}'" if '"' in value else f'"{value}"'

    def filtered(self, value: Filter) -> str:  # noqa: PLR0911 - one a kind of filter
        """Return a filtered value."""
        words = self.value(value.of)
        if value.name == "plural":
            return f"forms({words}, {', '.join(self.value(a) for a in value.arguments)})"
        if value.name == "date" and literal_text(value) in _TOKENS:
            return f'formatDateTime({words}, "{_TOKENS[literal_text(value)]}")'
        if value.name == "length":
            return f"{'count' if self.kinds.of(value.of) == 'list' else 'length'}({words})"
        if value.name == "hash":
            return f"{literal_text(value)}({words})"
        if value.name == "number" and literal_text(value) == "0":
            return f'formatDecimal({words}, "F0")'
        if value.name in _SIGNS and self.kinds.of(value) == "integer":
            return f"({words} {_SIGNS[value.name]} {self.value(value.arguments[0])})"
        return super().filtered(value)

    def reach(self, start: str, keys: tuple[str | int, ...], node: Node) -> str:
        """Return `start.key`; lists have no positions."""
        for key in keys:
            if isinstance(key, int) or not key.isidentifier() or not key.isascii():
                raise Lost(
                    node,
                    text("{title} cannot reach `{key}`", title=self.title, key=str(key)),
                    text("go through the list with `for` and `limit(1)`, or give it a name"),
                )
            start += f".{key}"
        return start

    # -- conditions -----------------------------------------------------------------------------

    def present(self, value: Expression) -> str:
        """Return that there is a value."""
        return f"{self.value(value)} != null"

    def empty(self, value: Expression) -> str:
        """Return that a value is missing, `''`, or an empty list."""
        if self.kinds.of(value) in (*NUMBERS, "boolean"):
            return f"{self.value(value)} = null"
        return f"not {self._filled(value)}"

    def _filled(self, value: Expression) -> str:
        words = self.value(value)
        if self.kinds.of(value) == "date":
            return self.present(value)
        if self.kinds.of(value) == "list":
            return f"({words} != null and count({words}) > 0)"
        return f'({words} != null and {words} != "")'

    def true(self, value: Expression) -> str:
        """Return that a value holds: conditions must be booleans."""
        kind = self.kinds.of(value)
        if kind in NUMBERS:
            return self.present(value)
        if kind == "boolean":
            return f"({self.present(value)} and {self.value(value)})"
        return self._filled(value)

    def compared(self, comparison: Comparison) -> str:
        """Return a comparison with the variable on the left; nothing is missing in it."""
        left, right, operator = comparison.left, comparison.right, comparison.operator
        if isinstance(left, Constant) or (
            operator not in ("==", "!=") and not self._numbers(left, right)
        ):
            raise self.too_much(left)
        if self.kinds.of(left) == "date" and (operator, right) == ("!=", Constant(value="")):
            return self.present(left)
        if isinstance(right, Constant) and isinstance(right.value, bool):
            return self._boolean(left, operator, holds=right.value)
        if not isinstance(right, Constant) and not self._numbers(left, right):
            raise self.too_much(right)
        sign = self.comparisons.get(operator, operator)
        words = f"{self.value(left)} {sign} {self.value(right)}"
        known = self.unsure(left, right)
        if operator == "!=":
            return self.any_of([*(f"not ({test})" for test in known), words])
        return self.all_of([*known, words])

    def _boolean(self, value: Expression, operator: Operator, *, holds: bool) -> str:
        words = self.value(value)
        test = f"({words} != null and {words if holds else f'not {words}'})"
        return test if operator == "==" else f"not {test}"

    def _numbers(self, *values: Expression) -> bool:
        return all(self.kinds.of(value) in NUMBERS for value in values)


def _pieces(value: str) -> list[str]:
    """Return a text in pieces with one kind of quotes in each."""
    pieces = [""]
    for letter in value:
        if letter in "'\"" and ({"'": '"', '"': "'"}[letter]) in pieces[-1]:
            pieces.append("")
        pieces[-1] += letter
    return pieces


DIALECTS: Final = (
    Dialect(
        id="mindbox",
        title="Mindbox",
        level=2,
        printer=Quokka,
        page="https://github.com/mindbox-cloud/Quokka",
    ),
)
