"""What printers of all dialects share: the walk over the tree, names, cases, what is lost."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple
from urllib.parse import quote

from crmspec.diagnostics import Text as Sentence
from crmspec.diagnostics import text
from crmspec.dialect.kind import NUMBERS, Kinds
from crmspec.dialect.loss import Loss, Lost
from crmspec.dialect.lowering_cases import MODULO, guarded, holds, shown_cases
from crmspec.dialect.lowering_link import Links, checked
from crmspec.dialect.lowering_loop import replaced_deep
from crmspec.dialect.lowering_scope import KEY, LOOP, bound_names, inlined, named
from crmspec.dialect.lowering_truth import (
    EQUALITY,
    TEXT_FILTERS,
    asks,
    assured,
    bare,
    both,
    normal,
    not_blank,
)
from crmspec.dialect.lowering_walk import changed, expressions
from crmspec.template.tree import (
    Body,
    Comparison,
    Constant,
    Context,
    Expression,
    Filter,
    For,
    If,
    Include,
    Native,
    Node,
    Output,
    Path,
    Piece,
    Text,
    With,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from crmspec.dialect.lowering_cases import Cases, Splitter
    from crmspec.dialect.lowering_truth import Sure
    from crmspec.dialect.names import Names


MOST_COMPARED: Final = 2_000
"""Cases of values that the conditions of one template may have, squared: they are compared."""
_ELSEWHERE: Final = text("keep it in an attribute or in the data of the event, and print that")
_INSTEAD: Final = {
    "coupon": text("put the code into an attribute before the message is sent, and print that"),
    "links.unsubscribe": text("write the address of a page of your own: `links:` of the target"),
    "links": text(
        "write the address of a page of your own: `links:` of the target, or ask `{{% if %}}` first"
    ),
}
"""What to write instead of a value that a target does not have, by its path or the root of it."""
_OF_TEXT: Final = (*TEXT_FILTERS, "date", "join")


class Arm(NamedTuple):
    """A branch: its condition in normal form, and what prints its body."""

    condition: Expression
    body: Callable[[], str]


class Printer:
    """Prints one template; `losses` are what could not be said, `notes` links it goes without.

    A dialect says how values (`value`), outputs (`shown`), conditions (`choice`), loops (`loop`)
    and bindings (`bound`) are written; raising `Lost` leaves out the smallest piece around.
    """

    reserved: ClassVar[tuple[str, ...]] = ()

    def __init__(self, dialect: str, title: str, names: Names) -> None:
        self.dialect = dialect
        self.title = title
        self.names = names
        self.losses: list[Loss] = []
        self.notes: list[Loss] = []
        self.kinds = Kinds(names.kinds)
        self.sure: frozenset[Sure] = frozenset()
        self.loops: list[str] = []
        self.local: set[str] = set()
        self.room = MOST_COMPARED

    # -- what a dialect says ------------------------------------------------------------------

    def text(self, literal: str) -> str:
        """Return text as the dialect's engine leaves it alone."""
        raise NotImplementedError

    def shown(self, expression: Expression, context: Context) -> str:
        """Return the tag that prints a value, escaped for where it stands."""
        raise NotImplementedError

    def choice(self, arms: list[Arm], otherwise: Callable[[], str] | None) -> str:
        """Return a conditional of at least one arm."""
        raise NotImplementedError

    def loop(self, loop: For) -> str:
        """Return a loop."""
        raise Lost(
            loop,
            text("{title} has no loops", title=self.title),
            text("give a `limit`, or say it in the data: one value with the whole list"),
        )

    def bound(self, binding: With) -> str:
        """Return a body with names bound around it."""
        raise NotImplementedError

    def split(self, _value: Filter) -> Cases | None:
        """Return a filter as cases if the dialect cannot apply it in place."""
        return None

    def reach(self, start: str, keys: tuple[str | int, ...], _node: Node) -> str:
        """Return the value at `keys` below `start`."""
        raise NotImplementedError

    def position(self, path: Path) -> str:
        """Return `loop.index`, `loop.first` or `loop.last`."""
        raise NotImplementedError

    # -- the walk -----------------------------------------------------------------------------

    def print(self, body: Body, blocks: Mapping[str, Body]) -> str:
        """Return a template as text."""
        try:
            lowered = self.lowered(self._told(inlined(body, blocks, self.dialect)))
        except Lost as lost:
            self.losses.append(lost.loss)
            return ""
        self.local = set(bound_names(lowered))
        return self.body(lowered)

    def _told(self, body: Body) -> Body:
        """Return a template with its links, and with what is the same for everybody as texts."""
        links = Links(self.title, self.names)
        body = links.body(body)
        self.notes += links.notes

        def told(value: Expression) -> Expression:
            path = _dotted(value) if isinstance(value, Path) else ""
            words = self.names.texts.get(path)
            return value if words is None else Constant(value=words, span=value.span)

        return tuple(replaced_deep(piece, told) for piece in body)

    def lowered(self, body: Body) -> Body:
        """Return a template prepared for this dialect; blocks are in place."""
        return named(body, (*self.reserved, *self.names.table.reserved))

    def body(self, body: Body) -> str:
        """Return pieces one after another."""
        return "".join(map(self.piece, body))

    def piece(self, piece: Piece) -> str:
        """Return a piece; what cannot be said is noted and left out."""
        try:
            return self._piece(piece)
        except Lost as lost:
            self.losses.append(lost.loss)
            return self.body(piece.otherwise) if isinstance(piece, For) else ""

    def _piece(self, piece: Piece) -> str:
        match piece:
            case Text():
                return self.text(piece.text)
            case Output():
                return self._output(piece)
            case If():
                return self._if(piece)
            case For():
                return self.loop(piece)
            case With():
                return self.bound(piece)
            case Native() | Include():
                return piece.text if isinstance(piece, Native) else ""

    def _output(self, output: Output) -> str:
        found = shown_cases(output.expression, self.split)
        arms = [
            Arm(normal(case.condition), self._shower(case.value, output.context)) for case in found
        ]
        return self.arms(arms, None)

    def _shower(self, value: Expression, context: Context) -> Callable[[], str]:
        def show() -> str:
            if isinstance(value, Constant):
                return self.text(escaped(literal(value), context))
            if context == "url" and isinstance(value, Path) and value.root == "links":
                self._encodable(value)
            return self.shown(value, context)

        return show

    def _encodable(self, link: Path) -> None:
        """Raise `Lost` for a tag that becomes an address: nothing can encode that."""
        if self.tag(link) is not None:
            raise Lost(
                link,
                text("{title} puts no such link into another address", title=self.title),
                text("let it be the whole address"),
            )

    def _if(self, choice: If) -> str:
        arms = [
            Arm(self._decided(b.condition), lambda b=b: self.body(b.body))  # type: ignore[misc]
            for b in choice.branches
        ]
        return self.arms(arms, lambda: self.body(choice.otherwise))

    def _decided(self, condition: Expression) -> Expression:
        return normal(changed(holds(condition, self._rationed), self._in_order))

    def _in_order(self, part: Expression) -> Expression:
        """Return a comparison of dates so that `''`, which is no date, is before and after none."""
        if not isinstance(part, Comparison) or part.operator in EQUALITY:
            return part
        ends = (part.left, part.right)
        if any(self.kinds.of(end) in NUMBERS for end in ends):
            return part
        return both(*(not_blank(end) for end in ends if not isinstance(end, Constant)), part)

    def _rationed(self, value: Filter) -> Cases | None:
        """Return a filter in a condition as cases, as long as there is room for more of them."""
        found = self.split(value)
        self.room -= 1 + len(found or ()) ** 2
        if self.room < 0:
            raise Lost(
                value,
                text("the conditions of this template ask too much of {title}", title=self.title),
                text("compute it before, in an attribute or in the data of the event"),
            )
        return found

    def arms(self, arms: Iterable[Arm], otherwise: Callable[[], str] | None) -> str:
        """Return a conditional; what always or never holds is decided here."""
        left: list[Arm] = []
        for arm in arms:
            if not isinstance(arm.condition, Constant):
                left.append(Arm(arm.condition, self._assuming(arm)))
            elif arm.condition.value:
                otherwise = arm.body
                break
        if left:
            return self.choice(left, otherwise)
        return otherwise() if otherwise is not None else ""

    def _assuming(self, arm: Arm) -> Callable[[], str]:
        def body() -> str:
            before = self.sure
            self.sure = before | assured(arm.condition)
            try:
                return arm.body()
            finally:
                self.sure = before

        return body

    def kept(self, name: str, body: Body) -> Splitter:
        """Return how to split a value bound to `name`.

        Where `body` asks whether it is there, nothing must not become `''`.
        """
        if not any(asks(expression, name) for expression in expressions(body)):
            return self.split
        return lambda value: guarded(value) if value.name in _OF_TEXT else self.split(value)

    # -- values -------------------------------------------------------------------------------

    def is_sure(self, value: Expression) -> bool:
        """Return whether a path is known to have a value here."""
        if not isinstance(value, Path):
            return False
        return value.root.startswith(LOOP) or bare(value) in self.sure

    def is_filled(self, value: Expression) -> bool:
        """Return whether a path is known to have a value here that is not `''`."""
        filled = isinstance(value, Path) and not_blank(bare(value)) in self.sure
        return filled and self.is_sure(value)

    def path(self, path: Path) -> str:
        """Return a path as the dialect writes it; raise `Lost` if the target has no such value."""
        if path.root.startswith(LOOP):
            return self.position(path)
        if path.root in self.local:
            return self.reach(path.root, path.keys, path)
        checked(path, self.names)
        found = self.names.find(path)
        if found is None or found.tag:
            raise Lost(path, *self._unknown(path, tag=found is not None))
        return self.reach(found.text, found.rest, path)

    def _unknown(self, path: Path, *, tag: bool) -> tuple[Sentence, Sentence]:
        name = _dotted(path)
        if tag:
            message = text(
                "`{path}` can only be printed in {title}, as it is", path=name, title=self.title
            )
            return message, text("print it without filters and conditions")
        message = text("{title} does not know `{path}`", path=name, title=self.title)
        return message, _INSTEAD.get(name, _INSTEAD.get(path.root, _ELSEWHERE))

    def tag(self, value: Expression) -> str | None:
        """Return the tag that stands for a value, if that is what the target has for it."""
        if not isinstance(value, Path) or value.root in self.local:
            return None
        checked(value, self.names)
        found = self.names.find(value)
        return found.text if found is not None and found.tag else None

    def no_filter(self, value: Filter) -> Lost:
        """Return that a filter does not exist in this dialect."""
        if value.name == KEY:
            return Lost(
                value,
                text("{title} cannot take a part of a filtered value", title=self.title),
                text("compute it before, in an attribute or in the data of the event"),
            )
        name = "plural" if value.name == MODULO else value.name
        return Lost(
            value,
            text("{title} has nothing like the filter `{name}`", title=self.title, name=name),
            text("compute it before, in an attribute or in the data of the event"),
        )


def _dotted(path: Path) -> str:
    return ".".join(map(str, (path.root, *path.keys)))


def literal(constant: Constant) -> str:
    """Return a literal as it is printed: numbers in digits, nothing for a missing one."""
    value = constant.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def escaped(value: str, context: Context) -> str:
    """Return a text as it is written in the context."""
    if context == "plain":
        return value
    if context == "url":
        return quote(value, safe="")
    return escape(value)
