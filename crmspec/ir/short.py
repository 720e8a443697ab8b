"""Short forms where an author would use them: `shorthand` backwards, on plain data."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Annotated, Union, get_args, get_origin

from crmspec.ir import action, audience, chain, channel, condition, frequency, message, step, trial
from crmspec.ir import trigger as triggers
from crmspec.ir.convert import yaml_key
from crmspec.ir.data import Property
from crmspec.ir.hint import hints
from crmspec.ir.program import KEYS, KINDS
from crmspec.ir.value import FLAT, Located, PropertyTest, Test

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNDER: dict[type[Located], tuple[str, ...]] = {
    action.AudienceChange: ("message",),
    chain.ChainGoal: ("goal",),
    step.ChainStart: ("chain",),
    chain.Exit: ("event",),
    chain.Holdout: ("percent",),
    step.JumpTo: ("to",),
    action.ListChange: ("add",),
    chain.Reentry: ("mode",),
    action.Request: ("url",),
    triggers.Schedule: ("cron",),
    step.SendChoice: ("message", "messages"),
    step.SplitArm: ("weight",),
    action.TaskBody: ("title",),
    step.Until: ("at",),
    step.WaitTime: ("for",),
    triggers.EventTrigger: ("event",),
    condition.InSegment: ("segment",),
    condition.Joined: ("within",),
    message.Open: ("url",),
    message.Field: ("attribute",),
    frequency.After: ("event",),
    audience.Audience: ("include",),
    trial.ExpectedSend: ("message",),
    Property: ("type",),
    audience.Resend: ("after",),
}
"""Type → the keys whose value may stand for the whole mapping, if it is alone in it."""

_ALONE = frozenset({"trigger", "goal", "add"})
"""Lists that are mostly of one, which then stands without brackets."""

_TABLES: tuple[tuple[type[Located], ...], ...] = (
    condition.CONDITIONS,
    triggers.TRIGGERS,
    step.STEPS,
)


def shortened(kind: str, fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of a resource in the forms that read best; they mean the same."""
    return _fields(KINDS[KEYS[kind]][1], fields)


def _fields(cls: type[Located], data: Mapping[str, object]) -> dict[str, object]:
    known = _hints(cls)
    made = {key: _value(known.get(key), item) for key, item in data.items()}
    return {key: _one(item) if key in _ALONE else item for key, item in made.items()}


def _one(value: object) -> object:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _hints(cls: type[Located]) -> dict[str, object]:
    """Return the types by key, those of parts that stand among the others included."""
    found: dict[str, object] = {}
    for name, hint in hints(cls).items():
        flat = get_origin(hint) is Annotated and FLAT in get_args(hint)[1:]
        part = get_args(hint)[0] if flat else None
        if isinstance(part, type) and issubclass(part, Located):
            found |= _hints(part)
        elif part is not None and part == condition.Condition:
            for one in condition.CONDITIONS:
                found = _hints(one) | found
        else:
            found[yaml_key(name)] = hint
    return found


def _value(hint: object, value: object) -> object:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _union(tuple(one for one in arguments if one is not type(None)), value)
    if origin is Annotated:
        return _value(arguments[0], value)
    if hint == tuple[Test, ...]:
        return _tests(value)
    if isinstance(hint, type) and issubclass(hint, Located):
        return _located(hint, value)
    return _many(hint, value)


def _many(hint: object, value: object) -> object:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint == tuple[PropertyTest, ...] and isinstance(value, dict):
        return {key: _tests(one) for key, one in value.items()}
    if origin is tuple and isinstance(value, list):
        return [_value(arguments[0], one) for one in value]
    if origin is dict and isinstance(value, dict):
        return {key: _value(arguments[1], one) for key, one in value.items()}
    return value


def _union(members: tuple[object, ...], value: object) -> object:
    if len(members) == 1:
        return _value(members[0], value)
    for table in _TABLES:
        if frozenset(members) == frozenset(table) and isinstance(value, dict):
            cls = next((one for one in table if _subject(one) in value), None)
            return value if cls is None else _located(cls, value)
    return value


def _subject(cls: type[Located]) -> str:
    return str(getattr(cls, "subject"))  # noqa: B009 - each of these has it


def _tests(value: object) -> object:
    if isinstance(value, dict) and len(value) == 1:
        (operator, operand), *_ = value.items()
        if operator == "eq" and not isinstance(operand, dict | list):
            return operand
        if operator == "in" and isinstance(operand, list):
            return operand
    return value


def _located(cls: type[Located], value: object) -> object:
    if not isinstance(value, dict):
        return value
    if not value and cls is chain.Reentry:
        return chain.Reentry().mode
    made = _fields(cls, value)
    if len(made) == 1 and (key := next(iter(made))) in _UNDER.get(cls, ()):
        alone = made[key]
        return made if isinstance(alone, dict) or alone is None else alone
    if cls is channel.Sender and made.keys() == {"name", "email"}:
        return f"{made['name']} <{made['email']}>"
    if cls is frequency.Limit and made.keys() == {"max", "per"}:
        return f"{made['max']} per {made['per']}"
    return _one_arm(made) if cls is step.Cases else made


def _one_arm(made: dict[str, object]) -> dict[str, object]:
    """Return a branch of one case as `{if, then, else}`."""
    arms = made.get("cases")
    if isinstance(arms, list) and len(arms) == 1 and isinstance(arms[0], dict):
        arm = arms[0]
        if arm.keys() == {"if", "then"}:
            return {**arm, **{key: one for key, one in made.items() if key != "cases"}}
    return made
