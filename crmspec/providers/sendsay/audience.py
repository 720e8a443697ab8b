"""Segments as filters: lists of elements, each a test, a group of them, or a word between two.

Only those words of filters are written that code of others is seen to use: `ge`, `le`, `emptyS`,
`dirtyS`, `PRF`, `group`, `AND`, `OR`. What they cannot say is left to people, or to `raw`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE
from crmspec.ir.audience import Segment
from crmspec.ir.condition import All, Any, AttributeIs, InList, InSegment, Raw
from crmspec.providers.rest import Encoded, Untold
from crmspec.providers.sendsay.group import group_address
from crmspec.providers.sendsay.question import CUSTOM, is_own, spot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.diagnostics import Text
    from crmspec.engine.body import Body
    from crmspec.ir.condition import Condition
    from crmspec.ir.data import Attribute
    from crmspec.ir.value import Plain, Resource, Test
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

_ORDERED = frozenset({"integer", "boolean", "date"})
_EQUAL = frozenset({"eq", "is", "on_day"})
_ORDER = {"gt": ("ge", 1), "after": ("ge", 1), "gte": ("ge", 0)} | {
    "lt": ("le", -1),
    "before": ("le", -1),
    "lte": ("le", 0),
}
"""Operator → word of a filter, and how many whole steps further it begins."""
_ANYTHING: Body = {"which": "group", "group": []}
_UNKNOWN = text(
    "crmspec does not know how filters of Sendsay ask for this; `raw` takes its own words"
)


def encode_segment(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return the filter of a group; see `providers.rest.Encoder`."""
    assert isinstance(node, Segment)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    whole = _Filter(brief, untold).element(node.condition)
    inside = whole["group"] if whole.get("which") == "group" else [whole]
    return Encoded({"filter": inside}, tuple(untold.gaps))


def joined(word: str, parts: Sequence[Body]) -> Body:
    """Return elements joined by a word; one alone needs none."""
    if len(parts) == 1:
        return parts[0]
    made = [parts[0]]
    for part in parts[1:]:
        made += [{"which": word}, part]
    return {"which": "group", "group": made}


class _Filter:
    """The filter of one segment in the making."""

    def __init__(self, brief: Brief, untold: Untold) -> None:
        self._brief, self._untold = brief, untold
        attributes = brief.written.attributes.items()
        self._own = {id_ for id_, one in attributes if is_own(one, brief.target)}

    def element(self, condition: Condition) -> Body:
        """Return a condition as one element; what cannot be said is told, and is anything."""
        match condition:
            case All():
                return self._all(condition, "AND", condition.all)
            case Any():
                return self._all(condition, "OR", condition.any)
            case AttributeIs():
                return self._attribute(condition)
            case Raw():
                return self._raw(condition)
        return _member(condition) or self._lacking(condition)

    def _all(self, condition: Condition, word: str, parts: Sequence[Condition]) -> Body:
        if parts:
            return joined(word, [self.element(part) for part in parts])
        return self._lacking(condition, text("a filter of Sendsay that asks nothing finds nobody"))

    def _lacking(self, condition: Condition, reason: Text = _UNKNOWN) -> Body:
        self._untold.lack("condition", condition.subject, condition, reason)
        return _ANYTHING

    def _raw(self, leaf: Raw) -> Body:
        """Return what the author wrote, where it names things of the project as references."""
        target = self._brief.target
        found = self._linked(leaf.raw.get(target.id, leaf.raw.get(target.platform)))
        if isinstance(found, dict) and "which" in found:
            return cast("Body", found)
        if isinstance(found, list) and all(isinstance(one, dict) for one in found):
            return {"which": "group", "group": found}
        said = text("`raw` for Sendsay is an element of a filter, with `which`, or a list of them")
        return self._lacking(leaf, said)

    def _linked(self, raw: object) -> object:
        if isinstance(raw, list):
            return [self._linked(one) for one in raw]
        if not isinstance(raw, dict):
            return raw
        made = {str(key): self._linked(value) for key, value in raw.items()}
        if made.get("aid") == CUSTOM and str(made.get("qid")) in self._own:
            made["qid"] = {REFERENCE: f"attribute.{made['qid']}"}
        address = group_address(self._brief.program.project.project, str(made.get("pid", "")))
        if address is not None and self._brief.program.find(address.kind, address.id):
            made["pid"] = {REFERENCE: str(address)}
        return made

    def _attribute(self, leaf: AttributeIs) -> Body:
        declared = self._brief.written.attributes.get(leaf.attribute.id)
        at = None if declared is None else spot(declared, self._brief.target)
        odd = leaf.anniversary or leaf.has_been or leaf.changed or not leaf.tests
        if declared is None or at is None or odd:
            return self._lacking(leaf)
        if declared.default is not None or declared.missing_as is not None or declared.directory:
            said = text(
                "Sendsay knows no `default`, `missing_as` or `directory` of `{attribute}`",
                attribute=leaf.attribute.id,
            )
            return self._lacking(leaf, said)
        own = declared.id in self._own
        qid: object = {REFERENCE: f"attribute.{declared.id}"} if own else at.qid
        question = _Question(at.aid, qid, declared)
        found = [question.asked(one) for one in leaf.tests]
        if None in found:
            return self._lacking(leaf)
        made = joined("AND", [one for one in found if one is not None])
        return question.if_missing(made, leaf.missing_as)


