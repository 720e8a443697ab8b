"""Conditions in Knock's form: one `all`, or `any` of `all`, of variable, operator and argument.

A leaf may need several of Knock's: what is missing is an empty text there, so that an order is only
asked of values that are there. Leaves are lists of alternatives; they are multiplied out.
"""

from __future__ import annotations

import json
from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.dialect.names import load
from crmspec.engine.body import REFERENCE
from crmspec.ir.condition import (
    All,
    Any,
    AttributeIs,
    InSegment,
    MessageReaction,
    Not,
    Nothing,
    StepResult,
    TriggerProperty,
)
from crmspec.ir.value import Ref
from crmspec.template.tree import Path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.diagnostics import Text
    from crmspec.engine.body import Body
    from crmspec.ir.condition import Condition
    from crmspec.ir.value import Plain, Test, Tests
    from crmspec.providers.rest import Brief, Untold

MOST = 64
"""How many alternatives a condition may have."""


class Term(NamedTuple):
    """A condition of Knock; `argument` is JSON, or the segment whose key it is."""

    variable: str
    operator: str
    argument: str | None = None
    segment: str | None = None

    def body(self, field: str = "variable") -> Body:
        """Return it as Knock takes it; conditions of audiences have a `property`."""
        found: object = self.argument
        if self.segment is not None:
            found = {REFERENCE: f"segment.{self.segment}"}
        return {field: self.variable, "operator": self.operator} | (
            {} if found is None else {"argument": found}
        )


Ways = list[tuple[Term, ...]]
"""Alternatives; each is a list of terms that must all hold."""

_PAIRS = (
    ("equal_to", "not_equal_to"),
    ("greater_than", "less_than_or_equal_to"),
    ("less_than", "greater_than_or_equal_to"),
    ("contains", "not_contains"),
    ("contains_all", "not_contains_all"),
    ("empty", "not_empty"),
    ("is_audience_member", "is_not_audience_member"),
)
OPPOSITE = dict(_PAIRS) | {other: one for one, other in _PAIRS}

ORDER = {
    "gt": "greater_than",
    "gte": "greater_than_or_equal_to",
    "lt": "less_than",
    "lte": "less_than_or_equal_to",
}
_SINGLE = {"eq": "equal_to", "is": "equal_to", "contains": "contains"}
_EACH = {"in": "equal_to", "contains_any": "contains"}
_NEGATIVE = {
    "neq": "eq",
    "not_in": "in",
    "not_contains": "contains",
    "contains_none": "contains_any",
}
REACTIONS = {
    "delivered": ("delivery_status", "greater_than_or_equal_to", "$message.delivered"),
    "opened": ("engagement_status", "contains", "$message.read"),
    "clicked": ("engagement_status", "contains", "$message.link_clicked"),
}
OUTCOMES = {
    "sent": ("delivery_status", "greater_than_or_equal_to", "$message.sent"),
    "skipped": ("delivery_status", "equal_to", "$message.skipped"),
    "failed": ("delivery_status", "equal_to", "$message.undelivered"),
    "matched": ("matched", "equal_to", "true"),
    "timeout": ("matched", "equal_to", "false"),
}
_REFUSED = ("received", "replied", "converted", "link", "within", "since", "channel")


def negated(ways: Ways) -> Ways:
    """Return the opposite, or one alternative too many of it."""
    choices = [[term._replace(operator=OPPOSITE[term.operator]) for term in way] for way in ways]
    return [tuple(one) for one in islice(product(*choices), MOST + 1)]


def group(ways: Ways, field: str = "variable") -> Body | None:
    """Return alternatives as a group of conditions; None if one of them asks nothing."""
    if () in ways:
        return None
    made = [[term.body(field) for term in way] for way in ways]
    if len(made) == 1:
        return {"all": made[0]}
    return {"any": [one[0] if len(one) == 1 else {"all": one} for one in made]}


