"""From a resource to its build sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.engine.sheet import MARKS, TEXTS
from crmspec.engine.task import version
from crmspec.ir.audience import Broadcast, Segment
from crmspec.ir.chain import Chain
from crmspec.ir.message import Message
from crmspec.render.drawing import Drawing
from crmspec.render.scenario import Scenario
from crmspec.render.sheet.label import KINDS
from crmspec.render.sheet.model import Field, Need, Part, Sheet
from crmspec.render.sheet.outline import Outline
from crmspec.render.sheet.speech import Speech, data_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address, Resource
    from crmspec.engine.sheet import Sheets
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource as Node
    from crmspec.render.view import View

_CONTENT = frozenset({"content", "layout", "locales", "headers", "variables", "utm", "open"})
_ELSEWHERE = frozenset({"steps", "condition", *_CONTENT})


def command(address: Address, target: Target, body: Body | None) -> str:
    """Return the command line that notes that exactly this was done."""
    return f"crmspec confirm {address} --target {target.id} --sheet {version(body)}"


class Builder:
    """Makes the sheets of one project for one target and reader."""

    def __init__(self, sheets: Sheets, speech: Speech) -> None:
        self.sheets, self.speech = sheets, speech
        self.view: View = speech.view

    def sheet(self, resource: Resource) -> Sheet:
        """Return the sheet of what is to be set up as a whole."""
        address, target = resource.address, self.sheets.target
        node = self.view.program.find(address.kind, address.id)
        chain = node if isinstance(node, Chain) else None
        return Sheet(
            address=str(address),
            kind=self.kind(address.kind),
            title=str(resource.body["title"]),
            target=target.title or target.id,
            platform=target.platform,
            deed=None,
            command=command(address, target, resource.body),
            version=version(resource.body),
            source=self._place(resource),
            about=node.description or "" if node is not None else "",
            needs=tuple(self._needs(resource)),
            parts=tuple(self._parts(resource.body, node)) if node is not None else (),
            steps=tuple(Outline(self.speech).lines(chain.steps)) if chain is not None else (),
            graph=Drawing(chain, self.view).graph if chain is not None else None,
        )

    def kind(self, kind: str) -> str:
        """Return what a kind is called."""
        return self.view.say(KINDS[kind]) if kind in KINDS else kind

    def _place(self, resource: Resource) -> str:
        line = self.view.line(resource.origin)
        return f"{resource.origin.path}:{line}" if line else resource.origin.path

    def _needs(self, resource: Resource) -> Iterator[Need]:
        for address in resource.depends:
            found = self.view.program.find(address.kind, address.id)
            if address.kind in self.sheets.kinds and found is not None:
                name = self.view.words.name(found)
                title = f"{self.kind(address.kind)} {name}"
                yield Need(address=str(address), title=title, href=self.speech.href(str(address)))

    def _parts(self, body: Body, node: Node) -> Iterator[Part]:
        speech = self.speech
        head = [
            Field(key=key, label=speech.label(key), value=speech.say(key, body[key]))
            for key in ("title", "description", "status")
            if key in body
        ]
        kind = self.kind(next(iter(self._kinds(node))))
        yield Part(
            key="settings",
            title=speech.word("settings"),
            about=speech.word("settings_about", kind=kind),
            fields=(*head, *speech.fields(node, _ELSEWHERE)),
        )
        if isinstance(node, Chain | Broadcast):
            yield from self._rules(node)
        if isinstance(node, Segment):
            words = self.view.words.condition(node.condition)
            data = data_of(node.condition)
            field = Field(key="condition", label="", value=words, code=data, syntax="yaml")
            yield Part(key="condition", title=speech.word("condition"), fields=(field,))
        if isinstance(node, Message):
            yield from self._texts(body, node)

    def _rules(self, node: Chain | Broadcast) -> Iterator[Part]:
        """Yield what the project says of many scenarios, and so of this one."""
        scenario, speech = Scenario(node, self.view), self.speech
        fields = [
            Field(
                key=one.id, label=one.text, value=one.note, href=speech.href(f"frequency.{one.id}")
            )
            for one in scenario.caps()
        ]
        for group in self.view.program.exclusive.values():
            if node.id in {ref.id for ref in group.chains}:
                name, label = self.view.words.name(group), speech.label("exclusive")
                href = speech.href(f"exclusive.{group.id}")
                fields.append(
                    Field(key=f"exclusive {group.id}", label=label, value=name, href=href)
                )
        if fields:
            title, about = speech.word("rules"), speech.word("rules_about")
            yield Part(key="rules", title=title, about=about, fields=tuple(fields))

    def _kinds(self, node: Node) -> Iterator[str]:
        program = self.view.program
        yield from (kind for kind in KINDS if program.find(kind, node.id) is node)

    def _texts(self, body: Body, message: Message) -> Iterator[Part]:
        speech = self.speech
        about = speech.word("texts_about" if self.sheets.dialect is not None else "neutral")
        for locale, texts in _locales(body).items():
            title = speech.word("texts")
            if locale:
                title = f"{title}: {speech.word('variant', locale=locale)}"
            fields = tuple(self._text(message, locale, *one) for one in texts.items())
            if fields:
                yield Part(key=f"texts.{locale}", title=title, about=about, fields=fields)
        found = body.get(MARKS)
        named = found.items() if isinstance(found, dict) else ()
        marks = tuple(Field(key=key, label=key, code=str(value)) for key, value in named)
        if marks:
            title, about = speech.word("marks"), speech.word("marks_about")
            yield Part(key="marks", title=title, about=about, fields=marks)

    def _text(self, message: Message, locale: str, name: str, text: object) -> Field:
        now = self.sheets.program.messages.get(message.id)
        found = self.sheets.texts(message, locale or None).get(name) if now is message else None
        losses = found.losses if found is not None else ()
        say = self.view.say
        return Field(
            key=name,
            label=self.speech.label(name),
            code=str(text),
            syntax="html" if name == "html" else "text",
            notes=tuple(self.speech.word("loss", message=say(one.message)) for one in losses),
        )


def _locales(body: Body) -> dict[str, dict[str, object]]:
    """Return the texts of a message by language; there is only one without a name."""
    texts = body.get(TEXTS)
    found = texts if isinstance(texts, dict) else {}
    named = {name: inner for name, inner in found.items() if isinstance(inner, dict)}
    return named or {"": found}
