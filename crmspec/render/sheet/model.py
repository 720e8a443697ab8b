"""A build sheet as its reader sees it, before it is Markdown or HTML."""

from __future__ import annotations

import msgspec

from crmspec.engine.task import Deed
from crmspec.render.mermaid import Graph


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One value to enter: in words, and as something to copy where that is needed.

    `key` names it for machines and between two states of a sheet; `notes` are warnings; `href`
    leads to the sheet of what the value names.
    """

    key: str
    label: str
    value: str = ""
    code: str = ""
    syntax: str = "text"
    notes: tuple[str, ...] = ()
    href: str = ""

    @property
    def said(self) -> tuple[str, str]:
        """Return what a reader compares."""
        return self.value, self.code


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a chain, or the beginning of one of its ways (`arm`), `depth` ways inside."""

    number: str
    depth: int
    text: str
    sign: str = ""
    id: str = ""
    arm: bool = False
    fields: tuple[Field, ...] = ()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Values that are entered at one place."""

    key: str
    title: str
    fields: tuple[Field, ...]
    about: str = ""


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """What must be there first; `href` leads to its sheet if it has one still to be done."""

    address: str
    title: str
    href: str = ""


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A value that is not as it was confirmed; an empty side is absent.

    Of a long text, `lines` are those that differ, each after `-` or `+`; `after` is to be copied.
    """

    label: str
    before: str
    after: str
    lines: tuple[str, ...] = ()


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on one page; `done` says who confirmed it last; `version` names its state.

    `command` is what notes that it is done; empty where nobody keeps track of it.
    """

    address: str
    kind: str
    title: str
    target: str
    platform: str
    deed: Deed | None
    command: str
    version: str
    source: str = ""
    about: str = ""
    done: str = ""
    changes: tuple[Changed, ...] = ()
    needs: tuple[Need, ...] = ()
    parts: tuple[Part, ...] = ()
    steps: tuple[Line, ...] = ()
    graph: Graph | None = None
