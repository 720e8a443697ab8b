"""What build sheets ask for, as data: what is compared, confirmed and kept in the state."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from crmspec.content.fixture import Fixtures
from crmspec.content.parts import Messages, content_of
from crmspec.content.press import Press, dialect_of
from crmspec.dialect.dialect import each
from crmspec.dialect.loss import Loss
from crmspec.engine.encode import Encoder, head
from crmspec.engine.fold import fold
from crmspec.engine.resource import Address, Desired, Resource, references
from crmspec.ir.message import Message
from crmspec.ir.program import KEYS
from crmspec.lower.survey import managed_kinds
from crmspec.lower.whole import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.ir.message import Content
    from crmspec.ir.program import Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource as Node
    from crmspec.source import Source

TEXTS: Final = "texts"
MARKS: Final = "link_marks"
_PRINTED: Final = frozenset(
    {
        *("subject", "preheader", "body", "source", "slots", "heading", "subtitle", "text"),
        *("image", "buttons", "layout", "locales", "headers", "variables", "utm", "open"),
    }
)
"""What of a message stands in its printed texts."""


class Text(msgspec.Struct, frozen=True):
    """A field of a message as it is pasted at the target; without what is lost.

    `notes` are links that the target lacks, and that the message asks for before it shows them.
    """

    text: str
    losses: tuple[Loss, ...] = ()
    notes: tuple[Loss, ...] = ()


class Sheets:
    """The build sheets of a project for one target."""

    def __init__(
        self, program: Program, target: Target, sources: Mapping[str, Source] | None = None
    ) -> None:
        self.program, self.target = program, target
        self.messages = Messages(program, sources)
        self._texts: dict[tuple[str, str | None], dict[str, Text]] = {}

    @cached_property
    def dialect(self) -> str | None:
        """Return the template language of the target, if crmspec knows it."""
        return dialect_of(self.target)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Return the kinds of which there are sheets if all is done by hand."""
        return managed_kinds(BY_HAND, self.target)

    def of(self, addresses: Iterable[Address]) -> tuple[Resource, ...]:
        """Return the sheets of some resources."""
        found = ((one.kind, self.program.find(one.kind, one.id)) for one in sorted(addresses))
        return tuple(self.sheet(kind, node) for kind, node in found if node is not None)

    def sheet(self, kind: str, node: Node) -> Resource:
        """Return what a resource asks for."""
        address = Address(kind, node.id)
        body = head(self.target, self.program.project.project, kind, node)
        body |= Encoder(address, self.program, kinds=KEYS).encode(node)
        if isinstance(node, Message):
            body = {key: value for key, value in body.items() if key not in _PRINTED}
            body |= self._content(node)
        depends = tuple(sorted(references(body) - {address}))
        return Resource(address, body, depends, node.place.name)

    def _content(self, message: Message) -> Body:
        locales: dict[str, object] = {
            locale or "": {name: one.text for name, one in self.texts(message, locale).items()}
            for locale in self.messages.locales(message)
        }
        made: Body = {TEXTS: locales.get("", locales)}
        marks = self.messages.marks(message)
        return made | {MARKS: marks} if marks else made

    def texts(self, message: Message, locale: str | None) -> dict[str, Text]:
        """Return the fields of a message as they are pasted at the target."""
        key = (message.id, locale)
        if key not in self._texts:
            self._texts[key] = dict(self._printed(message, locale))
        return self._texts[key]

    def losses(self, message: Message) -> tuple[Loss, ...]:
        """Return what the target's templates cannot say of a message, each once."""
        return each(loss for one in self._all(message) for loss in one.losses)

    def notes(self, message: Message) -> tuple[Loss, ...]:
        """Return the links that a message goes without, each once."""
        return each(note for one in self._all(message) for note in one.notes)

    def _all(self, message: Message) -> Iterator[Text]:
        for locale in self.messages.locales(message):
            yield from self.texts(message, locale).values()

    def _printed(self, message: Message, locale: str | None) -> Iterator[tuple[str, Text]]:
        parts, content = self.messages.parts(message, locale), content_of(message, locale)
        if self.dialect is None:
            for field in parts.fields:
                yield field, Text(self._raw(message, content, field))
            return
        for field, one in self._press.printed(parts, self.dialect).items():
            yield field, Text(one.text, one.losses, one.notes)

    @cached_property
    def _press(self) -> Press:
        return Press(self.program, Fixtures(self.program), self.target)

    def _raw(self, message: Message, content: Content, field: str) -> str:
        """Return a field as the project has it, with its blocks folded in."""
        if field == "html":
            if content.file is not None:
                return fold(self.program.files.get(content.file, ""), self.program)
            return self._source(content.body)
        value: object = content if hasattr(content, field.partition(".")[0]) else message
        for key in field.split("."):
            value = _below(value, key)
        if value is None and field == "text":
            value = content.body
        return self._source(value)

    def _source(self, value: object) -> str:
        source = getattr(value, "source", None)
        return fold(source, self.program) if isinstance(source, str) else ""


def _below(value: object, key: str) -> object:
    if isinstance(value, tuple):
        return value[int(key)]
    return value.get(key) if isinstance(value, dict) else getattr(value, key, None)


def with_sheets(desired: Desired, sheets: Sheets) -> Desired:
    """Return what is wanted, with a build sheet for each resource that is left to people."""
    manual = {remark.address for remark in desired.remarks if remark.effect == "manual"}
    made = {sheet.address for sheet in desired.sheets}
    return msgspec.structs.replace(desired, sheets=(*desired.sheets, *sheets.of(manual - made)))
