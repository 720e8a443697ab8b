"""Identity as a key, so that what is derived from a node of the program is derived once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


@dataclass(slots=True, eq=False, frozen=True)
class Same(Generic[Thing]):
    """Wraps a thing that has no hash; equal only to a wrap of the very same thing."""

    it: Thing

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.it is other.it
