"""Conditions in both languages of Tryton: domains, which search, and PYSON, which asks one record.

Both take any tree; negations are pushed to the tests, where each language knows what a missing
value does. Segments are not objects there: their conditions go into what asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.dialect.genshi import is_declared
from crmspec.dialect.names import load
from crmspec.ir.condition import All, Any, AttributeIs, InSegment, Not, Nothing
from crmspec.template.tree import Path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmspec.diagnostics import Text
    from crmspec.dialect.names import Found, Names
    from crmspec.ir.condition import Condition
    from crmspec.ir.data import Attribute
    from crmspec.ir.target import Target
    from crmspec.ir.value import Test
    from crmspec.providers.rest import Brief, Untold

_TEXTS = frozenset({"string", "enum"})
_NUMBERS = frozenset({"integer", "number"})
_NEGATIVE = {
    "neq": "eq",
    "not_in": "in",
    "not_contains": "contains",
    "contains_none": "contains_any",
    "missing": "exists",
}


class Field(NamedTuple):
    """A field of the party, such as `lang.code`, and the type that the project gives it."""

    path: str
    type: str


class Words(Protocol):
    """One of the two languages; what it has no words for is None."""

    def every(self, parts: Sequence[object]) -> object:
        """Return that all of some conditions hold."""
        ...

    def some(self, parts: Sequence[object]) -> object:
        """Return that one of some conditions holds."""
        ...

    def test(self, field: Field, operator: str, operand: object, *, holds: bool) -> object | None:
        """Return that a positive test holds, or that it does not."""
        ...


def names_of(attributes: Mapping[str, Attribute], target: Target) -> Names:
    """Return Tryton's names of values, with those that attributes say themselves."""
    return structs.replace(
        load("tryton"),
        renamed={
            f"profile.{id_}": name
            for id_, one in attributes.items()
            for place, name in one.names.items()
            if place in {"tryton", target.id}
        },
        standard={id_: one.standard for id_, one in attributes.items() if one.standard},
    )


def field_of(names: Names, attribute: str) -> Found | None:
    """Return the field of the party that an attribute is, None if nobody says which."""
    path = Path(root="profile", keys=(attribute,))
    return names.find(path) if is_declared(names, path) else None


class Conditions:
    """The conditions of one chain."""

    def __init__(self, brief: Brief, untold: Untold, words: Words) -> None:
        self._brief, self._untold, self._words = brief, untold, words
        self._names = names_of(brief.written.attributes, brief.target)

    def said(self, condition: Condition, *, holds: bool = True) -> object:
        """Return a condition, or its opposite."""
        match condition:
            case All():
                return self._joined(condition.all, holds=holds, every=holds)
            case Any():
                return self._joined(condition.any, holds=holds, every=not holds)
            case Nothing():
                return self._joined(condition.none, holds=not holds, every=holds)
            case Not():
                return self.said(condition.not_, holds=not holds)
        return self._leaf(condition, holds=holds)

    def _leaf(self, condition: Condition, *, holds: bool) -> object:
        if isinstance(condition, InSegment) and condition.joined is None:
            segment = self._brief.program.segments[condition.segment.id]
            return self.said(segment.condition, holds=holds)
        if isinstance(condition, AttributeIs):
            return self._attribute(condition, holds=holds)
        return self._lacking(condition)

    def _joined(self, parts: Sequence[Condition], *, holds: bool, every: bool) -> object:
        found = [self.said(one, holds=holds) for one in parts]
        return self._words.every(found) if every else self._words.some(found)

    def _lacking(self, condition: Condition, reason: Text | None = None) -> object:
        said = text("Tryton cannot ask for this `{subject}`", subject=condition.subject)
        self._untold.lack("condition", condition.subject, condition, reason or said)
        return self._words.every(())

    def _attribute(self, leaf: AttributeIs, *, holds: bool) -> object:
        declared = self._brief.written.attributes.get(leaf.attribute.id)
        odd = leaf.anniversary or leaf.has_been or leaf.changed or leaf.missing_as is not None
        if odd or declared is None:
            return self._lacking(leaf)
        if declared.default is not None or declared.missing_as is not None or declared.directory:
            said = text(
                "Tryton knows no `default`, `missing_as` or `directory` of `{attribute}`",
                attribute=leaf.attribute.id,
            )
            return self._lacking(leaf, said)
        found = field_of(self._names, leaf.attribute.id)
        if found is None:
            said = text(
                "Tryton does not know `{attribute}`: say with `names` which field of the party it"
                " is",
                attribute=leaf.attribute.id,
            )
            return self._lacking(leaf, said)
        self._exact(leaf, declared)
        return self._tests(leaf, Field(found.text, declared.type), holds=holds)

    def _exact(self, leaf: AttributeIs, declared: Attribute) -> None:
        """Tell that capitals count, where the language lets them not."""
        texts = declared.type == "string" or declared.items == "string"
        compares = any(one.operator not in {"exists", "missing"} for one in leaf.tests)
        if texts and compares and leaf.case != "sensitive":
            said = text("Tryton tells capital letters from small ones (semantics 5.6)")
            self._untold.otherwise("condition", leaf.subject, leaf, said)

    def _tests(self, leaf: AttributeIs, field: Field, *, holds: bool) -> object:
        found = [self._test(field, one, holds=holds) for one in leaf.tests]
        if None in found:
            return self._lacking(leaf)
        return self._words.every(found) if holds else self._words.some(found)

    def _test(self, field: Field, test: Test, *, holds: bool) -> object | None:
        operator: str = test.operator
        operand = test.operand
        if operator in {"exists", "missing"} and operand is False:
            holds = not holds
        if operator in _NEGATIVE:
            operator, holds = _NEGATIVE[operator], not holds
        if not _fits(field.type, operator, operand):
            return None
        return self._words.test(field, operator, operand, holds=holds)


def _fits(type_: str, operator: str, operand: object) -> bool:
    """Say whether a test asks for what a field of a type can be."""
    if operator == "exists":
        return isinstance(operand, bool) and type_ != "array"
    if operator in {"in", "contains_any"}:
        kinds = operand if isinstance(operand, list) else []
        of_list = (operator == "contains_any") == (type_ == "array")
        return bool(kinds) and of_list and all(_is_of(type_, one) for one in kinds)
    if operator == "contains":
        return type_ == "array" and _is_of(type_, operand)
    if operator in {"eq", "is"}:
        return type_ != "array" and _is_of(type_, operand)
    return operator in {"gt", "gte", "lt", "lte"} and type_ in _NUMBERS and _is_of(type_, operand)


def _is_of(type_: str, value: object) -> bool:
    if type_ in _NUMBERS:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if type_ == "boolean":
        return isinstance(value, bool)
    text_like = type_ in _TEXTS or type_ == "array"
    return text_like and isinstance(value, str) and value != "" and "{{" not in value
