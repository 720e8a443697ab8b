"""What a dialect is: a name, a level, and a printer from the tree to its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from crmspec.dialect.loss import Loss
from crmspec.dialect.names import Names, load
from crmspec.dialect.printer import Printer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crmspec.template.tree import Body

Level: TypeAlias = Literal[0, 1, 2]
"""0 puts in values, 1 decides too, 2 has loops and filters."""


class Printed(msgspec.Struct, frozen=True):
    """A template in a dialect; with losses, `text` is only the best that remains.

    `notes` are links that the target lacks, and that the template asks for before it shows them.
    """

    text: str
    losses: tuple[Loss, ...] = ()
    notes: tuple[Loss, ...] = ()


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """A template language of a target.

    `engines` are those of the tests that run what is printed; none means that it was only compared
    with the published grammar at `page`.
    """

    id: str
    title: str
    level: Level
    printer: type[Printer]
    page: str
    engines: tuple[str, ...] = ()

    def print(
        self, body: Body, blocks: Mapping[str, Body] | None = None, names: Names | None = None
    ) -> Printed:
        """Return `body` in this dialect; `blocks` are the blocks of the project by their ids."""
        printer = self.printer(self.id, self.title, load(self.id) if names is None else names)
        text = printer.print(body, blocks or {})
        return Printed(text, each(printer.losses), each(printer.notes))


def each(losses: Iterable[Loss]) -> tuple[Loss, ...]:
    """Return losses in their order, each once."""
    found: list[Loss] = []
    for loss in losses:
        if loss not in found:
            found.append(loss)
    return tuple(found)
