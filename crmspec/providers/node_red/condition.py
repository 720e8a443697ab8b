"""Conditions on the data of the event as JSONata, which says `true` or `false` and never fails.

An order or a part is asked only of values of the right kind, since JSONata ends with an error on
others. Source: https://docs.jsonata.org .
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.dialect.names import is_plain
from crmspec.ir.condition import All, Any, Not, Nothing, TriggerProperty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.diagnostics import Text
    from crmspec.ir import Located
    from crmspec.ir.condition import Condition
    from crmspec.ir.data import Property
    from crmspec.ir.value import Plain, Test, Tests, Where
    from crmspec.providers.rest import Untold

_ODD = re.compile(r"[.`]|(?<![A-Za-z0-9_'\"])msg(?![A-Za-z0-9_'\"])")
"""What a name cannot have: paths, quotes, and the sign of another kind of expression."""
_ORDER = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_NEGATIVE = {
    "neq": "eq",
    "not_in": "in",
    "not_contains": "contains",
    "not_starts_with": "starts_with",
    "not_ends_with": "ends_with",
}
_WORDS = frozenset({"and", "or", "in", "true", "false", "null", "function"})
_SCALARS = frozenset({"string", "number", "integer", "boolean", "enum"})
_KINDS = '["string", "number", "boolean"]'


class Conditions:
    """The conditions of one chain; `properties` are those of the events that start it."""

    def __init__(self, untold: Untold, properties: dict[str, Property]) -> None:
        self._untold, self._properties = untold, properties

    def said(self, condition: Condition) -> str:
        """Return a condition; what Node-RED lacks is told of."""
        match condition:
            case All():
                return _joined(" and ", map(self.said, condition.all), "true")
            case Any():
                return _joined(" or ", map(self.said, condition.any), "false")
            case Not():
                return f"$not({self.said(condition.not_)})"
            case Nothing():
                return f"$not({_joined(' or ', map(self.said, condition.none), 'false')})"
            case TriggerProperty():
                return self._tests(condition, "trigger", condition.trigger.id, condition.tests)
        return "false"  # the table says that Node-RED cannot ask for it

    def where(self, where: Where, node: Located) -> str:
        """Return what an event must be like to start the chain."""
        made = (self._tests(node, "where", one.property, one.tests) for one in where)
        return _joined(" and ", made, "true")

    def equal(self, node: Located, name: str, value: str) -> str:
        """Return whether a property is a value as text, case ignored (7.19)."""
        if self._refused(node, "switch", name):
            return "false"
        self._told_of_case(node, "switch", name)
        path = of(name)
        folded = _literal(_folded(value))
        return f"($type({path}) in {_KINDS} and $lowercase($string({path})) = {folded})"

    def _tests(self, node: Located, at: str, name: str, tests: Tests) -> str:
        if self._refused(node, at, name):
            return "false"
        return _joined(" and ", (self._test(node, at, name, one) for one in tests), "true")

    def _test(self, node: Located, at: str, name: str, test: Test) -> str:
        made = self._said(name, test)
        if made is None:
            said = text("Node-RED cannot ask this: `{operator}`", operator=test.operator)
            self._lack(node, at, said)
            return "false"
        if any(isinstance(one, str) for one in _listed(test.operand)):
            self._told_of_case(node, at, name)
        return made

    def _refused(self, node: Located, at: str, name: str) -> bool:
        """Say whether a property cannot be asked for, and tell of it."""
        declared = self._properties.get(name)
        if _ODD.search(name) or (declared is not None and declared.type not in _SCALARS):
            self._lack(node, at, text("Node-RED is asked for texts, numbers and yes or no only"))
            return True
        if declared is not None and (declared.default is not None or declared.directory):
            said = text("Node-RED knows no `default` or `directory` of `{name}`", name=name)
            self._lack(node, at, said)
            return True
        return False

    def _lack(self, node: Located, at: str, said: Text) -> None:
        self._untold.lack("step" if at == "switch" else "condition", at, node, said)

    def _told_of_case(self, node: Located, at: str, name: str) -> None:
        declared = self._properties.get(name)
        if declared is None or declared.type != "enum":
            said = text("Node-RED knows no normal form of letters (semantics 5.6)")
            self._untold.otherwise("step" if at == "switch" else "condition", at, node, said)

    def _said(self, name: str, test: Test) -> str | None:
        """Return one test, None if there is no way to say it."""
        path, operator, operand = of(name), test.operator, test.operand
        if operator in {"exists", "missing"}:
            there = f'($type({path}) in {_KINDS} and {path} != "")'
            return there if (operator == "exists") is bool(operand) else f"$not({there})"
        if operator in _NEGATIVE:
            found = self._positive(name, path, _NEGATIVE[operator], operand)
            return None if found is None else f"$not({found})"
        return self._positive(name, path, operator, operand)

    def _positive(self, name: str, path: str, operator: str, operand: Plain) -> str | None:
        if operator in _ORDER:
            return _ordered(path, _ORDER[operator], operand)
        if operator == "between" and isinstance(operand, list) and len(operand) == 2:  # noqa: PLR2004
            least, most = (
                _ordered(path, sign, one) for sign, one in zip((">=", "<="), operand, strict=True)
            )
            return None if least is None or most is None else f"({least} and {most})"
        declared = self._properties.get(name)
        exact = declared is not None and declared.type == "enum"
        if operator in {"eq", "is", "in"}:
            return _one_of(path, _listed(operand), exact=exact)
        if isinstance(operand, str) and operand and not _is_template(operand):
            return _part(path, operator, operand, exact=exact)
        return None


def of(name: str) -> str:
    """Return the path of a property in the message."""
    plain = is_plain(name) and name not in _WORDS
    return f"event.{name}" if plain else f"event.`{name}`"


def _ordered(path: str, sign: str, operand: object) -> str | None:
    if not isinstance(operand, (int, float)) or isinstance(operand, bool):
        return None
    return f'($type({path}) = "number" and {path} {sign} {json.dumps(operand)})'


def _one_of(path: str, values: list[object], *, exact: bool) -> str | None:
    """Return whether a value is one of some; none of nothing."""
    made = [_equal(path, one, exact=exact) for one in values]
    found = [one for one in made if one is not None]
    return None if len(found) < len(made) else _joined(" or ", found, "false")


def _equal(path: str, value: object, *, exact: bool) -> str | None:
    if isinstance(value, str):
        if not value or _is_template(value):
            return None
        folded = _literal(value if exact else _folded(value))
        asked = path if exact else f"$lowercase({path})"
        return f'($type({path}) = "string" and {asked} = {folded})'
    return f"{path} = {json.dumps(value)}" if isinstance(value, (int, float)) else None


def _part(path: str, operator: str, value: str, *, exact: bool) -> str | None:
    folded = _literal(value if exact else _folded(value))
    asked = path if exact else f"$lowercase({path})"
    size = len(value if exact else _folded(value))
    said = {
        "contains": f"$contains({asked}, {folded})",
        "starts_with": f"$substring({asked}, 0, {size}) = {folded}",
        "ends_with": f"$substring({asked}, -{size}) = {folded}",
    }
    return f'($type({path}) = "string" and {said[operator]})' if operator in said else None


def _literal(value: object) -> str:
    """Return a constant; Node-RED takes ` msg ` for a sign of another kind of expression."""
    return json.dumps(value, ensure_ascii=False).replace("msg", "\\u006dsg")


def _folded(value: str) -> str:
    return unicodedata.normalize("NFC", value).lower()


def _listed(operand: Plain) -> list[object]:
    return operand if isinstance(operand, list) else [operand]


def _is_template(value: str) -> bool:
    return "{{" in value or "{%" in value


def _joined(word: str, parts: Iterable[str], nothing: str) -> str:
    made = list(parts)
    if not made:
        return nothing
    return made[0] if len(made) == 1 else f"({word.join(made)})"
