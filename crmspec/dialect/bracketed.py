"""Languages whose conditions have brackets: what their printers share.

What depends on something becomes branches; what cannot stand in a tag is said before it (`before`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from crmspec.diagnostics import text
from crmspec.dialect.kind import NUMBERS
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_cases import (
    ALWAYS,
    MISSING,
    MODULO,
    Case,
    date_parts,
    fallback,
    guarded,
    literal_text,
    months,
    plurals,
    present,
)
from crmspec.dialect.lowering_loop import joined
from crmspec.dialect.lowering_scope import substituted
from crmspec.dialect.lowering_truth import OF_NOTHING, assured, normal
from crmspec.dialect.printer import Arm, Printer, escaped
from crmspec.template.tree import (
    And,
    Body,
    Comparison,
    Constant,
    Contains,
    Context,
    Empty,
    Expression,
    Filter,
    Not,
    Operator,
    Or,
    Output,
    Path,
    Present,
    With,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.dialect.lowering_cases import Cases
    from crmspec.dialect.lowering_truth import Sure

TEXTUAL = ("upper", "lower", "capitalize", "title", "truncate", "replace", "url_encode", "hash")
RECKONED = ("number", "plus", "minus", "times")


class Bracketed(Printer):
    """Prints a language with brackets; a dialect says its words, tests and filters.

    `tags` are those of "if", "else if", "else" and "end"; `filters` are patterns with the value as
    `{0}` and arguments after it; `guards` are filters that must not see a missing value.
    """

    tags: ClassVar[tuple[str, str, str, str]] = ("", "", "", "")
    conjunction: ClassVar[str] = " and "
    disjunction: ClassVar[str] = " or "
    negation: ClassVar[str] = "not ({})"
    comparisons: ClassVar[dict[Operator, str]] = {}
    filters: ClassVar[dict[str, str]] = {}
    guards: ClassVar[tuple[str, ...]] = RECKONED

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.before: list[str] = []
        self.known: dict[str, str] = {}
        self.count = 0

    # -- pieces -------------------------------------------------------------------------------

    def lowered(self, body: Body) -> Body:
        """Return a template with `with` put in place."""
        return substituted(super().lowered(body))

    def bound(self, binding: With) -> str:
        """Return a body; `lowered` left no `with` in it."""
        return self.body(binding.body)

    def shown(self, expression: Expression, context: Context) -> str:
        """Return the tag that prints a value, with what must be said before it."""
        tag = self.tag(expression)
        if tag is not None:
            return tag
        start = len(self.before)
        try:
            said = self._shown(expression, context)
        except Lost:
            self.flushed(start)
            raise
        return self.flushed(start) + said

    def _shown(self, value: Expression, context: Context) -> str:
        if isinstance(value, Filter) and value.name == "date":
            parts = date_parts(literal_text(value))
            return "".join(self._date_part(value, part, context) for part in parts)
        if isinstance(value, Filter) and value.name == "join":
            name = self.temporary()
            self.local.add(name)
            output = Output(expression=value, context=context, span=value.span)
            return self.body((joined(output, name),))
        return self.output(value, context)

    def _date_part(self, value: Filter, part: str, context: Context) -> str:
        if not part.startswith("%"):
            return self.text(escaped(part, context))
        part_of = Filter(name="date", of=value.of, arguments=(Constant(value=part),))
        return self.output(part_of, "plain")

    def output(self, value: Expression, context: Context) -> str:
        """Return the tag that prints a value that is neither a date nor a joined list."""
        raise NotImplementedError

    def choice(self, arms: list[Arm], otherwise: Callable[[], str] | None) -> str:
        """Return a conditional."""
        start, outside = len(self.before), self.sure
        said: list[tuple[str, frozenset[Sure], Arm]] = []
        for arm in arms:
            try:
                said.append((self.condition(arm.condition), self.sure, arm))
            except Lost as lost:
                self.losses.append(lost.loss)
            else:
                self.sure |= assured(normal(arm.condition, negated=True))
        before = self.flushed(start)
        last = otherwise() if otherwise is not None else ""
        first, also, other, end = self.tags
        tags: list[str] = []
        for words, self.sure, arm in said:
            tags.append((also if tags else first).replace("{}", words) + arm.body())
        self.sure = outside
        if not said:
            return before + last
        return f"{before}{''.join(tags)}{other + last if last else ''}{end}"

    # -- what must be said before a tag ---------------------------------------------------------

    def flushed(self, start: int) -> str:
        """Return the tags noted since `start`, and forget them."""
        tags = "".join(self.before[start:])
        del self.before[start:]
        self.known.clear()
        return tags

    def shared(self, words: str, *tags: str) -> str:
        """Return the name that was given to a value before the tag; `{}` in `tags` is the name."""
        if words not in self.known:
            self.known[words] = self.temporary()
            self.before.extend(tag.replace("{}", self.known[words]) for tag in tags)
        return self.known[words]

    def temporary(self) -> str:
        """Return a name nobody uses."""
        while True:
            self.count += 1
            name = f"v{self.count}"
            if name not in self.local:
                return name

    # -- values -------------------------------------------------------------------------------

    def split(self, value: Filter) -> Cases | None:
        """Return filters with a condition in them as cases."""
        if value.name == "default":
            blank = self.kinds.of(value.of) not in (*NUMBERS, "boolean")
            return fallback(value) if blank and not _is_boolean(value) else _some(value)
        if value.name == "plural":
            return plurals(value, whole=self.kinds.of(value.of) == "integer")
        if value.name == "date" and "%B" in literal_text(value):
            missing = Case(normal(present(value), negated=True), MISSING)
            return (missing, *(case for case in months(value) if case.value != MISSING))
        if value.name == "date":
            return None if self.is_filled(value.of) else guarded(value)
        if value.name in self.guards and not self.is_sure(value.of):
            return guarded(value)
        return None

    def value(self, value: Expression) -> str:
        """Return a value as it stands in an expression; cases are split already."""
        if isinstance(value, Constant):
            return self.quoted(value)
        if isinstance(value, Path):
            return self.path(value)
        if not isinstance(value, Filter):
            raise self.too_much(value)
        return self.filtered(value)

    def too_much(self, value: Expression) -> Lost:
        """Return that a value is too much for one expression."""
        return Lost(
            value,
            text("this is too much for one tag in {title}", title=self.title),
            text("split it with `{{% if %}}`"),
        )

    def quoted(self, constant: Constant) -> str:
        """Return a literal."""
        raise NotImplementedError

    def filtered(self, value: Filter) -> str:
        """Return a filtered value; raise `Lost` for a filter the dialect does not have."""
        pattern = self.filters.get(value.name)
        if value.name == "shorten":
            return self.value(value.of)
        if pattern is None:
            raise self.no_filter(value)
        arguments = [self.value(a) for a in value.arguments]
        return pattern.format(self.value(value.of), *arguments)

    # -- conditions -----------------------------------------------------------------------------

    def condition(self, condition: Expression) -> str:  # noqa: PLR0911 - one a kind of node
        """Return a condition in normal form."""
        match condition:
            case And():
                return self.all_of(self._in_turn(condition.parts, failed=False))
            case Or():
                return self.any_of(self._in_turn(condition.parts, failed=True))
            case Not():
                return self.negation.format(self.condition(condition.of))
            case Present(of=value):
                some = present(value)
                return self.present(some.of) if isinstance(some, Present) else self.constant(some)
            case Empty(of=value):
                return self.empty(value)
            case Comparison():
                return self.compared(condition)
            case Contains():
                return self.contains(condition)
            case Constant():
                return self.constant(condition)
            case _:
                return self.true(condition)

    def _in_turn(self, parts: tuple[Expression, ...], *, failed: bool) -> list[str]:
        """Return conditions, each asked only where those before it held, or failed."""
        outside, said = self.sure, []
        try:
            for part in parts:
                said.append(self.condition(part))
                self.sure |= assured(normal(part, negated=failed))
        finally:
            self.sure = outside
        return said

    def unsure(self, *values: Expression) -> list[str]:
        """Return what asks whether values are there, of those that may be missing here."""
        bases = [base(value) for value in values if not isinstance(value, Constant)]
        return [self.present(one) for one in bases if not self.is_sure(one)]

    def constant(self, condition: Expression) -> str:
        """Return what always or never holds."""
        raise self.too_much(condition)

    def all_of(self, parts: list[str]) -> str:
        """Return that all hold, in brackets."""
        return _bracketed(parts, self.conjunction)

    def any_of(self, parts: list[str]) -> str:
        """Return that one holds, in brackets."""
        return _bracketed(parts, self.disjunction)

    def present(self, value: Expression) -> str:
        """Return that there is a value."""
        raise NotImplementedError

    def empty(self, value: Expression) -> str:
        """Return that a value is missing, `''`, or an empty list."""
        raise NotImplementedError

    def true(self, value: Expression) -> str:
        """Return that a value holds as a condition."""
        raise NotImplementedError

    def compared(self, comparison: Comparison) -> str:
        """Return a comparison; orders must not hold for missing values."""
        raise NotImplementedError

    def contains(self, contains: Contains) -> str:
        """Return that a list has an item."""
        raise Lost(
            contains,
            text("{title} cannot look into a list", title=self.title),
            text("keep it as an attribute of its own, true or false"),
        )


def _bracketed(parts: list[str], word: str) -> str:
    different = list(dict.fromkeys(parts))
    return f"({word.join(different)})" if len(different) > 1 else different[0]


def base(value: Expression) -> Expression:
    """Return what is there or missing together with a value."""
    while isinstance(value, Filter) and value.name in (*OF_NOTHING, MODULO):
        value = value.of
    return value


def _is_boolean(value: Filter) -> bool:
    first = value.arguments[0]
    return isinstance(first, Constant) and isinstance(first.value, bool)


def _some(value: Filter) -> Cases:
    """Return `x | default(true)` as cases: `false` is a value."""
    return (Case(present(value.of), value.of), Case(ALWAYS, value.arguments[0]))
