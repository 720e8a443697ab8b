"""Messages in several languages as one message for each, chosen where they are sent (8.44)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.content.mark import KEYS, Senders, filled
from crmspec.content.parts import Messages, content_of, has_versions, main_locale
from crmspec.diagnostics import text
from crmspec.ir import Ref
from crmspec.ir.condition import All, Any, AttributeIs, MessageReaction
from crmspec.ir.frequency import Scope
from crmspec.ir.step import Arm, Branch, Cases, Send, SendChoice, Switch, SwitchCases, SwitchValue
from crmspec.ir.trigger import MessageTrigger
from crmspec.ir.value import Test
from crmspec.lower import flow
from crmspec.lower.capability import Support
from crmspec.lower.outcome import Key
from crmspec.lower.rewrite import changed, rewrite
from crmspec.lower.survey import meant
from crmspec.lower.usage import Usage
from crmspec.semantics.reaction import REACTIONS

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.ir import Located, Program
    from crmspec.ir.condition import Condition
    from crmspec.ir.message import Message, Utm
    from crmspec.ir.step import Steps
    from crmspec.ir.value import MessageRef
    from crmspec.lower.capability import Capabilities
    from crmspec.lower.outcome import Outcome
    from crmspec.lower.rewrite import Made
    from crmspec.lower.scene import Scene


def apply_versions(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Make each version of a message a message; the one for all others keeps the name."""
    outcomes: list[Outcome] = []
    wanted = [
        one
        for one in program.messages.values()
        if scene.asks("locales") and meant(one, scene.target) and has_versions(one)
    ]
    if not wanted:
        return program, outcomes
    work = _Work(program, scene.capabilities)
    for message in wanted:
        outcomes += work.add(message)
    return work.program(), outcomes


def named(message: str, locale: str) -> str:
    """Return the id of a version that is a message of its own."""
    return f"{message}__{locale.lower().replace('-', '_')}"


