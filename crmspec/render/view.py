"""A program as one reader sees it: in a language, with links to sources, indexed once."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from crmspec.diagnostics.catalog import translate
from crmspec.render.cadence import cadence
from crmspec.render.index import Index
from crmspec.render.journey import Journey
from crmspec.render.step import StepWords
from crmspec.render.table import Item
from crmspec.render.trigger import TriggerWords
from crmspec.render.vocabulary import Vocabulary
from crmspec.render.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.value import Plain, Ref, Resource
    from crmspec.render.cadence import Cadence
    from crmspec.render.table import Map
    from crmspec.source import Source, Span

DEFAULT_ROOT = "../.."
"""The way from the default output folder, `out/maps`, to the project."""


_quoted = lru_cache(maxsize=1 << 12)(quote)
"""Paths for links: many things stand in one file."""


class View:
    """What every renderer is given.

    `sources` turn offsets into lines; `root` leads from the output folder to the project's.
    """

    def __init__(
        self,
        program: Program,
        lang: str = "en",
        sources: Mapping[str, Source] | None = None,
        root: str = DEFAULT_ROOT,
    ) -> None:
        self.program = program
        self.vocabulary = Vocabulary(lang)
        self.sources = sources or {}
        self.root = root
        self.words = Words(program, self.vocabulary)
        self.triggers = TriggerWords(self.words)
        self.steps = StepWords(self.words)
        self._items: dict[tuple[str, str], Item] = {}
        self._maps: dict[str, Map] = {}
        self._cadences: dict[str, Cadence] = {}

    @property
    def lang(self) -> str:
        """Return the language of the reader."""
        return self.vocabulary.lang

    @cached_property
    def index(self) -> Index:
        """Who refers to what, found once for all renderers."""
        return Index(self.program)

    @cached_property
    def journey(self) -> Journey:
        """The stages with what belongs to them."""
        return Journey(self.program)

    def map(self, name: str, build: Callable[[View], Map]) -> Map:
        """Return a map, built once however many renderers show it."""
        if name not in self._maps:
            self._maps[name] = build(self)
        return self._maps[name]

    def cadence(self, chain: Chain) -> Cadence:
        """Return the rhythm of a chain, found once."""
        if chain.id not in self._cadences:
            self._cadences[chain.id] = cadence(chain)
        return self._cadences[chain.id]

    def line(self, span: Span) -> int | None:
        """Return the line a span begins on, if its source is known."""
        source = self.sources.get(span.path)
        return source.position(span.start).line if source else None

    def href(self, span: Span) -> str:
        """Return the link from the output folder to a place in the sources."""
        return self._href(span.path, self.line(span))

    def _href(self, path: str, line: int | None) -> str:
        if not path:
            return ""
        return f"{self.root}/{_quoted(path)}" + (f"#L{line}" if line else "")

    def item(self, kind: str, resource: Resource, note: str = "", span: Span | None = None) -> Item:
        """Return a resource as a cell item that links to where it is written."""
        key = (kind, resource.id)
        if note or span:
            return self._item(kind, resource, note, span)
        if key not in self._items:
            self._items[key] = self._item(kind, resource, "", None)
        return self._items[key]

    def _item(self, kind: str, resource: Resource, note: str, span: Span | None) -> Item:
        at = span or resource.place.name
        data: dict[str, object] = {"kind": kind, "id": resource.id, "title": resource.title}
        line = self.line(at)
        if at.path:
            data |= {"path": at.path, "line": line}
        if note:
            data["note"] = note
        return Item(
            resource.title or resource.id, resource.id, note, self._href(at.path, line), data
        )

    def ref(self, ref: Ref, note: str = "") -> Item:
        """Return what a reference points to; an undeclared one links to where it is named."""
        found = self.program.find(ref.kind, ref.id)
        if found is not None:
            return self.item(ref.kind, found, note)
        data: Plain = {"kind": ref.kind, "id": ref.id, "declared": False}
        return Item(ref.id, ref.id, note, self.href(ref.place.span), data)

    def word(self, family: str, value: str | None) -> tuple[Item, ...]:
        """Return a cell of one value of a closed set; machines get the value as written."""
        return (Item(self.vocabulary.word(family, value), data=value),) if value else ()

    def say(self, sentence: Text) -> str:
        """Return a sentence in the reader's language."""
        return translate(sentence, self.lang)

    def text(self, text: str | None) -> tuple[Item, ...]:
        """Return a cell of one text, or an empty one."""
        return (Item(text),) if text else ()
