"""What is known of the values that templates read: their types, and whether they may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Kind: TypeAlias = Literal["text", "number", "boolean", "date", "list", "object", "any"]


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """The type of a value; `any` is a value of which nothing is known.

    `items` is for lists, `parts` for objects; a closed object has no other parts. An `optional`
    value may be missing. `values` are all values that a text can have, none if it can have any;
    `format` is what is declared of one, such as `uri`. A number may be `whole`, and within limits.
    A `lacking` value is one that some trigger of a chain never gives. `declared` is where the
    project says so.
    """

    kind: Kind = "any"
    optional: bool = False
    lacking: bool = False
    items: Shape | None = None
    parts: dict[str, Shape] = {}
    closed: bool = False
    values: tuple[str, ...] = ()
    format: str | None = None
    whole: bool = False
    minimum: float | None = None
    maximum: float | None = None
    declared: Span | None = None

    def may_miss(self, optional: bool = True) -> Shape:  # noqa: FBT001, FBT002 - it reads well
        """Return the same type for a value that may be missing, or may not."""
        return msgspec.structs.replace(self, optional=optional)


ANY: Final = Shape()
TEXT: Final = Shape(kind="text")
NUMBER: Final = Shape(kind="number")
BOOLEAN: Final = Shape(kind="boolean")
DATE: Final = Shape(kind="date")
LOOP: Final = Shape(
    kind="object", closed=True, parts={"index": NUMBER, "first": BOOLEAN, "last": BOOLEAN}
)
"""What `loop` is inside `for`."""


def listed(items: Shape = ANY, *, optional: bool = False) -> Shape:
    """Return the shape of a list."""
    return Shape(kind="list", items=items, optional=optional)


def parted(parts: Mapping[str, Shape], *, closed: bool = True) -> Shape:
    """Return the shape of an object."""
    return Shape(kind="object", parts=dict(parts), closed=closed)


def either(shapes: Iterable[Shape]) -> Shape:
    """Return what is known of a value that has one of some shapes."""
    first, *others = list(shapes) or [ANY]
    for other in others:
        first = _common(first, other)
    return first


def _common(one: Shape, other: Shape) -> Shape:
    optional = one.optional or other.optional
    if one.kind != other.kind:
        return ANY.may_miss(optional)
    values = (*one.values, *other.values) if one.values and other.values else ()
    return Shape(
        kind=one.kind,
        optional=optional,
        items=either([one.items or ANY, other.items or ANY]) if one.kind == "list" else None,
        parts=_common_parts(one, other),
        closed=one.closed and other.closed,
        values=values,
        format=one.format if one.format == other.format else None,
        whole=one.whole and other.whole,
        minimum=_limit(min, one.minimum, other.minimum),
        maximum=_limit(max, one.maximum, other.maximum),
        declared=one.declared,
    )


def _limit(
    wider: Callable[[float, float], float], one: float | None, other: float | None
) -> float | None:
    return None if one is None or other is None else wider(one, other)


def _common_parts(one: Shape, other: Shape) -> dict[str, Shape]:
    """Return the parts of two objects; what only one has may be missing."""
    parts: dict[str, Shape] = {}
    for name in (*one.parts, *other.parts):
        found = [shape.parts[name] for shape in (one, other) if name in shape.parts]
        parts[name] = either(found) if len(found) > 1 else found[0].may_miss()
    return parts


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What a template sees: names with their shapes, and what the blocks it includes want.

    `inputs` gives, for each block, the names that it must find around it.
    """

    names: dict[str, Shape] = {}
    inputs: dict[str, tuple[str, ...]] = {}
