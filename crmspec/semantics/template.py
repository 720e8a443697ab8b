"""Operands that name another value: `{{ event.product_id }}` (semantics 5.49)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmspec.ir.value import Plain
    from crmspec.semantics.view import View

_REFERENCE = re.compile(r"\s*\{\{-?\s*(event|profile|chain)\.([^\s{}|()]+)\s*-?\}\}\s*")


def is_template(operand: Plain) -> bool:
    """Say whether an operand is, or a list holds, a text with `{{ }}`."""
    if isinstance(operand, str):
        return "{{" in operand
    return isinstance(operand, list) and any(isinstance(o, str) and "{{" in o for o in operand)


def rendered(operand: Plain, view: View) -> Plain:
    """Return the operand with the values it names; what is not one plain name is missing."""
    if isinstance(operand, list):
        return [_value(one, view) if isinstance(one, str) else one for one in operand]
    return _value(operand, view) if isinstance(operand, str) else operand


def _value(written: str, view: View) -> Plain:
    if "{{" not in written:
        return written
    name = _name(written)
    return None if name is None else _named(*name, view)


@lru_cache(maxsize=4096)
def _name(written: str) -> tuple[str, str] | None:
    match = _REFERENCE.fullmatch(written)
    return None if match is None else (match[1], match[2])


def _named(root: str, path: str, view: View) -> Plain:
    from crmspec.semantics.attribute import attribute
    from crmspec.semantics.property import first

    if root == "profile":
        return attribute(path, view)
    if view.passage is None:
        return None
    held = view.passage.properties if root == "event" else view.passage.variables
    return first(held, path)
