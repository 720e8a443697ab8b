"""The values of resources as a person enters them: in words, and as data to copy."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics.catalog import translate
from crmspec.document.write import block
from crmspec.ir import chain as ch
from crmspec.ir import condition as c
from crmspec.ir import plain
from crmspec.ir.audience import Audience, Broadcast
from crmspec.ir.convert import yaml_key
from crmspec.ir.data import Property
from crmspec.ir.frequency import After, Frequency, Limit, Scope
from crmspec.ir.trigger import TRIGGERS, Schedule
from crmspec.ir.value import (
    Day,
    Duration,
    Located,
    Name,
    Percent,
    Ref,
    Resource,
    Template,
    TimeOfDay,
)
from crmspec.lower.element import UNSENT
from crmspec.render.sheet.label import FIELDS, SENTENCES, VALUES, WORDS
from crmspec.render.sheet.model import Field

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from crmspec.render.view import View

_CONDITIONS = c.CONDITIONS
_SIMPLE = (Ref, Name, Duration, TimeOfDay, Day, Percent, Template)
_EXACT: tuple[type, ...] = (*_CONDITIONS, *TRIGGERS, ch.Exit, Scope, After)


class Speech:
    """Says values in the words of one reader; `linked` are the addresses that have sheets."""

    def __init__(self, view: View, linked: Container[str] = (), ending: str = "html") -> None:
        self.view = view
        self.linked, self._ending = linked, ending

    def word(self, key: str, **arguments: str | int) -> str:
        """Return a heading or phrase of a sheet."""
        words = WORDS[key]
        said = translate(words.__class__(words.template, dict(arguments)), self.view.lang)
        return said[:1].upper() + said[1:] if key in SENTENCES else said

    def label(self, key: str) -> str:
        """Return the name of a field; parts of lists are numbered from 1."""
        name, _, rest = key.partition(".")
        number, _, below = rest.partition(".")
        known = FIELDS.get(key) or FIELDS.get(f"{name}.{below}" if below else name)
        if known is None:
            return key
        shown = str(int(number) + 1) if number.isdigit() else number
        return translate(known.__class__(known.template, {"number": shown}), self.view.lang)

    def href(self, address: str) -> str:
        """Return the link to a sheet, if there is one."""
        return f"{address}.{self._ending}" if address in self.linked else ""

    def fields(self, node: Resource, without: Container[str] = ()) -> Iterator[Field]:
        """Yield what is to be entered of a resource, save what it leaves to the target."""
        for field in node.__struct_fields__:
            value = getattr(node, field)
            if field not in UNSENT and field not in without and not _empty(node, field, value):
                yield self.field(yaml_key(field), value, node)

    def field(self, key: str, value: object, owner: Resource | None = None) -> Field:
        """Return one value."""
        href = self.href(f"{value.kind}.{value.id}") if isinstance(value, Ref) else ""
        said = self.say(key, value, owner)
        return Field(
            key=key,
            label=self.label(key),
            value=said,
            code=_data(value) if said == "" or _wants_data(value) else "",
            syntax="yaml",
            href=href,
        )

    def say(self, key: str, value: object, owner: Resource | None = None) -> str:  # noqa: PLR0911
        """Return a value in words, or nothing if it has none."""
        match value:
            case bool():
                return self.view.vocabulary.say("yes" if value else "no")
            case str():
                known = VALUES.get((key, value))
                words = self.view.vocabulary
                return translate(known, self.view.lang) if known else words.word(key, value)
            case int() | float():
                return self.view.words.amount.number(value)
            case tuple() if value:
                return self._many(key, value, owner)
            case dict():
                return ""
            case Located():
                return self._located(key, value)
        return ""

    def _many(self, key: str, items: tuple[object, ...], owner: Resource | None) -> str:
        if isinstance(owner, Frequency) and key == "limits":
            limits = [one for one in items if isinstance(one, Limit)]
            say, amount = self.view.vocabulary.say, self.view.words.amount
            return "; ".join(say("cap", n=one.max, d=amount.duration(one.per)) for one in limits)
        said = [self.say(key, item) for item in items]
        return "; ".join(said) if all(said) else ""

    def _located(self, key: str, value: Located) -> str:  # noqa: C901, PLR0911, PLR0912 - a table
        view = self.view
        words, triggers, amount = view.words, view.triggers, view.words.amount
        match value:
            case Ref():
                return self._ref(value)
            case Name():
                group = view.program.exclusive.get(value.id) if key == "exclusive" else None
                return words.name(group) if group is not None else value.id
            case Duration():
                return amount.duration(value)
            case TimeOfDay():
                return amount.time(value.minute)
            case Day():
                return amount.day(value)
            case Percent():
                return amount.percent(value)
            case Template():
                return value.source if "\n" not in value.source else ""
            case ch.Exit():
                return triggers.exit(value)
            case ch.Reentry():
                return triggers.reentry(value)
            case ch.QuietHours():
                return triggers.quiet_hours(value)
            case ch.ChainGoal():
                return triggers.goal(value)
            case ch.Holdout():
                return amount.percent(value.percent)
            case ch.Running():
                return words.leaves.period(value.from_, value.to)
            case Schedule():
                return triggers.schedule(value)
            case Audience():
                return self._audience(value)
            case Scope():
                return self._scope(value)
            case After():
                return words.ref(value.event) + words.where(value.where, value.event)
            case Property():
                return ""
        if isinstance(value, TRIGGERS):
            return triggers.say(value)  # type: ignore[arg-type]
        said = isinstance(value, _CONDITIONS)
        return words.condition(value) if said else ""  # type: ignore[arg-type]

    def _ref(self, ref: Ref) -> str:
        name = self.view.words.ref(ref)
        return name if name == ref.id else f"{name} ({ref.id})"

    def _audience(self, value: Audience) -> str:
        vocabulary = self.view.vocabulary
        said = vocabulary.either([self._ref(ref) for ref in value.include])
        out = [self.view.words.ref(ref) for ref in value.exclude]
        if not out:
            return said
        return f"{said}, {vocabulary.say('who.except', them=self.view.words.amount.both(out))}"

    def _scope(self, scope: Scope) -> str:
        parts = []
        for field, label in (
            *(("channels", "channel"), ("categories", "category"), ("topics", "topic")),
            *(("tags", "tags"), ("chains", "chains"), ("messages", "message")),
        ):
            items = getattr(scope, field)
            if items:
                said = ", ".join(self.say(label, item) for item in items)
                parts.append(f"{self.label(label)}: {said}")
        return "; ".join(parts)


def _empty(node: Resource, field: str, value: object) -> bool:
    if isinstance(node, Broadcast | ch.Chain) and field == "priority":
        return False
    return value is None or value in ((), {}, _defaults(type(node))[field])


@cache
def _defaults(cls: type[Resource]) -> dict[str, object]:
    return {one.name: one.default for one in msgspec.structs.fields(cls)}


def _wants_data(value: object) -> bool:
    """Say whether words alone might be read in two ways."""
    items = value if isinstance(value, tuple) else (value,)
    return any(isinstance(item, _EXACT) for item in items)


def _data(value: object) -> str:
    return block(_plain(value), 0)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value] if len(value) != 1 else _plain(value[0])
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Located) and not isinstance(value, _SIMPLE):
        return plain(value)
    return value.source if isinstance(value, Template) else getattr(value, "id", value)


def data_of(node: Located, *, without: Container[str] = ()) -> str:
    """Return a node as YAML in the language's own keys."""
    return block({key: item for key, item in plain(node).items() if key not in without}, 0)
