"""Handlebars: conditions are block helpers, so "and" is one block inside another.

Each vendor has helpers of its own. Bodies are printed as often as the alternatives need them; what
the helpers make of a missing value is never relied on: `{{#if}}` is asked first.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from crmspec.diagnostics import text
from crmspec.dialect.bracketed import RECKONED, TEXTUAL, Bracketed
from crmspec.dialect.handlebars_condition import (
    OF_ZERO,
    Test,
    base_text,
    first_part,
    indexed,
    no_dates,
    same_items,
    simple,
    untyped,
)
from crmspec.dialect.kind import NUMBERS, TEXTS
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_cases import ALWAYS, MISSING, Case, literal_text, months
from crmspec.dialect.lowering_loop import limited, unlimited
from crmspec.dialect.lowering_scope import LOOP
from crmspec.dialect.lowering_truth import OPPOSITE, both, either, not_blank
from crmspec.dialect.names import is_plain
from crmspec.template.tree import (
    And,
    Body,
    Comparison,
    Constant,
    Context,
    Empty,
    Expression,
    Filter,
    For,
    Node,
    Not,
    Operator,
    Or,
    Path,
    Present,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmspec.dialect.lowering_cases import Cases
    from crmspec.dialect.printer import Arm

_HARD: Final = re.compile(r"\{\{|\}\}|[\r\n]")
_ENDS: Final = re.compile(r"\{(?=\{)|\{\Z|\\\Z|\\(?=\{)|\A\}")
_ALONE: Final = re.compile(r"^([ \t]*)(\{\{(?:[#/][^{}]*|else)\}\})([ \t]*)(?=\n)", re.MULTILINE)
"""A tag alone on its line, which is left out together with the line."""
OF: Final = "of "
MOST: Final = 200_000
"""How many characters a conditional may become by printing bodies twice."""


class Handlebars(Bracketed):
    """Prints Handlebars.

    `helpers` are the tags of comparisons, `encode` and
    `filters` are patterns, `sizes` is the pattern of the length of a list,
    `counter` that of a number counted from 1; `strict` says that "equal to 0" is not so of `''`,
    `zeros` that it can be asked at all.
    """

    helpers: ClassVar[dict[Operator, tuple[str, str]]] = {}
    other: ClassVar[str] = "{{else}}"
    encode: ClassVar[str | None] = None
    sizes: ClassVar[str | None] = None
    counter: ClassVar[str | None] = None
    strict: ClassVar[bool] = False
    zeros: ClassVar[bool] = True
    ends: ClassVar[re.Pattern[str]] = _ENDS
    guards: ClassVar[tuple[str, ...]] = (*RECKONED, "hash")
    reserved: ClassVar[tuple[str, ...]] = ("this",)
    asking: ClassVar[tuple[str, str, str]] = ("{{{{#if {}}}}}", "{{/if}}", "{{{{#unless {}}}}}")

    # -- pieces -------------------------------------------------------------------------------

    def print(self, body: Body, blocks: Mapping[str, Body]) -> str:
        """Return a template as text; the lines of lonely tags are written twice."""
        return self.unbroken(super().print(body, blocks))

    def unbroken(self, printed: str) -> str:
        """Return a text whose line breaks stay."""
        return _ALONE.sub(r"\1\2\3\n\1\3", printed)

    def text(self, literal: str) -> str:
        """Return text; two braces, or one before a tag, would begin a tag, a backslash undo one."""
        if self.ends.search(literal):
            self.losses.append(
                Lost(
                    Constant(value=literal),
                    text("{title} takes a part of this text for a tag", title=self.title),
                    text("put a space between the signs that begin or end a tag"),
                ).loss
            )
        return literal

    def output(self, value: Expression, context: Context) -> str:
        """Return `{{value}}`, or `{{{value}}}` where nothing is escaped: numbers would be added."""
        words = self._counted(value)
        if words.startswith("("):
            words = words[1:-1]
        if context == "url":
            return self._encoded(words, value)
        raw = context == "plain" and self.kinds.of(value) not in (*NUMBERS, "boolean")
        return f"{{{{{{{words}}}}}}}" if raw else f"{{{{{words}}}}}"

    def _counted(self, value: Expression) -> str:
        words = self.value(value)
        if not isinstance(value, Path) or not value.root.startswith(LOOP):
            return words
        if self.counter is None or value.keys != ("index",):
            raise Lost(
                value,
                text("{title} counts items from 0", title=self.title),
                text("leave out the number of the item"),
            )
        return self.counter.format(words)

    def _encoded(self, words: str, value: Expression) -> str:
        if self.encode is None:
            raise Lost(
                value,
                text("{title} cannot encode a part of a link", title=self.title),
                text("keep the encoded value as an attribute"),
            )
        return self.encode.format(words)

    def loop(self, loop: For) -> str:
        """Return `{{#each list}}…{{else}}…{{/each}}`."""
        of, limit = unlimited(loop.of)
        limits = [n for n in (loop.limit, limit) if n is not None]
        words = self.value(of)
        if limits:
            loop = limited(msgspec.structs.replace(loop, of=of, limit=min(limits)))
        self.kinds.bind(loop.variable, of, item=True)
        self.loops.append(loop.variable)
        body = self.body(loop.body)
        self.loops.pop()
        if "../" in body and self.loops and self.kinds.may_share(loop.variable, self.loops[-1]):
            raise same_items(loop, self.title)
        otherwise = self.body(loop.otherwise)
        last = f"{{{{else}}}}{otherwise}" if otherwise else ""
        return f"{{{{#each {words}}}}}{body}{last}{{{{/each}}}}"

    def position(self, path: Path) -> str:
        """Return `@index` and the like; of a loop around, `@../index`."""
        around = self._around(path.root.removeprefix(LOOP))
        return f"@{'../' * around}{path.keys[0]}"

    def _around(self, variable: str) -> int:
        return len(self.loops) - 1 - self.loops.index(variable)

    # -- values -------------------------------------------------------------------------------

    def split(self, value: Filter) -> Cases | None:
        """Return filters with a condition in them as cases; texts are asked with `if`."""
        base = base_text(value.of)
        texts = isinstance(base, Path) and self.kinds.of(base) in TEXTS
        if texts and value.name == "default" and self.kinds.of(value.of) in TEXTS:
            return (Case(base, value.of), Case(ALWAYS, value.arguments[0]))
        if isinstance(base_text(value.of), Constant):
            return super().split(value) if value.name == "default" else None
        asked = (*(name for name in TEXTUAL if name != "hash"), "date", "add_days")
        if value.name in asked and isinstance(value.of, Path | Filter):
            if value.name == "date" and "%B" in literal_text(value):
                base = base_text(value.of)
                return tuple(Case(c if c == ALWAYS else both(base, c), v) for c, v in months(value))
            return (
                None
                if self.asked(value.of)
                else (Case(base_text(value.of), value), Case(ALWAYS, MISSING))
            )
        if value.name == "length" and self.sizes is not None:
            return (Case(value.of, value), Case(ALWAYS, Constant(value=0)))
        return super().split(value)

    def asked(self, value: Expression) -> bool:
        """Return whether a filter is applied to what has been asked for already."""
        return isinstance(value, Filter) and value.name in TEXTUAL

    def path(self, path: Path) -> str:
        """Return a path, from the item of a loop outwards."""
        if path.root in self.loops:
            start = "../" * self._around(path.root) + "this"
            return self.reach(start, path.keys, path).replace("this.", "", 1)
        outwards = "" if path.root.startswith(LOOP) else "../" * len(self.loops)
        return outwards + super().path(path)

    def quoted(self, constant: Constant) -> str:
        """Return a literal; Handlebars has no escapes."""
        value = constant.value
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str):
            return str(value)
        if _HARD.search(value) or "\\" in value or ('"' in value and "'" in value):
            raise Lost(
                constant,
                text("{title} cannot have this text in a tag", title=self.title),
                text("use one kind of quotes, no backslashes, line breaks and double braces"),
            )
        return f"'{value}'" if '"' in value else f'"{value}"'

    def filtered(self, value: Filter) -> str:
        """Return a filtered value."""
        whole = self.kinds.of(value.of) == "integer"
        if value.name == "number" and whole and value.arguments[0] == Constant(value=0):
            return self.value(value.of)
        if value.name == "length" and self.sizes is not None and self.kinds.of(value.of) == "list":
            return self.sizes.format(self.value(value.of))
        if value.name == "first" and isinstance(value.of, Path):
            keys = (0, *(str(a.value) for a in value.arguments if isinstance(a, Constant)))
            return self.path(msgspec.structs.replace(value.of, keys=(*value.of.keys, *keys)))
        return super().filtered(value)

    def reach(self, start: str, keys: tuple[str | int, ...], node: Node) -> str:
        """Return `start.key.[0].[an odd key]`."""
        for key in keys:
            if isinstance(key, int):
                start += f".[{key}]"
            elif "]" in key:
                raise Lost(node, text("{title} cannot reach `{key}`", title=self.title, key=key))
            else:
                start += f".{key}" if is_plain(key) else f".[{key}]"
        return start

    # -- conditions -----------------------------------------------------------------------------

    def choice(self, arms: list[Arm], otherwise: Callable[[], str] | None) -> str:
        """Return blocks inside blocks."""
        last = otherwise() if otherwise is not None else ""
        return self._chain([(arm.condition, arm.body()) for arm in arms], last)

    def _chain(self, pairs: list[tuple[Expression, str]], last: str) -> str:
        """Return "else if"s; what neighbours ask first is asked once."""
        if not pairs:
            return last
        first = first_part(pairs[0][0])
        same = list(takewhile(lambda p: first and first_part(p[0]) == first, pairs))
        if first is None or len(same) == 1:
            return self._said(*pairs[0], self._chain(pairs[1:], last))
        rest = self._chain(pairs[len(same) :], last)
        inner = [(both(*c.parts[1:]), body) for c, body in same if isinstance(c, And)]
        return self._said(first, self._chain(inner, rest), rest)

    def _said(self, condition: Expression, then: str, otherwise: str) -> str:
        try:
            return self.decided(condition, then, otherwise)
        except Lost as lost:
            self.losses.append(lost.loss)
            return otherwise

    def decided(self, condition: Expression, then: str, otherwise: str) -> str:  # noqa: C901, PLR0911 - one a kind of node
        """Return `then` or `otherwise`, whichever applies."""
        if then == otherwise:
            return then
        if len(then) + len(otherwise) > MOST:
            raise Lost(
                condition,
                text("this condition is too long for {title}", title=self.title),
                text("split it into nested `{{% if %}}`s"),
            )
        match condition:
            case And():
                for part in reversed(self._together(condition.parts)):
                    then = self.decided(part, then, otherwise)
                return then
            case Or():
                parts = self._together(tuple(Not(of=p) for p in condition.parts))
                for part in reversed(parts):
                    otherwise = self.decided(part, otherwise, then)
                return otherwise
            case Constant():
                return then if condition.value else otherwise
            case Not():
                return self.decided(condition.of, otherwise, then)
            case Comparison():
                return self._compared(condition, then, otherwise)
            case Present() | Empty():
                return self._present(condition, then, otherwise)
            case Filter(name=name) if name == OF:
                return self.asked_for(self.value(condition.of), then, otherwise)
            case _:
                return self._true(condition, then, otherwise)

    def _together(self, parts: tuple[Expression, ...]) -> tuple[Expression, ...]:
        """Return conditions with "is there, and is not ''" in one: both are what `if` asks."""
        bare = tuple(simple(part) for part in parts)
        full = [p.of for p in bare if isinstance(p, Present) and not_blank(p.of) in bare]
        skipped = (*full, *(not_blank(value) for value in full))
        left = [
            p for p in bare if p not in skipped and not (isinstance(p, Present) and p.of in full)
        ]
        odd = (*NUMBERS, "boolean")
        return (
            *(value for value in full if self.kinds.of(value) not in odd),
            *(Present(of=v) for v in full if self.kinds.of(v) in odd),
            *left,
        )

    def block(self, test: Test, then: str, otherwise: str) -> str:
        """Return one block with its `{{else}}`."""
        if test.negated:
            then, otherwise = otherwise, then
        last = f"{self.other}{otherwise}" if otherwise else ""
        return f"{test.opening}{then}{last}{test.closing}"

    def asked_for(self, words: str, then: str, otherwise: str) -> str:
        """Return the block of a bare value."""
        first, end, unless = self.asking
        if not then:
            return f"{unless.format(words)}{otherwise}{end.replace('if', 'unless')}"
        return self.block(Test(first.format(words), end), then, otherwise)

    def _true(self, value: Expression, then: str, otherwise: str) -> str:
        """Decide by a bare value; `if` takes 0 for nothing."""
        if not isinstance(value, Path | Filter):
            raise self.unsaid(value)
        if self.kinds.of(value) in NUMBERS:
            return self._present(Present(of=value), then, otherwise)
        asked = Filter(name=OF, of=value)
        if self.strict and self.kinds.of(value) is None:
            zero = Comparison(operator="==", left=asked, right=Constant(value=0))
            return self.decided(either(asked, zero), then, otherwise)
        if self.kinds.of(value) is None and isinstance(value, Path):
            raise untyped(value, self.title)
        return self.decided(asked, then, otherwise)

    def _present(self, condition: Present | Empty, then: str, otherwise: str) -> str:
        value, kind = condition.of, self.kinds.of(condition.of)
        asked = Filter(name=OF, of=value)
        if kind in NUMBERS:
            zero = Comparison(operator="==", left=asked, right=Constant(value=0))
            found: Expression = either(asked, zero)
        elif kind == "boolean":
            no = Comparison(operator="==", left=asked, right=Constant(value=False))
            found = either(asked, no)
        elif isinstance(condition, Empty) and kind in (*TEXTS, "list"):
            return self.decided(asked, otherwise, then)
        else:
            raise self.unsaid(value)
        if isinstance(condition, Empty):
            then, otherwise = otherwise, then
        return self.decided(found, then, otherwise)

    def unsaid(self, value: Expression) -> Lost:
        """Return that a test cannot be said."""
        return Lost(
            value,
            text("{title} cannot tell an empty value from a missing one", title=self.title),
            text("ask with `{{% if value %}}`"),
        )

    def _compared(self, comparison: Comparison, then: str, otherwise: str) -> str:
        comparison = indexed(comparison)
        left, right, operator = comparison.left, comparison.right, comparison.operator
        if not isinstance(right, Constant) or right.value in ("", None):
            raise self.unsaid(right)
        asked = isinstance(left, Filter) and left.name == OF
        if isinstance(left, Filter) and asked:
            return self.block(self.comparing(operator, left.of, right), then, otherwise)
        if isinstance(left, Path) and left.root.startswith(LOOP):
            return self.block(self.comparing(operator, left, right), then, otherwise)
        if operator in ("==", "!="):
            raw = Comparison(operator="==", left=Filter(name=OF, of=left), right=right)
            return self.decided(
                raw, *((then, otherwise) if operator == "==" else (otherwise, then))
            )
        if not isinstance(right.value, int | float) or isinstance(right.value, bool):
            raise no_dates(left, self.title)
        zero = Comparison(operator="==", left=Filter(name=OF, of=left), right=Constant(value=0))
        raw = msgspec.structs.replace(comparison, left=Filter(name=OF, of=left))
        found: Expression = both(Filter(name=OF, of=left), raw)
        if OF_ZERO[operator](right.value):
            found = either(found, zero)
        return self.decided(found, then, otherwise)

    def comparing(self, operator: Operator, left: Expression, right: Constant) -> Test:
        """Return the block of a comparison."""
        if not self.zeros and not isinstance(right.value, str) and not right.value:
            raise self.unsaid(left)
        negated = operator not in self.helpers
        opening, closing = self.helpers[OPPOSITE[operator] if negated else operator]
        return Test(opening.format(self.value(left), self.value(right)), closing, negated)
