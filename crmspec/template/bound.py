"""How much work one template may be (templates 14)."""

from __future__ import annotations

from typing import Final

PIECES: Final = 100_000
OUTPUT: Final = 1024 * 1024
EFFORT: Final = 1_000_000
DEPTH: Final = 64


class TooMuchError(Exception):
    """A template is endless, or makes more than any letter holds; `bound` names what it broke."""

    def __init__(self, bound: str) -> None:
        super().__init__(bound)
        self.bound = bound


class Budget:
    """What is left of the work that one template may be."""

    def __init__(self) -> None:
        self.pieces = PIECES
        self.effort = EFFORT
        self.output = OUTPUT
        self.depth = DEPTH

    def piece(self) -> None:
        """Count a piece."""
        self.pieces -= 1
        if self.pieces < 0:
            raise TooMuchError("pieces")

    def spend(self, effort: int) -> None:
        """Count work: an expression is 1, so are an item looked at and 50 characters filtered."""
        self.effort -= effort
        if self.effort < 0:
            raise TooMuchError("effort")

    def write(self, text: str) -> str:
        """Count what is printed, and return it."""
        self.output -= len(text)
        if self.output < 0:
            raise TooMuchError("output")
        return text

    def hold(self, text: str) -> str:
        """Return a text that can be kept, if it is not too long."""
        if len(text) > OUTPUT:
            raise TooMuchError("output")
        return text
