"""Read a template: text to tree, with everything that is wrong with it."""

from __future__ import annotations

from typing import Final

from crmspec.diagnostics.sentence import text
from crmspec.template.lex import NO_NUL
from crmspec.template.origin import Origin
from crmspec.template.piecewise import piecewise
from crmspec.template.problem import Parsed, Problem, Problems
from crmspec.template.token import Table
from crmspec.template.tree import Text
from crmspec.template.whole import whole

__all__ = ["LARGEST", "Parsed", "Problem", "parse"]

LARGEST: Final = 256 * 1024
"""Bytes of a template, as UTF-8."""
_HERE: Final = Origin()


def parse(written: str, origin: Origin = _HERE) -> Parsed:
    """Return the tree of a template and its problems; never raise.

    `origin` says where the text stands in the author's file, for the spans of both.
    """
    table = Table(written, origin)
    problems = Problems(table)
    if len(written.encode("utf-8", "surrogatepass")) > LARGEST:
        problems.characters(
            0, 1, text("a template of more than 256 KiB is not read"), text("split it into blocks")
        )
        return Parsed(body=(), problems=problems.sorted())
    if "\0" in written:
        at = written.index("\0")
        problems.characters(at, at + 1, *NO_NUL)
        return Parsed(body=(), problems=problems.sorted())
    if "{" not in table.text:
        span = table.place(0, len(table.text))
        return Parsed(body=(Text(text=table.text, span=span),) if written else ())
    body = piecewise(table)
    return whole(table) if body is None else Parsed(body=body)
