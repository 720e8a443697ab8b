"""The parts of a message in one language: what the customer is sent, as trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import structs

from crmspec.content.address import line, page_address, tagged
from crmspec.content.compose import Composer
from crmspec.content.context import addressed, in_context, valued_in
from crmspec.content.letter import Letter, letter
from crmspec.content.library import Library
from crmspec.content.mark import Senders, filled
from crmspec.content.opt_out import with_opt_out
from crmspec.content.rewrite import rewritten
from crmspec.content.slot import fitted, is_mjml, parents
from crmspec.content.token import Tokens
from crmspec.content.trouble import Trouble
from crmspec.diagnostics.sentence import text
from crmspec.ir.channel import ChannelType
from crmspec.ir.message import Message
from crmspec.template import tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.content.mark import Sends
    from crmspec.ir.message import Content
    from crmspec.ir.program import Program
    from crmspec.ir.value import Template
    from crmspec.source import Source, Span
    from crmspec.template.problem import Parsed

__all__ = ["Messages", "Parts", "Trouble", "content_of", "facts", "parts", "placeholder"]

TAGGED: Final = frozenset({"telegram", "max"})
"""Channels whose texts may hold HTML tags, by `parse_mode`."""
PAGED: Final = frozenset({"email", "onsite", "in_app", "direct_mail", "webhook"})
"""Channels whose `body` is a page of HTML; elsewhere it is the text."""


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """A message in one language; each field is a tree with nothing left to include.

    E-mail: `subject preheader html text`. Others: `heading subtitle text image open.url
    open.deeplink buttons.0.label buttons.0.url buttons.0.deeplink variables.0 screens.0.text
    screens.0.button headers.X-Name`; pages of onsite and in-app messages: `html`. What a message
    does not have is left out. `written` is the letter before it became a page.
    """

    message: Message
    type: ChannelType
    locale: str | None
    fields: dict[str, tree.Body]
    troubles: tuple[Trouble, ...] = ()
    written: Tokens | None = None

    @property
    def html(self) -> tree.Body:
        """Return the page."""
        return self.fields.get("html", ())

    @property
    def text(self) -> tree.Body:
        """Return the text, of e-mail the text part."""
        return self.fields.get("text", ())


def parts(program: Program, message: Message, locale: str | None = None) -> Parts:
    """Return the parts of one message; `Messages` is faster for many."""
    return Messages(program).parts(message, locale)


class Messages:
    """The parts of a project's messages, each made once.

    `sources` are the YAML files by path: with them, places inside quoted texts are exact. `sends`
    gives the steps of a chain that send.
    """

    def __init__(
        self,
        program: Program,
        sources: Mapping[str, Source] | None = None,
        sends: Sends | None = None,
    ) -> None:
        self.program = program
        self.library = Library(program, sources)
        self.senders = Senders(program, sends)
        self._made: dict[tuple[str, str | None], Parts] = {}
        self._parents: dict[str, dict[str, str]] = {}

    def locales(self, message: Message) -> tuple[str | None, ...]:
        """Return the languages that a message is written in; only None if it has just one."""
        return tuple(message.locales) or (None,)

    def every(self) -> Iterator[Parts]:
        """Yield the parts of every message in every language."""
        for message in self.program.messages.values():
            for locale in self.locales(message):
                yield self.parts(message, locale)

    def parts(self, message: Message, locale: str | None = None) -> Parts:
        """Return the parts of a message; of its own texts where the language has none."""
        key = (message.id, locale)
        if key not in self._made or self._made[key].message is not message:
            self._made[key] = _Making(self, message, locale).parts()
        return self._made[key]

    def marks(self, message: Message) -> dict[str, str]:
        """Return the marks that its links get: `utm_source` → value."""
        return filled(message.utm, self.senders.words(message))

    def forget(self, message: Message) -> None:
        """Let go of the parts of a message that need not be had any more."""
        for locale in self.locales(message):
            self._made.pop((message.id, locale), None)

    def around(self, id_: str, layout: tree.Body) -> dict[str, str]:
        """Return the elements around the slots of a layout."""
        if id_ not in self._parents:
            self._parents[id_] = parents(layout)
        return self._parents[id_]


def content_of(message: Message, locale: str | None) -> Content:
    """Return the content in a language, with the message's own where it says nothing."""
    base = message.content
    own = message.locales.get(locale) if locale is not None else None
    if own is None:
        return base
    given = {name: value for name in own.__struct_fields__ if (value := getattr(own, name))}
    if own.body is not None or own.file is not None:
        given |= {"body": own.body, "file": own.file}
    given["slots"] = {**base.slots, **own.slots}
    return structs.replace(base, **given)


