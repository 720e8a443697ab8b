"""The page of a code (`docs/codes/CRMnnn.md`) as data: for `crmspec explain` and for its test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_FILE = "campaigns/example.yaml"

_HEADING = re.compile(r"#\s+(CRM\d{3})\s+([a-z0-9]+(?:-[a-z0-9]+)*)\s*")
_FENCE = re.compile(r"(`{3,})\s*([\w-]*)\s*")
_SECTION = re.compile(r"##\s+(.+?)\s*")
_FILE = re.compile(r"#\s*file:\s*(\S+)\s*")
_MARKER = re.compile(
    r"[ \t]*#\s*(error|warning|info):\s*\[(CRM\d{3})\]\s*(.*?)\s*"
    r"(?=#\s*(?:error|warning|info):\s*\[CRM|$)"
)


class PageError(ValueError):
    """The page is not in the format of a code page."""


class Block(msgspec.Struct, frozen=True):
    """A fenced block: the section it is in, its language, its first line in the page, its text."""

    section: str
    language: str
    line: int
    content: str


class Marker(msgspec.Struct, frozen=True, order=True):
    """A finding that a line of an example promises; `message` is a part of the real one."""

    path: str
    line: int
    severity: str
    code: str
    message: str


class Example(msgspec.Struct, frozen=True):
    """Files to check, the findings they promise, and the exact output if the page shows it."""

    section: str
    line: int
    files: dict[str, bytes]
    markers: tuple[Marker, ...]
    output: Block | None
    exact: bool


class Page(msgspec.Struct, frozen=True):
    """What a page says; `summary` is its first paragraph, `body` all below the heading."""

    id: str
    slug: str
    summary: str
    body: str
    blocks: tuple[Block, ...]

    def examples(self) -> Iterator[Example]:
        """Yield the `yaml` and `bytes` blocks, each with the `text` block right after it."""
        for number, block in enumerate(self.blocks):
            if block.language not in ("yaml", "bytes"):
                continue
            following = self.blocks[number + 1 : number + 2]
            output = next((one for one in following if one.language == "text"), None)
            yield _example(block, output)


def parse(content: str) -> Page:
    """Return the page written in `content`.

    Raises:
        PageError: the heading is missing or malformed, or a fence is not closed.
    """
    head, _, body = content.partition("\n")
    heading = _HEADING.fullmatch(head)
    if heading is None:
        raise PageError(f"the first line must be `# CRMnnn slug`, not {head!r}")
    return Page(heading[1], heading[2], _summary(body), body.strip(), tuple(_blocks(body)))


def terminal(page: Page) -> str:
    """Return the page as plain text for a terminal: code is indented, markup is left out."""
    lines = [f"{page.id} {page.slug}", "", *_terminal_lines(page.body)]
    return "\n".join(lines) + "\n"


def _terminal_lines(body: str) -> Iterator[str]:
    fence = ""
    for line in body.splitlines():
        mark = _FENCE.fullmatch(line)
        if mark and not fence:
            fence = mark[1]
        elif fence and line.strip() == fence:
            fence = ""
        elif fence:
            yield f"    {line}".rstrip()
        else:
            yield line.removeprefix("## ")


def _summary(body: str) -> str:
    lines: list[str] = []
    for line in body.strip().splitlines():
        if not line.strip() or line.startswith("#"):
            break
        lines.append(line.strip())
    return " ".join(lines)


def _blocks(body: str) -> Iterator[Block]:
    section = fence = language = ""
    first = 0
    lines: list[str] = []
    for number, line in enumerate(body.splitlines(), 2):
        if fence:
            if line.strip() == fence:
                yield Block(section, language, first, "".join(f"{one}\n" for one in lines))
                fence = ""
            else:
                lines.append(line)
        elif mark := _FENCE.fullmatch(line):
            fence, language, first, lines = mark[1], mark[2], number + 1, []
        elif title := _SECTION.fullmatch(line):
            section = title[1]
    if fence:
        raise PageError(f"the block that begins in line {first} is not closed")


def _example(block: Block, output: Block | None) -> Example:
    if block.language == "bytes":
        files = {DEFAULT_FILE: _literal(block)}
        return Example(block.section, block.line, files, (), output, exact=True)
    texts = dict(_files(block.content))
    files = {path: strip_markers(content).encode() for path, content in texts.items()}
    markers = tuple(one for path, content in texts.items() for one in _markers(path, content))
    return Example(block.section, block.line, files, markers, output, exact=False)


def _literal(block: Block) -> bytes:
    from ast import literal_eval

    try:
        value = literal_eval(block.content.strip())
    except (ValueError, SyntaxError) as error:
        raise PageError(f"line {block.line}: not a Python bytes literal: {error}") from error
    if not isinstance(value, bytes):
        raise PageError(f"line {block.line}: not a Python bytes literal")
    return value


def _files(content: str) -> Iterator[tuple[str, str]]:
    """Yield each file of a block; lines before the first `# file:` belong to the default one."""
    path = DEFAULT_FILE
    lines: list[str] = []
    for line in content.splitlines(keepends=True):
        start = _FILE.fullmatch(line.rstrip("\n"))
        if start is None:
            lines.append(line)
            continue
        if "".join(lines).strip():
            yield path, "".join(lines)
        path, lines = start[1], []
    if lines or path != DEFAULT_FILE:
        yield path, "".join(lines)


def _markers(path: str, content: str) -> Iterator[Marker]:
    for number, line in enumerate(content.splitlines(), 1):
        for found in _MARKER.finditer(line):
            yield Marker(path, number, *found.groups())


def strip_markers(content: str) -> str:
    """Return the text without the comments that promise findings."""
    return "".join(
        _MARKER.sub("", line.rstrip("\n")) + ("\n" if line.endswith("\n") else "")
        for line in content.splitlines(keepends=True)
    )
