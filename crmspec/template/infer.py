"""The shapes of expressions, and what is doubtful about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics.sentence import text
from crmspec.diagnostics.suggestion import nearest
from crmspec.template import tree
from crmspec.template.date import wall
from crmspec.template.finding import Finding, FindingKind
from crmspec.template.narrow import NOTHING, Fact, Facts, implied
from crmspec.template.shape import (
    ANY,
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    Kind,
    Shape,
    either,
    listed,
    parted,
)
from crmspec.template.source import written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.diagnostics.sentence import Text
    from crmspec.source import Span

_TAKES: Final[dict[str, tuple[Kind, ...]]] = {
    **dict.fromkeys(
        ("upper", "lower", "capitalize", "title", "truncate", "replace"), ("text", "number", "date")
    ),
    **dict.fromkeys(("url_encode", "hash", "shorten"), ("text", "number", "date")),
    **dict.fromkeys(("number", "plus", "minus", "times", "plural"), ("number",)),
    **dict.fromkeys(("date", "add_days"), ("date",)),
    **dict.fromkeys(("first", "last", "join", "limit"), ("list",)),
    "length": ("text", "list"),
}
"""The types that a filter is for; `default` is for all."""
_MAKES: Final[dict[str, Shape]] = {
    **dict.fromkeys(("plus", "minus", "times"), NUMBER),
    "add_days": DATE,
    "length": NUMBER,
}
"""What filters make, if no text."""
_A_KIND: Final[dict[Kind, Text]] = {
    "text": text("a text"),
    "number": text("a number"),
    "boolean": text("yes or no"),
    "date": text("a date"),
    "list": text("a list"),
    "object": text("a group of values"),
    "any": text("a value"),
}
_CUSTOMER: Final = frozenset(
    ["user", "customer", "person", "contact", "recipient", "subscriber", "client", "lead"]
)


class View:
    """What an expression sees: names with their shapes, and facts; findings go into one list.

    `asks` says that a value may be missing here: a condition or `default` sees to that.
    """

    def __init__(
        self,
        names: Mapping[str, Shape],
        facts: Facts,
        found: dict[tuple[str, Span], Finding],
        *,
        asks: bool = False,
    ) -> None:
        self.names = names
        self.facts = facts
        self.found = found
        self.asks = asks

    def knowing(self, facts: Facts) -> View:
        """Return the view of one who knows more."""
        return View(self.names, self.facts | facts, self.found, asks=self.asks)

    def asking(self) -> View:
        """Return the view of one who asks whether a value is there."""
        return View(self.names, self.facts, self.found, asks=True)

    def binding(self, names: Mapping[str, Shape], facts: Facts = NOTHING) -> View:
        """Return the view inside a tag that binds names; what was known of them is forgotten."""
        kept = frozenset(one for one in self.facts if not _is_about(one, names))
        return View({**self.names, **names}, kept | facts, self.found)

    def knows(self, node: tree.Expression, *, filled: bool = False) -> bool:
        """Say whether a value is known to be there."""
        return Fact(written(node), filled) in self.facts

    def tell(
        self,
        kind: FindingKind,
        node: tree.Node,
        value: str,
        words: tuple[Text, Text | None],
        declared: Span | None = None,
    ) -> None:
        """Note a finding, once for each place."""
        finding = Finding(
            kind=kind,
            span=node.span,
            path=value,
            message=words[0],
            help=words[1],
            declared=declared,
        )
        self.found.setdefault((kind, node.span), finding)

    def shape(self, node: tree.Expression) -> Shape:
        """Return the shape of an expression, and note what is doubtful inside it."""
        match node:
            case tree.Constant():
                return constant_shape(node)
            case tree.Path():
                return self._path(node)
            case tree.Filter():
                return self._filter(node)
            case tree.Comparison():
                self._comparison(node)
            case tree.OneOf():
                self._among(self.shape(node.of), node.of, node.values)
            case tree.Contains():
                self._contains(node)
            case tree.Present() | tree.Empty() | tree.Not():
                self.shape(node.of)
        return BOOLEAN

    def condition(self, node: tree.Expression) -> None:
        """Note what is doubtful about a condition; later parts know what earlier ones found."""
        if isinstance(node, tree.Not):
            self.condition(node.of)
        elif isinstance(node, tree.And | tree.Or):
            view = self
            for part in node.parts:
                view.condition(part)
                view = view.knowing(implied(part, holds=isinstance(node, tree.And)))
        elif self.asking().shape(node).kind == "number":
            self.tell(
                "number as condition",
                node,
                written(node),
                (
                    text("a number as a condition holds for 0 too"),
                    text("write `{value} > 0`, or `is defined`", value=written(node)),
                ),
            )

    def _path(self, node: tree.Path) -> Shape:
        found = self.names.get(node.root)
        if found is None:
            self._unknown_root(node)
            return ANY
        optional = found.optional and not self.knows(tree.Path(root=node.root))
        for end, key in enumerate(node.keys, 1):
            above = tree.Path(root=node.root, keys=node.keys[: end - 1], span=node.span)
            here = tree.Path(root=node.root, keys=node.keys[:end])
            part = self._part(found, key, above)
            if part is None:
                return ANY
            found = part
            sure = self.knows(here) or (key == 0 and self.knows(above, filled=True))
            if found.lacking and written(above) == "event" and not (sure or self.asks):
                self.tell("unknown path", above, "event", _no_part(parted({}), key, above))
                sure = True
            optional = (optional or found.optional) and not sure
        return found.may_miss(optional)

    def _part(self, shape: Shape, key: str | int, above: tree.Path) -> Shape | None:
        """Return what is under a key; None, once it is told, if there is no such thing."""
        if shape.kind == "any":
            return ANY
        if shape.kind == "list" and isinstance(key, int):
            return (shape.items or ANY).may_miss()
        if shape.kind == "object" and isinstance(key, str) and key in shape.parts:
            return shape.parts[key]
        if shape.kind == "object" and isinstance(key, str) and not shape.closed:
            return ANY
        self.tell(
            "unknown path", above, written(above), _no_part(shape, key, above), shape.declared
        )
        return None

    def _unknown_root(self, node: tree.Path) -> None:
        name = node.root
        profile = self.names.get("profile", ANY)
        near = nearest(name, self.names)
        hint: Text | None = text("did you mean `{name}`?", name=near) if near else None
        if name in _CUSTOMER:
            hint = text("did you mean `{name}`?", name="profile")
        elif name in profile.parts:
            hint = text("did you mean `{name}`?", name=f"profile.{name}")
        elif name == "loop":
            hint = text("`loop` is known inside `for` only")
        message = text("templates do not know `{name}`", name=name)
        self.tell("unknown path", node, written(node), (message, hint))

    def _filter(self, node: tree.Filter) -> Shape:
        of = (self.asking() if node.name == "default" else self).shape(node.of)
        arguments = [self.shape(one) for one in node.arguments]
        if node.name == "default":
            return either([of.may_miss(optional=False), arguments[0]])
        takes = _TAKES[node.name]
        if of.kind != "any" and of.kind not in takes:
            self._wrong_type(node, of, takes[0])
            return ANY
        if node.name == "length":
            return NUMBER
        made = self._made(node, of)
        return made.may_miss(made.optional and not self.knows(node))

    def _made(self, node: tree.Filter, of: Shape) -> Shape:
        if node.name == "limit":
            return of if of.kind == "list" else listed(optional=of.optional)
        if node.name not in {"first", "last"}:
            return _MAKES.get(node.name, TEXT).may_miss(of.optional)
        item = of.items or ANY
        optional = not self.knows(node.of, filled=True)
        if node.arguments and isinstance(key := node.arguments[0], tree.Constant):
            above = tree.Path(root=written(node.of), span=node.span)
            part = self._part(item, str(key.value), above) or ANY
            return part.may_miss(optional or part.optional)
        return item.may_miss(optional or item.optional)

    def _wrong_type(self, node: tree.Filter, of: Shape, wanted: Kind) -> None:
        self.tell(
            "wrong type",
            node,
            written(node.of),
            (
                text(
                    "`{filter}` is for {wanted}, `{value}` is {found}",
                    filter=node.name,
                    wanted=_A_KIND[wanted],
                    value=written(node.of),
                    found=_A_KIND[of.kind],
                ),
                None,
            ),
            of.declared,
        )

    def _comparison(self, node: tree.Comparison) -> None:
        left, right = self.shape(node.left), self.shape(node.right)
        if node.operator in {"==", "!="}:
            if not _same_kind(left, node.left, right, node.right):
                self._incomparable(node, left, right)
            elif isinstance(node.right, tree.Constant):
                self._among(left, node.left, (node.right,))
        elif not _ordered(left, node.left, right, node.right):
            self._incomparable(node, left, right)

    def _incomparable(self, node: tree.Comparison, left: Shape, right: Shape) -> None:
        message = text(
            "{left} and {right} cannot be compared with `{operator}`",
            left=_A_KIND[left.kind],
            right=_A_KIND[right.kind],
            operator=node.operator,
        )
        hint = text("numbers are written without quotes, dates as `'2026-03-01'`")
        declared = left.declared or right.declared
        self.tell("incomparable", node, written(node.left), (message, hint), declared)

    def _among(
        self, shape: Shape, node: tree.Expression, values: tuple[tree.Constant, ...]
    ) -> None:
        """Note words that a value never is, and constants of another kind."""
        for value in values:
            if not _same_kind(shape, node, constant_shape(value), value):
                message = text("`{value}` is {kind}", value=written(node), kind=_A_KIND[shape.kind])
                self.tell("incomparable", value, written(node), (message, None), shape.declared)
            elif shape.values and isinstance(value.value, str) and value.value:
                self._known(shape, node, value, value.value)

    def _known(
        self, shape: Shape, node: tree.Expression, constant: tree.Constant, word: str
    ) -> None:
        if word in shape.values:
            return
        near = nearest(word, shape.values)
        hint = text("did you mean `{name}`?", name=near) if near else None
        message = text("`{value}` is never `{word}`", value=written(node), word=word)
        self.tell("unknown value", constant, written(node), (message, hint), shape.declared)

    def _contains(self, node: tree.Contains) -> None:
        of = self.shape(node.of)
        item = self.shape(node.item)
        if of.kind not in {"list", "any"}:
            message = text(
                "`in` looks into lists, `{value}` is {found}",
                value=written(node.of),
                found=_A_KIND[of.kind],
            )
            self.tell("wrong type", node, written(node.of), (message, None), of.declared)
        elif isinstance(node.item, tree.Constant):
            self._among(of.items or ANY, node.of, (node.item,))
        elif not _same_kind(of.items or ANY, node.of, item, node.item):
            message = text("`{value}` holds no such values", value=written(node.of))
            self.tell("incomparable", node, written(node.of), (message, None), of.declared)


def constant_shape(node: tree.Constant) -> Shape:
    """Return the shape of a literal."""
    if isinstance(node.value, bool):
        return BOOLEAN
    if node.value is None:
        return ANY
    return TEXT if isinstance(node.value, str) else NUMBER


def _no_part(shape: Shape, key: str | int, above: tree.Path) -> tuple[Text, Text | None]:
    """Return the words for a key that a value does not have."""
    value = written(above)
    if shape.kind == "list":
        hint: Text | None = text("go through it with `for`, or write `first('{name}')`", name=key)
        return text("`{value}` is a list", value=value), hint
    if shape.kind != "object":
        return text("`{value}` is {kind}", value=value, kind=_A_KIND[shape.kind]), None
    near = nearest(str(key), shape.parts)
    hint = text("did you mean `{name}`?", name=near) if near else None
    return text("`{value}` has no `{name}`", value=value, name=key), hint


def _is_about(fact: Fact, names: Mapping[str, Shape]) -> bool:
    """Say whether a fact is about one of some names."""
    root = fact.value
    for sign in ".[ ":
        root = root.partition(sign)[0]
    return root in names


def _same_kind(left: Shape, one: tree.Expression, right: Shape, other: tree.Expression) -> bool:
    kinds = {left.kind, right.kind}
    if "any" in kinds or len(kinds) == 1:
        return not kinds & {"list", "object"}
    if kinds == {"date", "text"}:
        return any(_is_date(node) for node in (one, other)) or not _constants(one, other)
    return False


def _ordered(left: Shape, one: tree.Expression, right: Shape, other: tree.Expression) -> bool:
    kinds = {left.kind, right.kind} - {"any"}
    if kinds <= {"number"} or kinds <= {"date"}:
        return True
    return kinds == {"date", "text"} and any(_is_date(node) for node in (one, other))


def _is_date(node: tree.Expression) -> bool:
    value = node.value if isinstance(node, tree.Constant) else None
    return isinstance(value, str) and (value == "" or wall(value) is not None)


def _constants(*nodes: tree.Expression) -> bool:
    return any(isinstance(node, tree.Constant) for node in nodes)
