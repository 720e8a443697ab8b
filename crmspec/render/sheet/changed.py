"""What differs between two states of a sheet, in the words in which it is read."""

from __future__ import annotations

from difflib import ndiff
from typing import TYPE_CHECKING

from crmspec.engine.align import align
from crmspec.engine.text import pieces
from crmspec.render.sheet.model import Changed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.render.sheet.model import Field, Line, Sheet
    from crmspec.render.sheet.speech import Speech


_LONGEST = 300


def changes(before: Sheet, after: Sheet, speech: Speech) -> tuple[Changed, ...]:
    """Return every value that a person has to enter anew, add or take away."""
    return (*_fields(before, after), *_steps(before, after, speech))


def _fields(before: Sheet, after: Sheet) -> Iterator[Changed]:
    old = {
        (part.key, field.key): (part.title, field) for part in before.parts for field in part.fields
    }
    new = {
        (part.key, field.key): (part.title, field) for part in after.parts for field in part.fields
    }
    for key in dict.fromkeys((*new, *old)):
        title, field = new.get(key) or old[key]
        was = old[key][1] if key in old else None
        now = new[key][1] if key in new else None
        if was is None or now is None or was.said != now.said:
            yield changed(field.label or title, _read(was, now), _read(now, was))


def _read(field: Field | None, other: Field | None) -> str:
    """Return what to show of a value: its words, or what is copied if the words are the same."""
    if field is None:
        return ""
    if not field.value or (other is not None and other.value == field.value):
        return field.code or field.value
    return field.value


def changed(label: str, before: str, after: str) -> Changed:
    """Return a change; of texts with several lines, only the lines that differ are shown."""
    short = len(pieces(before)) == len(pieces(after)) == 1
    if short or not (before and after):
        return Changed(label=label, before=before, after=after)
    lines = ndiff(pieces(before), pieces(after))
    shown = tuple(_cut(line) for line in lines if line[0] in "-+")
    return Changed(label=label, before=before, after=after, lines=shown)


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _steps(before: Sheet, after: Sheet, speech: Speech) -> Iterator[Changed]:
    old, new = before.steps, after.steps
    pairs = align([_item(line) for line in old], [_item(line) for line in new])
    kept = {at for at in pairs if at is not None}
    for place, line in enumerate(old):
        if place not in kept:
            label = speech.word("old_step", number=line.number)
            yield Changed(label=label, before=_said(line), after="")
    for at, line in zip(pairs, new, strict=True):
        label = speech.word("step", number=line.number)
        if at is None:
            yield Changed(label=label, before="", after=_said(line))
        elif _item(old[at]) != _item(line):
            yield Changed(label=label, before=_said(old[at]), after=_said(line))


def _item(line: Line) -> dict[str, object]:
    """Return a step as lists of steps are compared: by its id, or by what it is."""
    data: dict[str, object] = {"text": line.text, f"kind {line.sign or line.arm}": line.depth}
    data["fields"] = [list(field.said) for field in line.fields]
    return data | ({"id": line.id} if line.id else {})


def _said(line: Line) -> str:
    words = [
        f"{field.label} {field.value or field.code}".strip() for field in line.fields if field.label
    ]
    return "; ".join([f"{line.sign} {line.text}".strip(), *words])
