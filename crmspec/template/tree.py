"""The template tree: what a message says, independent of any template language."""

from __future__ import annotations

from typing import Literal, TypeAlias, TypeVar

import msgspec

from crmspec.source import Span

NOWHERE = Span("", 0, 0)


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """Anything in a template; `span` is where the author wrote it."""

    span: Span = NOWHERE


NodeT = TypeVar("NodeT", bound=Node)
Scalar: TypeAlias = None | bool | int | float | str


class Constant(Node, frozen=True, kw_only=True):
    """A literal."""

    value: Scalar


class Path(Node, frozen=True, kw_only=True):
    """A value by its name: `profile.first_name`, `event.items[0].name`, `item.price`, `loop.index`.

    `root` is a namespace (`profile event chain message project links feed coupon slots now loop`)
    or a name bound by `for` or `with`; `keys` are names and positions from 0 below it.
    """

    root: str
    keys: tuple[str | int, ...] = ()


class Filter(Node, frozen=True, kw_only=True):
    """`of | name(arguments, named)`."""

    name: str
    of: Expression
    arguments: tuple[Expression, ...] = ()
    named: tuple[tuple[str, Expression], ...] = ()


Operator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]


class Comparison(Node, frozen=True, kw_only=True):
    """Two values compared."""

    operator: Operator
    left: Expression
    right: Expression


class OneOf(Node, frozen=True, kw_only=True):
    """`of in ['a', 'b']`: a value among constants."""

    of: Expression
    values: tuple[Constant, ...]


class Contains(Node, frozen=True, kw_only=True):
    """`'a' in profile.tags`: an item of a list, never a part of a text."""

    item: Expression
    of: Expression


class Present(Node, frozen=True, kw_only=True):
    """`of is defined`: there is a value, be it `''`, `0`, `false` or an empty list."""

    of: Expression


class Empty(Node, frozen=True, kw_only=True):
    """`of is empty`: missing, `''` or an empty list."""

    of: Expression


class Not(Node, frozen=True, kw_only=True):
    """The opposite."""

    of: Expression


class And(Node, frozen=True, kw_only=True):
    """All of at least two; nested `And`s are flattened."""

    parts: tuple[Expression, ...]


class Or(Node, frozen=True, kw_only=True):
    """One of at least two; nested `Or`s are flattened."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = (
    Constant | Path | Filter | Comparison | OneOf | Contains | Present | Empty | Not | And | Or
)
"""A bare value used as a condition is true if it is neither missing, `''`, `[]` nor `false`."""

Context: TypeAlias = Literal["plain", "html", "attribute", "url", "address"]
"""Where a value lands: as it is (subjects, SMS), in the text of HTML, in a quoted attribute, as a
part of a URL (percent-encoded), or as a whole URL in an attribute (escaped, not encoded)."""


class Text(Node, frozen=True, kw_only=True):
    """Text that stays as it is."""

    text: str


class Output(Node, frozen=True, kw_only=True):
    """`{{ expression }}`."""

    expression: Expression
    context: Context = "plain"


class Branch(Node, frozen=True, kw_only=True):
    """One `if` or `elif`."""

    condition: Expression
    body: Body


class If(Node, frozen=True, kw_only=True):
    """`{% if %}…{% elif %}…{% else %}…{% endif %}`; at least one branch."""

    branches: tuple[Branch, ...]
    otherwise: Body = ()


class For(Node, frozen=True, kw_only=True):
    """`{% for variable in of | limit(n) %}…{% else %}…{% endfor %}`; `otherwise` if it is empty."""

    variable: str
    of: Expression
    body: Body
    limit: int | None = None
    otherwise: Body = ()


class With(Node, frozen=True, kw_only=True):
    """`{% with a = x, b = y %}…{% endwith %}`: names for values, seen only inside."""

    bindings: tuple[tuple[str, Expression], ...]
    body: Body


class Include(Node, frozen=True, kw_only=True):
    """`{% include "block" %}`: a block of the project; it sees the names around it."""

    block: str


class Native(Node, frozen=True, kw_only=True):
    """`{% native "klaviyo" %}…{% endnative %}`: text for one dialect, left out of all others."""

    dialect: str
    text: str


Piece: TypeAlias = Text | Output | If | For | With | Include | Native
Body: TypeAlias = tuple[Piece, ...]


def at(node: NodeT, span: Span) -> NodeT:
    """Return the node as standing at another place."""
    return msgspec.structs.replace(node, span=span)