class _Question:
    """Tests of one question. What has no answer meets no order: so it is asked for first."""

    def __init__(self, aid: str, qid: object, declared: Attribute) -> None:
        self._aid, self._qid, self._type = aid, qid, declared.type

    def asked(self, test: Test) -> Body | None:
        """Return a test, None if we know no words for it."""
        name, operand = test.operator, test.operand
        if name in {"exists", "missing"}:
            return self._answered(there=(name == "exists") is bool(operand))
        if self._type not in _ORDERED:
            return None
        if isinstance(operand, list):
            numbers = [self._number(one) for one in cast("list[Plain]", operand)]
            known = [one for one in numbers if one is not None]
            return self._several(name, known) if known and len(known) == len(numbers) else None
        value = self._number(operand)
        return None if value is None else self._single(name, value)

    def _single(self, name: str, value: int) -> Body | None:
        if name in _EQUAL:
            return self._within(value, value)
        if name == "neq":
            return self._without(value)
        if name not in _ORDER or self._type == "boolean":
            return None
        which, step = _ORDER[name]
        return joined("AND", [self._answered(there=True), self._test(which, value + step)])

    def _several(self, name: str, values: list[int]) -> Body | None:
        if name == "in":
            return joined("OR", [self._within(one, one) for one in values])
        if name == "not_in":
            return joined("AND", [self._without(one) for one in values])
        if name == "between" and self._type != "boolean" and len(values) == len(("low", "high")):
            return self._within(values[0], values[1])
        return None

    def if_missing(self, made: Body, result: bool | None) -> Body:  # noqa: FBT001 - the author's own
        """Return a test that has a result of its own for what has no answer."""
        if result is None:
            return made
        return joined("OR" if result else "AND", [self._answered(there=not result), made])

    def _within(self, low: int, high: int) -> Body:
        parts = [self._answered(there=True), self._test("ge", low), self._test("le", high)]
        return joined("AND", parts)

    def _without(self, value: int) -> Body:
        below, above = self._test("le", value - 1), self._test("ge", value + 1)
        return joined("OR", [self._answered(there=False), below, above])

    def _answered(self, *, there: bool) -> Body:
        which = "dirtyS" if there else "emptyS"
        return {"which": which, "aid": self._aid, "qid": self._qid}

    def _test(self, which: str, value: int) -> Body:
        return {"which": which, "aid": self._aid, "qid": self._qid, "resp": self._written(value)}

    def _number(self, operand: Plain) -> int | None:
        """Return an operand as a number: of a date its day; None if it is no such value."""
        if self._type == "boolean":
            return int(operand) if isinstance(operand, bool) else None
        if self._type == "integer":
            plain = isinstance(operand, int) and not isinstance(operand, bool)
            return operand if plain and isinstance(operand, int) else None
        try:
            day = date.fromisoformat(str(operand))
        except ValueError:
            return None
        return day.toordinal() if date.min < day < date.max else None

    def _written(self, value: int) -> str:
        if self._type != "date":
            return str(value)
        return date.fromordinal(value).isoformat()


def _member(condition: Condition) -> Body | None:
    """Return membership of a group, None if it is something else that is asked."""
    match condition:
        case InSegment(joined=None):
            pid = f"segment.{condition.segment.id}"
        case InList(joined=None):
            pid = f"list.{condition.list.id}"
        case _:
            return None
    return {"which": "PRF", "pid": {REFERENCE: pid}, "resp": "1"}


def plain_filter(elements: object) -> object:
    """Return a filter without the names that Sendsay adds, its values as texts."""
    if isinstance(elements, list):
        return [plain_filter(one) for one in elements]
    if not isinstance(elements, dict):
        return elements
    made = {
        key: plain_filter(value)
        for key, value in cast("Body", elements).items()
        if value is not None and not key.endswith((".name", ".type"))
    }
    answer = made.get("resp")
    if isinstance(answer, dict):  # codes of answers lead to their names
        made["resp"] = dict.fromkeys(answer, "1")
    if isinstance(answer, int | float):
        made["resp"] = str(answer)
    return made
