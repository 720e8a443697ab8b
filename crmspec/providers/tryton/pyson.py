"""PYSON: conditions that Tryton asks one record, as JSON with the name of a class in each object.

`Eval` finds `self.name`, and a field of another record by `self._parent_lang.code`. Its `d` is what
there is instead where the way there is empty; Tryton checks that it is of the type compared with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.engine.body import Body
    from crmspec.providers.tryton.condition import Field

_ORDER = {
    "gt": ("Greater", False),
    "gte": ("Greater", True),
    "lt": ("Less", False),
    "lte": ("Less", True),
}


class Pyson:
    """Says conditions as PYSON; implements `condition.Words`."""

    def every(self, parts: Sequence[object]) -> object:
        """Return `And`; nothing but what is always true is `true`."""
        if False in parts:
            return False
        return _of("And", [one for one in parts if one is not True], empty=True)

    def some(self, parts: Sequence[object]) -> object:
        """Return `Or`."""
        if True in parts:
            return True
        return _of("Or", [one for one in parts if one is not False], empty=False)

    def test(self, field: Field, operator: str, operand: object, *, holds: bool) -> object | None:
        """Return a test of one field, in a `Not` if it must not hold."""
        found = self._positive(field, operator, operand)
        if found is None or holds:
            return found
        return {"__class__": "Not", "v": found}

    def _positive(self, field: Field, operator: str, operand: object) -> object | None:
        if field.type == "array":
            return None
        if operator == "exists":
            return {"__class__": "Not", "v": _equal(_eval(field, None), None)}
        if operator == "in" and isinstance(operand, list):
            return self.some([self._same(field, one) for one in operand])
        return (
            self._same(field, operand)
            if operator not in _ORDER
            else _compared(field, operator, operand)
        )

    def _same(self, field: Field, operand: object) -> object:
        if isinstance(operand, bool):
            return _equal(_eval(field, not operand), operand)
        if isinstance(operand, (int, float)):
            return self.every([_compared(field, one, operand) for one in ("gte", "lte")])
        return _equal(_eval(field, ""), operand)


def _of(name: str, parts: list[object], *, empty: bool) -> object:
    if not parts:
        return empty
    return parts[0] if len(parts) == 1 else {"__class__": name, "s": parts}


def _eval(field: Field, otherwise: object) -> Body:
    *above, last = field.path.split(".")
    way = ".".join(("self", *(f"_parent_{one}" for one in above), last))
    return {"__class__": "Eval", "v": way, "d": otherwise}


def _equal(one: object, other: object) -> Body:
    return {"__class__": "Equal", "s1": one, "s2": other}


def _compared(field: Field, operator: str, operand: object) -> Body:
    name, also = _ORDER[operator]
    return {"__class__": name, "s1": _eval(field, None), "s2": operand, "e": also}
