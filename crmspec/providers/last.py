"""What is made of a program once: the audit and the plan ask for the same, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.ir import Program

MadeT = TypeVar("MadeT")


class Last(Generic[MadeT]):
    """Makes something of a program, unless it was the last one asked for."""

    def __init__(self, make: Callable[[Program], MadeT]) -> None:
        self._make = make
        self._program: Program | None = None
        self.made: MadeT | None = None

    def of(self, program: Program) -> MadeT:
        """Return what is made of a program."""
        if self._program is not program:
            self.made = self._make(program)
            self._program = program
        return cast("MadeT", self.made)
