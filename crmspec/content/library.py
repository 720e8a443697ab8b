"""The templates of a project, each read once."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Final

from crmspec.content.trouble import Trouble
from crmspec.diagnostics.sentence import text
from crmspec.template.inline import origin_of
from crmspec.template.origin import whole_file
from crmspec.template.parse import parse
from crmspec.template.problem import Parsed
from crmspec.template.reading import pieces
from crmspec.template.tree import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.content.trouble import Kind
    from crmspec.ir.message import Block, Layout
    from crmspec.ir.program import Program
    from crmspec.ir.value import Template
    from crmspec.source import Source, Span

FILE: Final = re.compile(
    r"<mj-include\s[^>]*?path=[\"']([^\"'>]*)[\"'][^>]*?(?:/>|>\s*</mj-include>)"
)
"""How MJML takes in another file; the path is the group."""
_NOTHING: Final = Parsed(body=())


class Library:
    """Templates by where they stand; `sources` are the YAML files, for exact places in them."""

    def __init__(self, program: Program, sources: Mapping[str, Source] | None = None) -> None:
        self.program = program
        self.folder = program.project.paths.templates if program.project.paths else "templates"
        self.sources = sources or {}
        self._files: dict[str, Parsed] = {}
        self._inline: dict[int, tuple[Template, Parsed]] = {}

    def inline(self, template: Template | None) -> Parsed:
        """Return a template of a YAML file; an empty one for None."""
        if template is None:
            return _NOTHING
        known = self._inline.get(id(template))
        if known is None:
            node = template.place.node
            source = self.sources.get(node.path) if node is not None else None
            known = (template, parse(template.source, origin_of(node, source)))
            self._inline[id(template)] = known
        return known[1]

    def file(self, name: str | None) -> Parsed:
        """Return a template file by its path below the templates folder; empty if not there."""
        if name is None or name not in self.program.files:
            return _NOTHING
        if name not in self._files:
            origin = whole_file(f"{self.folder}/{name}")
            self._files[name] = parse(self.program.files[name], origin)
        return self._files[name]

    def of(self, resource: Block | Layout) -> Parsed:
        """Return the template of a block or a layout."""
        if resource.template is not None:
            return self.inline(resource.template)
        return self.file(resource.file)

    def beside(self, path: str, file: str) -> str:
        """Return the name of a file that another names: beside it, or below the folder."""
        name = normpath(join(dirname(file), path))
        return name if name in self.program.files else normpath(path)

    def joined(self, read: Parsed, file: str | None) -> tuple[Parsed, ...]:
        """Return a template and all that it takes in by `mj-include`, each file once."""
        if read is _NOTHING:
            return (read,)
        found = {file or "": read}
        waiting = [file or ""]
        while waiting:
            name = waiting.pop()
            for path in _included(found[name]):
                other = self.beside(path, name)
                if other in self.program.files and other not in found:
                    found[other] = self.file(other)
                    waiting.append(other)
        return tuple(found.values())

    def troubles(self, read: Parsed, kind: Kind = "template") -> list[Trouble]:
        """Return what is wrong with a template."""
        return [
            Trouble(kind, problem.span, problem.message, problem.help) for problem in read.problems
        ]

    def missing(self, name: str | None, span: Span) -> list[Trouble]:
        """Return what is to be said of a file that is not below the templates folder."""
        if name is None or name in self.program.files:
            return []
        message = text("there is no template `{file}`", file=name)
        return [Trouble("file", span, message, None)]


def _included(read: Parsed) -> Iterator[str]:
    for piece in pieces(read.body):
        if isinstance(piece, Text) and "<mj-include" in piece.text:
            yield from FILE.findall(piece.text)
