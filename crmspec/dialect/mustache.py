"""Mustache as the template nodes of Node-RED run it: values, and whether they are there.

A section of a list goes round it, and one of an object looks names up in it first, so that only
texts and yes-or-no values are asked for. There are no comparisons, filters, loops and links.

Source: https://nodered.org/docs/user-guide/nodes#template and https://github.com/janl/mustache.js .
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from crmspec.diagnostics import text
from crmspec.dialect.dialect import Dialect
from crmspec.dialect.handlebars import OF, Handlebars
from crmspec.dialect.kind import TEXTS
from crmspec.dialect.loss import Lost
from crmspec.dialect.names import is_plain
from crmspec.template.tree import Comparison, Filter

if TYPE_CHECKING:
    from crmspec.template.tree import Expression, For, Node

_TAG: Final = r"\{\{[#^/][^{}]*\}\}"
_ALONE: Final = re.compile(rf"^([^\S\n]*)({_TAG})(?=(?:[^\S\n]|{_TAG})*$)", re.MULTILINE)
"""The first tag of a line on which there are only tags and spaces."""
_NOTHING: Final = "{{_}}"
"""The value of a name that nothing has: its line is not left out."""


class Mustache(Handlebars):
    """Prints Mustache."""

    ends: ClassVar[re.Pattern[str]] = re.compile(r"\{\{|\{\Z")

    def unbroken(self, printed: str) -> str:
        """Return a text whose line breaks stay: lines of tags alone would be left out."""
        spaced = re.search(r"\s", re.sub(r"\{\{[^{}]*\}\}", "", printed))
        return _ALONE.sub(rf"\1\2{_NOTHING}", printed) if spaced else printed

    def asked_for(self, words: str, then: str, otherwise: str) -> str:
        """Return the sections of a value that is there, and of one that is not."""
        made = f"{{{{#{words}}}}}{then}{{{{/{words}}}}}" if then else ""
        last = f"{{{{^{words}}}}}{otherwise}{{{{/{words}}}}}" if otherwise else ""
        return made + last

    def decided(self, condition: Expression, then: str, otherwise: str) -> str:
        """Return `then` or `otherwise`; only texts and yes-or-no values are asked for."""
        if isinstance(condition, Comparison):
            raise self._too_much(condition)
        if isinstance(condition, Filter) and condition.name == OF:
            kind = self.kinds.of(condition.of)
            if kind != "boolean" and kind not in TEXTS:
                raise self._too_much(condition)
        return super().decided(condition, then, otherwise)

    def reach(self, start: str, keys: tuple[str | int, ...], node: Node) -> str:
        """Return `start.key.0`; names of JavaScript's own would be found everywhere."""
        for key in keys:
            if isinstance(key, str) and (not is_plain(key) or key in self.names.table.awkward):
                raise Lost(node, text("{title} cannot reach `{key}`", title=self.title, key=key))
            start += f".{key}"
        return start

    def loop(self, loop: For) -> str:
        """Lose a loop: what an item lacks would be looked for around it."""
        raise self._too_much(loop)

    def _too_much(self, node: Node) -> Lost:
        return Lost(
            node,
            text(
                "{title} asks only whether a text or a yes-or-no value is there", title=self.title
            ),
            text("decide it in the chain, with a `branch` or `switch`"),
        )


DIALECTS: Final = (
    Dialect(
        id="node_red",
        title="Node-RED",
        level=1,
        printer=Mustache,
        page="https://nodered.org/docs/user-guide/nodes#template",
        engines=("mustache",),
    ),
)
