"""Django's template language as mail systems use it: no parentheses, no assignment.

Conditions become an "or" of "and"s, values that depend on something become branches. Dates are cut
out of their ISO 8601 text, since the `date` filter prints nothing for texts.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from crmspec.diagnostics import text
from crmspec.dialect.django_condition import conjunction, expanded
from crmspec.dialect.django_filter import EASY, filtered, is_reckoned
from crmspec.dialect.kind import NUMBERS, TEXTS
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_cases import (
    date_parts,
    fallback,
    guarded,
    literal_text,
    months,
    plurals,
)
from crmspec.dialect.lowering_loop import joined, limited, unlimited
from crmspec.dialect.lowering_scope import LOOP, substituted
from crmspec.dialect.lowering_truth import alternatives, normal
from crmspec.dialect.lowering_walk import placed
from crmspec.dialect.names import is_plain
from crmspec.dialect.printer import Arm, Printer, escaped
from crmspec.template.tree import (
    Body,
    Constant,
    Context,
    Expression,
    Filter,
    For,
    Node,
    Output,
    Path,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.dialect.lowering_cases import Cases

_BRACE: Final = re.compile(r"\{(?=[{%#]|\Z)")
_HARD: Final = re.compile(r"[{%]\{|\{[%#]|[%}#]\}|[\n\r]")
_POSITIONS: Final = {"index": "counter", "first": "first", "last": "last"}
MOST: Final = 24
"""How many alternatives a condition may have."""


class Django(Printer):
    """Prints Django's language; `filters` are those the flavour has beyond `EASY`."""

    known: ClassVar[frozenset[str]] = frozenset(EASY)
    arithmetic: ClassVar[dict[str, str]] = {}
    slices: ClassVar[bool] = True
    nothing: ClassVar[str] = '|default_if_none:""'
    reserved: ClassVar[tuple[str, ...]] = (
        *("forloop", "block", "True", "False", "None"),
        *("and", "or", "not", "in", "is", "as", "with"),
    )

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.opened: list[str] = []
        self.count = 0

    # -- pieces -------------------------------------------------------------------------------

    def lowered(self, body: Body) -> Body:
        """Return a template with `with` put in place."""
        return substituted(super().lowered(body))

    def text(self, literal: str) -> str:
        """Return text with `{{`, `{%` and `{#` broken up."""
        return _BRACE.sub('{{ "{" }}', literal)

    def shown(self, expression: Expression, context: Context) -> str:
        """Return `{{ value|filters }}`; the engine escapes, save where `safe` forbids it."""
        tag = self.tag(expression)
        if tag is not None:
            return tag
        if isinstance(expression, Filter) and expression.name == "date":
            return self._date(expression, context)
        if isinstance(expression, Filter) and expression.name == "join":
            return self._join(expression, context)
        if is_reckoned(expression) and not self._is_whole(expression):
            raise Lost(
                expression,
                text("{title} may print `.0` after a whole number here", title=self.title),
                text("say how many decimals: `| number(2)`"),
            )
        value = self.value(expression, shown=True)
        return self.wrapped(f"{{{{ {value}{_escape(context, self.kinds.of(expression))} }}}}")

    def _is_whole(self, value: Expression) -> bool:
        times = isinstance(value, Filter) and value.name == "times"
        return self.kinds.of(value) == "integer" and not times

    def _date(self, value: Filter, context: Context) -> str:
        parts = date_parts(literal_text(value))
        return "".join(self._date_part(value, part, context) for part in parts)

    def _date_part(self, value: Filter, part: str, context: Context) -> str:
        if not part.startswith("%"):
            return self.text(escaped(part, context))
        return f"{{{{ {filtered(self, value, part)} }}}}"

    def _join(self, value: Filter, context: Context) -> str:
        name = self.temporary()
        self.local.add(name)
        return self.piece(joined(Output(expression=value, context=context, span=value.span), name))

    def choice(self, arms: list[Arm], otherwise: Callable[[], str] | None) -> str:
        """Return `{% if %}…{% elif %}…{% endif %}`."""
        said: list[tuple[str, Arm]] = []
        for arm in arms:
            try:
                said.append((self.condition(arm.condition), arm))
            except Lost as lost:
                self.losses.append(lost.loss)
        opened, self.opened = self.opened, []
        last = otherwise() if otherwise is not None else ""
        tags = "".join(
            f"{{% {'elif' if number else 'if'} {words} %}}{arm.body()}"
            for number, (words, arm) in enumerate(said)
        )
        self.opened = opened
        if not said:
            return self.wrapped(last)
        otherwise_tag = f"{{% else %}}{last}" if last else ""
        return self.wrapped(f"{tags}{otherwise_tag}{{% endif %}}")

    def loop(self, loop: For) -> str:
        """Return `{% for %}…{% empty %}…{% endfor %}`."""
        of, limit = unlimited(loop.of)
        if isinstance(of, Filter):
            raise self.no_filter(of)
        limits = [n for n in (loop.limit, limit) if n is not None]
        words, cut = self.value(of), ""
        if limits and self.slices:
            cut = f'|slice:":{min(limits)}"'
        elif limits:
            loop = limited(msgspec.structs.replace(loop, of=of, limit=min(limits)))
        self.kinds.bind(loop.variable, of, item=True)
        self.loops.append(loop.variable)
        body = self.body(loop.body)
        self.loops.pop()
        otherwise = self.body(loop.otherwise)
        last = f"{{% empty %}}{otherwise}" if otherwise else ""
        return f"{{% for {loop.variable} in {words}{cut} %}}{body}{last}{{% endfor %}}"

    def position(self, path: Path) -> str:
        """Return `forloop.counter` of the loop, or of one around it."""
        variable = path.root.removeprefix(LOOP)
        around = len(self.loops) - 1 - self.loops.index(variable)
        return "forloop" + ".parentloop" * around + f".{_POSITIONS[str(path.keys[0])]}"

    # -- what must be bound around a tag --------------------------------------------------------

    def temporary(self) -> str:
        """Return a name nobody uses."""
        while True:
            self.count += 1
            name = f"v{self.count}"
            if name not in self.local:
                return name

    def held(self, value: str) -> str:
        """Bind a value around the tag that is being written and return its name."""
        name = self.temporary()
        self.opened.append(f"{{% with {name}={value} %}}")
        return name

    def wrapped(self, tag: str) -> str:
        """Return a tag with what was bound for it."""
        opened, self.opened = self.opened, []
        return "".join(opened) + tag + "{% endwith %}" * len(opened)

    # -- values -------------------------------------------------------------------------------

    def split(self, value: Filter) -> Cases | None:
        """Return filters with a condition in them as cases."""
        if value.name not in self.known and value.name not in self.arithmetic:
            return None
        if value.name == "default":
            return None if self.plain_default(value) else fallback(value)
        if value.name == "plural":
            return plurals(value, whole=self.kinds.of(value.of) == "integer")
        if value.name == "date" and "%B" in literal_text(value):
            return months(value)
        if value.name in ("number", "plus", "minus", "times", "hash", "date"):
            sure = self.is_filled if value.name == "date" else self.is_sure
            return None if sure(value.of) else guarded(value)
        return None

    def plain_default(self, value: Filter) -> bool:
        """Return whether Django's own `default` does: it replaces 0 and `false` too."""
        other, of = value.arguments[0], value.of
        if isinstance(of, Filter) and of.name in ("date", "join"):
            return False
        if not isinstance(other, Constant) or self.kinds.of(of) not in TEXTS:
            return False
        written = str(other.value)
        return not _HARD.search(written) and escape(written) == written

    def value(self, value: Expression, *, shown: bool = False) -> str:
        """Return a value with its filters, as it stands in a tag."""
        if isinstance(value, Constant):
            return self.quoted(value)
        if isinstance(value, Filter):
            return filtered(self, value)
        path = self.path(value) if isinstance(value, Path) else ""
        return path + self.nothing if shown and not self.is_sure(value) else path

    def some(self, value: Expression) -> str:
        """Return a value that filters can take: `''` for a missing one."""
        return self.value(value, shown=True)

    def quoted(self, constant: Constant) -> str:
        """Return a literal; raise `Lost` for texts that end a tag."""
        value = constant.value
        if not isinstance(value, str):
            return str(value)
        if _HARD.search(value):
            raise Lost(
                constant,
                text("{title} cannot have this text in a tag", title=self.title),
                text("leave out line breaks and double braces"),
            )
        inner = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{inner}"'

    def reach(self, start: str, keys: tuple[str | int, ...], node: Node) -> str:
        """Return `start.key.0`; after a filter, keys are looked up one by one."""
        awkward = [not is_plain(str(k)) or k in self.names.table.awkward for k in keys]
        looked_up = "|" in start
        for key, odd in zip(keys, awkward, strict=True):
            if isinstance(key, int):
                start += f'{self.nothing}|slice:"{key}:{key + 1}"|first' if looked_up else f".{key}"
            elif odd or looked_up:
                looked_up = True
                start += self.looked_up(key, node)
            else:
                start += f".{key}"
        return start

    def looked_up(self, key: str, node: Node) -> str:
        """Return the filter that reads an odd key; raise `Lost` if there is none."""
        raise Lost(
            node,
            text("{title} cannot read `{key}`", title=self.title, key=key),
            text("give the value a name of Latin letters, digits and underscores"),
        )

    # -- conditions -----------------------------------------------------------------------------

    def condition(self, condition: Expression) -> str:
        """Return a condition without parentheses."""
        found = alternatives(expanded(normal(condition), self.kinds), MOST)
        if found is None:
            raise Lost(
                placed(condition),
                text(
                    "this condition is too long for {title}, which has no brackets",
                    title=self.title,
                ),
                text("split it into nested `{{% if %}}`s"),
            )
        return " or ".join(conjunction(self, parts) for parts in found)


def _escape(context: Context, kind: str | None) -> str:
    if context == "url":
        return '|urlencode:""'
    return "|safe" if context == "plain" and kind not in (*NUMBERS, "boolean") else ""
