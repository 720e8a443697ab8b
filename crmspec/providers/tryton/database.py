"""What is asked of a database of Tryton, over whichever interface its version has."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from crmspec.diagnostics import text
from crmspec.engine.error import TargetUnusableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmspec.providers.tryton.tree import Row

ORDER = (("id", "ASC"),)
"""Lists are read in the order in which their records were made."""
ELSEWHERE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
"""What a server answers at addresses that another version has."""


class Database(Protocol):
    """One database. Calls raise what `http.Client.call` raises.

    `seen` are the stamps of records as they were read, by `MODEL,ID`: an interface that can,
    refuses to write what was written since, with `RevisionConflictError`.
    """

    @property
    def lacks(self) -> frozenset[str]:
        """Return the fields of scenarios that this version does not have; known after a call."""
        ...

    def search(
        self, model: str, fields: Sequence[str], domain: Sequence[object], offset: int, limit: int
    ) -> list[Row]:
        """Return some of the records that a domain finds, with what was asked of them."""
        ...

    def create(self, model: str, values: Mapping[str, object]) -> int:
        """Make a record and return its id."""
        ...

    def write(
        self, model: str, id_: str, values: Mapping[str, object], seen: Mapping[str, str]
    ) -> None:
        """Change fields of a record, and what is below it: all of it, or nothing."""
        ...

    def press(self, model: str, id_: str, button: str, seen: Mapping[str, str]) -> None:
        """Press a button of a record."""
        ...

    def delete(self, model: str, id_: str) -> None:
        """Delete a record; one that is gone already is no error."""
        ...

    def endpoint(self, deed: str, model: str) -> str:
        """Return what the calls of a method of this port are counted as; pure."""
        ...


def row(data: object, call: str) -> Row:
    """Return a record of an answer.

    Raises:
        TargetUnusableError: it is none.
    """
    if not isinstance(data, dict) or not isinstance(data.get("id"), int):
        raise foreign(call)
    return data


def rows(data: object, call: str) -> list[Row]:
    """Return the records of an answer.

    Raises:
        TargetUnusableError: it has others than records.
    """
    if not isinstance(data, list):
        raise foreign(call)
    return [row(one, call) for one in data]


def foreign(call: str) -> TargetUnusableError:
    """Return the error for an answer of something else than Tryton."""
    return TargetUnusableError(
        text("{call}: the answer is not what Tryton would say", call=call),
        text("see that `url` and `database` of the target are right"),
    )
