"""Converters from located nodes to IR values, compiled once from the types' annotations."""

from __future__ import annotations

import types
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal, Union, get_args, get_origin

from crmspec.document import Entry, Mapping, Node, Sequence
from crmspec.ir import condition, step, trigger
from crmspec.ir.hint import hints, required
from crmspec.ir.place import Place
from crmspec.ir.scalar import parse_duration, parse_percent, parse_time
from crmspec.ir.shorthand import SHORTHANDS
from crmspec.ir.value import (
    FLAT,
    OPERATORS,
    Day,
    Duration,
    Located,
    MessageRef,
    Name,
    Percent,
    PropertyTest,
    Ref,
    Template,
    Test,
    TimeOfDay,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Converter = Callable[[Node, "Entry | None"], object]
    StructConverter = Callable[[Node, "Entry | None"], Any]

_GROUPS = ("all", "any", "none", "not")


def yaml_key(field: str) -> str:
    """Return the YAML key of an IR field: `if_` is written `if`."""
    return field.removesuffix("_")


@cache
def fields_of(cls: type[Located]) -> tuple[str, ...]:
    """Return the keys of a type's own mapping, those of parts that stand beside them included."""
    found: list[str] = []
    for field, hint in hints(cls).items():
        flat = get_origin(hint) is Annotated and FLAT in get_args(hint)[1:]
        part = get_args(hint)[0] if flat else None
        if isinstance(part, type) and issubclass(part, Located):
            found += fields_of(part)
        elif field in cls.__struct_fields__ and field not in {"place", "id"}:
            found.append(yaml_key(field))
    return tuple(found)


@cache
def struct_converter(cls: type[Located]) -> StructConverter:
    """Return the function that builds `cls` from a mapping or one of its shorthands."""
    keyed: dict[str, tuple[str, Converter]] = {}
    flat: list[tuple[str, Converter]] = []
    needed = required(cls)
    named = hints(cls).get("id") is str
    expand = SHORTHANDS.get(cls, _as_written)

    def make(node: Node, entry: Entry | None) -> Located:
        if not keyed:  # compiled on first use, because the types are recursive
            _compile(cls, keyed, flat)
        source = expand(node)
        entries = source.entries if isinstance(source, Mapping) else {}
        values: dict[str, object] = {}
        for key, item in entries.items():
            known = keyed.get(key)
            if known is not None:
                field = known[0]
                if item.value.data is not None or field in needed:
                    values[field] = known[1](item.value, item)
        for field, convert in flat:
            value = convert(source, entry)
            if value is not None:
                values[field] = value
        if named and entry is not None:
            values.setdefault("id", entry.key)
        return cls(place=Place(source, entry), **values)

    return make


def _compile(
    cls: type[Located],
    keyed: dict[str, tuple[str, Converter]],
    flat: list[tuple[str, Converter]],
) -> None:
    """Fill in the fields built from a key of their own, and those built from the whole mapping."""
    for field, hint in hints(cls).items():
        if get_origin(hint) is Annotated and FLAT in get_args(hint)[1:]:
            flat.append((field, _flat(get_args(hint)[0])))
        elif field in cls.__struct_fields__ and field != "place":
            keyed[yaml_key(field)] = (field, converter(hint))


def _as_written(node: Node) -> Node:
    return node


@cache
def converter(hint: object) -> Converter:
    """Return the function that makes a value of the annotated type."""
    simple = _SIMPLE.get(hint)
    if simple is not None:
        return simple
    generic = _GENERIC.get(get_origin(hint))
    if generic is not None:
        return generic(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Located):
        return struct_converter(hint)
    return _data


def _annotated(arguments: tuple[Any, ...]) -> Converter:
    base, kind = arguments[:2]
    return _reference(kind) if base is Ref else converter(base)


def _literal(_: tuple[object, ...]) -> Converter:
    return _data


def _data(node: Node, _: Entry | None) -> object:
    return node.data


def _string(node: Node, _: Entry | None) -> object:
    data = node.data
    return data if data is None or isinstance(data, str) else str(data)


def _reference(kind: str) -> Converter:
    def convert(node: Node, entry: Entry | None) -> object:
        return Ref(kind=kind, id=str(node.data), place=Place(node, entry))

    return convert


def _duration(node: Node, entry: Entry | None) -> object:
    months, seconds = parse_duration(str(node.data))
    return Duration(months=months, seconds=seconds, text=str(node.data), place=Place(node, entry))


def _percent(node: Node, entry: Entry | None) -> object:
    return Percent(value=parse_percent(node.data), place=Place(node, entry))


def _time(node: Node, entry: Entry | None) -> object:
    return TimeOfDay(minute=parse_time(str(node.data)), place=Place(node, entry))


def _day(node: Node, entry: Entry | None) -> object:
    return Day(iso=str(node.data), place=Place(node, entry))


def _name(node: Node, entry: Entry | None) -> object:
    return Name(id=str(node.data), place=Place(node, entry))


def _template(node: Node, entry: Entry | None) -> object:
    return Template(source=str(node.data), place=Place(node, entry))


def tests(node: Node, _: Entry | None) -> tuple[Test, ...]:
    """Return nested comparisons: `3`, `[a, b]` or `{gte: 3}`."""
    if isinstance(node, Mapping):
        return _operators(node)
    operator = "in" if isinstance(node, Sequence) else "eq"
    return (Test(operator=operator, operand=node.data, place=Place(node)),)  # type: ignore[arg-type]


def _operators(node: Mapping) -> tuple[Test, ...]:
    return tuple(
        Test(operator=key, operand=entry.value.data, place=Place(entry.value, entry))  # type: ignore[arg-type]
        for key, entry in node.entries.items()
        if key in OPERATORS
    )


def _flat_tests(node: Node, _: Entry | None) -> object:
    found = _operators(node) if isinstance(node, Mapping) else ()
    return found or None


def _where(node: Node, _: Entry | None) -> object:
    if not isinstance(node, Mapping):
        return ()
    return tuple(
        PropertyTest(property=key, tests=tests(entry.value, entry), place=Place(entry.value, entry))
        for key, entry in node.entries.items()
        if not key.startswith("x-")
    )


def _flat(hint: object) -> Converter:
    if hint == tuple[Test, ...]:
        return _flat_tests
    if hint == condition.Condition:
        return _condition
    if isinstance(hint, type) and issubclass(hint, Located):
        return struct_converter(hint)
    raise TypeError(f"no flat form for {hint}")


def _condition(node: Node, entry: Entry | None) -> object:
    """Build a condition: a bare id is a segment, a list is `all`, several groups are joined."""
    if isinstance(node, Sequence):
        items = tuple(_condition(item, None) for item in node.items)
        return condition.All(all=items, place=Place(node, entry))  # type: ignore[arg-type]
    if not isinstance(node, Mapping):
        reference = Ref(kind="segment", id=str(node.data), place=Place(node, entry))
        return condition.InSegment(segment=reference, place=Place(node, entry))
    groups = [key for key in _GROUPS if key in node.entries]
    if len(groups) > 1:
        parts = tuple(_by_subject(_CONDITIONS, _only(node, key), entry) for key in groups)
        return condition.All(all=parts, place=Place(node, entry))  # type: ignore[arg-type]
    return _by_subject(_CONDITIONS, node, entry)


def _only(node: Mapping, key: str) -> Mapping:
    entry = node.entries[key]
    return Mapping(node.path, entry.key_start, entry.value.end, {key: entry})


def _by_subject(table: dict[str, type[Located]], node: Mapping, entry: Entry | None) -> Located:
    subjects = [key for key in node.entries if key in table]
    if len(subjects) > 1:  # a reaction to a message may name a channel too: the table's order rules
        subjects = [key for key in table if key in node.entries]
    made: Located = struct_converter(table[subjects[0]])(node, entry)
    return made


def _trigger(node: Node, entry: Entry | None) -> object:
    if not isinstance(node, Mapping):
        reference = Ref(kind="event", id=str(node.data), place=Place(node, entry))
        return trigger.EventTrigger(event=reference, place=Place(node, entry))
    return _by_subject(_TRIGGERS, node, entry)


def _step(node: Node, entry: Entry | None) -> object:
    return _by_subject(_STEPS, node, entry) if isinstance(node, Mapping) else None


def _sequence_item(node: Node, entry: Entry | None) -> object:
    if not isinstance(node, Mapping):
        reference = Ref(kind="event", id=str(node.data), place=Place(node, entry))
        return condition.EventHappened(event=reference, place=Place(node, entry))
    return _by_subject(_CONDITIONS, node, entry)


def _message_subject(node: Node, entry: Entry | None) -> object:
    if isinstance(node, Mapping):
        return struct_converter(condition.Tagged)(node, entry)
    return None if node.data == "any" else _reference("message")(node, entry)


def _day_or_duration(node: Node, entry: Entry | None) -> object:
    text = str(node.data)
    return _day(node, entry) if text[:4].isdigit() and text[4:5] == "-" else _duration(node, entry)


def _percent_or_number(node: Node, entry: Entry | None) -> object:
    return _percent(node, entry) if isinstance(node.data, str) else node.data


def _union(members: tuple[object, ...]) -> Converter:
    kept = tuple(m for m in members if m is not type(None))
    return converter(kept[0]) if len(kept) == 1 else _UNIONS.get(frozenset(kept), _data)


def _tuple(arguments: tuple[object, ...]) -> Converter:
    convert = converter(arguments[0])

    def many(node: Node, entry: Entry | None) -> object:
        if isinstance(node, Sequence):
            return tuple([convert(child, None) for child in node.items])
        return () if node.data is None else (convert(node, entry),)

    return many


def _dict(arguments: tuple[object, ...]) -> Converter:
    convert = converter(arguments[1])
    remarks = isinstance(arguments[1], type) and issubclass(arguments[1], Located)
    remarks = remarks and arguments[1] is not Template

    def many(node: Node, _: Entry | None) -> object:
        if not isinstance(node, Mapping):
            return {}
        return {
            key: convert(entry.value, entry)
            for key, entry in node.entries.items()
            if not (remarks and key.startswith("x-"))
        }

    return many


def _table(classes: tuple[type[Located], ...]) -> dict[str, type[Located]]:
    return {cls.subject: cls for cls in classes}  # type: ignore[attr-defined]


_CONDITIONS = _table(condition.CONDITIONS)
_TRIGGERS = _table(trigger.TRIGGERS)
_STEPS = _table(step.STEPS)
_SIMPLE: dict[object, Converter] = {
    str: _string,
    Duration: _duration,
    Percent: _percent,
    TimeOfDay: _time,
    Day: _day,
    Name: _name,
    Template: _template,
    condition.Condition: _condition,
    trigger.Trigger: _trigger,
    step.AnyStep: _step,
    tuple[Test, ...]: tests,
    tuple[PropertyTest, ...]: _where,
}
_GENERIC: dict[object, Callable[[tuple[Any, ...]], Converter]] = {
    Annotated: _annotated,
    Literal: _literal,
    Union: _union,
    types.UnionType: _union,
    dict: _dict,
    tuple: _tuple,
}
_UNIONS: dict[frozenset[object], Converter] = {
    frozenset(condition.CONDITIONS): _condition,
    frozenset(trigger.TRIGGERS): _trigger,
    frozenset(step.STEPS): _step,
    frozenset({condition.EventHappened, condition.EventMissing}): _sequence_item,
    frozenset({MessageRef, condition.Tagged}): _message_subject,
    frozenset({Percent, float}): _percent_or_number,
    frozenset({Day, Duration}): _day_or_duration,
}
