"""Edits of a document that make a field say something else, and leave all around it as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Edit
from crmspec.document import Mapping, Node, Scalar, Sequence
from crmspec.document.quote import line_end, line_start
from crmspec.document.write import block, flow, key, literal
from crmspec.engine.align import align
from crmspec.engine.body import same
from crmspec.source import Span, with_breaks_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.document import Entry

_INCLUDE = "{% include"


class CannotEditError(Exception):
    """What is written cannot be led over into what is wanted, part by part."""


class Editor:
    """Makes the edits of one file; `text` is its text, `whole` allows to write fields anew."""

    def __init__(self, text: str, *, whole: bool = False) -> None:
        self._text = text
        self._whole = whole

    def field(self, node: Mapping, name: str, before: object, after: object) -> list[Edit]:
        """Return the edits by which the field `name` says `after` instead of `before`.

        Both are in full form; None means that the field is absent.

        Raises:
            CannotEditError: what is written there says `before` in a way that is not understood.
        """
        return list(self._field(node, name, before, after))

    def _field(self, node: Mapping, name: str, before: object, after: object) -> Iterator[Edit]:
        entry = node.entries.get(name)
        if after is None:
            if entry is not None:
                yield self._without(node, entry)
        elif entry is None and isinstance(before, list) and isinstance(after, list):
            if len(before) != 1 or len(after) != 1:
                raise CannotEditError
            yield from self._value(node, before[0], after[0])  # one case stands without `cases`
        elif entry is None:
            yield self._with(node, name, after)
        elif self._whole:
            yield self._replaced(entry.value, after)
        else:
            yield from self._value(entry.value, before, after)

    def _value(self, node: Node, before: object, after: object) -> Iterator[Edit]:
        if same(before, after):
            return
        match node:
            case Mapping() if isinstance(before, dict) and isinstance(after, dict):
                for name in dict.fromkeys((*before, *after)):
                    if not same(before.get(name), after.get(name)):
                        yield from self._field(node, name, before.get(name), after.get(name))
            case Sequence() if isinstance(before, list) and isinstance(after, list):
                yield from self._items(node, before, after)
            case _:
                yield from self._short(node, before, after)

    def _short(self, node: Node, before: object, after: object) -> Iterator[Edit]:
        """Look into what the written short form stands for: `1h` for `{for: 1h}`."""
        if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
            changed = [name for name in before if not same(before[name], after[name])]
            if len(before) == 1 and len(changed) == 1:
                yield from self._value(node, before[changed[0]], after[changed[0]])
                return
        if isinstance(before, list) and isinstance(after, list) and len(before) == len(after) == 1:
            yield from self._value(node, before[0], after[0])
            return
        if isinstance(before, dict | list):
            raise CannotEditError
        yield self._replaced(node, after)

    def _items(self, node: Sequence, before: list[object], after: list[object]) -> Iterator[Edit]:
        at = [n for n, item in enumerate(node.items) if not _is_note(item)]
        if len(node.items) == len(before):
            at = [*range(len(before))]
        if len(at) != len(before) or not at:
            raise CannotEditError
        pairs = align(before, after)
        kept = [index for index in pairs if index is not None]
        if kept != sorted(kept):
            raise CannotEditError
        for gone in sorted(set(range(len(before))) - set(kept)):
            yield self._without_item(node, at[gone])
        last: int | None = None
        for index, item in zip(pairs, after, strict=True):
            if index is None:
                yield self._with_item(node, last, item)
            else:
                last = at[index]
                yield from self._value(node.items[last], before[index], item)

    def _replaced(self, node: Node, after: object) -> Edit:
        if isinstance(node, Scalar) and _INCLUDE in str(node.data):
            raise CannotEditError
        column = self._column(node.start)
        if isinstance(node, Mapping | Sequence) and self._text[node.start] not in "{[":
            return Edit(node.span, block(after, column) if after else flow(after))
        margin = len(self._line(node.start)) - len(self._line(node.start).lstrip())
        if isinstance(after, str) and literal(after) and "{" not in self._line(node.start)[:column]:
            lines = [f"{' ' * (margin + 2)}{one}" if one else "" for one in after.splitlines()]
            return Edit(node.span, "\n".join([literal(after), *lines]))
        end = "\n" if self._text[node.start : node.end].endswith("\n") else ""
        return Edit(node.span, flow(after) + end)

    def _with(self, node: Mapping, name: str, value: object) -> Edit:
        """Add an entry after the last one."""
        if not node.entries:
            raise CannotEditError
        last = [*node][-1]
        if self._text[node.start] == "{":
            at = last.value.end
            return Edit(Span(node.path, at, at), f", {key(name)}: {flow(value)}")
        margin = self._column(next(iter(node)).key_start)
        return self._line_after(last.value, margin, block({name: value}, margin))

    def _with_item(self, node: Sequence, last: int | None, value: object) -> Edit:
        first = node.items[0]
        if self._text[node.start] == "[":
            if last is None:
                return Edit(Span(node.path, first.start, first.start), f"{flow(value)}, ")
            at = node.items[last].end
            return Edit(Span(node.path, at, at), f", {flow(value)}")
        margin = self._column(node.start)
        written = block([value], margin)
        if last is None:
            at = line_start(self._text, first.start)
            return Edit(Span(node.path, at, at), f"{' ' * margin}{written}\n")
        return self._line_after(node.items[last], margin, written)

    def _line_after(self, node: Node, margin: int, written: str) -> Edit:
        end = node.end - (self._text[node.start : node.end].endswith("\n"))
        at = line_end(self._text, end)
        at -= self._text[at - 1] == "\r"
        return Edit(Span(node.path, at, at), f"\n{' ' * margin}{written}")

    def _without(self, node: Mapping, entry: Entry) -> Edit:
        if len(node.entries) == 1:
            raise CannotEditError
        return self._cut(node, [(e.key_start, e.value.end) for e in node], entry.key_start)

    def _without_item(self, node: Sequence, index: int) -> Edit:
        if len(node.items) == 1:
            raise CannotEditError
        return self._cut(node, [(i.start, i.end) for i in node.items], node.items[index].start)

    def _cut(self, node: Node, places: list[tuple[int, int]], start: int) -> Edit:
        """Take out the part that begins at `start`: its lines, or up to a comma."""
        index = [begin for begin, _ in places].index(start)
        if self._text[node.start] in "{[":
            if index + 1 < len(places):
                return Edit(Span(node.path, start, places[index + 1][0]), "")
            return Edit(Span(node.path, places[index - 1][1], places[index][1]), "")
        end = places[index][1]
        end -= self._text[start:end].endswith("\n")
        first = line_start(self._text, start)
        if self._text[first:start].strip(" -"):
            raise CannotEditError
        if "-" in self._text[first:start] and isinstance(node, Mapping):
            raise CannotEditError
        return Edit(Span(node.path, first, min(line_end(self._text, end) + 1, len(self._text))), "")

    def _column(self, offset: int) -> int:
        return offset - line_start(self._text, offset)

    def _line(self, offset: int) -> str:
        return self._text[line_start(self._text, offset) : line_end(self._text, offset)]


def _is_note(item: Node) -> bool:
    """Say whether a step only tells readers something: no target gets it."""
    return isinstance(item, Mapping) and "note" in item.entries


def applied(text: str, edits: list[Edit]) -> str:
    """Return the text with the edits made; of those at one place, the first stands first.

    What is written gets the line breaks of the text.

    Raises:
        CannotEditError: two of them overlap.
    """
    at, source = len(text), text
    places = sorted((edit.span.start, number) for number, edit in enumerate(edits))
    for _, number in reversed(places):
        edit = edits[number]
        if edit.span.end > at:
            raise CannotEditError
        written = with_breaks_of(source, edit.replacement)
        text = text[: edit.span.start] + written + text[edit.span.end :]
        at = edit.span.start
    return text
