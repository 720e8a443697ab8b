"""Jinja2 as mail systems use it: everything is an expression, but `0` is false and nothing is safe.

Keys of what may be missing are read of `(x or {})`, numbers are compared only after `is number`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from crmspec.dialect.jinja_condition import tested
from crmspec.dialect.jinja_filter import filtered
from crmspec.dialect.kind import NUMBERS, TEXTS
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_cases import ALWAYS, cases, fallback, guarded, plurals
from crmspec.dialect.lowering_loop import unlimited
from crmspec.dialect.lowering_truth import normal
from crmspec.dialect.names import is_plain
from crmspec.dialect.printer import Arm, Printer
from crmspec.template.tree import Constant, Context, Expression, Filter, For, Node, Path, With

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.dialect.lowering_cases import Cases

_BRACE: Final = re.compile(r"\{(?=[{%#]|\Z)")
_METHODS: Final = frozenset(
    (
        "items",
        "keys",
        "values",
        "get",
        "pop",
        "popitem",
        "copy",
        "update",
        "clear",
        "setdefault",
        "fromkeys",
        "index",
        "count",
        "append",
        "extend",
        "insert",
        "remove",
        "reverse",
        "sort",
    )
)
"""Keys that are methods of Python's own objects."""


class Jinja(Printer):
    """Prints Jinja2; `hashes` are the names of the hash filters a flavour has."""

    hashes: ClassVar[dict[str, str]] = {}
    reserved: ClassVar[tuple[str, ...]] = (
        *("loop", "self", "super", "varargs", "kwargs", "caller", "namespace", "cycler", "joiner"),
        *("range", "dict", "lipsum", "true", "false", "none", "and", "or", "not", "in", "is", "if"),
        *("else", "for", "set", "with", "import", "from", "as", "recursive", "ignore", "missing"),
    )

    # -- pieces -------------------------------------------------------------------------------

    def text(self, literal: str) -> str:
        """Return text with `{{`, `{%` and `{#` broken up."""
        return _BRACE.sub("{{ '{' }}", literal)

    def shown(self, expression: Expression, context: Context) -> str:
        """Return `{{ value }}`, escaped where it must be."""
        tag = self.tag(expression)
        if tag is not None:
            return tag
        return f"{{{{ {self._printable(expression)}{self.escape(expression, context)} }}}}"

    def escape(self, value: Expression, context: Context) -> str:
        """Return the filters that make a value fit for where it stands."""
        if context == "url":
            return " | urlencode | replace('+', '%20') | replace('/', '%2F')"
        kind = self.kinds.of(value)
        return "" if context == "plain" or kind in (*NUMBERS, "boolean") else " | e"

    def _printable(self, value: Expression) -> str:
        if isinstance(value, Path) and not self.is_sure(value):
            path = self.path(value)
            return f"({path} or '')" if self.kinds.of(value) in TEXTS else some(path)
        if isinstance(value, Filter) and value.name in ("first", "last", "default"):
            return self._nothing(value)
        return self.value(value)

    def _nothing(self, value: Filter) -> str:
        words = self.value(value)
        known = value.name == "default" and isinstance(value.arguments[0], Constant)
        return words if known else some(words)

    def choice(self, arms: list[Arm], otherwise: Callable[[], str] | None) -> str:
        """Return `{% if %}…{% elif %}…{% endif %}`."""
        said: list[tuple[str, Arm]] = []
        for arm in arms:
            try:
                said.append((tested(self, arm.condition), arm))
            except Lost as lost:
                self.losses.append(lost.loss)
        tags = "".join(
            f"{{% {'elif' if number else 'if'} {words} %}}{arm.body()}"
            for number, (words, arm) in enumerate(said)
        )
        last = otherwise() if otherwise is not None else ""
        if not said:
            return last
        otherwise_tag = f"{{% else %}}{last}" if last else ""
        return f"{tags}{otherwise_tag}{{% endif %}}"

    def loop(self, loop: For) -> str:
        """Return `{% for %}…{% else %}…{% endfor %}`."""
        of, limit = unlimited(loop.of)
        limits = [n for n in (loop.limit, limit) if n is not None]
        cut = f"[:{min(limits)}]" if limits else ""
        self.kinds.bind(loop.variable, of, item=True)
        head = f"{{% for {loop.variable} in ({self.value(of)} or []){cut} %}}"
        body, otherwise = self.body(loop.body), self.body(loop.otherwise)
        last = f"{{% else %}}{otherwise}" if otherwise else ""
        return f"{head}{body}{last}{{% endfor %}}"

    def bound(self, binding: With) -> str:
        """Return `{% set %}` and the body; names are unique, so none is overwritten."""
        tags: list[str] = []
        for name, value in binding.bindings:
            self.kinds.bind(name, value)
            words = self._ternary(cases(value, self.kept(name, binding.body)))
            tags.append(f"{{% set {name} = {words} %}}")
        return "".join(tags) + self.body(binding.body)

    def position(self, path: Path) -> str:
        """Return `loop.index` and the like; `loop` is always the innermost one here."""
        return f"loop.{path.keys[0]}"

    # -- values -------------------------------------------------------------------------------

    def value(self, value: Expression) -> str:
        """Return a value as an expression."""
        if isinstance(value, Constant):
            return quoted(value)
        if isinstance(value, Path):
            return self.path(value)
        found = cases(value, self.split)
        if len(found) == 1 and isinstance(found[0].value, Filter):
            return filtered(self, found[0].value)
        return self._ternary(found)

    def _ternary(self, found: Cases) -> str:
        words = "none"
        for condition, value in reversed(found):
            said = filtered(self, value) if isinstance(value, Filter) else self.value(value)
            if condition == ALWAYS:
                words = said
            else:
                words = f"{said} if {tested(self, normal(condition))} else {words}"
        return f"({words})" if len(found) > 1 else words

    def split(self, value: Filter) -> Cases | None:
        """Return filters with a condition in them as cases."""
        if value.name == "default":
            return None if self.kinds.of(value.of) in TEXTS else fallback(value)
        if value.name == "plural":
            return plurals(value, whole=self.kinds.of(value.of) == "integer")
        if value.name in ("number", "plus", "minus", "times", "hash", "date"):
            sure = self.is_filled if value.name == "date" else self.is_sure
            return None if sure(value.of) else guarded(value)
        return None

    def words(self, value: Expression) -> str:
        """Return a value as text, `''` for a missing one."""
        said = self.value(value)
        if self.is_sure(value) or isinstance(value, Constant):
            return said
        if self.kinds.of(value) in TEXTS:
            return f"({said} or '')"
        return f"({said} if {said} is string or {said} is number else '')"

    def reach(self, start: str, keys: tuple[str | int, ...], _node: Node) -> str:
        """Return `start.key`, deeper ones as `(start.key or {}).deeper`."""
        safe = "." in start or "[" in start or (start in self.local and start not in self.items)
        for number, key in enumerate(keys):
            if number or safe:
                start = f"({start} or {'[]' if isinstance(key, int) else '{}'})"
            start += _key(key)
        return start

    @property
    def items(self) -> set[str]:
        """Return the variables of loops, which always have a value."""
        return {name for name, place in self.kinds.places.items() if place.endswith("[]")}


def _key(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    if key in _METHODS:
        return f".get('{key}')"
    return f".{key}" if is_plain(key) else f"[{quoted(Constant(value=key))}]"


def some(words: str) -> str:
    """Return an expression that prints nothing for `none`."""
    return f"({words} if {words} is not none else '')"


def quoted(constant: Constant) -> str:
    """Return a literal."""
    value = constant.value
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    inner = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return "'" + inner.replace("\r", "\\r") + "'"
