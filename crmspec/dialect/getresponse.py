"""GetResponse: `{{CONTACT `name`}}`, conditions with typed operators, no loops.

Source: https://apidocs.getresponse.com/v3/dynamic-content/conditions . Constants stand in single
quotes, numbers too, and have no quotes in them; operands are in lower case.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from crmspec.dialect.dialect import Dialect
from crmspec.dialect.handlebars_condition import Test
from crmspec.dialect.merge_tag import Nested
from crmspec.template.tree import Constant, Context, Expression, Filter, Operator

_END: Final = "{{ENDIF}}"
_NAMES: Final[dict[Operator, str]] = {
    "==": "EQ",
    "!=": "NEQ",
    "<": "LT",
    "<=": "LEQ",
    ">": "GT",
    ">=": "GEQ",
}


class GetResponse(Nested):
    """Prints GetResponse's dynamic content."""

    helpers: ClassVar[dict[Operator, tuple[str, str]]] = dict.fromkeys(("==", "<", ">"), ("", _END))
    other: ClassVar[str] = "{{ELSE}}"
    asking: ClassVar[tuple[str, str, str]] = ("{{{{IF `({} IS_DEFINED)`}}}}", _END, "")
    ends: ClassVar[re.Pattern[str]] = re.compile(r"\{\{|\{\Z|\A\}")
    hard: ClassVar[re.Pattern[str]] = re.compile(r"['\"`\r\n{}]")

    def output(self, value: Expression, context: Context) -> str:
        """Return `{{CONTACT `name`}}`."""
        if context == "url" or isinstance(value, Filter):
            raise self.too_much(value)
        return f"{{{{CONTACT `{self.value(value)}`}}}}"

    def asked_for(self, words: str, then: str, otherwise: str) -> str:
        """Return the block of "is defined", which an empty field is not."""
        opening, closing, _ = self.asking
        return self.block(Test(opening.format(words), closing), then, otherwise)

    def comparing(self, operator: Operator, left: Expression, right: Constant) -> Test:
        """Return the block of a comparison of texts or of numbers."""
        negated = operator not in self.helpers
        test = super().comparing(operator, left, right)
        shown: Operator = {"!=": "==", "<=": ">", ">=": "<"}.get(operator, operator)  # type: ignore[assignment]
        kind = "STRING" if isinstance(right.value, str | bool) else "NUMBER"
        words = f"({self.value(left)} {kind}_{_NAMES[shown]} '{self.quoted(right)}')"
        return Test(f"{{{{IF `{words}`}}}}", test.closing, negated)


DIALECTS: Final = (
    Dialect(
        id="getresponse",
        title="GetResponse",
        level=1,
        printer=GetResponse,
        page="https://apidocs.getresponse.com/v3/dynamic-content/conditions",
    ),
)
