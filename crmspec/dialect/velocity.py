"""Velocity as eSputnik and UniOne have it: references, `#if`, `#foreach`, methods of Java's texts.

No tools are taken for granted: what needs one (rounding, percent-encoding) is lost. Sources:
https://velocity.apache.org/engine/1.7/user-guide.html , https://godocs.unisender.ru/velocity .
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from crmspec.diagnostics import text
from crmspec.dialect.bracketed import RECKONED, TEXTUAL, Bracketed
from crmspec.dialect.dialect import Dialect
from crmspec.dialect.kind import NUMBERS, TEXTS
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_cases import (
    ALWAYS,
    MISSING,
    MODULO,
    Case,
    Cases,
    literal_text,
    months,
    present,
)
from crmspec.dialect.lowering_loop import limited, unlimited
from crmspec.dialect.lowering_scope import KEY, LOOP
from crmspec.dialect.lowering_truth import both
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
    Path,
)

_SIGN: Final = re.compile(r"\$(?=[A-Za-z_!{$#\\]|\Z)|#(?=[A-Za-z_@{#*\[$\\]|\Z)|\\(?=[$#\\]|\Z)")
_BREAK: Final = re.compile(r"\A[ \t]*(?:\r\n|\n|\r)")
"""A line break after a tag, which Velocity swallows."""
_CUTS: Final = {"%d": "8, 10", "%m": "5, 7", "%Y": "0, 4", "%y": "2, 4"}
_SIGNS: Final = {"plus": "+", "minus": "-", "times": "*"}
_ENTITIES: Final = (
    *(("'&'", "'&amp;'"), ("'<'", "'&lt;'"), ("'>'", "'&gt;'"), ("'\"'", "'&quot;'")),
    ('"\'"', "'&#39;'"),
)


class Velocity(Bracketed):
    """Prints Velocity."""

    tags: ClassVar[tuple[str, str, str, str]] = ("#if({})", "#elseif({})", "#{else}", "#{end}")
    conjunction: ClassVar[str] = " && "
    disjunction: ClassVar[str] = " || "
    negation: ClassVar[str] = "!({})"
    guards: ClassVar[tuple[str, ...]] = RECKONED
    filters: ClassVar[dict[str, str]] = {
        "upper": "{0}.toUpperCase()",
        "lower": "{0}.toLowerCase()",
    }
    reserved: ClassVar[tuple[str, ...]] = (
        "foreach",
        "velocityCount",
        "null",
        "esc",
        "date",
        "data",
    )

    # -- pieces -------------------------------------------------------------------------------

    def text(self, literal: str) -> str:
        """Return text with signs of Velocity between `#[[` and `]]#`."""
        signs = _SIGN.sub(lambda found: f"#[[{found[0]}]]#", literal)
        return _BREAK.sub(lambda found: f"#[[{found[0]}]]#", signs)

    def output(self, value: Expression, context: Context) -> str:
        """Return `$!{value}`, escaped where it must be."""
        if context == "url":
            raise Lost(
                value,
                text("{title} cannot encode a part of a link", title=self.title),
                text("keep the encoded value as an attribute"),
            )
        words = self.value(value)
        if context == "plain" or self.kinds.of(value) in (*NUMBERS, "boolean"):
            return _quiet(words)
        name = self.noted(f'"{_quiet(words)}"')
        steps = "".join(f".replaceAll({old}, {new})" for old, new in _ENTITIES)
        return f"$!{{{name[1:]}{steps}}}"

    def loop(self, loop: For) -> str:
        """Return `#foreach`, the number of the item and whether it is the last one noted."""
        start = len(self.before)
        of, limit = unlimited(loop.of)
        limits = [n for n in (loop.limit, limit) if n is not None]
        words = self.value(of)
        before = self.flushed(start)
        if limits:
            loop = limited(
                For(
                    variable=loop.variable,
                    of=of,
                    limit=min(limits),
                    body=loop.body,
                    otherwise=loop.otherwise,
                    span=loop.span,
                )
            )
        self.kinds.bind(loop.variable, of, item=True)
        name = loop.variable
        keep = f"#set($count_{name} = $foreach.count)#set($more_{name} = $foreach.hasNext)"
        body, otherwise = self.body(loop.body), self.body(loop.otherwise)
        last = f"#{{else}}{otherwise}" if otherwise else ""
        tag = f"#foreach(${name} in {words})"
        return f"{before}#if({self._filled_list(words)}){tag}{keep}{body}#{{end}}{last}#{{end}}"

    def path(self, path: Path) -> str:
        """Return a path as a reference."""
        words = super().path(path)
        return words if words.startswith(("$", "(", "!")) else f"${words}"

    def position(self, path: Path) -> str:
        """Return what was noted at the beginning of the loop."""
        name = path.root.removeprefix(LOOP)
        if path.keys == ("last",):
            return f"(!$more_{name})"
        return f"$count_{name}" if path.keys == ("index",) else f"($count_{name} == 1)"

    # -- values -------------------------------------------------------------------------------

    def noted(self, words: str) -> str:
        """Set a reference before the tag and return it."""
        return f"${self.shared(words, f'#set(${{}} = {words})')}"

    def split(self, value: Filter) -> Cases | None:
        """Return filters that must not see nothing as cases."""
        base = _base(value.of)
        if isinstance(base, Constant):
            return super().split(value)
        if value.name == "date" and "%B" in literal_text(value):
            return tuple(Case(c if c == ALWAYS else both(base, c), v) for c, v in months(value))
        if value.name in ("upper", "lower"):
            return (Case(present(base), value), Case(ALWAYS, MISSING))
        if value.name in (*TEXTUAL, "date", "first", "last", KEY) and value.name != "hash":
            inner = isinstance(value.of, Filter) and value.of.name in (
                *TEXTUAL,
                "first",
                "last",
                KEY,
            )
            return (
                None if inner and value.name != KEY else (Case(base, value), Case(ALWAYS, MISSING))
            )
        if value.name == "length":
            return (Case(value.of, value), Case(ALWAYS, Constant(value=0)))
        return super().split(value)

    def quoted(self, constant: Constant) -> str:
        """Return a literal; single quotes hold everything but themselves."""
        value = constant.value
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str):
            return str(value)
        if "'" not in value:
            return f"'{value}'"
        if re.search(r'["$#\\]', value):
            raise Lost(
                constant,
                text("{title} cannot have this text in a tag", title=self.title),
                text("use one kind of quotes"),
            )
        return f'"{value}"'

    def filtered(self, value: Filter) -> str:
        """Return a filtered value."""
        name, of = value.name, value.of
        words = self.value(of)
        if name in ("upper", "lower", "shorten"):
            return super().filtered(value)
        if name == "length" and self.kinds.of(of) == "list":
            return f"{words}.size()"
        if name == "date" and literal_text(value) in _CUTS:
            return f"{words}.substring({_CUTS[literal_text(value)]})"
        if name in ("first", "last"):
            at = "0" if name == "first" else self.noted(f"{words}.size() - 1")
            item = f"{words}.get({at})"
            return self.reach(item, (literal_text(value),), value) if value.arguments else item
        if self.kinds.of(of) != "integer":
            raise self.no_filter(value)
        return self._whole(value, words)

    def _whole(self, value: Filter, words: str) -> str:
        first = value.arguments[0] if value.arguments else MISSING
        if value.name == "number" and first == Constant(value=0):
            return words
        if value.name == MODULO:
            name = self.shared(
                f"abs {words}",
                f"#set(${{}} = {words})",
                "#if(${} < 0)#set(${} = 0 - ${})#{end}",
            )
            return self.noted(f"${name} % {literal_text(value)}")
        if value.name in _SIGNS and isinstance(first, Constant) and isinstance(first.value, int):
            return self.noted(f"{words} {_SIGNS[value.name]} {first.value}")
        raise self.no_filter(value)

    def reach(self, start: str, keys: tuple[str | int, ...], _node: Node) -> str:
        """Return `start.key.get(0)`."""
        for key in keys:
            if isinstance(key, int):
                start += f".get({key})"
            else:
                start += f".{key}" if is_plain(key) else f".get({self.quoted(Constant(value=key))})"
        return start

    # -- conditions -----------------------------------------------------------------------------

    def constant(self, condition: Expression) -> str:
        """Return `true` or `false`."""
        return "true" if condition == ALWAYS else "false"

    def present(self, value: Expression) -> str:
        """Return that there is a value."""
        return f"({self.value(value)} != $null)"

    def empty(self, value: Expression) -> str:
        """Return that a value is missing, `''`, or an empty list."""
        kind = self.kinds.of(value)
        if kind in NUMBERS or kind == "boolean":
            return f"!{self.present(value)}"
        return f"!({self._filled(value)})"

    def _filled(self, value: Expression) -> str:
        words, kind = self.value(value), self.kinds.of(value)
        if kind in TEXTS:
            return f"({words} && {words} != '')"
        if kind == "list":
            return self._filled_list(words)
        shown = f'"{_quiet(words)}"'
        tests = (f'{shown} != "{nothing}"' for nothing in ("", "false", "[]", "{}"))
        return f"({' && '.join(tests)})"

    def _filled_list(self, words: str) -> str:
        return f"{words} && {words}.size() > 0"

    def true(self, value: Expression) -> str:
        """Return that a value holds: 0 does, an empty list does not."""
        kind = self.kinds.of(value)
        if kind == "boolean":
            return f"({self.value(value)})"
        return self.present(value) if kind in NUMBERS else f"({self._filled(value)})"

    def compared(self, comparison: Comparison) -> str:
        """Return a comparison of texts, numbers or booleans."""
        left, right, operator = comparison.left, comparison.right, comparison.operator
        kinds = {self.kinds.of(left), self.kinds.of(right)}
        if "boolean" in kinds and kinds - {"boolean", None}:
            return self.constant(Constant(value=operator == "!="))
        if kinds & {*NUMBERS} and kinds & {*TEXTS}:
            return self.constant(Constant(value=operator == "!="))
        sure = self.unsure(left, right)
        words = f"{self._asked(left, right)} {operator} {self.value(right)}"
        if operator == "!=":
            return self.any_of([*(f"!{test}" for test in sure), words])
        if operator != "==" and not kinds & {*NUMBERS}:
            raise Lost(
                left,
                text("{title} cannot put dates in order", title=self.title),
                text("decide it in the chain, with a `switch`"),
            )
        return self.all_of([*sure, words])

    def _asked(self, value: Expression, other: Expression) -> str:
        """Return a value to compare; one of an unknown kind is compared with `''` as a text."""
        words = self.value(value)
        blank = other == Constant(value="") and self.kinds.of(value) is None
        return f'"{_quiet(words)}"' if blank and words.startswith("$") else words

    def contains(self, contains: Contains) -> str:
        """Return `$list.contains('a')`, asked only where there is a list."""
        of, item = self.value(contains.of), self.value(contains.item)
        sure = [] if isinstance(contains.item, Constant) else [self.present(contains.item)]
        return self.all_of([of, *sure, f"{of}.contains({item})"])


def _base(value: Expression) -> Expression:
    while isinstance(value, Filter) and value.name != "default":
        value = value.of
    return value


def _quiet(words: str) -> str:
    """Return a reference that prints nothing for nothing."""
    return f"$!{{{words.removeprefix('$')}}}"


_PAGE: Final = "https://velocity.apache.org/engine/1.7/user-guide.html"
DIALECTS: Final = (
    Dialect(
        id="esputnik",
        title="eSputnik",
        level=2,
        printer=Velocity,
        page=_PAGE,
        engines=("velocityjs",),
    ),
    Dialect(
        id="unione_velocity",
        title="UniOne (Velocity)",
        level=2,
        printer=Velocity,
        page="https://godocs.unisender.ru/velocity",
        engines=("velocityjs",),
    ),
)
