"""What decoders share: from a target's payload back to the words of the language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Text, text

if TYPE_CHECKING:
    from collections.abc import Collection

    from crmspec.engine.body import Body

UNTOLD: Final = text("what it holds cannot be led back to the words of the project")
_UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60))


class WordlessError(Exception):
    """A part of a payload has no words in the language: `reason` says which.

    `known` are the fields that can be said all the same, such as the title.
    """

    def __init__(self, reason: Text = UNTOLD, known: Body | None = None) -> None:
        super().__init__(reason.english())
        self.reason, self.known = reason, known or {}


def only(body: Body, known: Collection[str]) -> Body:
    """Return a mapping that has no other keys than these.

    Raises:
        WordlessError: it has.
    """
    odd = sorted(body.keys() - set(known))
    if odd:
        raise WordlessError(text("the project has no words for `{field}`", field=odd[0]))
    return body


def length(seconds: int) -> str:
    """Return a duration as an author writes it."""
    for unit, size in _UNITS:
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
