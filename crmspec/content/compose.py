"""Put the blocks, the slots and the message's own facts into a template."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import structs

from crmspec.content.library import FILE
from crmspec.content.rewrite import rewritten
from crmspec.content.trouble import Trouble
from crmspec.diagnostics.sentence import text
from crmspec.source import Span
from crmspec.template import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmspec.content.library import Library

MOST_PIECES: Final = 20_000
"""Pieces of a message with everything put in; blocks within blocks can double on and on."""
DEEPEST: Final = 64
"""Blocks inside one another."""
_BODY: Final = re.compile(r".*<mj-body[^>]*>(.*)</mj-body>.*", re.DOTALL)


class Composer:
    """One message being put together.

    `facts` are constants that templates name (`message.id`), `parts` whole bodies
    (`slots.content`, `message.preheader`); `files` are where these are from.
    """

    def __init__(
        self,
        library: Library,
        facts: Mapping[tuple[str, str], str | None],
        parts: Mapping[tuple[str, str], tree.Body],
        files: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self.library = library
        self.facts = facts
        self.parts = parts
        self.files = files or {}
        self.troubles: list[Trouble] = []
        self._inside: list[str] = []
        self._left = MOST_PIECES

    def composed(self, body: tree.Body, file: str = "") -> tree.Body:
        """Return the body with all that it includes; `file` is where it is from."""
        self._left -= len(body)
        if self._left < 0:
            return ()
        return rewritten(body, lambda piece: self._piece(piece, file), self._expression)

    @property
    def too_large(self) -> bool:
        """Say whether something had to be left out for its size."""
        return self._left < 0

    def _piece(self, piece: tree.Piece, file: str) -> tree.Body | None:
        if isinstance(piece, tree.Include):
            return self._block(piece)
        if isinstance(piece, tree.Text) and "<mj-include" in piece.text:
            return self._files(piece, file)
        if isinstance(piece, tree.Output):
            return self._part(piece)
        return None

    def _part(self, piece: tree.Output) -> tree.Body | None:
        path = piece.expression
        if not isinstance(path, tree.Path) or len(path.keys) != 1:
            return None
        name = (path.root, str(path.keys[0]))
        if name[0] == "slots" and name not in self.parts:
            return ()
        file = self.files.get(name, "")
        return self._guarded(".".join(name), lambda: self.parts.get(name), file)

    def _guarded(
        self, name: str, get: Callable[[], tree.Body | None], file: str
    ) -> tree.Body | None:
        """Return a body of a file composed, nothing if it is inside itself."""
        body = get()
        if body is None:
            return None
        if len(self._inside) == DEEPEST:
            self._left = -1
        if name in self._inside or self.too_large:
            return ()
        self._inside.append(name)
        made = self.composed(body, file)
        self._inside.pop()
        return made

    def _block(self, piece: tree.Include) -> tree.Body | None:
        block = self.library.program.blocks.get(piece.block)
        if block is None:
            return None
        read = self.library.of(block)
        self.troubles += self.library.troubles(read)
        self.troubles += self.library.missing(block.file, block.place.value("file"))
        return self._guarded(f"block {piece.block}", lambda: read.body, block.file or "")

    def _expression(self, node: tree.Node) -> tree.Node:
        if isinstance(node, tree.Path) and len(node.keys) == 1:
            name = (node.root, str(node.keys[0]))
            if name in self.facts:
                return tree.Constant(value=self.facts[name], span=node.span)
        return node

    def _files(self, piece: tree.Text, file: str) -> tree.Body:
        """Return a text with the MJML files that it names, as far as they are in the project."""
        made: list[tree.Piece] = []
        at = 0
        for found in FILE.finditer(piece.text):
            made += _part_of(piece, at, found.start())
            made += self._file(found[1], _span(piece, found.start(), found.end()), file)
            at = found.end()
        return (*made, *_part_of(piece, at, len(piece.text)))

    def _file(self, path: str, span: Span, file: str) -> tree.Body:
        name = self.library.beside(path, file)
        if name not in self.library.program.files:
            message = text("there is no template `{file}`", file=path)
            hint = text("files are taken from the templates folder only")
            self.troubles.append(Trouble("include", span, message, hint))
            return ()
        read = self.library.file(name)
        self.troubles += self.library.troubles(read, "include")
        return self._guarded(f"file {name}", lambda: read.body, name) or ()


def _part_of(piece: tree.Text, start: int, end: int) -> tree.Body:
    if start == end:
        return ()
    return (structs.replace(piece, text=piece.text[start:end], span=_span(piece, start, end)),)


def _span(piece: tree.Text, start: int, end: int) -> Span:
    if piece.span.end - piece.span.start != len(piece.text):
        return piece.span
    return Span(piece.span.path, piece.span.start + start, piece.span.start + end)
