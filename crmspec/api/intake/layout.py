"""Files of a project made of pieces: which file has what, and how an author would set it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmspec.api.intake.piece import ORDER, Piece
from crmspec.document.write import WIDTH, flow, lines
from crmspec.document.write import key as quoted
from crmspec.engine.file_name import file_name
from crmspec.ir.program import KEYS
from crmspec.ir.short import shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from crmspec.engine.resource import Address

_SMALL = frozenset({"event", "attribute", "segment", "channel", "consent", "list", "tag"})
"""Kinds of which an entry may stand on one line."""
_FOLDERS = {"message": "messages", "layout": "layouts"}
_TEMPLATE = "source"


@dataclass
class Written:
    """The texts by path in the project, and by path below its templates; who stands where."""

    files: dict[str, str] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)
    entries: dict[Address, tuple[str, int, int]] = field(default_factory=dict)
    sources: dict[str, Address] = field(default_factory=dict)

    def at(self, path: str, offset: int) -> Address | None:
        """Return whose entry holds an offset of a file."""
        for address, (where, start, end) in self.entries.items():
            if where == path and start <= offset < end:
                return address
        return None


class Layout:
    """Sets pieces into files below a folder; names in `taken` are not used again."""

    def __init__(self, folder: str, taken: Collection[str], templates: Collection[str]) -> None:
        self._folder = folder
        self._taken = {name.lower() for name in taken}
        self._templates = {name.lower() for name in templates}
        self._head = ""

    def headed(self, line: str) -> Layout:
        """Let each file begin with a comment."""
        self._head = f"# {line}\n"
        return self

    def write(self, pieces: Mapping[Address, Piece]) -> Written:
        """Return the files of the pieces."""
        made, names, users = Written(), _Names(self._taken), _users(pieces)
        groups: dict[str, list[Piece]] = {}
        for address in sorted(pieces, key=lambda one: (ORDER[one.kind], one)):
            home = _home(address, users)
            groups.setdefault(home, []).append(pieces[address])
        for home, group in groups.items():
            path = names.free(f"{self._folder}/{home}" if self._folder != "." else home, ".yaml")
            made.files[path] = self._text(path, group, made)
        return made

    def _text(self, path: str, group: Iterable[Piece], made: Written) -> str:
        text, kind = self._head, ""
        templates = _Names(self._templates | {name.lower() for name in made.templates})
        for piece in group:
            if piece.address.kind != kind:
                kind = piece.address.kind
                text += f"{KEYS[kind]}:\n" if text == self._head else f"\n{KEYS[kind]}:\n"
            elif kind not in _SMALL:
                text += "\n"
            fields = _filed(piece, templates, made)
            entry = _entry(piece, shortened(kind, fields))
            made.entries[piece.address] = (path, len(text), len(text) + len(entry))
            text += entry
        return text


class _Names:
    """Gives names that are not taken."""

    def __init__(self, taken: Collection[str]) -> None:
        self._taken = set(taken)

    def free(self, stem: str, suffix: str) -> str:
        name, number = f"{stem}{suffix}", 2
        while name.lower() in self._taken:
            name, number = f"{stem}_{number}{suffix}", number + 1
        self._taken.add(name.lower())
        return name


def _users(pieces: Mapping[Address, Piece]) -> dict[Address, set[Address]]:
    """Return what refers to each object."""
    found = {used: set(piece.users) for used, piece in pieces.items()}
    for user, piece in pieces.items():
        for used in piece.remote.depends if piece.remote is not None else ():
            found.setdefault(used, set()).add(user)
    return found


def _home(address: Address, users: Mapping[Address, set[Address]]) -> str:
    """Return the file of a piece without its suffix; a message stands with its only chain."""
    if address.kind == "chain":
        return f"chains/{address.id}"
    mine = [one.id for one in users.get(address, ()) if one.kind == "chain"]
    if address.kind == "message" and len(mine) == len(users.get(address, ())) == 1:
        return f"chains/{mine[0]}"
    return KEYS[address.kind]


def _filed(piece: Piece, names: _Names, made: Written) -> dict[str, object]:
    """Return the fields with the texts of templates in files of their own."""
    folder = _FOLDERS.get(piece.address.kind)
    if folder is None:
        return piece.written()

    def moved(fields: Mapping[str, object], stem: str) -> Iterator[tuple[str, object]]:
        for key, value in fields.items():
            if key == _TEMPLATE and isinstance(value, str):
                name = names.free(stem, _suffix(value))
                made.templates[name], made.sources[name] = value, piece.address
                yield "file", name
            elif key == "locales" and isinstance(value, dict):
                yield (
                    key,
                    {one: in_locale(it, f"{stem}_{file_name(one)}") for one, it in value.items()},
                )
            else:
                yield key, value

    def in_locale(value: object, stem: str) -> object:
        return dict(moved(value, stem)) if isinstance(value, dict) else value

    return dict(moved(piece.written(), f"{folder}/{file_name(piece.address.id)}"))


def _suffix(source: str) -> str:
    if "<mj" in source:
        return ".mjml"
    return ".html" if "<" in source else ".txt"


def _entry(piece: Piece, fields: dict[str, object]) -> str:
    """Return the lines of an entry, comments above it."""
    made = [
        f"  # crmspec: ignore[{code}] as it was on the target" for code in sorted(piece.ignored)
    ]
    name = f"  {quoted(piece.address.id)}:"
    tail = f"  # {' '.join(piece.remark.split())}" if piece.remark else ""
    one = f"{name} {flow(fields)}"
    if not fields or (piece.address.kind in _SMALL and len(one) <= WIDTH):
        made.append(one + tail)
    else:
        made.append(f"{name}{tail}")
        made.extend(f"    {line}" if line else "" for line in _lines(fields))
    return "\n".join(made) + "\n"


def _lines(fields: dict[str, object]) -> Iterator[str]:
    for key, value in fields.items():
        if key == "steps" and isinstance(value, list) and value:
            yield "steps:"
            yield from (f"  {line}" for step in value for line in lines([step], WIDTH - 6))
        else:
            yield from lines({key: value}, WIDTH - 4)
