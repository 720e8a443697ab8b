"""What a condition tells about values: whether they are there, and not empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from crmspec.template import tree
from crmspec.template.source import written

if TYPE_CHECKING:
    from collections.abc import Callable


class Fact(NamedTuple):
    """A value, by its source, is there; a filled one is not empty either."""

    value: str
    filled: bool = False


Facts = frozenset[Fact]
NOTHING: Final[Facts] = frozenset()
_ALWAYS_THERE: Final = frozenset(["default", "length"])
_TAKING: Final = frozenset(["first", "last"])
_LENGTHS: Final[dict[tree.Operator, Callable[[float], bool]]] = {
    ">": lambda count: count >= 0,
    ">=": lambda count: count > 0,
    "==": lambda count: count > 0,
    "!=": lambda count: count == 0,
}


def implied(node: tree.Expression, *, holds: bool) -> Facts:
    """Return what is known when a condition holds, or when it does not."""
    match node:
        case tree.Not():
            return implied(node.of, holds=not holds)
        case tree.And() | tree.Or():
            return _joined(node, holds=holds)
        case tree.Empty():
            return NOTHING if holds else there(node.of, filled=True)
        case tree.Comparison():
            return _compared(node, holds=holds)
    return _plain(node) if holds else NOTHING


def there(node: tree.Expression, *, filled: bool = False) -> Facts:
    """Return what follows from a value being there."""
    if isinstance(node, tree.Path):
        above = [tree.Path(root=node.root, keys=node.keys[:end]) for end in range(len(node.keys))]
        found = {Fact(written(node)), *(Fact(written(one), filled=True) for one in above)}
        return frozenset([*found, *([Fact(written(node), filled=True)] if filled else [])])
    if isinstance(node, tree.Filter) and node.name not in _ALWAYS_THERE:
        own = [Fact(written(node)), *([Fact(written(node), filled=True)] if filled else [])]
        return there(node.of, filled=filled or node.name in _TAKING).union(own)
    return NOTHING


def _plain(node: tree.Expression) -> Facts:
    """Return what is known when a condition without parts holds."""
    match node:
        case tree.Present():
            return there(node.of)
        case tree.OneOf():
            return there(node.of, filled=all(one.value != "" for one in node.values))
        case tree.Contains():
            return there(node.of, filled=True) | there(node.item)
    return there(node, filled=True)


def _joined(node: tree.And | tree.Or, *, holds: bool) -> Facts:
    parts = [implied(one, holds=holds) for one in node.parts]
    if isinstance(node, tree.And) == holds:
        return NOTHING.union(*parts)
    return frozenset.intersection(*parts)


def _compared(node: tree.Comparison, *, holds: bool) -> Facts:
    counted = _counted(node)
    if counted is not None:
        return counted if holds else NOTHING
    if holds == (node.operator == "!="):
        return NOTHING
    return there(node.left, filled=_is_some(node.right)) | there(
        node.right, filled=_is_some(node.left)
    )


def _is_some(node: tree.Expression) -> bool:
    return isinstance(node, tree.Constant) and node.value != ""


def _counted(node: tree.Comparison) -> Facts | None:
    """Return what `list | length > 0` tells; None if it is no such comparison."""
    left, right = node.left, node.right
    if not isinstance(left, tree.Filter) or left.name != "length":
        return None
    count = right.value if isinstance(right, tree.Constant) else None
    enough = _LENGTHS.get(node.operator)
    if enough is None or not isinstance(count, int | float) or not enough(count):
        return NOTHING
    return there(left.of, filled=True)