class _Work:
    """The messages of one program that are written in several languages, and their versions."""

    def __init__(self, program: Program, table: Capabilities) -> None:
        self._program, self._table = program, table
        self._usage, self._senders = Usage(program), Senders(program)
        self._messages = Messages(program)
        self._versions: dict[str, dict[str, Message]] = {}
        self._mains: dict[str, Message] = {}
        self._language = _language(program)
        self._switches = table.row("step", "switch").support is not Support.NONE

    def add(self, message: Message) -> list[Outcome]:
        """Take in a message, or say at it, and where it is sent, why it cannot be had."""
        main = main_locale(self._program, message)
        others = [one for one in message.locales if one != main]
        why = self._refusal(message, others) if others else None
        keys = [Key("message", message.id)]
        keys += [Key("chain", one.id) for one in self._usage.chains(message.id)]
        if why is not None:
            return [flow.stuck(key, "locales", message, why) for key in keys]
        self._mains[message.id] = self._made(message, main, message.id)
        self._versions[message.id] = {
            one: self._made(message, one, named(message.id, one)) for one in others
        }
        said = text("one message for each language, chosen where it is sent")
        return [flow.done(key, "locales", message, said) for key in keys]

    def _refusal(self, message: Message, others: list[str]) -> Text | None:
        taken = [named(message.id, one) for one in others]
        names = {
            *self._program.messages,
            *(v.id for d in self._versions.values() for v in d.values()),
        }
        if not self._switches and not self._asks_attribute:
            return text("no step asks for the customer's language")
        if names.intersection(taken) or len(set(taken)) < len(taken):
            return text("`{name}` is the name of another message", name=taken[0])
        if any(self._prints_itself(message, one) for one in others):
            return text("it prints its own id or title")
        return self._usage.refusal(message.id)

    def _prints_itself(self, message: Message, locale: str) -> bool:
        """Say whether a version would print what the message does not."""
        made = self._made(message, locale, named(message.id, locale))
        first, second = (self._messages.parts(one, locale) for one in (message, made))
        return first.fields != second.fields

    @property
    def _asks_attribute(self) -> bool:
        known = self._table.row("condition", "attribute").support
        return self._language is not None and known is not Support.NONE

    def _made(self, message: Message, locale: str | None, id_: str) -> Message:
        """Return a message in one language, with the marks that all its versions share."""
        locales = {one: it for one, it in message.locales.items() if one == locale}
        made = replace(message, id=id_, content=content_of(message, locale), locales=locales)
        if id_ == message.id:
            return made
        title = f"{message.title or message.id} ({locale})"
        return replace(made, title=title, names={}, utm=self._utm(message))

    def _utm(self, message: Message) -> Utm | None:
        if message.utm is None:
            return None
        marks = filled(message.utm, self._senders.words(message))
        return replace(message.utm, **{key: marks.get(f"utm_{key}") for key in KEYS})

    def program(self) -> Program:
        """Return the program with the versions as messages."""
        program = self._program
        made = [("message", one) for one in self._mains.values()]
        made += [("message", v) for each in self._versions.values() for v in each.values()]
        program = changed(program, made)
        return changed(
            program, [(kind, rewrite(one, self._change)) for kind, one in program.resources()]
        )

    def _of(self, ref: object) -> dict[str, Message]:
        found = isinstance(ref, Ref) and ref.kind == "message"
        return self._versions.get(ref.id, {}) if found else {}  # type: ignore[attr-defined]

    def _change(self, node: Located) -> Made:
        match node:
            case Send() if versions := self._of(node.send.message):
                return self._chosen(rewrite(node, self._change), versions)
            case MessageReaction() if versions := self._of(node.message):
                return _asked(node, [node.message, *_refs(node.message, versions)])  # type: ignore[list-item,arg-type]
            case MessageTrigger() if versions := self._of(node.message):
                more = (replace(node, message=one) for one in _refs(node.message, versions))
                return (node, *more)
            case Scope() if any(map(self._of, node.messages)):
                added = (ref for one in node.messages for ref in _refs(one, self._of(one)))
                return replace(node, messages=(*node.messages, *added))
        return None

    def _chosen(self, step: Send, versions: dict[str, Message]) -> Switch | Branch:
        """Return the send in each language; what is asked before the step is asked before all."""
        place, kept = step.place, {"id": step.id, "only": step.only, "unless": step.unless}
        bare = replace(step, id=None, only=None, unless=None)
        ways: dict[str, Steps] = {
            locale: (replace(bare, send=SendChoice(message=ref, place=step.send.place)),)
            for locale, ref in zip(versions, _refs(step.send.message, versions), strict=True)  # type: ignore[arg-type]
        }
        name = (
            None
            if self._language is None
            else Ref(kind="attribute", id=self._language, place=place)
        )
        if self._switches:
            value = SwitchValue(attribute=name, locale=name is None, place=place)
            cases = SwitchCases(value=value, cases=ways, default=(bare,), place=place)
            return Switch(switch=cases, title=step.title, place=place, **kept)  # type: ignore[arg-type]
        arms = tuple(
            Arm(if_=_is(name, locale), then=way, place=place)  # type: ignore[arg-type]
            for locale, way in ways.items()
        )
        cases_ = Cases(cases=arms, else_=(bare,), place=place)
        return Branch(branch=cases_, title=step.title, place=place, **kept)  # type: ignore[arg-type]


def _language(program: Program) -> str | None:
    """Return the attribute that holds the customer's language (semantics 8.44)."""
    attributes = program.attributes.values()
    found = (one.id for one in attributes if one.standard == "language")
    return next(found, "language" if "language" in program.attributes else None)


def _refs(message: MessageRef, versions: dict[str, Message]) -> list[MessageRef]:
    return [replace(message, id=one.id) for one in versions.values()]


def _is(attribute: Ref, locale: str) -> AttributeIs:
    tests = (Test(operator="eq", operand=locale, place=attribute.place),)
    return AttributeIs(attribute=attribute, tests=tests, place=attribute.place)


def _asked(leaf: MessageReaction, messages: list[MessageRef]) -> Condition:
    """Return a test of any version: one of them got the reaction, or none did (5.28)."""
    parts: list[Condition] = []
    for name in REACTIONS:
        for test in getattr(leaf, name):
            bare = replace(leaf, **dict.fromkeys(REACTIONS, ()))
            leaves = tuple(replace(bare, message=one, **{name: (test,)}) for one in messages)
            parts.append(
                Any(any=leaves, place=leaf.place)
                if test.operand
                else All(all=leaves, place=leaf.place)
            )
    return parts[0] if len(parts) == 1 else All(all=tuple(parts), place=leaf.place)