class Conditions:
    """The conditions of one resource; `sends` leads from messages to the refs of their steps."""

    def __init__(
        self, brief: Brief, untold: Untold, sends: Mapping[str, list[str]] | None = None
    ) -> None:
        self._brief, self._untold, self._sends = brief, untold, sends or {}
        program, target = brief.written, brief.target
        self._attributes = program.attributes
        self._names = structs.replace(
            load("knock"),
            renamed={
                f"profile.{id_}": one.names[target.id]
                for id_, one in program.attributes.items()
                if target.id in one.names
            },
            standard={id_: one.standard for id_, one in program.attributes.items() if one.standard},
        )

    def ways(self, condition: Condition) -> Ways:
        """Return the alternatives of a condition; those of what Knock lacks are none."""
        made = self._ways(condition)
        if len(made) > MOST:
            reason = text("Knock takes {limit} alternatives at most here", limit=MOST)
            self._untold.lack("logic", "terms", condition, reason, at=condition.subject)
        elif not made:
            reason = text("Knock has no condition that never holds")
            self._untold.lack("logic", "never", condition, reason, at=condition.subject)
        return made[:MOST]

    def _ways(self, condition: Condition) -> Ways:
        match condition:
            case All():
                return _multiplied([self._ways(part) for part in condition.all])
            case Any():
                return [way for part in condition.any for way in self._ways(part)]
            case Not():
                return negated(self._ways(condition.not_))
            case Nothing():
                return negated([way for part in condition.none for way in self._ways(part)])
            case InSegment() if condition.joined is None:
                term = Term("recipient", "is_audience_member", segment=condition.segment.id)
                return [(term,)]
        return self._leaf(condition)

    def _leaf(self, condition: Condition) -> Ways:
        match condition:
            case AttributeIs():
                return self._attribute(condition)
            case TriggerProperty():
                name = condition.trigger.id
                return self._tests(condition, f"data.{name}", condition.tests, self._exact(name))
            case StepResult():
                return self._result(condition)
            case MessageReaction():
                return self._reaction(condition)
        return self._lacking(condition)

    def _lacking(self, condition: Condition, reason: Text | None = None) -> Ways:
        said = text("Knock cannot ask for this `{subject}`", subject=condition.subject)
        self._untold.lack("condition", condition.subject, condition, reason or said)
        return [()]

    def _attribute(self, leaf: AttributeIs) -> Ways:
        declared = self._attributes.get(leaf.attribute.id)
        odd = leaf.anniversary or leaf.has_been or leaf.changed or leaf.missing_as is not None
        if odd or declared is None:
            return self._lacking(leaf)
        if declared.default is not None or declared.missing_as is not None or declared.directory:
            said = text(
                "Knock knows no `default`, `missing_as` or `directory` of `{attribute}`",
                attribute=leaf.attribute.id,
            )
            return self._lacking(leaf, said)
        found = self._names.find(Path(root="profile", keys=(leaf.attribute.id,)))
        exact = leaf.case == "sensitive" or declared.type == "enum"
        return self._tests(leaf, found.text if found else "", leaf.tests, exact)

    def _exact(self, name: str) -> bool:
        """Say whether a property is compared as it is written (5.6)."""
        declared = [
            event.properties[name].type
            for event in self._brief.written.events.values()
            if name in event.properties
        ]
        return bool(declared) and set(declared) == {"enum"}

    def _tests(self, leaf: Condition, variable: str, tests: Tests, exact: bool) -> Ways:  # noqa: FBT001 - as its name says
        found = [_test(variable, one) for one in tests]
        if not variable or not found or None in found:
            return self._lacking(leaf)
        if not exact and any(map(_is_text, tests)):
            said = text("Knock tells capital letters from small ones (semantics 5.6)")
            self._untold.otherwise("condition", leaf.subject, leaf, said)
        return _multiplied([one for one in found if one is not None])

    def _result(self, leaf: StepResult) -> Ways:
        ref, sends = leaf.step.id, {ref for refs in self._sends.values() for ref in refs}
        found = None if leaf.tests else OUTCOMES.get(leaf.outcome or "")
        if found is None or (found[0] == "delivery_status") is not (ref in sends):
            return self._lacking(leaf)
        if leaf.outcome in {"sent", "failed"}:
            said = text("Knock asks what is known by then: just after a send that may be nothing")
            self._untold.otherwise("condition", "step", leaf, said)
        return [(Term(f"refs.{ref}.{found[0]}", found[1], found[2]),)]

    def _reaction(self, leaf: MessageReaction) -> Ways:
        message = leaf.message
        refs = self._sends.get(message.id, []) if isinstance(message, Ref) else []
        asked = {name: getattr(leaf, name) for name in REACTIONS if getattr(leaf, name)}
        if len(refs) != 1 or any(getattr(leaf, name) for name in _REFUSED):
            said = text("Knock asks only for what became of one step of the same chain")
            return self._lacking(leaf, said)
        found = [_reacted(refs[0], name, tests) for name, tests in asked.items()]
        if None in found:
            return self._lacking(leaf)
        return _multiplied([one for one in found if one is not None])


def _reacted(ref: str, name: str, tests: Tests) -> Ways | None:
    """Return that a message was opened, or not; None for counts."""
    variable, operator, argument = REACTIONS[name]
    ways: Ways = [(Term(f"refs.{ref}.{variable}", operator, argument),)]
    if len(tests) != 1 or not isinstance(tests[0].operand, bool):
        return None
    return ways if tests[0].operand else negated(ways)


def _test(variable: str, test: Test) -> Ways | None:
    """Return one test, None if Knock has none like it."""
    name, operand = test.operator, test.operand
    if name in {"exists", "missing"}:
        return [(Term(variable, "not_empty" if (name == "exists") is bool(operand) else "empty"),)]
    if name in _NEGATIVE:
        found = _positive(variable, _NEGATIVE[name], operand)
        return None if found is None else negated(found)
    return _positive(variable, name, operand)


def _positive(variable: str, name: str, operand: Plain) -> Ways | None:
    if name in ORDER and isinstance(operand, (int, float)):
        return [(Term(variable, "not_empty"), Term(variable, ORDER[name], in_json(operand)))]
    if name in _SINGLE and _is_plain(operand):
        return [(Term(variable, _SINGLE[name], in_json(operand)),)]
    if name in _EACH and isinstance(operand, list) and all(map(_is_plain, operand)):
        return [(Term(variable, _EACH[name], in_json(one)),) for one in operand]
    if name == "contains_all" and isinstance(operand, list) and operand:
        return [(Term(variable, "contains_all", in_json(operand)),)]
    return None


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, float)) and value != "" and "{{" not in str(value)


def _is_text(test: Test) -> bool:
    values = test.operand if isinstance(test.operand, list) else [test.operand]
    return any(isinstance(one, str) for one in values) and test.operator not in {
        "exists",
        "missing",
    }


def in_json(value: object) -> str:
    """Return an argument: Knock decodes what is static as JSON."""
    return json.dumps(value, ensure_ascii=False)


def _multiplied(factors: list[Ways]) -> Ways:
    made: Ways = [()]
    for ways in factors:
        made = [one + other for one in made for other in ways][: MOST + 1]
    return made
