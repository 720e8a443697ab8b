"""Template Toolkit 2 as Sendsay has it (PROScript): `[% %]`, assignments, ternaries, no types.

Numbers, texts and booleans are all one kind there; `==` compares texts. Anything of more than one
step is assigned before the tag. Language: http://www.template-toolkit.org/docs/manual/ .
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from crmspec.dialect.bracketed import RECKONED, TEXTUAL, Bracketed
from crmspec.dialect.dialect import Dialect
from crmspec.dialect.kind import NUMBERS
from crmspec.dialect.lowering_cases import ALWAYS, MODULO, date_parts, literal_text
from crmspec.dialect.lowering_loop import unlimited
from crmspec.dialect.lowering_scope import KEY, LOOP
from crmspec.dialect.names import is_plain
from crmspec.template.tree import (
    Comparison,
    Constant,
    Contains,
    Context,
    Expression,
    Filter,
    For,
    Node,
    Operator,
    Path,
)

_ESCAPES: Final[dict[Context, str]] = {"plain": "", "url": " | uri"}
_POSITIONS: Final = {"index": "count", "first": "first", "last": "last"}
_SIGNS: Final = {"plus": "+", "minus": "-", "times": "*"}
_CUTS: Final = {
    "%d": "8, 2",
    "%m": "5, 2",
    "%Y": "0, 4",
    "%y": "2, 2",
    "%H": "11, 2",
    "%M": "14, 2",
}
_TIMES: Final = ("%H", "%M")
_NEARLY_HALF: Final = "0.500001"


class TemplateToolkit(Bracketed):
    """Prints Template Toolkit."""

    tags: ClassVar[tuple[str, str, str, str]] = (
        *("[% IF {} %]", "[% ELSIF {} %]"),
        *("[% ELSE %]", "[% END %]"),
    )
    conjunction: ClassVar[str] = " && "
    disjunction: ClassVar[str] = " || "
    negation: ClassVar[str] = "!({})"
    guards: ClassVar[tuple[str, ...]] = (*RECKONED, *TEXTUAL, "add_days")
    filters: ClassVar[dict[str, str]] = {
        "upper": "{0}.upper",
        "lower": "{0}.lower",
        "capitalize": "{0}.ucfirst",
    }
    reserved: ClassVar[tuple[str, ...]] = (
        *("get", "call", "set", "default", "insert", "include", "process", "wrapper", "block"),
        *("if", "unless", "else", "elsif", "switch", "case", "foreach", "for", "while", "filter"),
        *("use", "macro", "perl", "rawperl", "try", "throw", "catch", "final", "last", "next"),
        *("return", "stop", "clear", "tags", "meta", "debug", "end", "and", "or", "not", "mod"),
        *("div", "loop", "view", "in", "to", "step", "template", "component", "global"),
    )

    # -- pieces -------------------------------------------------------------------------------

    def text(self, literal: str) -> str:
        """Return text with `[%` broken up."""
        return literal.replace("[%", "[% '[' %]%")

    def output(self, value: Expression, context: Context) -> str:
        """Return `[% value | html %]`."""
        escape = _ESCAPES.get(context, " | html")
        if self.kinds.of(value) in NUMBERS:
            escape = ""
        return f"[% {self._cut(value) or self.value(value)}{escape} %]"

    def _cut(self, value: Expression) -> str | None:
        """Return a part of a date as it can be printed at once."""
        if not isinstance(value, Filter) or value.name != "date":
            return None
        part = literal_text(value)
        return None if part in _TIMES else f"{self.value(value.of)}.substr({_CUTS[part]})"

    def loop(self, loop: For) -> str:
        """Return `[% FOREACH %]`; a single value would count as a list of one, nothing too."""
        start = len(self.before)
        of, limit = unlimited(loop.of)
        words = self.value(of)
        limits = [n for n in (loop.limit, limit) if n is not None]
        self.kinds.bind(loop.variable, of, item=True)
        before = self.flushed(start)
        body, otherwise = self.body(loop.body), self.body(loop.otherwise)
        keep = f"[% {_iterator(loop.variable)} = loop %]"
        items = (
            f"{words}.slice(0, ({words}.max < {min(limits) - 1} ? {words}.max : {min(limits) - 1}))"
            if limits
            else words
        )
        last = f"[% ELSE %]{otherwise}" if otherwise else ""
        tag = f"[% FOREACH {loop.variable} IN {items} %]"
        return f"{before}[% IF {words}.size %]{tag}{keep}{body}[% END %]{last}[% END %]"

    def position(self, path: Path) -> str:
        """Return `loop.count` and the like, of the loop it was kept from."""
        return f"{_iterator(path.root.removeprefix(LOOP))}.{_POSITIONS[str(path.keys[0])]}"

    # -- values -------------------------------------------------------------------------------

    def noted(self, words: str) -> str:
        """Assign an expression before the tag and return its name."""
        return self.shared(words, f"[% {{}} = {words} %]")

    def quoted(self, constant: Constant) -> str:
        """Return a literal; `%]` would end the tag."""
        value = constant.value
        if isinstance(value, bool):
            return "1" if value else "0"
        if not isinstance(value, str):
            return "''" if value is None else str(value)
        inner = value.replace("\\", "\\\\").replace("'", "\\'")
        parts = inner.replace("%]", "%' _ ']")
        return f"('{parts}')" if parts != inner else f"'{inner}'"

    def filtered(self, value: Filter) -> str:
        """Return a filtered value, most of it assigned before the tag."""
        name, of = value.name, value.of
        if name in self.filters or name not in _FILTERS:
            return self.noted(super().filtered(value)) if name != "shorten" else self.value(of)
        words = self.value(of)
        if isinstance(of, Constant):
            words = self.noted(words)
        return _FILTERS[name](self, words, value)

    def reach(self, start: str, keys: tuple[str | int, ...], _node: Node) -> str:
        """Return `start.key.0`; names of methods are read with `item`."""
        for key in keys:
            plain = isinstance(key, int) or (is_plain(key) and key not in _METHODS)
            start += f".{key}" if plain else f".item({self.quoted(Constant(value=key))})"
        return start

    # -- conditions -----------------------------------------------------------------------------

    def constant(self, condition: Expression) -> str:
        """Return `1` or `0`."""
        return "1" if condition == ALWAYS else "0"

    def present(self, value: Expression) -> str:
        """Return that there is a value."""
        return f"{self.value(value)}.defined"

    def empty(self, value: Expression) -> str:
        """Return that a value is missing, `''`, or an empty list."""
        if self.kinds.of(value) in (*NUMBERS, "boolean"):
            return f"!{self.present(value)}"
        return f"!{self._filled(value)}"

    def _filled(self, value: Expression) -> str:
        words = self.value(value)
        if self.kinds.of(value) == "list":
            return f"({words}.size)"
        return f"({words}.defined && {words}.size && {words} != '')"

    def true(self, value: Expression) -> str:
        """Return that a value holds: 0 does, an empty list does not."""
        kind = self.kinds.of(value)
        if kind == "boolean":
            return f"({self.value(value)})"
        return self.present(value) if kind in NUMBERS else self._filled(value)

    def compared(self, comparison: Comparison) -> str:
        """Return a comparison of texts or of numbers; dates are compared by their digits."""
        left, right = comparison.left, comparison.right
        if isinstance(right, Constant) and isinstance(right.value, bool):
            return self._as_boolean(
                left,
                same=(comparison.operator == "==") is right.value,
                missing=comparison.operator == "!=",
            )
        if "boolean" in (self.kinds.of(left), self.kinds.of(right)):
            return self.constant(Constant(value=comparison.operator == "!="))
        sure = self.unsure(left, right)
        said = [self.value(left), self.value(right)]
        if comparison.operator in ("==", "!="):
            words = f"{said[0]} {comparison.operator} {said[1]}"
            if isinstance(right, Constant) and right.value != "":
                return words
            return self._equal(comparison.operator, sure, words)
        if not self._numbers(left, right):
            said = [self._digits(words) for words in said]
        return self.all_of([*sure, f"{said[0]} {comparison.operator} {said[1]}"])

    def _equal(self, operator: Operator, sure: list[str], words: str) -> str:
        if operator == "==":
            return self.all_of([*sure, words])
        return self.any_of([*(f"!{test}" for test in sure), words])

    def _as_boolean(self, value: Expression, *, same: bool, missing: bool) -> str:
        words = self.value(value)
        test = f"({words})" if same else f"!({words})"
        if missing:
            return self.any_of([f"!{words}.defined", test])
        return self.all_of([f"{words}.defined", test])

    def _numbers(self, *values: Expression) -> bool:
        constants = [v.value for v in values if isinstance(v, Constant)]
        texts = any(isinstance(c, str) for c in constants)
        dates = any(self.kinds.of(v) in ("date", "string") for v in values)
        return not texts and not dates

    def _digits(self, words: str) -> str:
        name = self.noted(f"{words} _ 'T00:00:00'")
        name = self.noted(f"{name}.replace('[^0-9]', '')")
        return self.noted(f"{name}.substr(0, 14)")

    def contains(self, contains: Contains) -> str:
        """Look through the list before the tag, and return what came of it."""
        item, of = self.value(contains.item), self.value(contains.of)
        found, each = self.temporary(), self.temporary()
        sure = f" && {item}.defined" if not isinstance(contains.item, Constant) else ""
        self.before.append(
            f"[% {found} = 0; FOREACH {each} IN {of}; IF {of}.size{sure} && {each} == {item}; "
            f"{found} = 1; END; END %]"
        )
        return found


def _iterator(variable: str) -> str:
    return f"loop_{variable}"


def _length(printer: TemplateToolkit, words: str, value: Filter) -> str:
    if printer.kinds.of(value.of) == "list":
        return printer.noted(f"{words}.size || 0")
    return printer.noted(
        f"({words}.defined ? ({words}.length != '' ? {words}.length : {words}.size) : 0)"
    )


def _end(printer: TemplateToolkit, words: str, value: Filter) -> str:
    item = f"{words}.{value.name}"
    return printer.reach(item, (literal_text(value),), value) if value.arguments else item


def _date(printer: TemplateToolkit, words: str, value: Filter) -> str:
    parts = [_part(printer, words, part) for part in date_parts(literal_text(value))]
    return printer.noted(" _ ".join(parts)) if len(parts) > 1 else parts[0]


def _part(printer: TemplateToolkit, words: str, part: str) -> str:
    if part not in _CUTS:
        return printer.quoted(Constant(value=part))
    cut = printer.noted(f"{words}.substr({_CUTS[part]})")
    return printer.noted(f"({cut} != '' ? {cut} : '00')") if part in _TIMES else cut


def _truncate(printer: TemplateToolkit, words: str, value: Filter) -> str:
    most = int(literal_text(value))
    return printer.noted(
        f"({words}.length <= {most} ? {words} : {words}.substr(0, {most - 1}) _ '…')"
    )


def _replace(printer: TemplateToolkit, words: str, value: Filter) -> str:
    old, new = (str(a.value) for a in value.arguments if isinstance(a, Constant))
    if "$" in new:
        raise printer.too_much(value)
    pattern = printer.quoted(Constant(value=re.sub(r"([^\w\s])", r"\\\1", old)))
    return printer.noted(f"{words}.replace({pattern}, {printer.quoted(Constant(value=new))})")


def _number(printer: TemplateToolkit, words: str, value: Filter) -> str:
    """Reckon in whole numbers of the last place: `sprintf` rounds 2.675 down."""
    decimals = int(literal_text(value))
    unit = 10**decimals
    positive = printer.noted(f"({words} < 0 ? 0 - {words} : {words})")
    scaled = printer.noted(f"({positive} * {unit} + {_NEARLY_HALF}) div 1")
    sign = f"({words} < 0 && {scaled} > 0 ? '-' : '')"
    if not decimals:
        return printer.noted(f"{sign} _ {scaled}")
    rest = printer.noted(f"({scaled} % {unit}) + {unit}")
    return printer.noted(f"{sign} _ ({scaled} div {unit}) _ '.' _ {rest}.substr(1)")


def _reckoned(printer: TemplateToolkit, words: str, value: Filter) -> str:
    return printer.noted(f"({words} {_SIGNS[value.name]} {printer.value(value.arguments[0])})")


def _modulo(printer: TemplateToolkit, words: str, value: Filter) -> str:
    base = literal_text(value)
    positive = printer.noted(f"({words} < 0 ? 0 - {words} : {words})")
    return printer.noted(f"{positive} - ({positive} div {base}) * {base}")


def _limit(printer: TemplateToolkit, words: str, value: Filter) -> str:
    most = int(literal_text(value)) - 1
    cut = f"{words}.slice(0, ({words}.max < {most} ? {words}.max : {most}))"
    return printer.noted(f"({words}.size ? {cut} : [])")


def _encoded(printer: TemplateToolkit, words: str, _value: Filter) -> str:
    name = printer.temporary()
    printer.before.append(f"[% {name} = BLOCK; {words} | uri; END %]")
    return name


def _key(printer: TemplateToolkit, words: str, value: Filter) -> str:
    return printer.reach(words, (literal_text(value),), value)


_FILTERS: Final = {
    "length": _length,
    "first": _end,
    "last": _end,
    "date": _date,
    "truncate": _truncate,
    "replace": _replace,
    "number": _number,
    "plus": _reckoned,
    "minus": _reckoned,
    "times": _reckoned,
    MODULO: _modulo,
    KEY: _key,
    "limit": _limit,
    "url_encode": _encoded,
}
_METHODS: Final = frozenset(
    (
        *("item", "list", "hash", "size", "defined", "length", "repeat", "replace", "remove"),
        *(
            "match",
            "search",
            "split",
            "chunk",
            "substr",
            "keys",
            "values",
            "items",
            "each",
            "pairs",
        ),
        *("sort", "nsort", "import", "exists", "delete", "first", "last", "max", "reverse", "join"),
        *("grep", "unshift", "push", "shift", "pop", "unique", "merge", "slice", "splice", "upper"),
        *("lower", "ucfirst", "lcfirst", "trim", "collapse", "squote", "dquote", "html", "xml"),
        *("url", "uri", "null", "undef", "none", "empty"),
    )
)

DIALECTS: Final = (
    Dialect(
        id="sendsay",
        title="Sendsay",
        level=2,
        printer=TemplateToolkit,
        page="https://docs.sendsay.ru/",
        engines=("template-toolkit",),
    ),
)
