"""Negation at the leaves: `not` and `none` only around what has no opposite of its own.

A condition is true or false and nothing else (semantics 5.1), so De Morgan's laws hold as they are;
what is missing is a matter of the leaves: each negative operator is the exact opposite of its
positive one (5.4), but `lt` is not that of `gte`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.ir.condition import (
    All,
    Any,
    AttributeIs,
    ChannelReaction,
    EventHappened,
    EventMissing,
    InChain,
    MessageReaction,
    Not,
    Nothing,
)
from crmspec.ir.value import Test
from crmspec.semantics.comparison import OPPOSITE
from crmspec.semantics.reaction import REACTIONS
from crmspec.semantics.turn import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.ir.condition import Condition
    from crmspec.ir.data import Attribute
    from crmspec.ir.value import Tests

_EXACT: dict[str, str] = {
    **OPPOSITE,
    **{positive: negative for negative, positive in OPPOSITE.items()},
    "is": "neq",
    "exists": "missing",
    "missing": "exists",
}
_ORDER = {"gt": "lte", "lte": "gt", "gte": "lt", "lt": "gte"}
_COUNT = _ORDER | {name: _EXACT[name] for name in ("eq", "neq", "in", "not_in")}
_NUMBERS = frozenset({"number", "integer"})


def nnf(
    condition: Condition, attributes: Mapping[str, Attribute] | None = None, *, no: bool = False
) -> Condition:
    """Return the same condition, or with `no` its opposite, with `not` around leaves alone.

    With `attributes` tests of numbers are turned round too, for targets without any `not`: that is
    the same as long as their values are numbers or missing.
    """
    match condition:
        case Not():
            return nnf(condition.not_, attributes, no=not no)
        case All() | Any() | Nothing():
            return _joined(condition, attributes, no=no)
    if not no:
        return condition
    found = opposite(condition)
    if found is None and attributes is not None and isinstance(condition, AttributeIs):
        found = _turned(condition, attributes.get(condition.attribute.id))
    return Not(not_=condition, place=condition.place) if found is None else found


def _joined(
    condition: All | Any | Nothing, attributes: Mapping[str, Attribute] | None, *, no: bool
) -> Condition:
    parts = getattr(condition, condition.subject)
    inside = no is not isinstance(condition, Nothing)
    every = isinstance(condition, Any) is no
    made = [nnf(part, attributes, no=inside) for part in parts]
    kind = All if every else Any
    flat: list[Condition] = []
    for part in made:
        flat += getattr(part, kind.subject) if isinstance(part, kind) else (part,)
    if every:
        return All(all=tuple(flat), place=condition.place)
    return Any(any=tuple(flat), place=condition.place)


def opposite(leaf: Condition) -> Condition | None:
    """Return the leaf that is true exactly where this one is false, None if there is none."""
    match leaf:
        case AttributeIs():
            return _of_attribute(leaf)
        case EventHappened():
            return _of_event(leaf)
        case EventMissing():
            return EventHappened(
                event=leaf.not_event,
                where=leaf.where,
                within=leaf.within,
                between_ago=leaf.between_ago,
                since=leaf.since,
                place=leaf.place,
            )
        case MessageReaction() | ChannelReaction():
            return _of_reaction(leaf)
        case InChain():
            return replace(leaf, is_=not leaf.is_)
    return None


def _flipped(tests: Tests, table: Mapping[str, str]) -> Tests | None:
    """Return the opposite of one test, None if it has none there."""
    if len(tests) != 1 or tests[0].operator not in table:
        return None
    return (replace(tests[0], operator=table[tests[0].operator]),)


def _of_attribute(leaf: AttributeIs) -> AttributeIs | None:
    if leaf.anniversary or leaf.has_been or leaf.changed:
        return None
    tests = _flipped(leaf.tests, _EXACT)
    if tests is None:
        return None
    return replace(leaf, tests=tests, missing_as=_other(leaf.missing_as))


def _other(missing_as: bool | None) -> bool | None:  # noqa: FBT001 - the field's own value
    return None if missing_as is None else not missing_as


def _turned(leaf: AttributeIs, declared: Attribute | None) -> AttributeIs | None:
    """Return a test of a number turned round; what is missing fails the one, so meets the other."""
    tests = _flipped(leaf.tests, _ORDER)
    plain = not (leaf.anniversary or leaf.has_been or leaf.changed)
    if tests is None or not plain or declared is None or declared.type not in _NUMBERS:
        return None
    otherwise = True if declared.missing_as is None else None
    missing_as = otherwise if leaf.missing_as is None else not leaf.missing_as
    return replace(leaf, tests=tests, missing_as=missing_as)


def _of_event(leaf: EventHappened) -> Condition | None:
    if any(getattr(leaf, kind) is not None for kind in AGGREGATES):
        return None
    if leaf.count:
        count = _flipped(leaf.count, _COUNT)
        return None if count is None else replace(leaf, count=count)
    return EventMissing(
        not_event=leaf.event,
        where=leaf.where,
        within=leaf.within,
        between_ago=leaf.between_ago,
        since=leaf.since,
        place=leaf.place,
    )


def _of_reaction(leaf: MessageReaction | ChannelReaction) -> Condition | None:
    asked = [name for name in REACTIONS if getattr(leaf, name, ())]
    if len(asked) != 1:
        return None
    (tests,) = (getattr(leaf, asked[0]),)
    if len(tests) == 1 and isinstance(tests[0].operand, bool):
        made: Tests | None = (Test(operator=tests[0].operator, operand=not tests[0].operand),)
    else:
        made = _flipped(tests, _COUNT)
    return None if made is None else replace(leaf, **{asked[0]: made})
