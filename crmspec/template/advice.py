"""What to write instead of what templates do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jinja2 import nodes

from crmspec.diagnostics.sentence import text
from crmspec.diagnostics.suggestion import nearest
from crmspec.template.signature import SIGNATURES
from crmspec.template.word import FOREIGN_FILTERS, NEEDLESS_FILTERS

if TYPE_CHECKING:
    from crmspec.diagnostics.sentence import Text

Advice = tuple["Text", "Text"]

_ARITHMETIC: Final[dict[type[nodes.Node], str]] = {
    nodes.Add: "plus(1)",
    nodes.Sub: "minus(1)",
    nodes.Mul: "times(2)",
    nodes.Neg: "times(-1)",
}
_IMPOSSIBLE: Final = frozenset(
    [*_ARITHMETIC, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Pos]
)


def advice(node: nodes.Node) -> Advice:
    """Return what is wrong with an expression that is not in the language, and what to write."""
    if type(node) in _IMPOSSIBLE:
        example = _ARITHMETIC.get(type(node))
        hint = text("write `value | {example}`", example=example) if example else _BEFOREHAND
        return text("templates do not calculate with signs"), hint
    for kinds, message, hint in _ADVICE:
        if isinstance(node, kinds):
            return message, hint
    return text("templates do not have this"), _BEFOREHAND


_BEFOREHAND: Final = text("work it out beforehand and send it with the event or the profile")
_ADVICE: Final[tuple[tuple[type[nodes.Node], Text, Text], ...]] = (
    (
        nodes.Call,
        text("templates call nothing"),
        text("use a filter, as in `value | upper`"),
    ),
    (
        nodes.Concat,
        text("texts are not joined by `~`"),
        text("write them one after the other: `{{{{ a }}}} {{{{ b }}}}`"),
    ),
    (
        nodes.CondExpr,
        text("templates have no `if` inside a value"),
        text("write `{{% if … %}}…{{% else %}}…{{% endif %}}`, or `value | default('…')`"),
    ),
    (
        nodes.List,
        text("a list can only stand after `in`"),
        text("write `{{% if value in ['a', 'b'] %}}`"),
    ),
    (
        nodes.Tuple,
        text("only one value can stand here"),
        text("write `{{{{ a }}}} {{{{ b }}}}`"),
    ),
)


def unknown_filter(name: str) -> tuple[Text, Text | None]:
    """Return the words for a filter that the language does not have."""
    message = text("templates have no filter `{name}`", name=name)
    if name in NEEDLESS_FILTERS:
        return message, text("leave it out; values are escaped where they land")
    ours = FOREIGN_FILTERS.get(name)
    if ours is not None:
        return message, text("write `{example}`", example=SIGNATURES[ours].example)
    near = nearest(name, SIGNATURES)
    return message, text("did you mean `{name}`?", name=near) if near else None


def unknown_test(name: str) -> tuple[Text, Text]:
    """Return the words for an `is` that the language does not have."""
    hint = text("there are `is defined` and `is empty`; values are compared with `==`")
    if name in {"undefined", "none", "null"}:
        hint = text("write `is not defined`")
    return text("templates have no `is {name}`", name=name), hint
