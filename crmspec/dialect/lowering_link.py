"""Links that systems make: the project's own put in place, and those that a target lacks left out.

A link is known to be there or not before anything is sent, so that conditions about it are settled
here (templates 17). None of this lets a letter go without its link to unsubscribe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.dialect.loss import Loss, Lost
from crmspec.dialect.lowering_walk import replaced
from crmspec.template.evaluate import escaped
from crmspec.template.tree import (
    And,
    Body,
    Constant,
    Empty,
    Expression,
    Filter,
    If,
    Not,
    Or,
    Output,
    Path,
    Piece,
    Present,
    Text,
)

if TYPE_CHECKING:
    from crmspec.dialect.names import Names
    from crmspec.template.tree import Context

NEVER_LEFT_OUT: Final = "unsubscribe"
"""The link that the law wants: a target without it loses the letter, whatever the letter asks."""
_THERE: Final = Constant(value=True)
_MISSING: Final = Constant(value=None)


class Links:
    """The links of one template; `notes` are those that the target lacks, and nobody misses."""

    def __init__(self, title: str, names: Names) -> None:
        self.title = title
        self.names = names
        self.notes: list[Loss] = []

    def body(self, body: Body) -> Body:
        """Return a template in which links are what they are at the target."""
        return tuple(made for piece in body for made in self._piece(piece))

    def _piece(self, piece: Piece) -> Body:
        if isinstance(piece, If):
            branches = tuple(
                replace(one, condition=self._asked(one.condition)) for one in piece.branches
            )
            piece = replace(piece, branches=branches)
        made = replaced(piece, self._value, self.body)
        if isinstance(made, Output) and isinstance(made.expression, Path):
            own = self._own(made.expression)
            return (made,) if own is None else in_place(own, made.context)
        return (made,)

    def _own(self, value: Expression) -> Body | None:
        name = _name(value)
        return None if name is None else self.names.links.get(name)

    def _value(self, value: Expression) -> Expression:
        """Return a value: an address without values is a text; a link needs no fallback, or has it.

        What is changed in a value comes after its parts.
        """
        if isinstance(value, Filter) and value.name == "default" and value.arguments:
            there = self._there(value.of)
            return value if there is None else (value.of if there else value.arguments[0])
        own = self._own(value)
        if own is None or not all(isinstance(piece, Text) for piece in own):
            return value
        return Constant(value=_written(own), span=value.span)

    def _asked(self, condition: Expression) -> Expression:
        """Return a condition in which it is settled which links are there."""
        match condition:
            case Path():
                there = self._there(condition)
                return condition if there is None else (_THERE if there else _MISSING)
            case Present() | Empty() | Not():
                return replace(condition, of=self._asked(condition.of))
            case And() | Or():
                return replace(condition, parts=tuple(map(self._asked, condition.parts)))
            case _:
                return condition

    def _there(self, value: Expression) -> bool | None:
        """Say whether the target has a link; None if that must be asked, or is none to ask of."""
        name = _name(value)
        if name is None or not isinstance(value, Path):
            return None
        found = self.names.find(value)
        if name in self.names.links or (found is not None and found.tag):
            return True
        if found is not None or name == NEVER_LEFT_OUT:
            return None
        said = text(
            "{title} has no `{path}`, and the letter does without",
            title=self.title,
            path=f"links.{name}",
        )
        hint = text("write `links: {{{name}: …}}` at the target if you have such a page", name=name)
        self.notes.append(Loss(value.span, said, hint))
        return False


def checked(path: Path, names: Names) -> None:
    """Raise `Lost` for an address with values where something is made of it."""
    name = _name(path)
    if name is not None and name in names.links:
        raise Lost(
            path,
            text(
                "`{link}` has values in it here, and is only printed as it is", link=f"links.{name}"
            ),
            text("print it without filters"),
        )


def in_place(own: Body, context: Context) -> Body:
    """Return an address as it stands in a context; inside of another address it is encoded."""
    made: list[Piece] = []
    for piece in own:
        if isinstance(piece, Text):
            made.append(replace(piece, text=escaped(piece.text, context)))
        elif isinstance(piece, Output):
            twice = Filter(name="url_encode", of=piece.expression, span=piece.span)
            made.append(replace(piece, expression=twice) if context == "url" else piece)
    return tuple(made)


def _name(value: Expression) -> str | None:
    """Return which link a path is."""
    if not isinstance(value, Path) or value.root != "links" or len(value.keys) != 1:
        return None
    return str(value.keys[0])


def _written(own: Body) -> str:
    return "".join(piece.text for piece in own if isinstance(piece, Text))