def main_locale(program: Program, message: Message) -> str | None:
    """Return the language of customers in whose own there is no version (semantics 8.44).

    None stands for what is written outside of `locales`.
    """
    project, own = program.project.locales, message.content
    if project is not None and project.default in message.locales:
        return project.default
    says = (own.body or own.file or own.text or own.heading) and has_versions(message)
    return None if says else next(iter(message.locales), None)


def has_versions(message: Message) -> bool:
    """Say whether what a message says depends on the language."""
    return any(content_of(message, one) != message.content for one in message.locales)


def facts(program: Program, message: Message, locale: str | None) -> dict[str, dict[str, str]]:
    """Return the constants that templates know: `message.id`, `project.title` and the others."""
    project = program.project
    own = {
        "id": message.id,
        "title": message.title,
        "channel": message.channel.id,
        "category": message.category,
        "topic": message.topic.id if message.topic else None,
        "locale": locale or (project.locales.default if project.locales else None),
    }
    settings = {
        "id": project.project,
        "title": project.title,
        "version": project.version,
        "timezone": project.timezone,
        "currency": project.currency,
        "region": project.region,
    }
    return {
        "message": {name: value for name, value in own.items() if value is not None},
        "project": {name: value for name, value in settings.items() if value is not None},
    }


def placeholder(piece: tree.Piece) -> int | None:
    """Return the number of a place for a value in an approved template, written as `{{1}}`."""
    value = piece.expression if isinstance(piece, tree.Output) else None
    number = value.value if isinstance(value, tree.Constant) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


