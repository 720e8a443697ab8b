"""Read a template as a whole: with Jinja2's own lexer and parser, and everything that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.template.lex import tokenize
from crmspec.template.nest import nest
from crmspec.template.problem import Parsed, Problems
from crmspec.template.reader import read
from crmspec.template.statement import Statements

if TYPE_CHECKING:
    from crmspec.template.token import Table


def whole(table: Table) -> Parsed:
    """Return the tree of the table's text and its problems; fill the table with its tokens."""
    problems = Problems(table)
    if not tokenize(table, problems):
        return Parsed(body=(), problems=problems.sorted())
    nesting = nest(table, problems)
    if not nesting.sound:
        return Parsed(body=(), problems=problems.sorted())
    statements = read(table, problems, nesting.left_out)
    body = Statements(table, problems, nesting).body(statements)
    return Parsed(body=body, problems=problems.sorted())
