"""`explain`: the pages about codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.assets import folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Code


def codes() -> tuple[Code, ...]:
    """Return every code crmspec can report, in order."""
    from crmspec.diagnostics.codes import CODES as SIFTING
    from crmspec.dialect.codes import CODES as SAYING
    from crmspec.document.codes import CODES as READING
    from crmspec.engine.codes import CODES as DEPLOYING
    from crmspec.lower.codes import CODES as TARGETS
    from crmspec.resolve.codes import CODES as NAMES
    from crmspec.rules.registry import RULES
    from crmspec.schema.codes import CODES as SHAPES

    rules = tuple(rule.CODE for rule in RULES)
    every = (*SIFTING, *READING, *SHAPES, *NAMES, *rules, *TARGETS, *SAYING, *DEPLOYING)
    return tuple(sorted(every, key=_id))


def _id(code: Code) -> str:
    return code.id


def code_list(lang: str) -> Iterator[tuple[str, str, str]]:
    """Yield id, slug and title of every code."""
    from crmspec.diagnostics.catalog import translate

    for code in codes():
        yield code.id, code.slug, translate(code.title, lang)


def page(code: str) -> str | None:
    """Return the page of a code as plain text for a terminal, or None if there is no such code."""
    from crmspec.diagnostics.page import parse, terminal

    known = {one.slug: one.id for one in codes()}
    wanted = known.get(code.lower(), code.upper())
    path = folder("codes") / f"{f'CRM{wanted}' if wanted.isdigit() else wanted}.md"
    return terminal(parse(path.read_text(encoding="utf-8"))) if path.is_file() else None
