"""Conditions as OneSignal's filters: `any` of `all`; other segments are written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.dialect.names import load
from crmspec.ir.condition import All, Any, AttributeIs, InSegment, Not
from crmspec.lower.spelled import spelled
from crmspec.providers.onesignal.term import (
    MOST,
    Term,
    Ways,
    multiplied,
    negated,
    ordered,
    simplified,
    unequal,
)
from crmspec.template.tree import Path

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.ir.condition import Condition
    from crmspec.ir.data import Attribute
    from crmspec.ir.value import Plain, Test
    from crmspec.providers.rest import Brief, Untold

_TAG = "user.tags."
_FIELDS = {"subscription.language": "language"}
_ORDER = {"gt": (">",), "gte": (">", "="), "lt": ("<",), "lte": ("<", "=")}
_NEGATIVE = {"neq": "eq", "not_in": "in"}
_TEXTLESS = frozenset({"exists", "missing", *_ORDER})


def tag(brief: Brief, attribute: str) -> str:
    """Return what an attribute is called in OneSignal, as its templates have it."""
    attributes, target = brief.written.attributes, brief.target.id
    names = structs.replace(
        load("onesignal"),
        renamed={
            f"profile.{id_}": one.names[target]
            for id_, one in attributes.items()
            if target in one.names
        },
        standard={id_: one.standard for id_, one in attributes.items() if one.standard},
    )
    found = names.find(Path(root="profile", keys=(attribute,)))
    return found.text if found else ""


def plain(value: object) -> str:
    """Return a value as a tag has it: a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class Conditions:
    """The conditions of one segment."""

    def __init__(self, brief: Brief, untold: Untold) -> None:
        self._brief, self._untold = brief, untold

    def ways(self, condition: Condition) -> Ways:
        """Return the alternatives of a condition; those of what OneSignal lacks are none."""
        made = simplified(self._ways(condition))
        if len(made) > MOST:
            reason = text("OneSignal takes {limit} alternatives at most here", limit=MOST)
            self._untold.lack("logic", "terms", condition, reason, at=condition.subject)
        elif not made and not self._untold.gaps:
            reason = text("OneSignal has no segment of nobody")
            self._untold.lack("logic", "never", condition, reason, at=condition.subject)
        return made[:MOST]

    def _ways(self, condition: Condition) -> Ways:
        match condition:
            case All():
                return multiplied([self._ways(part) for part in condition.all])
            case Any():
                return [way for part in condition.any for way in self._ways(part)]
            case Not():
                return negated(self._ways(condition.not_))
        return self._leaf(condition)

    def _leaf(self, condition: Condition) -> Ways:
        match condition:
            case InSegment() if condition.joined is None:
                return self._ways(self._brief.program.segments[condition.segment.id].condition)
            case AttributeIs():
                return self._attribute(condition)
        return self._lacking(condition)

    def _lacking(self, condition: Condition, reason: Text | None = None) -> Ways:
        said = text("OneSignal cannot ask for this `{subject}`", subject=condition.subject)
        self._untold.lack("condition", condition.subject, condition, reason or said)
        return [()]

    def _attribute(self, leaf: AttributeIs) -> Ways:
        declared = self._brief.written.attributes.get(leaf.attribute.id)
        odd = leaf.anniversary or leaf.has_been or leaf.changed or leaf.missing_as is not None
        if odd or declared is None:
            return self._lacking(leaf)
        if declared.default is not None or declared.missing_as is not None or declared.directory:
            return self._spelled(leaf, declared)
        return self._compared(leaf, declared)

    def _spelled(self, leaf: AttributeIs, declared: Attribute) -> Ways:
        """Return a test of all spellings of values, compared as they are written (1.7, 5.5)."""
        found = spelled(self._brief.written, declared, leaf)
        if found is None:
            said = text(
                "OneSignal knows no `default`, `missing_as` or `directory` of `{attribute}`",
                attribute=leaf.attribute.id,
            )
            return self._lacking(leaf, said)
        bare = structs.replace(declared, directory=None, missing_as=None, type="string")
        match found:
            case All():
                return multiplied([self._compared(one, bare) for one in found.all])  # type: ignore[arg-type]
            case Any():
                return [way for one in found.any for way in self._compared(one, bare)]  # type: ignore[arg-type]
        return self._compared(found, bare)  # type: ignore[arg-type]

    def _compared(self, leaf: AttributeIs, declared: Attribute) -> Ways:
        name = tag(self._brief, leaf.attribute.id)
        term = Term(_FIELDS.get(name, "tag"), "=", key=name.removeprefix(_TAG))
        if term.field != "tag":
            term = term._replace(key=None)
        found = [_test(term, one) for one in leaf.tests]
        if not name or (term.field == "tag" and name.startswith("subscription.")):
            return self._lacking(leaf)
        if not found or None in found:
            return self._lacking(leaf)
        if (
            leaf.case != "sensitive"
            and declared.type == "string"
            and any(map(_is_text, leaf.tests))
        ):
            said = text("OneSignal tells capital letters from small ones (semantics 5.6)")
            self._untold.otherwise("condition", leaf.subject, leaf, said)
        return multiplied([one for one in found if one is not None])


def _is_text(test: Test) -> bool:
    return test.operator not in _TEXTLESS


def _test(term: Term, test: Test) -> Ways | None:
    """Return one test, None if OneSignal has none like it."""
    name, operand = test.operator, test.operand
    is_tag = term.field == "tag"
    if name in {"exists", "missing"} and is_tag:
        there = (name == "exists") is bool(operand)
        return [(term.but("exists" if there else "not_exists"),)]
    if name in _ORDER and is_tag:
        return _order(term, _ORDER[name], operand)
    values = _values(_NEGATIVE.get(name, name), operand)
    if values is None:
        return None
    terms = [term._replace(value=plain(one)) for one in values]
    if name not in _NEGATIVE:
        return [(one,) for one in terms]
    return unequal(terms) if is_tag else [tuple(one.but("!=") for one in terms)]


def _order(term: Term, relations: tuple[str, ...], operand: Plain) -> Ways | None:
    if isinstance(operand, bool) or not isinstance(operand, (int, float)):
        return None
    asked = [term._replace(relation=one, value=plain(operand)) for one in relations]
    return [(one,) if one.relation == "=" else ordered(one) for one in asked]


def _values(name: str, operand: Plain) -> list[object] | None:
    """Return the values of a test of equality; None if it is another test."""
    values: object = [operand] if name in {"eq", "is"} else operand if name == "in" else None
    if not isinstance(values, list) or not values or not all(map(_is_plain, values)):
        return None
    return values


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, float)) and value != "" and "{{" not in str(value)
