"""The nodes of a tab while it is put together: each new one is wired to the open ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.engine.body import Body

End = tuple[str, int]
"""The id of a node, and the number of its way out."""

VARIABLE = re.compile(r"\$(?:\{\S+\}|\(\S+\))")
"""What Node-RED would take for a variable of its environment."""


class Wiring:
    """Nodes by their ids."""

    def __init__(self) -> None:
        self.nodes: dict[str, Body] = {}

    def add(
        self, ends: Iterable[End], id_: str, type_: str, fields: Body, outputs: int = 1
    ) -> list[End]:
        """Add a node behind open ends, and return its own."""
        wires: list[list[str]] = [[] for _ in range(outputs)]
        self.nodes[id_] = {"id": id_, "type": type_, "wires": wires, **fields}
        self.join(ends, id_)
        return [(id_, number) for number in range(outputs)]

    def join(self, ends: Iterable[End], id_: str) -> None:
        """Wire open ends to a node."""
        for start, number in ends:
            cast("list[list[str]]", self.nodes[start]["wires"])[number].append(id_)

    def template(self, ends: Iterable[End], id_: str, field: str, source: str) -> list[End]:
        """Add a node that renders a template into a field of the message."""
        if VARIABLE.fullmatch(source):
            source += "{{_}}"
        return self.add(ends, id_, "template", {"field": field, "template": source})
