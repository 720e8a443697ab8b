"""Altcraft: `{lead._fname}` and `{if lead.x equal "v"}…{else}…{end}`; loops are not published.

Source: https://guides.altcraft.com/en/user-guide/message-templates/ . Only `equal` is documented
there among the comparisons that are used here.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from crmspec.dialect.dialect import Dialect
from crmspec.dialect.handlebars_condition import Test
from crmspec.dialect.merge_tag import Nested
from crmspec.template.tree import Constant, Context, Expression, Filter, Operator

_END: Final = "{end}"


class Altcraft(Nested):
    """Prints Altcraft's templates."""

    helpers: ClassVar[dict[Operator, tuple[str, str]]] = {"==": ('{{if {} equal "{}"}}', _END)}
    other: ClassVar[str] = "{else}"
    booleans: ClassVar[bool] = False
    asking: ClassVar[tuple[str, str, str]] = ("{{if {}}}", _END, "")
    ends: ClassVar[re.Pattern[str]] = re.compile(r"\{(?=[a-z_])|\{\Z")
    hard: ClassVar[re.Pattern[str]] = re.compile(r"[\"\\\r\n{}]")

    def output(self, value: Expression, context: Context) -> str:
        """Return `{lead.name}`; nothing is escaped in parts of links."""
        if context == "url" or isinstance(value, Filter):
            raise self.too_much(value)
        return f"{{{self.value(value)}}}"

    def asked_for(self, words: str, then: str, otherwise: str) -> str:
        """Return the block of a bare value."""
        opening, closing, _ = self.asking
        return self.block(Test(opening.format(words), closing), then, otherwise)

    def comparing(self, operator: Operator, left: Expression, right: Constant) -> Test:
        """Return the block of an equality; there is no other comparison."""
        if operator not in ("==", "!="):
            raise self.too_much(left)
        return super().comparing(operator, left, right)


DIALECTS: Final = (
    Dialect(
        id="altcraft",
        title="Altcraft",
        level=1,
        printer=Altcraft,
        page="https://guides.altcraft.com/en/user-guide/message-templates/",
    ),
)