class _Making:
    """One message in one language in the making."""

    def __init__(self, messages: Messages, message: Message, locale: str | None) -> None:
        self.messages = messages
        self.library = messages.library
        self.program = messages.program
        self.message = message
        self.locale = locale
        self.content = content_of(message, locale)
        channel = self.program.channels.get(message.channel.id)
        self.type: ChannelType = channel.type if channel is not None else "email"
        self.marks = messages.marks(message)
        self.fields: dict[str, tree.Body] = {}
        self.troubles: list[Trouble] = []
        self.written: Tokens | None = None
        known = facts(self.program, message, locale)
        self.facts = {
            (root, name): value for root, names in known.items() for name, value in names.items()
        }
        self.lines: dict[tuple[str, str], tree.Body] = {}

    def parts(self) -> Parts:
        """Return everything the message has."""
        self._lines()
        if self.type in PAGED and (self.content.body or self.content.file):
            self._page()
        self._text()
        self._more()
        told = {(one.span, one.message.template): one for one in reversed(self.troubles)}
        return Parts(
            message=self.message,
            type=self.type,
            locale=self.locale,
            fields={name: body for name, body in self.fields.items() if body},
            troubles=tuple(reversed(told.values())),
            written=self.written,
        )

    def _lines(self) -> None:
        content = self.content
        for name in ("subject", "preheader", "heading", "subtitle"):
            self.fields[name] = self._line(getattr(content, name))
            self.lines["message", name] = self.fields[name]

    def _page(self) -> None:
        content, message = self.content, self.message
        place = (message.locales.get(self.locale or "") or content).place
        span = place.value("body" if content.body is not None else "file")
        read = self._read(content.body) if content.body is not None else self._file(span)
        made = self._letter(read.body, span)
        self.fields["html"] = made.html
        self.troubles += made.troubles
        self.written = made.tokens
        if self.type == "email":
            self.fields["text"] = made.text

    def _letter(self, body: tree.Body, span: Span) -> Letter:
        layout = self.message.layout
        whole, file = body, self.content.file or ""
        slots: dict[str, tree.Body] = {}
        if layout is not None and layout.id in self.program.layouts:
            frame = self.program.layouts[layout.id]
            read = self._told(self.library.of(frame))
            self.troubles += self.library.missing(frame.file, frame.place.value("file"))
            given = {name: self._read(one).body for name, one in self.content.slots.items()}
            slots = {"content": body, **given}
            if is_mjml(read.body):
                slots = fitted(slots, self.messages.around(frame.id, read.body))
            whole, file = read.body, frame.file or ""
        composer = self._composer(
            {("slots", name): one for name, one in slots.items()},
            {("slots", "content"): self.content.file or ""},
        )
        return letter(
            self._composed(composer, whole, span, file), self.fields["preheader"], self.marks, span
        )

    def _composed(
        self, composer: Composer, body: tree.Body, span: Span, file: str = ""
    ) -> tree.Body:
        made = composer.composed(body, file)
        self.troubles += composer.troubles
        if composer.too_large:
            message = text("this is more than a message can be, with everything it includes")
            self.troubles.append(Trouble("size", span, message))
            return ()
        return made

    def _text(self) -> None:
        template = self._text_template()
        if template is None:
            return
        body = self._filled(self._plain(template))
        if self.type in TAGGED and self.message.parse_mode == "html":
            made, troubles = tagged(body, self.marks)
            self.fields["text"] = made
            self.troubles += troubles
        else:
            self.fields["text"] = line(body)
        if self.type == "sms":
            self.fields["text"] = with_opt_out(
                self.program, self.message, self.locale, self.fields["text"]
            )

    def _text_template(self) -> Template | None:
        content = self.content
        template = content.text
        if template is None and self.type not in PAGED:
            template = content.body
        made = self.type == "email" and template is not None and template.source.strip() == "auto"
        return None if made else template

    def _variables(self) -> None:
        """Make the values of an approved template; one that is part of an address is encoded."""
        template = self._text_template()
        tokens = Tokens(self._plain(template) if template is not None else ())
        places = addressed(tokens, tokens.text)
        inside, outside = set[int | None](), set[int | None]()
        for found in tokens.pattern.finditer(tokens.text):
            number = placeholder(tokens.marks[int(found[1])].piece)
            (inside if found.start() in places else outside).add(number)
        for at, variable in enumerate(self.message.variables, 1):
            body = self._line(variable)
            is_part = at in inside - outside
            self.fields[f"variables.{at - 1}"] = valued_in(body, "url") if is_part else body

    def _filled(self, body: tree.Body) -> tree.Body:
        """Return the text of an approved template with the values in their places."""
        if self.message.external_template is None:
            return body
        values = dict(enumerate(map(self._plain, self.message.variables), 1))

        def value(piece: tree.Piece) -> tree.Body | None:
            number = placeholder(piece)
            unknown = (tree.Text(text=f"{{{{{number}}}}}", span=piece.span),)
            return None if number is None else values.get(number, unknown)

        return rewritten(body, value)

    def _more(self) -> None:
        """Make the fields that only some channels have."""
        message = self.message
        self._addresses("image", self.content.image, mark=False)
        for at, button in enumerate(self.content.buttons):
            self.fields[f"buttons.{at}.label"] = self._line(button.label)
            self._addresses(f"buttons.{at}.url", button.url)
            self._addresses(f"buttons.{at}.deeplink", button.deeplink, mark=False)
        if message.open is not None:
            self._addresses("open.url", message.open.url)
            self._addresses("open.deeplink", message.open.deeplink, mark=False)
        self._variables()
        for name, header in message.headers.items():
            self.fields[f"headers.{name}"] = self._line(header)
        for at, screen in enumerate(message.screens):
            self.fields[f"screens.{at}.text"] = self._line(screen.text)
            self.fields[f"screens.{at}.button"] = self._line(screen.button)

    def _addresses(self, name: str, template: Template | None, *, mark: bool = True) -> None:
        if template is not None:
            body = self._plain(template)
            self.fields[name] = page_address(body, self.marks if mark else {})

    def _line(self, template: Template | None) -> tree.Body:
        return () if template is None else line(self._plain(template))

    def _plain(self, template: Template) -> tree.Body:
        read = self._read(template)
        return self._composed(self._composer({}), read.body, template.place.span)

    def _composer(
        self,
        slots: dict[tuple[str, str], tree.Body],
        files: Mapping[tuple[str, str], str] | None = None,
    ) -> Composer:
        lines = self.lines
        if slots:
            lines = {name: in_context(one, "html") for name, one in lines.items()}
        return Composer(self.library, self.facts, {**lines, **slots}, files)

    def _read(self, template: Template) -> Parsed:
        return self._told(self.library.inline(template))

    def _file(self, span: Span) -> Parsed:
        self.troubles += self.library.missing(self.content.file, span)
        return self._told(self.library.file(self.content.file))

    def _told(self, read: Parsed) -> Parsed:
        self.troubles += self.library.troubles(read)
        return read
