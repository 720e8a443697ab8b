"""A project's messages with the made-up customers to see them with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.api.check import check_path
from crmspec.api.examine import READ_ONLY
from crmspec.api.unknown import UnknownNameError
from crmspec.content.fixture import Fixtures
from crmspec.content.parts import Messages, main_locale
from crmspec.diagnostics.suggestion import nearest
from crmspec.render.preview.card import card
from crmspec.render.preview.page import page
from crmspec.render.preview.seen import seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from crmspec.api.check import CheckResult
    from crmspec.content.fixture import Fixture
    from crmspec.content.parts import Parts
    from crmspec.ir.message import Message
    from crmspec.render.preview.seen import Seen


class Studio:
    """Shows messages of a project that has been read."""

    def __init__(self, result: CheckResult) -> None:
        self.program = result.program
        self.sources = result.report.sources
        self.errors = sum(finding.level == "error" for finding in result.report.findings)
        self.messages = Messages(self.program, self.sources)
        self.fixtures = Fixtures(self.program)

    @classmethod
    def at(cls, path: Path | None) -> Studio:
        """Read the project at or around a path, the current folder by default.

        Raises:
            NothingToReadError: there is no project.
        """
        return cls(check_path(path, READ_ONLY))

    def message(self, id_: str) -> Message:
        """Return a message; raises `UnknownNameError`."""
        return self.program.messages[known("message", id_, self.program.messages)]

    def parts(self, message: Message, locale: str | None = None) -> Parts:
        """Return a message in a language: by default the project's, or the first it has.

        Raises:
            UnknownNameError: the message is not written in the language.
        """
        return self.messages.parts(message, self.locale(message, locale))

    def locale(self, message: Message, wanted: str | None) -> str | None:
        """Return the language to show a message in; None for one that has its own texts only."""
        project = self.program.project.locales
        default = project.default if project is not None else None
        if wanted is None:
            return main_locale(self.program, message)
        if not message.locales and wanted == default:
            return None
        return known("locale", wanted, message.locales)

    def customers(self, parts: Parts, names: Iterable[str] = ()) -> tuple[Fixture, ...]:
        """Return the named customers, by default the persona that the project has first.

        Raises:
            UnknownNameError: there is no such persona, nor a made-up customer of that name.
        """
        every = {one.id: one for one in self.everybody(parts)}
        chosen = [every[known("persona", name, every)] for name in names]
        return tuple(chosen) or (every[self.first()],)

    def everybody(self, parts: Parts) -> tuple[Fixture, ...]:
        """Return all customers that a message can be seen with."""
        return self.fixtures.of(parts.message, parts.locale)

    def first(self) -> str:
        """Return the persona that stands first in the project, or the typical customer."""
        places = {
            id_: (one.place.name.path, one.place.name.start)
            for id_, one in self.program.personas.items()
        }
        return min(places, key=places.__getitem__, default="typical")

    def seen(self, parts: Parts, customers: Sequence[Fixture]) -> tuple[Seen, ...]:
        """Return the message as each customer gets it."""
        return tuple(seen(parts, one) for one in customers)

    def page(self, parts: Parts, customers: Sequence[Fixture], lang: str) -> str:
        """Return the page of a message."""
        cards = [card(self.program, one) for one in self.seen(parts, customers)]
        return page(cards, lang, self.sources)


def known(kind: str, name: str, names: Iterable[str]) -> str:
    """Return a name; raises `UnknownNameError` if it is not among the names."""
    there = tuple(names)
    if name not in there:
        raise UnknownNameError(kind, name, nearest(name, there))
    return name
