"""Liquid: Shopify's language as mail systems use it, without parentheses, `not` and escapes.

What cannot stand in a tag is assigned before it: filtered values in conditions, parts of mixed
`and`/`or`. `a and b or c` means `a and (b or c)` in some engines: only `c or a and b` is printed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from crmspec.diagnostics import text
from crmspec.dialect.kind import NUMBERS
from crmspec.dialect.liquid_condition import Formula, formula
from crmspec.dialect.liquid_filter import SIMPLE, chained
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_cases import (
    ALWAYS,
    MISSING,
    cases,
    fallback,
    guarded,
    literal_text,
    locale,
    months,
    plurals,
)
from crmspec.dialect.lowering_scope import LOOP
from crmspec.dialect.lowering_truth import normal, ordered
from crmspec.dialect.names import is_plain
from crmspec.dialect.printer import Arm, Printer
from crmspec.template.tree import Constant, Context, Expression, Filter, For, Node, Path, With

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.dialect.lowering_cases import Cases, Splitter

_BRACE: Final = re.compile(r"\{(?=[{%]|\Z)")
_HARD: Final = re.compile(r"[{}\\\n\r]|%\}")
_TAG: Final = re.compile(r"\{%.*?%\}", re.DOTALL)
_SPACE: Final = re.compile(r"(\A|%\})(\s+)")
_METHODS: Final = ("size", "first", "last")
_BRACKETED: Final = frozenset(
    (
        *_METHODS,
        "empty",
        "blank",
        "nil",
        "null",
        "true",
        "false",
        "and",
        "or",
        "contains",
        "in",
        "not",
        "if",
        "else",
        "limit",
        "offset",
        "with",
        "as",
    )
)
"""Keys that mean something else after a dot, in one engine or another."""
_ARITHMETIC: Final = ("plus", "minus", "times")
_SPLIT: Final = {
    "default": fallback,
    **dict.fromkeys(("number", "plus", "minus", "times", "hash", "add_days"), guarded),
}


class Liquid(Printer):
    """Prints Liquid; `pad` is the space inside `{{ }}`, `hashes` are the names of hash filters.

    `methods` says that `item["size"]` counts the keys of an item without a size, as in liquidjs.
    """

    pad: ClassVar[str] = " "
    hashes: ClassVar[dict[str, str]] = {}
    methods: ClassVar[bool] = False
    reserved: ClassVar[tuple[str, ...]] = (
        *("forloop", "tablerowloop", "nil", "null", "true", "false", "blank", "empty"),
        *("and", "or", "contains", "in", "limit", "offset", "reversed", "with", "as", "for"),
    )

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.before: list[str] = []
        self.known: dict[str, str] = {}
        self.count = 0

    # -- pieces -------------------------------------------------------------------------------

    def text(self, literal: str) -> str:
        """Return text with `{{` and `{%` broken up."""
        return _BRACE.sub('{{ "{" }}', literal)

    def shown(self, expression: Expression, context: Context) -> str:
        """Return `{{ value | filters }}`."""
        tag = self.tag(expression)
        if tag is not None:
            return tag
        start = len(self.before)
        chain = self._printable(expression) + _escape(context, self.kinds.of(expression))
        return self.flushed(start) + f"{{{{{self.pad}{chain}{self.pad}}}}}"

    def _printable(self, value: Expression) -> str:
        """Return the chain that prints a value; 2.5 twice is 5, not 5.0, and 0.1 + 0.2 is 0.3."""
        if not isinstance(value, Filter) or value.name not in _ARITHMETIC:
            return self.chain(value)
        if self.kinds.of(value) == "integer":
            return self.chain(value)
        name = self.noted(f"{self.chain(value)} | round: 10")
        whole = self.noted(f"{name} | round")
        self.before.append(
            f"{{% if {name} == {whole} %}}{{% assign {name} = {whole} %}}{{% endif %}}"
        )
        return name

    def choice(self, arms: list[Arm], otherwise: Callable[[], str] | None) -> str:
        """Return `{% if %}…{% elsif %}…{% endif %}`, flags before it."""
        start = len(self.before)
        said: list[tuple[str, Arm]] = []
        for arm in arms:
            try:
                said.append((self.condition(arm.condition), arm))
            except Lost as lost:
                self.losses.append(lost.loss)
        before = self.flushed(start)
        otherwise_text = solid(otherwise()) if otherwise is not None else ""
        if not said:
            return before + otherwise_text
        tags = "".join(
            f"{{% {'elsif' if number else 'if'} {words} %}}{solid(arm.body())}"
            for number, (words, arm) in enumerate(said)
        )
        last = f"{{% else %}}{otherwise_text}" if otherwise_text else ""
        return f"{before}{tags}{last}{{% endif %}}"

    def loop(self, loop: For) -> str:
        """Return `{% for %}`, its list assigned before if it is filtered."""
        start = len(self.before)
        self.kinds.bind(loop.variable, loop.of, item=True)
        of = self.operand(loop.of)
        before = self.flushed(start)
        limit = "" if loop.limit is None else f" limit: {loop.limit}"
        body, otherwise = solid(self.body(loop.body)), solid(self.body(loop.otherwise))
        last = f"{{% else %}}{otherwise}" if otherwise else ""
        head = f"{{% for {loop.variable} in {of}{limit} %}}"
        return f"{before}{head}{body}{last}{{% endfor %}}"

    def bound(self, binding: With) -> str:
        """Return assignments and the body after them."""
        start = len(self.before)
        for name, value in binding.bindings:
            self.kinds.bind(name, value)
            self.assign(name, value, self.kept(name, binding.body))
        return self.flushed(start) + self.body(binding.body)

    def position(self, path: Path) -> str:
        """Return `forloop.index` and the like; `loop` is always the innermost one here."""
        return f"forloop.{path.keys[0]}"

    # -- what must be said before a tag ---------------------------------------------------------

    def flushed(self, start: int) -> str:
        """Return the tags noted since `start`, and forget them."""
        tags = "".join(self.before[start:])
        del self.before[start:]
        self.known.clear()
        return tags

    def temporary(self) -> str:
        """Return a name nobody uses."""
        while True:
            self.count += 1
            name = f"v{self.count}"
            if name not in self.local:
                return name

    def noted(self, chain: str) -> str:
        """Assign a chain of filters before the tag and return its name."""
        if chain not in self.known:
            self.known[chain] = self.temporary()
            self.before.append(f"{{% assign {self.known[chain]} = {chain} %}}")
        return self.known[chain]

    def assign(self, name: str, value: Expression, split: Splitter | None = None) -> None:
        """Assign a value before the tag, whatever it depends on."""
        found = cases(value, split or self.split)
        if len(found) == 1:
            self.before.append(f"{{% assign {name} = {self.chain(found[0].value)} %}}")
            return
        lines = [
            (self.condition(normal(c)) if c != ALWAYS else "", v)
            for c, v in (found[:-1] if found[-1].value == MISSING else found)
        ]
        self.before.append(f"{{% assign {name} = nil %}}")
        self.before.append(self._assigned(name, lines))

    def _assigned(self, name: str, lines: list[tuple[str, Expression]]) -> str:
        tags: list[str] = []
        for number, (words, value) in enumerate(lines):
            start = len(self.before)
            chain = self.chain(value)
            inner = f"{self.flushed(start)}{{% assign {name} = {chain} %}}"
            tag = f"{'elsif' if number else 'if'} {words}" if words else "else"
            tags.append(f"{{% {tag} %}}{inner}")
        return "".join(tags) + "{% endif %}"

    # -- values -------------------------------------------------------------------------------

    def split(self, value: Filter) -> Cases | None:
        """Return filters with a condition in them as cases."""
        if value.name == "default" and self.plain_default(value):
            return None
        if value.name == "plural":
            return plurals(value, whole=self.kinds.of(value.of) == "integer")
        if value.name == "date" and "%B" in literal_text(value) and locale(value) != "en":
            return months(value)
        if value.name in ("number", *_ARITHMETIC) and self.is_sure(value.of):
            return None
        splitter = _SPLIT.get(value.name)
        return splitter(value) if splitter is not None else None

    def plain_default(self, value: Filter) -> bool:
        """Return whether Liquid's own `default` does: it replaces `''` and `false`, and keeps 0."""
        other = value.arguments[0] if value.arguments else MISSING
        easy = isinstance(other, Constant) and not _HARD.search(str(other.value))
        return easy and self.kinds.of(value.of) in ("string", "date", *NUMBERS)

    def operand(self, value: Expression) -> str:
        """Return a value as it stands in a condition: a name or a literal."""
        if isinstance(value, Constant):
            return self.quoted(value)
        if isinstance(value, Path):
            return self.path(value)
        found = cases(value, self.split)
        if len(found) == 1:
            return self.noted(self.chain(found[0].value))
        name = self.temporary()
        self.assign(name, value)
        return name

    def chain(self, value: Expression) -> str:
        """Return a value with its filters, as it stands in `{{ }}` and `assign`."""
        if isinstance(value, Filter):
            return self.filtered(value)
        return self.operand(value)

    def filtered(self, value: Filter) -> str:
        """Return a filtered value; raise `Lost` for a filter Liquid does not have."""
        if value.name in SIMPLE:
            arguments = [self.operand(a) for a in value.arguments]
            return self.chain(value.of) + SIMPLE[value.name].format(*arguments)
        return chained(self, value)

    def quoted(self, constant: Constant) -> str:
        """Return a literal; what quotes cannot hold is captured before the tag."""
        value = constant.value
        if value is None:
            return "nil"
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str):
            return str(value)
        if '"' not in value and not _HARD.search(value):
            return f'"{value}"'
        if "'" not in value and not _HARD.search(value):
            return f"'{value}'"
        name = self.temporary()
        self.before.append(f"{{% capture {name} %}}{self.text(value)}{{% endcapture %}}")
        return name

    def path(self, path: Path) -> str:
        """Return a path; raise `Lost` for keys that mean something else in the engine."""
        self.check(path.keys, path)
        return super().path(path)

    def check(self, keys: tuple[str | int, ...], node: Node) -> None:
        """Raise `Lost` for keys that count or take items, where an item has no such key."""
        for key in keys if self.methods and not _is_loop(node) else ():
            if key in _METHODS:
                raise Lost(
                    node,
                    text("{title} takes `{key}` for something else", title=self.title, key=key),
                    text("give the value another name, or the target its own: `names:`"),
                )

    def reach(self, start: str, keys: tuple[str | int, ...], _node: Node) -> str:
        """Return `start.key[0]["an odd key"]`."""
        for key in keys:
            if isinstance(key, int):
                start += f"[{key}]"
            elif is_plain(key) and key not in _BRACKETED:
                start += f".{key}"
            elif '"' in key:
                raise Lost(_node, text("Liquid cannot reach a key with quotes in it"))
            else:
                start += f'["{key}"]'
        return start

    # -- conditions -----------------------------------------------------------------------------

    def condition(self, condition: Expression) -> str:
        """Return a condition on one line; parts that need parentheses become flags before it."""
        return self.line(formula(self, ordered(normal(condition))))

    def line(self, form: Formula) -> str:
        """Return a formula without parentheses, at most one `and` group after all `or`s."""
        if isinstance(form, str):
            return form
        if form.word == "and":
            return " and ".join(p if isinstance(p, str) else self.flag(p) for p in form.parts)
        simple = [p for p in form.parts if isinstance(p, str)]
        groups = [p for p in form.parts if not isinstance(p, str)]
        flags = [self.flag(p) for p in groups[:-1]]
        last = [self.line(groups[-1])] if groups else []
        return " or ".join((*simple, *flags, *last))

    def flag(self, form: Formula) -> str:
        """Assign before the tag whether a formula holds, and return the name of that."""
        words = self.line(form)
        name = self.temporary()
        self.before.append(
            f"{{% assign {name} = false %}}{{% if {words} %}}"
            f"{{% assign {name} = true %}}{{% endif %}}"
        )
        return name


def _is_loop(node: Node) -> bool:
    return isinstance(node, Path) and node.root.startswith(LOOP)


def solid(body: str) -> str:
    """Return the body of a tag so that it is printed even if it is only white space.

    Ruby's engine and python-liquid leave out white space in blocks that have nothing else.
    """
    outside = _TAG.sub("", body)
    if not outside or outside.strip() or "{{" in body:
        return body
    return _SPACE.sub(lambda match: f'{match[1]}{{{{ "{match[2]}" }}}}', body, count=1)


def _escape(context: Context, kind: str | None) -> str:
    if context == "url":
        return ' | url_encode | replace: "+", "%20" | replace: "\'", "%27"'
    return "" if context == "plain" or kind in (*NUMBERS, "boolean") else " | escape"
