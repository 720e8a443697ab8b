"""AMPscript of Salesforce Marketing Cloud: functions, `%%[ IF ]%%`, rows instead of lists.

Source: https://developer.salesforce.com/docs/marketing/marketing-cloud-ampscript/ . Attributes are
flat texts; a list is a text with JSON that `BuildRowsetFromJSON` makes rows of.
"""

from __future__ import annotations

from typing import ClassVar, Final

from crmspec.diagnostics import text
from crmspec.dialect.bracketed import RECKONED, TEXTUAL, Bracketed
from crmspec.dialect.dialect import Dialect
from crmspec.dialect.kind import NUMBERS
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_cases import ALWAYS, MODULO, literal_text
from crmspec.dialect.lowering_loop import unlimited
from crmspec.dialect.lowering_scope import LOOP
from crmspec.template.tree import Comparison, Constant, Context, Expression, Filter, For, Node, Path

_TOKENS: Final = {"%d": "dd", "%m": "MM", "%Y": "yyyy", "%y": "yy", "%H": "HH", "%M": "mm"}
_ENTITIES: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;"))


class AmpScript(Bracketed):
    """Prints AMPscript."""

    tags: ClassVar[tuple[str, str, str, str]] = (
        *("%%[IF {} THEN]%%", "%%[ELSEIF {} THEN]%%"),
        *("%%[ELSE]%%", "%%[ENDIF]%%"),
    )
    conjunction: ClassVar[str] = " AND "
    disjunction: ClassVar[str] = " OR "
    negation: ClassVar[str] = "NOT ({})"
    guards: ClassVar[tuple[str, ...]] = (*RECKONED, *TEXTUAL, "add_days")
    filters: ClassVar[dict[str, str]] = {
        "upper": "Uppercase({0})",
        "lower": "Lowercase({0})",
        "replace": "Replace({0}, {1}, {2})",
        "capitalize": "Concat(Uppercase(Substring({0}, 1, 1)), Substring({0}, 2))",
        "number": 'FormatNumber({0}, "F{1}", "en-US")',
        "plus": "Add({0}, {1})",
        "minus": "Subtract({0}, {1})",
        "times": "Multiply({0}, {1})",
        "url_encode": "URLEncode({0}, true, true)",
        "add_days": 'DateAdd({0}, {1}, "D")',
        MODULO: "Mod({0}, {1})",
    }
    reserved: ClassVar[tuple[str, ...]] = (
        "if",
        "then",
        "else",
        "endif",
        "for",
        "next",
        "set",
        "var",
    )

    # -- pieces -------------------------------------------------------------------------------

    def text(self, literal: str) -> str:
        """Return text with `%%` broken up."""
        return literal.replace("%%", "%%=Concat('%','%')=%%")

    def output(self, value: Expression, context: Context) -> str:
        """Return `%%=v(value)=%%`."""
        words = self.value(value)
        if context == "url":
            words = self.filters["url_encode"].format(words)
        elif context != "plain" and self.kinds.of(value) not in NUMBERS:
            for old, new in _ENTITIES:
                quoted = "'\"'" if old == '"' else f'"{old}"'
                words = f'Replace({words}, {quoted}, "{new}")'
        return f"%%={words if words.endswith(')') else f'v({words})'}=%%"

    def loop(self, loop: For) -> str:
        """Return `FOR` over the rows of a text with JSON."""
        of, limit = unlimited(loop.of)
        limits = [n for n in (loop.limit, limit) if n is not None]
        name, words = loop.variable, self.value(of)
        self.kinds.bind(name, of, item=True)
        body, otherwise = self.body(loop.body), self.body(loop.otherwise)
        rows, count = f"@rows_{name}", f"@count_{name}"
        most = (
            [f"IF {count} > {min(limits)} THEN SET {count} = {min(limits)} ENDIF "]
            if limits
            else []
        )
        head = (
            f'%%[SET {rows} = BuildRowsetFromJSON({words}, "$[*]", 1) '
            f"SET {count} = RowCount({rows}) {''.join(most)}]%%"
        )
        row = f"SET @{name} = Row({rows}, @at_{name})"
        tags = f"%%[FOR @at_{name} = 1 TO {count} DO {row}]%%{body}%%[NEXT @at_{name}]%%"
        last = f"%%[ELSE]%%{otherwise}" if otherwise else ""
        return f"{head}%%[IF {count} > 0 THEN]%%{tags}{last}%%[ENDIF]%%"

    def position(self, path: Path) -> str:
        """Return the number of the row, or a comparison of it."""
        name = path.root.removeprefix(LOOP)
        end = {"first": " == 1", "last": f" == @count_{name}", "index": ""}[str(path.keys[0])]
        return f"@at_{name}{end}"

    # -- values -------------------------------------------------------------------------------

    def quoted(self, constant: Constant) -> str:
        """Return a literal; a text with both kinds of quotes is joined."""
        value = constant.value
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str):
            return str(value)
        if "%%" in value:
            raise self.too_much(constant)
        if '"' not in value:
            return f'"{value}"'
        if "'" not in value:
            return f"'{value}'"
        return "Concat(" + ", '\"', ".join(f'"{part}"' for part in value.split('"')) + ")"

    def filtered(self, value: Filter) -> str:
        """Return a filtered value."""
        words = self.value(value.of)
        if value.name == "date" and literal_text(value) in _TOKENS:
            return f'FormatDate({words}, "{_TOKENS[literal_text(value)]}")'
        if value.name == "hash":
            return f'{literal_text(value).upper()}({words}, "UTF-8")'
        if value.name == "truncate":
            most = int(literal_text(value))
            return (
                f'IIF(Length({words}) > {most}, Concat(Substring({words}, 1, {most - 1}), "…"), '
                f"{words})"
            )
        if value.name == "length" and self.kinds.of(value.of) != "list":
            return f"Length({words})"
        if value.name == "length":
            return f'RowCount(BuildRowsetFromJSON({words}, "$[*]", 1))'
        return super().filtered(value)

    def path(self, path: Path) -> str:
        """Return a path; the item of a loop is a row with fields."""
        if path.root in self.local and not path.root.startswith(LOOP):
            if len(path.keys) == 1 and isinstance(path.keys[0], str):
                return f'Field(@{path.root}, "{path.keys[0]}", 0)'
            raise self.too_much(path)
        return super().path(path)

    def reach(self, start: str, keys: tuple[str | int, ...], node: Node) -> str:
        """Return an attribute; attributes have no keys."""
        if keys:
            raise Lost(
                node,
                text("{title} has no values inside values", title=self.title),
                text("keep it as an attribute of its own"),
            )
        return start

    # -- conditions -----------------------------------------------------------------------------

    def constant(self, condition: Expression) -> str:
        """Return what always or never holds."""
        return "1 == 1" if condition == ALWAYS else "1 == 2"

    def present(self, value: Expression) -> str:
        """Return that there is a value; an empty attribute is a missing one there."""
        return f"NOT Empty({self.value(value)})"

    def empty(self, value: Expression) -> str:
        """Return that a value is missing, `''`, or an empty list."""
        words = self.value(value)
        return f'(Empty({words}) OR {words} == "[]")'

    def true(self, value: Expression) -> str:
        """Return that a value holds: 0 does, an empty list does not."""
        kind, words = self.kinds.of(value), self.value(value)
        if isinstance(value, Path) and value.root.startswith(LOOP):
            return words
        if kind == "boolean":
            return f'(NOT Empty({words}) AND {words} == "true")'
        return f"(NOT {self.empty(value)})" if kind in (None, "list") else self.present(value)

    def compared(self, comparison: Comparison) -> str:
        """Return a comparison; numbers are reckoned with, since attributes are texts."""
        left, right, operator = comparison.left, comparison.right, comparison.operator
        known = [v for v in (left, right) if not isinstance(v, Constant)]
        if any(isinstance(v, Constant) and v.value == "" for v in (left, right)):
            return (
                self.present(known[0]) if operator == "!=" else self.constant(Constant(value=False))
            )
        sure = self.unsure(left, right)
        words = f"{self._operand(left)} {operator} {self._operand(right)}"
        if operator == "!=":
            return self.any_of([*(f"(NOT ({test}))" for test in sure), words])
        return self.all_of([*sure, words])

    def _operand(self, value: Expression) -> str:
        words = self.value(value)
        if isinstance(value, Constant):
            return f'"{words}"' if isinstance(value.value, bool) else words
        if isinstance(value, Path) and value.root.startswith(LOOP):
            return words
        if self.kinds.of(value) in NUMBERS:
            return f"Add({words}, 0)"
        return f"DateParse({words})" if self.kinds.of(value) == "date" else words


DIALECTS: Final = (
    Dialect(
        id="salesforce",
        title="Salesforce Marketing Cloud",
        level=2,
        printer=AmpScript,
        page="https://developer.salesforce.com/docs/marketing/marketing-cloud-ampscript/",
    ),
)
