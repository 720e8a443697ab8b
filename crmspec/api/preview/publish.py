"""Write previews as pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmspec.api.preview.studio import Studio
from crmspec.engine.file_name import file_name

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Order:
    """What to show: messages (all if none), customers, language, and where to write it."""

    messages: tuple[str, ...]
    personas: tuple[str, ...]
    locale: str | None
    output: Path
    every: bool = False
    """With every persona and made-up customer."""


@dataclass(frozen=True)
class Published:
    """The pages by the order of the messages; `wrong` counts messages with mistakes."""

    written: tuple[Path, ...]
    wrong: int


def publish(project: Path | None, order: Order, lang: str) -> Published:
    """Write a page for each message.

    Raises:
        NothingToReadError: there is no project.
        UnknownNameError: there is no such message, persona or language.
    """
    studio = Studio.at(project)
    pages: dict[Path, str] = {}
    wrong = 0
    for name in order.messages or tuple(studio.program.messages):
        parts = studio.parts(studio.message(name), order.locale)
        customers = (
            studio.everybody(parts) if order.every else studio.customers(parts, order.personas)
        )
        pages[_path(order, name)] = studio.page(parts, customers, lang)
        wrong += bool(parts.troubles)
    for path, page in pages.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    return Published(tuple(pages), wrong)


def _path(order: Order, name: str) -> Path:
    if order.output.suffix == ".html":
        return order.output
    locale = f".{order.locale}" if order.locale else ""
    return order.output / file_name(f"{name}{locale}.html")
