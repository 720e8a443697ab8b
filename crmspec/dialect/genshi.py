"""Tryton: Genshi, of which only `${record.name}` and a text in place of what is empty are used.

Source: https://genshi.edgewall.org/wiki/Documentation/templates.html ; `record` is the party.
Subjects are text templates and bodies are XML, and what is printed is the same in both: Genshi
escapes values in XML itself. Expressions are Python; they have no sign that XML must escape.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import text
from crmspec.dialect.dialect import Dialect
from crmspec.dialect.loss import Lost
from crmspec.dialect.substitution import Substitution
from crmspec.template.tree import Constant, Context, Expression, Filter, Node, Path

if TYPE_CHECKING:
    from crmspec.dialect.names import Names

_FIELDS: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*\Z")
_DOLLAR: Final = "${'$'}"
_HARD: Final = re.compile(r"[^A-Za-z0-9 .,:;!?()_+*/=-]")
UNSUBSCRIBE: Final = "[[unsubscribe]]"
"""What the printer writes for the link; Tryton knows it only as the whole `href` of an `a`."""


def is_declared(names: Names, path: Path) -> bool:
    """Say whether Tryton itself, or the project by `names`, has a field for a path."""
    key = str(path.keys[0]) if path.keys else ""
    standard = f"profile.{names.standard.get(key, key)}"
    return f"profile.{key}" in names.renamed or standard in names.table.paths


class Genshi(Substitution):
    """Prints values of texts and whole numbers, with a text in place of none."""

    def text(self, literal: str) -> str:
        """Return text in which no sign begins an expression."""
        return literal.replace("$", _DOLLAR)

    def path(self, path: Path) -> str:
        """Return the fields from the party to a value; raise `Lost` if it has no such one."""
        if path.root == "profile" and not is_declared(self.names, path):
            name = str(path.keys[0]) if path.keys else "profile"
            raise Lost(
                path,
                text("{title} does not know `{path}`", title=self.title, path=f"profile.{name}"),
                text("say with `names` of the attribute which field of the party it is"),
            )
        found = super().path(path)
        if self.kinds.of(path) not in {"string", "integer", None} or not _FIELDS.match(found):
            raise self.only_values(path)
        return found

    def other(self, value: Filter, context: Context) -> str:
        """Return the text in place of what is empty, as it is: Genshi escapes it."""
        first = value.arguments[0]
        if not isinstance(first, Constant) or not isinstance(first.value, str) or context == "url":
            raise self.only_values(value)
        return first.value

    def written(self, name: str, other: str, context: Context, node: Expression) -> str:
        """Return an expression that is never an error, whatever is empty on the way."""
        if context == "url":
            raise self.only_values(node)
        fields = name.split(".")
        steps = [".".join(("record", *fields[:length])) for length in range(1, len(fields) + 1)]
        value = " and ".join(steps) if len(steps) > 1 else steps[0]
        if not other:
            return f"${{{value}}}"
        return f"${{{quoted(other)} if ({value}) in (None, '') else ({value})}}"

    def only_values(self, node: Node) -> Lost:
        """Return that there is nothing but values."""
        return Lost(
            node,
            text("only texts and whole numbers are printed for {title}", title=self.title),
            text("make a message for each case and choose with a `branch` in the chain"),
        )


def quoted(words: str) -> str:
    """Return a text as a literal of Python in which XML has nothing to escape."""
    return f"'{_HARD.sub(_escape, words)}'"


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    plain = number > 0x7F and found[0].isalnum()  # noqa: PLR2004 - beyond ASCII
    return found[0] if plain else f"\\U{number:08x}"


DIALECTS: Final = (
    Dialect(
        id="tryton",
        title="Tryton",
        level=0,
        printer=Genshi,
        page="https://genshi.edgewall.org/wiki/Documentation/templates.html",
    ),
)
