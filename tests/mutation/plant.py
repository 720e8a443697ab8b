"""The list of all defects that can be planted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.mutation.base import Kit


@dataclass(frozen=True)
class Plant:
    """A defect of one code; `make` plants it and returns the ids it is to be found at.

    One of the codes in `instead` may be given for it as well: it says the same of it.
    """

    code: str
    name: str
    make: Callable[[Kit], Iterable[str]]
    bases: tuple[str, ...] = ("example", "six chains", "fourteen chains")
    instead: tuple[str, ...] = ()


PLANTS: list[Plant] = []


def plant(code, *values, bases=None, instead=()):
    """Register a function `(kit, value) -> ids` once per value."""

    def register(make):
        for value in values or (None,):
            name = make.__name__ if value is None else f"{make.__name__} {value}"
            chosen = {"instead": instead} | ({} if bases is None else {"bases": bases})
            PLANTS.append(Plant(code, name.replace("_", " "), partial(_run, make, value), **chosen))
        return make

    return register


def _run(make, value, kit):
    return make(kit, value)
