"""A page as it is with one arm or another of the conditions inside of its tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from crmspec.template import tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.token import Tokens

MOST: Final = 4
"""Arms of a condition that are looked at."""


class Choice(NamedTuple):
    """A condition inside of a tag: where its tokens stand, and so its arms between them."""

    condition: tree.If
    places: list[tuple[int, int]]

    @property
    def arms(self) -> int:
        """Return how many arms it has; without `else`, one of them is empty."""
        return len(self.condition.branches) + 1

    def written(self, text: str, number: int) -> str:
        """Return one of its arms with spaces around it, as long as all of it."""
        start, end = self.places[0][0], self.places[-1][1]
        if number + 1 >= len(self.places):
            return " " * (end - start)
        first, last = self.places[number][1], self.places[number + 1][0]
        return text[first:last].rjust(last - start).ljust(end - start)


def variants(tokens: Tokens) -> Iterator[str]:
    """Yield a text with each arm in turn; spaces stand for the others, so places stay the same."""
    text = tokens.text
    choices = list(_choices(tokens))
    for number in range(min(max((one.arms for one in choices), default=1), MOST)):
        made, done = [], 0
        for one in choices:
            arm = min(number, one.arms - 1)
            made += [text[done : one.places[0][0]], one.written(text, arm)]
            done = one.places[-1][1]
        yield "".join([*made, text[done:]])


def _choices(tokens: Tokens) -> Iterator[Choice]:
    """Yield the outermost conditions inside of tags."""
    if not any(isinstance(mark.piece, tree.If) for mark in tokens.marks):
        return
    inside: Choice | None = None
    for found in tokens.pattern.finditer(tokens.text):
        mark = tokens.marks[int(found[1])]
        if inside is not None and mark.piece is inside.condition:
            inside.places.append(found.span())
            if mark.role == "end":
                yield inside
                inside = None
        elif inside is None and mark.role == "open" and _is_inside(tokens.text, found.start()):
            inside = Choice(mark.piece, [found.span()]) if isinstance(mark.piece, tree.If) else None


def _is_inside(written: str, at: int) -> bool:
    """Say whether a place is inside of a tag."""
    return written.rfind("<", 0, at) > written.rfind(">", 0, at)
