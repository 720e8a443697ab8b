"""Put the project's variables in place of `${vars.name}`; other `${…}` belongs to other systems."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.diagnostics.suggestion import nearest
from crmspec.document.codes import UNKNOWN_VARIABLE
from crmspec.document.node import Entry, Mapping, Node, Scalar, Sequence
from crmspec.document.trim import without_resources
from crmspec.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Table

_MARK: Final = "${vars."
_USE: Final = re.compile(r"\$\{vars\.([^{}\s\"']*)(\}?)")


def interpolate(
    documents: Iterable[Mapping],
    variables: Table[str, object],
    sources: Table[str, Source] | None = None,
) -> tuple[list[Mapping], list[Diagnostic]]:
    """Return the documents with variables filled in, and findings on unknown ones.

    A scalar that is one `${vars.name}` takes the variable's type, inside other text its spelling.
    Resources that use unknown variables are left out, and, without a finding, those that use
    variables whose value is None. `sources`, by path, sharpen the places.
    """
    filling = _Filling(variables, sources or {})
    filled = [filling.document(document) for document in documents]
    return without_resources(filled, [*filling.findings, *filling.hollow]), filling.findings


class _Filling:
    def __init__(self, variables: Table[str, object], sources: Table[str, Source]) -> None:
        self.variables = variables
        self.sources = sources
        self.findings: list[Diagnostic] = []
        self.hollow: list[Diagnostic] = []

    def document(self, document: Mapping) -> Mapping:
        source = self.sources.get(document.path)
        if source is not None and _MARK not in source.text:
            return document
        filled = self.node(document)
        return filled if isinstance(filled, Mapping) else document

    def node(self, node: Node) -> Node:
        """Return the node itself if there is nothing to fill in below it."""
        if isinstance(node, Scalar):
            data = node.data
            return self.scalar(node, data) if isinstance(data, str) and _MARK in data else node
        if isinstance(node, Sequence):
            return self.sequence(node)
        return self.mapping(node) if isinstance(node, Mapping) else node

    def sequence(self, node: Sequence) -> Sequence:
        items = [self.node(item) for item in node.items]
        if all(new is old for new, old in zip(items, node.items, strict=True)):
            return node
        return Sequence(node.path, node.start, node.end, items)

    def mapping(self, node: Mapping) -> Mapping:
        values = [self.node(entry.value) for entry in node]
        if all(new is entry.value for new, entry in zip(values, node, strict=True)):
            return node
        entries = {
            old.key: Entry(old.key, old.key_start, old.key_end, new)
            for old, new in zip(node, values, strict=True)
        }
        return Mapping(node.path, node.start, node.end, entries)

    def scalar(self, node: Scalar, data: str) -> Scalar:
        for number, use in enumerate(_USE.finditer(data)):
            if use[1] not in self.variables or not use[2]:
                self.findings.append(self.unknown(node, use, number))
            elif self.variables[use[1]] is None:
                self.hollow.append(self.unknown(node, use, number))
        whole = _USE.fullmatch(data)
        value = self.value(whole) if whole else _USE.sub(self.spelling, data)
        return Scalar(node.path, node.start, node.end, value, node.style)

    def value(self, use: re.Match[str]) -> bool | int | float | str:
        value = self.variables.get(use[1]) if use[2] else None
        return value if isinstance(value, bool | int | float | str) else use[0]

    def spelling(self, use: re.Match[str]) -> str:
        value = self.value(use)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def unknown(self, node: Scalar, use: re.Match[str], number: int) -> Diagnostic:
        label = Label(self.place(node, number))
        if not use[2]:
            message = text("a variable is not closed with a brace")
            hint = text("write `{use}`", use=f"{use[0]}}}")
        else:
            message = text("the variable `{name}` is not defined", name=use[1])
            near = nearest(use[1], self.variables)
            hint = text("define it under `vars` in the project file, `crmspec.yaml`")
            hint = text("did you mean `{name}`?", name=near) if near else hint
        return Diagnostic(code=UNKNOWN_VARIABLE, message=message, label=label, help=(hint,))

    def place(self, node: Scalar, number: int) -> Span:
        """Return the place of the use in the source, or of the whole text if it is escaped."""
        source = self.sources.get(node.path)
        written = source.text[node.start : node.end] if source is not None else ""
        for index, use in enumerate(_USE.finditer(written)):
            if index == number:
                return Span(node.path, node.start + use.start(), node.start + use.end())
        return node.span
